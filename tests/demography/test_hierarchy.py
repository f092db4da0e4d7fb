"""The autoregressive hierarchy: what its draws promise, on made rates of known truth."""

import numpy as np
import pandas as pd
import pytest

from seatcast.demography.figures import FigureError
from seatcast.demography.hierarchy import HierarchyPriors, autoregressive_hierarchy, counting_noise, split_rhat
from seatcast.demography.sampling import slice_sample, truncated_gamma, truncated_normal

PRIORS = HierarchyPriors(level=(-1.0, 1.0), spread=1.0, shock=0.25, common=0.3, floor=0.05)


def made(rng, *, places=8, years=6, ahead=2, noisy=True):
    """Draw a truth from the priors, and rates that are counted with noise, some exactly, some not at all."""
    district = np.arange(places) % 2
    level, apart, spread = rng.uniform(-1, 1), rng.uniform(), rng.uniform()
    mu = rng.normal(rng.normal(level, apart, 2)[district], spread)
    phi, a, mean = rng.uniform(size=places), rng.uniform(1.2, 10), rng.uniform(0.02, 0.25)
    sigma = np.maximum(rng.gamma(a, 1 / ((a - 1) * mean), places) ** -0.5, PRIORS.floor)
    common = rng.normal(0, np.sqrt(2 * PRIORS.common**2 / rng.gamma(2)), years + ahead)
    x = np.empty((years + ahead, places))
    x[0] = rng.normal(rng.uniform(-1, 1, 2)[district], rng.uniform())
    for t in range(1, len(x)):
        x[t] = mu + phi * (x[t - 1] - mu) + common[t] + rng.normal(0, sigma)
    noise = rng.uniform(0.05, 1.5, (years, places)) ** 2 * (rng.random((years, places)) > 0.2) * noisy
    counted = x[:years] + rng.normal(size=noise.shape) * np.sqrt(noise)
    counted[rng.random(noise.shape) < 0.15 * noisy] = np.nan
    index = range(2020, 2020 + years)
    return x, mu, phi, sigma, pd.DataFrame(counted, index), pd.DataFrame(noise, index), district


def fitted(rates, noise, district, rng, **options):
    return autoregressive_hierarchy(
        rates, noise=noise, districts=district, shared=[[0] * rates.shape[1]], priors=PRIORS, rng=rng, **options
    )


