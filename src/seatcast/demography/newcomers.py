"""Children who come beyond the rates of the record: with new dwellings, or to parents who live here already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DRAW, STATUS, YEAR
from seatcast.demography.housing import children_of_dwellings
from seatcast.demography.left_behind import LeftBehind, left_behind_on_record, return_share
from seatcast.demography.migration import MigrationProjection, return_ages
from seatcast.demography.mortality import death_rate
from seatcast.inputs.read import Inputs

if TYPE_CHECKING:
    from seatcast.demography.cohort_component import ChildPopulation


@dataclass(frozen=True, eq=False)
class Newcomers:
    """Newcomers of every draw, their flows, and the account of those left behind, if there is one."""

    children: xr.DataArray
    flows: dict[str, xr.DataArray]
    left_behind: LeftBehind | None


def newcomers(inputs: Inputs, migration: MigrationProjection, children: ChildPopulation) -> Newcomers | None:
    """Return the children who come beyond the record's rates, and the account of those left behind.

    Newcomers are followed as a population of their own, by the same deaths and departures: so nobody is counted twice,
    and every other child's future is the same with them and without. A child left behind joins with the chance that the
    scenario sets (`Scenario.joining`), and is then off the account of those left behind in the same draw; of the
    departures at the end of a stage those above the usual ones go onto it.

    Parameters
    ----------
    inputs : Inputs
        Perhaps with housing and child_yield, or left_behind.
    migration : MigrationProjection
        Its rates of departure hold for newcomers, too.
    children : ChildPopulation

    Returns
    -------
    Newcomers or None
        None where nothing is given beyond the record.
    """
    scenario, area = migration.scenario, inputs.area
    rates = migration.departures
    coords = {d: rates[d].values.tolist() for d in (YEAR, CATCHMENT, AGE, STATUS)}
    ages, statuses, places = coords[AGE], coords[STATUS], coords[CATCHMENT]
    expected = children_of_dwellings(inputs, scenario, coords)
    now = children.children.isel({YEAR: 0}).sel({STATUS: statuses[-1]}).sum(AGE).mean(DRAW)
    left = left_behind_on_record(inputs, scenario, places, ages, now.values.astype(float))
    if left is None and not float(expected.sum()):
        return None
    streams, draws = scenario.streams, scenario.draws
    split = _by_status(migration, children)
    death = np.array([death_rate(age) for age in ages])[None, :, None, None]
    back = return_share(rates, ages, return_ages(area))
    back[:, : len(statuses) > 1] = 0.0
    stock = np.zeros((len(places), len(ages), len(statuses), draws), np.int64)
    flows: dict[str, list[np.ndarray]] = {name: [] for name in ("children", "arrivals", "departures", "deaths")}
    account: dict[str, list[np.ndarray]] = {name: [] for name in ("children", "new", "joined", "returned")}
    behind = np.zeros((len(places), len(ages), draws), np.int64) if left is None else left
    youngest = behind[:, 0].copy()
    account["children"].append(behind.sum(0))
    for t, year in enumerate(coords[YEAR]):
        rng = streams[f"newcomers {year}"]
        behind = _older(behind)
        behind[:, 0] = youngest
        account["new"].append(np.concatenate([youngest.sum(0)[None], np.zeros_like(behind[0, 1:])]))
        joined = rng.binomial(behind, scenario.joining(year))
        come = rng.poisson(expected.values[t][..., None, None] * split[..., None], stock.shape)
        come[:, :, -1] += joined
        stock = _older(stock)
        dead = rng.binomial(stock, death)
        gone = rng.binomial(stock - dead, rates.values[t].astype(float))
        stock = stock - dead - gone + come
        leaving = children.departures.isel({YEAR: t}).values.astype(np.int64) + gone
        returned = rng.binomial(leaving, back[None, ..., None]).sum(2)
        behind = behind - joined + (returned if left is not None else 0)
        for name, moved in (("children", stock), ("arrivals", come), ("departures", gone), ("deaths", dead)):
            flows[name].append(moved.astype(np.float32))
        for name, moved in (("children", behind), ("joined", joined), ("returned", returned)):
            account[name].append(moved.sum(0))
    ahead = {**coords}
    added = {name: xr.DataArray(np.stack(parts), ahead, (*ahead, DRAW)) for name, parts in flows.items()}
    stayed = added["children"].reindex({YEAR: children.children[YEAR].values}, fill_value=0.0)
    years = {"children": children.children[YEAR].values.tolist()}
    other = None
    if left is not None:
        other = LeftBehind(
            area,
            **{
                name: xr.DataArray(
                    np.stack(parts).astype(np.float32),
                    {YEAR: years.get(name, coords[YEAR]), AGE: ages},
                    (YEAR, AGE, DRAW),
                )
                for name, parts in account.items()
            },
        )
    return Newcomers(stayed, {name: added[name] for name in ("arrivals", "departures", "deaths")}, other)


def _older(stock: np.ndarray) -> np.ndarray:
    """Return the cohorts a year older, (catchment, age, ...); the youngest age is empty."""
    out = np.zeros_like(stock)
    out[:, 1:] = stock[:, :-1]
    return out


def _by_status(migration: MigrationProjection, children: ChildPopulation) -> np.ndarray:
    """Return the shares of the statuses among those who arrive, (catchment, age, status)."""
    cohort = children.children.isel({YEAR: 0}).sum(CATCHMENT).mean(DRAW).transpose(AGE, STATUS).values
    come = migration.arrivals.mean([YEAR, DRAW]).transpose(CATCHMENT, AGE, STATUS).values * cohort
    total = come.sum(-1, keepdims=True)
    alike = np.full(come.shape, 1 / come.shape[-1])
    return np.where(total > 0, come / np.where(total > 0, total, 1.0), alike)
