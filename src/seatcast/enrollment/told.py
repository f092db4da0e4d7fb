"""What is wrong with a table beside the rolls, told row by row; all problems come at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from seatcast.core.refused import RefusedError
from seatcast.inputs.schema import did_you_mean
from seatcast.language import _, join, n_

SHOWN = 3
"""Rows or names told one by one; of the others, how many there are."""


class HistoryError(RefusedError):
    """A history of rolls, or a table given beside it, cannot be forecast from.

    Attributes
    ----------
    problems : tuple of str
        Each says where, what was found, the rule and a remedy.

    Examples
    --------
    >>> print(HistoryError(["year: only 2026."], table="the events"))
    1 problem in the events
    <BLANKLINE>
      year: only 2026.
    """

    def __init__(self, problems: list[str], *, table: str | None = None) -> None:
        self.problems = tuple(problems)
        heading = n_("{n} problem in {table}", "{n} problems in {table}", len(problems)).format(
            n=len(problems), table=table or _("the history of rolls")
        )
        super().__init__("\n\n  ".join([heading, "\n  ".join(problems)]))


def told_columns(
    table: object, needed: Collection[str], known: Collection[str] | None = None, *, name: str = ""
) -> list[str]:
    """Return what keeps `table` from being read at all: not a table, columns that are missing, or that nobody knows.

    Parameters
    ----------
    known : columns, optional
        Besides those needed; others are refused, since a misspelled one would be passed over. None: any others.
    name : str
        Of a table beside the rolls.

    Examples
    --------
    >>> told_columns(pd.DataFrame({"year": [2027], "scool": ["Elm"]}), ["year"], ["school"], name="totals")
    ["totals · scool: not a column of this table (did you mean 'school'?). Rename it or leave it out."]
    """
    if not isinstance(table, pd.DataFrame):
        said = _("{name}: of the kind {kind}; a table is a pandas DataFrame. Make one with pandas.DataFrame.")
        return [said.format(name=name or _("the table"), kind=type(table).__name__)]
    before = f"{name} · " if name else ""
    found = join([str(column) for column in table.columns]) or _("nothing")
    problems = [
        _("{column}: missing; the columns found are {found}. Rename or add it.").format(
            column=before + column, found=found
        )
        for column in needed
        if column not in table
    ]
    every = [*needed, *(known or ())]
    return problems + [
        _("{column}: not a column of this table ({meant}). Rename it or leave it out.").format(
            column=f"{before}{column}", meant=did_you_mean(str(column), every)
        )
        for column in table.columns
        if known is not None and column not in every
    ]


def told_rows(
    frame: pd.DataFrame, column: str, wrong: np.ndarray, rule: str, *, name: str | None = None
) -> Iterator[str]:
    """Yield a sentence for each of the first wrong rows, and how many more there are."""
    places = np.flatnonzero(wrong)
    for row in places[:SHOWN]:
        found = frame[column].iloc[row]
        found = f"{found:g}" if isinstance(found, (float, np.floating)) else found
        yield _("{name} · row {row}: {found}; {rule}").format(name=name or column, row=row + 1, found=found, rule=rule)
    yield from _more(name or column, len(places) - SHOWN)


def told_each(name: str, found: list[str], rule: str) -> Iterator[str]:
    """Yield a sentence for each of the first things found that are no row of a table, and how many more there are.

    Examples
    --------
    >>> list(told_each("school", ["Elm"], "a school has pupils. Correct the name."))
    ['school Elm; a school has pupils. Correct the name.']
    """
    yield from (_("{name} {found}; {rule}").format(name=name, found=one, rule=rule) for one in found[:SHOWN])
    yield from _more(name, len(found) - SHOWN)


def _more(name: str, more: int) -> Iterator[str]:
    if more > 0:
        yield n_("{name}: the same in {n} more row.", "{name}: the same in {n} more rows.", more).format(
            name=name, n=more
        )
