"""Rolls by group: they add up to the total, keep to their cohorts, and err as past shares did."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from seatcast.enrollment.groups import forecast_groups
from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.enrollment.told import HistoryError
from seatcast.language import speaking

from .made_rolls import grown, histories, steady


def told_apart(history, share=0.3, *, seed=0):
    """Return the history by status: migrants a share of each cell that varies by cohort."""
    rng = np.random.default_rng(seed)
    cohort = history["school"] + (history["year"] - history["grade"]).astype(str)
    by_cohort = {name: np.clip(rng.normal(share, 0.08), 0.02, 0.9) for name in sorted(set(cohort))}
    migrant = (history["pupils"] * cohort.map(by_cohort)).round()
    return pd.concat(
        [history.assign(status="local", pupils=history["pupils"] - migrant),
         history.assign(status="migrant", pupils=migrant)], ignore_index=True,
    )  # fmt: skip


@given(histories())
@settings(max_examples=15)
def test_groups_add_up_to_the_total_in_every_draw(history):
    rolls = forecast_enrollment(history, horizon=3, draws=20, seed=1)
    groups = forecast_groups(rolls, told_apart(history), by="status")

    np.testing.assert_allclose(groups.draws.sum("status").values, rolls.draws.values, rtol=1e-5, atol=1e-4)
    assert (groups.draws >= 0).all()
    assert np.isfinite(groups.draws).all()


def test_three_groups_and_a_shuffled_history_give_the_same():
    history = grown(3, schools=5, years=8)
    two = told_apart(history)
    other = two["status"] == "migrant"
    three = pd.concat([two[~other], two[other].assign(pupils=two["pupils"] * 0.4),
                       two[other].assign(pupils=two["pupils"] * 0.6, status="other")])  # fmt: skip
    rolls = forecast_enrollment(history, horizon=2, draws=30, seed=1)
    one, again = (forecast_groups(rolls, table, by="status") for table in (three, three.sample(frac=1, random_state=4)))

    assert one.draws["status"].values.tolist() == ["local", "migrant", "other"]
    np.testing.assert_array_equal(one.draws, again.draws)
    np.testing.assert_allclose(one.draws.sum("status"), rolls.draws, rtol=1e-5)


def test_a_cohort_takes_its_shares_along():
    history = steady(schools=4, years=8)
    by_status = told_apart(history, 0.2)
    large = (by_status["year"] - by_status["grade"] == 2024) & (by_status["school"] == "S3")
    pupils = np.where(by_status["status"] == "migrant", 63.0, 7.0)
    by_status["pupils"] = np.where(large, pupils, by_status["pupils"])
    rolls = forecast_enrollment(history, horizon=4, draws=200, seed=1)
    share = forecast_groups(rolls, by_status, by="status").draws.sel(status="migrant") / rolls.draws
    middle = share.median("draw")
    here = middle["school"].to_numpy() == "S3"

    for year, grade in ((2027, 3), (2028, 4), (2029, 5)):
        at = here & (middle["grade"].to_numpy() == grade)
        assert float(middle.isel(cell=at).sel(year=year).squeeze()) > 0.6
        below = here & (middle["grade"].to_numpy() == grade - 1)
        assert float(middle.isel(cell=below).sel(year=year).squeeze()) < 0.45


def test_an_interval_of_a_group_holds_as_often_as_it_promises():
    history = grown(7, schools=30, years=14, noise=0.06)
    by_status = told_apart(history, seed=5)
    inside = []
    for origin in (2022, 2024):
        rolls = forecast_enrollment(history[history["year"] <= origin], horizon=2, draws=200, seed=1)
        table = forecast_groups(rolls, by_status[by_status["year"] <= origin], by="status").to_frame("cell")
        both = table.merge(by_status, on=["year", "school", "grade", "status"])
        migrant = both[both["status"] == "migrant"]
        inside.append(migrant["pupils"].between(migrant["q10"], migrant["q90"]).mean())
    assert 0.72 <= np.mean(inside) <= 0.9


def test_groups_of_the_levels_and_a_new_school():
    history = grown(3, schools=4, years=6)
    opening = {"year": 2028, "event": "open", "school": "New", "district": "D0", "from_grade": 0, "to_grade": 5}
    rolls = forecast_enrollment(history, horizon=3, draws=50, seed=1, events=pd.DataFrame([opening]))
    groups = forecast_groups(rolls, told_apart(history), by="status")
    table = groups.to_frame("school", (0.5,))

    new = table[(table["school"] == "New") & (table["year"] == 2028)].set_index("status")["mean"]
    assert 0.15 < new["migrant"] / new.sum() < 0.45
    assert list(groups.to_frame("district").columns) == ["status", "year", "district", "mean", "q10", "q50", "q90"]
    with pytest.raises(KeyError, match="there are local and migrant"):
        groups.of("abroad")


def of_migrants(table, value):
    return table.assign(pupils=table["pupils"].where(table["status"] != "migrant", value))


BAD_GROUPS = {
    "no column": (lambda t: t.drop(columns="status"), "status: missing; the columns found are"),
    "no table": (lambda t: t.to_dict("list"), "the table: of the kind dict"),
    "no group": (
        lambda t: t.assign(status=t["status"].where(t.index != 3)),
        "status · row 4: nan; every row names its group. Fill in the blank.",
    ),
    "twice": (lambda t: pd.concat([t, t.iloc[[0]]]), "school, year, grade, group · row 217: S0 · 2021 · 1 · local;"),
    "negative": (lambda t: t.assign(pupils=-1.0), "pupils · row 1: -1; a count of pupils is 0 or more"),
    "half": (
        lambda t: t.assign(pupils=t["pupils"] / 2),
        "school S0 in 2021: 120 pupils for 240 in the rolls; the groups add up to the pupils of the rolls.",
    ),
    "threefold": (lambda t: t.assign(pupils=3 * t["pupils"]), "school S0 in 2021: 720 pupils for 240 in the rolls;"),
    "other schools": (lambda t: t.assign(school=t["school"] + "x"), "school S0x in 2021: "),
    "never known": (lambda t: of_migrants(t, np.nan), "status: no count of migrant is known; a share needs some."),
    "missing before": (
        lambda t: t[(t["status"] == "local") | (t["year"] > 2024)],
        "in the rolls; the groups add up to the pupils of the rolls.",
    ),
    "ends before": (lambda t: t[t["year"] < 2025], "year: the groups end in 2024, the rolls in 2026;"),
    "one year": (
        lambda t: t[t["year"] == 2026],
        "year: counts of 2026 only; a forecast needs those of two",
    ),
}


@pytest.mark.parametrize("name", BAD_GROUPS)
def test_what_cannot_be_told_apart_is_refused(name):
    history = steady()
    spoil, said = BAD_GROUPS[name]
    rolls = forecast_enrollment(history, horizon=1, draws=5, seed=1)
    with pytest.raises(HistoryError, match="in the history by group") as refused:
        forecast_groups(rolls, spoil(told_apart(history)), by="status")
    assert said in str(refused.value)


@pytest.mark.parametrize("by", ["draw", "pupils", "grade"])
def test_groups_are_not_called_as_a_column_of_the_rolls(by):
    history = steady()
    rolls = forecast_enrollment(history, horizon=1, draws=5, seed=1)
    with pytest.raises(HistoryError, match=f"by: {by}; rolls and draws have a column of this name"):
        forecast_groups(rolls, told_apart(history).assign(draw="one"), by=by)


def test_a_group_without_pupils_has_none_and_rounded_counts_will_do():
    history = steady()
    rolls = forecast_enrollment(history, horizon=2, draws=20, seed=1)
    none = of_migrants(told_apart(history, 0.0), 0.0).assign(pupils=lambda t: t["pupils"])
    none["pupils"] = np.where(none["status"] == "local", pd.concat([history["pupils"]] * 2), 0.0)
    groups = forecast_groups(rolls, none, by="status")

    assert (groups.draws.sel(status="migrant") == 0).all()
    np.testing.assert_array_equal(groups.draws.sel(status="local"), rolls.draws)
    rounded = told_apart(history).assign(pupils=lambda t: 5 * (t["pupils"] / 5).round())
    assert np.isfinite(forecast_groups(rolls, rounded, by="status").draws).all()


def test_groups_in_whole_pupils_add_up_to_whole_cells_and_keep_their_mean():
    history = grown(3, schools=5, years=8)
    rolls = forecast_enrollment(history, horizon=2, draws=400, seed=1)
    groups = forecast_groups(rolls, told_apart(history, 0.1), by="status")
    whole = groups.whole()

    assert (whole.draws.values == np.round(whole.draws.values)).all()
    assert (whole.draws >= 0).all()
    np.testing.assert_array_equal(whole.draws.sum("status"), rolls.whole().draws)
    assert float(abs(whole.draws - groups.draws).max()) < 2
    mean = [part.draws.sel(status="migrant").mean("draw").sum("cell") for part in (whole, groups)]
    np.testing.assert_allclose(*mean, rtol=0.01)
    again = forecast_groups(rolls.whole(), told_apart(history, 0.1), by="status").whole()
    np.testing.assert_array_equal(again.draws.sum("status"), rolls.whole().draws)


def test_sentence_and_chart_in_both_languages():
    history = steady()
    groups = forecast_groups(
        forecast_enrollment(history, horizon=2, draws=50, seed=1), told_apart(history), by="status"
    )

    assert groups.summary().sentence.startswith("Of the pupils of 2028: local ")
    labels = [line.get_label() for line in groups.plot().lines]
    assert [label for label in labels if not label.startswith("_")] == ["local", "recorded", "migrant"]
    with speaking("zh"):
        assert groups.summary().sentence.startswith("2028年")
