import numpy as np
import pandas as pd

from seatcast.enrollment.entry import CohortShare
from seatcast.enrollment.feeder import FeederFlows
from seatcast.enrollment.panel import RollPanel

from .made_rolls import COLUMNS


def two_streams(years=9, seed=3):
    """Four primary schools (grades 4 to 5) and two junior ones (6 to 7): A and B feed X, C and D feed Y."""
    rng = np.random.default_rng(seed)
    rows, top = [], {}
    for year in range(2027 - years, 2027):
        for junior, feeders in (("X", "AB"), ("Y", "CD")):
            entrants = sum(top.get((year - 1, school), 50) for school in feeders)
            rows += [(year, "East", junior, 6, entrants), (year, "East", junior, 7, 100)]
        for school in "ABCD":
            top[year, school] = int(rng.integers(30, 90))
            rows += [(year, "East", school, 4, 60), (year, "East", school, 5, top[year, school])]
    return RollPanel.from_frame(pd.DataFrame(rows, columns=COLUMNS).astype({"pupils": float}))


def entrants(model, panel):
    return model.entrants(panel.pupils[-1])[(panel.school == "X") & (panel.grade == 6)].item()


def test_entrants_follow_the_schools_they_come_from():
    panel = two_streams()
    now = panel.pupils[-1]
    due = now[np.isin(panel.school, ["A", "B"]) & (panel.grade == 5)].sum()
    learned, shared = (abs(entrants(model.fit(panel), panel) - due) for model in (FeederFlows, CohortShare))

    assert learned < 0.35 * shared


def test_too_short_a_record_leaves_the_share_of_the_cohort():
    panel = two_streams(years=3)

    np.testing.assert_allclose(
        FeederFlows.fit(panel).entrants(panel.pupils[-1]), CohortShare.fit(panel).entrants(panel.pupils[-1])
    )
