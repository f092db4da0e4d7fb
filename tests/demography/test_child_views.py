"""Children by any level: whatever is told apart adds up to the same children."""

from itertools import combinations

import numpy as np
import pytest

from seatcast.core.scenario import Scenario
from seatcast.demography.child_views import LEVELS, by_level, flows, pyramid, stages
from seatcast.demography.cohort_component import project_children
from seatcast.demography.migration import project_migration

from .toy_bureau import toy_inputs


@pytest.fixture(scope="module")
def children():
    inputs = toy_inputs()
    return project_children(inputs, project_migration(inputs, Scenario(draws=8, horizon=2)))


@pytest.mark.parametrize("levels", [c for n in range(4) for c in combinations(LEVELS, n)])
def test_every_level_adds_up_to_the_whole_and_no_two_cross(children, levels):
    if {"district", "catchment"} <= set(levels) or {"stage", "age"} <= set(levels):
        with pytest.raises(ValueError, match="by one"):
            by_level(children.children, children.area, levels)
        return
    counts = by_level(children.children, children.area, levels)
    ages = [6, 7] if "stage" in levels else children.children["age"].values
    whole = children.children.sel(age=ages).sum(["catchment", "age", "status"])

    assert counts.dims == ("year", *levels, "draw")
    np.testing.assert_array_equal(counts.sum(list(levels)), whole)
    assert (
        list(children.to_frame(*levels).columns[: 1 + len(levels)])
        == ["year", *(levels or ("catchment", "status"))][: 1 + len(levels)]
    )


def test_the_charts_show_what_is_there(children):
    ax = flows(children)
    heights = [bar.get_height() for bar in ax.patches]
    totals = children.arrivals.sum(["catchment", "age", "status"]).mean("draw").values
    assert heights[: len(totals)] == pytest.approx(list(totals))
    assert "2026" in [text.get_text() for text in pyramid(children).get_legend().get_texts()]
    assert len(stages(children)) == 1
