"""From text to values: each cell read by the declaration of its column, or told as a problem."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, field

import pandas as pd

from seatcast.inputs.mapping import Mapped, plain
from seatcast.inputs.schema import Column, Problem, Table
from seatcast.language import _, join, n_

_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_SCHOOL_YEAR = re.compile(r"(\d{4})(\s*[-/–]\s*(\d{2}|\d{4})|\s*学?年度?)?")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_TOTALS = {"合计", "总计", "小计", "共计", "累计", "总数", "总和", "total", "totals", "subtotal", "grandtotal", "sum"}
_YES = {"yes", "true", "1", "y", "是", "有"}
_NO = {"no", "false", "0", "n", "否", "无"}
_GRADES = {"K": 0, "PK": -1}
_INTEGERS = ("year", "age", "grade", "whole")
_LISTS = ("ids", "stages")


@dataclass(frozen=True, eq=False)
class Typed:
    """A table with its values read; the index still holds the rows of the file.

    `faults` are the columns in which something was wrong; questions across rows and tables leave them alone.
    """

    table: Table
    file: str
    frame: pd.DataFrame
    shown: dict[str, str]
    wholes: dict[str, pd.DataFrame]
    faults: set[str] = field(default_factory=set)

    def problem(self, column: str, rows: pd.Index | list[int], found: str, rule: str = "", remedy: str = "") -> Problem:
        """Return a problem of this table, in the names of its file."""
        return Problem(self.file, self.shown.get(column, column), tuple(int(row) for row in rows), found, rule, remedy)


def has(typed: Typed | None, *columns: str) -> bool:
    """Whether the columns are there and free of faults."""
    return typed is not None and set(columns) <= set(typed.frame) and not set(columns) & typed.faults


class _CellError(Exception):
    """A cell that its column cannot hold."""


def convert(mapped: Mapped, problems: list[Problem], year_shift: int = 0) -> Typed:
    """Return the table with every cell read; cells that cannot be read become unknown and a problem."""
    table, cells = mapped.table, mapped.cells
    typed = Typed(table, mapped.sheet.file, pd.DataFrame(index=cells.index), dict(mapped.shown), dict(mapped.wholes))
    totals = _totals(mapped)
    for name, words in totals.items():
        for word, rows in words.items():
            found = _("'{word}' is a row of totals").format(word=word)
            rule = _("each row states one fact")
            remedy = _("delete the row, or leave it out with `without` in bureau.toml")
            problems.append(typed.problem(name, rows, found, rule, remedy))
    cells = cells.drop(index=[row for words in totals.values() for rows in words.values() for row in rows])
    frame = pd.DataFrame(index=cells.index)
    for column in table.columns:
        if column.name in cells:
            copied = mapped.sheet.copied.get(mapped.shown[column.name], ())
            frame[column.name] = _read(column, cells[column.name], typed, problems, copied)
    if "year" in frame:
        frame["year"] = frame["year"] + year_shift
    if set(totals):
        typed.faults.add("")
    return Typed(table, typed.file, frame, typed.shown, typed.wholes, typed.faults)


def _totals(mapped: Mapped) -> dict[str, dict[str, list[int]]]:
    """Return, by column and word, the rows that state a total; each row once."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    seen: set[int] = set()
    for column in mapped.table.columns:
        if column.name not in mapped.cells or column.kind in ("number", "share", "whole", "longitude", "latitude"):
            continue
        text = mapped.cells[column.name]
        words = {word for word in text.unique() if plain(word).replace(" ", "").rstrip(":").casefold() in _TOTALS}
        for row, word in text[text.isin(words)].items():
            if row not in seen:
                seen.add(int(str(row)))
                found[column.name][word].append(int(str(row)))
    return found


def _read(column: Column, text: pd.Series, typed: Typed, problems: list[Problem], copied: tuple[int, ...]) -> pd.Series:
    values: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for cell in text.unique():
        try:
            values[cell] = _value(column, plain(str(cell)))
        except _CellError as error:
            values[cell] = None
            wrong[cell] = str(error)
    blank = text.index[text.map(plain) == ""]
    if not column.blank and len(blank):
        typed.faults.add(column.name)
        remedy = _("write 0 for none") if column.kind in ("whole", "number") else ""
        problems.append(typed.problem(column.name, blank, _("the cell is empty"), column.rule, remedy))
    by_reason: dict[str, list[str]] = defaultdict(list)
    for cell, reason in wrong.items():
        by_reason[reason].append(cell)
    for reason, unread in by_reason.items():
        typed.faults.add(column.name)
        rows = text.index[text.isin(unread)]
        problems.append(typed.problem(column.name, rows, quoted(unread), column.rule, reason))
    spread = [row for row in copied if row in text.index]
    if column.kind in ("whole", "number", "share") and spread:
        typed.faults.add(column.name)
        rule = _("a number merged over several rows would be counted once in each")
        problems.append(typed.problem(column.name, spread, _("the cell is merged"), rule, _("split the cell")))
    if column.kind in _LISTS:
        return pd.Series([values[cell] or () for cell in text], text.index, dtype=object)
    read = pd.Series([values[cell] for cell in text], text.index, dtype=object)
    if column.kind in ("id", "text", "code"):
        return read
    if column.kind == "flag":
        return read.astype("boolean")
    numbers = read.astype(float)
    whole = column.kind in _INTEGERS and not column.blank and numbers.notna().all()
    return numbers.astype("int64") if whole else numbers


def quoted(values: list[str]) -> str:
    """Return up to three of the values in quotes, and how many more there are.

    Examples
    --------
    >>> quoted(["a", "b", "c", "d", "e"])
    "'a', 'b', 'c' and 2 others"
    """
    listed = [f"'{value}'" for value in values[:3]]
    if len(values) > 3:
        others = len(values) - 3
        listed.append(n_("{n} other", "{n} others", others).format(n=others))
    return join(listed)


def _value(column: Column, text: str) -> object:
    """Return what the text of a cell means; None where it is empty."""
    if not text:
        return None
    match column.kind:
        case "id":
            if _SCIENTIFIC.fullmatch(text):
                raise _CellError(_("a spreadsheet has shortened the id; format its column as text and type it anew"))
            return text
        case "text":
            return text
        case "code":
            return text.lower() if text.lower() in column.one_of else text
        case "ids":
            return tuple(part.strip() for part in text.split(";") if part.strip())
        case "stages":
            return tuple(part.strip() for part in text.split("+") if part.strip())
        case "flag":
            if text.lower() in _YES | _NO:
                return text.lower() in _YES
            raise _CellError("")
        case "grade" if text.upper() in _GRADES:
            return _GRADES[text.upper()]
        case "year":
            year = _SCHOOL_YEAR.fullmatch(text)
            return int(year[1]) if year else _number(column, text)
        case "share" if text.endswith("%"):
            return _number(column, text[:-1]) / 100
        case _:
            return _number(column, text)


def _number(column: Column, text: str) -> float:
    digits = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    try:
        number = float(digits)
    except ValueError:
        remedy = _("leave the cell empty if the number is unknown") if column.blank else ""
        raise _CellError(remedy) from None
    if not math.isfinite(number):
        raise _CellError(_("leave the cell empty if the number is unknown") if column.blank else "")
    if column.kind in _INTEGERS and not number.is_integer():
        raise _CellError("")
    return number
