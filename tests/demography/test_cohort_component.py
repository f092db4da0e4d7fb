"""Laws of the children's accounts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatcast.core.scenario import Scenario
from seatcast.demography.cohort_component import project_children
from seatcast.demography.migration import project_migration
from seatcast.inputs.read import MissingTableError
from seatcast.testing import assert_balanced

from .toy_bureau import Truth, toy_inputs

SCENARIO = Scenario(draws=20, seed=3, horizon=5)


def children_of(inputs, scenario=SCENARIO):
    return project_children(inputs, project_migration(inputs, scenario))


@settings(deadline=None, max_examples=15)
@given(arrivals=st.floats(0, 0.5), departures=st.floats(0, 0.5), recorded=st.floats(0.5, 1), births=st.integers(0, 400))
def test_every_cohort_balances_in_every_draw(arrivals, departures, recorded, births):
    assert_balanced(children_of(toy_inputs(Truth(arrivals, departures, recorded, births))))


def test_nobody_is_lost_in_a_closed_area():
    inputs = toy_inputs(Truth(arrivals=0, departures=0))

    children = children_of(inputs).children

    aged = children.sel(age=range(3, 10), year=2028).values - children.sel(age=range(1, 8), year=2026).values
    assert (aged <= 0).all()  # deaths alone
    assert (aged >= -6).all()


def test_zero_arrivals_leave_no_arrival_and_more_arrivals_bring_more_children():
    inputs = toy_inputs()

    none = children_of(inputs, SCENARIO.replace(arrivals=0.0))
    many = children_of(inputs, SCENARIO.replace(arrivals=2.0))

    assert float(none.arrivals.sum()) == 0
    assert float(many.children.mean()) > float(none.children.mean())


def test_two_scenarios_differ_only_where_their_assumptions_do():
    inputs = toy_inputs()

    base = project_migration(inputs, SCENARIO)
    boom = project_migration(inputs, SCENARIO.replace(name="boom", arrivals=1.3))

    np.testing.assert_array_equal(base.departures, boom.departures)
    np.testing.assert_allclose(1.3 * base.arrivals, boom.arrivals, rtol=1e-6)
    births = children_of(inputs, SCENARIO.replace(arrivals=1.3)).births
    np.testing.assert_array_equal(children_of(inputs).births, births)


def test_the_order_of_rows_and_labels_changes_nothing():
    inputs = toy_inputs()
    shuffled = replace(
        inputs,
        children=inputs.children.sample(frac=1, random_state=2),
        migration=inputs.migration.sample(frac=1, random_state=3),
        births=inputs.births.sample(frac=1, random_state=4),
    )

    np.testing.assert_array_equal(children_of(inputs).children, children_of(shuffled).children)


def test_rates_of_the_record_come_back():
    inputs = toy_inputs(Truth(arrivals=0.06, departures=0.03, births=3000))

    migration = project_migration(inputs, SCENARIO.replace(draws=400))

    assert float(migration.arrivals.sum("catchment").mean()) == pytest.approx(0.06, rel=0.1)
    assert float(migration.departures.mean()) == pytest.approx(0.03, rel=0.1)


def test_young_children_whom_the_record_misses_are_put_back():
    true = children_of(toy_inputs(Truth(births=3000)))
    partly = children_of(toy_inputs(Truth(births=3000, recorded=0.8)))

    for year in (2026, 2030):
        whole, found = (float(c.children.sel(age=range(1, 5), year=year).mean()) for c in (true, partly))
        assert found == pytest.approx(whole, rel=0.05)


def test_migration_without_its_table_is_refused_with_the_remedy():
    inputs = toy_inputs()
    one_year = inputs.replace(migration=None, children=inputs.children[inputs.children["year"] == 2026])

    with pytest.raises(MissingTableError, match="or children of two years or more; forecast from rolls"):
        project_migration(one_year, SCENARIO)


def test_children_who_start_above_birth_are_refused():
    inputs = toy_inputs()
    older = replace(
        inputs,
        children=inputs.children[inputs.children["age"] >= 3],
        migration=inputs.migration[inputs.migration["age"] >= 3],
    )

    with pytest.raises(MissingTableError, match="youngest children on record are 3"):
        children_of(older)


def test_the_spread_of_the_draws_grows_with_the_horizon():
    spread = (
        children_of(toy_inputs(), SCENARIO.replace(draws=300)).children.sum(["catchment", "age", "status"]).std("draw")
    )

    assert spread.sel(year=2031) > spread.sel(year=2028) > spread.sel(year=2026)


def test_children_by_age_and_by_catchment_add_up_to_the_same_number():
    children = children_of(toy_inputs())

    by_age = children.by_age().groupby("year")["mean"].sum()
    by_catchment = children.to_frame().groupby("year")["mean"].sum()

    np.testing.assert_allclose(by_age, by_catchment, rtol=1e-6)
