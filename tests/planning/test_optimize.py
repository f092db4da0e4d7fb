import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.toy_city import row, shortfall_of, table
from seatcast.language import speaking
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.option import PlanError
from seatcast.planning.options import read_options
from seatcast.planning.programme.futures import programme_of
from seatcast.seats.allocation import allocate

CHILDREN = {("east", "primary"): 100, ("west", "primary"): 60, ("east", "junior"): 50, ("west", "junior"): 40}
OPTIONS = table(
    row("x", "extension", school="elm", seats=30, cost=100, running_cost=5, lead_years=1),
    row("n", "new_school", catchment="east", seats=90, cost=400, lead_years=2, lon=0.0, lat=0.001),
    row("b", "bus", catchment="east", school="oak", seats=15, running_cost=2),
    row("p", "purchase", school="fir", seats=10, running_cost=3, life_years=1),
    row("c", "close", school="oak", running_cost=-20),
)


@pytest.fixture(scope="module")
def wide():
    """A hundred children of the east, give or take thirty, for Elm's eighty seats."""
    return shortfall_of(CHILDREN, spread=0.3)


def budget(*money: float, **more: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"year": range(2027, 2027 + len(money)), "budget": money, **more})


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([0.05, 0.1, 0.3, 0.5]), st.sampled_from([0.05, 0.1, 0.3, 0.5]), st.integers(0, 200))
def test_a_higher_accepted_risk_never_costs_more(wide, one, other, money):
    objectives = [
        programme_of(wide, read_options(OPTIONS), risk=risk, budget=budget(money, 0, 0, 0), price=9.0)
        .solve()
        .solution.objective
        for risk in sorted((one, other))
    ]

    assert objectives[1] <= objectives[0] + 1e-6


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 200))
def test_the_order_of_rows_is_irrelevant(wide, order, money):
    plans = [
        optimize_plan(wide, rows, budget=budget(money, 50, 50, 50), gap=0.0)
        for rows in (OPTIONS, OPTIONS.iloc[list(order)])
    ]

    pd.testing.assert_frame_equal(plans[0].schedule(), plans[1].schedule())
    assert plans[0].objective == plans[1].objective


def test_the_need_is_the_quantile_of_the_draws(wide):
    programme = programme_of(wide, read_options(OPTIONS), risk=0.1)

    east = programme.places.index(("east", "primary"))
    draws = np.maximum(100 * np.linspace(0.7, 1.3, 11) - 80, 0)
    assert programme.need[0, 0, east] == pytest.approx(np.full(4, np.quantile(draws, 0.9)), abs=1e-3)


def test_the_cheapest_cover_is_found_by_hand():
    short = shortfall_of(CHILDREN)
    options = OPTIONS[OPTIONS["option"].isin(["x", "b"])]

    dear = optimize_plan(short, options, price=1e3)
    fair = optimize_plan(short, options, price=1.0)

    # Twenty are missing: the bus takes fifteen, the extension all from its second year on.
    assert dear.starts.to_dict() == {"b": 2027, "x": 2027}
    assert dear.uncovered().set_index("year")["uncovered"].to_list() == pytest.approx([5, 0, 0, 0], abs=1e-3)
    assert fair.starts.to_dict() == {"b": 2027}
    gamma = sum(1.1**-k for k in (1, 2, 3, 4))
    assert fair.objective == pytest.approx(2 * gamma + 5 * gamma, rel=1e-4)


def test_a_closing_needs_seats_for_its_pupils():
    short = shortfall_of({("east", "primary"): 20, ("west", "primary"): 60})
    closing = row("c", "close", school="elm", running_cost=-20)

    assert optimize_plan(short, table(closing), price=9.0).starts.empty


def test_a_school_with_a_neighbor_in_reach_is_closed():
    short = shortfall_of({("east", "primary"): 20, ("west", "primary"): 60})
    reach = pd.concat(
        [short.area.reach, pd.DataFrame([("east", "primary", "oak", 2, 900.0)], columns=short.area.reach.columns[:5])]
    )
    demand = short.allocation.demand.replace(area=short.area.replace(reach=reach))
    near = allocate(demand, short.allocation.capacity).shortfall()

    plan = optimize_plan(near, table(row("c", "close", school="elm", running_cost=-20)), price=9.0)

    assert plan.starts.to_dict() == {"c": 2027}
    assert plan.simulation.remaining()["after"].max() == pytest.approx(0, abs=1e-3)


