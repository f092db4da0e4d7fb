"""Net and gross migration agree with migest, United Nations manuals and exhaustive search; skipped without figures."""

import numpy as np
import pandas as pd
import pytest

from seatcast.demography.net_to_gross import flow_difference, flows_between, net_to_gross
from seatcast.demography.residual import child_migration, residual_migration

MOTHERS = {0: (2.5, slice(3, 9)), 1: (7.5, slice(4, 10))}  # rows of women 15-44 and 20-49
WAYS = ("forward", "reverse", "average")


@pytest.fixture(scope="module")
def vectors(shared):
    return shared / "demography-vectors"


@pytest.mark.parametrize("place", ["bombay", "manila", "manila_children", "alabama_white_male"])
def test_net_survivors(vectors, place):
    table = pd.read_csv(vectors / f"net_survivor_{place}.csv")
    before, after = (table[name] for name in table if name.startswith("pop_"))
    survival = next(table[name] for name in table if name.endswith("sr"))
    moved = residual_migration(before, after, survival)

    for way in WAYS:
        net = getattr(moved, way).copy()
        if place == "manila_children":
            for row, (age, women) in MOTHERS.items():
                net[row] = child_migration(after[row], after[women].sum(), net[women].sum(), age=age, years=10)
        expected = table[f"net_{way}"].to_numpy()
        unknown = np.isnan(net)
        assert np.abs(net - expected)[~unknown].max() <= 1e-9, way
        assert (expected[unknown] == 0).all()  # where the first count is unknown the peer says 0, seatcast unknown
        assert unknown.sum() == (2 if place == "manila" else 0)


def test_gross_flows_are_the_likeliest_with_the_net(vectors):
    table = pd.read_csv(vectors / "net_to_gross_poisson_mode.csv")
    came, left = net_to_gross(table["target_net"], table["base_in"], table["base_out"])

    assert came == pytest.approx(table["exact_inflow"].to_numpy(), rel=1e-12)
    assert left == pytest.approx(table["exact_outflow"].to_numpy(), rel=1e-12)
    assert np.abs(came - table["integer_mode_inflow"]).max() <= 1
    assert (np.floor(came + 1e-9) - table["integer_mode_inflow"]).isin([0, 1]).all()


def test_flows_between_places_from_their_nets(vectors):
    table = pd.read_csv(vectors / "net_matrix_ipf_4x4.csv")
    seed, expected = (table.pivot(index="orig", columns="dest", values=name).to_numpy() for name in ("seed", "n"))

    flows = flows_between(seed, table.groupby("dest")["net_dest"].first())

    assert np.abs(flows - expected).max() <= 1e-9


def test_flow_difference_with_the_schedules_of_bayespop(vectors):
    """No vectors of whole runs are at hand: the parameters and schedules of seven countries, and what must follow."""
    parameters = pd.read_csv(vectors / "fdm_parameters.csv").set_index("country_code")
    schedules = pd.read_csv(vectors / "fdm_in_out_age_schedules_annual.csv")

    for code, table in schedules.groupby("country_code"):
        b0, b1, least = parameters.loc[code, ["MigFDMb0", "MigFDMb1", "MigFDMmin"]]
        people = np.linspace(2000.0, 200.0, len(table))
        total = people.sum()
        for net in (-0.005 * total, 0.0, 0.02 * total):
            came, left = flow_difference(
                net,
                people,
                arrivals=table["in"],
                departures=table["out"],
                turnover=b0,
                response=b1,
                least=least,
            )
            assert came.sum() == pytest.approx(max(b0 * total + b1 * net, least * total, least * total + net))
            assert came.sum() - left.sum() == pytest.approx(net, abs=1e-9 * total)
            if (left < 0.8 * people).all():
                propensity = table["out"].to_numpy() * people
                assert left == pytest.approx(left.sum() * propensity / propensity.sum())
