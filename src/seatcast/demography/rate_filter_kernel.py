"""The loops of `filter_rates`, compiled; in a file of their own, since compiling is loaded only where it is used."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, error_model="numpy")
def fill(seen, noise, mu, phi, pushed, mean, variance, sigma2, likelihood, means, variances):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill in likelihood (chain, place), means and variances (year, chain, place); the rest as in `filter_rates`."""
    years, chains, places = means.shape
    for chain in range(chains):
        for place in range(places):
            usual, kept = mu[chain, place], phi[chain, place]
            middle, doubt, told = mean[chain, place], variance[chain, place], 0.0
            for t in range(years):
                if t:
                    middle = usual + kept * (middle - usual) + pushed[t - 1, chain, place]
                    doubt = kept**2 * doubt + sigma2[chain, place]
                counting = noise[t, place]  # 0 where the rate is exact, infinite where it is unknown
                total = doubt + counting
                gain, off = doubt / total, seen[t, place] - middle
                if np.isfinite(counting):
                    told += np.log(total) + off**2 / total
                middle += gain * off
                doubt = (1 - gain) * doubt if counting > 0 else 0.0
                means[t, chain, place], variances[t, chain, place] = middle, doubt
            likelihood[chain, place] = -told / 2
