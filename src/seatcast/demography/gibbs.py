"""One sweep of the Gibbs sampler of `autoregressive_hierarchy`, for all chains and places at a time."""

from __future__ import annotations

from math import exp, lgamma, log
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seatcast.demography.rate_filter import Path, draw_rates, filter_rates
from seatcast.demography.sampling import slice_sample, truncated_gamma, truncated_normal

if TYPE_CHECKING:
    from seatcast.demography.hierarchy import HierarchyPriors

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

LOWEST_SHAPE, HIGHEST_SHAPE = 1.0, 10.0  # a ~ U(1, 10): bayesMig
LEAST = 1e-12  # of a - 1: nearer the two cannot be told apart
PRIOR_YEARS = 4.0  # weight of the prior of shared shocks


class Groups:
    """Places under their labels, and sums over each label: in a fixed order, so the same on any machine."""

    def __init__(self, codes: Labels) -> None:
        self.codes = codes
        self.order = np.argsort(codes, kind="stable")
        self.starts = np.searchsorted(codes[self.order], np.arange(codes.max() + 1))
        self.sizes = np.bincount(codes).astype(float)

    def sum(self, values: Floats) -> Floats:
        """Return (..., label) of (..., place)."""
        return np.asarray(np.add.reduceat(values[..., self.order], self.starts, axis=-1))


