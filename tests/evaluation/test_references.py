"""The methods that a forecast has to beat, by hand."""

import numpy as np
import pandas as pd
import pytest

from seatcast.enrollment.panel import RollPanel
from seatcast.evaluation.references import no_change, recent_ratios

LAST = {1: 100.0, 2: 90.0, 3: 81.0}


@pytest.fixture
def panel():
    """Return the rolls of one school that loses a tenth of each cohort a year."""
    rows = [(year, "East", "Elm", grade, pupils) for year in range(2023, 2027) for grade, pupils in LAST.items()]
    return RollPanel.from_frame(pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"]))


def test_no_change_keeps_every_count(panel):
    np.testing.assert_allclose(no_change(panel, 2), [list(LAST.values())] * 2)


def test_cohorts_move_up_by_their_own_ratio_and_entry_stays_level(panel):
    panel.pupils[-1] = [200.0, 90.0, 81.0]  # a large class has just entered

    ahead = recent_ratios(panel, 2)

    level = (3 * 200 + 2 * 100 + 100) / 6
    np.testing.assert_allclose(ahead[:, 0], [level, level])
    np.testing.assert_allclose(ahead[:, 1], [200 * 0.9, level * 0.9])
    np.testing.assert_allclose(ahead[:, 2], [90 * 0.9, 200 * 0.9 * 0.9])
