"""Page, faces and lines of the Word document: what python-docx has no door for is set in its XML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

# Latin and Chinese face of each style; Word and WPS substitute their own where these are missing.
_FACES = {
    "en": {"body": ("Arial", "SimSun"), "heading": ("Arial", "SimHei"), "second": ("Arial", "SimHei")},
    "zh": {
        "body": ("Times New Roman", "仿宋"),
        "heading": ("Times New Roman", "黑体"),
        "second": ("Times New Roman", "楷体"),
    },
}
_SIZES = {
    "en": {"body": 10.5, "title": 20.0, "heading": 14.0, "second": 12.0},
    "zh": {"body": 12.0, "title": 22.0, "heading": 16.0, "second": 14.0},
}
CAPTION = 10.0  # points
BODY, NOTE, WARNING, REMARK, KEY = "Body Text", "Note", "Warning", "Remark", "Key Figure"
CONTENTS, LINE = "TOC Heading", "toc 1"  # the names under which Word knows them


def lay_out(document: Document, language: str) -> None:
    """Set page, styles and page number of an empty document."""
    _page(document, language)
    _styles(document, language)
    _page_number(document, language)


def _page(document: Document, language: str) -> None:
    """Set A4; in Chinese with the margins of GB/T 9704-2012: text 156 by 225 mm, 37 mm below the top edge, 28 mm in."""
    from docx.shared import Mm

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    margins = (37, 35, 28, 26) if language == "zh" else (25, 25, 25, 25)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = map(Mm, margins)


def width_of(document: Document) -> float:
    """Return the millimetres between the margins."""
    from docx.shared import Mm

    page = document.sections[0]
    assert page.page_width is not None and page.left_margin is not None and page.right_margin is not None  # noqa: PT018
    return (page.page_width - page.left_margin - page.right_margin) / Mm(1)


def _styles(document: Document, language: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    sizes = _SIZES[language]
    there = {style.name for style in document.styles}
    for name in (name for name in (NOTE, WARNING, REMARK, KEY, CONTENTS, LINE) if name not in there):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
    _frame(document.styles[NOTE], fill="FFF8E8", edge="E69F00")
    _frame(document.styles[WARNING], fill="FDECEA", edge="B42318")
    for name, part, size, before, after in (
        ("Normal", "body", sizes["body"], 0, 0),
        (BODY, "body", sizes["body"], 0, 6),
        ("Title", "heading", sizes["title"], 0, 6),
        ("Subtitle", "body", sizes["body"], 0, 10),
        ("Heading 1", "heading", sizes["heading"], 18, 8),
        ("Heading 2", "second", sizes["second"], 12, 6),
        ("Caption", "heading", CAPTION, 10, 4),
        (CONTENTS, "heading", sizes["second"], 10, 4),
        (LINE, "body", sizes["body"], 0, 2),
        (NOTE, "body", sizes["body"], 6, 8),
        (WARNING, "heading", sizes["body"], 6, 8),
        (REMARK, "body", 9, 3, 0),
        (KEY, "heading", 16, 0, 0),
    ):
        style: Any = document.styles[name]
        _face(style, *_FACES[language][part], size)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    body: Any = document.styles[BODY]
    body.paragraph_format.line_spacing = 1.35
    if language == "zh":
        body.paragraph_format.first_line_indent = Pt(2 * sizes["body"])
        for name in ("Title", "Subtitle", "Caption"):
            centred: Any = document.styles[name]
            centred.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _speak(document, language)


def _face(style: Any, latin: str, chinese: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.italic = latin, Pt(size), False
    for spaced in style.element.get_or_add_rPr().findall(qn("w:spacing")):
        spaced.getparent().remove(spaced)  # Word's own subtitle is set wide
    style.font.color.rgb = RGBColor(0x1F, 0x29, 0x33)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # Word takes Chinese from eastAsia alone, and a theme's face would go before it.
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:eastAsia"), chinese)
    fonts.set(qn("w:hAnsi"), latin)


def _speak(document: Document, language: str) -> None:
    """Name the language of the text: punctuation and line breaks of Chinese follow it."""
    from docx.oxml.ns import qn

    for mark in document.styles.element.iter(qn("w:lang")):
        mark.set(qn("w:val"), "en-US")
        mark.set(qn("w:eastAsia"), "zh-CN" if language == "zh" else "en-US")


def _frame(style: Any, *, fill: str, edge: str) -> None:
    """Give a style a ground and a line at its left."""
    properties = style.element.get_or_add_pPr()
    borders = _element("w:pBdr")
    borders.append(_element("w:left", val="single", sz="24", space="6", color=edge))
    properties.append(borders)
    properties.append(_element("w:shd", val="clear", color="auto", fill=fill))


def rule(table: Any) -> None:
    """Give a table three lines, above, below and under its heading row, and hair lines between its rows."""
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr  # noqa: SLF001 (no door for a table's borders)
    borders = _element("w:tblBorders")
    for side, size, color in (("top", "12", "1F2933"), ("bottom", "12", "1F2933"), ("insideH", "4", "D9DEE3")):
        borders.append(_element(f"w:{side}", val="single", sz=size, space="0", color=color))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="57", type="dxa"))  # 1 mm; Word's own 1.9 mm break short numbers
    look = properties.find(qn("w:tblLook"))
    (properties.append if look is None else look.addprevious)(margins)
    after = [properties.find(qn(tag)) for tag in ("w:tblLayout", "w:tblCellMar", "w:tblLook")]
    following = next((element for element in after if element is not None), None)
    if following is None:
        properties.append(borders)
    else:
        following.addprevious(borders)


def head(row: Any) -> None:
    """Make a row the heading of its table: repeated on each page, shaded, with a line under it."""
    mark(row, "w:tblHeader")
    for cell in row.cells:
        borders = _element("w:tcBorders")
        borders.append(_element("w:bottom", val="single", sz="8", space="0", color="1F2933"))
        cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 (no door for a cell's borders)
        shade(cell, "F3F6F9")


def shade(cell: Any, color: str) -> None:
    """Give a cell a ground."""
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=color))  # noqa: SLF001


def mark(row: Any, tag: str) -> None:
    """Set a property of a row, such as `w:cantSplit`."""
    row._tr.get_or_add_trPr().append(_element(tag))  # noqa: SLF001 (no door for a row's properties)


def _page_number(document: Document, language: str) -> None:
    """Write the page number as a field: in Chinese `— 1 —` at the outer edge, as GB/T 9704-2012 asks, else centred."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    page = document.sections[0]
    if language != "zh":
        _add_number(page.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.CENTER, "")
        return
    document.settings.odd_and_even_pages_header_footer = True
    _add_number(page.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT, "—")
    _add_number(page.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT, "—")


