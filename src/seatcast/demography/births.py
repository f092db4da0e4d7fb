"""Births by catchment and status beyond the last record."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, STATUS, YEAR, dense
from seatcast.core.scenario import Scenario
from seatcast.demography.assumptions import BIRTHS_BELOW_NONE, BIRTHS_OF_WOMEN, BIRTHS_REVISED, Assumption
from seatcast.demography.fertility import births_of_women
from seatcast.demography.moves import moves_on_record
from seatcast.demography.shocks import shock_paths, without_chance
from seatcast.inputs.read import Inputs

TREND_YEARS = 5
DAMPING = 0.8  # of the yearly change, each year: a fall goes on for a while, never for ever
SHARE_YEARS = 3
TREND_SPREAD = 0.06  # of yearly trends between areas: what so many births cannot tell from no trend is drawn to none
PRIOR_SPREAD = 0.06  # of a year's births; China's first published births fell by 4 to 18 percent a year in 2018-2023


def births_on_record(inputs: Inputs) -> pd.DataFrame:
    """Return births by year, catchment and status; of a status without any, the children at age 0 stand for them.

    Of a year that was published more than once the latest vintage counts.

    Children at age 0 have moved already: where migration is known, those who left are added and those who came are
    taken off. Where more came than are there, none was born (`birth_assumptions` says so).

    Parameters
    ----------
    inputs : Inputs
        With children, or births by catchment.

    Returns
    -------
    DataFrame
        year, catchment, status, births.
    """
    given = _births_given(inputs)
    newborn = _newborn(inputs, given)
    if newborn is None:
        assert given is not None
        return given
    return pd.concat([given, newborn.clip(lower=0.0).rename("births").reset_index()], ignore_index=True)


def _births_given(inputs: Inputs) -> pd.DataFrame | None:
    """Return the births of record where they are told apart by catchment and status."""
    births = inputs.births
    return latest_vintage(births) if births is not None and {CATCHMENT, STATUS} <= set(births) else None


def _newborn(inputs: Inputs, given: pd.DataFrame | None) -> pd.Series | None:
    """Return, for statuses without births, children at age 0 less those who came, with those who left.

    Below 0 where more came than are there; None where every status has births.
    """
    missing = {s.status for s in inputs.area.statuses} - (set() if given is None else set(given[STATUS]))
    if inputs.children is None or not missing:
        return None
    key = [YEAR, CATCHMENT, STATUS]
    of_age_0 = (inputs.children["age"] == 0) & inputs.children[STATUS].isin(missing)
    newborn = inputs.children[of_age_0].set_index(key)["children"]
    record = moves_on_record(inputs)
    if record is None:
        return newborn
    moves = record.moves[record.moves["age"] == 0].groupby(key)[["arrivals", "departures"]].sum()
    return newborn - (moves["arrivals"] - moves["departures"]).reindex(newborn.index).fillna(0.0)


def latest_vintage(births: pd.DataFrame) -> pd.DataFrame:
    """Return the births with one figure a year and place: that of the latest vintage."""
    if "vintage" not in births:
        return births
    key = [name for name in (YEAR, CATCHMENT, "district", STATUS) if name in births]
    last = births.sort_values("vintage", kind="stable").drop_duplicates(key, keep="last")
    return last.drop(columns="vintage").sort_values(key).reset_index(drop=True)


def revisions(births: pd.DataFrame) -> pd.Series:
    """Return, by year, the logarithm of the latest figure over the first, where a year's births were revised.

    Examples
    --------
    >>> births = pd.DataFrame({"year": [2016, 2016, 2017], "vintage": [2017, 2021, 2018], "births": [1786, 1883, 1723]})
    >>> revisions(births).round(3).to_dict()  # China's births, in 10,000, before and after the census of 2020
    {2016: 0.053}
    """
    if "vintage" not in births:
        return pd.Series(dtype=float)
    key = [name for name in (YEAR, CATCHMENT, "district", STATUS) if name in births]
    ordered = births.sort_values("vintage", kind="stable").groupby(key, dropna=False)["births"]
    both = pd.DataFrame({"first": ordered.first(), "last": ordered.last(), "n": ordered.size()}).query("n > 1")
    sums = both.groupby(YEAR)[["first", "last"]].sum()
    return pd.Series(np.log(sums["last"] / sums["first"]), sums.index)


def birth_assumptions(inputs: Inputs) -> tuple[Assumption, ...]:
    """Return what the births of the years to come rest on, beyond the trend of the record."""
    said = []
    newborn = _newborn(inputs, _births_given(inputs))
    if newborn is not None and (newborn < 0).any():
        cells = int((newborn < 0).sum())
        values = {"n": cells, "cells": len(newborn), "children": float(-newborn[newborn < 0].sum())}
        said.append(Assumption(BIRTHS_BELOW_NONE, values))
    if inputs.women is not None:
        said.append(Assumption(BIRTHS_OF_WOMEN, {"last": int(inputs.women[YEAR].max())}))
    revised = revisions(inputs.births) if inputs.births is not None else pd.Series(dtype=float)
    if len(revised):
        mean, most = (float(np.expm1(x)) for x in (revised.mean(), max(revised, key=abs)))
        said.append(Assumption(BIRTHS_REVISED, {"n": len(revised), "mean": 100 * mean, "most": 100 * most}))
    return tuple(said)


def project_births(inputs: Inputs, scenario: Scenario) -> xr.DataArray:
    """Return the births expected in each year to come, in every draw, as they would be put on record.

    The area's births of a status go on with the logarithmic trend of the last five years, damped by 0.8 a year,
    times a common factor that wanders without coming back (see `shock_paths`). A catchment keeps its share of the last
    three years. Births of few children tell little: the trend is shrunk by v / (v + Poisson variance of the slope),
    v = 0.06 squared, and the wandering by what chance makes of it. Births on record after the base year are taken as
    they are. Where women and their fertility are given, their births take the place of trend and shares
    (`births_of_women`), and statuses keep their shares. Where births were revised, the years to come and those on
    record after the base year are uncertain by the usual revision, one factor a draw.

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
    chance = 1 / np.maximum(births.sum(1), 1.0)
    slope = np.polyfit(t - t.mean(), log_total[recent], 1)[0] if len(t) > 1 else np.zeros(len(statuses))
    noise = chance[recent].mean(0) / max(((t - t.mean()) ** 2).sum(), 0.5)
    slope *= TREND_SPREAD**2 / (TREND_SPREAD**2 + noise)
    horizon = scenario.horizon or inputs.horizon
    ahead = np.arange(1, max(horizon + inputs.base_year - years[-1], 0) + 1)
    drift = np.cumsum(DAMPING**ahead)
    level = births[-SHARE_YEARS:].sum((0, 1)) / min(SHARE_YEARS, len(years))
    middle = (min(SHARE_YEARS, len(years)) - 1) / 2  # years from the middle of the shares' window to the last record
    trend = level * np.exp(slope * (middle + drift[:, None]))
    steps = np.diff(log_total, axis=0)
    wander = np.zeros_like(log_total)
    if len(steps):
        wander[1:] = np.cumsum(without_chance(steps - steps.mean(0), chance[1:] + chance[:-1]), axis=0)
    rng = scenario.streams["births"]
    factor = shock_paths(
        wander - wander[-1], len(ahead), scenario.draws, rng, prior_spread=PRIOR_SPREAD, persistence=1.0
    )
    share = births[-SHARE_YEARS:].sum(0) / np.maximum(births[-SHARE_YEARS:].sum((0, 1)), 1.0)
    paths = trend[:, :, None] * factor * scenario.births
    ahead_of_record = share[None, :, :, None] * paths[:, None]
    women = births_of_women(inputs, record, [years[-1] + int(k) for k in ahead]) if len(ahead) else None
    if women is not None:
        place = births[-SHARE_YEARS:].sum(0)
        own = place / np.maximum(place.sum(1, keepdims=True), 1e-9)
        own = np.where(place.sum(1, keepdims=True) > 0, own, place.sum(0) / max(place.sum(), 1e-9))
        ahead_of_record = (women[:, :, None] * own)[..., None] * (factor * scenario.births)[:, None]
    counted = births[[year > inputs.base_year for year in years], ..., None]
    expected = np.concatenate([np.repeat(counted, scenario.draws, axis=-1), ahead_of_record]) * _revised(
        inputs, scenario
    )
    expected = expected[:horizon] if len(counted) else expected[-horizon:]
    future = {YEAR: list(range(inputs.base_year + 1, inputs.base_year + 1 + horizon)), CATCHMENT: coords[CATCHMENT]}
    return xr.DataArray(expected, {**future, STATUS: statuses}, (YEAR, CATCHMENT, STATUS, DRAW))


def _revised(inputs: Inputs, scenario: Scenario) -> npt.NDArray[np.float64]:
    """Return the factor by which figures may yet be revised, (draw), 1 on average; 1 where none ever was."""
    change = revisions(inputs.births) if inputs.births is not None else pd.Series(dtype=float)
    if not len(change):
        return np.ones(scenario.draws)
    spread = float(np.sqrt((change**2).mean()))
    return np.asarray(np.exp(spread * scenario.streams["revisions"].standard_normal(scenario.draws) - spread**2 / 2))
