"""Births by catchment and status beyond the last record."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, STATUS, YEAR, dense
from seatcast.core.scenario import Scenario
from seatcast.demography.shocks import shock_paths
from seatcast.inputs.read import Inputs

TREND_YEARS = 5
DAMPING = 0.8  # of the yearly change, each year: a fall goes on for a while, never for ever
SHARE_YEARS = 3
PRIOR_SPREAD = 0.06  # of a year's births; China's first published births fell by 4 to 18 percent a year in 2018-2023


def births_on_record(inputs: Inputs) -> pd.DataFrame:
    """Return births by year, catchment and status; where the bureau gives none, its children at age 0.

    Parameters
    ----------
    inputs : Inputs
        With children, or births by catchment.

    Returns
    -------
    DataFrame
        year, catchment, status, births.
    """
    if inputs.births is not None and CATCHMENT in inputs.births:
        return inputs.births
    assert inputs.children is not None
    newborn = inputs.children[inputs.children["age"] == 0]
    return newborn.rename(columns={"children": "births"})[[YEAR, CATCHMENT, STATUS, "births"]]


def project_births(inputs: Inputs, scenario: Scenario) -> xr.DataArray:
    """Return the births expected in each year to come, in every draw, as they would be put on record.

    The area's births of a status go on with the logarithmic trend of the last five years, damped by 0.8 a year,
    times a common factor that wanders without coming back (see `shock_paths`). A catchment keeps its share of the last
    three years.

    Parameters
    ----------
    inputs : Inputs
    scenario : Scenario
        `births` multiplies them.

    Returns
    -------
    DataArray (year, catchment, status, draw), births
        The years after the record, to the horizon; expectations, not whole numbers.
    """
    record = births_on_record(inputs)
    years = sorted(int(year) for year in record[YEAR].unique())
    statuses = [status.status for status in inputs.area.statuses]
    coords: dict[str, Any] = {YEAR: years, CATCHMENT: inputs.area.catchments.index, STATUS: statuses}
    births = np.nan_to_num(dense(record, "births", coords).values)
    log_total = np.log(np.maximum(births.sum(1), 1.0))
    recent = slice(-min(TREND_YEARS, len(years)), None)
    t = np.array(years[recent], float)
    slope = np.polyfit(t - t.mean(), log_total[recent], 1)[0] if len(t) > 1 else np.zeros(len(statuses))
    horizon = scenario.horizon or inputs.horizon
    ahead = np.arange(1, horizon + 1 + (inputs.base_year - years[-1]))
    drift = np.cumsum(DAMPING**ahead)
    level = births[-SHARE_YEARS:].sum((0, 1)) / min(SHARE_YEARS, len(years))
    middle = (min(SHARE_YEARS, len(years)) - 1) / 2  # years from the middle of the shares' window to the last record
    trend = level * np.exp(slope * (middle + drift[:, None]))
    steps = np.diff(log_total, axis=0)
    wander = np.zeros_like(log_total)
    wander[1:] = np.cumsum(steps - (steps.mean(0) if len(steps) else 0.0), axis=0)
    rng = scenario.streams["births"]
    factor = shock_paths(
        wander - wander[-1], len(ahead), scenario.draws, rng, prior_spread=PRIOR_SPREAD, persistence=1.0
    )
    share = births[-SHARE_YEARS:].sum(0) / np.maximum(births[-SHARE_YEARS:].sum((0, 1)), 1.0)
    paths = (trend[:, :, None] * factor)[-horizon:] * scenario.births
    expected = share[None, :, :, None] * paths[:, None]
    future = {YEAR: list(range(inputs.base_year + 1, inputs.base_year + 1 + horizon)), CATCHMENT: coords[CATCHMENT]}
    return xr.DataArray(expected, {**future, STATUS: statuses}, (YEAR, CATCHMENT, STATUS, DRAW))
