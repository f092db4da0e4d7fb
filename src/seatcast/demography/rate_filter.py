"""True rates behind counted ones: filtered forward through the years, then drawn backward (Carter and Kohn 1994)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Path(NamedTuple):
    """How a true rate goes on from its year before: mu + phi (x - mu) + pushed, give or take its own shock.

    Attributes
    ----------
    mu, phi : (chain, place)
    pushed : (year - 1, chain, place), shocks in common
    mean, variance : (chain, place), of the first year
    """

    mu: Floats
    phi: Floats
    pushed: Floats
    mean: Floats
    variance: Floats


class Filtered(NamedTuple):
    """What the counts up to each year say of it.

    Attributes
    ----------
    likelihood : (chain, place), its logarithm, up to a constant
    means, variances : (year, chain, place)
    """

    likelihood: Floats
    means: Floats
    variances: Floats

    def where(self, taken: Flags, other: Filtered) -> Filtered:
        """Return these, and those of `other` where `taken`: places and chains are filtered apart from each other."""
        return Filtered(*(np.where(taken, there, here) for here, there in zip(self, other, strict=True)))


def filter_rates(seen: Floats, noise: Floats, path: Path, sigma2: Floats) -> Filtered:
    """Filter counted rates, (year, place), with the variances of their noise, infinite where a rate is unknown."""
    from seatcast.demography.rate_filter_kernel import fill

    shape = path.mu.shape
    told = Filtered(np.empty(shape), *np.empty((2, len(seen), *shape)))
    fill(seen, noise, path.mu, path.phi, path.pushed, path.mean, path.variance, sigma2, *told)
    return told


def draw_rates(filtered: Filtered, path: Path, sigma2: Floats, normals: Floats) -> Floats:
    """Draw the true rates, (year, chain, place), from the last year back to the first, with standard `normals`."""
    x = np.empty_like(normals)
    mu, phi = path.mu, path.phi
    x[-1] = filtered.means[-1] + np.sqrt(filtered.variances[-1]) * normals[-1]
    for t in range(len(x) - 2, -1, -1):
        mean, variance = filtered.means[t], filtered.variances[t]
        ahead = phi**2 * variance + sigma2
        gain = phi * variance / ahead
        mean = mean + gain * (x[t + 1] - (mu + phi * (mean - mu) + path.pushed[t]))
        x[t] = mean + np.sqrt(variance * sigma2 / ahead) * normals[t]
    return x
