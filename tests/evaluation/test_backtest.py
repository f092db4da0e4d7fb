from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from seatcast.core.refused import RefusedError
from seatcast.evaluation.backtest import backtest
from seatcast.language import speaking


@pytest.fixture(scope="module")
def found(history):
    return backtest(history, origins=[2019, 2021], horizon=5, draws=200, seed=1, class_size=40)


def test_nothing_later_than_the_origin_is_used(history, found):
    cut = history[history["year"] <= 2022].copy()
    cut.loc[cut["year"] == 2022, "pupils"] *= 3
    early = backtest(cut, origins=[2021], horizon=1, draws=200, seed=1).records
    same = found.records.query("origin == 2021 and year == 2022")
    both = same.merge(early, on=["level", "district", "school", "grade"])

    assert len(both) > 50
    for column in ("forecast", "low", "high", "no_change", "ratio_321"):
        np.testing.assert_array_equal(both[f"{column}_x"], both[f"{column}_y"])


def test_the_reference_of_no_change_is_the_count_at_the_origin(history, found):
    records = found.records.query("level == 'cell' and origin == 2019")
    then = history[history["year"] == 2019]
    both = records.merge(then, on=["school", "grade"])

    assert len(both) == len(records) > 0
    np.testing.assert_array_equal(both["no_change"], both["pupils"])


def test_levels_add_up_and_the_ratios_method_keeps_a_steady_school(found):
    sums = (
        found.records.groupby(["origin", "year", "level"])[["actual", "no_change", "ratio_321"]].sum().unstack("level")
    )

    for column in ("actual", "no_change", "ratio_321"):
        np.testing.assert_allclose(sums[column]["cell"], sums[column]["school"])
        np.testing.assert_allclose(sums[column]["cell"], sums[column]["district"])


def test_a_school_whose_grades_changed_is_named_and_not_scored(found):
    assert set(found.changed["school"]) == {"S11"}
    assert set(found.changed["year"]) == {2024, 2025, 2026}
    assert "S11" not in set(found.records.query("year >= 2024")["school"])
    assert "S11" in set(found.records.query("year == 2023")["school"])


def test_by_school(found):
    table = found.by_school(2021, 2026)

    assert list(table.columns) == ["school", "forecast", "low", "high", "actual", "error", "inside"]
    assert len(table) == 11
    assert table["error"].abs().is_monotonic_decreasing
    np.testing.assert_allclose(table["error"], table["forecast"] - table["actual"])
    assert (table["inside"] == ((table["low"] <= table["actual"]) & (table["actual"] <= table["high"]))).all()
    with pytest.raises(KeyError, match="the origins are 2019 and 2021"):
        found.by_school(2020, 2025)


def test_scores_by_level_lead_and_method(found):
    scores = found.to_frame()

    assert set(scores["lead"]) == {1, 2, 3, 4, 5}
    assert list(scores.columns) == [
        "level",
        "lead",
        "method",
        "n",
        "wape",
        "mape",
        "bias",
        "crps",
        "coverage_50",
        "coverage_80",
        "coverage_95",
        "above_class",
        "value_added",
    ]
    own = scores[scores["method"] == "forecast"].set_index(["level", "lead"])
    naive = scores[scores["method"] == "no_change"].set_index(["level", "lead"])
    assert (own["crps"] < own["wape"]).all()
    assert (own["coverage_95"] >= own["coverage_80"]).all()
    assert (own.loc["cell", "wape"] < naive.loc["cell", "wape"]).all()
    assert (own["coverage_50"] <= own["coverage_80"]).all()
    np.testing.assert_allclose(naive["value_added"], naive["wape"] - own["wape"])
    assert (own["value_added"] == 0).all()


def test_parts_of_the_records_add_up_to_the_whole(found):
    whole = found.scores().query("level == 'cell'").set_index(["lead", "method"])
    for by in ("grade_type", "size"):
        parts = found.scores(by).query("level == 'cell'").groupby(["lead", "method"])
        np.testing.assert_array_equal(parts["n"].sum().reindex(whole.index), whole["n"])
    entry = found.scores("grade_type")
    assert set(entry.dropna(subset="grade_type")["grade_type"]) == {"entry", "continuing"}
    cells = found.records.query("level == 'cell'")
    assert set(cells.loc[cells["grade_type"] == "entry", "grade"]) == {1}
    with pytest.raises(ValueError, match="choose grade_type or size"):
        found.scores("district")


def test_warnings_of_another_class(found):
    needs = found.class_needs()
    cells = found.records.query("level == 'cell'")
    grown = np.ceil(cells["actual"] / 40) > np.ceil(cells["now"] / 40)

    own = needs[needs["method"] == "forecast"]
    assert own["needed"].sum() == grown.sum() > 0
    assert (own["hits"] + own["misses"] == own["needed"]).all()
    naive = needs[needs["method"] == "no_change"]
    assert (naive["hits"] == 0).all()
    assert (naive["false_alarms"] == 0).all()
    assert (own["brier"].to_numpy() < naive["brier"].to_numpy()).all()


