"""The section on alerts: the rule that was used, and the list that can be published."""

from dataclasses import replace

import pytest

from reporting.small_bureau import inputs, results
from seatcast.language import speaking
from seatcast.reporting.content import Paragraph
from seatcast.reporting.sections.alerts import alerts as section
from seatcast.reporting.story import Story
from seatcast.seats.alert_rule import AlertRule
from seatcast.seats.alerts import alerts

OWN = AlertRule("own", yellow=0.5, red=0.7, years_ahead=2, statuses=(), name_zh="本区", source="Notice 7")


@pytest.fixture(scope="module")
def blocks():
    given = inputs()
    shortfall = results(given)[2]
    story = Story(given, {"alerts": alerts(shortfall, OWN, likely=0.4, almost_sure=0.8)})

    def written(language):
        with speaking(language):
            return section(story).blocks

    return written


def test_the_schools_under_an_official_alert_are_listed_with_rule_and_disclaimer(blocks):
    listed = next(block for block in blocks("en") if getattr(block, "key", "") == "published")

    assert [column.heading for column in listed.columns] == ["year", "stage", "school", "alert"]
    assert [row[0] for row in listed.rows()] == ["2027", "2027", "2028", "2028"]
    assert not any(column.people for column in listed.columns)
    rule, disclaimer = listed.notes
    assert "yellow from 50%, red from 70%, up to 2 years ahead. Source: Notice 7." in rule
    assert disclaimer.startswith("Alerts are estimates for planning.")


def test_the_sentences_state_the_levels_of_the_rules_used(blocks):
    said = " ".join(block.text for block in blocks("en") if isinstance(block, Paragraph))

    assert "The official rule (own) divides the children expected to enter by the entry seats" in said
    assert "at least 40%, red from 80%" in said
    assert "90%" not in said


def test_a_rule_that_counts_everybody_speaks_of_children_and_not_of_local_ones(blocks):
    table = next(block for block in blocks("en") if getattr(block, "key", "") == "alerts")

    assert "children entering" in [column.heading for column in table.columns]


def test_without_a_year_to_come_the_section_says_so_and_nothing_of_intake_plans():
    given = inputs()
    found = alerts(results(given)[2], OWN)
    story = Story(given, {"alerts": replace(found, table=found.table.iloc[:0])})
    said = " ".join(block.text for block in section(story).blocks if isinstance(block, Paragraph))

    assert said.startswith("No year to come is in the forecast")
    assert "No intake plan" not in said


def test_the_list_has_its_chinese(blocks):
    listed = next(block for block in blocks("zh") if getattr(block, "key", "") == "published")

    assert listed.caption == "供公布的官方预警学校名单"
    assert listed.notes[0].startswith("官方规则（本区）")
