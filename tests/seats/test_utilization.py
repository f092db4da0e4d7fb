"""How full the schools of a catchment are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seatcast import charts
from seatcast.seats.utilization import utilization
from seatcast.testing import tiled_map, toy_area, toy_capacity, toy_demand


@pytest.fixture
def city():
    area = toy_area(("0-0", "0-1"), ("elm", "oak"))
    one_each = area.reach[area.reach["rank"] == 1]
    return area.replace(reach=one_each)


def asked(*by_zone_and_draw):
    """One year, two catchments, all children in grade 1 and tier 1."""
    pupils = np.zeros((1, 2, 2, 3, 2), np.float32)
    pupils[0, :, 0, 0] = by_zone_and_draw
    return pupils


def test_it_is_children_over_the_seats_of_the_first_school(city):
    found = utilization(toy_demand(asked([90, 110], [50, 50]), city), toy_capacity([[100, 200]], city))

    assert found.expected().squeeze().values == pytest.approx([1.0, 0.25])
    assert found.probability().squeeze().values == pytest.approx([0.5, 0.0])
    assert found.to_frame()["expected"].to_list() == pytest.approx([1.0, 0.25])


def test_catchments_that_share_a_school_share_its_seats(city):
    shared = city.replace(reach=city.reach.assign(school="elm"))

    found = utilization(toy_demand(asked([60, 60], [60, 80]), shared), toy_capacity([[100, 100]], shared))

    assert found.expected().squeeze().values == pytest.approx([1.3, 1.3])


def test_without_seats_it_is_unknown_not_zero(city):
    found = utilization(toy_demand(asked([60, 60], [60, 80]), city), toy_capacity([[0, 100]], city))

    assert np.isnan(found.expected().sel(catchment="0-0")).all()
    assert found.to_frame()["catchment"].to_list() == ["0-1"]


def test_years_of_record_stand_before_the_forecast_and_unknown_counts_stay_unknown(city):
    seats = pd.DataFrame({"year": 2024, "school": ["elm", "oak"], "stage": "primary", "seats": [100.0, 100.0]})
    record = pd.DataFrame(
        {"year": 2025, "school": ["elm", "oak", "oak"], "grade": [1, 1, 2], "pupils": [70.0, 30.0, np.nan]}
    )

    found = utilization(toy_demand(asked([60, 60], [60, 80]), city), seats, record=record)

    assert found.share["year"].values.tolist() == [2025, 2026]
    assert found.expected().sel(year=2025).squeeze().values == pytest.approx([0.7, np.nan], nan_ok=True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_drawn_on_maps_of_one_scale_that_say_in_words_what_they_show(city, language):
    from seatcast.language import speaking

    found = utilization(
        toy_demand(np.concatenate([asked([90, 130], [50, 50])] * 2), city), toy_capacity([[100, 200]] * 2, city)
    )

    with speaking(language):
        axes = found.plot_map(tiled_map(1, 2))
        drawn = charts.svg(axes[0].get_figure())
        charts.png(found.plot().get_figure())

    assert len(axes) == 2
    assert drawn.count("110%") >= 4  # each map's hover and words
    if language == "en":
        assert "2027. Highest: 0-0 110% and 0-1 25%; lowest: 0-1 25%." in drawn
        assert "In 2027, 0 of 2 catchments are likelier than not" in found.summary().sentence
