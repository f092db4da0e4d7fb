"""What a plan answers has its place in the report, and what was not asked is said not to have been."""

import pytest

from reporting.small_bureau import inputs, results
from seatcast.language import speaking
from seatcast.planning.attitude import Expected
from seatcast.planning.foresight import worth_of_foresight
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.scarcity import worth_of_more
from seatcast.planning.timing import decide_now
from seatcast.reporting import Report
from seatcast.reporting.markdown import to_markdown


@pytest.fixture(scope="module")
def given():
    return inputs()


@pytest.fixture(scope="module")
def nouns(given):
    return results(given)


def test_every_answer_has_its_part(given, nouns):
    shortfall = nouns[2]
    plan = optimize_plan(shortfall, given.options, budget=given.budget, risk=Expected())
    answers = (
        worth_of_more(plan),
        decide_now(plan, groups=2),
        worth_of_foresight(plan, futures=3),
    )
    report = Report(given, *nouns, *answers)

    tables = {table.key: table for table in report.content().tables()}
    text = to_markdown(report.content())

    assert {"frontier", "scarcity", "timing", "foresight"} <= set(tables)
    assert len(tables["foresight"].frame) >= 4
    assert set(tables["timing"].frame["said"]) <= {"start now", "start later", "wait and watch", "open"}
    for noun in answers:
        assert noun.summary().sentence in text
    assert "given, at the accepted risk. It replaces" in text
    assert "given, on average over the futures. It replaces" in to_markdown(Report(given, plan).content())


@pytest.mark.parametrize(("language", "said"), [("en", "No other plans were looked for."), ("zh", "未寻找备选方案。")])
def test_what_was_not_asked_is_said(given, nouns, language, said):
    alone = [noun for noun in nouns if noun.topic not in ("alternatives", "frontier")]
    with speaking(language):
        assert said in to_markdown(Report(given, *alone).content())
