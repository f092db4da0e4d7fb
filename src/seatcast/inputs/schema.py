"""What a table promises, and how a broken promise is told: columns, tables, problems."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from seatcast.core.refused import RefusedError
from seatcast.language import _, clauses, join, n_

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Kind = Literal[
    "id",
    "ids",
    "stages",
    "text",
    "code",
    "flag",
    "year",
    "age",
    "grade",
    "whole",
    "number",
    "share",
    "longitude",
    "latitude",
]
Scope = Literal["catchment", "district", "school", "stage", "grade", "age", "status", "option"]

_SHOWN = 5  # rows named one by one before the rest is counted
_LOOK_ALIKE = str.maketrans("ilo", "110")  # letters that are typed, or read, for digits
_LISTED = 12  # names that fit on a line


@dataclass(frozen=True)
class Column:
    """A column, declared once: the declaration reads it, checks it and documents it.

    Attributes
    ----------
    name : str
        The name inside seatcast; a bureau's own name for it stands in `bureau.toml`.
    kind : Kind
        How cells are read. "whole" and "number" are counts and amounts, "ids" and "stages" are lists.
    meaning : str
        An English sentence without its full stop, translated when shown.
    unit : str
        What a number counts.
    low, high : float or None
        Bounds, both allowed.
    required : bool
        Whether the table must have the column.
    blank : bool
        Whether a cell may be empty: unknown, which is not zero.
    one_of : tuple of str
        The only codes allowed, if any.
    group : str
        The group of entry points whose names are codes, too: kinds that installed tools add.
    of : Scope or None
        What the value names: it must then be known to the bureau.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    required: bool = True
    blank: bool = False
    one_of: tuple[str, ...] = ()
    group: str = ""
    of: Scope | None = None

    @property
    def rule(self) -> str:
        """What the column asks of a cell, in the language in force."""
        unit = _(self.unit) if self.unit else ""
        match self.kind:
            case "year":
                return _("a school year is written as its first calendar year, such as 2026 for 2026/27")
            case "age":
                return _("an age is a whole number of completed years")
            case "grade":
                return _("a grade is a whole number; kindergarten is 0 or K, the year before it -1 or PK")
            case "share":
                return _("a share lies between 0 and 1")
            case "flag":
                return _("the answer is yes or no")
            case "longitude" | "latitude":
                return _("coordinates are degrees in WGS84 (EPSG:4326), longitude within 180, latitude within 90")
            case "code":
                return _("one of {codes} is expected").format(codes=join(list(self.one_of)))
            case "whole" | "number" if self.low == 0 and self.kind == "whole":
                return _("a count of {unit} is a whole number, 0 or more").format(unit=unit)
            case "whole" | "number" if self.low == 0 and self.unit == "money":
                return _("an amount of money is 0 or more")
            case "whole" | "number" if self.low == 0:
                return _("a number of {unit} is 0 or more").format(unit=unit)
            case "whole" | "number" if self.low is not None:
                return _("it must be at least {low:g}").format(low=self.low)
            case "whole" | "number":
                return _("a number is expected")
            case _:
                return _("a text is expected")


@dataclass(frozen=True)
class Table:
    """A table of a bureau's folder: its columns, and which of them tell one row from another.

    A bureau without a table that is not `asked` for lacks nothing; the forecast is one without that table's subject.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    needed: bool = False
    asked: bool = True

    def __getitem__(self, column: str) -> Column:
        """Return the column of that name."""
        return next(c for c in self.columns if c.name == column)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Problem:
    """One fault of the inputs: where, what was found, the rule, and what to do about it.

    Attributes
    ----------
    file : str
        As the bureau names it.
    column : str
        As the file names it; several are joined by commas.
    rows : tuple of int
        As a person sees them in the file: the header is row 1. Empty where the fault has no row.
    """

    file: str
    column: str
    rows: tuple[int, ...]
    found: str
    rule: str = ""
    remedy: str = ""

    @property
    def place(self) -> str:
        """Column and rows, in the language in force."""
        rows = sorted(set(self.rows))
        if not rows:
            return self.column
        listed = join([str(row) for row in rows[:_SHOWN]])
        if len(rows) > _SHOWN:
            where = _("{n} rows, first {rows}").format(n=len(rows), rows=listed)
        else:
            where = n_("row {rows}", "rows {rows}", len(rows)).format(rows=listed)
        return f"{self.column} · {where}" if self.column else where

    def __str__(self) -> str:
        parts = [part for part in (self.found, self.rule, self.remedy) if part]
        sentence = clauses([part.rstrip(".。") for part in parts])
        stop = "" if sentence.endswith(("?", "？")) else _(".")
        place = self.place
        return (_("{place}: {sentence}").format(place=place, sentence=sentence) if place else sentence) + stop


class InputError(RefusedError):
    """The inputs are at fault; the message lists every problem, file by file.

    Attributes
    ----------
    problems : tuple of Problem

    Examples
    --------
    >>> print(InputError([Problem("children.csv", "children", (3,), "-2", "a number of children is 0 or more")]))
    1 problem in the inputs
    <BLANKLINE>
    children.csv
      children · row 3: -2; a number of children is 0 or more.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        n = len(self.problems)
        lines = [n_("{n} problem in the inputs", "{n} problems in the inputs", n).format(n=n)]
        files = list(dict.fromkeys(problem.file for problem in self.problems))
        ordered = sorted(self.problems, key=lambda problem: files.index(problem.file))
        for file, problems in groupby(ordered, key=lambda problem: problem.file):
            lines += ["", file, *(f"  {problem}" for problem in problems)]
        return "\n".join(lines)


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems with equal ones told once, their rows together, in the order in which they were found."""
    seen: dict[Problem, tuple[int, ...]] = {}
    for problem in problems:
        key = replace(problem, rows=())
        seen[key] = seen.get(key, ()) + problem.rows
    return [replace(problem, rows=rows) for problem, rows in seen.items()]


def nearest(found: str, known: Iterable[object]) -> str | None:
    """Return the known name that `found` was probably meant to be, if there is one.

    Examples
    --------
    >>> nearest("7", ["007", "012"])
    '007'
    >>> nearest("Harbour", ["Harbor", "Hill"])
    'Harbor'
    >>> nearest("S0I", ["S60", "S10", "S01"])
    'S01'
    """
    names = [str(name) for name in known]
    zeros = [name for name in names if name.lstrip("0") == found.lstrip("0") and found.strip("0")]
    folded = {_folded(name): name for name in reversed(names)}
    near = get_close_matches(_folded(found), folded, n=1, cutoff=0.6)
    return zeros[0] if zeros else folded[near[0]] if near else None


def _folded(name: str) -> str:
    return name.casefold().replace(" ", "").replace("_", "").translate(_LOOK_ALIKE)


def suggestion(name: str) -> str:
    """Return the question whether `name` was meant."""
    return _("did you mean '{name}'?").format(name=name)


def did_you_mean(found: str, known: Collection[object]) -> str:
    """Return the question whether the nearest known name was meant, else what is known, the first of a long list.

    Examples
    --------
    >>> did_you_mean("Harbour", ["Harbor", "Hill"])
    "did you mean 'Harbor'?"
    """
    near = nearest(found, known)
    if near is not None:
        return suggestion(near)
    if not known:
        return ""
    names = [str(name) for name in known]
    more = len(names) - _LISTED
    return _("known are {names}").format(
        names=join(names if more <= 0 else [*names[:_LISTED], _("{n} more").format(n=more)])
    )
