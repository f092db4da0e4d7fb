"""The covering programme of a plan: which options to start when, at least cost and an accepted risk per place.

Symbols
-------
n a catchment's stage, p a school's stage, t a year of the plan, j an option
need[n, t]    seats missing at n, the (1 - risk) quantile of the draws
idle[p, t]    seats idle at p, the risk quantile of the draws
pupils[p, t]  pupils seated at p, the (1 - risk) quantile of the draws
add[j, t]     seats that j in service adds at its p; under an intake plan a grade's part more each year
take[j, t]    pupils of its p who must be seated elsewhere (closing), seats that must be idle or freed (conversion)
x[j, t] in {0, 1}    j starts in t; a[j, t] = sum of x[j, s] over the s whose service includes t
f[n, p, t]    children of n in seats added at a p of their reach; g[j, t] children in seats that access j opens
d[j, p, t]    pupils whom j displaced, in seats at p; u[n, t], v[j, t] needs and displaced pupils left uncovered

    min   sum (gamma spending[j, t] - gamma[T] salvage[j, t]) x[j, t] + price * sum gamma[t] (u[n, t] + v[j, t])
    s.t.  sum_p f[n, p, t] + sum_j g[j, t] + u[n, t] = need[n, t]
          sum_p d[j, p, t] + v[j, t] = take[j, t] a[j, t]
          sum_n f[n, p, t] <= sum_j add[j, t] a[j, t]
          sum_n f + sum_j g + sum_j d <= idle[p, t] (1 - closed[p, t]) + sum_j add[j, t] a[j, t]
          f[n, p, t] <= sum_j min(add[j, t], need[n, t]) a[j, t];  g[j, t] <= min(places[j], need[n, t]) a[j, t]
          spending up to t <= budget up to t (what is left is carried over); teachers in service <= teachers up to t
          sum_t x[j, t] <= 1;  x[j] + x[k] <= 1 if j excludes k;  x[j, t] <= sum_{s <= t} x[k, s] if j requires k

Where it approximates: the sum of quantiles over catchments is more than the quantile of the sum, so the plan is on the
safe side; children who would move along a chain of schools when seats open next door are not followed; idle seats may
be of another grade than the children who need them. The simulation of the plan under all draws has none of this.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatcast.planning.option import Effect, Option
from seatcast.planning.programme.formulation import Formulation
from seatcast.planning.programme.milp import Floats, Solution
from seatcast.planning.spending import spending

Place = tuple[str, str]  # a catchment or a school, and a stage


@dataclass(frozen=True, eq=False)
class Programme:
    """What the covering programme is told, in plain arrays; see the module for the symbols.

    Attributes
    ----------
    options : tuple of Option
    effects : tuple of Effect
        What each option does, in the order of the options.
    years : tuple of int
        Of the plan, rising without gaps.
    places, pools : tuple of (catchment, stage) and of (school, stage)
    need : (place, year), seats
    idle, pupils : (pool, year), seats and pupils
    reach : (place, pool), bool
        Who may attend where without any option in service.
    refuge : (pool, pool, year), bool
        Where pupils of a pool may go when their seats are taken away.
    filling : (pool,), years
        Until all seats added there can be used: where an intake plan limits the entry grade, they fill grade by grade.
    discount : (year,)
        Value now of money in the year.
    budget, teachers : (year,)
        New money and new teachers of each year; infinite where nothing limits them, NaN where nothing may start.
    price : float
        Money per seat-year left uncovered.
    """

    options: tuple[Option, ...]
    effects: tuple[Effect, ...]
    years: tuple[int, ...]
    places: tuple[Place, ...]
    pools: tuple[Place, ...]
    need: Floats
    idle: Floats
    pupils: Floats
    reach: npt.NDArray[np.bool_]
    refuge: npt.NDArray[np.bool_]
    filling: Floats
    discount: Floats
    budget: Floats
    teachers: Floats
    price: float

    def solve(self, *, seconds: float = np.inf, gap: float = 0.0, forbidden: frozenset[str] = frozenset()) -> Cover:
        """Return the best choice of options and start years.

        Parameters
        ----------
        seconds : float
            Time limit; the best plan found by then is returned with its gap.
        gap : float
            Relative gap at which the search ends.
        forbidden : frozenset of str
            Options left out.
        """
        model = Formulation(self, forbidden)
        solution = model.integer.solve(seconds=seconds, gap=gap, at=model.nothing())
        chosen = {key: solution.values[column] > 0.5 for key, column in model.start.items()}
        starts = {self.options[j].option: self.years[t] for (j, t), on in chosen.items() if on}
        uncovered, displaced = np.zeros_like(self.need), np.zeros((len(self.options), len(self.years)))
        for (n, t), column in model.uncovered.items():
            uncovered[n, t] = solution.values[column]
        for (j, t), column in model.displaced.items():
            displaced[j, t] = solution.values[column]
        return Cover(dict(sorted(starts.items())), uncovered, displaced, solution)

    def may_start(self, option: Option, t: int) -> bool:
        """Whether an option can be started in year number `t`, opens in time, and could be paid for.

        Starts that nobody could pay for are left out, so that an option out of reach changes nothing.
        """
        in_time = self.years[t] + option.lead_years <= self.years[-1]
        required = any(option.option in other.requires for other in self.options)
        return (in_time or required) and self._affordable(option, t)

    def coverable(self) -> npt.NDArray[np.bool_]:
        """Return whether any option could cover a need, (place, year), if it were started as soon as it may be."""
        found = np.zeros(self.need.shape, bool)
        pools, places = ({place: k for k, place in enumerate(of)} for of in (self.pools, self.places))
        for option, effect in zip(self.options, self.effects, strict=True):
            starts = [year for t, year in enumerate(self.years) if self.may_start(option, t)]
            served = [any(year in option.service(start) for start in starts) for year in self.years]
            for gain in effect.gains:
                found |= self.reach[:, [pools[gain.school, gain.stage]]] & np.array(served)
            for access in effect.opens:
                found[places[access.catchment, access.stage]] |= served
        return found

    def _affordable(self, option: Option, t: int) -> bool:
        """Whether all the money up to every year would pay for the option alone, with all that others save."""
        if np.isnan(self.budget[t]):
            return False
        spent, money = 0.0, float(self.budget[:t].sum())
        saving = -sum(min(other.running_cost, 0.0) for other in self.options)
        cost = spending(option, self.years[t], self.years).cost
        for k in range(t, len(self.years)):
            money += float(self.budget[k])
            spent += cost[k]
            if spent > money + saving * (k + 1) + 1e-9:
                return False
        return True


@dataclass(frozen=True, eq=False)
class Cover:
    """The programme's answer.

    Attributes
    ----------
    starts : dict of str to int
        Start year by option id.
    uncovered : (place, year), seats
        Need left uncovered at the accepted risk.
    displaced : (option, year), pupils
        Pupils whom an option displaced and who are left without a seat.
    solution : Solution
        Objective and proven bound.
    """

    starts: dict[str, int]
    uncovered: Floats
    displaced: Floats
    solution: Solution
