"""A bureau of two catchments with names that bite, its nouns made by hand: no number of it is drawn by chance."""

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.scenario import Scenario
from seatcast.core.standards import Standards
from seatcast.core.study_area import Definition, Stage, Status, StudyArea
from seatcast.enrollment.demand import EnrollmentDemand
from seatcast.evaluation.backtest import Backtest
from seatcast.inputs.read import Inputs, Source
from seatcast.planning.alternatives import find_alternatives
from seatcast.planning.frontier import trace_frontier
from seatcast.planning.optimize import optimize_plan
from seatcast.seats.alerts import alerts
from seatcast.seats.allocation import allocate

SCRIPT, FORMULA = "<script>alert(1)</script>", '=HYPERLINK("x")'
YEARS, GRADES, DRAWS = (2026, 2027, 2028), (1, 2), 11


def area(*, statuses=("local", "migrant"), invented=True):
    names = {"local": ("local", "户籍"), "migrant": ("migrant", "随迁"), "all": ("all", "全体")}
    tiers = [(f"{n} {s}", n, s, 1.0, *names[s]) for n, s in enumerate(statuses, start=1)]
    return StudyArea(
        name="Small Town",
        name_zh="小城",
        stages=(Stage("primary", "primary", GRADES, entry_age=6, class_size=45, travel_limit=2000, name_zh="小学"),),
        statuses=tuple(Status(s, *names[s]) for s in statuses),
        catchments=pd.DataFrame(
            {"district": "all", "name": [SCRIPT, "West $1$"], "name_zh": [SCRIPT, "西片"]},
            pd.Index(["e", "w"], name="catchment"),
        ),
        schools=pd.DataFrame(
            {
                "name": [FORMULA, "Oak"], "name_zh": [FORMULA, "橡树小学"], "sector": "public",
                "stages": [("primary",)] * 2, "catchment": ["e", "w"], "lon": 0.0, "lat": 0.0,
            },
            pd.Index(["elm", "oak"], name="school"),
        ),
        reach=pd.DataFrame(
            [("e", "primary", "elm", 1), ("w", "primary", "oak", 1)], columns=["catchment", "stage", "school", "rank"]
        ).assign(metres=100.0),
        tiers=pd.DataFrame(tiers, columns=["tier", "order", "status", "share", "name", "name_zh"]),
        seeking=dict.fromkeys(statuses, 1.0),
        definition=Definition("Registered elsewhere.", "户籍在外。", "样例") if len(statuses) > 1 else None,
        money_unit="yuan",
        money_unit_zh="元",
        invented=invented,
        standards=Standards({"primary": 19.0}, 100.0, 1, 0.85, "the town's own", "本镇自定"),
    )  # fmt: skip


def inputs(*, statuses=("local", "migrant"), invented=True, **changes):
    here = area(statuses=statuses, invented=invented)
    rolls = [
        (y, s, g, t, 20 + 5 * (y - 2025))
        for y in (2025, 2026)
        for s in ("elm", "oak")
        for g in GRADES
        for t in statuses
    ]
    corner = {"e": 0.0, "w": 0.01}
    outlines = [
        {
            "type": "Feature",
            "properties": {"catchment": place},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 0], [x + 0.01, 0], [x + 0.01, 0.01], [x, 0.01], [x, 0]]],
            },
        }
        for place, x in corner.items()
    ]
    given = Inputs(
        area=here,
        enrollment=pd.DataFrame(rolls, columns=["year", "school", "grade", "status", "pupils"]),
        children=None,
        births=None,
        migration=None,
        seats=pd.DataFrame(
            {"year": 2026, "school": ["elm", "oak"], "stage": "primary", "classes": 2, "class_size": 45, "seats": 90.0}
        ).assign(intake_classes=1),
        options=pd.DataFrame(
            [
                {
                    "option": "x", "name": f"More rooms {FORMULA}", "name_zh": f"扩班 {FORMULA}", "kind": "extension",
                    "stage": "primary", "school": "elm", "seats": 45, "cost": 100.0, "running_cost": 10.0,
                    "lead_years": 0, "life_years": 20, "teachers": 2.0,
                }
            ]
        ),
        budget=pd.DataFrame({"year": [2027, 2028], "budget": [500.0, 500.0]}),
        geometry={"type": "FeatureCollection", "features": outlines},
        sources=tuple(
            Source(table, f"{table}.csv", "0123456789abcdef" * 4, len(rolls), "utf-8")
            for table in ("enrollment", "seats", "options", "budget", "geometry")
        ),
        horizon=2,
    )  # fmt: skip
    return given.replace(**changes) if changes else given


def results(given):
    """Return demand, shortfall, alerts, plan and backtest; the east outgrows its 90 seats, the west empties."""
    demand = EnrollmentDemand(given.area, Scenario(draws=DRAWS, seed=7), _pupils(given.area))
    allocation = allocate(demand, given.seats)
    shortfall = allocation.shortfall()
    plan = optimize_plan(shortfall, given.options, budget=given.budget)
    asked = find_alternatives(plan), trace_frontier(plan, points=3)
    return demand, allocation, shortfall, alerts(shortfall), plan, *asked, backtest()


def _pupils(here):
    statuses = [s.status for s in here.statuses]
    draws = np.arange(DRAWS)
    pupils = np.empty((len(YEARS), 2, len(GRADES), len(statuses), DRAWS), np.float32)
    for t, _year in enumerate(YEARS):
        pupils[t, 0] = 24 + 4 * t + t * draws / 10
        pupils[t, 1] = 22 - 3 * t - t * draws / 10
    coords = {"year": list(YEARS), "catchment": ["e", "w"], "grade": list(GRADES), "tier": here.tiers["tier"].to_list()}
    array = xr.DataArray(pupils * 2 / len(statuses), coords, ("year", "catchment", "grade", "tier", "draw"))
    return array.assign_coords(order=("tier", here.tiers["order"]), status=("tier", statuses))


def backtest():
    rows = [
        (
            level,
            2024,
            year,
            "all",
            school,
            0,
            40.0,
            37.0,
            42.0,
            35.0,
            45.0,
            30.0,
            50.0,
            2.0,
            0.4,
            44.0,
            41.0,
            44.0,
            actual,
            40.0,
            0.3,
        )
        for level in ("cell", "school", "district")
        for year in (2025, 2026)
        for school, actual in (("elm", 43.0), ("oak", 20.0))
    ]
    columns = ["level", "origin", "year", "district", "school", "grade", "forecast"]
    ends = ["low50", "high50", "low", "high", "low95", "high95"]
    others = ["crps", "pit", "no_change", "ratio_321", "now", "actual", "class_size", "more_classes"]
    records = pd.DataFrame(rows, columns=[*columns, *ends, *others])
    return Backtest(records, pd.DataFrame({"origin": [], "year": [], "district": [], "school": []}))