def test_paths_go_on_from_the_last_rate():
    *_, rates, noise, district = made(np.random.default_rng(3))
    fit = fitted(rates, noise, district, np.random.default_rng(5), draws=1000, warmup=100, thin=1)
    mu, phi, last = fit.mu.values, fit.phi.values, fit.last.values

    step = fit.paths(1, np.random.default_rng(1)).values[0] - (mu + phi * (last - mu))

    due = fit.sigma.values**2 + fit.whole["common 1"].to_numpy() ** 2
    assert (step / np.sqrt(due)).std() == pytest.approx(1, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("noisy", [True, False])
def test_the_truth_has_any_rank_among_the_draws(noisy):
    """Simulation-based calibration: ranks of truths drawn from the priors are uniform (Talts et al. 2018)."""
    rng = np.random.default_rng(1)
    ranks = []
    for _world in range(100):
        x, mu, phi, sigma, rates, noise, district = made(rng, noisy=noisy)
        fit = fitted(rates, noise, district, rng, draws=99, warmup=300, thin=8)
        paths = fit.paths(2, rng).values
        truths = [(fit.mu, mu), (fit.phi, phi), (fit.sigma, sigma), (paths[0], x[-2]), (paths[1], x[-1])]
        ranks.append([int((np.asarray(draws)[0] < truth[0]).sum()) for draws, truth in truths])
    counts = np.array([np.histogram(column, bins=5, range=(0, 100))[0] for column in np.array(ranks).T])

    assert (((counts - 20) ** 2 / 20).sum(axis=1) < 18.5).all()  # chi-square of 4 degrees, 1 in 1,000


def test_the_same_seed_gives_the_same_draws():
    *_, rates, noise, district = made(np.random.default_rng(3))
    one, two = (
        fitted(rates, noise, district, np.random.default_rng(5), draws=20, warmup=20, thin=1) for _run in range(2)
    )

    assert (one.mu.values == two.mu.values).all()
    assert (one.paths(3, np.random.default_rng(1)).values == two.paths(3, np.random.default_rng(1)).values).all()
    assert one.whole.columns.tolist() == ["level", "spread", "a", "b", "districts", "common 1"]


def test_an_exact_rate_is_its_own_state_and_an_unknown_year_is_imputed():
    *_, rates, _noise, district = made(np.random.default_rng(3), noisy=False)
    rates.iloc[-1, 0] = rates.iloc[2, 1] = np.nan

    fit = fitted(rates, None, district, np.random.default_rng(5), draws=200, warmup=100)

    assert fit.last.values[1:] == pytest.approx(np.repeat(rates.to_numpy()[-1, 1:, None], 200, 1))
    assert fit.last.values[0].std() > 0.05


def test_noise_of_small_counts_is_not_taken_for_shocks():
    """120 places of 100 people: the spread of yearly shocks is known to be 0.01, chance adds 0.02 to it."""
    rng = np.random.default_rng(7)
    true = 0.05 + np.cumsum(rng.normal(0, 0.01, (8, 120)) * 0.7 ** np.arange(8)[:, None], axis=0)
    moves = pd.DataFrame(rng.poisson(100 * np.maximum(true, 0.001)), range(2018, 2026)).astype(float)
    at_risk = moves * 0 + 100
    priors = HierarchyPriors(level=(0.0, 0.2), spread=0.1, shock=0.01)

    def sigma(noise):
        fit = autoregressive_hierarchy(
            moves / at_risk, noise=noise, priors=priors, draws=200, rng=rng, warmup=200, thin=2
        )
        return float(fit.sigma.mean())

    assert sigma(counting_noise(moves, at_risk)) < 0.012
    assert sigma(None) > 0.02


def test_shared_shocks_move_places_together_and_the_rest_apart():
    rng = np.random.default_rng(11)
    label = np.arange(30) % 2
    shocks = rng.normal(0, 0.02, (12, 2))[:, label] + rng.normal(0, 0.01, (12, 30))
    rates = pd.DataFrame(shocks, range(2014, 2026))

    fit = autoregressive_hierarchy(
        rates, shared=[label], priors=HierarchyPriors(common=0.02), draws=1000, rng=rng, warmup=300, thin=2
    )

    next_year = np.corrcoef(fit.paths(1, rng).values[0])
    assert next_year[label == 0][:, label == 0][np.triu_indices(15, 1)].mean() == pytest.approx(0.75, abs=0.15)
    assert abs(next_year[label == 0][:, label == 1].mean()) < 0.15


def test_places_are_drawn_to_their_district():
    rng = np.random.default_rng(13)
    district = np.repeat(["East", "West"], 20)
    level = np.where(district == "East", 0.03, -0.03)
    rates = pd.DataFrame(level + rng.normal(0, 0.01, (5, 40)), range(2021, 2026))
    rates.iloc[:, 0] = np.nan

    fit = autoregressive_hierarchy(rates, districts=district, draws=400, rng=rng, warmup=300, thin=2)

    assert float(fit.mu[0].mean()) == pytest.approx(0.03, abs=0.01)


def test_every_fault_of_the_rates_is_told_at_once():
    rates = pd.DataFrame({"East": [0.1, np.inf], "West": [0.1, 0.2]}, index=[2020, 2022])

    with pytest.raises(FigureError) as refused:
        autoregressive_hierarchy(
            rates,
            draws=10,
            rng=np.random.default_rng(1),
            noise=-rates.abs(),
            districts=["one"],
            priors=HierarchyPriors(level=(1.0, 0.0)),
        )

    assert len(refused.value.problems) == 5
    with pytest.raises(FigureError, match=r"their mean, 2, is not one the priors allow, -0.4 to 0.4"):
        autoregressive_hierarchy(
            pd.DataFrame({"East": [1.0, 3.0]}, [2020, 2021]), draws=10, rng=np.random.default_rng(1)
        )


def test_draws_within_bounds_have_the_means_of_their_distributions():
    rng = np.random.default_rng(17)

    assert truncated_normal(np.zeros(100_000), 1.0, 0.0, 10.0, rng).mean() == pytest.approx(
        np.sqrt(2 / np.pi), abs=0.01
    )
    assert truncated_gamma(np.ones(100_000), 1.0, 1.0, rng).mean() == pytest.approx(1 - 1 / (np.e - 1), abs=0.01)
    far = truncated_gamma(np.full(100_000, 2000.0), 1.0, 1.0, rng)
    assert (1 - far).mean() == pytest.approx(1 / 1998, rel=0.02)
    x, kept = np.full(1000, 0.5), []
    for _step in range(100):
        x = slice_sample(lambda v, _chain: -3 * v, x, np.zeros(1000), np.full(1000, 50.0), rng)
        kept.append(x)
    assert np.mean(kept[50:]) == pytest.approx(1 / 3, abs=0.01)


def test_chains_that_disagree_show_in_r_hat():
    rng = np.random.default_rng(19)
    together = rng.normal(size=(500, 4))

    assert split_rhat(together) < 1.02
    assert split_rhat(together + np.array([0, 0, 0, 2])) > 1.2
