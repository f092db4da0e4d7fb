"""The programme's laws, on small random cities, against trying out every plan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planning.brute_force import begun, cheapest, plans, worth
from planning.toy_city import city
from seatcast.planning.options import BoundaryChange, Bus, Closing, Conversion, Extension
from seatcast.planning.programme.programme import Programme
from seatcast.planning.programme.seating import Seating

STAGES = ("primary", "junior")
PLACES = (("east", "primary"), ("west", "primary"), ("east", "junior"))
POOLS = (("elm", "primary"), ("elm", "junior"), ("oak", "primary"))
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
        return Conversion(**given, school="elm", stage=STAGES[back], from_stage=STAGES[not back], seats=seats)
    if kind == "close":
        return Closing(**given | {"running_cost": -given["running_cost"]}, school=school, stage=stage)
    if kind == "bus":
        return Bus(**given, school="oak", stage="primary", catchment="east", seats=seats)
    return BoundaryChange(**given, school="oak", stage="primary", catchment="west")


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
    levels = draw(st.integers(1, 2))
    weight = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    futures = len(weight)
    return Programme(
        options=tuple(chosen),
        effects=tuple(option.effect(city()) for option in chosen),
        years=YEARS,
        places=PLACES,
        pools=POOLS,
        weight=np.array(weight) / sum(weight),
        need=draw(counts(futures, levels, 3, 3, least=5)),
        idle=draw(counts(futures, 3, 3)),
        pupils=draw(counts(futures, 3, 3)),
        late=draw(arrays(np.int64, (futures, 3), elements=st.sampled_from([0, 0, 1]))),
        reach=draw(mostly(3, 3)),
        open=draw(st.sampled_from([np.zeros((3, 3), bool), np.eye(3, dtype=bool)])),
        refuge=draw(mostly(3, 3, 3)),
        filling=np.array(draw(st.lists(st.sampled_from([1.0, 2.0]), min_size=3, max_size=3))),
        discount=np.array([1.0, 0.9, 0.8]),
        budget=draw(st.sampled_from([np.full(3, np.inf), np.array([15.0, 5.0, 5.0]), np.array([0.0, 30.0, 0.0])])),
        teachers=draw(st.sampled_from([np.full(3, np.inf), np.array([2.0, 0.0, 1.0])])),
        price=np.array([10.0, 3.0])[-levels:],
        tiers=(("1",), ("2",))[-levels:],
        tail_weight=draw(st.sampled_from([0.0, 0.0, 0.5, 1.0])),
        tail=draw(st.sampled_from([0.1, 0.4])),
    )


@settings(max_examples=40, deadline=None)
@given(programmes())
def test_the_plan_is_the_best_of_all_plans(programme):
    told = []

    cover = programme.solve(progress=told.append)

    truth = cheapest(programme)
    assert cover.solution.objective == pytest.approx(truth, abs=1e-6)
    assert cover.solution.bound == pytest.approx(truth, rel=1e-7, abs=1e-6)  # to the tolerance of the solver's rows
    assert all(round_.bound <= truth + 1e-6 and round_.incumbent >= truth - 1e-6 for round_ in told)


@settings(max_examples=30, deadline=None)
@given(programmes(), st.data())
def test_what_a_plan_leaves_is_the_flow_and_every_cut_holds_for_every_plan(programme, data):
    some = plans(programme)
    made, other = data.draw(st.sampled_from(some)), data.draw(st.sampled_from(some))
    parts = data.draw(st.floats(0, 1))
    starts = {o: YEARS[t] for o, t in begun(programme, made).items()}
    seating = Seating(programme)
    x, y = (programme.chosen({o: YEARS[t] for o, t in begun(programme, of).items()}) for of in (made, other))

    cover, between, there = programme.weigh(starts), seating.at(parts * x + (1 - parts) * y), seating.at(y)

    if set(begun(programme, made)) == {
        programme.options[j].option for k, (j, _t) in enumerate(programme.starts) if x[k]
    }:
        assert cover.solution.objective == pytest.approx(worth(programme, made), abs=1e-6)
    assert cover.left[:, -1].T @ programme.weight == pytest.approx(
        cover.uncovered.sum(axis=0) + cover.displaced.sum(axis=0), abs=1e-6
    )
    assert between.value == pytest.approx(between.constant + between.slope @ (parts * x + (1 - parts) * y), abs=1e-6)
    assert (between.constant + between.slope @ y <= there.value + 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(programmes(), st.floats(0, 50))
def test_more_money_is_never_worse(programme, more):
    richer = replace(programme, budget=programme.budget + more)

    assert richer.solve().solution.objective <= programme.solve().solution.objective + 1e-6


@settings(max_examples=20, deadline=None)
@given(programmes(), st.floats(0, 50))
def test_more_money_places_no_fewer_where_children_come_first(programme, more):
    """Children weigh by tier and year; a hundredth of a child is what the plans' own cost may decide."""
    children_first = replace(programme, price=programme.price * 1e4)
    left = []
    for budget in (programme.budget, programme.budget + more):
        told = replace(children_first, budget=budget)
        cover = told.solve()
        left.append((cover.solution.objective - told.spent(cover.starts)) / told.price[0])

    assert left[1] <= left[0] + 0.01


@settings(max_examples=40, deadline=None)
@given(programmes())
def test_less_need_and_more_idle_seats_are_never_worse(programme):
    eased = replace(programme, need=programme.need * 0.5, idle=programme.idle + 5.0)

    assert eased.solve().solution.objective <= programme.solve().solution.objective + 1e-6


@settings(max_examples=40, deadline=None)
@given(programmes())
def test_an_option_nobody_can_afford_changes_nothing(programme):
    palace = Extension(
        option="palace", name="palace", school="elm", stage="primary", seats=500.0, cost=1e6, lead_years=0, life_years=9
    )
    poor = replace(programme, budget=np.array([15.0, 5.0, 5.0]))
    tempted = replace(poor, options=(*poor.options, palace), effects=(*poor.effects, palace.effect(city())))

    assert not any(tempted.may_start(palace, t) for t in range(3))
    assert tempted.solve(gap=0.2).starts == poor.solve(gap=0.2).starts


def test_the_time_limit_returns_a_plan_with_its_gap():
    wing = Extension(option="x", name="x", school="elm", stage="primary", seats=9.0, cost=1.0, life_years=9)
    programme = Programme(
        (wing,), (wing.effect(city()),), YEARS, PLACES, POOLS,
        np.ones(1), np.full((1, 1, 3, 3), 9.0), np.zeros((1, 3, 3)), np.zeros((1, 3, 3)), np.zeros((1, 1), int),
        np.eye(3, dtype=bool), np.zeros((3, 3), bool), np.zeros((3, 3, 3), bool), np.ones(3), np.ones(3),
        np.full(3, np.inf), np.full(3, np.inf), np.ones(1), (("1",),),
    )  # fmt: skip

    cover = programme.solve(seconds=0.0)

    assert cover.solution.objective >= cover.solution.bound
    assert cover.solution.gap >= 0
