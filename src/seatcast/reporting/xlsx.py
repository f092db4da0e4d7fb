"""The workbook: cover, contents and notes, then one sheet a table, cells typed and nothing executed."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from math import ceil
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from seatcast.language import _
from seatcast.reporting.cells import EXCEL_FORMATS, stored, written
from seatcast.reporting.columns import BOLD, evenly
from seatcast.reporting.content import (
    Column,
    Content,
    Heading,
    KeyFigures,
    Note,
    Paragraph,
    Picture,
    Table,
    text_width,
)
from seatcast.reporting.page import CREATED

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

WIDEST, NARROWEST, HEADING = 60, 8, 14  # letters: of a column, and of a line of a heading where it may break
MARGIN, BUTTON = 2, 3  # letters: beside a text, and under the button by which a column is filtered
LINE = 15.5  # points
_SAFE: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def to_xlsx(content: Content) -> bytes:
    """Return the workbook.

    Laid out as statistical offices lay out theirs (Analysis Function, "Releasing statistics in spreadsheets"): a cover
    with what the report says, a list of the tables, the notes of all tables, then one sheet a table with title, unit,
    headings and all rows, nothing beside it. A text that begins with `=` stays text.
    """
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, **_SAFE})
    book.set_properties({"title": content.title, "created": CREATED.replace(tzinfo=None), "comments": content.subtitle})
    font = {"font_name": "Microsoft YaHei" if content.language == "zh" else "Calibri", "font_size": 10}
    book.formats[0].set_font_name(font["font_name"])
    book.formats[0].set_font_size(font["font_size"])
    styles = _styles(book, font)
    cover, contents, notes = (book.add_worksheet(name) for name in (_("Cover"), _("Contents"), _("Notes")))
    for table in content.tables():
        _sheet(book.add_worksheet(_sheet_name(table)), table, styles)
    _cover(cover, content, styles)
    _contents(contents, content, styles)
    _notes(notes, content, styles)
    for sheet in book.worksheets():
        sheet.hide_gridlines(2)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
    book.close()
    return target.getvalue()


def _styles(book: Workbook, font: dict[str, Any]) -> dict[str, Any]:
    edge = {"bottom": 1, "bottom_color": "#D9DEE3"}
    styles = {
        "title": {**font, "bold": True, "font_size": 15},
        "heading": {**font, "bold": True, "font_size": 12},
        "muted": {**font, "font_color": "#52606D"},
        "bold": {**font, "bold": True, "valign": "top"},
        "text": {**font, "text_wrap": True, "valign": "top"},
        "warning": {**font, "bold": True, "font_color": "#8A1C0E", "valign": "top"},
        "link": {**font, "font_color": "#0B5CAD", "underline": 1, "valign": "top"},
        "head": {**font, "bold": True, "bg_color": "#E8EEF4", "bottom": 2, "text_wrap": True, "valign": "vcenter"},
        "unit": {**font, "font_color": "#52606D", "align": "left"},
    }
    edge = {**edge, "valign": "top"}
    styles |= {f"cell {kind}": {**font, **edge, "num_format": form} for kind, form in EXCEL_FORMATS.items()}
    made = {name: book.add_format(properties) for name, properties in styles.items()}
    made["cell hidden"] = book.add_format({**font, **edge, "num_format": "@", "align": "right"})
    # A year that names its row stands to the left, as on paper; a text keeps clear of a number before it.
    made["cell row"] = book.add_format({**font, **edge, "num_format": EXCEL_FORMATS["year"], "align": "left"})
    for kind in EXCEL_FORMATS:
        made[f"cell {kind}"].set_align("left" if kind == "text" else "right")
    made["cell after"] = book.add_format({**styles["cell text"], "text_wrap": True, "align": "left", "indent": 1})
    made["cell text"].set_text_wrap()
    made["head row"] = made["head text"] = made["head"]
    made["head after"] = book.add_format({**styles["head"], "indent": 1})
    made["head number"] = book.add_format({**styles["head"], "align": "right", "indent": BUTTON - 1})
    return made


def _sheet_name(table: Table) -> str:
    """Return a name within Excel's 31 characters, free of those it forbids."""
    return f"{table.number} {table.key}"[:31]


