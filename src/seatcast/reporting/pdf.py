"""The PDF: typeset by typst, A4, in the layout of an official document where Chinese is spoken."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from seatcast.language import Language, _
from seatcast.reporting.columns import setting
from seatcast.reporting.content import Content, Heading, KeyFigures, Note, Paragraph, Picture, Table
from seatcast.reporting.markdown import to_markdown
from seatcast.reporting.numbering import headed, heading_number
from seatcast.reporting.page import CREATED, picture_width

# 仿宋 and 黑体 as official documents ask (GB/T 9704-2012), then the free faces that come nearest.
BODY = ("FangSong", "FangSong_GB2312", "STFangsong", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC")
SECOND = ("KaiTi", "KaiTi_GB2312", "STKaiti")  # 楷体, of a second heading; else that of the body
HEADING = ("SimHei", "STHeiti", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei")
# Typst brings these along, so that a report in English needs no font of the system.
LATIN = "Libertinus Serif"
TALLEST = 100.0  # millimetres, so that a map and the text about it share a page
WIDTHS: dict[Language, float] = {"zh": 156.0, "en": 160.0}  # millimetres of the text
LETTER, PADDING = 0.5, 3.6  # of a digit, in parts of its size; millimetres of a cell's margins


@dataclass(frozen=True)
class Faces:
    """The families of the body and of headings of both levels, best first, and the folders to look for them in."""

    body: tuple[str, ...]
    heading: tuple[str, ...]
    second: tuple[str, ...]
    folders: tuple[Path, ...]


def to_pdf(content: Content) -> bytes:
    """Return the PDF.

    Raises
    ------
    FontError
        If Chinese is to be set and no face for it is found.
    """
    import typst

    from seatcast.charts.fonts import has_chinese

    # An English report needs a Chinese face, too, where places have no English name.
    faces = _faces(needed=content.language == "zh" or has_chinese(to_markdown(content)))
    with tempfile.TemporaryDirectory(prefix="seatcast-") as name:
        folder = Path(name)
        (folder / "content.json").write_text(json.dumps(_data(content, faces, folder), ensure_ascii=False), "utf-8")
        template = files("seatcast.reporting") / "templates" / "report.typ"
        (folder / "report.typ").write_text(template.read_text("utf-8"), "utf-8")
        pdf, warnings = typst.compile_with_warnings(
            str(folder / "report.typ"),
            root=name,
            font_paths=[str(path) for path in faces.folders],
            format="pdf",
            timestamp=CREATED,
        )
    _refuse_missing_faces(warnings)
    return bytes(pdf)


def _refuse_missing_faces(warnings: list[Any]) -> None:
    """Typst only warns of an unknown family and then writes boxes; here that is an error."""
    from seatcast.charts import FontError

    unknown = [str(warning) for warning in warnings if "font" in str(warning).lower()]
    if unknown:
        raise FontError(
            _("The PDF cannot be set: {problem}. Install the fonts, or the open ones: {command}").format(
                problem=unknown[0].rstrip("."), command='pip install "seatcast[zh]"'
            )
        )


def _faces(*, needed: bool) -> Faces:
    import typst

    from seatcast import charts

    extra = charts.chinese_font_files()
    folders = tuple(sorted({path.parent for path in extra.values()}))
    known = set(typst.Fonts(font_paths=[str(path) for path in folders]).families())
    body, heading, second = (tuple(face for face in wanted if face in known)[:1] for wanted in (BODY, HEADING, SECOND))
    if needed and not (body or heading):
        from seatcast.charts.fonts import missing_font

        raise missing_font()
    chinese = (body or heading) if needed else ()
    if not needed:
        return Faces((LATIN,), (LATIN,), (LATIN,), folders)
    return Faces((LATIN, *chinese), (LATIN, *(heading or chinese)), (LATIN, *(second or chinese)), folders)


def _data(content: Content, faces: Faces, folder: Path) -> dict[str, Any]:
    """Return the report as plain data; texts reach typst as values, never as markup."""
    return {
        "language": content.language,
        "body": [face.lower() for face in faces.body],
        "heading": [face.lower() for face in faces.heading],
        "second": [face.lower() for face in faces.second],
        "title": content.title,
        "subtitle": content.subtitle,
        "warnings": list(content.warnings),
        "contents": _("Contents"),
        "sections": [
            {
                "heading": heading_number(at, content.language) + section.heading,
                "blocks": [_block(block, folder, content.language) for block in headed(section, at, content.language)],
            }
            for at, section in enumerate(content.sections, start=1)
        ],
    }


def _block(block: Any, folder: Path, language: Language) -> dict[str, Any]:
    match block:
        case Paragraph(text):
            return {"kind": "paragraph", "text": text}
        case Heading(text):
            return {"kind": "heading", "text": text}
        case Note(text):
            return {"kind": "note", "text": text}
        case KeyFigures(figures):
            return {"kind": "keys", "figures": [list(figure) for figure in figures]}
        case Picture():
            (folder / f"{block.key}.svg").write_text(block.drawing.svg, "utf-8")
            return {
                "kind": "picture",
                "file": f"{block.key}.svg",
                "title": block.title,
                "alt": block.alt,
                "width": picture_width(block.drawing, TALLEST),
            }
        case Table():
            made = setting(block, WIDTHS[language], letter=LETTER, padding=PADDING)
            return {
                "kind": "table",
                "size": made.size,
                "widths": list(made.widths),
                "title": block.title,
                "unit": block.unit,
                "head": [head.split("\n") for head in made.heads],
                "left": list(block.left()),
                "rows": [list(row) for row in block.rows()],
                "remarks": list(block.remarks),
            }
    raise TypeError(block)
