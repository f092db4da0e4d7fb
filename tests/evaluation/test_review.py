import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.evaluation.review import review
from seatcast.language import speaking


@pytest.fixture
def run(tmp_path, history):
    """A finished run of 2024, as `seatcast run` leaves it."""
    forecast = forecast_enrollment(history[history["year"] <= 2024], horizon=4, draws=200, seed=1).to_frame()
    rolls = forecast.rename(columns={"q50": "median", "q10": "low", "q90": "high"}).drop(columns="mean")
    (tmp_path / "tables").mkdir()
    rolls.to_csv(tmp_path / "tables" / "rolls.csv", index=False)
    (tmp_path / "run.json").write_text(json.dumps({"base_year": 2024}))
    return tmp_path


@pytest.fixture
def inputs(history):
    """The same bureau two autumns later, its pupils told apart by status."""
    local = history.assign(status="local", pupils=np.floor(history["pupils"] * 0.6))
    migrant = history.assign(status="migrant", pupils=history["pupils"] - local["pupils"])
    return SimpleNamespace(enrollment=pd.concat([local, migrant]).drop(columns="district"))


def test_forecast_against_what_came(run, inputs, history):
    found = review(run, inputs)
    cells = found.to_frame()
    came = cells.merge(history, on=["year", "school", "grade"])

    assert found.years == [2025, 2026]
    assert found.base_year == 2024
    np.testing.assert_array_equal(came["actual"], came["pupils"])
    np.testing.assert_allclose(cells["error"], cells["forecast"] - cells["actual"])
    schools = found.by_school()
    assert schools["error"].abs().is_monotonic_decreasing
    assert schools["error"].sum() == pytest.approx(cells["error"].sum())
    assert schools["grades"].sum() == len(cells)


def test_the_sentence_in_both_languages(run, inputs):
    found = review(run, inputs)

    assert found.summary().sentence.startswith("The forecast made in 2024 missed the school rolls of 2025 by ")
    assert "lay within their 80 percent interval." in found.summary().sentence
    with speaking("zh"):
        assert found.summary().sentence.startswith("2024年所作的预测，2025年学校在校生误差为学生数的")


def test_a_perfect_forecast_has_no_error(run, inputs, history):
    table = run / "tables" / "rolls.csv"
    forecast = pd.read_csv(table)
    known = forecast.merge(history, on=["year", "district", "school", "grade"])
    known.assign(median=known["pupils"], low=known["pupils"], high=known["pupils"]).to_csv(table, index=False)
    found = review(run, inputs)

    assert (found.to_frame()["error"] == 0).all()
    assert found.to_frame()["inside"].all()
    assert "0.0 percent of pupils (neither too many nor too few); 100 percent" in found.summary().sentence


def test_what_is_not_on_record_is_said_and_unknown_for_one_status_is_unknown(run, inputs):
    rolls = inputs.enrollment
    gone = rolls[(rolls["school"] != "S03") | (rolls["year"] < 2025)].copy()
    one = (gone["school"] == "S04") & (gone["year"] == 2026) & (gone["grade"] == 2) & (gone["status"] == "local")
    gone.loc[one, "pupils"] = np.nan
    found = review(run, SimpleNamespace(enrollment=gone))

    assert len(found.unmatched) == 13
    assert "13 counts that were forecast are not on record." in found.summary().sentence


def test_a_review_that_cannot_be_made_says_why(run, inputs, tmp_path):
    with pytest.raises(FileNotFoundError, match="give the folder of a finished run"):
        review(tmp_path / "elsewhere", inputs)
    with pytest.raises(ValueError, match="no table of enrollment"):
        review(run, SimpleNamespace(enrollment=None))
    early = SimpleNamespace(enrollment=inputs.enrollment.query("year <= 2024"))
    with pytest.raises(ValueError, match="made in 2024, and the rolls end in 2024: no year is in both"):
        review(run, early)
    other = SimpleNamespace(enrollment=inputs.enrollment.assign(school="Elsewhere"))
    with pytest.raises(ValueError, match="inputs of the same bureau"):
        review(run, other)
    (run / "run.json").write_text("{}")
    with pytest.raises(ValueError, match="base_year is missing"):
        review(run, inputs)


def test_the_plot_has_forecast_and_record(run, inputs):
    assert [line.get_label() for line in review(run, inputs).plot().lines] == ["forecast made in 2024", "recorded"]
