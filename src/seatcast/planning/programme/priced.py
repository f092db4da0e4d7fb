"""What children without a seat and their ways cost in every future: the second stage where ways have a price.

Three problems may stand behind it, of one future and year each. Where seats can run out, a transport problem
(`travel`). Where they cannot, each place goes its cheapest way (`nearest`). Where a catchment is not to be divided, an
assignment of catchments to schools (`undivided`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np

from seatcast.language import _
from seatcast.planning.option import PlanError
from seatcast.planning.programme.milp import Floats
from seatcast.planning.programme.nearest import Nearest
from seatcast.planning.programme.offers import Offers
from seatcast.planning.programme.recourse import Cuts
from seatcast.planning.programme.seating import worst
from seatcast.planning.programme.terms import Terms, terms
from seatcast.planning.programme.travel import Travel
from seatcast.planning.programme.undivided import Undivided

if TYPE_CHECKING:
    from seatcast.planning.programme.programme import Programme

LARGEST = 1e5  # of a group's value: beyond, the solver cannot tell a cut that is kept from one that is not


class Ways(Protocol):
    """The ways of one future and year."""

    def at(self, x: Floats) -> Cuts:
        """Return what they cost when the starts are x, or what they cost at least, and cuts."""

    def settled(self, x: Floats, cuts: Cuts, *, hopeful: bool) -> Cuts:
        """Return the true cost of whole starts, and cuts; a cost above it where there is no hope of a better plan."""

    def left(self, x: Floats) -> tuple[Floats, Floats]:
        """Return who is left without a seat when whole starts are x: (level, place), and the displaced (loss,)."""


class Priced:
    """The second stage of a programme whose ways are priced.

    What it bounds, group by group: the expected money of a year, place by place where each is a question of its own;
    and the mean of the worst futures, where they weigh. Money that runs into many digits is counted in a larger unit.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme, self.terms = programme, terms(programme)
        futures, years = len(programme.weight), len(programme.years)
        ways = _ways(programme, self.terms)
        self.ways = [[ways(w, t) for t in range(years)] for w in range(futures)]
        nothing = self.ways[0][0].at(np.zeros(len(programme.starts))).value
        self.unit = max(1.0, float(nothing.max(initial=0.0)) / LARGEST)
        mean = np.full(years * len(nothing), 1.0 - programme.tail_weight)
        self.price = self.unit * np.append(mean, [programme.tail_weight] if programme.tail_weight > 0 else [])
        self.best = np.inf

    @property
    def groups(self) -> int:
        """How many values are bounded."""
        return len(self.price)

    def at(self, x: Floats) -> Cuts:
        """Return what the starts cost later, and cuts; in parts, it may be a bound of the cost."""
        found = [[ways.at(x) for ways in future] for future in self.ways]
        cuts = self._together(found)
        if (np.abs(x - np.round(x)) > 1e-6).any():
            return cuts
        hopeful = self._worth(x, cuts) <= self.best + 1e-9 * abs(self.best)  # the best itself may be asked for again
        cuts = self._together([
            [ways.settled(x, cut, hopeful=hopeful) for ways, cut in zip(*future, strict=True)]
            for future in zip(self.ways, found, strict=True)
        ])  # fmt: skip
        self.best = min(self.best, self._worth(x, cuts))
        return cuts

    def left_at(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """Return who is left out: (future, level, year), and expected (place, year) and (option, year)."""
        programme = self.programme
        left = np.zeros((len(programme.weight), len(programme.price), len(programme.years)))
        places = np.zeros((len(programme.places), len(programme.years)))
        options = np.zeros((len(programme.options), len(programme.years)))
        for w, future in enumerate(self.ways):
            for t, ways in enumerate(future):
                children, displaced = ways.left(x)
                left[w, :, t] = children.sum(axis=1).cumsum() + displaced.sum()
                places[:, t] += programme.weight[w] * children.sum(axis=0)
                np.add.at(options[:, t], self.terms.loser, programme.weight[w] * displaced)
        return left, places, options

    def _worth(self, x: Floats, cuts: Cuts) -> float:
        return float(self.programme.cost @ x + self.price @ cuts.value)

    def _together(self, found: list[list[Cuts]]) -> Cuts:
        weight, tail = self.programme.weight, self.programme.tail_weight
        value = np.array([[cut.value for cut in future] for future in found])  # (future, year, part of the places)
        constant = np.array([[cut.constant for cut in future] for future in found])
        slope = np.array([[cut.slope for cut in future] for future in found])
        cuts = [np.tensordot(weight / self.unit, of, axes=1) for of in (value, constant, slope)]
        cuts = [of.reshape(-1, *of.shape[2:]) for of in cuts]
        if tail > 0:
            factor = worst(value.sum(axis=(1, 2)), weight, self.programme.tail) / self.unit
            ends = [np.tensordot(factor, of.sum(axis=(1, 2)), axes=1) for of in (value, constant, slope)]
            cuts = [np.concatenate([of, end[None]]) for of, end in zip(cuts, ends, strict=True)]
        return Cuts(*cuts)


def _ways(programme: Programme, terms: Terms) -> Callable[[int, int], Ways]:
    """Return the problem of a future and year, the same kind for all of them."""
    plain = not (terms.losses or terms.ways or programme.open.any())
    problems = []
    if np.isfinite(programme.most_left).any() or np.isfinite(programme.most_idle):
        problems.append(
            _("Where ways are priced, no limit on children left or on idle seats is kept; set a price instead.")
        )
    if programme.undivided and not plain:
        problems.append(_("Where a catchment is not divided, options may only add seats."))
    if programme.undivided and (np.diff(terms.gain.first) > 0).sum() < len({j for j, _t in programme.starts}):
        problems.append(_("Where a catchment is not divided, one option may add seats at a school."))
    if problems:
        raise PlanError.of(problems)
    years = range(len(programme.years))
    if not plain:
        return lambda w, t: Travel(programme, terms, w, t)
    offers = [[Offers.of(programme, terms, w, t) for t in years] for w in range(len(programme.weight))]
    if programme.undivided:
        return lambda w, t: Undivided(offers[w][t], len(programme.price))
    if all(of.endless for future in offers for of in future):
        return lambda w, t: Nearest(offers[w][t], len(programme.price))
    return lambda w, t: Travel(programme, terms, w, t)
