"""The rolls of all schools as one array: years by cells, a cell being one grade of one school."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seatcast.core.rates import ratio

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LIVE = 5
"""Pupils from which a grade counts as offered; below it ratios and logarithms say nothing."""
RECENT_WEIGHTS = (3.0, 2.0, 1.0)
"""Of the last three years, the latest first: the 3-2-1 mean of school planners."""


@dataclass(frozen=True, eq=False)
class RollPanel:
    """Pupils by year and cell, with the links between the cells.

    Attributes
    ----------
    years : (year,)
        Consecutive; the last is the origin of a forecast.
    pupils : (year, cell), pupils
        NaN = unknown; 0 = no such cell in that year.
    district, school, grade : (cell,)
        Labels. Cells are sorted by district, school and grade, so that nothing depends on the order of rows.
    district_code, school_code : (cell,)
        The same as numbers from 0, in the order of the labels.
    below, above : (cell,)
        Position of the same school's next lower and next higher grade; -1 where it has none.

    Examples
    --------
    >>> history = pd.DataFrame(
    ...     [(2025, "East", "Elm", 1, 40.0), (2025, "East", "Elm", 2, 38.0), (2026, "East", "Elm", 2, 41.0)],
    ...     columns=["year", "district", "school", "grade", "pupils"],
    ... )
    >>> panel = RollPanel.from_frame(history)
    >>> panel.pupils.tolist()
    [[40.0, 38.0], [0.0, 41.0]]
    >>> panel.below.tolist()
    [-1, 0]
    """

    years: Ints
    pupils: Floats
    district: NDArray[np.object_]
    school: NDArray[np.object_]
    grade: Ints
    district_code: Ints
    school_code: Ints
    below: Ints
    above: Ints

    @classmethod
    def from_frame(cls, history: pd.DataFrame) -> RollPanel:
        """Return the panel of a checked history (year, district, school, grade, pupils)."""
        keys = ["district", "school", "grade"]
        frame = history.assign(district=history["district"].astype(str), school=history["school"].astype(str))
        index = pd.MultiIndex.from_frame(frame[keys].drop_duplicates().sort_values(keys))
        years = np.arange(frame["year"].min(), frame["year"].max() + 1)
        pupils = np.zeros((len(years), len(index)))
        at = index.get_indexer(pd.MultiIndex.from_frame(frame[keys]))
        pupils[frame["year"].to_numpy() - years[0], at] = frame["pupils"].to_numpy(float)
        district, school, grade = (index.get_level_values(key).to_numpy() for key in keys)
        grade = grade.astype(np.int64)
        school_code = _codes(school)
        follows = (school_code[1:] == school_code[:-1]) & (grade[1:] == grade[:-1] + 1)
        position = np.arange(len(grade))
        return cls(
            years=years.astype(np.int64),
            pupils=pupils,
            district=district.astype(object),
            school=school.astype(object),
            grade=grade,
            district_code=_codes(district),
            school_code=school_code,
            below=np.where(np.append(False, follows), position - 1, -1),
            above=np.where(np.append(follows, False), position + 1, -1),
        )

    @property
    def origin(self) -> int:
        """The last year."""
        return int(self.years[-1])

    @cached_property
    def live(self) -> Bools:
        """(year, cell): the cell is known to have at least `LIVE` pupils."""
        return np.asarray(np.nan_to_num(self.pupils) >= LIVE)

    @cached_property
    def entry_grade(self) -> int:
        """The grade in which compulsory school begins here: the lowest from kindergarten (0) up.

        Pre-kindergarten (-1) is voluntary, so kindergarten does not follow from it.
        """
        compulsory = self.grade[self.grade >= 0]
        return int(compulsory.min()) if len(compulsory) else int(self.grade.min())

    @cached_property
    def continuing(self) -> Bools:
        """(cell,): live at the origin and fed by the live grade below in the same school; the others are entries."""
        live = self.live[-1]
        return np.asarray(live & (self.below >= 0) & live[self.below] & (self.grade > self.entry_grade))

    @cached_property
    def school_starts(self) -> Ints:
        """(school,): the first cell of each school, in the order of cells; a school lies in one district, all together.

        Cells are sorted by district first, so this is not the order of school codes.
        """
        return np.flatnonzero(np.append(True, self.school_code[1:] != self.school_code[:-1]))

    @cached_property
    def group(self) -> Ints:
        """(cell,): number of the district and grade together."""
        grade = self.grade - self.grade.min()
        return np.asarray(self.district_code * (int(grade.max()) + 1) + grade)

    def until(self, year: int) -> RollPanel:
        """Return the panel as it was known in `year`."""
        kept = int(np.searchsorted(self.years, year, side="right"))
        return replace(self, years=self.years[:kept], pupils=self.pupils[:kept])

    def unchanged(self, one: int, other: int) -> Bools:
        """Return (school,): the school's live grades are the same in the years at positions `one` and `other`.

        A count that is not known says neither that a grade is offered nor that it is not.
        """
        known = np.isfinite(self.pupils[one]) & np.isfinite(self.pupils[other])
        differs = known & (self.live[one] != self.live[other])
        return np.asarray(sums(differs, self.school_code) == 0)

    def comparable(self, one: int, other: int) -> Bools:
        """Return (cell,): live in both years, in a school that is `unchanged` between them."""
        return np.asarray(self.unchanged(one, other)[self.school_code] & self.live[one] & self.live[other])


def _codes(labels: NDArray[np.object_]) -> Ints:
    return np.unique(labels.astype(str), return_inverse=True)[1].astype(np.int64)


def sums(values: Floats | Bools, group: Ints, size: int = 0) -> Floats:
    """Return the sum of `values` in each group 0, 1, ... (at least `size` groups).

    Examples
    --------
    >>> sums(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 0]))
    array([5., 0., 2.])
    """
    return np.bincount(group, values, size).astype(np.float64)


def recent_mean(values: Floats, known: Bools, weights: tuple[float, ...] = RECENT_WEIGHTS) -> Floats:
    """Return the mean of the last values that are known, the latest weighing most; NaN where none is.

    Parameters
    ----------
    values : (year, cell)
    known : (year, cell)
        Where to look; the last `len(weights)` known years of each cell count.
    weights : tuple of float
        For the latest known year, the one before, and so on.

    Examples
    --------
    >>> recent_mean(np.array([[10.0], [20.0], [30.0], [99.0]]), np.array([[True], [True], [True], [False]]))
    array([23.33333333])
    """
    rank = np.cumsum(known[::-1], axis=0)[::-1] - 1
    table = np.append(np.asarray(weights), 0.0)
    weight = np.where(known, table[np.clip(rank, 0, len(weights))], 0.0)
    total = weight.sum(0)
    known_sum = (weight * np.where(known, values, 0.0)).sum(0)
    return ratio(known_sum, total, otherwise=np.nan)
