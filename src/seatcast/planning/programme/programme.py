"""What the programme of a plan is told, and its answer.

Symbols
-------
w a future with weight pi[w], q a level of price, n a catchment's stage, p a school's stage, t a year, j an option
need[w, q, n, t]   children of n who have no seat under the rule, whose price is that of level q
idle[w, p, t]      seats idle at p;   pupils[w, p, t]  pupils seated there
late[w, j]         years by which j opens after plan
add[w, j, t]       seats that j in service adds at its p; under an intake plan a grade's part more each year
take[w, j, t]      pupils of its p who must be seated elsewhere (closing), seats that must be idle or freed (conversion)
x[j, t] in {0, 1}  j starts in t; a[w, j, t] = sum of x[j, s] over the s whose service in w includes t
u[w, q, t]         children of the levels up to q who are left without a seat, displaced pupils among them

    min   sum cost[j, t] x[j, t] + sum gamma[t] (price[q] - price[q + 1]) ((1 - omega) E u[w, q, t] + omega CVaR)
    s.t.  x[j] once; excludes, requires; no seats are added where a school is closed
          spending up to t <= budget up to t (what is left is carried over); teachers in service <= teachers up to t
          u[w, q, t] >= children on the cut's side - seats it crosses, for every cut of the network of `seating`
          limits on E u and on idle seats

cost is what an option spends in and before each year, discounted, less what keeps a value after the last. CVaR is the
mean, over the worst futures, of what is left out at its price. Prices fall from level to level, so that the sum is
convex in the starts, and exact: each level's u is a flow of its own, of all children whose price is at least as high.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seatcast.planning.option import Effect, Option
from seatcast.planning.programme.benders import Progress, solve
from seatcast.planning.programme.cover import Cover
from seatcast.planning.programme.milp import EVERY, Floats, Numbers, Solution
from seatcast.planning.spending import spending

if TYPE_CHECKING:
    from seatcast.planning.programme.priced import Priced
    from seatcast.planning.programme.seating import Seating

Place = tuple[str, str]  # a catchment or a school, and a stage
Flags = npt.NDArray[np.bool_]
UNLIMITED = float("inf")


@dataclass(frozen=True, eq=False)
class Programme:
    """What the programme is told, in plain arrays; see the module for the symbols.

    Attributes
    ----------
    options : tuple of Option
    effects : tuple of Effect
        What each option does, in the order of the options.
    years : tuple of int
        Of the plan, rising without gaps.
    places, pools : tuple of (catchment, stage) and of (school, stage)
    weight : (future,)
        Their sum is 1.
    need : (future, level, place, year), children
        Who have no seat, by level of price, the dearest first.
    idle, pupils : (future, pool, year), seats and pupils
    late : (future, option), years
    reach, open : (place, pool), bool
        Whose children may take seats that are added, and whose may take seats that are there, without any option.
    refuge : (pool, pool, year), bool
        Where pupils of a pool may go when their seats are taken away.
    filling : (pool,), years
        Until all seats added there can be used: where an intake plan limits the entry grade, they fill grade by grade.
    discount : (year,)
        Value now of money in the year.
    budget, teachers : (year,)
        New money and new teachers of each year; infinite where nothing limits them, NaN where nothing may start.
    price : (level,), money
        Per child and year left without a seat, falling.
    tiers : tuple of tuple of str
        Of each level.
    tail_weight, tail : float
        Weight of the worst futures beside the mean over all, and their share.
    committed, forbidden : mapping of str to int, frozenset of str
        Options that start in a given year, and such that do not start.
    most_left : (year,), children
        Expected number left without a seat at most; empty where nothing limits it.
    most_idle : float
        Share of all seats that are expected to stand idle in a year, at most.
    way : (place, pool), money
        Per child and year on the way from a place to a school's stage, infinite where there is none; None where ways
        cost nothing.
    undivided : bool
        Whether all children of a place without a seat go to one school, or none of them, where ways are priced.
    """

    options: tuple[Option, ...]
    effects: tuple[Effect, ...]
    years: tuple[int, ...]
    places: tuple[Place, ...]
    pools: tuple[Place, ...]
    weight: Floats
    need: Floats
    idle: Floats
    pupils: Floats
    late: Numbers
    reach: Flags
    open: Flags
    refuge: Flags
    filling: Floats
    discount: Floats
    budget: Floats
    teachers: Floats
    price: Floats
    tiers: tuple[tuple[str, ...], ...]
    tail_weight: float = 0.0
    tail: float = 0.1
    committed: Mapping[str, int] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    most_left: Floats = field(default_factory=lambda: np.zeros(0))
    most_idle: float = UNLIMITED
    way: Floats | None = None
    undivided: bool = False

    @cached_property
    def starts(self) -> tuple[tuple[int, int], ...]:
        """The choices: option and year numbers of each start that may be made."""
        return tuple(
            (j, t)
            for j, option in enumerate(self.options)
            if option.option not in self.forbidden
            for t, year in enumerate(self.years)
            if (self.committed[option.option] == year if option.option in self.committed else self.may_start(option, t))
        )

    @cached_property
    def cost(self) -> Floats:
        """What each start costs, expected and discounted, less what keeps a value: (start,)."""
        worth = np.zeros(len(self.starts))
        for k, (j, t) in enumerate(self.starts):
            for late, weight in self._lateness(j):
                of = spending(self.options[j], self.years[t], self.years, late)
                worth[k] += weight * (self.discount @ of.cost - self.discount[-1] * of.salvage)
        return worth

    def solve(
        self,
        *,
        seconds: float = np.inf,
        nodes: int = EVERY,
        gap: float = 0.0,
        begin: Mapping[str, int] | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Cover:
        """Return the best choice of options and start years.

        Parameters
        ----------
        seconds : float
            Time limit; the best plan found by then is returned with its gap.
        nodes : int
            Branches that the solver may look at: a limit that is the same on every machine.
        gap : float
            Relative gap to which the plan is proven.
        begin : mapping of str to int, optional
            A plan to begin with: start year by option id.
        progress : callable, optional
            Told of bound, best plan and number of cuts after every round.

        Raises
        ------
        InfeasibleError
            If no plan keeps the limits.
        """
        from seatcast.planning.programme.choices import Choices

        seating = self.later()
        choices = Choices(self, seating)
        first = self.chosen({} if begin is None else begin)
        master, theta = choices.master, choices.theta
        solution = solve(master, theta, seating, seconds=seconds, nodes=nodes, gap=gap, start=first, progress=progress)
        x = solution.values[: len(self.starts)]
        return Cover(self.begun(x), *seating.left_at(x), solution)

    def weigh(self, starts: Mapping[str, int]) -> Cover:
        """Return what a plan costs and leaves in these futures, with no bound.

        Whether it keeps the limits is not asked.
        """
        seating = self.later()
        x = self.chosen(starts)
        worth = float(self.cost @ x + seating.price @ seating.at(x).value)
        return Cover(dict(sorted(starts.items())), *seating.left_at(x), Solution(x, worth, -np.inf))

    def of_futures(self, some: Sequence[int] | Numbers) -> Programme:
        """Return the programme of some of the futures alone, their weights in proportion.

        Limits on children left and on idle seats are of all futures together, and no part can be held to them.
        """
        at = np.asarray(some, np.int64)
        weight = self.weight[at] / self.weight[at].sum()
        need, idle, pupils = (of[at] for of in (self.need, self.idle, self.pupils))
        late, free = self.late[at], np.zeros(0)
        return replace(
            self, weight=weight, need=need, idle=idle, pupils=pupils, late=late, most_left=free, most_idle=UNLIMITED
        )

    def rich(self) -> Programme:
        """Return the programme with all the money there could be, in the years whose money is known."""
        return replace(self, budget=np.where(np.isnan(self.budget), np.nan, np.inf))

    def spent(self, starts: Mapping[str, int]) -> float:
        """Return what a plan costs: expected and discounted, less what keeps a value."""
        return float(self.cost @ self.chosen(starts))

    def left(self, cover: Cover) -> float:
        """Return the expected child-years without a seat that a plan leaves."""
        return float(self.weight @ cover.left[:, -1].sum(axis=1))

    def idle_seats(self, cover: Cover) -> float:
        """Return the expected seat-years that stand idle under a plan."""
        from seatcast.planning.programme.seating import Seating

        x = np.append(1.0, self.chosen(cover.starts))
        seating = Seating(self)
        return self.left(cover) + sum(float(seating.expected_seats(t)[0] @ x) for t in range(len(self.years)))

    def begun(self, x: Floats) -> dict[str, int]:
        """Return choices, (start,), as a plan: start year by option id."""
        started = {
            self.options[j].option: int(self.years[t]) for (j, t), on in zip(self.starts, x, strict=True) if on > 0.5
        }
        return dict(sorted(started.items()))

    def chosen(self, starts: Mapping[str, int]) -> Floats:
        """Return a plan as choices, (start,): those committed and those of `starts` that may be made."""
        wanted = {**starts, **self.committed}
        return np.array(
            [float(wanted.get(self.options[j].option) == self.years[t]) for j, t in self.starts], dtype=float
        )

    def may_start(self, option: Option, t: int) -> bool:
        """Whether an option can be started in year number `t`, opens in time, and could be paid for.

        Starts that nobody could pay for are left out, so that an option out of reach changes nothing.
        """
        in_time = self.years[t] + option.lead_years <= self.years[-1]
        required = any(option.option in other.requires for other in self.options)
        return (in_time or required) and self._affordable(option, t)

    def coverable(self) -> Flags:
        """Return whether any option could cover a need, (place, year), if it were started as soon as it may be."""
        found = np.zeros((len(self.places), len(self.years)), bool)
        pools, places = ({place: k for k, place in enumerate(of)} for of in (self.pools, self.places))
        for j, effect in enumerate(self.effects):
            starts = [self.years[t] for i, t in self.starts if i == j]
            served = [any(year in self.options[j].service(start) for start in starts) for year in self.years]
            for gain in effect.gains:
                pool = pools[gain.school, gain.stage]
                found |= (self.reach | self.open)[:, [pool]] & np.array(served)
            for access in effect.opens:
                found[places[access.catchment, access.stage]] |= served
        return found

    def later(self) -> Seating | Priced:
        """Return the second stage."""
        from seatcast.planning.programme.priced import Priced
        from seatcast.planning.programme.seating import Seating

        return Seating(self) if self.way is None else Priced(self)

    def _lateness(self, j: int) -> list[tuple[int, float]]:
        """Return by how many years an option opens late, and how likely that is."""
        return [(int(late), float(self.weight[self.late[:, j] == late].sum())) for late in np.unique(self.late[:, j])]

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
