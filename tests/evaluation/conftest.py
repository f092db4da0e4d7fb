"""Rolls that wander, for backtests and reviews."""

import numpy as np
import pandas as pd
import pytest

from seatcast.core.study_area import Stage, Status, StudyArea
from seatcast.inputs.read import Inputs


@pytest.fixture(scope="session")
def history():
    """Twelve schools of two districts, grades 1 to 6, 2013 to 2026; one of them loses its last grade in 2024."""
    rng = np.random.default_rng(11)
    level = rng.uniform(40, 120, 12)
    pupils = np.tile(level[:, None], (1, 6))
    rows = []
    for year in range(2013, 2027):
        level = level * np.exp(0.05 * rng.standard_normal(12))
        up = pupils[:, :-1] * np.exp(0.03 * rng.standard_normal((12, 5)))
        pupils = np.column_stack([level, up])
        rows += [
            (year, f"D{s % 2}", f"S{s:02}", g + 1, float(round(pupils[s, g])))
            for s in range(12)
            for g in range(6)
            if not (s == 11 and g == 5 and year >= 2024)
        ]
    return pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"])


@pytest.fixture(scope="session")
def bureau():
    """Return what makes a bureau of a history of rolls, its pupils told apart by status."""

    def made(history, *, entry_age=6, **changes):
        homes = history.drop_duplicates("school").set_index("school")["district"]
        districts = sorted(set(homes))
        catchments = pd.DataFrame({"district": districts, "name": districts, "name_zh": None}, index=districts)
        schools = pd.DataFrame({
            "name": homes.index, "name_zh": None, "sector": "public", "catchment": homes, "closes": np.nan,
        }, index=homes.index)  # fmt: skip
        local = history.assign(status="local", pupils=np.floor(history["pupils"] * 0.6))
        migrant = history.assign(status="migrant", pupils=history["pupils"] - local["pupils"])
        grades = tuple(range(int(history["grade"].min()), int(history["grade"].max()) + 1))
        area = StudyArea(
            name="Toy", stages=(Stage("all", "all", grades, entry_age, 40),),
            statuses=(Status("local", "local"), Status("migrant", "migrant")), catchments=catchments, schools=schools,
            reach=pd.DataFrame(), tiers=pd.DataFrame(), seeking={"local": 1.0, "migrant": 1.0},
        )  # fmt: skip
        tables = dict.fromkeys(("children", "births", "migration", "options", "budget", "geometry"))
        given = tables | {"enrollment": pd.concat([local, migrant]).drop(columns="district")} | changes
        return Inputs(area=area, seats=pd.DataFrame({"year": []}), sources=(), horizon=4, **given)

    return made
