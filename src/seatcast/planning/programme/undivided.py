r"""What ways cost where a catchment is not divided: all its children without a seat go to one school, or none do.

Schools' boundaries are drawn so. With a price :math:`u_n` of a child of each catchment, the best a school can do is to
take the load of whole catchments, within its seats, that saves most; whatever the prices are,

.. math:: \theta \ge \sum_n need_n u_n - \sum_j x_j \max_{L \subseteq places,\ need(L) \le seats_j}
          \sum_{n \in L} need_n (u_n - m_{nj})^+

holds for all starts: a knapsack for each school, as in the Lagrangean bound of location with undivided demand
(Holmberg, Ronnqvist & Yuan 1999, European Journal of Operational Research 113:544-559). The prices are found by
following the subgradient (Held, Wolfe & Crowder 1974, Mathematical Programming 6:62-88). At whole starts the assignment
itself is solved, and what it costs more than the bound is added to the cut at these starts alone (Laporte & Louveaux
1993, Operations Research Letters 13:133-142): no plane through convex bounds could close that gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
import numpy.typing as npt

from seatcast.planning.programme.milp import Floats, MixedInteger, Term
from seatcast.planning.programme.offers import Offers
from seatcast.planning.programme.recourse import Cuts

STEPS = 100  # of the subgradient at most
AIM = 1.003  # of the bound: what a step aims at
PATIENCE = 5  # steps without a better bound before they are halved
CELLS = 2000  # of a school's seats: where needs are not whole numbers, loads are told apart by such parts
EXACT = 1e-4  # of the cost: to which an assignment is proven
FIRST, MORE, MOST = 20, 5, 10_000  # branches of an assignment, times as many when it is asked for again, at most


@dataclass(frozen=True, eq=False)
class Assignment:
    """Whole catchments at schools: what that costs, what none costs less than, and who is left without a seat.

    Attributes
    ----------
    left : (level and place,)
    values : (column,)
        Of the problem that was solved.
    branches : int
        That the proof was given.
    """

    cost: float
    bound: float
    left: npt.NDArray[np.bool_]
    values: Floats
    branches: int


class Undivided:
    """The assignment of whole catchments to schools; prices are kept from one question to the next.

    Parameters
    ----------
    offers : Offers
        Of one start in force at each school.
    levels : int
        Of price, one after the other among the places.

    Examples
    --------
    >>> offers = Offers(
    ...     need=np.array([6.0, 5.0]), price=np.full(2, 9.0), start=np.arange(2), pool=np.arange(2),
    ...     seats=np.full(2, 10.0), money=np.array([[1.0, 3.0], [1.0, 2.0]]),
    ... )
    >>> ways = Undivided(offers, levels=1)
    >>> both = np.ones(2)
    >>> ways.settled(both, ways.at(both), hopeful=True).value  # together they are too many for the school next door
    array([16.])
    """

    def __init__(self, offers: Offers, levels: int) -> None:
        self.need = offers.need.reshape(levels, -1)
        self.offers = offers = offers.whole(levels)
        self.money = np.where(offers.need[:, None] <= offers.seats + 1e-9, offers.money, np.inf)
        most = np.minimum(offers.seats, offers.need.sum())
        counted = (offers.need == np.round(offers.need)).all()
        cell = 1.0 if counted else max(float(most.max(initial=0.0)) / CELLS, 1e-9)
        self.weight = np.floor(offers.need / cell + 1e-9).astype(np.int64)  # rounded down: a load that fits, fits
        self.room = np.floor(most / cell + 1e-9).astype(np.int64)
        self.child = np.where(offers.need > 0, offers.price, 0.0)
        self.known: dict[bytes, Assignment] = {}  # to the schools that are on

    def at(self, x: Floats) -> Cuts:
        """Return a bound of the cost when the starts are x, and its cut."""
        bound, saved = self._bounded(x[self.offers.start])
        slope = np.zeros((1, len(x)))
        np.add.at(slope[0], self.offers.start, -saved)
        return Cuts(np.array([bound]), np.array([self.offers.need @ self.child]), slope)

    def settled(self, x: Floats, cuts: Cuts, *, hopeful: bool) -> Cuts:
        """Return the cost of the best assignment, and a cut that is raised by what it costs more than the bound.

        Without hope of a better plan none is looked for: the cost is that of seating nobody.
        """
        if not hopeful:
            return Cuts(np.array([self.offers.need @ self.offers.price]), cuts.constant, cuts.slope)
        found = self._assigned(x)
        on = x > 0.5
        more = np.maximum(found.bound - cuts.value, 0.0)
        slope = cuts.slope + more * np.where(on, 1.0, -1.0)
        return Cuts(np.array([found.cost]), cuts.constant + more * (1.0 - on.sum()), slope)

    def left(self, x: Floats) -> tuple[Floats, Floats]:
        """Return who is left without a seat: (level, place); nobody is displaced."""
        found = self.known.get(self._on(x).tobytes()) or self._assigned(x)
        return self.need * found.left, np.zeros(0)

    def _bounded(self, x: Floats) -> tuple[float, Floats]:
        """Raise the bound at x by changing the prices of a child, which are kept; return it with what schools save."""
        need, price = self.offers.need, self.offers.price
        best, saved, taken = -np.inf, np.zeros(len(x)), np.zeros_like(self.money)
        for child in (self._nearest(x), self.child):
            bound, by_school, loads = self._bound(child, x)
            if bound > best:
                best, saved, taken, self.child = bound, by_school, loads, child
        child, bound, length, waited = self.child, best, 1.0, 0
        for _step in range(STEPS):
            missed = np.where(need > 0, 1.0 - taken @ x, 0.0)  # of each catchment: the part that no load holds
            size = float(need @ missed**2)
            if size < 1e-9 or length < 1e-3:
                break
            child = np.clip(child + length * (AIM * best - bound) / size * missed, 0.0, price)
            bound, by_school, taken = self._bound(child, x)
            waited += 1
            if bound > best:
                best, saved, self.child, waited = bound, by_school, child, 0
            elif waited == PATIENCE:
                length, waited, child = length / 2.0, 0, self.child
        return best, saved

    def _bound(self, child: Floats, x: Floats) -> tuple[float, Floats, Floats]:
        gain = self.offers.need[:, None] * np.maximum(child[:, None] - self.money, 0.0)
        saved, taken = best_loads(gain, self.weight, self.room)
        return float(self.offers.need @ child - saved @ x), saved, taken

    def _nearest(self, x: Floats) -> Floats:
        """Return what a child's way costs if no school runs out of seats."""
        if not x.size:
            return self.child
        order = np.argsort(self.money, axis=1, kind="stable")
        enough = np.cumsum(x[order], axis=1) >= 1.0 - 1e-9
        last = np.take_along_axis(order, enough.argmax(axis=1)[:, None], axis=1)
        way = np.take_along_axis(self.money, last, axis=1)[:, 0]
        return np.where(enough.any(axis=1), np.minimum(way, self.offers.price), self.offers.price)

    def _on(self, x: Floats) -> npt.NDArray[np.bool_]:
        """Return the schools that are on when the starts are x."""
        return x[self.offers.start] > 0.5

    def _assigned(self, x: Floats) -> Assignment:
        """Return the best assignment to the schools that are on; the proof goes on where it was left.

        Seats that just suffice make a proof long, and mostly a needless one: a better choice of schools may come first.
        """
        on = self._on(x)
        known = self.known.get(on.tobytes())
        if known is not None and (known.cost - known.bound <= EXACT * known.cost or known.branches >= MOST):
            return known
        problem = MixedInteger()
        nobody = [problem.column(cost=float(c), upper=1.0, whole=True) for c in self.offers.price * self.offers.need]
        loads: dict[int, list[Term]] = {int(j): [] for j in np.flatnonzero(on)}
        for n, need in enumerate(self.offers.need):
            one = [(nobody[n], 1.0)]
            for j, load in loads.items():
                if self.money[n, j] < self.offers.price[n]:
                    one.append((problem.column(cost=float(self.money[n, j] * need), upper=1.0, whole=True), 1.0))
                    load.append((one[-1][0], float(need)))
            problem.row(one, lower=1.0, upper=1.0)
        for j, load in loads.items():
            problem.row(load, upper=float(self.offers.seats[j]))
        if known is None:
            branches, begin = FIRST, np.zeros(len(problem))
            begin[nobody] = 1.0
        else:
            branches, begin = min(MORE * known.branches, MOST), known.values
        found = problem.solve(nodes=branches, gap=EXACT, at=begin)
        left = found.values[nobody] > 0.5
        self.known[on.tobytes()] = Assignment(found.objective, found.bound, left, found.values, branches)
        return self.known[on.tobytes()]


@nb.njit(cache=True)
def best_loads(gain, weight, room):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return for each school the most that whole catchments within its room gain, and which they are.

    Parameters
    ----------
    gain : (place, school), money
    weight : (place,), room : (school,)
        Whole numbers.

    Examples
    --------
    >>> best_loads(np.array([[5.0], [4.0], [3.0]]), np.array([3, 2, 2]), np.array([4]))
    (array([7.]), array([[0.],
           [1.],
           [1.]]))
    """
    places, schools = gain.shape
    most, taken = np.zeros(schools), np.zeros((places, schools))
    for j in range(schools):
        best = np.zeros(room[j] + 1)
        with_it = np.zeros((places, room[j] + 1), np.bool_)
        for n in range(places):
            if gain[n, j] <= 0.0:
                continue
            for k in range(room[j], weight[n] - 1, -1):
                if best[k - weight[n]] + gain[n, j] > best[k]:
                    best[k] = best[k - weight[n]] + gain[n, j]
                    with_it[n, k] = True
        most[j] = best[room[j]]
        k = room[j]
        for n in range(places - 1, -1, -1):
            if with_it[n, k]:
                taken[n, j] = 1.0
                k -= weight[n]
    return most, taken
