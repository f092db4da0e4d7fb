"""What an analyst asks of a plan: what else, what more money brings, what now, how much, how sure."""

import numpy as np
import pandas as pd
import pytest

from planning.test_optimize import CHILDREN, OPTIONS, budget
from planning.toy_city import shortfall_of
from seatcast.planning import foresight
from seatcast.planning.alternatives import find_alternatives
from seatcast.planning.attitude import Expected
from seatcast.planning.foresight import worth_of_foresight
from seatcast.planning.frontier import trace_frontier
from seatcast.planning.limits import Limits
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.option import PlanError
from seatcast.planning.scarcity import worth_of_more
from seatcast.planning.timing import decide_now

MONEY = budget(60, 60, 60, 60)


def planned(spread=0.3, risk=None, **more):
    """Return the plan for a hundred children of the east, give or take a spread, for Elm's eighty seats."""
    short = shortfall_of(CHILDREN, spread=spread)
    return optimize_plan(short, OPTIONS, budget=MONEY, price=9.0, risk=risk or Expected(), gap=0.0, **more)


@pytest.fixture(scope="module")
def plan():
    return planned()


def test_alternatives_start_other_options_at_hardly_more_cost_and_with_hardly_more_children_left_out(plan):
    found = find_alternatives(plan, within=0.5, number=3)

    frame = found.to_frame()
    starts = [set(plan.cover.starts), *(set(cover.starts) for cover in found.covers)]
    assert found.covers
    assert len({frozenset(of) for of in starts}) == len(starts)
    assert (frame["cost"] <= frame["cost"][0] * 1.5 + 1e-6).all()
    assert (frame["left"] <= frame["left"][0] * 1.5 + 0.5 + 1e-6).all()
    assert set(found.always()) == set.intersection(*starts)
    assert found.summary().sentence.startswith(f"{len(found.covers)} other plan")


def test_without_leeway_for_a_plan_that_stands_alone_there_is_no_alternative(plan):
    assert not find_alternatives(plan, within=0.0, number=1).covers
    with pytest.raises(PlanError, match=r"within is -0\.1; choose a share of 0 or more"):
        find_alternatives(plan, within=-0.1)


def test_more_money_in_a_year_never_makes_the_best_plan_worse_and_what_it_seats_is_that_plans(plan):
    found = worth_of_more(plan, share=1.0).to_frame()

    assert list(found["year"]) == [2027, 2028, 2029, 2030]
    assert (found["better"] >= 0).all()
    richer = optimize_plan(plan.before, OPTIONS, budget=budget(120, 60, 60, 60), price=9.0, risk=Expected(), gap=0.0)
    assert found["better"][0] == pytest.approx(plan.objective - richer.objective, rel=2e-3)


def test_of_what_is_not_limited_nothing_is_told():
    short = shortfall_of(CHILDREN, spread=0.3)

    free = optimize_plan(short, OPTIONS, price=9.0, risk=Expected(), gap=0.0)

    assert worth_of_more(free).to_frame().empty
    assert "seat nobody more" in worth_of_more(free).summary().sentence


def test_where_the_future_is_certain_all_is_decided_and_nothing_can_be_learned():
    certain = planned(spread=0.0)

    assert set(decide_now(certain).to_frame()["decision"]) <= {"now", "later"}
    known = worth_of_foresight(certain)
    assert known.of_knowing == pytest.approx(0.0, abs=1e-6)
    assert known.of_futures == pytest.approx(0.0, abs=1e-6)


def test_what_is_best_in_some_futures_waits_for_the_number_that_tells_them_apart():
    unsure = planned(spread=0.3)

    told = decide_now(unsure, groups=4).to_frame().set_index("option")

    assert ((told["now"] <= told["ever"]) & (told["ever"] <= 1)).all()
    triggers = told[told["decision"] == "trigger"]
    assert len(triggers)
    assert (triggers["above"] > 0).all()
    assert (triggers["in_year"] == 2028).all()


