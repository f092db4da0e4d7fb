"""The official ratio rule beside the probability of a shortfall."""

import numpy as np
import pytest

from seatcast.language import speaking
from seatcast.seats.alerts import HANGZHOU, AlertRule, alerts
from seatcast.seats.allocation import allocate
from seatcast.seats.capacity import Capacity
from seatcast.testing import toy_area, toy_capacity, toy_demand


def found(local, *, migrant=0.0, plan=100.0, years=5, rule=HANGZHOU):
    """Return the alerts of an area whose eastern catchment has so many entrants, and its first school such a plan."""
    pupils = np.zeros((years, 2, 2, 3, 4), np.float32)
    pupils[:, 0, 0, 0] = local
    pupils[:, 0, 0, 2] = migrant
    area = toy_area(schools=("elm",))
    seats = toy_capacity(np.full((years, 1), 500.0), area)
    return alerts(allocate(toy_demand(pupils, area), Capacity(seats.seats, seats.seats * 0 + plan)).shortfall(), rule)


def level(given, column, year=2027):
    table = given.table.set_index(["year", "catchment"])
    return table.loc[(year, "east"), column]


@pytest.mark.parametrize(("local", "color"), [(89, ""), (90, "yellow"), (99, "yellow"), (100, "red")])
def test_the_official_alert_is_yellow_from_90_percent_of_the_intake_plan_and_red_from_100(local, color):
    given = found(local)

    assert level(given, "official") == color
    assert level(given, "ratio") == pytest.approx(local / 100)


def test_children_who_come_last_raise_the_alert_by_probability_and_not_the_official_one():
    given = found(80, migrant=60)

    assert level(given, "official") == ""
    assert level(given, "probability") == 1
    assert level(given, "level") == "red"


def test_alerts_reach_three_years_ahead():
    assert sorted(set(found(100).table["year"])) == [2027, 2028, 2029]


def test_without_an_intake_plan_there_is_no_official_alert():
    given = found(100, plan=np.inf)

    assert np.isnan(level(given, "ratio"))
    assert level(given, "official") == ""


def test_the_sentence_counts_the_catchments_of_a_full_school_in_both_languages():
    said = found(100).summary().sentence

    assert said.startswith("Up to 2029, 2 catchments are red by the official ratio")
    with speaking("zh"):
        assert not found(100).summary().sentence.isascii()


def test_the_sentence_looks_no_further_than_the_rule_or_the_demand():
    a_year_ahead = AlertRule("near", years_ahead=1)

    assert found(100, rule=a_year_ahead).summary().sentence.startswith("Up to 2027, 2 catchments")
    assert found(100, years=3).summary().sentence.startswith("Up to 2028, 2 catchments")
