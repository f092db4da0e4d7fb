"""Limits are kept; those that cannot be are answered with the smallest that can, and what stands in the way."""

import pandas as pd
import pytest

from planning.toy_city import row, shortfall_of, table
from seatcast.language import speaking
from seatcast.planning.attitude import Expected
from seatcast.planning.limits import Limits
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.option import PlanError

CHILDREN = {("east", "primary"): 100, ("west", "primary"): 60}
OPTIONS = table(
    row("x", "extension", school="elm", seats=8, cost=100, running_cost=5),
    row("y", "prefab", school="elm", seats=10, cost=40, excludes="v"),
    row("v", "squeeze", school="elm", seats=4, cost=10),
)


@pytest.fixture(scope="module")
def short():
    """Twenty of a hundred children of the east, and none of the sixty of the west, without a seat in every year."""
    return shortfall_of(CHILDREN)


def budget(*money: float, **more: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"year": range(2027, 2027 + len(money)), "budget": money, **more})


def test_a_floor_is_kept_although_nothing_else_asks_for_it(short):
    """Eighty migrant children: of them four in five have a seat if all who are left out are theirs."""
    free = optimize_plan(short, OPTIONS, price=1e-3)
    held = optimize_plan(short, OPTIONS, price=1e-3, limits=Limits(floor={"migrant": 0.85}))

    assert free.starts.empty
    assert held.starts.to_dict() == {"y": 2027}
    left = held.remaining().query("status == 'migrant'")["after"]
    assert (left <= 0.15 * 80 + 1e-3).all()


def test_so_few_children_may_be_left_in_a_year_and_the_cheapest_plan_that_keeps_it_is_found(short):
    """Twenty are without a seat; y seats ten for 40, x and y eighteen for 145."""
    free, ten = (
        optimize_plan(short, OPTIONS, price=1e-3, limits=Limits(unplaced=unplaced)) for unplaced in ({}, {2029: 10})
    )
    with pytest.raises(PlanError) as told:
        optimize_plan(short, OPTIONS, price=1e-3, limits=Limits(unplaced={2029: 1, 2030: 0}))

    assert free.starts.empty
    assert list(ten.starts.index) == ["y"]
    assert ten.starts["y"] <= 2029
    assert "with 2 more in each year they can, 2029: 3; 2030: 2. The options and the years" in str(told.value)


def test_what_can_be_kept_each_but_not_together_is_told(short):
    """The floor asks for y from 2027, 120 in all; two children left in 2030 ask for x and y, 165 if they start then."""
    money = {"options": OPTIONS.assign(running_cost=[5, 20, 0]), "budget": budget(60, 20, 20, 70), "price": 1e-3}
    floor, few = {"floor": {"migrant": 0.875}}, {"unplaced": {2030: 2}}

    optimize_plan(short, limits=Limits(**floor), **money)
    optimize_plan(short, limits=Limits(**few), **money)
    with pytest.raises(PlanError, match=r"not together; with 6 more children left in each year they can\. The budget"):
        optimize_plan(short, limits=Limits(**floor, **few), **money)


def test_seats_that_stand_idle_are_limited(short):
    """Of 300 seats 40 of oak and the 120 of ash are idle; x and y add 18 that are taken: 160 of 318."""
    with pytest.raises(PlanError, match=r"an idle share of 10\.0% cannot be kept in every year; 50\.4% can"):
        optimize_plan(short, OPTIONS, limits=Limits(idle_share=0.1))

    assert not optimize_plan(short, OPTIONS, limits=Limits(idle_share=0.52)).starts.empty


def test_what_is_committed_is_started_and_what_is_forbidden_is_not(short):
    plan = optimize_plan(short, OPTIONS, price=1e-3, limits=Limits(committed={"x": 2028}, forbidden=("y",)))
    dear = optimize_plan(short, OPTIONS, price=1e3, limits=Limits(forbidden=("y", "v")))

    assert plan.starts.to_dict() == {"x": 2028}
    assert dear.starts.to_dict() == {"x": 2027}
    assert plan.reasons(rejected=0)["sentence"].to_list() == ["X was decided beforehand."]


