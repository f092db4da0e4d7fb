"""New schools fill grade by grade: the grades still to come are forecast although nobody attends them yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Bools, RollPanel


_NONE = 99  # above all grades: the lowest grade of a school that is not open; its highest is below all


def filling_schools(panel: RollPanel) -> pd.DataFrame:
    """Return the schools that are still filling: school_code, district, school, top (grade now), usual (grade at last).

    A school fills if it opened within the history, has kept its lowest grade, has gained one grade at the top every
    year since, and ends below the grade in which most older schools with that lowest grade end. Where there is no
    older school to go by, none fills.

    Examples
    --------
    >>> from seatcast.enrollment.panel import RollPanel
    >>> rows = [(year, "East", "Elm", grade, 40.0) for year in (2024, 2025, 2026) for grade in (1, 2, 3)]
    >>> rows += [(2025, "East", "Oak", 1, 30.0), (2026, "East", "Oak", 1, 32.0), (2026, "East", "Oak", 2, 29.0)]
    >>> history = pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"])
    >>> filling_schools(RollPanel.from_frame(history))[["school", "top", "usual"]].to_dict("list")
    {'school': ['Oak'], 'top': [2], 'usual': [3]}
    """
    first = panel.school_starts
    low = np.minimum.reduceat(np.where(panel.live, panel.grade, _NONE), first, axis=1)
    top = np.maximum.reduceat(np.where(panel.live, panel.grade, -_NONE), first, axis=1)
    open_, school = top > -_NONE, np.arange(len(first))
    opened, age = open_.argmax(0), len(open_) - 1 - open_.argmax(0)
    grows = open_[-1] & (opened > 0)
    grows &= (low[-1] == low[opened, school]) & (top[-1] - top[opened, school] == age)
    older, usual = open_[-1] & ~grows, np.full(len(first), -_NONE)
    for lowest in np.unique(low[-1, grows]):
        tops, number = np.unique(top[-1, older & (low[-1] == lowest)], return_counts=True)
        if len(tops):
            usual[grows & (low[-1] == lowest)] = tops[number == number.max()].max()
    fills = np.flatnonzero(grows & (usual > top[-1]))
    cell = first[fills]
    return pd.DataFrame(
        {
            "school_code": panel.school_code[cell], "district": panel.district[cell], "school": panel.school[cell],
            "top": top[-1, fills], "usual": usual[fills],
        }
    )  # fmt: skip


def grades_to_come(panel: RollPanel) -> pd.DataFrame:
    """Return a row with no pupils for every grade that a filling school has yet to open, as of the last year."""
    schools = filling_schools(panel)
    number = (schools["usual"] - schools["top"]).to_numpy(np.int64)
    which = np.repeat(np.arange(len(schools)), number)
    step = np.arange(len(which)) - np.repeat(np.cumsum(number) - number, number) + 1
    rows = schools.iloc[which]
    grade = rows["top"].to_numpy(np.int64) + step
    frame = rows[["district", "school"]].assign(year=panel.origin, grade=grade, pupils=0.0)
    return frame[["year", "district", "school", "grade", "pupils"]].reset_index(drop=True)


def filling(panel: RollPanel) -> Bools:
    """Return (cell,): empty at the origin, and to be opened by a school that is filling."""
    schools = filling_schools(panel)
    usual = np.full(int(panel.school_code.max()) + 1, -99)
    top = np.full(len(usual), 99)
    usual[schools["school_code"]] = schools["usual"]
    top[schools["school_code"]] = schools["top"]
    code = panel.school_code
    return np.asarray((panel.grade > top[code]) & (panel.grade <= usual[code]))
