"""Laws of the compiled accounts: exact, the same in any order and on any number of threads, true to the exact law."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from seatcast.core.threads import threads
from seatcast.demography.cohorts import Cohorts, DepletedCohortError
from seatcast.demography.expected_cohorts import expected_cohorts
from seatcast.demography.random_counts import LANES
from seatcast.testing import toy_area

FLOWS = ("start", "arrivals", "departures", "deaths", "status_in", "status_out")


def full(value, coords, draws=None):
    array = xr.DataArray(np.full([len(labels) for labels in coords.values()], value), coords)
    return array if draws is None else array.expand_dims(draw=draws)


def made(
    *, catchments=("east", "west"), ages=4, statuses=("local", "migrant"), years=3, draws=300, size=100.0, arrive=0.05,
    leave=0.05, change=0.03, death=0.001, timing="end", seed=1,
):  # fmt: skip
    """Return cohorts of one size; rates are per child, arrivals of the whole area divided among the catchments."""
    at = {"catchment": list(catchments), "age": range(ages), "status": list(statuses)}
    ahead = {"year": range(2027, 2027 + years)}
    across = full(change, {"age": at["age"], "status": at["status"], "to_status": list(statuses)})
    own = xr.DataArray(np.eye(len(statuses), k=0), {"status": at["status"], "to_status": list(statuses)})
    newborn = {**ahead, "catchment": at["catchment"], "status": at["status"]}
    return Cohorts(
        toy_area(catchments),
        seed,
        full(size, at, draws),
        full(size, newborn, draws),
        full(death, {"age": at["age"], "status": at["status"]}),
        across * (1 - own),
        full(arrive / len(catchments), {**ahead, **at}, draws),
        full(leave, {**ahead, **at}, draws),
        timing,
    )


@settings(deadline=None, max_examples=15)
@given(
    size=st.sampled_from([0.0, 1.0, 7.0, 60.0, 800.0]), arrive=st.floats(0, 0.6), leave=st.floats(0, 0.6),
    change=st.floats(0, 0.15), timing=st.sampled_from(["end", "even"]), kinds=st.integers(1, 3),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_every_account_closes_in_whole_children_with_or_without_flows(size, arrive, leave, change, timing, kinds, seed):
    cohorts = made(
        size=size, arrive=arrive, leave=leave, change=change, timing=timing, statuses="abc"[:kinds], draws=40, seed=seed
    )

    told, alone = cohorts.project(flows=True), cohorts.project()

    np.testing.assert_array_equal(told["children"], alone["children"])
    end = told["children"].isel(year=slice(1, None))
    born = told["births"].expand_dims(age=[0]).reindex(age=end["age"].values, fill_value=0.0)
    gained = told["start"] + born + told["arrivals"] + told["status_in"]
    balance = gained - told["departures"] - told["status_out"] - told["deaths"] - end
    assert float(abs(balance).max()) == 0
    for flow in FLOWS:
        assert float(told[flow].min()) >= 0
        assert bool((told[flow] == told[flow].round()).all())
    np.testing.assert_array_equal(told["status_in"].sum("status"), told["status_out"].sum("status"))


def test_nobody_is_lost_in_a_closed_system_and_without_moves_cohorts_follow_the_diagonal():
    closed = made(arrive=0.0, leave=0.0, change=0.2, death=0.0, draws=50).project()["children"]
    apart = made(arrive=0.0, leave=0.0, change=0.0, death=0.0, draws=50).project()["children"]

    for children, kept in ((closed.sum("status"), ("catchment",)), (apart, ("catchment", "status"))):
        older = children.isel(year=slice(1, None), age=slice(1, None))
        younger = children.isel(year=slice(None, -1), age=slice(None, -1))
        np.testing.assert_array_equal(older.values, younger.values, err_msg=str(kept))


@st.composite
def closed_systems(draw):
    """Return cohorts of any size, among whom nobody is born, dies, comes or leaves; places inside are statuses."""
    zones, ages, kinds, years = (draw(st.integers(low, high)) for low, high in ((1, 3), (2, 6), (1, 4), (1, 5)))
    cohorts = made(
        catchments=[f"z{k}" for k in range(zones)], ages=ages, statuses=[f"s{k}" for k in range(kinds)], years=years,
        draws=draw(st.sampled_from([1, 7, LANES + 3])), size=0.0, arrive=0.0, leave=0.0, death=0.0, change=0.0,
        timing=draw(st.sampled_from(["end", "even"])), seed=draw(st.integers(0, 2**32)),
    )  # fmt: skip
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    most = 10 ** rng.uniform(0, 5, cohorts.start.shape[:3])[..., None]  # from a single child to a large town
    start = np.floor(rng.random(cohorts.start.shape) * most)
    go = rng.dirichlet(np.ones(kinds), (ages, kinds)) * draw(st.sampled_from([0.01, 0.3, 0.999]))
    go[:, range(kinds), range(kinds)] = 0.0
    return replace(cohorts, start=cohorts.start.copy(data=start), change=cohorts.change.copy(data=go))


@settings(deadline=None, max_examples=60)
@given(cohorts=closed_systems(), flows=st.booleans(), keep=st.sampled_from([("catchment", "age"), ("age",)]))
def test_nobody_is_lost_in_any_closed_system(cohorts, flows, keep):
    told = cohorts.project(keep, flows=flows)

    whole = cohorts.summed(cohorts.start, keep).sum("status")
    dims = [d for d in ("catchment", "age", "draw") if d in whole.dims]
    children = told["children"].sum("status").transpose("year", *dims)
    for t in range(children.sizes["year"]):
        older = children.isel(year=t, age=slice(t, None))
        there = whole.transpose(*dims).isel(age=slice(0, max(whole.sizes["age"] - t, 0)))
        np.testing.assert_array_equal(older.values, there.values)
        assert float(children.isel(year=t, age=slice(0, t)).sum()) == 0
    assert float(told["children"].min()) >= 0
    assert float(told["births"].sum()) == 0
    if flows:
        assert sum(float(told[flow].sum()) for flow in ("arrivals", "departures", "deaths")) == 0
        np.testing.assert_array_equal(told["status_in"].sum("status"), told["status_out"].sum("status"))


@pytest.mark.parametrize("size", [5.0, 100.0, 2000.0])
def test_the_order_of_catchments_and_the_number_of_threads_change_no_bit(size, monkeypatch):
    cohorts = made(catchments=("north", "east", "west"), size=size, draws=3 * LANES + 5)
    back = ["west", "north", "east"]
    turned = replace(
        cohorts, **{f: getattr(cohorts, f).sel(catchment=back) for f in ("start", "births", "arrivals", "departures")}
    )
    here = cohorts.project(flows=True)
    monkeypatch.setenv("OMP_NUM_THREADS", "1" if threads() > 1 else "2")
    alone = cohorts.project(flows=True)
    there = turned.project(flows=True)

    for name, array in here.items():
        np.testing.assert_array_equal(array, alone[name])
        np.testing.assert_array_equal(array, there[name].sel(catchment=["north", "east", "west"]))


def test_more_draws_begin_with_the_same_ones():
    few, many = made(draws=20).project()["children"], made(draws=700).project()["children"]

    np.testing.assert_array_equal(few, many.isel(draw=slice(0, 20)))


@pytest.mark.parametrize("keep", [("district", "stage"), ("age",), ("catchment",), ()])
def test_sums_kept_alone_are_the_sums_of_the_whole(keep):
    cohorts = made(catchments=("east", "west"), ages=9, draws=30)
    whole, part = cohorts.project(flows=True), cohorts.project(keep, flows=True)

    for name in ("children", "births", *FLOWS):
        across, left = ([d for d in told[name].dims if d not in ("year", "draw")] for told in (whole, part))
        np.testing.assert_array_equal(whole[name].sum(across), part[name].sum(left))
    for dim in ("catchment", "age"):
        if dim in keep:
            rest = [d for d in ("catchment", "age") if d not in keep]
            np.testing.assert_array_equal(whole["children"].sum(rest), part["children"])


def test_who_changes_status_at_one_age_is_not_counted_at_the_next():
    cohorts = made(change=0.3, draws=40)
    sheet = replace(cohorts, change=cohorts.change.where(cohorts.change["age"] == 1, 0.0)).project(flows=True)

    assert float(sheet["status_in"].sel(age=1).min()) > 0
    assert float(sheet["status_in"].sel(age=[0, 2, 3]).max()) == 0
    older = sheet["children"].isel(year=1).sel(age=2).sum("status")
    gained = (sheet["start"] + sheet["arrivals"] - sheet["departures"] - sheet["deaths"]).isel(year=0).sel(age=2)
    np.testing.assert_array_equal(older, gained.sum("status"))


def exact(rng, size, arrive, leave, change, death, years, draws):
    """Return two statuses of one catchment and cohort, sampled child by child law: (status, draw)."""
    now = np.full((2, draws), int(size))
    for _ in range(years):
        out = np.stack([np.zeros(draws, int), rng.binomial(now[1], change * (1 - death))])
        rest = now - out
        gone = rng.binomial(
            rest,
            np.array([[death + leave * (1 - death)], [(death + leave * (1 - death)) / (1 - change * (1 - death))]]),
        )
        come = rng.poisson(arrive * now)
        now = rest - gone + come + out[::-1] * np.array([[1], [0]])
    return now


@pytest.mark.parametrize("size", [6, 60, 900])
def test_means_variances_and_the_correlation_of_statuses_are_those_of_exact_sampling(size):
    draws, rates = 30_000, {"arrive": 0.05, "leave": 0.06, "change": 0.15, "death": 0.002}
    cohorts = made(catchments=("all",), size=float(size), years=4, ages=6, draws=draws, **rates)
    one_way = cohorts.change.copy()
    one_way = one_way.where((one_way["status"] == "migrant") & (one_way["to_status"] == "local"), 0.0)

    ours = replace(cohorts, change=one_way).project()["children"].sel(catchment="all", year=2030, age=5).values
    theirs = exact(np.random.default_rng(5), size, **rates, years=4, draws=draws)

    assert ours.mean(1) == pytest.approx(theirs.mean(1), abs=6 * theirs.std(1).max() / draws**0.5)
    assert ours.var(1) == pytest.approx(theirs.var(1), rel=0.04)
    assert np.corrcoef(ours)[0, 1] == pytest.approx(np.corrcoef(theirs)[0, 1], abs=0.025)


def test_statuses_are_correlated_as_a_transfer_makes_them():
    """One step of a transfer alone: the covariance is minus the variance of those who change."""
    cohorts = made(catchments=("all",), size=400.0, years=1, arrive=0.0, leave=0.0, change=0.0, death=0.0, draws=20_000)
    change = cohorts.change.copy(data=np.zeros(cohorts.change.shape))
    change = change.where(~((change["status"] == "migrant") & (change["to_status"] == "local")), 0.2)

    local, migrant = replace(cohorts, change=change).project()["children"].sel(catchment="all", year=2027, age=2).values

    assert (local + migrant == 800).all()
    assert migrant.var() == pytest.approx(400 * 0.2 * 0.8, rel=0.05)


@pytest.mark.parametrize("timing", ["end", "even"])
@pytest.mark.parametrize("size", [9.0, 400.0])
def test_the_expectation_is_that_of_expected_cohorts(timing, size):
    cohorts = made(catchments=("east", "west"), size=size, years=1, timing=timing, draws=10_000, death=0.02, change=0.1)

    sheet = cohorts.project(flows=True)
    rate = cohorts.arrivals.isel(year=0, draw=0)
    area = cohorts.start.isel(draw=0).sum("catchment").astype(float)
    coming = rate.astype(float) * area  # as many at each age as a year before
    mean = expected_cohorts(
        cohorts.start.isel(draw=0).astype(float),
        cohorts.births.isel(year=0, draw=0).astype(float),
        1 - cohorts.death.astype(float),
        arrivals=coming,
        departures=cohorts.departures.isel(year=0, draw=0).astype(float),
        change=cohorts.change.astype(float), timing=timing, last="leave",
    )  # fmt: skip

    for flow in (*FLOWS, "end"):
        drawn = sheet["children"].isel(year=1) if flow == "end" else sheet[flow].isel(year=0)
        error = 6 * np.maximum(drawn.std("draw"), 0.02) / 10_000**0.5
        off = abs(drawn.mean("draw") - mean[flow]).transpose(*error.dims)
        assert bool((off <= error).all()), flow


def test_two_catchments_merged_hold_their_sum_in_expectation():
    two = made(catchments=("east", "west"), draws=4000, size=50.0).project()["children"]
    one = made(catchments=("both",), draws=4000, size=100.0).project()["children"]

    apart = two.sum("catchment").mean("draw") / one.sum("catchment").mean("draw") - 1
    assert float(abs(apart).max()) < 0.01


def test_a_cell_after_years_of_constant_rates_follows_binomial_plus_poisson():
    cohorts = made(
        catchments=("all",),
        statuses=("a",),
        size=60.0,
        years=5,
        ages=7,
        arrive=0.0,
        leave=0.08,
        death=0.0,
        draws=20_000,
    )

    ended = cohorts.project()["children"].isel(catchment=0, status=0).sel(year=2031, age=6).values

    law = binom(60, 0.92**5)
    counts = np.arange(61)
    reached = (ended[:, None] <= counts).mean(0)
    assert reached == pytest.approx(law.cdf(counts), abs=1.63 / len(ended) ** 0.5)  # Kolmogorov, at 1 percent


def test_bad_counts_and_rates_are_refused_all_at_once_with_place_and_remedy():
    good = made(draws=2)
    start = good.start.copy(data=good.start.values.copy())
    start.loc[{"catchment": "west", "age": 2, "status": "migrant"}] = -3
    leave = good.departures.copy(data=good.departures.values.copy())
    leave.loc[{"year": 2028, "age": 1}] = 1.2

    with pytest.raises(ValueError, match="children at catchment west, age 2, status migrant") as told:
        replace(good, start=start, departures=leave)

    assert "departures per child at year 2028, catchment east, age 1, status local" in str(told.value)
    assert "Check the table, or the scenario" in str(told.value)


def test_a_cohort_from_which_more_than_all_would_go_raises_with_its_place():
    good = made(draws=2, change=0.3)
    leave = good.departures.copy(data=good.departures.values.copy())
    leave.loc[{"year": 2028, "catchment": "west", "age": 3, "status": "migrant"}] = 0.95

    with pytest.raises(
        DepletedCohortError, match=r"year 2028, catchment west, age 3, status migrant: .* Lower the dep"
    ):
        replace(good, departures=leave).project()


def test_transitions_are_pooled_to_rates_per_child():
    from seatcast.demography.transitions import transition_rates

    from .toy_bureau import toy_inputs

    inputs = toy_inputs()
    none = transition_rates(inputs, list(range(10)))
    rows = [(year, "migrant", "local", 120.0) for year in (2024, 2025, 2026)]
    given = inputs.replace(transitions=pd.DataFrame(rows, columns=["year", "from_status", "to_status", "children"]))

    rate = transition_rates(given, list(range(10)))

    assert float(none.sum()) == 0
    stock = inputs.children[(inputs.children["status"] == "migrant") & (inputs.children["age"] < 9)]
    at_risk = stock[stock["year"].isin([2023, 2024, 2025])]["children"].sum()
    born = inputs.births[(inputs.births["status"] == "migrant") & inputs.births["year"].isin([2024, 2025, 2026])][
        "births"
    ].sum()
    assert rate.sel(status="migrant", to_status="local").values == pytest.approx(np.full(10, 360 / (at_risk + born)))
    assert float(rate.sel(status="local").sum()) == 0
