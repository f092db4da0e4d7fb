"""The cohorts of an area and all that moves them: checked, then sent through the years by the compiled kernel."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DISTRICT, DRAW, STAGE, STATUS, YEAR, labelled
from seatcast.core.refused import RefusedError
from seatcast.core.study_area import StudyArea
from seatcast.language import _

Timing = Literal["end", "even"]
Keep = tuple[str, ...]
TO_STATUS = "to_status"
MOST = 2**24  # children in a cell: single precision counts no further
PARTS: dict[str, tuple[float, float]] = {"end": (1.0, 0.0), "even": (0.5, 0.5)}
"""Of the year, how much is lived before a move by those who leave, and after it by those who come."""


class DepletedCohortError(RefusedError):
    """More children leave a cohort than are in it."""


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Children at the start, and the rates by which they are born, die, move and change status.

    Attributes
    ----------
    area : StudyArea
    seed : int
        Of the random numbers; a number depends on it, the year, the catchment's name, the age, the status and the
        draw alone, so that neither threads nor the order of catchments change anything.
    start : DataArray (catchment, age, status, draw), children
        In the year of record; whole numbers, ages from 0 without gaps.
    births : DataArray (year, catchment, status, draw), births expected
    death : DataArray (age, status), probability to die within the year
    change : DataArray (age, status, to_status), probability to obtain another status within the year
    arrivals : DataArray (year, catchment, age, status, draw), arrivals per child of the area's cohort
    departures : DataArray (year, catchment, age, status, draw), departures per child
        Ages are those reached by the end of the year.
    timing : {"end", "even"}
        When children move: all at the end of the year, so that none dies after arriving and those who die do not
        leave; or evenly over it, so that they face half a year's mortality before leaving or after arriving.

    Raises
    ------
    ValueError
        If a count is negative, broken or too large, or a rate lies outside 0 and 1; all problems at once, each with
        its first place.
    """

    area: StudyArea
    seed: int
    start: xr.DataArray
    births: xr.DataArray
    death: xr.DataArray
    change: xr.DataArray
    arrivals: xr.DataArray
    departures: xr.DataArray
    timing: Timing = "end"

    def __post_init__(self) -> None:
        dims = {
            "start": ((CATCHMENT, AGE, STATUS, DRAW), "children"),
            "births": ((YEAR, CATCHMENT, STATUS, DRAW), "births"),
            "death": ((AGE, STATUS), "1"), "change": ((AGE, STATUS, TO_STATUS), "1"),
            "arrivals": ((YEAR, CATCHMENT, AGE, STATUS, DRAW), "per child"),
            "departures": ((YEAR, CATCHMENT, AGE, STATUS, DRAW), "per child"),
        }  # fmt: skip
        for field, (names, unit) in dims.items():
            array = getattr(self, field)
            at = {d: self.start[d].values for d in names if d in self.start.coords and d in array.coords and d != DRAW}
            if any(not array.indexes[d].equals(pd.Index(at[d])) for d in at):
                array = array.sel(at)
            object.__setattr__(self, field, labelled(array.astype(np.float32, copy=False), *names, unit=unit))
        self._check()

    def _check(self) -> None:
        what = {
            "start": (_("children"), 0.0, MOST), "births": (_("births"), 0.0, MOST),
            "death": (_("deaths per child"), 0, 1),
            "change": (_("changes of status per child"), 0, 1), "arrivals": (_("arrivals per child"), 0, np.inf),
            "departures": (_("departures per child"), 0, 1),
        }  # fmt: skip
        faults = []
        for field, (name, low, high) in what.items():
            array = getattr(self, field)
            if array.size and not (array.values.min() >= low and array.values.max() <= high):
                wrong = np.argmax(~((array.values >= low) & (array.values <= high)))
                place, value = _place(array, int(wrong)), array.values.flat[wrong]
                said = _(
                    "{what} at {place}: {value:g}; the rule is {low:g} to {high:g}. Check the table, or the scenario."
                )
                faults.append(said.format(what=name, place=place, value=value, low=low, high=high))
        broken = self.start.values != np.rint(self.start.values)
        if broken.any():
            at = int(np.argmax(broken))
            faults.append(
                _("children at {place}: {value:g}; children are whole. Round them by chance, draw by draw.")
                .format(place=_place(self.start, at), value=self.start.values.flat[at])
            )  # fmt: skip
        ages = self.start[AGE].values
        if not np.array_equal(ages, np.arange(len(ages))):
            faults.append(
                _("The ages are {ages}; they run from 0 without gaps.").format(ages=", ".join(map(str, ages)))
            )
        if self.timing not in PARTS:
            faults.append(_('timing is "{value}"; choose "end" or "even".').format(value=self.timing))
        if faults:
            raise ValueError("\n".join(faults))

    def project(self, keep: Keep = (CATCHMENT, AGE), *, flows: bool = False) -> dict[str, xr.DataArray]:
        """Return the children of the years to come, and the flows that made them where asked for.

        Parameters
        ----------
        keep : tuple
            What the counts are told apart by, besides year, status and draw: "catchment" or "district", "age" or
            "stage". Others are added up as they come, and never held in memory; sums beyond 16.8 million children
            are right to seven digits.
        flows : bool
            Whether start, arrivals, departures, deaths, status_in and status_out are kept, too. The children are the
            same with them and without.

        Returns
        -------
        dict of DataArray
            children from the year of record on, births and flows from the year after, (year, ..., status, draw).

        Raises
        ------
        DepletedCohortError
            If a scenario takes more children out of a cohort than are in it.
        """
        from seatcast.demography.projection_kernel import FLOWS, project
        from seatcast.demography.random_counts import hashed_draws

        place, places = _groups(self._places(keep))
        group, groups = _groups(self._ages(keep))
        years, statuses = self.births[YEAR].values, self.start[STATUS].values
        draws = self.start.sizes[DRAW]
        stock = np.empty((len(years) + 1, len(places), len(groups), len(statuses), draws), np.float32)
        born = np.empty((len(years), len(places), len(statuses), draws), np.float32)
        moved = np.empty((len(FLOWS) if flows else 0, *stock[1:].shape), np.float32)
        # The kernel goes through catchments in order, and through the ages of each from the oldest.
        fresh = _first(place)[:, None] & _first(group[::-1])[::-1]
        before, after = (np.float32(part) for part in PARTS[self.timing])
        level = np.ones(self.start.shape[:3], np.float32)
        names = {d: _keys([f"{self.seed} {d} {name}" for name in self.start[d].values]) for d in (CATCHMENT, STATUS)}
        bad = project(
            self.start.values, self.births.values, self.death.values, before, after, self.change.values,
            level, self.arrivals.values, level, self.departures.values, hashed_draws(draws), names[CATCHMENT],
            names[STATUS], _keys([str(year) for year in years]), self.change.values.sum((1, 2)) > 0,
            place, group, _first(place), fresh, stock, born, moved,
        )  # fmt: skip
        if bad.max() >= 0:
            self._depleted(int(bad[bad >= 0].min()))
        dims = [d for d in (CATCHMENT, DISTRICT, AGE, STAGE) if d in keep]
        labels = {d: places if d in (CATCHMENT, DISTRICT) else groups for d in dims}
        without_age = {d: labels[d] for d in dims if d in (CATCHMENT, DISTRICT)}
        ahead, status = {YEAR: years}, {STATUS: statuses}
        with_record = {YEAR: [int(years[0]) - 1, *years]}

        def told(values: npt.NDArray[Any], *coords: dict[str, Any]) -> xr.DataArray:
            at = {d: labels_ for part in coords for d, labels_ in part.items()}
            return xr.DataArray(values.reshape(*map(len, at.values()), draws), at, (*at, DRAW))

        parts = {FLOWS[k]: told(moved[k], ahead, labels, status) for k in range(len(moved))}
        parts["births"] = told(born, ahead, without_age, status)
        return {**parts, "children": told(stock, with_record, labels, status)}

    def summed(self, counts: xr.DataArray, keep: Keep) -> xr.DataArray:
        """Return counts by catchment (and age, where they have one) added up to what `keep` names, as in `project`."""
        for dim, other, labels in ((CATCHMENT, DISTRICT, self._places(keep)), (AGE, STAGE, self._ages(keep))):
            if dim not in counts.dims or dim in keep:
                continue
            number, groups = _groups(labels)
            into = xr.DataArray(number[:, None] == np.arange(len(groups)), dims=(dim, other)).astype(np.float32)
            counts = xr.dot(counts, into.assign_coords({dim: counts[dim], other: groups}), dim=dim)
            counts = counts if other in keep else counts.sel({other: ""}, drop=True)
        order = (YEAR, CATCHMENT, DISTRICT, AGE, STAGE, STATUS, DRAW)
        return counts.transpose(*(d for d in order if d in counts.dims))

    def _places(self, keep: Keep) -> list[Any]:
        """Return the place under which each catchment is counted."""
        catchments = list(self.start[CATCHMENT].values)
        if CATCHMENT in keep:
            return catchments
        return (
            self.area.catchments[DISTRICT].reindex(catchments).to_list() if DISTRICT in keep else [""] * len(catchments)
        )

    def _ages(self, keep: Keep) -> list[Any]:
        """Return the age or stage under which each age is counted; ages of no stage are "other"."""
        ages = [int(age) for age in self.start[AGE].values]
        if AGE in keep:
            return ages
        stages = {s.age(grade): s.stage for s in self.area.stages for grade in s.grades}
        return [stages.get(age, "other") for age in ages] if STAGE in keep else [""] * len(ages)

    def _depleted(self, cell: int) -> None:
        """Raise, naming the first cell from which more than all would go."""
        labels = {YEAR: self.births[YEAR].values, **{d: self.start[d].values for d in (CATCHMENT, AGE, STATUS)}}
        at = np.unravel_index(cell, [len(values) for values in labels.values()])
        place = {d: values[k] for (d, values), k in zip(labels.items(), at, strict=True)}
        most = float(self.departures.sel(place).max())
        raise DepletedCohortError(
            _(
                "{place}: deaths, departures and changes of status together take more than all the children of the "
                "cohort; departures alone take up to {share:.0%}. Lower the departures or the changes of status there, "
                "in the tables or in the scenario."
            ).format(place=", ".join(f"{d} {v}" for d, v in place.items()), share=most)
        )


