"""Where ways have a price: against trying out every plan, with the children of each year seated in every way."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from planning.brute_force import begun, plans, serving, worst
from planning.test_programme import PLACES, POOLS, YEARS
from planning.toy_city import city
from seatcast.planning.option import PlanError
from seatcast.planning.options import Bus, Closing, Extension
from seatcast.planning.programme.priced import Priced
from seatcast.planning.programme.programme import Programme
from seatcast.planning.spending import spending

FEW, MANY = st.integers(1, 30), st.just(200)  # seats: they run out, they do not


@st.composite
def towns(draw, seats):
    """Return a programme in which a wing may be built at each school, and ways cost something or are not there."""
    wings = tuple(
        Extension(
            option=f"{school}{stage}", name="wing", school=school, stage=stage, seats=float(draw(seats)),
            cost=float(draw(st.integers(0, 40))), lead_years=draw(st.integers(0, 1)),
            life_years=draw(st.integers(1, 2)),
        )
        for school, stage in POOLS
    )  # fmt: skip
    levels, futures = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    whole = st.integers(0, 15).map(float)
    way = arrays(float, (3, 3), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 5.0, 11.0, np.inf]))
    return Programme(
        options=wings,
        effects=tuple(wing.effect(city()) for wing in wings),
        years=YEARS[:2],
        places=PLACES,
        pools=POOLS,
        weight=np.full(futures, 1 / futures),
        need=draw(arrays(float, (futures, levels, 3, 2), elements=whole)),
        idle=np.full((futures, 3, 2), 4.0),
        pupils=np.zeros((futures, 3, 2)),
        late=draw(arrays(np.int64, (futures, 3), elements=st.sampled_from([0, 0, 1]))),
        reach=np.ones((3, 3), bool),
        open=np.zeros((3, 3), bool),
        refuge=np.zeros((3, 3, 2), bool),
        filling=np.ones(3),
        discount=np.array([1.0, 0.9]),
        budget=draw(st.sampled_from([np.full(2, np.inf), np.array([30.0, 10.0])])),
        teachers=np.full(2, np.inf),
        price=np.array([8.0, 3.0])[-levels:],
        tiers=(("local",), ("others",))[:levels],
        tail_weight=draw(st.sampled_from([0.0, 0.0, 0.5])),
        tail=0.4,
        way=draw(way),
    )


def whole_worth(p, starts):
    """Return the objective of a plan, whose children are seated by trying out every way."""
    started, spent = begun(p, starts), 0.0
    for j, option in enumerate(p.options):
        for w in range(len(p.weight)) if option.option in started else ():
            of = spending(option, p.years[started[option.option]], p.years, int(p.late[w, j]))
            spent += p.weight[w] * (p.discount @ of.cost - p.discount[-1] * of.salvage)
    seated = undivided if p.undivided else divided
    years = range(len(p.years))
    later = np.array([sum(p.discount[t] * seated(p, started, w, t) for t in years) for w in range(len(p.weight))])
    mean = (1 - p.tail_weight) * (p.weight @ later)
    return spent + mean + p.tail_weight * worst(later, p.weight, p.tail)


def seats_of(p, started, w, t):
    seats = np.zeros(len(p.pools))
    for option, effect, _age in serving(p, started, w, t):
        seats[[p.pools.index((gain.school, gain.stage)) for gain in effect.gains]] += option.seats
    return seats


def divided(p, started, w, t):
    """Return the least money of ways and children left, by linear programming."""
    seats, levels = seats_of(p, started, w, t), len(p.price)
    ways = [(q, n, k) for q in range(levels) for n in range(3) for k in range(3) if np.isfinite(p.way[n, k])]
    left = [(q, n) for q in range(levels) for n in range(3)]
    cost = [*(p.way[n, k] for _q, n, k in ways), *(p.price[q] for q, _n in left)]
    served = [[*((q, n) == of for q, n, _k in ways), *(one == of for one in left)] for of in left]
    taken = [[*(k == pool for _q, _n, k in ways), *(False for _ in left)] for pool in range(3)]
    need = [p.need[w, q, n, t] for q, n in left]
    return linprog(cost, A_ub=np.array(taken, float), b_ub=seats, A_eq=np.array(served, float), b_eq=need).fun


def undivided(p, started, w, t):
    """Return the least money if each place goes to one school or none."""
    seats, need = seats_of(p, started, w, t), p.need[w, :, :, t]
    best = np.inf
    for to in product([None, 0, 1, 2], repeat=3):
        load = [sum(need[:, n].sum() for n in range(3) if to[n] == k) for k in range(3)]
        if (load <= seats + 1e-9).all():
            some = [(n, k) for n, k in enumerate(to) if need[:, n].sum() > 0]
            money = (p.price @ need[:, n] if k is None else p.way[n, k] * need[:, n].sum() for n, k in some)
            best = min(best, sum(money))
    return best


def check(programme):
    truth = min(whole_worth(programme, starts) for starts in plans(programme))

    cover = programme.solve()

    assert cover.solution.objective == pytest.approx(truth, abs=1e-6)
    assert cover.solution.bound == pytest.approx(truth, abs=1e-6)
    assert programme.weigh(cover.starts).solution.objective == pytest.approx(truth, abs=1e-6)
    assert cover.left[:, -1].T @ programme.weight == pytest.approx(cover.uncovered.sum(axis=0), abs=1e-6)


@settings(max_examples=10, deadline=None)
@given(towns(FEW))
def test_the_plan_is_the_best_where_seats_run_out(programme):
    check(programme)


@settings(max_examples=10, deadline=None)
@given(towns(MANY))
def test_the_plan_is_the_best_where_each_goes_the_cheapest_way(programme):
    check(programme)


@settings(max_examples=10, deadline=None)
@given(towns(FEW))
def test_the_plan_is_the_best_where_a_catchment_is_not_divided(programme):
    check(replace(programme, undivided=True))


@settings(max_examples=10, deadline=None)
@given(towns(FEW))
def test_ways_that_cost_nothing_change_nothing(programme):
    free = replace(programme, way=np.where(np.isfinite(programme.way), 0.0, np.inf))
    unpriced = replace(programme, way=None, reach=np.isfinite(programme.way))

    assert free.solve().solution.objective == pytest.approx(unpriced.solve().solution.objective, abs=1e-4)


@settings(max_examples=10, deadline=None)
@given(towns(st.one_of(FEW, MANY)), st.booleans(), st.data())
def test_every_cut_holds_for_every_plan(programme, whole, data):
    programme = replace(programme, undivided=whole)
    asked = data.draw(arrays(float, len(programme.starts), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
    other = data.draw(arrays(float, len(programme.starts), elements=st.sampled_from([0.0, 1.0])))

    cuts, there = Priced(programme).at(asked), Priced(programme).at(other)

    assert (cuts.constant + cuts.slope @ other <= there.value + 1e-6).all()
    assert (cuts.constant + cuts.slope @ asked <= cuts.value + 1e-6).all()


def test_a_bus_goes_where_the_way_is_cheaper_than_a_child_without_a_seat():
    bus = Bus(option="bus", name="bus", catchment="east", school="oak", stage="primary", seats=9.0, life_years=3)
    free, none = np.zeros((3, 3)), np.zeros((3, 3), bool)
    city_with_bus = Programme(
        (bus,), (bus.effect(city()),), YEARS, PLACES, POOLS, np.ones(1),
        np.array([12.0, 0.0, 0.0])[None, None, :, None] * np.ones(3), np.full((1, 3, 3), 20.0), np.zeros((1, 3, 3)),
        np.zeros((1, 1), int), none, none, np.zeros((3, 3, 3), bool), np.ones(3), np.ones(3), np.full(3, np.inf),
        np.full(3, np.inf), np.array([5.0]), (("all",),), way=free,
    )  # fmt: skip

    for money, left in ((2.0, 3.0), (6.0, 12.0)):
        cover = replace(city_with_bus, way=np.full((3, 3), money)).solve()
        assert cover.solution.objective == pytest.approx(3 * (5 * left + min(money, 5) * (12 - left)))
        assert cover.uncovered[0] == pytest.approx(left)


def test_what_cannot_be_kept_where_ways_are_priced_is_told_at_once():
    school = Closing(option="c", name="c", school="elm", stage="primary", life_years=3)
    none = np.zeros((3, 3), bool)
    programme = Programme(
        (school,), (school.effect(city()),), YEARS, PLACES, POOLS, np.ones(1), np.zeros((1, 1, 3, 3)),
        np.zeros((1, 3, 3)), np.zeros((1, 3, 3)), np.zeros((1, 1), int), none, none, np.zeros((3, 3, 3), bool),
        np.ones(3), np.ones(3), np.full(3, np.inf), np.full(3, np.inf), np.ones(1), (("all",),),
        most_idle=0.1, way=np.zeros((3, 3)), undivided=True,
    )  # fmt: skip

    with pytest.raises(PlanError) as told:
        programme.solve()

    assert "set a price instead" in str(told.value)
    assert "may only add seats" in str(told.value)
