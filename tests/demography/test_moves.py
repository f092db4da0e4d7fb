"""Moves from whatever a bureau has: what was counted is kept, what was not is said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatcast.core.scenario import Scenario
from seatcast.demography.cohort_component import project_children
from seatcast.demography.figures import FigureError
from seatcast.demography.migration import project_migration
from seatcast.demography.moves import moves_on_record
from seatcast.demography.stock_moves import net_of_stocks, turnover
from seatcast.language import speaking
from seatcast.testing import assert_balanced

from .toy_bureau import Truth, toy_inputs

FLOWS = ["arrivals", "departures"]
PLACE = ["year", "catchment", "status"]
INPUTS = toy_inputs()


def net_of(table):
    return table["arrivals"] - table["departures"]


def told(inputs):
    return " ".join(map(str, moves_on_record(inputs).assumptions))


def test_moves_by_single_age_and_catchment_are_taken_as_they_are():
    record = moves_on_record(INPUTS)

    assert record.counted
    assert record.assumptions == ()
    pd.testing.assert_frame_equal(record.moves, INPUTS.migration)


@settings(max_examples=12)
@given(edges=st.sets(st.integers(1, 9), max_size=4))
def test_age_groups_are_split_and_add_up_again(edges):
    starts = np.array(sorted({0, *edges}))
    first = starts[np.searchsorted(starts, INPUTS.migration["age"], side="right") - 1]
    groups = INPUTS.migration.assign(age=first).groupby([*PLACE, "age"], as_index=False)[FLOWS].sum()
    ends = dict(zip(starts, [*(starts[1:] - 1), 9], strict=True))
    record = moves_on_record(INPUTS.replace(migration=groups.assign(age_to=groups["age"].map(ends))))

    split = record.moves.assign(age=starts[np.searchsorted(starts, record.moves["age"], side="right") - 1])
    again = split.groupby([*PLACE, "age"])[FLOWS].sum()
    pd.testing.assert_frame_equal(again, groups.set_index([*PLACE, "age"])[FLOWS].astype(float), check_exact=False)
    assert (record.moves[FLOWS] >= 0).all(axis=None)


def test_net_totals_are_split_into_flows_of_all_ages_that_have_that_net():
    moves = INPUTS.migration
    totals = moves.assign(net=net_of(moves)).groupby(PLACE, as_index=False)["net"].sum()
    record = moves_on_record(INPUTS.replace(migration=totals))

    again = record.moves.assign(net=net_of(record.moves)).groupby(PLACE)["net"].sum()
    np.testing.assert_allclose(again, totals.set_index(PLACE)["net"], atol=1e-6)
    assert (record.moves[FLOWS] >= 0).all(axis=None)
    assert "likeliest pair" in told(INPUTS.replace(migration=totals))


def test_moves_by_district_go_to_its_catchments_by_their_children_and_none_is_lost():
    by_district = INPUTS.migration.merge(
        INPUTS.area.catchments["district"], left_on="catchment", right_index=True
    ).groupby(["year", "district", "age", "status"], as_index=False)[FLOWS].sum()  # fmt: skip
    record = moves_on_record(INPUTS.replace(migration=by_district))

    np.testing.assert_allclose(record.moves[FLOWS].sum(), INPUTS.migration[FLOWS].sum())
    assert "shared out to its catchments" in told(INPUTS.replace(migration=by_district))


def test_counts_alone_tell_the_net_and_the_scatter_how_many_come_and_go():
    inputs = toy_inputs(Truth(arrivals=0.06, departures=0.05, births=3000))
    rate, measured = turnover(net_of_stocks(inputs), inputs)
    record = moves_on_record(inputs.replace(migration=None))

    assert measured
    for status in ("local", "migrant"):
        assert rate[status] == pytest.approx(0.055, rel=0.2)  # half of what comes and goes
    older = record.moves["age"] > 0
    true = inputs.migration.set_index([*PLACE, "age"]).sort_index()
    found = record.moves[older].set_index([*PLACE, "age"]).sort_index()
    both = true.loc[found.index]
    assert np.abs(net_of(found) - net_of(both)).max() < 10  # deaths alone stand between them
    assert found[FLOWS].sum().to_numpy() == pytest.approx(both[FLOWS].sum().to_numpy(), rel=0.25)


def test_counts_ten_years_apart_give_the_net_of_the_years_between():
    two = INPUTS.children[INPUTS.children["year"].isin([2018, 2022])]
    net = net_of_stocks(INPUTS.replace(children=two))

    cohort = two.pivot_table(index=["catchment", "age", "status"], columns="year", values="children")
    moved = cohort.loc[("east", 7, "local"), 2022] - cohort.loc[("east", 3, "local"), 2018]
    path = [float(net.sel(catchment="east", status="local", year=2018 + k, age=3 + k)) for k in range(1, 5)]
    assert sum(path) == pytest.approx(moved, abs=2)
    assert len(set(path)) == 1


def test_a_bureau_without_a_table_of_moves_is_led_by_its_children_and_told_so():
    inputs = INPUTS.replace(migration=None)
    migration = project_migration(inputs, Scenario(draws=20, horizon=2))
    children = project_children(inputs, migration)

    assert_balanced(children)
    assert "No table of moves is given" in migration.summary().sentence
    assert "per child of the whole area's cohort" in migration.summary().sentence
    with speaking("zh"):
        assert "No table" not in migration.summary().sentence


def test_more_departures_than_children_are_refused_with_the_place():
    groups = INPUTS.migration.query("age == 0").assign(age_to=9)
    wrong = groups.assign(departures=groups["departures"].where(groups["year"] != 2020, 90_000))

    with pytest.raises(FigureError, match=r"2020, catchment east: 90,000 children left, but only") as error:
        moves_on_record(INPUTS.replace(migration=wrong))
    assert len(error.value.problems) == 4


def test_a_net_loss_that_no_population_can_meet_is_refused():
    totals = INPUTS.migration.query("age == 0")[PLACE].assign(net=-50_000.0)

    with pytest.raises(FigureError, match="a net loss of 50,000 children of"):
        moves_on_record(INPUTS.replace(migration=totals))


def test_one_count_of_children_and_no_moves_leave_the_forecast_to_the_rolls():
    assert moves_on_record(INPUTS.replace(migration=None, children=INPUTS.children.query("year == 2026"))) is None


def test_unknown_moves_are_not_taken_for_none():
    moves = INPUTS.migration.copy()
    moves.loc[moves["year"] == 2024, FLOWS] = np.nan
    usual = project_migration(INPUTS, Scenario(draws=60, horizon=1)).departures.mean()

    unknown = project_migration(INPUTS.replace(migration=moves), Scenario(draws=60, horizon=1)).departures.mean()

    assert float(unknown) == pytest.approx(float(usual), rel=0.1)
