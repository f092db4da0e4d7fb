"""How many of the young children are on record: later school entrants tell how many there were."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, STATUS, YEAR, dense
from seatcast.core.rates import ratio
from seatcast.core.study_area import Stage, StudyArea
from seatcast.demography.assumptions import (
    AGES,
    BIRTHS,
    BIRTHS_AND_AGES,
    BY_COUNTS,
    BY_EITHER,
    BY_ROLLS,
    FROM_TO,
    NOT_CORRECTED,
    RECORDED,
    ROLLS_FALL_SHORT,
    UP_TO,
    Assumption,
    figure,
)
from seatcast.demography.births import births_on_record
from seatcast.demography.moves import moves_on_record
from seatcast.inputs.read import Inputs

LEAST_COHORTS = 3
MEASURES = ("share", "spread", "cohorts", "rolls", "short")
ROUNDING = 1e-9  # a share above 1 by less is 1


def recorded_share(inputs: Inputs) -> xr.DataArray:
    """Return the share of children on record, by age and status, with its spread between cohorts.

    A cohort counted at the entry age E of the first school grade, which the school register makes complete, less the
    arrivals and plus the departures since age a, is what it must have been at age a; the count on record then, divided
    by that, is the share recorded. In years without a count at age E the rolls of that grade stand for it: that they
    hold every child is then an assumption. Rolls lack the children who were refused or are taught elsewhere; where they
    hold fewer than the record, nothing is corrected. Cohorts are pooled. Births stand at age -1: births on record
    against the births that the cohort's children at age 0 imply.

    Parameters
    ----------
    inputs : Inputs
        With children, migration and births.

    Returns
    -------
    DataArray (measure, age, status), share of 1
        measure "share" and "spread" (standard deviation of the share's logarithm between cohorts), "cohorts" (how many
        tell it), "rolls" (how many of these are complete by the rolls) and "short" (1 where these rolls fall short of
        the record, else 0); ages from -1 to E - 1. The share is 1, with spread 0, where fewer than three cohorts are
        known from that age to E or the rolls fall short; see `recording_assumptions`.

    References
    ----------
    Reverse survival against the school register; under-registration of young children in China: Goodkind (2004),
    Population Studies 58 (3).
    """
    school = _first_school(inputs.area)
    entry = school.entry_age
    record = births_on_record(inputs)
    known = moves_on_record(inputs)
    rolls = _entrants(inputs, school.grades[0])
    tables = (inputs.children, None if known is None else known.moves, record, rolls)
    years = sorted({int(y) for table in tables if table is not None for y in table[YEAR].unique()})
    statuses = [status.status for status in inputs.area.statuses]
    coords: dict[str, list[Any]] = {YEAR: years, AGE: list(range(entry + 1)), STATUS: statuses}
    nothing = pd.DataFrame(columns=[YEAR, AGE, STATUS, "children", "arrivals", "departures"], dtype=float)
    stock = dense(_or(inputs.children, nothing), "children", coords, absent=np.nan).values
    entrants = dense(rolls, "pupils", {YEAR: years, STATUS: statuses}, absent=np.nan).values
    enrolled = np.isnan(stock[:, entry])
    complete = np.where(enrolled, entrants, stock[:, entry])
    moves = _or(None if known is None else known.moves, nothing)
    net = (dense(moves, "arrivals", coords, absent=np.nan) - dense(moves, "departures", coords, absent=np.nan)).values
    births = dense(record, "births", {YEAR: years, STATUS: statuses}, absent=np.nan).values
    out = np.zeros((len(MEASURES), entry + 1, len(statuses)))
    out[0] = 1.0
    at = {year: k for k, year in enumerate(years)}
    for age in range(-1, entry):
        shares: list[npt.NDArray[np.float64]] = []
        weights: list[npt.NDArray[np.float64]] = []
        of_rolls: list[npt.NDArray[np.bool_]] = []
        for year in years:
            born = year - max(age, 0)
            if born + entry not in at:
                continue
            implied = complete[at[born + entry]].copy()
            for later in range(max(age + 1, 0), entry + 1):
                implied -= net[at[born + later], later] if born + later in at else np.nan
            counted = births[at[year]] if age < 0 else stock[at[year], age]
            shares.append(ratio(counted, implied, otherwise=np.nan))
            weights.append(implied)
            of_rolls.append(enrolled[at[born + entry]])
        if shares:
            share, weight, taught = np.array(shares), np.array(weights), np.array(of_rolls)
            for s in range(len(statuses)):
                out[:, age + 1, s] = _pooled(share[:, s], weight[:, s], taught[:, s])
    return xr.DataArray(
        out,
        {"measure": list(MEASURES), AGE: list(range(-1, entry)), STATUS: statuses},
        ("measure", AGE, STATUS),
    )


def _pooled(
    shares: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], of_rolls: npt.NDArray[np.bool_]
) -> tuple[float, ...]:
    """Return the `MEASURES` of one age and status from its cohorts: share, children implied, whether rolls tell it."""
    good = shares > 0
    w, x, n = weights[good], shares[good], float(good.sum())
    if n < LEAST_COHORTS:
        return 1.0, 0.0, n, 0.0, 0.0
    share, rolls = float((w * x).sum() / w.sum()), float(of_rolls[good].sum())
    if rolls > 0 and share > 1 + ROUNDING:
        return 1.0, 0.0, n, rolls, 1.0
    return share, float(np.log(x).std(ddof=1)), n, rolls, 0.0


def recording_assumptions(recorded: xr.DataArray, inputs: Inputs) -> tuple[Assumption, ...]:
    """Return, status by status, the share of young children on record and its spread, or why there is none.

    Parameters
    ----------
    recorded : DataArray (measure, age, status)
        As `recorded_share` returns it.
    inputs : Inputs
        Those of the share. Nothing is said of births where no table of births is given.
    """
    school, said = _first_school(inputs.area), []
    if inputs.births is None:
        recorded = recorded.drop_sel({AGE: -1})
    names = {"age": school.entry_age, "grade": school.grades[0]}
    for status in inputs.area.statuses:
        told = recorded.sel({STATUS: status.status})
        enough = told.sel(measure="cohorts") >= LEAST_COHORTS
        short = told.sel(measure="short") > 0
        ages = told[AGE].values
        if bool((enough & ~short).any()):
            known = told.isel({AGE: np.flatnonzero(enough & ~short)})
            counts, rolls = float(known.sel(measure="cohorts").sum()), float(known.sel(measure="rolls").sum())
            source = BY_COUNTS if rolls == 0 else BY_ROLLS if rolls == counts else BY_EITHER
            share, spread = known.sel(measure="share"), known.sel(measure="spread")
            values: dict[str, Any] = {
                "share": _from_to(float(share.min()), float(share.max())),
                "spread": _up_to(float(spread.max())),
            }
            values |= {"status": status, "what": _of_ages(known[AGE].values), "source": Assumption(source, names)}
            said.append(Assumption(RECORDED, values))
        if bool(short.any()):
            values = {"status": status, "what": _of_ages(ages[short.values]), "grade": names["grade"]}
            said.append(Assumption(ROLLS_FALL_SHORT, values))
        if not bool(enough.all()):
            values = {"status": status, "what": _of_ages(ages[~enough.values])}
            values |= {"source": Assumption(BY_EITHER, names)}
            said.append(Assumption(NOT_CORRECTED, values))
    return tuple(said)


def _from_to(low: float, high: float) -> str | Assumption:
    """Return two shares as they are printed: as one where they print alike."""
    first, last = f"{low:.0%}", f"{high:.0%}"
    return first if first == last else Assumption(FROM_TO, {"low": first, "high": last})


def _up_to(most: float) -> Assumption:
    """Return a spread as it is printed."""
    told = figure(most, ".1%", 0.001)
    return told if isinstance(told, Assumption) else Assumption(UP_TO, {"most": told})


def _of_ages(ages: npt.NDArray[np.int64]) -> Assumption:
    """Return what is meant by ages, in words; births stand at -1."""
    told = [int(age) for age in ages if age >= 0]
    if not told:
        return Assumption(BIRTHS)
    in_turn = len(told) > 1 and told == list(range(told[0], told[-1] + 1))
    text = f"{told[0]}-{told[-1]}" if in_turn else ", ".join(map(str, told))
    return Assumption(BIRTHS_AND_AGES if ages[0] < 0 else AGES, {"ages": text})


def _first_school(area: StudyArea) -> Stage:
    """Return the stage that takes every child: the first with school grades, or the first of all."""
    return next((stage for stage in area.stages if stage.grades[0] >= 1), area.stages[0])


def _entrants(inputs: Inputs, grade: int) -> pd.DataFrame:
    """Return pupils of a grade by year and status, of the whole area; years with a school unknown are left out."""
    rolls = inputs.enrollment
    if rolls is None or STATUS not in rolls:
        return pd.DataFrame(columns=[YEAR, STATUS, "pupils"], dtype=float)
    pupils = rolls[rolls["grade"] == grade].groupby([YEAR, STATUS])["pupils"]
    return pupils.sum().where(pupils.count() == pupils.size()).dropna().reset_index()


def _or(table: pd.DataFrame | None, otherwise: pd.DataFrame) -> pd.DataFrame:
    return otherwise if table is None else table
