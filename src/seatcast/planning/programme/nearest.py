r"""What ways cost where no school can run out of seats: each child takes the cheapest way to a school that serves.

Then every place is a question of its own. With its ways in rising order of money, :math:`m_1 \le m_2 \le \dots`, and
starts in parts, it goes to the first schools that add up to one; the price of a child there is the money of the last
of them, :math:`u`, and

.. math:: \theta_n \ge need_n \left(u - \sum_j (u - m_j)^+ x_j\right)

holds for all starts: a school that is nearer than :math:`u` saves a child what it is nearer, at most. These are the
cuts of the p-median problem, in closed form (Cornuejols, Nemhauser & Wolsey 1980, Operations Research 28:847-871; as
Benders cuts Duran-Mateluna, Ales & Elloumi 2023, European Journal of Operational Research 308:84-96).
"""

from __future__ import annotations

import numpy as np

from seatcast.planning.programme.milp import Floats
from seatcast.planning.programme.offers import Offers
from seatcast.planning.programme.recourse import Cuts


class Nearest:
    """The ways of each place in rising order of money; not to have a seat is the last of them.

    Parameters
    ----------
    offers : Offers
    levels : int
        Of price, one after the other among the places.

    Examples
    --------
    >>> offers = Offers(
    ...     need=np.array([10.0]), price=np.array([9.0]), start=np.arange(2), pool=np.arange(2),
    ...     seats=np.full(2, 10.0), money=np.array([[1.0, 3.0]]),
    ... )
    >>> cuts = Nearest(offers, levels=1).at(np.array([0.0, 1.0]))
    >>> cuts.value, cuts.constant, cuts.slope
    (array([30.]), array([30.]), array([[-20.,   0.]]))
    """

    def __init__(self, offers: Offers, levels: int) -> None:
        self.offers, self.levels = offers, levels
        self.order = np.argsort(offers.money, axis=1, kind="stable")
        self.rising = np.take_along_axis(offers.money, self.order, axis=1)

    def at(self, x: Floats) -> Cuts:
        """Return the money of all ways when the starts are x, and a cut for each place."""
        offers = self.offers
        child = self._child(x)
        slope = np.zeros((len(child), len(x)))
        saved = offers.need[:, None] * np.maximum(child[:, None] - offers.money, 0.0)
        np.add.at(slope.T, offers.start, -saved.T)
        constant = offers.need * child
        return Cuts(constant + slope @ x, constant, slope)

    def settled(self, x: Floats, cuts: Cuts, *, hopeful: bool) -> Cuts:  # noqa: ARG002 - it is the truth already
        """Return the cuts as they are."""
        return cuts

    def left(self, x: Floats) -> tuple[Floats, Floats]:
        """Return who is left without a seat: (level, place); nobody is displaced."""
        left = np.where(self._child(x) >= self.offers.price, self.offers.need, 0.0)
        return left.reshape(self.levels, -1), np.zeros(0)

    def _child(self, x: Floats) -> Floats:
        """Return the price of a child of each place: the money of the last way it goes."""
        if not self.order.size:
            return self.offers.price
        enough = np.cumsum(x[self.offers.start][self.order], axis=1) >= 1.0 - 1e-9
        last = np.take_along_axis(self.rising, enough.argmax(axis=1)[:, None], axis=1)[:, 0]
        return np.where(enough.any(axis=1), np.minimum(last, self.offers.price), self.offers.price)
