"""Children by any level: whatever is told apart adds up to the same children."""

from itertools import combinations

import numpy as np
import pytest

from seatcast.core.scenario import Scenario
from seatcast.demography.child_views import FINER, LEVELS, by_level, change_map, flows, pyramid, stages
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


KEPT = [("stage",), ("district",), ("district", "stage"), ("catchment", "stage"), ("age",), ()]


@pytest.fixture(scope="module", params=KEPT, ids=str)
def summed(request):
    inputs = toy_inputs()
    return project_children(inputs, project_migration(inputs, Scenario(draws=8, horizon=2)), keep=request.param)


def test_children_added_up_as_they_are_drawn_are_told_by_what_is_left(children, summed):
    kept = {*summed.keep, "status"}
    for n in range(3):
        for levels in combinations(LEVELS, n):
            if {"district", "catchment"} <= set(levels) or {"stage", "age"} <= set(levels):
                continue
            lost = [level for level in levels if not {level, FINER.get(level, level)} & kept]
            if lost:
                with pytest.raises(ValueError, match=f'added up over {lost[0]}.* keep=\\(.*"{lost[-1]}",\\)'):
                    summed.to_frame(*levels)
            else:
                same = by_level(children.children, children.area, levels)
                np.testing.assert_array_equal(by_level(summed.children, summed.area, levels), same)
    assert set(summed.to_frame().columns[1:-4]) == ({"catchment", "status"} if "catchment" in kept else kept)


def test_charts_of_children_added_up_show_them_or_say_what_they_need(children, summed):
    heights = [[bar.get_height() for bar in flows(c).patches] for c in (children, summed)]
    assert heights[0] == pytest.approx(heights[1])
    for kept, needs, chart in (
        ({"age"}, "age", lambda: pyramid(summed)),
        ({"age"}, "age", summed.by_age),
        ({"age", "stage"}, "stage", lambda: stages(summed)),
        ({"catchment"}, "catchment", lambda: change_map(summed, {})),
    ):
        if kept & set(summed.keep):
            continue
        with pytest.raises(ValueError, match=f"added up over {needs}"):
            chart()
    if {"age", "stage"} & set(summed.keep):
        assert len(stages(summed)) == 1
