"""A small bureau with children, births and migration, drawn from a known truth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatcast.core.study_area import Stage, Status
from seatcast.inputs.read import Inputs
from seatcast.testing import toy_area

AGES, YEARS, ZONES, STATUSES = range(10), range(2012, 2027), ("east", "west"), ("local", "migrant")


@dataclass(frozen=True)
class Truth:
    """Rates that made the tables."""

    arrivals: float = 0.05
    departures: float = 0.04
    recorded: float = 1.0
    births: int = 300


def toy_inputs(truth: Truth = Truth(), *, seed: int = 1) -> Inputs:
    """Return inputs whose children move at the true rates, and are recorded in part below age 5."""
    rng = np.random.default_rng(seed)
    stock = np.full((2, len(AGES), 2), truth.births)
    children, births, moves = [], [], []
    for year in YEARS:
        born = rng.poisson(truth.births, (2, 2))
        cohort = np.concatenate([born[:, None], stock[:, :-1]], axis=1)
        gone = rng.binomial(cohort, truth.departures)
        come = rng.poisson(cohort.sum(0, keepdims=True) * truth.arrivals / 2, cohort.shape)
        stock = cohort - gone + come
        for z, zone in enumerate(ZONES):
            for s, status in enumerate(STATUSES):
                births.append((year, zone, status, truth.recorded * born[z, s]))
                for age in AGES:
                    share = truth.recorded if age < 5 else 1.0
                    children.append((year, zone, age, status, share * stock[z, age, s]))
                    moves.append((year, zone, age, status, come[z, age, s], gone[z, age, s]))
    area = toy_area().replace(
        stages=(Stage("primary", "primary", (1, 2), entry_age=6, class_size=45),),
        statuses=(Status("local", "local"), Status("migrant", "migrant")),
    )
    pupils = [(2026, "elm", grade, status, 500.0) for grade in (1, 2) for status in STATUSES]
    return Inputs(
        area=area,
        enrollment=pd.DataFrame(pupils, columns=["year", "school", "grade", "status", "pupils"]),
        children=pd.DataFrame(children, columns=["year", "catchment", "age", "status", "children"]),
        births=pd.DataFrame(births, columns=["year", "catchment", "status", "births"]),
        migration=pd.DataFrame(moves, columns=["year", "catchment", "age", "status", "arrivals", "departures"]),
        seats=pd.DataFrame({"year": [2026], "school": ["elm"], "stage": ["primary"], "seats": [900.0]}),
        options=None,
        budget=None,
        geometry=None,
        sources=(),
        horizon=6,
    )
