"""The official ratio rule beside the probability of a shortfall."""

import numpy as np
import pandas as pd
import pytest

from seatcast.language import speaking
from seatcast.seats.alert_rule import HANGZHOU, HUANGPU, AlertRule
from seatcast.seats.alerts import alerts
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


def pooled(local, plan, *, years=3, **links):
    """Return the alerts of catchments whose entrants are `local`, and the plan of each school (by year, or in all)."""
    area = toy_area(list(local), list(plan))
    table = [(z, "primary", s, rank) for z, ranks in links.items() for s, rank in ranks.items()]
    area = area.replace(reach=pd.DataFrame(table, columns=["catchment", "stage", "school", "rank"]).assign(metres=1.0))
    pupils = np.zeros((years, len(local), 2, 3, 1), np.float32)
    pupils[:, :, 0, 0, 0] = list(local.values())
    entry = np.stack([np.broadcast_to(plan[s], years) for s in plan], axis=1)
    seats = toy_capacity(entry * 6, area)
    intake = seats.seats.copy(data=entry[:, :, None].astype(np.float32))
    return alerts(allocate(toy_demand(pupils, area), Capacity(seats.seats, intake)).shortfall())


def test_schools_of_one_rank_are_one_pool_with_the_plan_of_all():
    given = pooled({"east": 100.0}, {"elm": 60.0, "oak": 60.0}, east={"elm": 1, "oak": 1})

    row = given.table.set_index("year").loc[2027]
    assert row[["school", "local_children", "intake_plan", "official"]].to_list() == ["elm; oak", 100, 120, ""]
    assert row["ratio"] == pytest.approx(100 / 120)
    schools = given.by_school().query("year == 2027").set_index("school")["ratio"]
    assert schools.to_dict() == pytest.approx({"elm": 100 / 120, "oak": 100 / 120})


def test_pools_that_share_a_school_share_its_children_by_seats():
    """Of the east's 100 half come to the elm, where the west's 30 come too: 80 for 60 places."""
    given = pooled(
        {"east": 100.0, "west": 30.0}, {"elm": 60.0, "oak": 60.0}, east={"elm": 1, "oak": 1}, west={"elm": 1}
    )

    ratio = given.table.query("year == 2027").set_index("catchment")["ratio"]
    assert ratio.to_dict() == pytest.approx({"east": 130 / 120, "west": 80 / 60})
    schools = given.by_school().query("year == 2027").set_index("school")["ratio"]
    assert schools.to_dict() == pytest.approx({"elm": 80 / 60, "oak": 130 / 120})


def test_a_school_that_opens_later_counts_from_its_year():
    given = pooled(
        {"east": 100.0}, {"elm": 80.0, "oak": np.array([0, 0, 60.0])}, east={"oak": 1, "elm": 2}
    ).table.set_index("year")

    assert given["school"].to_dict() == {2027: "elm", 2028: "oak"}
    assert given["ratio"].to_dict() == pytest.approx({2027: 100 / 80, 2028: 100 / 60})


def test_a_link_that_begins_later_counts_from_its_year():
    area = toy_area(["east"], ["elm", "oak"])
    area = area.replace(reach=area.reach.assign(opens=[2028.0, np.nan], closes=[np.nan, 2029.0]))
    pupils = np.full((4, 1, 2, 3, 1), 10.0, np.float32)
    given = alerts(allocate(toy_demand(pupils, area), toy_capacity(np.full((4, 2), 90.0), area)).shortfall())

    assert given.table.set_index("year")["school"].to_dict() == {2027: "oak", 2028: "elm", 2029: "elm"}


def test_where_no_school_is_open_yet_the_probability_speaks_alone():
    given = pooled({"east": 100.0}, {"elm": np.array([0, 0, 60.0])}, east={"elm": 1})

    row = given.table.set_index("year").loc[2027]
    assert row[["school", "official", "level"]].to_list() == ["", "", "red"]
    assert given.by_school()["year"].to_list() == [2028]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_a_year_to_come_there_is_no_alert_and_the_sentence_says_so(language):
    given = found(100, years=1)

    assert given.to_frame().empty
    assert given.by_school().empty
    assert given.published().table.empty
    assert given.plot() is not None
    with speaking(language):
        assert given.summary().sentence.isascii() == (language == "en")


def test_the_list_to_publish_has_no_counts_and_names_its_rule_and_source():
    listed = found(100).published()

    assert list(listed.table) == ["year", "stage", "school", "alert"]
    assert listed.table.iloc[0].to_list() == [2027, "primary", "elm", "red"]
    assert listed.sentence.startswith("Alerts are estimates for planning.")
    assert listed.note == (
        "The official rule (Hangzhou, 2023) divides the children expected to enter (local) by the entry seats of the "
        "normal intake plan: yellow from 90%, red from 100%, up to 3 years ahead. Source: Hangzhou Daily, 2023-04-13."
    )


def test_a_rule_says_its_own_levels_statuses_and_years_in_both_languages():
    area = toy_area()
    own = AlertRule(yellow=0.85, red=1.05, statuses=("local", "migrant"), years_ahead=2)

    assert "(local and migrant)" in own.said(area)
    assert "yellow from 85%, red from 105%, up to 2 years ahead." in own.said(area)
    assert "plan: red from 100%, up to 1 year ahead." in HUANGPU.said(area)
    with speaking("zh"):
        assert HUANGPU.said(area).startswith("官方规则（广州市黄埔区2023年）")


def test_levels_that_the_source_does_not_print_are_said_to_be_assumed_under_the_list_too():
    assumed = "Source: Education Bureau of Huangpu, Guangzhou, 2023-01-12. The source prints no ratio; the levels are"

    assert assumed in (found(100, rule=HUANGPU).published().note or "")
    assert "assumed" not in HANGZHOU.said(toy_area())
    with speaking("zh"):
        assert HUANGPU.said(toy_area()).endswith("来源未公布比例，此处的预警线为假设值。")
