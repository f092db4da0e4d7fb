"""Options that open late: in how many futures, which, and what then becomes of the children."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.toy_city import row, shortfall_of, table
from seatcast.planning.delays import BLOCKS, delays
from seatcast.planning.kinds.building import Extension
from seatcast.planning.simulate import simulate_plan

CHILDREN = {("east", "primary"): 100, ("west", "primary"): 60, ("east", "junior"): 50, ("west", "junior"): 40}
WING = Extension(option="w", name="Wing", stage="primary", school="elm", seats=20, life_years=9)


def wings(**chances):
    return [replace(WING, option=name, late_chance=chance) for name, chance in chances.items()]


@given(st.integers(1, 60), st.floats(0, 1), st.floats(0, 1), st.integers(0, 9))
def test_every_draw_has_its_delays_and_the_chance_is_met_to_a_block(draws, one, other, seed):
    parts = delays(wings(a=one, b=other), draws, seed)

    assert sorted(np.concatenate([part.draws for part in parts]).tolist()) == list(range(draws))
    if draws % BLOCKS == 0:
        for name, chance in (("a", one), ("b", other)):
            late = sum(len(part.draws) for part in parts if name in part.late) / draws
            assert abs(late - chance) <= 1 / BLOCKS + 1e-9


def test_an_option_is_late_in_the_same_draws_whatever_else_is_started():
    def late_draws(parts):
        return sorted(d for part in parts if "a" in part.late for d in part.draws.tolist())

    alone, among = delays(wings(a=0.4), 200, 7), delays(wings(a=0.4, b=0.5, c=0.2), 200, 7)

    assert late_draws(alone) == late_draws(among)
    assert late_draws(alone) != late_draws(delays(wings(a=0.4), 200, 8))


def test_what_cannot_be_late_leaves_one_block():
    assert [len(part.draws) for part in delays(wings(a=0.0, b=0.0), 500, 1)] == [500]


@pytest.fixture(scope="module")
def short():
    """Twenty children of the east without a seat, in 20 draws."""
    return shortfall_of(CHILDREN, spread=0.1, draws=20)


@pytest.mark.parametrize("kind", ["extension", "boarding", "boundary"])
def test_a_late_option_is_not_there_for_a_year_in_those_draws_alone(short, kind):
    places = {"boundary": {"catchment": "east", "school": "oak"}, "boarding": {"catchments": "east"}}.get(kind, {})

    def simulate(chance):
        given = {"school": "elm", "seats": 40, "cost": 10, "running_cost": 2, "lead_years": 1, "late_chance": chance}
        return simulate_plan(short, table(row("w", kind, **given | places)), {"w": 2027})

    never, sometimes, always = (simulate(chance) for chance in (0.0, 0.3, 1.0))

    late = np.concatenate([part.draws for part in sometimes.delays if part.late])
    on_time = np.setdiff1d(np.arange(20), late)
    assert len(late) == 6
    for field in ("unplaced", "in_place", "seated", "free", "oversize", "idle"):
        drawn = getattr(sometimes.after.allocation, field)
        for draws, same in ((late, always), (on_time, never)):
            expected = getattr(same.after.allocation, field)
            # Draws that are admitted among fewer others may differ in the last bit of single precision.
            np.testing.assert_allclose(drawn.isel(draw=draws), expected.isel(draw=draws), rtol=1e-6, atol=1e-5)
    assert sometimes.costs["running_cost"].to_list() == pytest.approx([0, 2 * 0.7, 2, 2])
    assert sometimes.costs["start_cost"].to_list() == [10, 0, 0, 0]
    assert always.after.seats.sel(year=2028).sum() > never.after.seats.sel(year=2028).sum()
    assert "In 30% of the futures an option opens a year late." in sometimes.summary().sentence
    assert sometimes.assumed()["delays"] == {"w": 0.3}


def test_places_are_the_mean_over_late_and_timely_draws(short):
    wing = row("w", "extension", school="elm", seats=40, lead_years=1, late_chance=0.3)

    after = simulate_plan(short, table(wing), {"w": 2027}).after.allocation

    by_school = after.places().groupby(["year", "school", "stage"])["pupils"].sum()
    seated = after.seated.sum("tier").mean("draw").to_series()
    np.testing.assert_allclose(by_school, seated.reindex(by_school.index), rtol=1e-4)
