"""Rolls for the tests: steady, grown, or drawn at random, in the columns that `forecast_enrollment` reads."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

COLUMNS = ["year", "district", "school", "grade", "pupils"]


def steady(schools: int = 3, years: int = 6, grades: range = range(1, 7), last: int = 2026) -> pd.DataFrame:
    """Every grade of a school has the same pupils every year: 40 in the first school, 50 in the next ..."""
    rows = [
        (year, f"D{s % 2}", f"S{s}", grade, 40.0 + 10 * s)
        for year in range(last - years + 1, last + 1)
        for s in range(schools)
        for grade in grades
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def grown(seed: int, *, schools: int, years: int, grades: range = range(6), noise: float = 0.05) -> pd.DataFrame:
    """Cohorts that come in at a wandering level and go up with a school's own ratio and noise; whole numbers."""
    rng = np.random.default_rng(seed)
    ratio = 1 + 0.03 * rng.standard_normal(schools)
    level = rng.uniform(20, 120, schools)
    pupils = np.tile(level, (len(grades), 1)).T
    rows = []
    for year in range(2027 - years, 2027):
        level = level * np.exp(noise * rng.standard_normal(schools))
        up = pupils[:, :-1] * ratio[:, None] * np.exp(noise * rng.standard_normal((schools, len(grades) - 1)))
        pupils = np.column_stack([level, up])
        rows += [
            (year, f"D{s % 2}", f"S{s:02}", grade, float(round(pupils[s, g])))
            for s in range(schools)
            for g, grade in enumerate(grades)
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


@st.composite
def histories(draw) -> pd.DataFrame:
    """Histories of 2 to 9 years, 1 to 12 schools, some counts unknown and some cells absent in some years."""
    years = draw(st.integers(2, 9))
    history = grown(draw(st.integers(0, 2**16)), schools=draw(st.integers(1, 12)), years=years, noise=0.15)
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    fate = rng.random(len(history))
    history.loc[fate < draw(st.sampled_from([0.0, 0.05, 0.2])), "pupils"] = np.nan
    kept = history[(fate < 0.9) | draw(st.booleans())]
    whole = set(kept["year"]) == set(history["year"]) and kept.loc[kept["year"] == 2026, "pupils"].notna().any()
    return kept if whole else grown(1, schools=2, years=years)
