"""A bureau's own rolls: its history as the forecast reads it, the forecast, and the record put before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CELL, DRAW, GRADE, SCHOOL, YEAR
from seatcast.core.scenario import Scenario
from seatcast.enrollment.rolls import EnrollmentForecast, forecast_enrollment
from seatcast.inputs.read import Inputs


def project_rolls(inputs: Inputs, scenario: Scenario) -> EnrollmentForecast:
    """Return the rolls of all schools by grade, from the bureau's enrollment and, where it has them, births.

    Parameters
    ----------
    inputs : Inputs
        With enrollment; statuses are added up, and a cell unknown for one of them is unknown.
    scenario : Scenario

    Returns
    -------
    EnrollmentForecast
    """
    horizon = scenario.horizon or inputs.horizon
    rolls = forecast_enrollment(
        roll_history(inputs), horizon=horizon, draws=scenario.draws, seed=scenario.seed, births=entry_births(inputs)
    )
    return replace(rolls, scenario=scenario)


def roll_history(inputs: Inputs) -> pd.DataFrame:
    """Return the bureau's enrollment as `forecast_enrollment` reads it: year, district, school, grade, pupils."""
    assert inputs.enrollment is not None
    pupils = inputs.enrollment.groupby(["year", "school", "grade"])["pupils"]
    counts = pupils.sum().where(pupils.count() == pupils.size()).reset_index()
    schools = inputs.area.schools
    home = schools["catchment"].map(inputs.area.catchments["district"]) if "catchment" in schools else None
    district = counts["school"].map(home) if home is not None else pd.Series(None, counts.index, dtype=object)
    whole = inputs.area.name if district.isna().any() else None  # one place unknown: the area is one district
    return counts.assign(district=whole or district)


def entry_births(inputs: Inputs) -> pd.DataFrame | None:
    """Return births of record by the school year in which they enter, or None.

    The area as a whole stands for its districts where births are not known by district.
    """
    if inputs.births is None:
        return None
    births = inputs.births
    history = roll_history(inputs)
    if (history["district"] == inputs.area.name).all():
        births = births.assign(district=inputs.area.name)
    elif "district" not in births or births["district"].isna().all():
        births = births.assign(district=births["catchment"].map(inputs.area.catchments["district"]))
    grouped = births.groupby(["year", "district"])["births"].sum(min_count=1).reset_index()
    return grouped.assign(entry_year=grouped["year"] + inputs.area.stages[0].entry_age)[
        ["entry_year", "district", "births"]
    ]


def with_record(inputs: Inputs, rolls: EnrollmentForecast) -> xr.DataArray:
    """Return the draws of the rolls, (year, cell, draw), with the year of record, known exactly, put first."""
    assert inputs.enrollment is not None
    record = inputs.enrollment[inputs.enrollment[YEAR] == inputs.base_year]
    counts = record.groupby([SCHOOL, GRADE])["pupils"].sum(min_count=1)
    cells = pd.MultiIndex.from_arrays([rolls.draws[SCHOOL].values, rolls.draws[GRADE].values])
    now = counts.reindex(cells).fillna(0.0).to_numpy(np.float32)
    first = xr.zeros_like(rolls.draws.isel({YEAR: [0]})).assign_coords({YEAR: [inputs.base_year]})
    return xr.concat([first + now[None, :, None], rolls.draws], YEAR).transpose(YEAR, CELL, DRAW)
