"""Intervals held against a known truth: migration that wanders, the same for all catchments of a status."""

import numpy as np
import pandas as pd
import pytest

from seatcast.core.scenario import Scenario
from seatcast.demography.cohort_component import project_children
from seatcast.demography.migration import project_migration

from .toy_bureau import AGES, STATUSES, ZONES, toy_inputs

PERSISTENCE, SPREAD, LAST, LEAD = 0.8, 0.2, 2026, 5
KEYS = ["year", "catchment", "age", "status"]


def world(seed):
    """Return children and moves of 2012 to 2031, by common autoregressive factors on both flows; and births."""
    rng = np.random.default_rng(seed)
    stock, state, rows, born_rows = np.full((2, len(AGES), 2), 300), np.zeros((2, 2)), [], []
    for year in range(2012, LAST + LEAD + 1):
        state = PERSISTENCE * state + SPREAD * rng.standard_normal((2, 2))
        leave, enter = np.exp(state - SPREAD**2 / (1 - PERSISTENCE**2) / 2)
        born = rng.poisson(300, (2, 2))
        cohort = np.concatenate([born[:, None], stock[:, :-1]], axis=1)
        gone = rng.binomial(cohort, np.minimum(0.08 * leave, 1))
        come = rng.poisson(0.09 / 2 * enter * cohort.sum(0, keepdims=True), cohort.shape)
        stock = cohort - gone + come
        for z, a, s in np.ndindex(stock.shape):
            rows.append((year, ZONES[z], a, STATUSES[s], stock[z, a, s], come[z, a, s], gone[z, a, s]))
        born_rows += [(year, ZONES[z], STATUSES[s], born[z, s]) for z, s in np.ndindex(born.shape)]
    people = pd.DataFrame(rows, columns=[*KEYS, "children", "arrivals", "departures"])
    return people, pd.DataFrame(born_rows, columns=["year", "catchment", "status", "births"])


def test_an_80_percent_interval_holds_in_about_80_percent_of_worlds():
    base, hits = toy_inputs(), []
    for seed in range(16):
        people, births = world(seed)
        known = people[people["year"] <= LAST]
        inputs = base.replace(
            children=known[[*KEYS, "children"]],
            migration=known[[*KEYS, "arrivals", "departures"]],
            births=births[births["year"] <= LAST],
        )
        drawn = project_children(inputs, project_migration(inputs, Scenario(draws=100, horizon=LEAD, seed=seed)))
        for year in (LAST + 1, LAST + 3, LAST + LEAD):
            came = people[(people["year"] == year) & (people["age"] >= 6)]["children"].sum()
            ahead = drawn.children.sel(year=year, age=slice(6, None)).sum(["catchment", "age", "status"])
            low, high = np.quantile(ahead, [0.1, 0.9])
            hits.append(low <= came <= high)

    assert np.mean(hits) == pytest.approx(0.8, abs=0.15)
