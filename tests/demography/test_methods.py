"""Laws of the demographic methods that hold for any figures."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seatcast.demography.autoregression import autoregression
from seatcast.demography.figures import FigureError
from seatcast.demography.graduation import graduate
from seatcast.demography.gravity import fit_gravity
from seatcast.demography.net_to_gross import flow_difference, flows_between, net_to_gross
from seatcast.demography.raking import rake
from seatcast.demography.residual import child_migration, residual_migration
from seatcast.demography.schedule_fit import fit_schedule
from seatcast.demography.schedules import FUNDAMENTAL, RogersCastro

counts = st.floats(0, 1e6, allow_subnormal=False)
some = st.floats(0.1, 1e4)
nets = st.floats(-1e6, 1e6, allow_subnormal=False)
shares = st.floats(0.05, 1.2)


def table(values):
    labels = {"catchment": [f"c{i}" for i in range(values.shape[0])], "age": list(range(values.shape[1]))}
    return xr.DataArray(values, labels | {"status": ["local", "migrant"]}, ("catchment", "age", "status"))


tables = arrays(float, (3, 4, 2), elements=some).map(table)


@given(net=nets, came=counts, left=counts)
@example(net=-1e6, came=1e-3, left=1.0)
def test_net_is_arrivals_less_departures_and_their_product_stays(net, came, left):
    arrivals, departures = net_to_gross(net, came, left)

    assert arrivals >= 0
    assert departures >= 0
    assert arrivals - departures == pytest.approx(net, rel=1e-12, abs=1e-9)
    assert arrivals * departures == pytest.approx(came * left, rel=1e-9, abs=1e-300)


@given(
    lost=st.floats(-0.5, 0.79),
    people=arrays(float, 6, elements=st.floats(1, 1e4)),
    leaving=arrays(float, 6, elements=some),
)
def test_flows_by_age_add_up_to_the_net_and_empty_no_age(lost, people, leaving):
    net = -lost * people.sum()

    came, left = flow_difference(net, people, arrivals=FUNDAMENTAL.shares(range(6)), departures=leaving, response=0.0)

    assert came.sum() - left.sum() == pytest.approx(net, rel=1e-9, abs=1e-6)
    assert (left <= 0.8 * people + 1e-9).all()
    assert (came >= 0).all()


@given(seed=arrays(float, (4, 4), elements=some), net=arrays(float, 3, elements=st.floats(-100, 100)))
def test_flows_between_places_have_the_nets_and_keep_zeros(seed, net):
    np.fill_diagonal(seed, 0.0)
    nets = np.append(net, -net.sum())

    flows = flows_between(seed, nets)

    assert flows.sum(0) - flows.sum(1) == pytest.approx(nets, abs=1e-6)
    assert (np.diag(flows) == 0).all()


@given(
    before=arrays(float, 5, elements=counts),
    after=arrays(float, 5, elements=counts),
    survival=arrays(float, 5, elements=shares),
)
def test_survivors_and_migrants_are_the_later_count(before, after, survival):
    moved = residual_migration(before, after, survival)

    assert survival * before + moved.forward == pytest.approx(after, abs=1e-6)
    assert survival * (before + moved.reverse) == pytest.approx(after, abs=1e-6)


@given(children=counts, women=some, moved=nets)
def test_children_who_lived_the_whole_interval_move_as_their_mothers_do(children, women, moved):
    whole = child_migration(children, women, moved, age=10.0, years=10.0)

    assert whole == pytest.approx(children / women * moved)
    assert child_migration(children, women, moved, age=2.5, years=10.0) == pytest.approx(whole / 4)


@settings(max_examples=30)
@given(people=tables, factors=arrays(float, (3, 4), elements=st.floats(0.5, 2)))
def test_raking_meets_totals_that_some_table_meets(people, factors):
    other = people * xr.DataArray(factors, dims=("catchment", "age"))
    totals = other.sum(["age", "status"]), other.sum("catchment")

    raked = rake(people, *totals).table

    for total in totals:
        reached = raked.sum([dim for dim in raked.dims if dim not in total.dims])
        xr.testing.assert_allclose(reached, total, rtol=1e-8)


@settings(max_examples=30)
@given(people=tables)
def test_raking_to_its_own_totals_changes_nothing(people):
    raking = rake(people, people.sum("catchment"), people.sum(["age", "status"]))

    xr.testing.assert_allclose(raking.table, people, rtol=1e-12)
    assert raking.moved == pytest.approx(0, abs=1e-12)


@settings(max_examples=30)
@given(people=tables, order=st.permutations(range(3)))
def test_the_order_of_places_is_irrelevant_to_raking(people, order):
    totals = 2 * people.sum(["age", "status"]), xr.ones_like(people.sum("catchment")) * people.sum() / 4
    totals = totals[0], totals[1] * float(totals[0].sum()) / float(totals[1].sum())

    turned = rake(people.isel(catchment=order), *totals).table

    xr.testing.assert_allclose(turned, rake(people, *totals).table.isel(catchment=order), rtol=1e-9)


def test_totals_by_district_ride_on_catchments():
    people = table(np.ones((3, 4, 2))).assign_coords(district=("catchment", ["East", "West", "East"]))

    raked = rake(people, xr.DataArray([32.0, 4.0], {"district": ["East", "West"]})).table

    assert raked.sum(["age", "status"]).values.tolist() == [16.0, 4.0, 16.0]


def test_a_total_that_is_not_known_leaves_its_cells_free():
    raking = rake(table(np.ones((3, 4, 2))), xr.DataArray([16.0, np.nan, 8.0], {"catchment": ["c0", "c1", "c2"]}))

    assert raking.table.sum(["age", "status"]).values.tolist() == [16.0, 8.0, 8.0]
    assert raking.factors["factor"].tolist() == [2.0, 1.0, 1.0]
    assert "from 24 to 32" in raking.summary().sentence


def test_totals_that_no_table_meets_are_refused_with_their_place():
    people = xr.DataArray([[0.0, 1.0], [1.0, 1.0]], {"age": [6, 7], "to": ["Elm", "Oak"]})
    by_age, by_place = (
        (lambda *v: xr.DataArray(list(v), {"age": [6, 7]})),
        (lambda *v: xr.DataArray(list(v), {"to": ["Elm", "Oak"]})),
    )

    with pytest.raises(FigureError, match=r"total of all: 15 by age, 6 by to"):
        rake(people, by_age(10.0, 5.0), by_place(2.0, 4.0))
    with pytest.raises(FigureError, match=r"total of 6: 10, of which 4 cannot be met .* where the table is 0"):
        rake(people, by_age(10.0, 5.0), by_place(9.0, 6.0))
    with pytest.raises(FigureError, match=r"total of Elm: 3, but every cell of the table there is 0"):
        rake(people * [0.0, 1.0], by_place(3.0, 6.0))
    with pytest.raises(FigureError) as refused:
        rake(-people, xr.DataArray([1.0, 2.0], {"age": [6, 8]}), xr.DataArray([-1.0], {"sex": ["girls"]}))
    assert len(refused.value.problems) == 5


@given(
    a1=st.floats(0.001, 1), alpha1=st.floats(0.01, 1), a2=st.floats(0, 1), mu2=st.floats(15, 40), c=st.floats(0, 0.1)
)
def test_shares_of_a_schedule_sum_to_one(a1, alpha1, a2, mu2, c):
    schedule = RogersCastro(a1=a1, alpha1=alpha1, a2=a2, alpha2=0.1, mu2=mu2, lambda2=0.4, c=c)

    assert schedule.shares(range(18)).sum() == pytest.approx(1)
    assert schedule.child.rates(range(18)) == pytest.approx(a1 * np.exp(-alpha1 * np.arange(18)) + c)


def test_a_schedule_that_sums_to_nothing_is_refused():
    with pytest.raises(FigureError, match="schedule: it sums to nothing over these ages"):
        RogersCastro().shares(range(18))
    with pytest.raises(FigureError, match="2 problems"):
        RogersCastro(a1=-1.0, c=np.nan)


def test_every_fault_of_counts_by_age_is_told_at_once():
    with pytest.raises(FigureError) as refused:
        fit_schedule([1.0, -1.0, 2.0], [5.0, 5.0, 0.0], [0, 1, -2])
    assert len(refused.value.problems) == 3
    with pytest.raises(FigureError, match="'labour' is not known"):
        fit_schedule([1.0], [5.0, 5.0], [0], components=["labour"])


@given(groups=arrays(float, 6, elements=counts))
def test_single_ages_add_up_to_their_groups_and_none_is_negative(groups):
    first = [0, 1, 5, 10, 15, 20]

    single = graduate(pd.DataFrame({"East": groups}, index=first), end=25)["East"]

    assert (single >= 0).all()
    assert single.groupby(np.digitize(single.index, first)).sum().to_numpy() == pytest.approx(
        groups, rel=1e-9, abs=1e-6
    )


@given(rates=arrays(float, (8, 3), elements=st.floats(-0.1, 0.1)))
def test_each_place_has_its_own_autoregression(rates):
    assume((rates[:-1].std(0) > 1e-4).all())
    frame = pd.DataFrame(rates, range(2016, 2024), list("ABC"))

    alone = pd.concat([autoregression(frame[[place]]) for place in "CAB"])

    pd.testing.assert_frame_equal(alone, autoregression(frame).loc[list("CAB")], rtol=1e-6, atol=1e-8)


def test_rates_with_a_gap_in_the_years_are_refused():
    with pytest.raises(FigureError, match="2020 and 2022; years follow one another"):
        autoregression(pd.DataFrame({"East": [0.1, 0.2]}, index=[2020, 2022]))


def test_flows_with_effects_of_origin_and_destination_meet_their_totals():
    rng = np.random.default_rng(1)
    pairs = pd.MultiIndex.from_product([list("ABCD"), list("ABCD")], names=["origin", "destination"])
    pairs = pairs[pairs.get_level_values(0) != pairs.get_level_values(1)]
    flows = pd.Series(rng.poisson(40, len(pairs)).astype(float), pairs)
    terms = pd.DataFrame({"distance": rng.normal(size=len(pairs))}, pairs)

    expected = fit_gravity(flows, terms, effects=pairs.to_frame()).expected

    for side in ("origin", "destination"):
        assert expected.groupby(side).sum().to_numpy() == pytest.approx(flows.groupby(side).sum().to_numpy(), rel=1e-9)


def test_terms_that_cannot_be_told_apart_are_named():
    flows = pd.Series([3.0, 5.0, 8.0, 4.0])
    terms = pd.DataFrame({"miles": [1.0, 2.0, 4.0, 3.0], "km": [1.6, 3.2, 6.4, 4.8]})

    with pytest.raises(FigureError, match="terms miles, km: they cannot be told apart"):
        fit_gravity(flows, terms)


def test_impossible_nets_are_refused_with_their_place():
    with pytest.raises(FigureError, match=r"net \[0\] and \[1\]: no move of the seed leads there"):
        flows_between([[0, 0], [5, 0]], [-3, 3])
    with pytest.raises(FigureError, match="do not sum to 0"):
        flows_between([[0, 5], [5, 0]], [3, 3])
    with pytest.raises(FigureError, match=r"net: more would leave than 80%"):
        flow_difference(-95.0, [50.0, 50.0], arrivals=[1, 1], departures=[1, 1])
    with pytest.raises(FigureError, match=r"survival \[0\]: 0; a cohort without survivors"):
        residual_migration([5.0], [3.0], [0.0])
    with pytest.raises(FigureError, match=r"women: none, where there are children"):
        child_migration(5.0, 0.0, 1.0, age=2.5, years=10)
