"""One of every public noun that answers with a sentence, a table and a picture, each as small as it can be."""

import numpy as np
import pandas as pd
import xarray as xr

import seatcast as sc
from reporting.small_bureau import inputs
from seatcast.core.result import Result
from seatcast.enrollment.bureau_rolls import roll_groups, roll_history
from seatcast.seats.access import Steps
from seatcast.testing import tiled_map

PUBLIC = {name for name in sc.__all__ if isinstance(thing := getattr(sc, name), type) and issubclass(thing, Result)}


def nouns(small: tuple[Result, ...]) -> dict[str, Result]:
    """Return a noun of each public class, by the name of its class; those of the small bureau are given."""
    found = [*_of_a_forecast(), *_of_plans(small), *_of_maps(), *_of_the_past()]
    return {type(noun).__name__: noun for noun in found}


def _of_a_forecast() -> list[Result]:
    given = sc.load_example()
    outcome = sc.forecast(given, sc.Scenario(draws=4, horizon=2))
    rule = outcome.allocation.rules[-1]
    return [
        outcome,
        *outcome.results(),
        outcome.allocation.capacity,
        rule,
        sc.compare_rules(outcome.demand, given.seats, after=rule.equal()),
        sc.utilization(outcome.demand, given.seats),
        sc.detect_events(roll_history(given)),
        sc.progression_history(roll_history(given), school="S01", grade=2),
        roll_groups(given, outcome.rolls),
    ]


def _of_plans(small: tuple[Result, ...]) -> list[Result]:
    given = inputs()
    _demand, _allocation, shortfall, _alerts, plan, alternatives, frontier, backtest = small
    sure = sc.optimize_plan(shortfall, given.options, budget=given.budget, price=9.0, risk=sc.Expected())
    nothing = sc.simulate_plan(sure.before, given.options, {})
    return [
        plan,
        plan.simulation,
        alternatives,
        frontier,
        backtest,
        sc.worth_of_more(sure),
        sc.decide_now(sure, groups=2),
        sc.worth_of_foresight(sure, futures=5),
        sc.compare_plans({"the plan": sure, "<b>nothing</b>": nothing}),
    ]


def _of_maps() -> list[Result]:
    cells, divided = tiled_map(2, 2), tiled_map(2, 2, wide=1.5)
    counts = xr.DataArray(np.full((4, 3), 25.0), {"catchment": list(cells.catchments)}, ("catchment", "draw"))
    ways = pd.DataFrame({"catchment": cells.catchments, "school": "elm", "minutes": [5.0, 9.0, 12.0, 20.0]})
    near = sc.access(counts, xr.DataArray([80.0], {"school": ["elm"]}, ("school",)), ways, decay=Steps(((15, 1.0),)))
    away = pd.DataFrame({"lon": [0.0], "lat": [0.0], "catchment": ["0-0"]}, index=["elm"])
    return [cells, sc.check_map(cells, schools=away), sc.carry(counts, cells, divided), near]


def _of_the_past() -> list[Result]:
    given = inputs()
    rows = [
        (2024, year, "primary", place, 50.0, 48.0, 52.0, 44.0, 55.0) for year in (2025, 2026) for place in ("e", "")
    ]
    columns = ["origin", "year", "stage", "catchment", "actual", "forecast", "no_change", "low", "high"]
    keys = {"year": 2026, "district": "all", "school": ["elm", "oak"], "grade": 1}
    cells = pd.DataFrame(keys | {"forecast": [40.0, 50.0], "actual": [44.0, 48.0], "low": 35.0, "high": 55.0})
    cells = cells.assign(error=cells["forecast"] - cells["actual"], inside=True)
    parts = {"births": 0.0, "entry": cells["error"], "migration": 0.0, "progression": 0.0, "openings": 0.0}
    log = pd.DataFrame(columns=["year", "role", "decision", "reason"])
    none = cells[["year", "school", "grade"]].iloc[:0]
    return [
        sc.ChildHindcast(given.area, pd.DataFrame(rows, columns=columns)),
        sc.Review(2025, cells, none, cells.assign(**parts), None, log),
    ]
