"""The section on definitions and assumptions: the rule of admission is printed as it was followed."""

import pytest

from reporting.small_bureau import inputs, results
from seatcast.core.scenario import Scenario
from seatcast.enrollment.bureau_rolls import project_rolls
from seatcast.language import speaking
from seatcast.reporting.content import Paragraph
from seatcast.reporting.sections.method import method
from seatcast.reporting.story import Story
from seatcast.seats.allocation import allocate


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "(seed 5); 10% of the entry seats are kept for migrant; a home's seat is locked for 6 years. Source: N"),
        ("zh", "入学顺位：同等条件摇号（种子5）；起始年级学位的10%预留给随迁；同一住房学位锁定6年。"),
    ],
)
def test_the_rule_followed_is_printed_with_the_names_of_the_statuses(language, said):
    given = inputs()
    (rule,) = given.area.rules_in_force()
    demand = results(given)[0]
    tried = rule.replace(lottery=5, reserved={"migrant": 0.1}, lock_years=6, source="Notice 7.")
    shortfall = allocate(demand, given.seats, tried).shortfall()

    with speaking(language):
        blocks = method(Story(given, {"demand": demand, "shortfall": shortfall})).blocks

    assert any(said in block.text for block in blocks if isinstance(block, Paragraph))


def test_the_limits_tell_what_the_forecast_of_the_rolls_could_not_do():
    given = inputs()
    rolls = project_rolls(given, Scenario(draws=1))

    told = [block.text for block in method(Story(given, {"rolls": rolls})).blocks if isinstance(block, Paragraph)]

    at = told.index("Of the forecast of the rolls:")
    assert told[at + 1 :] == list(rolls.notes)
    assert told[-1] == "A single draw is one possible future and tells no interval."
