"""What is wrong with a table beside the rolls, told row by row; all problems come at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from seatcast.core.refused import RefusedError
from seatcast.language import _, n_

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


def told_rows(
    frame: pd.DataFrame, column: str, wrong: np.ndarray, rule: str, *, name: str | None = None
) -> Iterator[str]:
    """Yield a sentence for each of the first wrong rows, and how many more there are."""
    places = np.flatnonzero(wrong)
    for row in places[:SHOWN]:
        found = frame[column].iloc[row]
        found = f"{found:g}" if isinstance(found, (float, np.floating)) else found
        yield _("{name} · row {row}: {found}; {rule}").format(name=name or column, row=row + 1, found=found, rule=rule)
    more = len(places) - SHOWN
    if more > 0:
        yield n_("{name}: the same in {n} more row.", "{name}: the same in {n} more rows.", more).format(
            name=name or column, n=more
        )
