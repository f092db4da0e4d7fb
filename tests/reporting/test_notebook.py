"""Every noun shows itself in a notebook: a sentence, a small table, a small picture, and no markup from a name."""

import re
import subprocess
import sys

import pandas as pd
import pytest

from reporting.nouns import PUBLIC, nouns
from reporting.small_bureau import SCRIPT, inputs, results
from seatcast.core.notebook import ROWS, card, watched
from seatcast.language import speaking
from seatcast.reporting import Report

MOST = 120_000  # characters: a notebook of a hundred cells stays light


@pytest.fixture(scope="module")
def given():
    return inputs()


@pytest.fixture(scope="module")
def small(given):
    return results(given)


@pytest.fixture(scope="module")
def every(small):
    return nouns(small)


def test_there_is_one_of_every_public_noun(every):
    assert set(every) >= PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_noun_is_a_sentence_a_small_table_and_a_small_picture(every, name):
    shown = every[name]._repr_html_()

    assert re.match(r"<p>[^<]+\.</p>", shown)
    assert shown.count("<table") == 1
    assert 1 < shown.count("<tr") <= ROWS + 1
    assert shown.count('<img width="460" alt="') == 1
    assert len(shown) < MOST


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_noun_speaks_chinese(every, name):
    with speaking("zh"):
        said = every[name].summary().sentence

    assert said.endswith("。")


def test_no_name_is_markup(small, every):
    for noun in [*small, every["PlanComparison"]]:
        shown = noun._repr_html_()
        assert SCRIPT not in shown
        assert "<b>" not in shown


def test_inputs_scenario_and_report_show_themselves(given, small):
    assert "2 catchments, 2 schools" in given._repr_html_()
    assert (
        "1 assumption differs"
        in small[0].scenario.replace(name="boom", arrivals=1.3, draws=500, seed=2026)._repr_html_()
    )
    assert "forecast of school places" in Report(given, *small)._repr_html_()


def test_a_long_table_is_cut_and_says_how_long_it_is():
    shown = card("x", pd.DataFrame({"a": range(1234)}))

    assert len(re.findall("<tr", shown)) == ROWS + 1
    assert "1,234" in shown


def test_outside_a_notebook_nothing_is_shown_while_it_lasts():
    code = "from seatcast.core.notebook import watched; print(list(watched([1, 2], 'x')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (done.stdout.strip(), done.stderr) == ("[1, 2]", "")
    assert list(watched("ab", "x")) == ["a", "b"]


def test_figures_by_status_say_who_is_called_what_and_by_whom(every):
    told = {name: str(noun.summary()) for name, noun in every.items()}
    by_status = {name for name, noun in every.items() if "status" in noun.to_frame()} - {"AdmissionRule"}
    of_children = {"EnrollmentDemand", "Allocation", "Shortfall", "ShortfallSplit", "Alerts", "Forecast", "Simulation"}
    of_children |= {"RuleComparison", "PlanComparison", "Plan", "MigrationProjection", "ChildPopulation"}

    assert {"EnrollmentDemand", "GroupForecast", "MigrationProjection"} <= by_status
    silent = {name for name in by_status | of_children if name in told and "Who is called " not in told[name]}
    assert silent == set()
    assert "Who is called " in every["Shortfall"]._repr_html_()
