"""Yearly rates of many places, autoregressive in time and drawn towards each other: the Bayesian hierarchy."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import DRAW, YEAR, labelled
from seatcast.demography.autoregression import years_in_line
from seatcast.demography.figures import marked, outside, refuse
from seatcast.demography.gibbs import Sampler
from seatcast.language import _

Floats = npt.NDArray[np.float64]

CHAINS = 4
SHORTEST = 2  # years: one step, the rest is the hierarchy's


@dataclass(frozen=True)
class HierarchyPriors:
    """What is known of the rates before the record; the defaults are those of bayesMig for yearly net rates.

    Attributes
    ----------
    level : (low, high), unit of the rates
        Between which the places' common level lies.
    spread : float, unit of the rates
        Most standard deviation of levels between places (and between districts).
    shock : float, unit squared
        Most variance that a place's yearly shocks have on average.
    common : float, unit of the rates
        Standard deviation of a shared yearly shock if the record is silent; four years' weight.
    floor : float, unit of the rates
        Least standard deviation of a place's shocks.
    """

    level: tuple[float, float] = (-0.1, 0.1)
    spread: float = 0.1
    shock: float = 0.1
    common: float = 0.005
    floor: float = 1e-4


@dataclass(frozen=True, eq=False)
class RateHierarchy:
    """Joint posterior draws of an autoregressive hierarchy.

    Attributes
    ----------
    mu, phi, sigma : DataArray (place, draw)
        Level, persistence and spread of yearly shocks of each place.
    last : DataArray (place, draw), unit of the rates
        The rate itself in the last year on record, without the noise of its count; `year` is that year.
    whole : DataFrame
        A row a draw: level and spread between places; shape a and scale b of the shocks' variances; districts, the
        spread between them, and common 1, 2, ... the spread of shared shocks, where there are any.
    shared : tuple of (array (place), whole numbers)
        Of each set of shared shocks: which one a place takes part in.
    rhat : Series
        By parameter the largest split R-hat over places (Vehtari et al. 2021); above 1.05 take more draws or thin more.
    """

    mu: xr.DataArray
    phi: xr.DataArray
    sigma: xr.DataArray
    last: xr.DataArray
    whole: pd.DataFrame
    shared: tuple[npt.NDArray[np.int64], ...]
    rhat: pd.Series

    def __post_init__(self) -> None:
        for field in ("mu", "phi", "sigma", "last"):
            array = getattr(self, field)
            scalars = {name: array.coords[name] for name in array.coords if array.coords[name].ndim == 0}
            checked = labelled(array, "place", DRAW, unit="1" if field == "phi" else "rate").assign_coords(scalars)
            object.__setattr__(self, field, checked)

    def paths(self, years: int, rng: np.random.Generator) -> xr.DataArray:
        """Draw the rates of the years after the record, one future a posterior draw.

        Parameters
        ----------
        years : int
            How far.
        rng : Generator
            Shared shocks first, then the places' own, year by year.

        Returns
        -------
        DataArray (year, place, draw), unit of the rates
            Without the noise of counts, and not bounded: rates that must be positive are modelled in logarithms.
        """
        mu, phi, sigma = (self.mu.values, self.phi.values, self.sigma.values)
        state = self.last.values
        out = np.empty((years, *mu.shape))
        for t in range(years):
            state = mu + phi * (state - mu)
            for k, member in enumerate(self.shared):
                kappa = self.whole[f"common {k + 1}"].to_numpy()
                state = state + (kappa * rng.standard_normal((member.max() + 1, len(kappa))))[member]
            state = state + sigma * rng.standard_normal(sigma.shape)
            out[t] = state
        first = int(self.last[YEAR]) + 1
        coords = {YEAR: list(range(first, first + years)), "place": self.mu["place"].values}
        return xr.DataArray(out, coords, (YEAR, "place", DRAW))


def autoregressive_hierarchy(
    rates: pd.DataFrame,
    *,
    draws: int,
    rng: np.random.Generator,
    noise: pd.DataFrame | None = None,
    districts: Sequence[Hashable] | None = None,
    shared: Sequence[Sequence[Hashable]] = (),
    priors: HierarchyPriors | None = None,
    warmup: int = 500,
    thin: int = 5,
) -> RateHierarchy:
    r"""Fit yearly rates of many places at once, by Gibbs sampling.

    .. math::

        y_{ct} &= x_{ct} + N(0, v_{ct}) \\
        x_{ct} - \mu_c &= \phi_c (x_{c,t-1} - \mu_c) + \textstyle\sum_k f_{k(c),t} + N(0, \sigma_c^2) \\
        \mu_c &\sim N(\lambda_{d(c)}, \tau^2), \quad \phi_c \sim U(0, 1), \quad \sigma_c^2 \sim IG(a, b), \quad
        \lambda_d \sim N(\lambda, \omega^2)

    with :math:`\lambda \sim U(\text{level})`; :math:`\tau, \omega \sim U(0, \text{spread})`; :math:`a \sim U(1, 10)`;
    :math:`b \mid a \sim U(0, (a-1)\,\text{shock})`; :math:`f_{kt} \sim N(0, \kappa_k^2)`. With neither noise, districts
    nor shared shocks it is the model of Azose and Raftery (2015) as bayesMig has it, conditional on the first year.

    Noise is what chance makes of a small count; left out, it is taken for shocks and for quick return, and small
    places get intervals far too wide. The true rates are sampled with the rest (forward filtering, backward sampling).
    The first year's are drawn towards each other like the levels, with a mean and a spread of their own.

    Parameters
    ----------
    rates : DataFrame (year, place), of any unit
        Consecutive years down, a column a place; NaN = unknown. Positive rates (arrivals, departures) in logarithms.
    draws : int
        Joint posterior draws wanted, over four chains.
    rng : Generator
    noise : DataFrame (year, place), unit squared, optional
        Variance of the rates by chance, such as `counting_noise`; 0 where the rate is exact.
    districts : sequence (place), optional
        Of each place its district: places are drawn to their district's level, districts to the whole's.
    shared : sequence of sequences (place)
        Sets of shared shocks: places with one label move together, such as one label for the city, and the status.
    priors : HierarchyPriors, optional
        In the unit of the rates. For logarithms give all of them.
    warmup, thin : int
        Sweeps before the first draw is kept, and from one to the next.

    Returns
    -------
    RateHierarchy

    Raises
    ------
    FigureError
        Years with gaps, infinite rates, negative noise, labels of another length, priors that exclude all.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> rates = pd.DataFrame(rng.normal([0.01, -0.01, 0.0], 0.004, (10, 3)), range(2016, 2026), list("ABC"))
    >>> fit = autoregressive_hierarchy(rates, draws=400, rng=rng, warmup=200, thin=2)
    >>> bool(fit.mu.mean("draw").sel(place="A") > fit.mu.mean("draw").sel(place="B"))
    True
    >>> fit.paths(5, rng).sizes
    Frozen({'year': 5, 'place': 3, 'draw': 400})
    """
    priors = priors or HierarchyPriors()
    variance = pd.DataFrame(0.0, rates.index, rates.columns) if noise is None else noise
    refuse(
        years_in_line(rates, SHORTEST),
        outside(_("rates"), rates, unknown=True, remedy=_("Leave blank what is not known.")),
        outside(_("noise"), variance, low=0, unknown=True, remedy=_("A variance is 0 or more.")),
        marked(
            variance.shape != rates.shape
            or not (variance.index.equals(rates.index) and variance.columns.equals(rates.columns)),
            _("noise"),
            _("its years and places are not those of the rates. Give one variance a rate."),
        ),
        *(
            marked(len(labels) != rates.shape[1], name, _("not one label a place. Give every place its label."))
            for name, labels in [
                (_("districts"), rates.columns if districts is None else districts),
                *((_("shared shocks"), s) for s in shared),
            ]
        ),
        marked(
            not (
                priors.level[0] < priors.level[1] and min(priors.spread, priors.shock, priors.common, priors.floor) > 0
            ),
            _("priors"),
            _("bounds and spreads must leave room: low below high, spreads above 0. Widen them."),
        ),
        marked(rates.isna().all(axis=None), _("rates"), _("none is known. Give the rates of some years.")),
    )
    mean = float(np.nanmean(rates.to_numpy(float)))
    low, high = (bound + sign * 3 * priors.spread for bound, sign in zip(priors.level, (-1, 1), strict=True))
    refuse(
        marked(
            not low <= mean <= high,
            _("rates"),
            _(
                "their mean, {mean:g}, is not one the priors allow, {low:g} to {high:g}. Check the unit, or widen."
            ).format(mean=mean, low=low, high=high),
        )
    )
    codes = [pd.factorize(np.asarray(labels))[0] for labels in shared]
    groups = None if districts is None else pd.factorize(np.asarray(districts))[0]
    v = variance.where(rates.notna()).to_numpy(float)
    sampler = Sampler(rates.to_numpy(float), np.where(np.isnan(v), np.inf, v), groups, codes, priors, CHAINS, rng)
    for _sweep in range(warmup):
        sampler.sweep()
    kept: list[dict[str, Floats]] = []
    for _draw in range(-(-draws // CHAINS)):
        for _sweep in range(thin):
            sampler.sweep()
        kept.append(sampler.state())
    chains = {name: np.stack([state[name] for state in kept]) for name in kept[0]}  # (kept, chain, ...)
    flat = {name: x.reshape(-1, *x.shape[2:])[:draws] for name, x in chains.items()}
    by_place = {
        name: xr.DataArray(flat[name].T, {"place": rates.columns.to_numpy()}, ("place", DRAW))
        for name in ("mu", "phi", "sigma", "last")
    }
    return RateHierarchy(
        **by_place | {"last": by_place["last"].assign_coords({YEAR: int(rates.index[-1])})},
        whole=pd.DataFrame({name: x for name, x in flat.items() if x.ndim == 1}),
        shared=tuple(codes),
        rhat=pd.Series({name: split_rhat(x) for name, x in chains.items()}),
    )


def split_rhat(chains: Floats) -> float:
    """Return the largest split R-hat of (kept, chain, ...) draws: near 1 where all halves of chains tell the same.

    Examples
    --------
    >>> bool(split_rhat(np.random.default_rng(1).normal(size=(1000, 4))) < 1.01)
    True
    """
    half = len(chains) // 2
    if half < 2:
        return float("nan")
    parts = np.concatenate([chains[:half], chains[half : 2 * half]], axis=1)
    within = parts.var(0, ddof=1).mean(0)
    between = parts.mean(0).var(0, ddof=1)
    known = within > 1e-18 * (parts**2).mean((0, 1))  # what never varies has converged
    return float(np.sqrt((half - 1) / half + between[known] / within[known]).max()) if np.any(known) else 1.0


def counting_noise(moves: pd.DataFrame, at_risk: pd.DataFrame, *, weight: float = 10.0) -> pd.DataFrame:
    r"""Return the variance by chance of rates of moves per person at risk.

    .. math:: v_{ct} = \hat p_c / n_{ct}, \qquad
        \hat p_c = \frac{\sum_t m_{ct} + w}{\sum_t n_{ct} + w / \bar p}

    Poisson, around the place's own rate joined with the rate of all by `weight` moves: from the count itself it would
    be 0 where nobody happened to move.

    Parameters
    ----------
    moves, at_risk : DataFrame (year, place), people
    weight : float
        Moves.

    Returns
    -------
    DataFrame (year, place), rate squared
        Divide by the squared rate for rates in logarithms. NaN where nobody was at risk, or not known.

    Examples
    --------
    >>> moves, at_risk = pd.DataFrame({"A": [0, 4], "B": [50, 46]}), pd.DataFrame({"A": [40, 40], "B": [460, 460]})
    >>> counting_noise(moves, at_risk).round(5).to_dict("list")
    {'A': [0.00194, 0.00194], 'B': [0.00023, 0.00023]}
    """
    refuse(
        outside(_("moves"), moves, low=0, unknown=True, remedy=_("A count of moves is 0 or more.")),
        outside(_("people at risk"), at_risk, low=0, unknown=True, remedy=_("A count of people is 0 or more.")),
    )
    known = moves.notna() & (at_risk > 0)
    m, n = moves.where(known, 0.0), at_risk.where(known, 0.0)
    usual = m.to_numpy().sum() / max(n.to_numpy().sum(), 1e-300)
    rate = (m.sum() + weight) / (n.sum() + weight / usual) if usual > 0 else m.sum() * 0.0
    return (rate / at_risk.where(known)).where(known)
