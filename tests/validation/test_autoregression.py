"""Net migration of the United States' states agrees with lm of R and with bayesMig; skipped without their figures."""

import numpy as np
import pandas as pd
import pytest

from seatcast.demography.autoregression import autoregression
from seatcast.demography.hierarchy import autoregressive_hierarchy


@pytest.fixture(scope="module")
def rates(shared):
    table = pd.read_csv(shared / "demography-vectors/us_states_net_migration_rates_2001_2017.csv")
    return table.pivot(index="year", columns="name", values="net_mig_rate")


def test_least_squares_state_by_state(shared, rates):
    expected = pd.read_csv(shared / "demography-vectors/us_states_ar1_ols_expected.csv", index_col="name")

    fit = autoregression(rates)

    for name in ("mu", "phi", "sigma"):
        assert np.abs(fit[name] - expected[name]).max() <= 1e-10, name


@pytest.fixture(scope="module")
def states(rates):
    return autoregressive_hierarchy(rates, draws=2000, rng=np.random.default_rng(2026))


@pytest.mark.parametrize("name", ["mu", "phi", "sigma"])
def test_posterior_of_every_state(shared, states, name):
    posterior = pd.read_csv(shared / "demography-vectors/us_states_bayesmig_posterior_expected.csv")
    expected = posterior[posterior["param"] == f"{name}_c"].set_index("name")
    draws = getattr(states, name).to_pandas().loc[expected.index]

    assert (np.abs(draws.mean(axis=1) - expected["mean"]) / expected["sd"]).max() < 0.2
    assert (draws.std(axis=1) / expected["sd"]).between(0.9, 1.1).all()


def test_posterior_of_the_whole(shared, states):
    """The peer's own two chains differ by up to 0.18 standard deviations here."""
    posterior = pd.read_csv(shared / "demography-vectors/us_states_bayesmig_posterior_expected.csv")
    expected = posterior[posterior["name"] == "GLOBAL"].set_index("param")

    for ours, theirs in {"level": "mu_global", "spread": "sigma_mu", "a": "a", "b": "b"}.items():
        off = (states.whole[ours].mean() - expected.loc[theirs, "mean"]) / expected.loc[theirs, "sd"]
        assert abs(off) < 0.2, ours
    assert states.rhat.max() < 1.05