class Sampler:
    """The state of all chains; `sweep` draws each part given all others.

    Rates and noise are (year, place), the noise infinite where a rate is unknown; labels are whole numbers (place).
    """

    def __init__(
        self,
        rates: Floats,
        noise: Floats,
        districts: Labels | None,
        shared: list[Labels],
        priors: HierarchyPriors,
        chains: int,
        rng: np.random.Generator,
    ) -> None:
        self.rng, self.priors = rng, priors
        years, places = rates.shape
        self.noise, self.seen = noise, np.where(np.isfinite(noise), rates, 0.0)
        self.uncertain = bool((noise > 0).any())
        self.districts = None if districts is None else Groups(districts)
        self.shared = [Groups(codes) for codes in shared]
        self.start_groups = Groups(np.zeros(places, np.int64) if districts is None else districts)
        usual = np.clip(np.nanmean(rates), *priors.level)
        scale = float(np.clip(np.nanstd(rates), min(10 * priors.floor, priors.spread), priors.spread))
        of_place = np.array([np.mean(r[np.isfinite(r)]) if np.isfinite(r).any() else usual for r in rates.T])
        filled = np.where(np.isfinite(rates), rates, of_place)
        size = (chains, places)
        self.x = np.repeat(filled[:, None], chains, axis=1)  # (year, chain, place)
        self.mu = of_place + scale * rng.uniform(-1, 1, size)
        self.phi = rng.uniform(0.1, 0.9, size)
        self.sigma2 = (scale * rng.uniform(0.3, 1.0, size)) ** 2
        self.level = np.full(chains, usual)
        self.spread = scale * rng.uniform(0.3, 1.0, chains)
        self.by_district = np.repeat(self.level[:, None], 1 if districts is None else len(self.start_groups.sizes), 1)
        self.district_spread = self.spread.copy()
        self.above = rng.uniform(0.1, 2.0, chains)  # a - 1
        self.b = np.minimum(self.above * priors.shock * 0.5, self.sigma2.mean(1))
        self.start = np.repeat(self.level[:, None], len(self.start_groups.sizes), 1)
        self.start_spread = self.spread.copy()
        self.common = [np.zeros((years - 1, chains, len(g.sizes))) for g in self.shared]
        self.kappa2 = [np.full(chains, priors.common**2) for _set in self.shared]

    @property
    def a(self) -> Floats:
        """Shape of the places' variances, (chain)."""
        return LOWEST_SHAPE + self.above

    def sweep(self) -> None:
        """Draw every part once."""
        if self.uncertain:
            self._start()
            self._unseen()
        pushed = self._pushed()
        self._own(pushed)
        self._shared()
        self._levels()
        self._slide()
        self._shocks()

    def state(self) -> dict[str, Floats]:
        """Return copies: mu, phi, sigma, last (chain, place); the rest (chain)."""
        whole = {"level": self.level, "spread": self.spread, "a": self.a, "b": self.b}
        if self.districts is not None:
            whole["districts"] = self.district_spread
        whole |= {f"common {k + 1}": np.sqrt(kappa2) for k, kappa2 in enumerate(self.kappa2)}
        own = {"mu": self.mu, "phi": self.phi, "sigma": np.sqrt(self.sigma2), "last": self.x[-1]}
        return {name: value.copy() for name, value in (own | whole).items()}

    def _pushed(self) -> Floats:
        """Return the shared shocks as each place feels them, (year - 1, chain, place)."""
        out = np.zeros((len(self.x) - 1, *self.mu.shape))
        for shocks, group in zip(self.common, self.shared, strict=True):
            out += shocks[..., group.codes]
        return out

    def _own(self, pushed: Floats) -> None:
        """Draw each place's level, persistence and variance."""
        lag, now = self.x[:-1], self.x[1:] - pushed
        n = len(lag)
        prior = self.by_district if self.districts is None else self.by_district[:, self.districts.codes]
        weight = 1 / self.spread[:, None] ** 2
        back = 1 - self.phi
        precision = n * back**2 / self.sigma2 + weight
        mean = (back * (now - self.phi * lag).sum(0) / self.sigma2 + prior * weight) / precision
        self.mu = mean + self.rng.standard_normal(mean.shape) / np.sqrt(precision)
        lag, now = lag - self.mu, now - self.mu
        square = np.maximum((lag**2).sum(0), 1e-300)
        self.phi = truncated_normal((lag * now).sum(0) / square, np.sqrt(self.sigma2 / square), 0.0, 1.0, self.rng)
        shape = np.broadcast_to(self.a[:, None] + n / 2, self.mu.shape)
        rate = self.b[:, None] + ((now - self.phi * lag) ** 2).sum(0) / 2
        precise = self.rng.standard_gamma(shape) / rate
        most = self.priors.floor**-2
        over = precise > most  # a draw beyond the bound is drawn again from within it
        if over.any():
            precise[over] = truncated_gamma(shape[over], rate[over], most, self.rng)
        self.sigma2 = 1 / precise

    def _shared(self) -> None:
        """Draw the shared shocks, set by set, and their variances."""
        if not self.shared:
            return
        residual = self.x[1:] - self.mu - self.phi * (self.x[:-1] - self.mu) - self._pushed()
        for k, group in enumerate(self.shared):
            residual = residual + self.common[k][..., group.codes]
            precision = group.sum(1 / self.sigma2) + 1 / self.kappa2[k][:, None]
            mean = group.sum(residual / self.sigma2) / precision
            self.common[k] = mean + self.rng.standard_normal(mean.shape) / np.sqrt(precision)
            residual = residual - self.common[k][..., group.codes]
            shape = PRIOR_YEARS / 2 + len(residual) * len(group.sizes) / 2
            rate = PRIOR_YEARS * self.priors.common**2 / 2 + (self.common[k] ** 2).sum((0, 2)) / 2
            self.kappa2[k] = rate / self.rng.standard_gamma(shape, len(rate))

    def _levels(self) -> None:
        """Draw the levels of districts and of the whole, and how far places and districts lie apart."""
        if self.districts is None:
            members, spread = self.mu, self.spread
        else:
            group = self.districts
            tight, wide = self.spread[:, None] ** -2, self.district_spread[:, None] ** -2
            precision = group.sizes * tight + wide
            mean = (group.sum(self.mu) * tight + self.level[:, None] * wide) / precision
            self.by_district = mean + self.rng.standard_normal(mean.shape) / np.sqrt(precision)
            members, spread = self.by_district, self.district_spread
        sd = spread / np.sqrt(members.shape[1])
        self.level = truncated_normal(members.mean(1), sd, *self.priors.level, self.rng)
        if self.districts is None:
            self.by_district = self.level[:, None]
            prior = self.by_district
        else:
            self.district_spread = self._spread(self.by_district - self.level[:, None], self.district_spread)
            prior = self.by_district[:, self.districts.codes]
        self.spread = self._spread(self.mu - prior, self.spread)

    def _slide(self) -> None:
        """Draw level and spreads once more, the places moving along: mu is kept as base + value times direction.

        Short records leave the levels of places to the hierarchy, and the hierarchy to them; each alone could hardly
        move (interweaving, Yu and Meng 2011).
        """
        lag, now = self.x[:-1], self.x[1:] - self._pushed()
        back = 1 - self.phi
        weight = len(lag) * back**2 / self.sigma2
        pull = back * (now - self.phi * lag).sum(0) / self.sigma2

        def drawn(base: Floats, direction: Floats, low: float, high: float) -> Floats:
            precision = np.maximum((weight * direction**2).sum(1), 1e-30)
            mean = ((pull - weight * base) * direction).sum(1) / precision
            return truncated_normal(mean, precision**-0.5, low, high, self.rng)[:, None]

        level = drawn(self.mu - self.level[:, None], np.ones_like(self.mu), *self.priors.level)
        shift = level - self.level[:, None]
        self.mu, self.by_district, self.level = self.mu + shift, self.by_district + shift, level[:, 0]
        if self.districts is not None:
            away = (self.by_district - level) / self.district_spread[:, None]
            direction = away[:, self.districts.codes]
            rest = self.mu - self.district_spread[:, None] * direction
            spread = drawn(rest, direction, 1e-6 * self.priors.spread, self.priors.spread)
            self.mu, self.by_district, self.district_spread = (
                rest + spread * direction,
                level + spread * away,
                spread[:, 0],
            )
        centre = self.by_district if self.districts is None else self.by_district[:, self.districts.codes]
        direction = (self.mu - centre) / self.spread[:, None]
        spread = drawn(centre + np.zeros_like(self.mu), direction, 1e-6 * self.priors.spread, self.priors.spread)
        self.mu, self.spread = centre + spread * direction, spread[:, 0]

    def _shocks(self) -> None:
        """Draw shape and scale of the places' variances: a by its logarithm above 1, where its density is smooth."""
        places = self.mu.shape[1]
        precision, log_precision = (1 / self.sigma2).sum(1), -np.log(self.sigma2).sum(1)
        self.b = truncated_gamma(places * self.a + 1, precision, self.above * self.priors.shock, self.rng)
        self.b = np.maximum(self.b, 1e-300)
        high = np.full(len(self.a), np.log(HIGHEST_SHAPE - LOWEST_SHAPE))

        precisions, logs, scales = precision.tolist(), log_precision.tolist(), self.b.tolist()

        def density(a: float, b: float, chain: int) -> float:
            value: float = places * (a * log(b) - lgamma(a)) + a * logs[chain]
            return value

        def with_scale(z: float, chain: int) -> float:  # b stays
            return density(LOWEST_SHAPE + exp(z), scales[chain], chain)

        def with_mean(z: float, chain: int) -> float:  # the mean variance b / (a - 1) stays; uniform, whatever a
            b = scales[chain] / above[chain] * exp(z)
            value: float = density(LOWEST_SHAPE + exp(z), b, chain) - b * precisions[chain] + z
            return value

        z = slice_sample(
            with_scale, np.log(self.above), np.log(np.maximum(self.b / self.priors.shock, LEAST)), high, self.rng
        )
        self.above = np.exp(z)
        above = self.above.tolist()
        z = slice_sample(with_mean, z, np.full(len(z), np.log(LEAST)), high, self.rng)
        self.b = self.b / self.above * np.exp(z)
        self.above = np.exp(z)

    def _start(self) -> None:
        """Draw mean and spread of the first year's rates."""
        group, first = self.start_groups, self.x[0]
        sd = self.start_spread[:, None] / np.sqrt(group.sizes)
        self.start = truncated_normal(group.sum(first) / group.sizes, sd, *self.priors.level, self.rng)
        self.start_spread = self._spread(first - self.start[:, group.codes], self.start_spread)

    def _spread(self, deviation: Floats, at: Floats) -> Floats:
        """Draw a standard deviation, uniform below the prior's bound, of deviations (chain, member)."""
        n, square = deviation.shape[1], (deviation**2).sum(1) / 2
        low, high = np.full(len(at), 1e-6 * self.priors.spread), np.full(len(at), self.priors.spread)
        squares = square.tolist()
        return slice_sample(lambda s, chain: -n * log(s) - squares[chain] / s**2, at, low, high, self.rng)

    def _unseen(self) -> None:
        """Draw variances and true rates together: the variances with the rates integrated out, then the rates.

        Given one path of true rates a variance could hardly move, nor all variances together; both are proposed on the
        logarithm, with steps of all sizes, and judged by the likelihood of the counted rates (Metropolis).
        """
        rng = self.rng
        start, spread = self.start[:, self.start_groups.codes], self.start_spread[:, None] ** 2
        path = Path(self.mu, self.phi, self._pushed(), start, np.broadcast_to(spread, start.shape))
        now = filter_rates(self.seen, self.noise, path, self.sigma2)
        step = rng.standard_normal(self.mu.shape) * 10 ** rng.uniform(-1, 0.5, self.mu.shape)
        proposal = self.sigma2 * np.exp(step)
        then = filter_rates(self.seen, self.noise, path, proposal)
        gain = then.likelihood - now.likelihood
        gain += -self.a[:, None] * step - self.b[:, None] * (1 / proposal - 1 / self.sigma2)
        taken = (np.log(rng.random(gain.shape)) < gain) & (proposal > self.priors.floor**2)
        self.sigma2, now = np.where(taken, proposal, self.sigma2), now.where(taken, then)
        step = rng.standard_normal(len(self.b)) * 10 ** rng.uniform(-2, 0, len(self.b))
        factor = np.exp(step)
        then = filter_rates(self.seen, self.noise, path, self.sigma2 * factor[:, None])
        odds = (then.likelihood - now.likelihood).sum(1) + step
        allowed = (self.b * factor < self.above * self.priors.shock) & (
            self.sigma2.min(1) * factor > self.priors.floor**2
        )
        larger = allowed & (np.log(rng.random(len(odds))) < odds)
        factor = np.where(larger, factor, 1.0)
        self.b, self.sigma2, now = self.b * factor, self.sigma2 * factor[:, None], now.where(larger[:, None], then)
        self.x = draw_rates(now, path, self.sigma2, rng.standard_normal(self.x.shape))
