"""What children without a seat and their ways cost, when seats can run out: a transport problem.

Children go from places to seats along priced ways; who is left has the price of a child without a seat. The network is
that of `seatcast.planning.programme.ways`: pupils whom an option displaces look for seats as well (their ways are not
known, and cost nothing), and so do children to whom one opens a way, in seats that are idle. With the starts held at x,
the least money is convex in x, and what the held starts are worth is the slope of a plane that touches it there.

At whole starts there are many such planes, of which most say little about schools that are not opened. The one that is
taken touches at a point a little inside, where nothing is quite shut, so that no other is above it everywhere (Magnanti
& Wong 1981, Operations Research 29:464-484; for location with limited seats Fischetti, Ljubic & Sinnl 2016, European
Journal of Operational Research 253:557-569). A way carries no more than the starts in service hold, and of each start
no more than the place needs: with parts of starts allowed the bound is that of the strong formulation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.planning.programme.milp import Floats, MixedInteger, Relaxation, Term
from seatcast.planning.programme.recourse import Cuts
from seatcast.planning.programme.terms import Table, Terms

if TYPE_CHECKING:
    from seatcast.planning.programme.programme import Programme

INSIDE = 1e-4  # of the way from x to the point inside
TOUCHES = 1e-7  # of a value: what the solver leaves open


class Travel:
    """The transport problem of one future and year; its first columns are the starts."""

    def __init__(self, programme: Programme, terms: Terms, future: int, year: int) -> None:
        self.programme, self.terms, self.year, self.future = programme, terms, year, future
        self.timing = int(terms.timing[future])
        self.discount = float(programme.discount[year])
        self.problem = MixedInteger()
        for _start in programme.starts:
            self.problem.column(upper=1.0)
        self.inside = np.full(len(programme.starts), 0.5)
        self.inside[terms.shut.column] = 0.0  # no more than all of a school is shut
        self.into: dict[int, list[Term]] = {}  # pool -> flows into its seats, those there are and those added
        self.children: dict[int, list[int]] = {}  # place -> by level, who is left
        self.displaced = [self._left(1.0, np.inf) for _ in terms.losses]
        self.limits: list[tuple[int, int, float]] = []  # of a way: its column, a start and what it lets pass
        self._places()
        self._losses()
        self._seats()
        ways, self.opener = (np.array([limit[i] for limit in self.limits], np.int64) for i in (0, 1))
        self.most = np.array([limit[2] for limit in self.limits], float)
        self.way, self.way_of = np.unique(ways, return_inverse=True)

    def at(self, x: Floats) -> Cuts:
        """Return the money when the starts are x, and a cut."""
        here = self._held(x)
        inside = (1.0 - INSIDE) * x + INSIDE * self.inside
        for found, at in ((self._held(inside), inside), (here, x)):
            full = np.minimum(found.reduced[self.way], 0.0)  # what a place more on a way is worth
            slope = found.reduced[: len(x)].copy()
            np.add.at(slope, self.opener, full[self.way_of] * self.most)
            constant = found.objective - slope @ at
            if constant + slope @ x >= here.objective - TOUCHES * abs(here.objective):
                break
        return Cuts(np.array([here.objective]), np.array([constant]), slope[None])

    def settled(self, x: Floats, cuts: Cuts, *, hopeful: bool) -> Cuts:  # noqa: ARG002 - it is the truth already
        """Return the cuts as they are."""
        return cuts

    def left(self, x: Floats) -> tuple[Floats, Floats]:
        """Return who is left without a seat: (level, place), and the displaced (loss,)."""
        values = self._held(x).values
        children = np.zeros(self.programme.need.shape[1:3])
        for n, left in self.children.items():
            children[:, n] = values[left]
        return children, values[self.displaced]

    def _held(self, x: Floats) -> Relaxation:
        self.problem.hold_all(np.arange(len(x)), x, x)
        most = np.bincount(self.way_of, self.most * x[self.opener], minlength=len(self.way)).astype(float)
        self.problem.hold_all(self.way, np.zeros_like(most), most)
        return self.problem.relaxed()

    def _left(self, price: float, most: float) -> int:
        return self.problem.column(cost=price * float(self.programme.price[0]) * self.discount, upper=most)

    def _in_force(self, table: Table, owner: int) -> list[tuple[int, float]]:
        """Return the starts that bear on an owner, and by how much."""
        of = table.of(owner)
        amounts = table.amount[self.timing, self.year, of]
        return [(int(k), float(a)) for k, a in zip(table.column[of], amounts, strict=True) if a > 0]

    def _flow(self, flows: list[Term], pool: int, money: float) -> Term:
        flow = (self.problem.column(cost=money), 1.0)
        flows.append(flow)
        self.into.setdefault(pool, []).append(flow)
        return flow

    def _places(self) -> None:
        programme, year = self.programme, self.year
        assert programme.way is not None
        known = np.isfinite(programme.way)
        added = {p: starts for p in range(len(programme.pools)) if (starts := self._in_force(self.terms.gain, p))}
        needs = programme.need[self.future, :, :, year]
        price = programme.price / programme.price[0]
        flows: dict[int, list[Term]] = {}
        for n in map(int, np.flatnonzero(needs.sum(axis=0) > 0)):
            self.children[n] = [self._left(float(p), float(most)) for p, most in zip(price, needs[:, n], strict=True)]
            flows[n] = [(column, 1.0) for column in self.children[n]]
            need = float(needs[:, n].sum())
            for p in map(int, np.flatnonzero(programme.reach[n] & ~programme.open[n] & known[n])):
                if p in added:
                    flow, _one = self._flow(flows[n], p, float(programme.way[n, p]) * self.discount)
                    self.limits += [(flow, k, min(seats, need)) for k, seats in added[p]]
        for p, native in self.into.items():  # idle seats are for those alone who could not take them before
            self.problem.row([*native, *((k, -seats) for k, seats in added[p])], upper=0.0)
        for n, of in flows.items():
            for p in map(int, np.flatnonzero(programme.open[n] & known[n])):
                self._flow(of, p, float(programme.way[n, p]) * self.discount)
        for i, (n, p, places) in enumerate(self.terms.ways):
            if n in flows and known[n, p]:
                most = min(places, float(needs[:, n].sum()))
                flow, _one = self._flow(flows[n], p, float(programme.way[n, p]) * self.discount)
                self.limits += [(flow, k, most * on) for k, on in self._in_force(self.terms.opened, i)]
        for n, of in flows.items():
            need = float(needs[:, n].sum())
            self.problem.row(of, lower=need, upper=need)

    def _losses(self) -> None:
        programme = self.programme
        for i, (own, number) in enumerate(self.terms.losses):
            take = float(programme.pupils[self.future, own, self.year]) if np.isinf(number) else number
            flows: list[Term] = [(self.displaced[i], 1.0)]
            for p in map(int, np.flatnonzero(programme.refuge[own, :, self.year])):
                if p != own:
                    self._flow(flows, p, 0.0)
            if np.isfinite(number):
                self._flow(flows, own, 0.0)
            taken = [(k, -take * on) for k, on in self._in_force(self.terms.lost, i)]
            self.problem.row([*flows, *taken], lower=0.0, upper=0.0)

    def _seats(self) -> None:
        for p, flows in self.into.items():
            idle = float(self.programme.idle[self.future, p, self.year])
            over = (self._left(2.0, np.inf), -1.0)  # takes up what rounding leaves of a school that is shut
            added = [(k, -seats) for k, seats in self._in_force(self.terms.gain, p)]
            shut = [(k, idle * on) for k, on in self._in_force(self.terms.shut, p)]
            self.problem.row([*flows, over, *added, *shut], upper=idle)
