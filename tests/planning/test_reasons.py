"""Why options are in a plan and why others are not, held against plans with and without them."""

import numpy as np
import pandas as pd
import pytest

from planning.test_optimize import CHILDREN, OPTIONS, budget
from planning.toy_city import row, shortfall_of, table
from seatcast.language import speaking
from seatcast.planning.attitude import Expected
from seatcast.planning.limits import Limits
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.option import PlanError


@pytest.fixture(scope="module")
def plan():
    return optimize_plan(
        shortfall_of(CHILDREN, spread=0.3),
        OPTIONS,
        budget=budget(200, 150, 60, 60),
        price=9.0,
        risk=Expected(),
        gap=0.0,
    )


def best_with(plan, option):
    """Return the objective of the best plan that starts an option in any year in which it opens in time."""
    lead = {o.option: o.lead_years for o in plan.programme.options}[option]
    found = []
    for year in range(2027, 2031 - lead):
        try:
            found.append(plan.add(option, year).objective)
        except PlanError:
            continue
    return min(found)


def test_each_option_is_in_or_out_by_what_the_best_plan_loses(plan):
    found = plan.reasons()

    assert set(found["option"]) == set(OPTIONS["option"])
    assert set(found.loc[found["chosen"], "option"]) == set(plan.starts.index)
    assert found["chosen"].is_monotonic_decreasing
    assert 0 < found["chosen"].sum() < len(found)
    finite = found[np.isfinite(found["worth"])]
    assert (~finite["chosen"]).any()
    for option, chosen, worth in finite[["option", "chosen", "worth"]].itertuples(index=False):
        other = plan.drop(option).objective if chosen else best_with(plan, option)
        assert worth == pytest.approx(other - plan.objective, abs=2e-3 * abs(plan.objective))
    assert list(plan.reasons(rejected=1)["option"]) == list(found["option"])[: found["chosen"].sum() + 1]


def sentence(plan, option):
    return plan.reasons().set_index("option")["sentence"][option]


def test_what_keeps_an_option_out_is_said():
    short = shortfall_of(CHILDREN, spread=0.3)
    options = pd.concat(
        [
            OPTIONS,
            table(
                row("late", "new_school", catchment="east", seats=90, cost=1, lead_years=9, lon=0.0, lat=0.001),
                row("other", "extension", school="elm", seats=25, cost=200, running_cost=5, excludes="x"),
            ),
        ],
        ignore_index=True,
    )
    money = budget(220, 60, 20, 20)
    free = optimize_plan(short, options, budget=money, price=9.0, risk=Expected(), gap=0.0)
    held = optimize_plan(
        short, options, budget=money, price=9.0, risk=Expected(), limits=Limits(committed={"x": 2027}, forbidden=("b",))
    )

    assert "x" in free.starts.index
    assert sentence(free, "n") == "N cannot be paid for within the budget."
    assert sentence(free, "late") == "LATE would not open before the plan's last year is over."
    assert sentence(free, "other").startswith("With OTHER, which is excluded by X, the best plan is worse by ")
    assert sentence(held, "other") == "OTHER is excluded by X, which is to start in any case."
    assert sentence(held, "b") == "B was ruled out beforehand."
    assert sentence(held, "x") == "X was decided beforehand."
    with speaking("zh"):
        assert sentence(free, "n") == "预算不足以支付“N”。"


def test_money_that_other_decisions_take_up_cannot_be_spent_again():
    """Either extension could be paid for alone, but one of them is to start."""
    options = table(
        row("x", "extension", school="elm", seats=30, cost=100),
        row("y", "extension", school="elm", seats=30, cost=90),
    )
    plan = optimize_plan(
        shortfall_of(CHILDREN), options, budget=budget(120, 0, 0, 0), price=9.0, risk=Expected(),
        limits=Limits(committed={"x": 2027}),
    )  # fmt: skip

    assert sentence(plan, "y") == "Y cannot be paid for within the budget."
