"""Children without a seat: probability, expected number, first year, by status."""

import numpy as np
import pytest

from seatcast.language import speaking
from seatcast.seats.allocation import allocate
from seatcast.testing import tiled_map, toy_area, toy_capacity, toy_demand

TIERS = {"local": 0, "permit": 1, "none": 2}


@pytest.fixture
def shortfall():
    """Return one of 2026 to 2028, two draws: 0, then 10 or 30, then 50 or 70 of the last tier without a seat."""
    pupils = np.zeros((3, 2, 2, 3, 2), np.float32)
    pupils[:, 0, 0, TIERS["local"]] = 100
    pupils[:, 0, 0, TIERS["none"]] = [[50, 50], [60, 80], [100, 120]]
    area = toy_area()
    return allocate(toy_demand(pupils, area), toy_capacity(np.full((3, 2), 75.0), area)).shortfall()


def test_the_last_tier_bears_the_shortage(shortfall):
    by_status = shortfall.by_status().sel(stage="primary")

    assert by_status.sel(status="local").values.tolist() == [[0, 0], [0, 0], [0, 0]]
    assert by_status.sel(status="migrant", year=2027).values.tolist() == [10, 30]


def test_probability_counts_draws_and_the_threshold_is_the_callers(shortfall):
    at = {"catchment": "east", "stage": "primary", "year": 2027}

    assert shortfall.probability().sel(at) == 1
    assert shortfall.probability(exceeding=20).sel(at) == 0.5
    assert shortfall.expected().sel(at) == 20


def test_the_first_year_is_the_first_in_which_the_risk_is_passed(shortfall):
    first = shortfall.first_year(risk=0.5)

    assert first.to_dict() == {("east", "primary"): 2027}


def test_the_tables_and_the_arrays_agree(shortfall):
    frame = shortfall.to_frame().set_index(["year", "catchment", "stage"])

    assert frame.loc[(2027, "east", "primary"), ["probability", "expected"]].to_list() == [1, 20]
    assert frame.loc[(2027, "west", "primary"), ["probability", "expected"]].to_list() == [0, 0]
    idle = shortfall.idle_frame().set_index(["year", "school", "stage"])
    assert (idle["seats"] == 75).all()
    assert idle["expected"].max() == 0


def test_the_sentence_names_the_worst_year_and_place_in_both_languages(shortfall):
    said = shortfall.summary().sentence

    assert "2028" in said
    assert "60" in said
    assert "east" in said
    with speaking("zh"):
        assert not shortfall.summary().sentence.isascii()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_drawn_on_a_map_a_year_with_the_seats_missing_written_in(language):
    area = toy_area(("0-0", "0-1"))
    pupils = np.zeros((3, 2, 2, 3, 2), np.float32)
    pupils[1, 0, 0, TIERS["local"]] = [160, 180]
    found = allocate(toy_demand(pupils, area), toy_capacity(np.full((3, 2), 75.0), area)).shortfall()

    with speaking(language):
        first, second = found.plot_map(tiled_map(1, 2))

    assert [text.get_text() for text in first.texts if text.get_text().isdigit()] == ["20"]
    assert not any(text.get_text().isdigit() for text in second.texts)
    assert ("seats expected to be missing" in first.get_figure().get_suptitle()) == (language == "en")


def test_a_table_by_any_levels_sums_draws_before_it_takes_quantiles():
    """East lacks 10 or 30 seats, west 30 or 10: 40 together in every draw."""
    pupils = np.zeros((1, 2, 2, 3, 2), np.float32)
    pupils[0, :, 0, TIERS["none"]] = [[60, 80], [80, 60]]
    area = toy_area()
    area = area.replace(
        catchments=area.catchments.assign(district="north"),
        reach=area.reach[area.reach["rank"] == 1],
    )
    found = allocate(toy_demand(pupils, area), toy_capacity([[50.0, 50.0]], area)).shortfall()

    north = found.by("district", "status").set_index(["district", "status"])
    assert north.loc[("north", "migrant"), ["probability", "expected", "q10", "q90"]].to_list() == [1, 40, 40, 40]
    assert north.loc[("north", "local"), "probability"] == 0
    east = found.by("catchment", "grade").set_index(["catchment", "grade"])
    assert east.loc[("east", 1), ["expected", "q10", "q90"]].to_list() == pytest.approx([20, 12, 28])
    assert east.loc[("east", 2), "probability"] == 0
    assert found.by().iloc[0].to_list() == [2026, 1, 40, 40, 40, 40]


def test_the_tables_by_level_agree_with_the_other_views(shortfall):
    by_place = shortfall.by("catchment", "stage")
    assert by_place.equals(shortfall.to_frame()[by_place.columns])
    by_status = shortfall.by("stage", "status").set_index(["year", "status"])["expected"]
    assert by_status.loc[2028].to_dict() == {"local": 0, "migrant": 60}
    tiers = shortfall.by_tier().query("year == 2028").set_index("tier")
    assert tiers["status"].to_list() == ["local", "migrant", "migrant"]
    assert tiers["expected"].to_list() == [0, 0, 60]


@pytest.mark.parametrize("levels", [("age",), ("district", "catchment"), ("stage", "grade"), ("tier", "status"),
                                    ("stage", "stage")])  # fmt: skip
def test_levels_that_cross_or_are_unknown_are_refused_with_those_there_are(shortfall, levels):
    with pytest.raises(ValueError, match=f"{levels[-1]}: children without a seat are told by district, catchment"):
        shortfall.by(*levels)


def test_the_first_year_may_be_that_of_one_status(shortfall):
    assert shortfall.first_year(status="migrant").to_dict() == {("east", "primary"): 2027}
    assert shortfall.first_year(status="local").empty
    with pytest.raises(ValueError, match="visitor is not a status of the demand; there are local and migrant"):
        shortfall.first_year(status="visitor")
