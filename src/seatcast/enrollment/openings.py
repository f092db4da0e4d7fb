"""New schools fill grade by grade: the grades still to come are forecast although nobody attends them yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Bools, RollPanel


_NONE = 99
"""A grade above all others: of a school that is not open."""


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
    first = np.flatnonzero(np.append(True, panel.school_code[1:] != panel.school_code[:-1]))  # cell of each school
    low = np.minimum.reduceat(np.where(panel.live, panel.grade, _NONE), first, axis=1)
    top = np.maximum.reduceat(np.where(panel.live, panel.grade, -_NONE), first, axis=1)
    open_, school = top > -_NONE, np.arange(len(first))
    opened, age = open_.argmax(0), len(open_) - 1 - open_.argmax(0)
    grows = open_[-1] & (opened > 0)
    grows &= (low[-1] == low[opened, school]) & (top[-1] - top[opened, school] == age)
    ends = pd.DataFrame(
        {
            "school_code": panel.school_code[first], "district": panel.district[first],
            "school": panel.school[first], "low": low[-1], "top": top[-1],
        }
    )  # fmt: skip
    older = ends.loc[open_[-1] & ~grows, ["low", "top"]].value_counts().reset_index().sort_values(["count", "top"])
    ends = ends.assign(usual=ends["low"].map(older.groupby("low")["top"].last()))[grows]
    fills: pd.DataFrame = ends[ends["usual"] > ends["top"]].astype({"usual": int}).reset_index(drop=True)
    return fills


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
