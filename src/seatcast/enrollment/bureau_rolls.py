"""A bureau's own rolls: its history as the forecast reads it, the forecast, and the record put before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CELL, DISTRICT, DRAW, GRADE, SCHOOL, YEAR
from seatcast.core.rates import ratio
from seatcast.core.scenario import Scenario
from seatcast.demography.births import latest_vintage
from seatcast.enrollment.rolls import EnrollmentForecast, forecast_enrollment
from seatcast.inputs.read import Inputs


def project_rolls(inputs: Inputs, scenario: Scenario) -> EnrollmentForecast:
    """Return the rolls of all schools by grade, from the bureau's enrollment and, where it has them, births.

    Parameters
    ----------
    inputs : Inputs
        With enrollment; statuses are added up, and a cell unknown for one of them is unknown.
    scenario : Scenario
        `committed`: schools that close pass their pupils on to others.

    Returns
    -------
    EnrollmentForecast
    """
    horizon = scenario.horizon or inputs.horizon
    rolls = forecast_enrollment(
        roll_history(inputs), horizon=horizon, draws=scenario.draws, seed=scenario.seed, births=entry_births(inputs)
    )
    draws = _after_closings(rolls.draws, inputs) if scenario.committed else rolls.draws
    return replace(rolls, scenario=scenario, draws=draws)


def _after_closings(draws: xr.DataArray, inputs: Inputs) -> xr.DataArray:
    """Return the draws with the pupils of schools that close moved on, from the year of closing.

    They go to the same grade of the district's other schools of the sector, in proportion to the pupils there; the
    district keeps its total. Where no other school has the grade they stay, and are short of seats.
    """
    schools = inputs.area.schools
    if "closes" not in schools:
        return draws
    closes = pd.to_numeric(schools["closes"], errors="coerce").fillna(np.inf)
    at = schools.reindex(draws[SCHOOL].values)
    shuts = closes.reindex(draws[SCHOOL].values).to_numpy()
    kind = pd.MultiIndex.from_arrays([draws[DISTRICT].values, draws[GRADE].values, at["sector"]]).factorize()[0]
    values = draws.values.copy()
    for t, year in enumerate(draws[YEAR].values):
        for cell in np.flatnonzero(shuts <= year):
            others = np.flatnonzero((kind == kind[cell]) & (shuts > year))
            there = values[t, others].sum(0)
            moved = np.where(there > 0, values[t, cell], 0.0)
            values[t, others] *= 1 + ratio(moved, there, otherwise=0.0)
            values[t, cell] -= moved
    return draws.copy(data=values)


def roll_history(inputs: Inputs) -> pd.DataFrame:
    """Return the bureau's enrollment as `forecast_enrollment` reads it: year, district, school, grade, pupils."""
    assert inputs.enrollment is not None
    pupils = inputs.enrollment.groupby(["year", "school", "grade"])["pupils"]
    counts = pupils.sum().where(pupils.count() == pupils.size()).reset_index()
    districts = _districts(inputs)
    return counts.assign(district=inputs.area.name if districts is None else counts["school"].map(districts))


def _districts(inputs: Inputs) -> pd.Series | None:
    """Return the district of each school on roll; None where one is unknown: the area then is one district."""
    assert inputs.enrollment is not None
    schools = inputs.area.schools
    if "catchment" not in schools:
        return None
    home = schools["catchment"].map(inputs.area.catchments["district"])
    return None if home.reindex(inputs.enrollment["school"].unique()).isna().any() else home


def entry_births(inputs: Inputs) -> pd.DataFrame | None:
    """Return births of record by the school year in which they enter (kindergarten or grade 1), or None.

    The area as a whole stands for its districts where births are not known by district.
    """
    if inputs.births is None:
        return None
    births = latest_vintage(inputs.births)
    if _districts(inputs) is None:
        births = births.assign(district=inputs.area.name)
    elif "district" not in births or births["district"].isna().all():
        births = births.assign(district=births["catchment"].map(inputs.area.catchments["district"]))
    grouped = births.groupby(["year", "district"])["births"].sum(min_count=1).reset_index()
    entry = next((grade for grade in inputs.area.grades if grade >= 0), inputs.area.grades[0])  # pre-kindergarten: -1
    age = inputs.area.stage(inputs.area.stage_of[entry]).age(entry)
    return grouped.assign(entry_year=grouped["year"] + age)[["entry_year", "district", "births"]]


def with_record(inputs: Inputs, rolls: EnrollmentForecast) -> xr.DataArray:
    """Return the draws of the rolls, (year, cell, draw), with the year of record put first.

    A count of record is the same in every draw; where it is unknown, the draws of the year after stand for it; a
    cell without a row had no pupils yet.
    """
    history = roll_history(inputs)
    record = history[history[YEAR] == inputs.base_year].set_index([SCHOOL, GRADE])["pupils"]
    cells = pd.MultiIndex.from_arrays([rolls.draws[SCHOOL].values, rolls.draws[GRADE].values])
    now = record.reindex(cells).where(cells.isin(record.index), 0.0).to_numpy(np.float32)
    first = rolls.draws.isel({YEAR: [0]}).transpose(YEAR, CELL, DRAW).assign_coords({YEAR: [inputs.base_year]})
    known = now[None, :, None]
    first = first.copy(data=np.where(np.isnan(known), first.values, known))
    return xr.concat([first, rolls.draws], YEAR).transpose(YEAR, CELL, DRAW)
