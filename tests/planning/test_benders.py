"""The loop of cuts, on warehouses small enough to try out every choice."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seatcast.planning.programme.benders import solve
from seatcast.planning.programme.milp import InfeasibleError, MixedInteger
from seatcast.planning.programme.recourse import Cuts

OPEN = 4


class Nearest:
    """Each customer pays the cheapest open site, or a fine: the least of the prices up to each site is a cut."""

    def __init__(self, price, fine):
        self.price, self.fine, self.asked = price, fine, []

    @property
    def groups(self):
        return len(self.price)

    def at(self, x):
        constant, slope = np.zeros(self.groups), np.zeros((self.groups, OPEN))
        for g, prices in enumerate(self.price):
            best, order, opened = -np.inf, np.append(np.sort(prices), self.fine), 0
            for level in order:
                steps = -np.maximum(level - prices, 0)
                if level + steps @ x > best:
                    best, opened = level + steps @ x, level
            constant[g], slope[g] = opened, -np.maximum(opened - prices, 0)
        self.asked.append((x, constant, slope))
        return Cuts(constant + slope @ x, constant, slope)

    def true(self, x):
        return sum(min([self.fine, *(p for p, on in zip(prices, x, strict=True) if on)]) for prices in self.price)


@st.composite
def cities(draw):
    price = draw(arrays(float, (5, OPEN), elements=st.integers(0, 30).map(float)))
    cost = draw(arrays(float, OPEN, elements=st.integers(0, 40).map(float)))
    return Nearest(price, 35.0), cost, draw(st.integers(1, OPEN))


def programme(cost, most, groups, least=0):
    master = MixedInteger()
    x = [master.column(cost=c, upper=1.0, whole=True) for c in cost]
    theta = np.array([master.column(cost=1.0) for _ in range(groups)])
    master.row([(j, 1.0) for j in x], lower=least, upper=most)
    return master, theta


def best(recourse, cost, most):
    plans = [np.array(x) for x in product((0.0, 1.0), repeat=OPEN) if sum(x) <= most]
    return min(cost @ x + recourse.true(x) for x in plans)


@settings(max_examples=150, deadline=None)
@given(cities())
def test_the_loop_finds_the_best_of_all_choices(city):
    recourse, cost, most = city
    told = []

    found = solve(*programme(cost, most, 5), recourse, progress=told.append)

    truth = best(*city)
    assert found.objective == pytest.approx(truth, abs=1e-6)
    assert found.bound == pytest.approx(truth, abs=1e-6)
    assert all(round_.bound <= truth + 1e-6 and round_.incumbent >= truth - 1e-6 for round_ in told)
    for _x, constant, slope in recourse.asked:
        for x in product((0.0, 1.0), repeat=OPEN):
            left = [min([35.0, *(p for p, on in zip(of, x, strict=True) if on)]) for of in recourse.price]
            assert (constant + slope @ np.array(x) <= np.array(left) + 1e-9).all()


@settings(max_examples=50, deadline=None)
@given(cities(), st.floats(0.0, 60.0))
def test_a_limit_on_what_is_left_behind_is_kept(city, limit):
    """A column beside choices and consequences: what is above the limit, at a high price."""
    recourse, cost, most = city
    master, theta = programme(cost, most, 5)
    over = master.column(cost=1000.0)
    master.row([*((int(g), 1.0) for g in theta), (over, -1.0)], upper=limit)

    found = solve(master, theta, recourse)

    plans = [np.array(x) for x in product((0.0, 1.0), repeat=OPEN) if sum(x) <= most]
    left = [recourse.true(x) for x in plans]
    truth = min(cost @ x + u + 1000 * max(u - limit, 0) for x, u in zip(plans, left, strict=True))
    assert found.objective == pytest.approx(truth, rel=1e-6, abs=1e-6)


def test_the_time_limit_returns_a_choice_with_its_gap():
    rng = np.random.default_rng(1)
    recourse = Nearest(rng.uniform(0, 30, (5, OPEN)), 35.0)

    found = solve(*programme(np.full(OPEN, 9.0), 2, 5), recourse, seconds=0.0)

    assert found.bound <= best(recourse, np.full(OPEN, 9.0), 2) <= found.objective
    assert found.values[:OPEN].sum() <= 2


def test_rows_that_nothing_keeps_are_told():
    recourse = Nearest(np.zeros((1, OPEN)), 35.0)

    with pytest.raises(InfeasibleError):
        solve(*programme(np.ones(OPEN), 9, 1, least=5), recourse)


def test_a_gap_ends_the_search_early():
    rng = np.random.default_rng(2)
    recourse, cost = Nearest(rng.uniform(0, 30, (5, OPEN)), 35.0), np.full(OPEN, 9.0)

    found = solve(*programme(cost, OPEN, 5), recourse, gap=0.2)

    assert found.objective <= best(recourse, cost, OPEN) / 0.8 + 1e-9
    assert found.gap <= 0.2
