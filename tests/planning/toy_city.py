"""A city of two catchments, two stages and four schools, small enough to reckon by hand."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.scenario import Scenario
from seatcast.core.study_area import Stage, Status, StudyArea
from seatcast.enrollment.demand import EnrollmentDemand
from seatcast.seats.allocation import allocate
from seatcast.seats.capacity import Capacity
from seatcast.seats.shortfall import Shortfall

YEARS = list(range(2026, 2031))
SEATS = {("elm", "primary"): 80, ("oak", "primary"): 100, ("ash", "junior"): 120}


def city() -> StudyArea:
    """Children of the east may attend elm, those of the west oak, both ash; a degree of latitude apart."""
    links = [
        ("east", "primary", "elm"),
        ("west", "primary", "oak"),
        ("east", "junior", "ash"),
        ("west", "junior", "ash"),
    ]
    return StudyArea(
        name="Toy",
        name_zh="小城",
        stages=(
            Stage("primary", "primary", (1, 2), entry_age=6, class_size=45, travel_limit=2000, name_zh="小学"),
            Stage("junior", "junior", (3, 4), entry_age=8, class_size=50, travel_limit=2000, name_zh="初中"),
        ),
        statuses=(Status("local", "local", "户籍"), Status("migrant", "migrant", "随迁")),
        catchments=pd.DataFrame(
            {"district": "all", "name": ["East", "West"], "name_zh": ["东片", "西片"], "lon": [0.0, 0.01], "lat": 0.0},
            pd.Index(["east", "west"], name="catchment"),
        ),
        schools=pd.DataFrame(
            {
                "name": ["Elm", "Oak", "Ash", "Fir"],
                "name_zh": None,
                "sector": ["public", "public", "public", "private"],
                "stages": [("primary",), ("primary",), ("junior",), ("primary",)],
                "catchment": ["east", "west", "west", "west"],
                "lon": [0.0, 0.01, 0.01, 0.011],
                "lat": 0.0,
            },
            pd.Index(["elm", "oak", "ash", "fir"], name="school"),
        ),
        reach=pd.DataFrame(links, columns=["catchment", "stage", "school"]).assign(rank=1, metres=100.0),
        tiers=pd.DataFrame(
            {
                "tier": ["1 local", "2 migrant"], "order": [1, 2], "status": ["local", "migrant"], "share": 1.0,
                "name": ["registered here", "others"], "name_zh": ["户籍", "随迁"],
            }
        ),
        seeking={"local": 1.0, "migrant": 1.0},
        money_unit="pounds",
        money_unit_zh="镑",
        discount=0.1,
    )  # fmt: skip


def shortfall_of(
    children: dict[tuple[str, str], float], *, spread: float = 0.0, draws: int = 11, **seats: Any
) -> Shortfall:
    """Give out the seats to `children` by catchment and stage, half of them local, the same every year.

    `spread` widens the draws: from (1 - spread) to (1 + spread) times the children, evenly. `seats` changes those of a
    school; `intake` (a number) limits the entry grades of all.
    """
    area = city()
    pupils = np.zeros((len(YEARS), 2, 4, 2, draws), np.float32)
    futures = np.linspace(1 - spread, 1 + spread, draws)
    for (catchment, stage), number in children.items():
        for grade in area.stage(stage).grades:
            pupils[:, area.catchments.index.get_loc(catchment), grade - 1] = number / 4 * futures
    coords = {
        "year": YEARS, "catchment": area.catchments.index, "grade": list(area.grades),
        "tier": area.tiers["tier"].to_list(), "order": ("tier", [1, 2]), "status": ("tier", ["local", "migrant"]),
    }  # fmt: skip
    demand = EnrollmentDemand(
        area, Scenario(draws=draws), xr.DataArray(pupils, coords, ("year", "catchment", "grade", "tier", "draw"))
    )
    intake = seats.pop("intake", np.inf)
    places = {"year": YEARS, "school": ["elm", "oak", "ash"], "stage": ["primary", "junior"]}
    have = xr.DataArray(np.zeros((len(YEARS), 3, 2), np.float32), places, ("year", "school", "stage"))
    for (school, stage), number in SEATS.items():
        have.loc[{"school": school, "stage": stage}] = seats.get(school, number)
    return allocate(demand, Capacity(have, xr.full_like(have, intake))).shortfall()


def row(option: str, kind: str, stage: str = "primary", **cells: Any) -> dict[str, Any]:
    """Return a row of an options table that starts at once and lasts."""
    return {
        "option": option, "name": option.upper(), "name_zh": None, "kind": kind, "stage": stage, "cost": 0.0,
        "running_cost": 0.0, "lead_years": 0, "life_years": 20, "teachers": 0.0, **cells,
    }  # fmt: skip


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return an options table of rows."""
    return pd.DataFrame(list(rows))
