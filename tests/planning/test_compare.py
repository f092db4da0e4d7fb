"""Plans held against each other: regret, targets, what a seat costs, who gains."""

import numpy as np
import pytest

from planning.toy_city import row, shortfall_of, table
from seatcast.language import speaking
from seatcast.planning.compare import compare_plans
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.option import PlanError
from seatcast.planning.simulate import simulate_plan

CHILDREN = {("east", "primary"): 100, ("west", "primary"): 60, ("east", "junior"): 50, ("west", "junior"): 40}
OPTIONS = table(
    row("small", "extension", school="elm", seats=20, cost=100),
    row("large", "extension", school="elm", seats=60, cost=400),
)


@pytest.fixture(scope="module")
def short():
    """About twenty children of the east without a seat, from 10 to 30 per cent more or fewer children."""
    return shortfall_of(CHILDREN, spread=0.3, draws=21)


@pytest.fixture(scope="module")
def plans(short):
    starts = {"nothing": {}, "small": {"small": 2027}, "large": {"large": 2027}}
    return {name: simulate_plan(short, OPTIONS, chosen) for name, chosen in starts.items()}


def test_regret_is_never_negative_and_nothing_for_the_best_of_each_future(plans):
    for price in (None, 2.0):
        regret = compare_plans(plans, price=price).regret

        assert (regret >= 0).all()
        assert (regret.min("plan") == 0).all()


def test_regret_by_hand(plans):
    compared = compare_plans(plans, price=2.0)

    gamma = 1.1 ** -np.arange(1.0, 5.0)
    left = {name: p.after.seats.sum(["catchment", "stage"]).values[1:] for name, p in plans.items()}
    burden = {
        name: cost / 1.1 + 2.0 * gamma @ left[name]
        for name, cost in {"nothing": 0.0, "small": 100.0, "large": 400.0}.items()
    }
    best = np.min(list(burden.values()), axis=0)
    for name, of in burden.items():
        np.testing.assert_allclose(compared.regret.sel(plan=name), of - best, rtol=1e-5, atol=1e-3)
    frame = compared.to_frame().set_index("plan")
    assert frame.loc["small", "regret_max"] == pytest.approx((burden["small"] - best).max(), rel=1e-5)
    assert frame.loc["small", "regret_q90"] == pytest.approx(np.quantile(burden["small"] - best, 0.9), rel=1e-4)


def test_another_plan_never_lowers_the_regret_of_those_there(plans):
    two = {name: plans[name] for name in ("nothing", "small")}

    assert (compare_plans(plans).regret.sel(plan=list(two)) >= compare_plans(two).regret).all()


def test_a_target_is_met_more_often_the_less_it_asks(plans):
    met = [compare_plans(plans, target=target).met.mean("draw").values for target in (0, 20, 1000)]

    assert (met[0] <= met[1]).all()
    assert (met[1] <= met[2]).all()
    assert met[2].tolist() == [1, 1, 1]


def test_a_target_may_hold_from_a_later_year_on(short):
    late = simulate_plan(short, OPTIONS, {"large": 2029})

    shares = [float(compare_plans({"late": late}, since=since).met.mean()) for since in (2027, 2029)]

    assert shares[0] < shares[1] == 1.0


def test_a_seat_used_costs_what_is_paid_by_what_is_used(plans):
    frame = compare_plans(plans).to_frame().set_index("plan")

    used = float((plans["small"].before.seats - plans["small"].after.seats).sel(year=slice(2027, None)).sum() / 21)
    assert frame.loc["small", "cost_per_seat_used"] == pytest.approx(100 / used, rel=1e-4)
    assert np.isnan(frame.loc["nothing", "cost_per_seat_used"])
    assert frame["options"].to_list() == [0, 1, 1]


def test_who_gains_adds_up_over_catchments_and_over_statuses(plans):
    compared = compare_plans(plans)

    by_place, by_status = (compared.gains(by).groupby("plan")["gained"].sum() for by in ("catchment", "status"))

    np.testing.assert_allclose(by_place, by_status, rtol=1e-5, atol=1e-3)
    east = compared.gains("catchment").query("catchment == 'east' and plan == 'large'").iloc[0]
    assert east["gained"] == pytest.approx(float(plans["large"].gained.sum(["year", "stage"]).mean()), rel=1e-5)
    assert east["q10"] <= east["gained"] <= east["q90"]
    assert compared.gains("catchment").query("plan == 'nothing'")["gained"].abs().max() == 0


def test_plans_of_the_optimiser_are_compared_as_well(short, plans):
    found = optimize_plan(short, OPTIONS, risk=0.2)

    compared = compare_plans({"found": found, "nothing": plans["nothing"]})

    assert compared.plans["found"] is found.simulation


def test_the_sentences_in_both_languages(plans):
    compared = compare_plans(plans, target=5, price=2.0)

    said = compared.summary().sentence
    assert said.startswith("large meets the target most often: in ")
    assert "at most 5 children are without a public seat in any year from 2027 on." in said
    assert "is in no future worse than the best of the plans by more than" in said
    assert "large" in compared._repr_html_()
    assert compared.plot().get_title(loc="left") == "Children expected to lack a public seat, by plan"
    with speaking("zh"):
        assert "达到目标的可能性最大" in compared.summary().sentence


def test_what_cannot_be_compared_is_told_all_at_once(plans):
    other = simulate_plan(shortfall_of(CHILDREN, draws=21), OPTIONS, {})

    with pytest.raises(PlanError) as told:
        compare_plans({**plans, "other": other}, target=-1, since=2050, price=-2)

    for part in (
        "nothing and other were simulated in different futures; compare plans of one forecast.",
        "since is 2050; choose a year from 2027 to 2030.",
        "target is -1; it must be 0 or more.",
        "price is -2; it must be 0 or more.",
    ):
        assert part in str(told.value)
    with pytest.raises(PlanError, match="There is no plan to compare"):
        compare_plans({})


def test_of_plans_that_all_miss_none_is_said_to_meet_the_target_and_equals_are_named_together(plans):
    certain = shortfall_of(CHILDREN)
    never = {name: simulate_plan(certain, OPTIONS, {}) for name in ("nothing", "naught")}

    missed = compare_plans(never).summary().sentence
    together = compare_plans(plans, target=1000).summary().sentence

    assert missed.startswith("No plan meets the target in any of the futures: at most 0 children without a public seat")
    assert together.startswith("nothing, small and large meet the target most often: in 100% of the futures at most 1,")


def test_a_plan_that_nowhere_falls_behind_is_called_the_best(plans):
    assert "large is the best of the plans in every future." in compare_plans(plans).summary().sentence
