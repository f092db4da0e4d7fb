"""The history of rolls by group, checked against the rolls that it is to divide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.core.labels import CELL, DISTRICT, DRAW, GRADE, SCHOOL, YEAR
from seatcast.enrollment.history import COLUMNS, history_problems, key_problems, row_problems
from seatcast.enrollment.told import HistoryError, told_columns, told_each, told_rows
from seatcast.language import _, join

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {"year": int, "grade": int, "pupils": float, "district": str, "school": str}
_TAKEN = (*COLUMNS, CELL, DRAW)
_OFF, _OFF_PUPILS = 0.05, 5.0
"""Of a school's pupils in a year: how far its groups may miss them; shares bear rounded counts, not other pupils."""


def checked_groups(history: pd.DataFrame, rolls: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Return the history by group with the columns of a history and `by`, tidy.

    Parameters
    ----------
    history : DataFrame
        year, district, school, grade, pupils and `by`.
    rolls : DataFrame
        The history that all groups together were forecast from.

    Raises
    ------
    HistoryError
        With every problem: columns, rows, groups of which nothing is known, another last year, and schools and years
        whose groups do not add up to the rolls.
    """
    if by in _TAKEN:
        problems = [_("by: {by}; rolls and draws have a column of this name. Give the groups another.").format(by=by)]
    else:
        problems = told_columns(history, (*COLUMNS, by))
    problems = problems or [*row_problems(history), *_of_groups(history, by)]
    if not problems:
        total = sum_of_groups(history.astype(_KINDS))
        alone = len(set(history[by])) == 1  # a group that is the whole has no shares that move: one year will do
        problems = [*key_problems(total)] if alone else history_problems(total)
        problems = problems or [*_against(total, rolls)]
    if problems:
        raise HistoryError(problems, table=_("the history by group"))
    return history[[*COLUMNS, by]].astype(_KINDS)


def sum_of_groups(history: pd.DataFrame) -> pd.DataFrame:
    """Return the history of all groups together; a count that is not known of one group is not known of all."""
    counts = history.groupby([YEAR, DISTRICT, SCHOOL, GRADE])["pupils"]
    return counts.sum().where(counts.count() == counts.size()).reset_index()


def _of_groups(history: pd.DataFrame, by: str) -> Iterator[str]:
    yield from told_rows(history, by, history[by].isna().to_numpy(), _("every row names its group. Fill in the blank."))
    twice = history.duplicated([YEAR, SCHOOL, GRADE, by]).to_numpy()
    key = [" · ".join(map(str, row)) for row in history[[SCHOOL, YEAR, GRADE, by]].itertuples(index=False)]
    rule = _("a school, year, grade and group occur once. Remove the row, or add the counts up.")
    yield from told_rows(history.assign(key=key), "key", twice, rule, name=_("school, year, grade, group"))
    known = history["pupils"].notna().groupby(history[by]).any()
    if known.any():
        unknown = [str(group) for group in known.index[~known]]
        if unknown:
            yield _(
                "{by}: no count of {groups} is known; a share needs some. Fill in what is known, or count its pupils "
                "with another group."
            ).format(by=by, groups=join(unknown))


def _against(total: pd.DataFrame, rolls: pd.DataFrame) -> Iterator[str]:
    """Yield where the groups and the rolls are not of the same pupils."""
    ours, theirs = int(total[YEAR].max()), int(rolls[YEAR].max())
    if ours != theirs:
        yield _(
            "year: the groups end in {ours}, the rolls in {theirs}; shares go on from the last year of the rolls. Add "
            "the years, or leave those after out."
        ).format(ours=ours, theirs=theirs)
    key = [YEAR, SCHOOL, GRADE]
    of_years = rolls[rolls[YEAR].isin(total[YEAR])].astype({SCHOOL: str})
    both = total[total[YEAR] <= theirs][[*key, "pupils"]].merge(
        of_years[[*key, "pupils"]], on=key, how="outer", suffixes=("", "_rolls"), indicator="found"
    )
    both.loc[both["found"] == "left_only", "pupils_rolls"] = 0.0  # a missing row is no such cell, a blank is unknown
    both.loc[both["found"] == "right_only", "pupils"] = 0.0
    sums = both.dropna().groupby([YEAR, SCHOOL])[["pupils", "pupils_rolls"]].sum().reset_index()
    off = (sums["pupils"] - sums["pupils_rolls"]).abs() > np.maximum(_OFF * sums["pupils_rolls"], _OFF_PUPILS)
    said = [
        _("{school} in {year}: {found:,.0f} pupils for {rolls:,.0f} in the rolls").format(
            school=row[SCHOOL], year=row[YEAR], found=row["pupils"], rolls=row["pupils_rolls"]
        )
        for row in sums[off].to_dict("records")
    ]
    rule = _("the groups add up to the pupils of the rolls. Correct the counts, or the name of the school.")
    yield from told_each(_("school"), said, rule)
