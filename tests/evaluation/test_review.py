import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from seatcast.core.scenario import Scenario
from seatcast.datasets import load_example
from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.evaluation.change import PARTS
from seatcast.evaluation.decisions import log_decision
from seatcast.evaluation.hindcast import known_by
from seatcast.evaluation.review import review
from seatcast.language import speaking
from seatcast.workflow import forecast


@pytest.fixture(scope="module")
def history(history):
    """Its last seven years: a review forecasts eight times."""
    return history[history["year"] >= 2020]


@pytest.fixture
def run(tmp_path, history):
    """A finished run of 2024, as `seatcast run` leaves it."""
    forecast = forecast_enrollment(history[history["year"] <= 2024], horizon=4, draws=40, seed=1).to_frame()
    rolls = forecast.rename(columns={"q50": "median", "q10": "low", "q90": "high"}).drop(columns="mean")
    (tmp_path / "tables").mkdir()
    rolls.to_csv(tmp_path / "tables" / "rolls.csv", index=False)
    scenario = {"draws": 40, "seed": 1, "horizon": 4}
    (tmp_path / "run.json").write_text(json.dumps({"base_year": 2024, "scenario": scenario}))
    return tmp_path


@pytest.fixture
def inputs(bureau, history):
    """The same bureau two autumns later."""
    return bureau(history)


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
    assert "Of the errors of its schools, " in found.summary().sentence
    assert "by the forecast made in 2026" in found.summary().sentence
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
    found = review(run, inputs.replace(enrollment=gone))

    assert len(found.unmatched) == 13
    assert "13 counts that were forecast are not on record." in found.summary().sentence


def test_a_review_that_cannot_be_made_says_why(run, inputs, tmp_path):
    with pytest.raises(FileNotFoundError, match="give the folder of a finished run"):
        review(tmp_path / "elsewhere", inputs)
    with pytest.raises(ValueError, match="no table of enrollment"):
        review(run, inputs.replace(enrollment=None))
    early = inputs.replace(enrollment=inputs.enrollment.query("year <= 2024"))
    with pytest.raises(ValueError, match="made in 2024, and the rolls end in 2024: no year is in both"):
        review(run, early)
    rolls = inputs.enrollment.assign(school=inputs.enrollment["school"] + " of another town")
    other = inputs.replace(enrollment=rolls)
    with pytest.raises(ValueError, match="inputs of the same bureau"):
        review(run, other)
    (run / "run.json").write_text("{}")
    with pytest.raises(ValueError, match="base_year is missing"):
        review(run, inputs)


def test_the_plot_has_forecast_and_record(run, inputs):
    assert [line.get_label() for line in review(run, inputs).plot().lines] == ["forecast made in 2024", "recorded"]


def test_the_picture_of_the_parts_leads_from_the_count_to_the_forecast(run, inputs):
    found = review(run, inputs)
    total = found.total_parts()

    np.testing.assert_allclose(total["actual"] + total[list(PARTS[1:])].sum(axis=1), total["forecast"])
    for year, ax in ((2025, found.plot_parts()), (2026, found.plot_parts(year=2026))):
        bars = [bar.get_width() for bar in ax.patches]
        np.testing.assert_allclose(bars, total.loc[year, list(PARTS[1:])], atol=1e-9)
        ends = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "D"]
        np.testing.assert_allclose(ends, total.loc[year, ["actual", "forecast"]])
    with pytest.raises(KeyError, match="there are 2025 and 2026"):
        found.plot_parts(year=2027)


def test_parts_of_the_error_add_up_and_say_what_happened(run, bureau, history):
    came = history.copy()
    entered = (came["year"] == 2025) & (came["school"] == "S02") & (came["grade"] == 1)
    came.loc[entered, "pupils"] += 50
    moved = (came["year"] >= 2025) & (came["district"] == "D1") & (came["grade"] > 1)
    came.loc[moved, "pupils"] *= 1.2
    found = review(run, bureau(came))
    parts = found.error_parts()

    of_parts = parts[["births", "entry", "migration", "progression", "openings"]]
    np.testing.assert_allclose(of_parts.sum(axis=1), parts["error"], atol=1e-9)
    s02 = parts.set_index(["year", "school"]).loc[(2025, "S02")]
    assert abs(s02["entry"]) > 0.5 * abs(of_parts.loc[parts["school"] == "S02"].iloc[0]).sum()
    d1 = parts.query("district == 'D1' and year == 2025")
    assert d1["migration"].sum() < -0.1 * d1["actual"].sum()
    np.testing.assert_allclose(d1["progression"].sum(), 0, atol=1e-6)
    assert (parts["births"] == 0).all()