def _add_number(paragraph: Any, alignment: Any, dash: str) -> None:
    paragraph.alignment = alignment
    paragraph.add_run(f"{dash} ".lstrip())
    paragraph._p.append(_element("w:fldSimple", instr="PAGE"))  # noqa: SLF001 (no door for a field)
    paragraph.add_run(f" {dash}".rstrip())


def add_contents(document: Document, title: str, headings: list[str]) -> None:
    """Write the contents as a field, filled already with links: Word adds the page numbers when it updates it (F9)."""
    document.add_paragraph(title, style=CONTENTS)
    lines = []
    for at, heading in enumerate(headings, start=1):
        line = document.add_paragraph(style=LINE)
        link = _element("w:hyperlink", anchor=_bookmark(at), history="1")
        line.add_run(heading)
        link.append(line.runs[0]._r)  # noqa: SLF001 (no door for a link within the document)
        line._p.append(link)  # noqa: SLF001
        lines.append(line)
    first, last = lines[0]._p, lines[-1]._p  # noqa: SLF001 (no door for a field)
    begin = [_run("begin"), _run(instruction=r' TOC \o "1-2" \h \z \u '), _run("separate")]
    place = 0 if first.pPr is None else 1
    for at, run in enumerate(begin):
        first.insert(place + at, run)
    last.append(_run("end"))


def add_heading(document: Document, text: str, at: int) -> None:
    """Write the heading of section number `at`, with the mark that its line in the contents leads to."""
    paragraph = document.add_heading(text, level=1)._p  # noqa: SLF001 (no door for a bookmark)
    place = 0 if paragraph.pPr is None else 1
    paragraph.insert(place, _element("w:bookmarkStart", id=str(at), name=_bookmark(at)))
    paragraph.append(_element("w:bookmarkEnd", id=str(at)))


def _bookmark(at: int) -> str:
    return f"_section{at}"


def add_number(caption: Any, title: str, number: int, name: str) -> None:
    """Write a title whose number is a field of the sequence `name`, so that Word counts on when one is put in."""
    before, _sep, after = title.partition(str(number))
    caption.add_run(before)
    field = _element("w:fldSimple", instr=f" SEQ {name} \\* ARABIC ")
    run = _element("w:r")
    text = _element("w:t")
    text.text = str(number)
    run.append(text)
    field.append(run)
    caption._p.append(field)  # noqa: SLF001 (no door for a field)
    caption.add_run(after)


def _run(kind: str = "", *, instruction: str = "") -> Any:
    """Return a run that begins, parts or ends a field, or that holds its instruction."""
    run = _element("w:r")
    if instruction:
        text = _element("w:instrText")
        text.text = instruction
        run.append(text)
    else:
        run.append(_element("w:fldChar", fldCharType=kind))
    return run


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    element: Any = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
