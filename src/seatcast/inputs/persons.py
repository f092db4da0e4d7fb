"""Personal data have no place in the inputs: columns that look like them are refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatcast.inputs.mapping import plain
from seatcast.inputs.schema import Problem
from seatcast.language import _

if TYPE_CHECKING:
    from seatcast.inputs.files import Sheet

# Identity number: 17 digits and a check character, GB 11643-1999. Mobile numbers have 11 digits and begin 13 to 19.
_IDENTITY = re.compile(r"(?<![\d.])\d{17}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<![\d.])(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.])")

_HEADERS = {
    "identity": ("身份证", "证件号", "公民身份", "identity number", "identity card", "id number", "id card", "ssn",
                 "social security", "national id", "passport"),
    "phone": ("手机", "电话", "联系方式", "mobile", "phone", "telephone", "cell number"),
    "person": ("姓名", "监护人", "家长", "父亲", "母亲", "班主任", "学籍号", "student name", "pupil name", "child name",
               "first name", "last name", "given name", "family name", "surname", "full name", "guardian",
               "parent name", "mother", "father", "student id", "pupil id"),
}  # fmt: skip


_NAMES = ("name", "names", "名字", "姓氏", "学生", "学生姓名")


def refuse_persons(sheet: Sheet, problems: list[Problem], *, names_are_of_places: bool = False) -> None:
    """Find columns whose header or content looks like identity numbers, telephone numbers or names of persons.

    Parameters
    ----------
    names_are_of_places : bool
        Whether a column headed `name` is no more than the name of a place, a school or an option, as it is in the
        tables of these; a table of counts has none.
    """
    for position, header in enumerate(sheet.cells.columns):
        words = re.sub(r"[_\-\s]+", " ", plain(str(header)).casefold())
        kind = next((kind for kind, marks in _HEADERS.items() if any(_says(words, mark) for mark in marks)), None)
        rows: tuple[int, ...] = ()
        if kind is None and not names_are_of_places and words.strip() in _NAMES:
            kind = "person"
        if kind is None:
            column = sheet.cells.iloc[:, position]
            for kind_of, pattern in (("identity", _IDENTITY), ("phone", _MOBILE)):
                cells = {cell for cell in column.unique() if len(cell) >= 11 and pattern.search(plain(cell))}
                if cells:
                    kind = kind_of
                    rows = tuple(int(row) for row in column.index[column.isin(cells)])
                    break
        if kind is not None:
            rule = _("the inputs are counts; nothing in them points to a person")
            remedy = _("delete the column from the file, and count children by place, age and status instead")
            problems.append(Problem(sheet.file, str(header), rows, _found(kind), rule, remedy))


def _says(words: str, mark: str) -> bool:
    """Whether a header holds the mark, as whole words where it is English: "ssn", but not "classnumber"."""
    return mark in words if not mark.isascii() else re.search(rf"\b{mark}s?\b", words) is not None


def _found(kind: str) -> str:
    return {
        "identity": _("the column looks like identity numbers"),
        "phone": _("the column looks like telephone numbers"),
        "person": _("the column looks like names or numbers of persons"),
    }[kind]
