"""The schools that a plan's starts offer in one future and year, and what the ways to them cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.planning.programme.milp import Floats, Numbers
from seatcast.planning.programme.terms import Terms

if TYPE_CHECKING:
    from seatcast.planning.programme.programme import Programme


@dataclass(frozen=True, eq=False)
class Offers:
    """Children by place, and the starts whose seats they may take.

    Attributes
    ----------
    need : (place,), children
    price : (place,), money
        Of a child without a seat, valued now.
    start : (offer,)
        The choice that each offer is made by.
    pool : (offer,)
        The school's stage.
    seats : (offer,)
    money : (place, offer)
        Of a child's way, valued now; infinite where there is none.
    """

    need: Floats
    price: Floats
    start: Numbers
    pool: Numbers
    seats: Floats
    money: Floats

    @classmethod
    def of(cls, programme: Programme, terms: Terms, future: int, year: int) -> Offers:
        """Return the offers in a future and year, the levels of price one after the other among the places."""
        assert programme.way is not None
        amount = terms.gain.amount[terms.timing[future], year]
        pool = np.repeat(np.arange(len(programme.pools)), np.diff(terms.gain.first))
        on = np.flatnonzero(amount > 0)
        discount = float(programme.discount[year])
        money = np.where(programme.reach[:, pool[on]], programme.way[:, pool[on]], np.inf) * discount
        need = programme.need[future, :, :, year]
        levels, places = need.shape
        return cls(
            need.ravel(),
            np.repeat(programme.price * discount, places),
            terms.gain.column[on],
            pool[on],
            amount[on],
            np.tile(money, (levels, 1)),
        )

    def whole(self, levels: int) -> Offers:
        """Return the same with the levels of a place together: the price is the mean over its children."""
        need, price = self.need.reshape(levels, -1), self.price.reshape(levels, -1)
        some = need.sum(axis=0)
        mean = np.divide((need * price).sum(axis=0), some, out=price[0].copy(), where=some > 0)
        return Offers(some, mean, self.start, self.pool, self.seats, self.money[: len(some)])

    @property
    def endless(self) -> bool:
        """Whether no school can be asked for more seats than each start there offers, whoever comes."""
        return bool((self.need @ np.isfinite(self.money) <= self.seats + 1e-9).all())
