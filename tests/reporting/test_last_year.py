"""The part of the report that looks back on last year's forecast."""

from dataclasses import replace

import pandas as pd
import pytest

from seatcast.evaluation.change import PARTS, ForecastChange
from seatcast.evaluation.review import Review
from seatcast.language import speaking
from seatcast.reporting.cells import Hidden
from seatcast.reporting.content import Paragraph, Picture, Table
from seatcast.reporting.disclosure import guarded
from seatcast.reporting.sections.last_year import last_year
from seatcast.reporting.story import Story

from . import small_bureau


@pytest.fixture
def review():
    keys = {"year": [2026, 2026], "district": "all", "school": ["elm", "oak"], "grade": 1}
    cells = pd.DataFrame(keys | {"forecast": [40.0, 50.0], "actual": [44.0, 48.0], "low": 35.0, "high": 55.0})
    cells = cells.assign(error=cells["forecast"] - cells["actual"], inside=True)
    parts = {"births": 0.0, "entry": [-3.0, 2.0], "migration": [-1.0, 0.0], "progression": 0.0, "openings": 0.0}
    moved = {"year": 2027, "before": 50.0, "after": 53.0, "change": 3.0} | dict.fromkeys(PARTS, 0.5)
    change = pd.DataFrame(keys | moved)
    log = pd.DataFrame([[2026, "bureau", "one more class", "growth"]], columns=["year", "role", "decision", "reason"])
    none = cells[["year", "school", "grade"]].iloc[:0]
    return Review(2025, cells, none, cells.assign(**parts), ForecastChange((2025, 2026), change), log)


def test_errors_change_and_decisions_are_told(review):
    given = small_bureau.inputs()
    story = Story(given, {"review": review})
    blocks = last_year(story, review)

    paragraph, errors, missed, change, log = blocks
    assert isinstance(paragraph, Paragraph)
    assert isinstance(missed, Picture)
    assert isinstance(change, Picture)
    assert missed.alt.startswith("From 92 to 90 pupils: births and children known 0; entry -1; migration -1;")
    assert all(isinstance(block, Table) for block in (errors, log))
    assert errors.frame["error"].tolist() == [-4.0, 2.0]
    assert change.alt.startswith(
        "From 100 to 106 pupils: births and children known 1; entry 1; migration 1; progression 1; "
    )
    assert log.frame["decision"].tolist() == ["one more class"]


def test_a_first_year_without_change_or_decisions_has_neither(review):
    given = small_bureau.inputs()
    alone = replace(review, change=None, decisions=review.decisions.iloc[:0])
    with speaking("zh"):
        assert len(last_year(Story(given, {"review": alone}), alone)) == 3


def test_small_schools_are_hidden_in_what_was_missed(review):
    given = small_bureau.inputs()
    few = replace(review, errors=review.errors.assign(actual=3.0, error=lambda rows: rows["forecast"] - 3.0))
    (errors,) = (
        block
        for block in last_year(Story(given, {"review": few}), few)
        if isinstance(block, Table) and block.key == "review"
    )

    shown = guarded(errors, 5).frame

    for key in ("actual", "error", "births", "entry"):
        assert all(isinstance(value, Hidden) for value in shown[key]), key
