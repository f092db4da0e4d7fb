"""The programme's laws, on small random cities, against trying out every plan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planning.brute_force import cheapest, worth
from planning.toy_city import city
from seatcast.planning.options import BoundaryChange, Bus, Closing, Conversion, Extension
from seatcast.planning.programme.programme import Programme

PLACES = (("east", "a"), ("west", "a"), ("east", "b"))
POOLS = (("elm", "a"), ("elm", "b"), ("oak", "a"))
YEARS = (2027, 2028, 2029)


@st.composite
def options(draw, name: str, *kinds: str):
    given = {
        "option": name,
        "name": name,
        "cost": float(draw(st.integers(0, 20))),
        "running_cost": float(draw(st.integers(0, 8))),
        "lead_years": draw(st.integers(0, 1)),
        "life_years": draw(st.integers(1, 3)),
        "teachers": float(draw(st.integers(0, 3))),
    }
    seats = float(draw(st.integers(1, 30)))
    school, stage = draw(st.sampled_from(POOLS))
    kind = draw(st.sampled_from(kinds))
    if kind == "extension":
        return Extension(**given, school=school, stage=stage, seats=seats)
    if kind == "convert":
        back = draw(st.booleans())
        return Conversion(**given, school="elm", stage="ab"[back], from_stage="ba"[back], seats=seats)
    if kind == "close":
        return Closing(**given | {"running_cost": -given["running_cost"]}, school=school, stage=stage)
    if kind == "bus":
        return Bus(**given, school="oak", stage="a", catchment="east", seats=seats)
    return BoundaryChange(**given, school="oak", stage="a", catchment="west")


def counts(*shape: int, least: int = 0):
    return arrays(float, shape, elements=st.integers(least, 30).map(float))


def mostly(*shape: int):
    return arrays(bool, shape, elements=st.sampled_from([True, True, True, False]))


@st.composite
def programmes(draw):
    chosen = [
        draw(options("j", "extension", "convert")),
        draw(options("k", "extension", "close", "bus")),
        draw(options("l", "convert", "close", "bus", "boundary")),
    ]
    if draw(st.booleans()):
        chosen[0] = replace(chosen[0], excludes=("k",))
    if draw(st.booleans()):
        chosen[1] = replace(chosen[1], requires=("l",))
    return Programme(
        options=tuple(chosen),
        effects=tuple(option.effect(city()) for option in chosen),
        years=YEARS,
        places=PLACES,
        pools=POOLS,
        need=draw(counts(3, 3, least=5)),
        idle=draw(counts(3, 3)),
        pupils=draw(counts(3, 3)),
        reach=draw(mostly(3, 3)),
        refuge=draw(mostly(3, 3, 3)),
        filling=np.array(draw(st.lists(st.sampled_from([1.0, 2.0]), min_size=3, max_size=3))),
        discount=np.array([1.0, 0.9, 0.8]),
        budget=draw(st.sampled_from([np.full(3, np.inf), np.array([15.0, 5.0, 5.0]), np.array([0.0, 30.0, 0.0])])),
        teachers=draw(st.sampled_from([np.full(3, np.inf), np.array([2.0, 0.0, 1.0])])),
        price=float(draw(st.sampled_from([3, 10]))),
    )


@settings(max_examples=100, deadline=None)
@given(programmes())
def test_the_plan_is_the_best_of_all_plans(programme):
    cover = programme.solve()

    assert cover.solution.objective == pytest.approx(cheapest(programme), abs=1e-6)
    assert cover.solution.bound == pytest.approx(cover.solution.objective, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(programmes())
def test_what_a_plan_says_it_costs_is_what_its_options_and_gaps_cost(programme):
    cover = programme.solve()
    starts = tuple(YEARS.index(cover.starts[o.option]) if o.option in cover.starts else None for o in programme.options)

    assert cover.solution.objective == pytest.approx(worth(programme, starts), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(programmes(), st.floats(0, 50))
def test_more_money_is_never_worse(programme, more):
    richer = replace(programme, budget=programme.budget + more)

    assert richer.solve().solution.objective <= programme.solve().solution.objective + 1e-6


@settings(max_examples=40, deadline=None)
@given(programmes())
def test_less_need_and_more_idle_seats_are_never_worse(programme):
    eased = replace(programme, need=programme.need * 0.5, idle=programme.idle + 5.0)

    assert eased.solve().solution.objective <= programme.solve().solution.objective + 1e-6


@settings(max_examples=40, deadline=None)
@given(programmes())
def test_an_option_nobody_can_afford_changes_nothing(programme):
    palace = Extension(
        option="palace", name="palace", school="elm", stage="a", seats=500.0, cost=1e6, lead_years=0, life_years=9
    )
    poor = replace(programme, budget=np.array([15.0, 5.0, 5.0]))
    tempted = replace(poor, options=(*poor.options, palace), effects=(*poor.effects, palace.effect(city())))

    assert not any(tempted.may_start(palace, t) for t in range(3))
    assert tempted.solve(gap=0.2).starts == poor.solve(gap=0.2).starts


def test_the_time_limit_returns_a_plan_with_its_gap():
    wing = Extension(option="x", name="x", school="elm", stage="a", seats=9.0, cost=1.0, life_years=9)
    programme = Programme(
        (wing,), (wing.effect(city()),), YEARS, PLACES, POOLS,
        np.full((3, 3), 9.0), np.zeros((3, 3)), np.zeros((3, 3)), np.eye(3, dtype=bool),
        np.zeros((3, 3, 3), bool), np.ones(3), np.ones(3), np.full(3, np.inf), np.full(3, np.inf), 1.0,
    )  # fmt: skip

    cover = programme.solve(seconds=0.0)

    assert cover.solution.objective >= cover.solution.bound
    assert cover.solution.gap >= 0
