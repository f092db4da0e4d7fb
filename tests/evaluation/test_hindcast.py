"""The children's forecast held against children who came, on the bundled district, through its bad year 2020."""

from dataclasses import replace

import pandas as pd
import pytest

import seatcast as sc
from seatcast.evaluation.hindcast import hindcast_children, hindcast_origins, known_by
from seatcast.inputs.read import MissingTableError


@pytest.fixture(scope="module")
def inputs():
    return sc.load_example()


@pytest.fixture(scope="module")
def hindcast(inputs):
    return hindcast_children(inputs, origins=range(2019, 2026), draws=200)


def held(hindcast, level):
    frame = hindcast.to_frame()
    frame = frame[(frame["level"] == level) & frame["lead"].isin([1, 3, 5])]
    return (frame["coverage_80"] * frame["n"]).groupby(frame["lead"]).sum() / frame.groupby("lead")["n"].sum()


def test_the_80_percent_interval_holds_for_most_catchments_even_across_a_shock(hindcast):
    assert held(hindcast, "catchment").between(60, 95).all()


def test_the_area_total_is_not_far_too_sure_of_itself(hindcast):
    assert held(hindcast, "area").mean() >= 60


def test_following_children_beats_the_count_of_the_day(hindcast):
    frame = hindcast.to_frame().query("level == 'catchment'")

    assert (frame["wape"] < 0.6 * frame["no_change"]).all()


def test_a_past_forecast_knows_nothing_of_later_years(inputs, hindcast):
    later = inputs.children["year"] > 2021
    children = inputs.children.assign(children=inputs.children["children"].where(~later, 7.0))
    blind = hindcast_children(replace(inputs, children=children), origins=[2021], draws=200)

    before = hindcast.records.query("origin == 2021").reset_index(drop=True)
    pd.testing.assert_frame_equal(blind.records.drop(columns="actual"), before.drop(columns="actual"))
    assert not blind.records["actual"].equals(before["actual"])


def test_the_counts_are_those_of_the_record_and_the_area_is_their_sum(inputs, hindcast):
    records = hindcast.records.query("origin == 2022 and year == 2025 and stage == 'junior'").set_index("catchment")
    counted = inputs.children.query("year == 2025 and age in (12, 13, 14)").groupby("catchment")["children"].sum()

    pd.testing.assert_series_equal(records["actual"].drop(""), counted, check_names=False)
    assert records.loc["", "actual"] == counted.sum()


def test_what_was_known_in_a_year_leaves_out_what_came_after(inputs):
    past = known_by(inputs, 2020)

    assert {int(getattr(past, name)["year"].max()) for name in ("children", "births", "migration", "seats")} == {2020}
    assert past.base_year == 2020


def test_origins_need_years_of_migration_before_them(inputs):
    assert hindcast_origins(inputs, most=6) == [2020, 2021, 2022, 2023, 2024, 2025]
    assert hindcast_origins(replace(inputs, migration=inputs.migration.query("year >= 2021")), most=6) == [2025]
    one_count = inputs.children.query("year == 2026")
    assert hindcast_origins(replace(inputs, migration=None, children=one_count), most=6) == []


def test_counts_of_children_alone_can_be_held_against_what_came(inputs):
    counts_alone = replace(inputs, migration=None)
    assert hindcast_origins(counts_alone, most=6) == [2020, 2021, 2022, 2023, 2024, 2025]

    frame = hindcast_children(counts_alone, origins=[2022], draws=60).to_frame().query("level == 'catchment'")
    assert (frame["wape"] < frame["no_change"]).all()


def test_no_origin_is_refused(inputs):
    with pytest.raises(ValueError, match="No year to forecast from is named"):
        hindcast_children(inputs, origins=[])


def test_without_moves_or_two_counts_there_is_nothing_to_hold_against(inputs):
    one_count = replace(inputs, migration=None, children=inputs.children.query("year == 2021"))
    with pytest.raises(MissingTableError, match="needs the tables migration and children"):
        hindcast_children(one_count, origins=[2021])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Past forecasts of the children of school age, 3 years ahead, were off by 1."),
        ("zh", "以往对学龄儿童的预测，提前3年的分片区误差为1."),
    ],
)
def test_it_says_how_good_it_was(hindcast, language, said):
    with sc.speaking(language):
        assert hindcast.summary().sentence.startswith(said)
        assert hindcast.plot() is not None
