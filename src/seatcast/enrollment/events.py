"""Events move pupils: schools that open, close, merge, change their grades or move a boundary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CELL, DISTRICT, DRAW, GRADE, SCHOOL, YEAR
from seatcast.core.rates import ratio
from seatcast.inputs.roll_tables import LEAVING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from seatcast.core.streams import Streams
    from seatcast.enrollment.event_table import Event

_OPENING_SPREAD = 0.5
"""Of the logit of a new school's share of entrants where none is planned: from half to nearly twice an equal share."""


def after_events(
    draws: xr.DataArray, now: NDArray[np.float64], events: Sequence[Event], streams: Streams
) -> xr.DataArray:
    """Return the draws (year, cell, draw) of rolls after the events of those years; see `MovedRolls.apply`.

    Parameters
    ----------
    draws : DataArray (year, cell, draw), pupils
        As if nothing happened.
    now : (cell,), pupils
        In the year before the first.
    events : sequence of Event
        In the order of their years.
    streams : Streams
        For the shares of new schools that are not planned.

    Returns
    -------
    DataArray (year, cell, draw), pupils
        Every draw and year has the total that it had; cells of new schools and grades are added, in the order of the
        labels.
    """
    if not events:
        return draws
    labels = pd.DataFrame({key: draws[key].to_numpy() for key in (DISTRICT, SCHOOL, GRADE)})
    first = int(draws[YEAR].values[0])
    moved = MovedRolls(draws.values.astype(float), now, labels, first).apply(events, streams)
    order = moved.labels.sort_values([DISTRICT, SCHOOL, GRADE], kind="stable").index.to_numpy()
    values = np.maximum(moved.values[:, order], 0.0).astype(np.float32)
    coords: dict[str, Any] = {YEAR: draws[YEAR].to_numpy(), CELL: np.arange(len(order))}
    coords |= {key: (CELL, moved.labels[key].to_numpy()[order]) for key in (DISTRICT, SCHOOL, GRADE)}
    return xr.DataArray(values, coords, (YEAR, CELL, DRAW), name="pupils", attrs=draws.attrs)


