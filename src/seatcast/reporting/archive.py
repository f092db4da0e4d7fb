"""A finished report kept as data, in every language it could be written in: its faces can be made again from it alone.

What is kept has passed the door of disclosure and is rounded as it is printed; no draw and no hidden number is in it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from seatcast.core.refused import RefusedError
from seatcast.language import Language, _
from seatcast.reporting.cells import Hidden
from seatcast.reporting.content import (
    Atlas,
    Block,
    Column,
    Content,
    Drawing,
    Heading,
    KeyFigures,
    Measure,
    Note,
    Paragraph,
    Picture,
    Section,
    Table,
)

VERSION = 1
_TEXTS: dict[str, type[Paragraph | Note | Heading]] = {"paragraph": Paragraph, "note": Note, "heading": Heading}


class ArchiveError(RefusedError):
    """The file is not one that this version wrote."""


def save(contents: Iterable[Content], path: Path) -> None:
    """Write finished reports, one a language, to one file: the same reports, the same bytes."""
    data = {"version": VERSION, "reports": {content.language: _content(content) for content in contents}}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def draw(content: Content) -> None:
    """Draw the figures of a report, so that what hinders it (`FontError`) shows before anything is written."""
    for picture in content.pictures():
        picture.drawing  # noqa: B018 (a drawing is made when it is first asked for)


def load(path: Path) -> dict[Language, Content]:
    """Return the reports of a file by language.

    Raises
    ------
    ArchiveError
        If the file is not one that `save` of this version wrote.
    """
    try:
        data = json.loads(gzip.decompress(path.read_bytes()))
        if data["version"] == VERSION:
            return {language: _read_content(kept, language) for language, kept in data["reports"].items()}
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        pass
    raise ArchiveError(_("{file} cannot be read; it was written by another version. Run it again.").format(file=path))


def _content(content: Content) -> dict[str, Any]:
    sections = [
        {"key": section.key, "heading": section.heading, "blocks": [_block(block) for block in section.blocks]}
        for section in content.sections
    ]
    return {"title": content.title, "subtitle": content.subtitle, "warnings": content.warnings, "sections": sections}


def _read_content(kept: dict[str, Any], language: Language) -> Content:
    sections = tuple(
        Section(section["key"], section["heading"], tuple(_read_block(block) for block in section["blocks"]))
        for section in kept["sections"]
    )
    return Content(kept["title"], kept["subtitle"], tuple(kept["warnings"]), sections, language)


def _block(block: Block) -> dict[str, Any]:
    match block:
        case KeyFigures(figures):
            return {"kind": "keys", "figures": figures}
        case Picture():
            drawing = asdict(block.drawing)
            return {"kind": "picture", "of": [block.key, block.caption, block.alt, block.number], "drawing": drawing}
        case Atlas():
            shapes = None if block.shapes is None else asdict(block.shapes)
            says = [[stage, year, text] for (stage, year), text in block.says.items()]
            measures = [asdict(measure) for measure in block.measures]
            more = {"shapes": shapes, "measures": measures, "stages": dict(block.stages), "says": says}
            return _table(block, ("catchment", "stage")) | {"kind": "atlas", "atlas": more}
        case Table():
            return _table(block, ())
        case Paragraph(text) | Note(text) | Heading(text):
            return {"kind": type(block).__name__.lower(), "text": text}
    raise TypeError(block)


_PLAIN = ("key", "caption", "unit", "notes", "most", "number", "adds_up")


def _table(table: Table, others: tuple[str, ...]) -> dict[str, Any]:
    keys = list(dict.fromkeys([*(column.key for column in table.columns), *others]))
    cells = {key: [_cell(value) for value in table.frame[key]] for key in keys}
    plain = {name: getattr(table, name) for name in _PLAIN}
    return {"kind": "table", "plain": plain, "columns": [asdict(column) for column in table.columns], "cells": cells}


def _cell(value: Any) -> Any:
    if isinstance(value, Hidden):
        return {"hidden": value.text}
    return value.item() if hasattr(value, "item") else value


def _read_cell(value: Any) -> Any:
    return Hidden(value["hidden"]) if isinstance(value, dict) else value


def _read_block(kept: dict[str, Any]) -> Block:
    kind = kept["kind"]
    if kind in _TEXTS:
        return _TEXTS[kind](kept["text"])
    if kind == "keys":
        return KeyFigures(tuple((label, value, remark) for label, value, remark in kept["figures"]))
    if kind == "picture":
        drawing = Drawing(**kept["drawing"])
        key, caption, alt, number = kept["of"]
        return Picture(key, caption, alt, lambda: drawing, number)
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept["plain"].items()
    }
    columns = tuple(Column(**{**column, "of": tuple(column["of"])}) for column in kept["columns"])
    cells = {key: pd.Series([_read_cell(v) for v in values], dtype=object) for key, values in kept["cells"].items()}
    frame = pd.DataFrame(cells)
    if kind == "table":
        return Table(columns=columns, frame=frame, **plain)
    return Atlas(columns=columns, frame=frame, **plain, **_read_atlas(kept["atlas"]))


def _read_atlas(kept: dict[str, Any]) -> dict[str, Any]:
    from seatcast.charts.atlas import Outlines

    shapes = None if kept["shapes"] is None else Outlines(**kept["shapes"])
    measures = tuple(Measure(**measure) for measure in kept["measures"])
    says = {(stage, int(year)): text for stage, year, text in kept["says"]}
    return {"shapes": shapes, "measures": measures, "stages": kept["stages"], "says": says}
