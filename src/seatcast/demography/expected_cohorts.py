"""Expected cohorts: one step of the cohort-component method, in any ages, sexes and statuses."""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr

from seatcast.core.labels import AGE, STATUS
from seatcast.demography.cohorts import PARTS, TO_STATUS, DepletedCohortError, Timing
from seatcast.language import _

Rates = xr.DataArray | float


def expected_births(
    start: xr.DataArray, end: xr.DataArray, fertility: xr.DataArray, *, years: float = 1.0
) -> xr.DataArray:
    r"""Return the births of a step: :math:`B = z \sum_x F_x (W_x^0 + W_x^1) / 2`.

    Parameters
    ----------
    start, end : DataArray (age, ...), women
        At the start and the end of the step; their mean is the number of years lived a year.
    fertility : DataArray (age, ...), births per woman and year
    years : float
        Length of the step, z.

    Returns
    -------
    DataArray (...), births of both sexes

    References
    ----------
    Preston, Heuveline and Guillot (2001), Demography, section 6.3.

    Examples
    --------
    >>> women = xr.DataArray([1000.0, 900.0], {"age": [20, 25]})
    >>> float(expected_births(women, women, xr.DataArray([0.1, 0.1], {"age": [20, 25]}), years=5))
    950.0
    """
    return years * (fertility * (start + end) / 2).sum(AGE)


def expected_cohorts(
    people: xr.DataArray,
    births: Rates,
    survival: xr.DataArray,
    *,
    net: Rates = 0.0,
    arrivals: Rates = 0.0,
    departures: Rates = 0.0,
    change: xr.DataArray | None = None,
    timing: Timing = "end",
    last: Literal["open", "leave"] = "open",
) -> xr.Dataset:
    r"""Return the accounts of one step: everybody an age group older, with births, deaths and moves.

    With h the part of the step lived before a move (1 at its end, 1/2 where moves are even), m = 1 - survival and C
    the cohort at the start:

    .. math:: E = C (1 - m) - C (e + q)(1 - h m) + A (1 - (1 - h) m) + I

    where I are those who obtain the status. Net migration N counts people; even over the step half of it comes at the
    start, ages and dies with the others, and half at the end.

    Parameters
    ----------
    people : DataArray (age, ...), people
        At the start, by age group; also by sex, status, catchment, draw, as wanted.
    births : DataArray (...), births
        Of the step.
    survival : DataArray (age, ...)
        To each age group from the one before; to the youngest from birth. A label more than `people` has is the
        survival within the open age group, which else is that to it.
    net : DataArray (age, ...), people
        Net migrants, at their age when they move.
    arrivals : DataArray (age, ...), people
    departures : DataArray (age, ...), departures per person of the cohort
        Both by the age group reached at the end.
    change : DataArray (age, status, to_status), changes of status per person of the cohort, optional
    timing : {"end", "even"}
    last : {"open", "leave"}
        Whether the oldest group keeps its people, or they leave the range of ages.

    Returns
    -------
    Dataset (age, ...), people
        start, births, net, arrivals, departures, deaths, status_in, status_out, end; the balance closes.

    Raises
    ------
    DepletedCohortError
        If more leave than are there; nothing is cut off at none.

    References
    ----------
    Preston, Heuveline and Guillot (2001), Demography, chapter 6; statuses as in a multistate projection (Rogers 1995).

    Examples
    --------
    >>> children = xr.DataArray([100.0, 90.0], {"age": [0, 1]})
    >>> alive = xr.DataArray([0.99, 1.0], {"age": [0, 1]})
    >>> expected_cohorts(children, 110.0, alive, departures=0.1, last="leave")["end"].values
    array([98.01, 90.  ])
    """
    before, after = PARTS[timing]
    ages = people[AGE].values
    at_start = people + after * net
    start = at_start.shift({AGE: 1}, fill_value=0.0)
    born = births * xr.DataArray(np.arange(len(ages)) == 0, {AGE: ages}, (AGE,))
    die = 1 - survival.sel({AGE: ages})
    cohort = start + born
    deaths = cohort * die
    if last == "open":
        oldest = xr.DataArray(np.arange(len(ages)) == len(ages) - 1, {AGE: ages}, (AGE,)) * at_start
        within = survival.isel({AGE: -1}, drop=True)
        start, cohort, deaths = start + oldest, cohort + oldest, deaths + oldest * (1 - within)
    alive = cohort * (1 - before * die)
    left = alive * departures
    come = arrivals + xr.zeros_like(cohort)
    late = come * after * die
    inn = out = xr.zeros_like(cohort)
    if change is not None:
        out = alive * change.sum(TO_STATUS)
        inn = (alive * change).sum(STATUS).rename({TO_STATUS: STATUS})
    end = cohort - deaths - left - out + inn + come - late + (1 - after) * net
    parts = {
        "start": start - (at_start - people).shift({AGE: 1}, fill_value=0.0), "births": born + xr.zeros_like(cohort),
        "net": net + xr.zeros_like(cohort), "arrivals": come, "departures": left, "deaths": deaths + late,
        "status_in": inn, "status_out": out, "end": end,
    }  # fmt: skip
    sheet = xr.Dataset(parts).transpose(*people.dims, ...)
    _refuse_depleted(sheet["end"])
    return sheet


def _refuse_depleted(end: xr.DataArray) -> None:
    short = end.values < 0
    if short.any():
        cells = np.argwhere(short)
        place = ", ".join(
            f"{d} {end[d].values[k] if d in end.coords else k}" for d, k in zip(end.dims, cells[0], strict=True)
        )
        raise DepletedCohortError(
            _(
                "{place}: {people:,.1f} would be left, and fewer than none in {n} cells in all. More leave the cohort "
                "than are in it; check migration there, or the population that it starts from."
            ).format(place=place, people=float(end.values[tuple(cells[0])]), n=len(cells))
        )