def _sheet(sheet: Worksheet, table: Table, styles: dict[str, Any]) -> None:
    sheet.write_string(0, 0, table.title, styles["heading"])
    sheet.write_string(1, 0, table.unit, styles["unit"])
    if table.notes:
        sheet.write_url(2, 0, f"internal:'{_('Notes')}'!A1", styles["link"], _("Notes to this table: sheet Notes."))
    head = 3
    widths = [_width(table, column) for column in table.columns]
    kinds = _kinds(table)
    lines = (len(_heading(column)) for column in table.columns)
    sheet.set_row(head, LINE * max(lines) + 4)
    for at, (column, kind, width) in enumerate(zip(table.columns, kinds, widths, strict=True)):
        sheet.write_string(head, at, column.heading, styles.get(f"head {kind}", styles["head number"]))
        sheet.set_column(at, at, width)
    row = head
    for row, values in enumerate(_values(table), start=head + 1):
        high = max(_lines(value, width) for value, width in zip(values, widths, strict=True))
        if high > 1:
            sheet.set_row(row, LINE * high)
        for at, (value, column, kind) in enumerate(zip(values, table.columns, kinds, strict=True)):
            style = styles[f"cell {kind}"]
            if value is None:
                sheet.write_blank(row, at, None, style)
            elif isinstance(value, str):
                sheet.write_string(row, at, value, styles["cell hidden"] if column.kind != "text" else style)
            else:
                sheet.write_number(row, at, value, style)
    sheet.freeze_panes(head + 1, 1)
    if len(table.frame):
        sheet.autofilter(head, 0, row, len(table.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(head)


def _kinds(table: Table) -> list[str]:
    """Return how each column is set: as its kind asks, a year that names the row and a text after a number apart."""
    kinds: list[str] = []
    for column in table.columns:
        text = "text" if not kinds or kinds[-1] in ("text", "after", "row") else "after"
        year = "row" if not kinds else "year"
        kinds.append({"text": text, "year": year}.get(column.kind, column.kind))
    return kinds


def _heading(column: Column) -> list[str]:
    """Return a heading in the lines into which the workbook breaks it."""
    text = column.heading
    return evenly(text, HEADING) if text_width(text) > len(text) else wrap(text, HEADING + 2)


def _width(table: Table, column: Column) -> float:
    """Return the width of a column: a cell a line, up to the widest."""
    cells = [text_width(written(value, column.kind)) + MARGIN for value in table.frame[column.key]]
    heads = [BOLD * text_width(line) + BUTTON for line in _heading(column)]
    return min(max([*cells, *heads, NARROWEST]), WIDEST)


def _lines(value: object, width: float) -> int:
    """Return how many lines a cell takes."""
    return ceil(text_width(value) / (width - MARGIN)) if isinstance(value, str) and value else 1


def _values(table: Table) -> list[tuple[str | int | float | None, ...]]:
    frame = table.frame[[column.key for column in table.columns]]
    return [
        tuple(stored(value, column.kind) for value, column in zip(row, table.columns, strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]


def _cover(sheet: Worksheet, content: Content, styles: dict[str, Any]) -> None:
    """Write title, warnings and what the report says, one sentence or key figure a row."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 2, 90)
    sheet.write_string(0, 0, content.title, styles["title"])
    sheet.write_string(1, 0, content.subtitle, styles["muted"])
    row = 2
    for warning in content.warnings:
        sheet.write_string(row, 0, warning, styles["warning"])
        row += 1
    for section in content.sections:
        sheet.write_string(row, 0, section.heading, styles["heading"])
        row += 1
        for block in section.blocks:
            match block:
                case Paragraph(text) | Note(text):
                    row = _spread(sheet, row, text, styles["text"])
                case Heading(text):
                    sheet.write_string(row, 0, text, styles["bold"])
                    row += 1
                case KeyFigures(figures):
                    for line in figures:
                        for at, cell in enumerate(line):
                            sheet.write_string(row, at, cell, styles["bold" if at == 1 else "text"])
                        row += 1
                case Table() | Picture():
                    pass


def _contents(sheet: Worksheet, content: Content, styles: dict[str, Any]) -> None:
    tables = content.tables()
    rows = [(_sheet_name(table), table.title, table.unit, len(table.frame)) for table in tables]
    _list(sheet, _("Contents"), (_("sheet"), _("table"), _("unit"), _("rows")), rows, (22, 84, 40, 8), styles)
    for at, table in enumerate(tables, start=2):
        sheet.write_url(at, 0, f"internal:'{_sheet_name(table)}'!A1", styles["link"], _sheet_name(table))


def _notes(sheet: Worksheet, content: Content, styles: dict[str, Any]) -> None:
    every = (_("all sheets"), _("A cell is empty where paper has –: not known, or it does not apply."))
    rows = [every, *((_sheet_name(table), note) for table in content.tables() for note in table.notes)]
    _list(sheet, _("Notes"), (_("sheet"), _("note")), rows, (22, 110), styles)


def _list(
    sheet: Worksheet,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    widths: Sequence[float],
    styles: dict[str, Any],
) -> None:
    """Write a list under a title: headings in the second row, frozen."""
    sheet.write_string(0, 0, title, styles["title"])
    for at, (name, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(1, at, name, styles["head"])
    for row, cells in enumerate(rows, start=2):
        sheet.set_row(row, LINE * max(_lines(cell, width) for cell, width in zip(cells, widths, strict=True)))
        for at, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, at, cell, styles["text"])
            else:
                sheet.write_number(row, at, cell, styles["cell count"])
    sheet.freeze_panes(2, 0)


def _spread(sheet: Worksheet, row: int, text: str, style: Any) -> int:
    """Write a text over the three columns of the cover, the row high enough for it; return the next row."""
    sheet.merge_range(row, 0, row, 2, "", style)
    sheet.write_string(row, 0, text, style)
    sheet.set_row(row, LINE * _lines(text, 140))
    return row + 1
