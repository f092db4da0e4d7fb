"""The size of errors to come, where the record has errors of near years only."""

import numpy as np
import pytest

from seatcast.enrollment import error_scale
from seatcast.enrollment.error_scale import ErrorScale
from seatcast.enrollment.hindcast import PastParts
from seatcast.enrollment.panel import RollPanel
from seatcast.enrollment.weights import Weights

from .made_rolls import grown


def test_what_near_years_show_goes_on_by_half_where_far_ones_show_nothing():
    """Without it an interval jumps in the year in which a short record has no more errors of its own."""
    panel = RollPanel.from_frame(grown(3, schools=8, years=5))
    usual = Weights.usual(panel)
    hindcast = PastParts.run(panel).averaged(usual.cells, usual.totals)
    unknown = [lead for lead in range(1, 6) if not np.isfinite(hindcast.log_error(lead)).any()]
    found = ErrorScale.learn(hindcast, np.zeros_like(hindcast.forecast)).coefficients - error_scale._PRIOR

    assert unknown == [3, 4, 5]
    assert np.abs(found[1]).max() > 0.01
    assert found[2] == pytest.approx(found[1] / 2)
    assert found[4] == pytest.approx(found[1] / 8)
