"""What is decided now: which option starts when, within money, teachers and limits; as rows and columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from seatcast.planning.programme.milp import Floats, MixedInteger, Term
from seatcast.planning.spending import spending

if TYPE_CHECKING:
    from seatcast.planning.programme.priced import Priced
    from seatcast.planning.programme.programme import Programme
    from seatcast.planning.programme.seating import Seating


Limit = Literal["budget", "teachers", "left", "idle"]


class Eased(NamedTuple):
    """A limit that may be broken, by as little as can be: in every year by the same multiple of `step`."""

    limit: Limit
    step: Floats


class Choices:
    """The first stage: a column a start, a column a group of what is left out, and the rows that bind them.

    Attributes
    ----------
    master : MixedInteger
    theta : (group,)
        The columns of what is left out.
    """

    def __init__(self, programme: Programme, seating: Seating | Priced, eased: Eased | None = None) -> None:
        self.programme, self.seating, self.master = programme, seating, MixedInteger()
        self.eased = eased
        counts = float(eased is None)  # where a limit is eased, how far is all that counts
        for (j, _t), cost in zip(programme.starts, programme.cost, strict=True):
            lower = float(programme.options[j].option in programme.committed)
            self.master.column(cost=counts * cost, lower=lower, upper=1.0, whole=True)
        self.theta = np.array([self.master.column(cost=counts * price) for price in seating.price], np.int64)
        self.over = None if eased is None else self.master.column(cost=1.0, lower=-np.inf)
        self.of_option: dict[int, list[tuple[int, int]]] = {j: [] for j in range(len(programme.options))}
        for k, (j, t) in enumerate(programme.starts):
            self.of_option[j].append((k, t))
        self._together()
        self._money_and_teachers()
        self._limits()

    def started(self, j: int, by: int | None = None) -> list[int]:
        """Return the columns of an option's starts up to year number `by`."""
        return [k for k, t in self.of_option[j] if by is None or t <= by]

    def _together(self) -> None:
        number = {option.option: j for j, option in enumerate(self.programme.options)}
        for j, option in enumerate(self.programme.options):
            self._at_most_one(self.started(j))
            for other in option.excludes:
                self._at_most_one(self.started(j) + self.started(number[other]))
            for other in option.requires:
                for k, t in self.of_option[j]:
                    before = [(x, -1.0) for x in self.started(number[other], t)]
                    self.master.row([(k, 1.0), *before], upper=0.0)
        for shut, added in self._shut_and_added():
            self._at_most_one(shut + added)

    def _at_most_one(self, columns: list[int]) -> None:
        if len(columns) > 1:
            self.master.row([(k, 1.0) for k in columns], upper=1.0)

    def _shut_and_added(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield by year the starts that close a school's stage, and for each option those that add seats there."""
        gain, shut = self.seating.terms.gain, self.seating.terms.shut
        for p in range(len(self.programme.pools)):
            for t in range(len(self.programme.years)):
                closing, adding = shut.columns_in(p, t), gain.columns_in(p, t)
                yield closing, []
                for j in {self.programme.starts[k][0] for k in adding} if closing else ():
                    yield closing, [k for k in adding if self.programme.starts[k][0] == j]

    def _limit(self, limit: Limit, t: int, terms: list[Term], upper: float) -> None:
        """Add a limit of year number `t`."""
        if self.eased is not None and self.over is not None and self.eased.limit == limit:
            terms = [*terms, (self.over, -float(self.eased.step[t]))]
        self.master.row(terms, upper=upper)

    def _money_and_teachers(self) -> None:
        programme = self.programme
        spent = [spending(programme.options[j], programme.years[t], programme.years) for j, t in programme.starts]
        for t, budget in enumerate(np.cumsum(programme.budget)):
            if np.isfinite(budget):
                money = [(k, float(of.cost[: t + 1].sum())) for k, of in enumerate(spent)]
                self._limit("budget", t, money, float(budget))
        for t, teachers in enumerate(np.cumsum(programme.teachers)):
            if np.isfinite(teachers):
                self._limit("teachers", t, [(k, float(of.teachers[t])) for k, of in enumerate(spent)], float(teachers))

    def _limits(self) -> None:
        from seatcast.planning.programme.seating import Seating

        programme, seating = self.programme, self.seating
        if not isinstance(seating, Seating):
            return  # where ways are priced, no such limit is kept, and none is taken
        left = [(int(self.theta[seating.all_left(t)]), 1.0) for t in range(len(programme.years))]
        for t, most in enumerate(programme.most_left):
            self._limit("left", t, [left[t]], float(most))
        if np.isfinite(programme.most_idle):
            for t in range(len(programme.years)):
                idle, seats = seating.expected_seats(t)
                terms = [(k, float(of)) for k, of in enumerate(idle[1:] - programme.most_idle * seats[1:])]
                self._limit("idle", t, [*terms, left[t]], float(programme.most_idle * seats[0] - idle[0]))
