"""The covering programme in rows and columns; `seatcast.planning.programme` writes it out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from seatcast.planning.programme.milp import Floats, MixedInteger, Term
from seatcast.planning.spending import spending

if TYPE_CHECKING:
    from seatcast.planning.option import Option
    from seatcast.planning.programme.programme import Programme


class Formulation:
    """The rows and columns of one programme."""

    def __init__(self, programme: Programme, forbidden: frozenset[str]) -> None:
        self.programme = programme
        self.integer = MixedInteger()
        self.pool = {pool: k for k, pool in enumerate(programme.pools)}
        self.place = {place: k for k, place in enumerate(programme.places)}
        self.uncovered: dict[tuple[int, int], int] = {}  # (place, year) -> need left uncovered
        self.displaced: dict[tuple[int, int], int] = {}  # (option, year) -> displaced pupils left uncovered
        self.into: dict[tuple[int, int], list[Term]] = {}  # (pool, year) -> flows into its idle or added seats
        self.added: dict[tuple[int, int], list[Term]] = {}  # (pool, year) -> seats added there
        self.start = {
            (j, t): self.integer.column(cost=self._cost(option, t), upper=1.0, whole=True)
            for j, option in enumerate(programme.options)
            if option.option not in forbidden
            for t in range(len(programme.years))
            if programme.may_start(option, t)
        }
        for j, effect in enumerate(programme.effects):
            for gain in effect.gains:
                pool = self.pool[gain.school, gain.stage]
                for t in range(len(programme.years)):
                    filled = (
                        (x, gain.seats * min((age + 1) / programme.filling[pool], 1.0)) for x, age in self._ages(j, t)
                    )
                    if seats := list(filled):
                        self.added.setdefault((pool, t), []).extend(seats)
        self._choices()
        self._money_and_teachers()
        for t in range(len(programme.years)):
            self._needs(t)
            self._displaced(t)
            self._seats(t)

    def nothing(self) -> Floats:
        """Return the solution in which no option is started."""
        at = np.zeros(len(self.integer))
        for (n, t), column in self.uncovered.items():
            at[column] = self.programme.need[n, t]
        return at

    def _cost(self, option: Option, t: int) -> float:
        spent = spending(option, self.programme.years[t], self.programme.years)
        return float(self.programme.discount @ spent.cost - self.programme.discount[-1] * spent.salvage)

    def _ages(self, j: int, t: int) -> list[tuple[int, int]]:
        """Return the starts of an option that serves in year number `t`, with its years of service by then."""
        years, option = self.programme.years, self.programme.options[j]
        return [
            (self.start[j, s], years[t] - option.service(years[s])[0])
            for s in range(t + 1)
            if (j, s) in self.start and years[t] in option.service(years[s])
        ]

    def _in_service(self, j: int, t: int) -> list[int]:
        return [x for x, _age in self._ages(j, t)]

    def _started(self, j: int, by: int | None = None) -> list[int]:
        last = len(self.programme.years) - 1 if by is None else by
        return [self.start[j, t] for t in range(last + 1) if (j, t) in self.start]

    def _choices(self) -> None:
        number = {option.option: j for j, option in enumerate(self.programme.options)}
        for j, option in enumerate(self.programme.options):
            self.integer.row([(x, 1.0) for x in self._started(j)], upper=1.0)
            for other in option.excludes:
                both = self._started(j) + self._started(number[other])
                self.integer.row([(x, 1.0) for x in both], upper=1.0)
            for other in option.requires:
                for t in range(len(self.programme.years)):
                    if (j, t) in self.start:
                        before = [(x, -1.0) for x in self._started(number[other], t)]
                        self.integer.row([(self.start[j, t], 1.0), *before], upper=0.0)
        for j, k in self._shut_and_added():
            for t in range(len(self.programme.years)):
                self.integer.row([(x, 1.0) for x in self._in_service(j, t) + self._in_service(k, t)], upper=1.0)

    def _shut_and_added(self) -> Iterator[tuple[int, int]]:
        """Yield closings, and the options that add seats where they close."""
        for j, closing in enumerate(self.programme.effects):
            shut = {(loss.school, loss.stage) for loss in closing.closes}
            for k, other in enumerate(self.programme.effects):
                if shut & {(gain.school, gain.stage) for gain in other.gains}:
                    yield j, k

    def _money_and_teachers(self) -> None:
        years = self.programme.years
        spent = {(j, s): (x, spending(self.programme.options[j], years[s], years)) for (j, s), x in self.start.items()}
        for t, budget in enumerate(np.cumsum(self.programme.budget)):
            if np.isfinite(budget):
                self.integer.row([(x, float(of.cost[: t + 1].sum())) for x, of in spent.values()], upper=float(budget))
        for t, teachers in enumerate(np.cumsum(self.programme.teachers)):
            if np.isfinite(teachers):
                self.integer.row([(x, float(of.teachers[t])) for x, of in spent.values()], upper=float(teachers))

    def _needs(self, t: int) -> None:
        cover: dict[int, list[Term]] = {n: [] for n in map(int, np.flatnonzero(self.programme.need[:, t] > 0))}
        for n, flows in cover.items():
            need = float(self.programme.need[n, t])
            for p in map(int, np.flatnonzero(self.programme.reach[n])):
                if (p, t) in self.added:
                    flow = self.integer.column()
                    flows.append((flow, 1.0))
                    self.into.setdefault((p, t), []).append((flow, 1.0))
                    opened = [(x, -min(seats, need)) for x, seats in self.added[p, t]]
                    self.integer.row([(flow, 1.0), *opened], upper=0.0)
        natives = {key: list(flows) for key, flows in self.into.items() if key[1] == t}
        for (p, _year), flows in natives.items():
            self.integer.row(flows + [(x, -seats) for x, seats in self.added[p, t]], upper=0.0)
        for j, access in ((j, access) for j, effect in enumerate(self.programme.effects) for access in effect.opens):
            service = self._in_service(j, t)
            if not service:
                continue
            place = self.place[access.catchment, access.stage]
            pool = self.pool[access.school, access.stage]
            if place in cover and not self.programme.reach[place, pool]:
                flow = self.integer.column()
                cover[place].append((flow, 1.0))
                self.into.setdefault((pool, t), []).append((flow, 1.0))
                most = min(access.places, float(self.programme.need[place, t]))
                self.integer.row([(flow, 1.0), *((x, -most) for x in service)], upper=0.0)
        for n, flows in cover.items():
            need = float(self.programme.need[n, t])
            self.uncovered[n, t] = self._left(t)
            self.integer.row([*flows, (self.uncovered[n, t], 1.0)], lower=need, upper=need)

    def _displaced(self, t: int) -> None:
        lost = ((j, loss) for j, effect in enumerate(self.programme.effects) for loss in effect.gives_up)
        for j, loss in lost:
            service = self._in_service(j, t)
            if not service:
                continue
            own = self.pool[loss.school, loss.stage]
            closing = bool(np.isinf(loss.seats))
            seats = float(self.programme.pupils[own, t]) if closing else loss.seats
            self.displaced[j, t] = self._left(t)
            flows = [(self.displaced[j, t], 1.0)]
            for p in map(int, np.flatnonzero(self.programme.refuge[own, :, t])):
                if p != own and ((p, t) in self.added or self.programme.idle[p, t] > 0):
                    flows.append((self.integer.column(), 1.0))
                    self.into.setdefault((p, t), []).append(flows[-1])
            if not closing:
                flows.append((self.integer.column(), 1.0))
                self.into.setdefault((own, t), []).append(flows[-1])
            self.integer.row([*flows, *((x, -seats) for x in service)], lower=0.0, upper=0.0)

    def _left(self, t: int) -> int:
        return self.integer.column(cost=float(self.programme.price * self.programme.discount[t]))

    def _seats(self, t: int) -> None:
        for (p, year), flows in self.into.items():
            if year != t:
                continue
            idle = float(self.programme.idle[p, t])
            added = [(x, -seats) for x, seats in self.added.get((p, t), [])]
            shut = [
                (x, idle)
                for j, effect in enumerate(self.programme.effects)
                if p in {self.pool[loss.school, loss.stage] for loss in effect.closes}
                for x in self._in_service(j, t)
            ]
            self.integer.row([*flows, *added, *shut], upper=idle)