def test_an_option_nobody_can_afford_changes_nothing(wide):
    palace = row("a", "extension", school="elm", seats=500, cost=1e6)
    money = budget(150, 20, 20, 20)

    plan = optimize_plan(wide, OPTIONS, budget=money)
    tempted = optimize_plan(wide, pd.concat([OPTIONS, table(palace)]), budget=money)

    assert tempted.price == plan.price
    assert tempted.starts.to_dict() == plan.starts.to_dict()


def test_money_is_carried_over_and_ends_with_its_table(wide):
    extension = OPTIONS[OPTIONS["option"] == "x"]

    saved = optimize_plan(wide, extension, budget=budget(60, 60, 60, 60), price=1e3)
    short_table = optimize_plan(wide, extension, budget=budget(60), price=1e3)

    assert saved.starts.to_dict() == {"x": 2028}
    assert saved.cost()["carried"].to_list() == [60, 20, 75, 130]
    assert short_table.starts.empty


def test_teachers_limit_what_can_serve(wide):
    extension = OPTIONS[OPTIONS["option"] == "x"].assign(teachers=3.0)

    plan = optimize_plan(wide, extension, budget=budget(500, 0, 0, 0, teachers=[1, 1, 1, 1]), price=1e3)

    assert plan.schedule()["opens"].to_list() == [2029]


def test_what_does_not_fit_is_told_at_once(wide):
    wrong = budget(5, -1).assign(year=[2027, 2029])

    with pytest.raises(PlanError) as told:
        optimize_plan(wide, table(row("x", "extension", school="yew", seats=9)), risk=1.5, budget=wrong)

    message = str(told.value)
    assert "school yew is not in the study area" in message
    assert "risk is 1.5; choose a share between 0 and 1" in message
    assert "budget: no row for 2028; give one for each year from 2027 on" in message
    assert "budget: budget of 2029 is -1; it must be 0 or more." in message


def test_the_plan_explains_itself(wide):
    plan = optimize_plan(wide, OPTIONS, budget=budget(150, 20, 20, 20))

    assert plan.schedule()["option"].is_unique
    assert plan.cost()["carried"].min() >= 0
    assert plan.bound <= plan.objective
    assert plan.gap <= 0.001
    assert "in the program solved; this is proven." in plan.explanation()
    assert plan.summary().sentence.count(". ") == 0
    assert plan.plot().get_title(loc="left") == "Options of the plan"


def test_no_option_is_a_valid_answer_and_says_why(wide):
    nothing = optimize_plan(wide, OPTIONS[:0])
    poor = optimize_plan(wide, OPTIONS[OPTIONS["option"] == "x"], budget=budget(0, 0, 0, 0))
    calm = optimize_plan(shortfall_of({("east", "primary"): 10}), OPTIONS[OPTIONS["option"] == "x"])

    assert nothing.starts.empty
    assert nothing.plot().get_title(loc="left") == "Children without a public seat"
    assert "No option is worth its cost, or none can be paid for." in poor.summary().sentence
    assert "Nothing needs to be done: no place is short of seats at an accepted risk of 10%." in calm.summary().sentence
    assert calm.schedule().empty
    with speaking("zh"):
        assert calm.summary().sentence.startswith("无需采取措施：在可接受风险10%下，各处学位均够用。")


def test_where_money_is_there_a_class_for_one_year_is_worth_any_option():
    """Fifty are missing in one year alone, and the only way costs 4,000 for 450 seats."""
    short = shortfall_of({("east", "primary"): 130})
    large = table(row("n", "new_school", catchment="east", seats=450, cost=4000, lead_years=3, lon=0.0, lat=0.001))

    plan = optimize_plan(short, large, budget=budget(4000, 0, 0, 0))

    assert plan.price > 4000 / 50
    assert plan.starts.to_dict() == {"n": 2027}


def test_what_no_option_can_cover_is_told_apart():
    late = table(row("x", "extension", school="elm", seats=90, cost=1, lead_years=2))

    plan = optimize_plan(shortfall_of(CHILDREN), late)
    coverable = plan.programme.coverable()[plan.programme.places.index(("east", "primary"))]

    assert coverable.tolist() == [False, False, True, True]
    assert "no option on the list could cover 40: none opens in time" in plan.explanation()
