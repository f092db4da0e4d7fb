"""Rolls that wander, for backtests and reviews."""

import numpy as np
import pandas as pd
import pytest


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