def test_foresight_is_worth_something_where_futures_differ(plan):
    found = worth_of_foresight(plan, futures=11)

    assert found.of_futures >= -1e-6
    assert found.of_knowing > 0
    assert found.regret.min() >= 0
    assert np.isnan(found.gap_limit())  # eleven draws are too few to keep some apart


def test_questions_about_futures_are_refused_where_the_plan_knows_one_only():
    single = planned(risk=0.1)

    for ask in (decide_now, worth_of_foresight):
        with pytest.raises(PlanError, match=r"made for a single future; make it with risk=Expected\(\)"):
            ask(single)


def test_along_the_frontier_more_money_leaves_fewer_out(plan):
    found = trace_frontier(plan, points=6)

    frame = found.to_frame()
    assert len(frame) > 2
    assert (frame["cost"].diff().iloc[1:] > 0).all()
    assert (frame["left"].diff().iloc[1:] < 0).all()
    for point in range(len(frame)):
        there = found.pick(point)
        assert there.cover.starts == found.covers[point].starts
        assert there.gap <= 1e-3 + 1e-9  # proven, at the price of the point
        assert there.bound <= there.programme.solve(gap=0.0).solution.objective + 1e-6
        assert there.price <= plan.price
    with pytest.raises(PlanError, match="There is no point 99; choose from 0 to"):
        found.pick(99)
    with pytest.raises(PlanError, match="points is 1; choose 2 or more"):
        trace_frontier(plan, points=1)


def test_an_analyst_adds_drops_and_fixes_options_and_the_rest_follows(plan):
    some = next(iter(plan.cover.starts))

    dropped, added = plan.drop(some), plan.drop(some).add(some, 2028)

    assert some not in dropped.cover.starts
    assert added.cover.starts[some] == 2028
    assert dropped.objective >= plan.objective - 1e-6
    assert plan.fix().cover.starts == plan.cover.starts
    pd.testing.assert_series_equal(plan.fix(some).starts, plan.starts)


def test_decisions_that_cannot_be_are_refused(plan):
    with pytest.raises(PlanError, match="nix is not an option; there are b, c, n, p and x"):
        plan.drop("nix")
    with pytest.raises(PlanError, match="option n starts in 2020; choose a year from 2027 to 2030"):
        plan.add("n", 2020)
    with pytest.raises(PlanError, match="c is not in the plan; it starts"):
        plan.fix("c")
    with pytest.raises(PlanError, match=r"240\.00 pounds more by 2027 would do, at the least\. The budget binds"):
        plan.add("n", 2027)  # 300 of money, where there are 60


def test_a_floor_is_of_all_futures_together_and_no_single_one_is_held_to_it():
    held = planned(limits=Limits(floor={"migrant": 0.85}))

    assert len(decide_now(held, groups=3).to_frame())
    assert worth_of_foresight(held, futures=3).of_knowing >= 0


def test_batches_of_unseen_futures_open_their_options_as_late_as_all_of_them(monkeypatch):
    short, late = shortfall_of(CHILDREN, spread=0.3, draws=240), []
    options = OPTIONS.assign(late_chance=0.3)
    plan = optimize_plan(short, options, budget=MONEY, price=9.0, risk=Expected(scenarios=20))
    monkeypatch.setattr(foresight, "_gap", lambda programme, _starts, _nodes: late.append(programme.late.mean()) or 0.0)

    foresight.worth_of_foresight(plan, futures=1, batches=4)

    assert len(late) == 5
    assert np.ptp(late[1:]) < 0.05


def test_only_a_plan_weighed_over_futures_says_what_is_expected(plan):
    assert "expected child-years" in trace_frontier(plan, points=3).summary().sentence
    assert (
        "child-years without a seat at the accepted risk"
        in trace_frontier(planned(risk=0.1), points=3).summary().sentence
    )