@dataclass(eq=False)
class MovedRolls:
    """Draws of rolls while events move pupils between their cells; every draw keeps its total.

    Attributes
    ----------
    values : (year, cell, draw), pupils
    now : (cell,), pupils
        In the last year of record.
    labels : DataFrame (district, school, grade)
        One row a cell; cells that events bring are added at the end.
    first : int
        The first year of `values`.
    """

    values: NDArray[np.float64]
    now: NDArray[np.float64]
    labels: pd.DataFrame
    first: int

    def __post_init__(self) -> None:
        self.at = {
            (school, grade): cell
            for cell, (school, grade) in enumerate(zip(self.labels["school"], self.labels["grade"], strict=True))
        }
        self.home = dict(zip(self.labels["school"], self.labels["district"], strict=True))
        self.taught = set(self.at)
        self.shut: dict[str, int] = {}

    def apply(self, events: Sequence[Event], streams: Streams) -> MovedRolls:
        """Move pupils as the events say, year after year, in the order of the events' years.

        - merge, close: all pupils go to the same grade of the schools named, in proportion to the pupils there; where
          none is named, to the district's other schools with that grade. After a merger the school named takes grades
          that it did not have; after a closure with no such grade around, pupils stay and lack a seat.
        - change_grades: pupils of grades no longer taught leave as after a closure. A grade newly taught keeps the
          school's own pupils of the grade below, at the others' ratio; a new lowest grade takes `share` of the others'
          pupils, or what the school has of its next grade.
        - move_boundary: `share` of the pupils of the grades named; of every cohort that enters from that year on where
          no grades are named.
        - open: `share` of the entrants of the schools named (or the district's), then its cohorts go up; without a
          share an equal one, with a wide error. Never more than `seats`.
        """
        draws = self.values.shape[2]
        lots: dict[int, NDArray[np.float64]] = {}
        for at, event in enumerate(events):
            if event.event == "open":
                lots[at] = np.asarray(streams[f"rolls: opening {event.school}"].standard_normal(draws))
        for event in events:
            if event.event == "open":
                near = self.home.get(event.others[0], event.district) if event.others else event.district
                self.home.setdefault(event.school, near)
            if event.event in LEAVING:
                self.shut[event.school] = event.year
        for t in range(len(self.values)):
            for at, event in enumerate(events):
                if event.year <= self.first + t:
                    match event.event:
                        case "close" | "merge":
                            self._leave(t, event, self._grades(event.school))
                        case "change_grades":
                            self._leave(t, event, [g for g in self._grades(event.school) if g not in event.grades])
                            self._take(t, event, None)
                        case "open":
                            self._take(t, event, lots[at])
                        case _:
                            self._shift(t, event)
        return self

    def _grades(self, school: str) -> list[int]:
        return sorted(grade for name, grade in self.at if name == school)

    def _cell(self, school: str, grade: int) -> int:
        """Return the position of a cell; a new one, empty, where there is none."""
        if (school, grade) not in self.at:
            self.at[school, grade] = len(self.labels)
            row = pd.DataFrame({"district": [self.home[school]], "school": [school], "grade": [grade]})
            self.labels = pd.concat([self.labels, row], ignore_index=True)
            self.values = np.concatenate([self.values, np.zeros_like(self.values[:, :1])], axis=1)
            self.now = np.append(self.now, 0.0)
        return self.at[school, grade]

    def _around(self, event: Event, grade: int, year: int) -> list[int]:
        """Return the cells of a grade that pupils come from or go to: of the schools named, else of the district."""
        open_ = [s for s in self.home if s != event.school and self.shut.get(s, year + 1) > year]
        named = [self.at[s, grade] for s in event.others if s in open_ and (s, grade) in self.at]
        if event.others and event.event in ("merge", "close", "move_boundary"):
            return named
        near = [self.at[s, grade] for s in open_ if self.home[s] == self.home[event.school] and (s, grade) in self.at]
        return named or near

    def _give(self, t: int, cell: int, amount: NDArray[np.float64], to: list[int]) -> None:
        """Move an amount (draw,) from a cell to others, in proportion to the pupils there."""
        there = self.values[t, to]
        total = there.sum(0)
        weight = np.where(total > 0, there / np.where(total > 0, total, 1.0), 1.0 / len(to))
        self.values[t, to] += weight * amount
        self.values[t, cell] -= amount

    def _leave(self, t: int, event: Event, grades: list[int]) -> None:
        for grade in grades:
            to = self._around(event, grade, self.first + t)
            cell = self.at[event.school, grade]
            if not to and event.event == "merge":
                to = [self._cell(school, grade) for school in event.others if school in self.home]
            if to:
                self._give(t, cell, self.values[t, cell].copy(), to)

    def _shift(self, t: int, event: Event) -> None:
        grades = self._grades(event.school)
        cohort = [self.first + t - (grade - grades[0]) for grade in grades]
        for grade, entered in zip(grades, cohort, strict=True):
            moves = grade in event.grades if event.grades else entered >= event.year
            to = self._around(event, grade, self.first + t)
            if moves and to:
                cell = self.at[event.school, grade]
                self._give(t, cell, self.values[t, cell] * event.share, to)

    def _take(self, t: int, event: Event, lot: NDArray[np.float64] | None) -> None:
        """Fill the grades that a school newly teaches: entry by share, the others from its own grade below."""
        year, wanted = self.first + t, {}
        taught = {grade for grade in event.grades if (event.school, grade) in self.taught}
        for grade in event.grades:
            around = self._around(event, grade, year)
            if not around or (event.school, grade) in self.taught:
                continue
            pool = self.values[t, around].sum(0)
            if grade == event.grades[0]:
                wanted[grade] = pool * self._entry_share(t, event, lot, taught, len(around)), around
            elif (event.school, grade - 1) in self.at:
                own = self._before(t, [self.at[event.school, grade - 1]])
                below = own + self._before(t, self._around(event, grade - 1, year))
                wanted[grade] = pool * ratio(own, below, otherwise=0.0), around
        taken = sum((amount for amount, _around in wanted.values()), np.zeros(self.values.shape[2]))
        room = np.ones_like(taken)
        if np.isfinite(event.seats):
            kept = sum((self.values[t, self.at[event.school, g]] for g in taught), np.zeros_like(taken))
            room = np.clip((event.seats - kept) / np.where(taken > 0, taken, 1.0), 0.0, 1.0)
        for grade, (amount, around) in wanted.items():
            cell = self._cell(event.school, grade)
            part = amount * room / np.maximum(self.values[t, around].sum(0), 1e-12)
            moved = self.values[t, around] * part
            self.values[t, around] -= moved
            self.values[t, cell] += moved.sum(0)

    def _before(self, t: int, cells: list[int]) -> NDArray[np.float64]:
        """Return pupils (draw,) of the cells a year earlier."""
        draws = self.values.shape[2]
        return self.values[t - 1, cells].sum(0) if t else np.full(draws, self.now[cells].sum())

    def _entry_share(
        self, t: int, event: Event, lot: NDArray[np.float64] | None, taught: set[int], schools: int
    ) -> NDArray[np.float64] | float:
        if np.isfinite(event.share):
            return event.share
        if lot is not None:
            return np.asarray(1.0 / (1.0 + schools * np.exp(-_OPENING_SPREAD * lot)))
        following = min(taught, default=None)
        if following is None:
            return 0.0
        own = self.values[t, self.at[event.school, following]]
        total = own + self.values[t, self._around(event, following, self.first + t)].sum(0)
        return ratio(own, total, otherwise=0.0)