@pytest.mark.parametrize("risk", [0.1, Expected()])
def test_a_floor_out_of_reach_is_answered_with_the_highest_that_is_not(short, risk):
    limits = Limits(floor={"migrant": 0.99})

    with pytest.raises(PlanError) as rich:
        optimize_plan(short, OPTIONS, risk=risk, limits=limits)
    with pytest.raises(PlanError) as poor:
        optimize_plan(short, OPTIONS, risk=risk, limits=limits, budget=budget(50, 0, 0, 0))
    with pytest.raises(PlanError) as alone:
        optimize_plan(
            short, OPTIONS.assign(teachers=1.0), risk=risk, limits=Limits(floor={"migrant": 0.96}),
            budget=budget(500, 50, 50, 50, teachers=[1, 0, 0, 0]),
        )  # fmt: skip

    # Of eighty migrant children two may be left; x and y leave two of the twenty, y alone ten, and one teacher y alone.
    assert "a floor of 99.0% for migrant cannot be kept in every year; up to 97.5% can" in str(rich.value)
    assert "The options and the years in which they open bind" in str(rich.value)
    assert "up to 87.5% can. The budget binds." in str(poor.value)
    assert "up to 87.5% can. The number of teachers binds." in str(alone.value)
    with speaking("zh"), pytest.raises(PlanError, match=r"最高可达97\.5%"):
        optimize_plan(short, OPTIONS, risk=risk, limits=limits)


def test_what_is_committed_beyond_the_means_is_told_with_what_is_missing(short):
    committed = Limits(committed={"x": 2027})

    with pytest.raises(PlanError, match=r"cannot be paid for; 35.00 pounds more by 2027 would do.*The budget binds"):
        optimize_plan(short, OPTIONS, limits=committed, budget=budget(70, 50, 50, 50))
    with pytest.raises(PlanError, match="need 2 more teachers, at the least"):
        optimize_plan(
            short, OPTIONS.assign(teachers=3.0), limits=committed, budget=budget(700, 5, 5, 5, teachers=[1, 0, 0, 0])
        )


def test_money_and_teachers_that_are_both_short_are_both_told(short):
    with pytest.raises(PlanError) as told:
        optimize_plan(
            short, OPTIONS.assign(teachers=3.0), limits=Limits(committed={"x": 2027}),
            budget=budget(70, 50, 50, 50, teachers=[1, 0, 0, 0]),
        )  # fmt: skip

    assert "35.00 pounds more by 2027 would do" in str(told.value)
    assert "need 2 more teachers, at the least" in str(told.value)


def test_what_a_committed_option_requires_must_be_allowed_and_in_time(short):
    options = OPTIONS.assign(requires=["v", None, None])

    with pytest.raises(PlanError, match="the committed option x requires v, which is forbidden; allow it"):
        optimize_plan(short, options, limits=Limits(committed={"x": 2027}, forbidden=("v",)))
    with pytest.raises(PlanError, match="x is committed to 2027 and requires v, which is committed to 2028"):
        optimize_plan(short, options, limits=Limits(committed={"x": 2027, "v": 2028}))


def test_nothing_is_committed_to_a_year_whose_money_is_not_known(short):
    with pytest.raises(PlanError, match="x is committed to 2030; choose a year from 2027 to 2028"):
        optimize_plan(short, OPTIONS, limits=Limits(committed={"x": 2030}), budget=budget(500, 50))


def test_limits_that_cannot_be_meant_are_told_at_once(short):
    limits = Limits(
        floor={"alien": 0.9, "local": 1.5}, unplaced={2026: 3, 2028: -1}, idle_share=-1,
        committed={"y": 2027, "v": 2027, "x": 2040, "q": 2027},
        forbidden=("y", "p"),
    )  # fmt: skip

    with pytest.raises(PlanError) as told:
        optimize_plan(short, OPTIONS, limits=limits)

    message = str(told.value)
    for part in (
        "limits: floor names the status alien; there are local and migrant.",
        "limits: floor[local] is 1.5; choose a share from 0 to 1.",
        "limits: unplaced[2026] is 3; choose 0 or more, for a year from 2027 to 2030.",
        "limits: unplaced[2028] is -1; choose 0 or more, for a year from 2027 to 2030.",
        "limits: idle_share is -1; choose a share from 0 to 1.",
        "limits: q is not an option; there are v, x and y.",
        "limits: p is not an option",
        "limits: option x is committed to 2040; choose a year from 2027 to 2030.",
        "limits: option y is committed and forbidden; choose one.",
        "limits: the committed option y excludes v; commit one of them only.",
    ):
        assert part in message
