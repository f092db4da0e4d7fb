"""The whole flow, population-led and roll-led."""

from dataclasses import replace

import numpy as np
import pytest

import seatcast as sc
from seatcast.testing import assert_balanced, assert_seats_kept

SMALL = sc.Scenario(draws=20, horizon=4)


@pytest.fixture(scope="module")
def inputs():
    return sc.load_example()


@pytest.fixture(scope="module")
def baseline(inputs):
    return sc.forecast(inputs, SMALL)


def test_children_and_seats_are_kept_on_the_way(baseline):
    assert_balanced(baseline.children)
    assert_seats_kept(baseline.allocation)


def test_the_base_year_demand_is_that_of_the_record(inputs, baseline):
    record = inputs.enrollment[inputs.enrollment["year"] == inputs.base_year]
    seeking = record["status"].map(inputs.area.seeking)

    asked = float(baseline.demand.pupils.sel(year=inputs.base_year).sum(["catchment", "grade", "tier"]).mean())

    assert asked == pytest.approx(float((record["pupils"] * seeking).sum()), rel=0.02)


def test_more_migration_and_more_births_bring_more_demand(inputs, baseline):
    boom = sc.forecast(inputs, SMALL.replace(name="boom", arrivals=1.5, births=1.2))

    last = {"year": inputs.base_year + 4}
    assert float(boom.demand.pupils.sel(last).sum()) > float(baseline.demand.pupils.sel(last).sum())


def test_equal_admission_moves_the_shortage_from_migrants_to_all(inputs, baseline):
    equal = sc.forecast(inputs, SMALL.replace(admission="equal"))

    np.testing.assert_array_equal(equal.demand.pupils, baseline.demand.pupils)
    local = {"status": "local"}
    assert float(equal.shortfall.by_status().sel(local).sum()) > float(baseline.shortfall.by_status().sel(local).sum())


def test_without_committed_projects_seats_stay_as_they_are(inputs, baseline):
    kept = sc.forecast(inputs, SMALL.replace(committed=False)).allocation.capacity.seats

    assert (kept.isel(year=0) == kept.isel(year=-1)).all()
    assert not (
        baseline.allocation.capacity.seats.isel(year=0) == baseline.allocation.capacity.seats.isel(year=-1)
    ).all()


def test_the_forecast_does_not_depend_on_the_order_of_rows(inputs, baseline):
    shuffled = replace(
        inputs,
        **{
            name: getattr(inputs, name).sample(frac=1, random_state=5)
            for name in ("enrollment", "children", "births", "migration", "seats")
        },
    )

    again = sc.forecast(shuffled, SMALL)

    np.testing.assert_allclose(again.shortfall.seats, baseline.shortfall.seats, atol=1e-3)
    np.testing.assert_array_equal(again.rolls.draws, baseline.rolls.draws)


def test_rolls_alone_lead_to_a_shortfall_where_children_are_not_known(inputs):
    rolls_alone = sc.forecast(replace(inputs, children=None, migration=None, births=None), SMALL)

    assert rolls_alone.children is None
    assert rolls_alone.demand.basis == "rolls"
    record = inputs.enrollment[inputs.enrollment["year"] == inputs.base_year].groupby("school")["pupils"].sum()
    zoned = inputs.area.reach.loc[inputs.area.reach["rank"] == 1, "school"].unique()
    in_place = float(rolls_alone.demand.pupils.isel(year=0, draw=0).sum())
    assert in_place == pytest.approx(float(record[record.index.isin(zoned)].sum()), rel=1e-4)


def test_a_change_that_a_roll_led_forecast_cannot_show_is_refused(inputs):
    rolls_alone = replace(inputs, children=None, migration=None)

    with pytest.raises(ValueError, match=r"changes arrivals, births, but this forecast follows the rolls"):
        sc.forecast(rolls_alone, SMALL.replace(arrivals=1.3, births=0.9))


def test_a_bureau_with_neither_children_nor_rolls_is_told_what_is_needed(inputs):
    with pytest.raises(ValueError, match="needs the table enrollment, or the tables children and migration"):
        sc.forecast(replace(inputs, children=None, enrollment=None), SMALL)


def test_every_noun_presents_itself_in_both_languages(baseline):
    for noun in baseline.results():
        for language in ("en", "zh"):
            with sc.speaking(language):
                summary = noun.summary()
                assert summary.sentence.strip()
                assert noun._repr_html_().startswith("<p>")
                assert len(noun.to_frame())


def test_alerts_hold_the_official_ratio_beside_the_probability(baseline):
    table = baseline.alerts.to_frame()

    red = table[table["ratio"] >= 1.0]
    assert (red["official"] == "red").all()
    assert table["probability"].between(0, 1).all()
    assert sorted(table["year"].unique()) == [2027, 2028, 2029]
