"""Who is left out in every future, as the starts leave it: flows from children to seats, and their minimum cuts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from seatcast.core.threads import side_by_side, threads
from seatcast.planning.programme.milp import Floats, Numbers
from seatcast.planning.programme.recourse import Cuts
from seatcast.planning.programme.terms import terms

if TYPE_CHECKING:
    from seatcast.planning.programme.programme import Programme


class Flows(NamedTuple):
    """What is left out, and the cuts that prove it.

    Attributes
    ----------
    left : (future, year, level), children
    side : (future, year, level, node)
        Whether a node is on the source's side.
    rest : (future, year, place and loss)
        Who is left, of all levels, by one best way of seating.
    """

    left: Floats
    side: npt.NDArray[np.bool_]
    rest: Floats


class Seating:
    """The second stage of a programme.

    What it bounds, group by group: the expected number of children of the levels up to each who are left out in a
    year; and the mean of the worst futures, in money, where they weigh. Cuts of single futures would be more and
    tighter, and their master slower than all they save (measured: 1.2 s against 6.4 s with ten groups of futures).
    """

    def __init__(self, programme: Programme) -> None:
        from seatcast.planning.programme.ways import arcs

        self.programme = programme
        self.terms = terms(programme)
        self.net, self.arcs = arcs(programme, self.terms)
        by_year = (0, 3, 1, 2)
        self.need = np.ascontiguousarray(programme.need.cumsum(axis=1).transpose(by_year))
        self.idle = np.ascontiguousarray(programme.idle.transpose(0, 2, 1))
        take = [programme.pupils[:, p] if np.isinf(n) else np.full_like(programme.pupils[:, p], n)
                for p, n in self.terms.losses]  # fmt: skip
        years = len(programme.years)
        self.take = np.stack(take, axis=2) if take else np.zeros((len(programme.weight), years, 0))
        step = programme.price - np.append(programme.price[1:], 0.0)
        self.money = step[:, None] * programme.discount  # (level, year): a child of the levels up to each
        mean = (1.0 - programme.tail_weight) * self.money
        tail = [programme.tail_weight] if programme.tail_weight > 0 else []
        self.price = np.append(mean.ravel(), tail)

    @property
    def groups(self) -> int:
        """How many values are bounded."""
        return len(self.price)

    def all_left(self, t: int) -> int:
        """Return the group of all children left out in year number `t`."""
        return (len(self.programme.price) - 1) * len(self.programme.years) + t

    def expected_seats(self, t: int) -> tuple[Floats, Floats]:
        """Return idle seats as if nobody were left out, and all seats, in year number `t`: without starts, by start."""
        programme, terms, weight = self.programme, self.terms, self.programme.weight
        idle, seats = np.zeros((2, 1 + len(programme.starts)))
        there = programme.idle[:, :, t] + programme.pupils[:, :, t]  # (future, pool)
        idle[0] = weight @ (programme.idle[:, :, t].sum(axis=1) - self.need[:, t, -1].sum(axis=1))
        seats[0] = weight @ there.sum(axis=1)
        for p in range(len(programme.pools)):
            for m in range(*terms.gain.first[p : p + 2]):
                more = weight @ terms.gain.amount[terms.timing, t, m]
                idle[1 + terms.gain.column[m]] += more
                seats[1 + terms.gain.column[m]] += more
            for m in range(*terms.shut.first[p : p + 2]):
                shut = weight * terms.shut.amount[terms.timing, t, m]
                idle[1 + terms.shut.column[m]] -= shut @ programme.idle[:, p, t]
                seats[1 + terms.shut.column[m]] -= shut @ there[:, p]
        for i, (_pool, number) in enumerate(terms.losses):
            for m in range(*terms.lost.first[i : i + 2]):
                gone = (weight * terms.lost.amount[terms.timing, t, m]) @ self.take[:, t, i]
                idle[1 + terms.lost.column[m]] -= gone
                seats[1 + terms.lost.column[m]] -= gone if np.isfinite(number) else 0.0
        return idle, seats

    def at(self, x: Floats) -> Cuts:
        """Return what the starts leave out, and the planes of the minimum cuts."""
        flows, weight = self.flows(x), self.programme.weight
        value = np.einsum("w,wtq->qt", weight, flows.left)
        constant, slope = self._planes(flows, weight)
        cuts = [value.ravel(), constant.ravel(), slope.reshape(value.size, len(x))]
        if self.programme.tail_weight > 0:
            cost = np.einsum("wtq,qt->w", flows.left, self.money)
            factor = worst(cost, weight, self.programme.tail)
            constant, slope = self._planes(flows, factor)
            tail = (factor @ cost, (constant * self.money).sum(), np.einsum("qtk,qt->k", slope, self.money))
            cuts = [np.concatenate([of, np.reshape(more, (1, *of.shape[1:]))])
                    for of, more in zip(cuts, tail, strict=True)]  # fmt: skip
        return Cuts(*cuts)

    def left_at(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """Return who is left out: (future, level, year), and expected (place, year) and (option, year)."""
        flows = self.flows(x)
        rest = np.einsum("w,wtn->nt", self.programme.weight, flows.rest)
        places = len(self.programme.places)
        displaced = np.zeros((len(self.programme.options), len(self.programme.years)))
        for i, of in enumerate(rest[places:]):
            displaced[self.terms.loser[i]] += of
        return flows.left.transpose(0, 2, 1), rest[:places], displaced

    def flows(self, x: Floats) -> Flows:
        """Return the flows of all futures, worked out on all cores."""
        from seatcast.planning.programme.flows import seat

        futures, years, levels, _places = self.need.shape
        found = Flows(
            np.zeros((futures, years, levels)),
            np.zeros((futures, years, levels, len(self.net.first) - 1), np.bool_),
            np.zeros((futures, years, len(self.programme.places) + len(self.terms.losses))),
        )
        _shared(futures, lambda some: seat(
            self.net, self.arcs, self.terms.gain, self.terms.shut, self.terms.lost, self.terms.opened,
            self.terms.timing, self.need, self.idle, self.take, np.ascontiguousarray(x), some, *found,
        ))  # fmt: skip
        return found

    def _planes(self, flows: Flows, factor: Floats) -> tuple[Floats, Floats]:
        """Return the planes of all futures, each by its factor: (level, year) and (level, year, start)."""
        from seatcast.planning.programme.flows import planes

        constant, slope = np.zeros(self.money.shape), np.zeros((*self.money.shape, len(self.programme.starts)))
        _shared(len(self.programme.years), lambda some: planes(
            self.net, self.arcs, self.terms.gain, self.terms.shut, self.terms.lost, self.terms.opened,
            self.terms.timing, self.need, self.idle, self.take, flows.side, factor, some, constant, slope,
        ))  # fmt: skip
        return constant, slope


def worst(cost: Floats, weight: Floats, tail: float) -> Floats:
    """Return the weight of each future in the mean of the worst, which are `tail` of all."""
    share, left = np.zeros_like(cost), tail
    for w in np.argsort(-cost, kind="stable"):
        share[w] = min(weight[w], left)
        left -= share[w]
    return share / tail


def _shared(number: int, work: Callable[[Numbers], None]) -> None:
    """Do the work of each of `number` parts, on as many cores as there are; the outcome is that of one."""
    cores = min(threads(), number)
    side_by_side(work, [np.arange(k, number, cores) for k in range(cores)])
