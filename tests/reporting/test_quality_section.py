"""The section on past forecasts says which forecast its scores are of."""

import pandas as pd

from seatcast.reporting.content import Note
from seatcast.reporting.sections.quality import quality
from seatcast.reporting.story import Story

from .small_bureau import inputs, results


def notes(given):
    found = results(given)[-1]
    blocks = quality(Story(given, {"backtest": found})).blocks
    return [block.text for block in blocks if isinstance(block, Note)]


def test_scores_are_said_to_be_those_of_the_rolls_without_what_a_bureau_adds():
    given = inputs()
    assert notes(given)[0] == "Scored is the forecast of the rolls from the rolls and, where known, births."

    table = pd.DataFrame({"year": [2026], "event": "close", "school": "elm", "others": "oak"})
    (said, *_rest) = notes(given.replace(events=table, registrations=table))
    assert "takes in besides (registrations and events) is not in these errors and intervals." in said