def test_warnings_by_kind_of_grade_add_up_and_an_earlier_warning_misses_fewer(found):
    whole = found.class_needs().set_index(["lead", "method"])
    for by in ("grade_type", "size"):
        parts = found.class_needs(by)
        assert list(parts.columns[:3]) == ["lead", by, "method"]
        counts = ["n", "needed", "hits", "false_alarms", "misses"]
        summed = parts.groupby(["lead", "method"])[counts].sum().reindex(whole.index)
        np.testing.assert_array_equal(summed, whole[counts])
    early = found.class_needs(warn_above=0.2).set_index(["lead", "method"])

    own = early.xs("forecast", level="method") - whole.xs("forecast", level="method")
    assert (own["misses"] <= 0).all()
    assert own["misses"].sum() < 0 < own["false_alarms"].sum()
    assert (early.drop("forecast", level="method") == whole.drop("forecast", level="method")).all(axis=None)
    with pytest.raises(ValueError, match="choose grade_type or size"):
        found.class_needs("school")
    with pytest.raises(ValueError, match="warn_above is 20; it is a probability"):
        found.class_needs(warn_above=20)


def test_the_calibration_is_that_of_the_records(found):
    table = found.calibration("cell", bins=4)
    cells = found.records.query("level == 'cell'")

    np.testing.assert_allclose(table.sum(), 100)
    first = cells.loc[cells["year"] - cells["origin"] == 1, "pit"]
    ends = [-1, 0.25, 0.5, 0.75, 1]
    steps = [first.between(low, high, "right").mean() for low, high in pairwise(ends)]
    np.testing.assert_allclose(table[1], 100 * np.array(steps))


def test_the_sentence_in_both_languages(found):
    said = found.summary().sentence

    assert said.startswith("Forecasts of school rolls 3 years ahead, made in 2019 and 2021, were off by ")
    assert said.endswith("1 school that closed or changed its grades is not scored.")
    assert 'percent for "no change"; the 80 percent interval held for ' in said
    with speaking("zh"):
        said = found.summary().sentence
        assert said.startswith("2019、2021年所作的预测，提前3年的学校在校生误差为学生数的")
        assert "（“保持不变”为" in said
        assert said.endswith("1所学校因关闭或年级变动未予评分。")


def test_what_was_amiss_is_said_with_its_figures(found):
    """Records of a system that grew by more than any forecast: too low, too narrow, and beaten."""
    records = found.records.copy()
    district = records["level"] == "district"
    records["actual"] *= 1.2
    records.loc[district, "ratio_last"] = records.loc[district, "actual"] * 0.99
    worse = found.__class__(records, found.changed)
    own = worse.scores().query("method == 'forecast'").set_index(["level", "lead"])
    said = worse.summary().sentence

    wape = own.loc[("district", 5), "wape"]
    assert 'Of district totals, "own ratios, last year" was nearer: 1 year ahead 1.0 against ' in said
    assert f"5 years ahead 1.0 against {wape:.1f} percent." in said
    assert (
        f"Too few pupils were forecast of schools: 1 year ahead by {-own.loc[('school', 1), 'bias']:.1f} percent"
        in said
    )
    assert "Too many pupils" not in said
    held, n = own.loc[("district", 1), ["coverage_80", "n"]]
    assert held < 65
    assert f"of district totals 1 year ahead for {held:.0f} percent of {n:.0f} counts" in said


def test_nothing_is_said_to_be_amiss_where_nothing_is(found):
    records = found.records.copy()
    for name in ("forecast", "low", "high"):
        records[name] = records["actual"]
    said = found.__class__(records, found.changed).summary().sentence

    assert not any(text in said for text in ("was nearer", "Too few", "Too many", "too seldom"))


@pytest.mark.parametrize("origins", [[2013], [2026], [], [2019, 2040], ["2019"], [2019.5], "2019", 2026])
def test_an_origin_without_a_before_or_an_after_is_refused(history, origins):
    with pytest.raises(ValueError, match="Choose from 2014 to 2025"):
        backtest(history, origins=origins, horizon=2, draws=5, seed=1)


@pytest.mark.parametrize(
    ("class_size", "said"),
    [
        (0, "class_size: 0; a class has more than 0 pupils. Correct the number, or leave it out."),
        ({1: -5, 2: 25}, "class_size: -5; a class has more than 0 pupils."),
        ({"0": 25}, "class_size: '0'; classes are given by grade, a whole number: 0 is kindergarten."),
        ("25", "class_size: '25'; a class has more than 0 pupils."),
    ],
)
def test_classes_that_hold_nobody_are_refused_with_the_origins(history, class_size, said):
    with pytest.raises(RefusedError, match="origins: nothing") as refused:
        backtest(history, origins=[], horizon=2, draws=5, seed=1, class_size=class_size)
    assert said in str(refused.value)


def test_numbers_may_come_as_floats_or_text(history):
    births = pd.DataFrame([(str(y), d, 400.0) for y in range(2012, 2030) for d in set(history["district"])],
                          columns=["entry_year", "district", "births"])  # fmt: skip
    given = {"horizon": 1, "draws": 5, "seed": 1}
    one = backtest(history, origins=[2022.0], births=births, **given)
    other = backtest(
        history, origins=[2022], births=births.assign(entry_year=births["entry_year"].astype(int)), **given
    )
    pd.testing.assert_frame_equal(one.records, other.records)


def test_the_plot_has_a_line_a_method(found):
    lines = [line.get_label() for line in found.plot().lines]
    assert len(lines) == len(found.methods) == 8
    assert {"this forecast", "no change", "own ratios, 3-2-1", "smoothed ratios, as NCES"} < set(lines)


def test_the_calibration_plot_shares_out_all_counts(found):
    bars = found.plot_calibration().patches
    assert len(bars) == 10
    assert sum(bar.get_height() for bar in bars) == pytest.approx(1)
