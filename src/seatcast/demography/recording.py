"""How many of the young children are on record: later school entrants tell how many there were."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, STATUS, YEAR, dense
from seatcast.core.rates import ratio
from seatcast.demography.births import births_on_record
from seatcast.demography.moves import moves_on_record
from seatcast.inputs.read import Inputs

LEAST_COHORTS = 3


def recorded_share(inputs: Inputs) -> xr.DataArray:
    """Return the share of children on record, by age and status, with its spread between cohorts.

    A cohort counted at the entry age E, which the school register makes complete, less the arrivals and plus the
    departures since age a, is what it must have been at age a; the count on record then, divided by that, is the
    share recorded. Cohorts are pooled. Births stand at age -1: births on record against the births that the
    cohort's children at age 0 imply.

    Parameters
    ----------
    inputs : Inputs
        With children, migration and births.

    Returns
    -------
    DataArray (measure, age, status), share of 1
        measure "share" and "spread" (standard deviation of the share's logarithm between cohorts); ages from -1
        to E - 1. The share is 1, with spread 0, where fewer than three cohorts are known from that age to E.

    References
    ----------
    Reverse survival against the school register; under-registration of young children in China: Goodkind (2004),
    Population Studies 58 (3).
    """
    entry = inputs.area.stages[0].entry_age
    record = births_on_record(inputs)
    known = moves_on_record(inputs)
    tables = (inputs.children, None if known is None else known.moves, record)
    years = sorted({int(y) for table in tables if table is not None for y in table[YEAR].unique()})
    statuses = [status.status for status in inputs.area.statuses]
    coords: dict[str, list[Any]] = {YEAR: years, AGE: list(range(entry + 1)), STATUS: statuses}
    nothing = pd.DataFrame(columns=[YEAR, AGE, STATUS, "children", "arrivals", "departures"], dtype=float)
    stock = dense(_or(inputs.children, nothing), "children", coords, absent=np.nan).values
    moves = _or(None if known is None else known.moves, nothing)
    net = (dense(moves, "arrivals", coords, absent=np.nan) - dense(moves, "departures", coords, absent=np.nan)).values
    births = dense(record, "births", {YEAR: years, STATUS: statuses}, absent=np.nan).values
    out = np.stack([np.ones((entry + 1, len(statuses))), np.zeros((entry + 1, len(statuses)))])
    at = {year: k for k, year in enumerate(years)}
    for age in range(-1, entry):
        shares: list[npt.NDArray[np.float64]] = []
        weights: list[npt.NDArray[np.float64]] = []
        for year in years:
            born = year - max(age, 0)
            if born + entry not in at:
                continue
            implied = stock[at[born + entry], entry].copy()
            for later in range(max(age + 1, 0), entry + 1):
                implied -= net[at[born + later], later] if born + later in at else np.nan
            counted = births[at[year]] if age < 0 else stock[at[year], age]
            shares.append(ratio(counted, implied, otherwise=np.nan))
            weights.append(implied)
        share, weight = np.array(shares), np.array(weights)
        good = share > 0 if shares else np.zeros((0, len(statuses)), bool)
        for s in range(len(statuses)):
            if good[:, s].sum() >= LEAST_COHORTS:
                w, x = weight[good[:, s], s], share[good[:, s], s]
                out[0, age + 1, s] = (w * x).sum() / w.sum()
                out[1, age + 1, s] = np.log(x).std(ddof=1)
    return xr.DataArray(
        out,
        {"measure": ["share", "spread"], AGE: list(range(-1, entry)), STATUS: statuses},
        ("measure", AGE, STATUS),
    )


def _or(table: pd.DataFrame | None, otherwise: pd.DataFrame) -> pd.DataFrame:
    return otherwise if table is None else table