def chance_of_cells(seed: int, labels: list[list[Any]], draws: int) -> npt.NDArray[np.float64]:
    """Return a number between 0 and 1 for every combination of labels and every draw, by their names alone.

    Examples
    --------
    >>> one, other = chance_of_cells(1, [["east", "west"]], 3), chance_of_cells(1, [["west", "east"]], 3)
    >>> bool((one[0] == other[1]).all())
    True
    """
    from seatcast.demography.random_counts import chances

    names = [" ".join(map(str, cell)) for cell in product(*labels)]
    keys = _keys([f"{seed} start {name}" for name in names])
    return np.asarray(chances(keys, draws).reshape(*map(len, labels), draws))


def _place(array: xr.DataArray, cell: int) -> str:
    """Return the labels of one cell in words."""
    at = np.unravel_index(cell, array.shape)
    named = zip(array.dims, at, strict=True)
    return ", ".join(f"{d} {array[d].values[k] if d in array.coords else k}" for d, k in named)


def _groups(labels: list[Any]) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """Return the number of each label's group, and the groups in the order in which they occur."""
    number, groups = pd.factorize(np.array(labels))
    return number.astype(np.int64), list(groups)


def _first(group: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return whether each is the first of its group."""
    return np.asarray(~pd.Series(group).duplicated().to_numpy())


def _keys(names: list[str]) -> npt.NDArray[np.uint64]:
    """Return 64 bits a name."""
    words = [int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little") for name in names]
    return np.array(words, np.uint64)