def test_a_school_that_closed_is_an_error_of_openings_and_an_unknown_count_is_no_error(run, bureau, history):
    came = history[~((history["school"] == "S05") & (history["year"] >= 2025))].copy()
    hidden = (came["school"] == "S06") & (came["year"] == 2025) & (came["grade"] == 3)
    came.loc[hidden, "pupils"] = np.nan
    found = review(run, bureau(came))
    gone = found.error_parts().set_index(["year", "school"]).loc[(2025, "S05")]

    assert gone["actual"] == 0
    assert gone["openings"] == gone["error"] > 0
    assert not ((found.errors["school"] == "S06") & (found.errors["grade"] == 3) & (found.errors["year"] == 2025)).any()


def test_the_change_is_explained_exactly_and_ends_at_todays_forecast(run, inputs, history):
    change = review(run, inputs).change
    today = forecast_enrollment(history, horizon=2, draws=40, seed=1).to_frame("cell", (0.5,))
    published = pd.read_csv(run / "tables" / "rolls.csv")

    assert change.base_years == (2024, 2026)
    for table in (change.cells, change.total("school"), change.total("district"), change.total()):
        np.testing.assert_allclose(table[list(PARTS)].sum(axis=1), table["change"], atol=1e-6)
        np.testing.assert_allclose(table["after"] - table["before"], table["change"], atol=1e-6)
    assert set(change.cells["year"]) == {2027, 2028}
    assert change.total()["after"].sum() == pytest.approx(today["q50"].sum())
    assert change.total()["before"].sum() == pytest.approx(published.query("year > 2026")["median"].sum())
    assert (change.cells["births"] == 0).all()


def test_the_change_has_the_part_of_what_happened(run, bureau, history):
    baseline = review(run, bureau(history)).change.total().iloc[-1]
    entered, moved = history.copy(), history.copy()
    entered.loc[(entered["year"] > 2024) & (entered["grade"] == 1), "pupils"] *= 1.3
    moved.loc[(moved["year"] > 2024) & (moved["grade"] > 1), "pupils"] *= 1.1
    opened = pd.concat([history, history.query("school == 'S03' and year > 2024").assign(school="New")])

    for part, came in (("entry", entered), ("migration", moved), ("openings", opened)):
        more = review(run, bureau(came)).change.total().iloc[-1] - baseline
        shares = more[list(PARTS)] / more["change"]
        assert more["change"] > 0
        assert shares.idxmax() == part, shares


def test_births_known_since_have_their_own_part(run, bureau, history):
    born = [(year, f"D{d}", 400.0 if year <= 2024 else 150.0) for year in range(2012, 2027) for d in (0, 1)]
    births = pd.DataFrame(born, columns=["year", "district", "births"])
    change = review(run, bureau(history, entry_age=2, births=births)).change.total()

    assert (change["births"] <= 0).all()
    assert change["births"].min() < 0


def test_the_log_of_decisions_goes_with_the_review(run, inputs):
    log_decision(run, year=2025, role="planning division", decision="no new class at S01", reason="forecast falls")
    log = log_decision(run, year=2025, role="bureau", decision="close S02", reason="merger")
    found = review(run, inputs)

    assert len(log) == 2
    pd.testing.assert_frame_equal(found.decisions, log)
    assert "2 decisions are logged with it." in found.summary().sentence
    with pytest.raises(ValueError, match="none may be empty"):
        log_decision(run, year=2025, role=" ", decision="x", reason="y")
    with pytest.raises(FileNotFoundError, match="not the folder of a run"):
        log_decision(run / "tables", year=2025, role="x", decision="x", reason="y")
    (run / "decisions.csv").write_text("year,who\n2025,x\n")
    with pytest.raises(ValueError, match="each decision has year, role, decision, reason"):
        review(run, inputs)


def test_the_chart_of_the_change_ends_where_it_should(run, inputs):
    change = review(run, inputs).change
    ax = change.plot()

    assert next(text.get_text() for text in ax.get_yticklabels()) == "made in 2024"
    assert len(ax.patches) == len(PARTS)
    assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(change.total().iloc[-1]["change"])


def test_where_children_are_known_the_change_ends_at_the_forecast_that_follows_them(tmp_path):
    inputs, scenario = load_example(), Scenario(draws=20, horizon=3, seed=4)
    then = known_by(inputs, 2025)
    (tmp_path / "tables").mkdir()
    published = forecast(then, scenario).rolls.to_frame("cell")
    published = published.rename(columns={"q50": "median", "q10": "low", "q90": "high"})
    published.to_csv(tmp_path / "tables" / "rolls.csv", index=False)
    (tmp_path / "run.json").write_text(json.dumps({"base_year": 2025, "scenario": asdict(scenario)}))
    change = review(tmp_path, inputs).change
    today = forecast(inputs, scenario).rolls.to_frame("cell", (0.5,))

    table = change.total().set_index("year")
    for year in (2027, 2028):
        assert table.loc[year, "after"] == pytest.approx(today.loc[today["year"] == year, "q50"].sum(), rel=2e-3)
    np.testing.assert_allclose(table[list(PARTS)].sum(axis=1), table["change"], atol=1e-6)
