"""The Word document: real headings, real tables, captions; to be opened and edited."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from seatcast.language import _
from seatcast.reporting.columns import POINT, setting
from seatcast.reporting.content import Content, Heading, KeyFigures, Note, Paragraph, Picture, Table, text_width
from seatcast.reporting.docx_layout import (
    BODY,
    CAPTION,
    KEY,
    NOTE,
    REMARK,
    WARNING,
    add_contents,
    add_heading,
    add_number,
    head,
    lay_out,
    mark,
    rule,
    shade,
    width_of,
)
from seatcast.reporting.numbering import headed, heading_number
from seatcast.reporting.page import CREATED, picture_width
from seatcast.reporting.raster import pngs

if TYPE_CHECKING:
    from docx.document import Document

TALLEST = 110.0  # millimetres, so that a picture shares its page with text
LETTER, PADDING = 0.56, 2.2  # of a digit, in parts of its size; millimetres of a cell's margins
HELD = 4  # rows at either end of a table that stay on one page


def to_docx(content: Content) -> bytes:
    """Return the document: A4, headings in styles (so that Word lists them), tables whose heading row repeats."""
    import docx

    document = docx.Document()
    lay_out(document, content.language)
    properties = document.core_properties
    properties.title, properties.subject = content.title, content.subtitle
    properties.created = properties.modified = CREATED
    properties.author = properties.last_modified_by = "seatcast"
    properties.language = {"en": "en-US", "zh": "zh-CN"}[content.language]
    document.add_paragraph(content.title, style="Title")
    document.add_paragraph(content.subtitle, style="Subtitle")
    for warning in content.warnings:
        document.add_paragraph(warning, style=WARNING)
    headings = [heading_number(at, content.language) + s.heading for at, s in enumerate(content.sections, start=1)]
    add_contents(document, _("Contents"), headings)
    drawn = pngs({picture.key: picture.drawing for picture in content.pictures()})
    for at, section in enumerate(content.sections, start=1):
        add_heading(document, headings[at - 1], at)
        for block in headed(section, at, content.language):
            _add(document, block, drawn)
    target = BytesIO()
    document.save(target)
    return _undated(target)


def _undated(package: BytesIO) -> bytes:
    """Return the package with a constant date at every part, so that the same report is the same file."""
    target = BytesIO()
    with ZipFile(package) as parts, ZipFile(target, "w", ZIP_DEFLATED) as undated:
        for part in parts.infolist():
            undated.writestr(ZipInfo(part.filename, CREATED.timetuple()[:6]), parts.read(part), ZIP_DEFLATED)
    return target.getvalue()


def _add(document: Document, block: Any, drawn: dict[str, bytes]) -> None:
    match block:
        case Heading(text):
            document.add_heading(text, level=2)
        case Paragraph(text):
            document.add_paragraph(text, style=BODY)
        case Note(text):
            document.add_paragraph(text, style=NOTE)
        case KeyFigures(figures):
            _keys(document, figures)
        case Picture():
            _picture(document, block, drawn[block.key])
        case Table():
            _table(document, block)


def _picture(document: Document, block: Picture, png: bytes) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    width = Mm(picture_width(block.drawing, TALLEST))
    shape = paragraph.add_run().add_picture(BytesIO(png), width=width)
    shape._inline.docPr.set("descr", block.alt)  # noqa: SLF001 (python-docx has no door for the alternative text)
    caption = document.add_paragraph(style="Caption")
    add_number(caption, block.title, block.number, "Figure")


def _table(document: Document, block: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    _caption(document, block)
    rows = list(block.rows())
    table = document.add_table(rows=1 + len(rows), cols=len(block.columns))
    table.autofit = False
    rule(table)
    made = setting(block, width_of(document), letter=LETTER, padding=PADDING)
    size, widths = Pt(made.size), [Mm(width) for width in made.widths]
    for width, column in zip(widths, table.columns, strict=True):
        column.width = width
    # Reaching a cell through the table rebuilds its grid each time, so the cells are taken row by row, once.
    for at, (row, texts) in enumerate(zip(table.rows, [made.heads, *rows], strict=True)):
        mark(row, "w:cantSplit")
        for cell, text, left, width in zip(row.cells, texts, block.left(), widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size, run.bold = size, at == 0
            if not text:  # an empty paragraph is as high as the letters of its mark
                paragraph.style = REMARK
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.keep_with_next = at < len(rows) and (at < HELD or at >= len(rows) - HELD)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.RIGHT
        if at == 0:
            head(row)
    for remark in block.remarks:
        document.add_paragraph(remark, style=REMARK)
    document.add_paragraph(style=REMARK)


def _caption(document: Document, block: Table) -> None:
    """Write title and, at the right edge, the unit."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Mm

    caption = document.add_paragraph(style="Caption")
    add_number(caption, block.title, block.number, "Table")
    caption.paragraph_format.keep_with_next = True
    caption.alignment = WD_ALIGN_PARAGRAPH.LEFT
    if not block.unit:
        return
    wide = width_of(document)
    if text_width(block.title + block.unit) * CAPTION * LETTER * POINT > 0.9 * wide:
        caption = document.add_paragraph(block.unit, style=REMARK)
        caption.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        caption.paragraph_format.keep_with_next = True
    else:
        caption.paragraph_format.tab_stops.add_tab_stop(Mm(wide), WD_TAB_ALIGNMENT.RIGHT)
        caption.add_run(f"\t{block.unit}").bold = False


def _keys(document: Document, figures: tuple[tuple[str, str, str], ...]) -> None:
    table = document.add_table(rows=1, cols=len(figures))
    rule(table)
    mark(table.rows[0], "w:cantSplit")
    for cell, (label, value, remark) in zip(table.rows[0].cells, figures, strict=True):
        cell.paragraphs[0].add_run(label)
        cell.paragraphs[0].style = REMARK
        cell.add_paragraph(value, style=KEY)
        cell.add_paragraph(remark, style=REMARK)
        shade(cell, "F3F6F9")
    document.add_paragraph(style=REMARK)
