"""Limits of a plan beside money and teachers: a floor for a group of children, idle seats, what is decided already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from seatcast.core.labels import CATCHMENT, DRAW, STAGE, STATUS, TIER, YEAR
from seatcast.language import _, join
from seatcast.planning.option import Option
from seatcast.planning.programme.milp import Floats
from seatcast.seats.shortfall import Shortfall


def plan_years(shortfall: Shortfall) -> list[int]:
    """Return the years that can be planned: those after the first, whose admission is over."""
    return [int(year) for year in shortfall.seats[YEAR].values[1:]]


@dataclass(frozen=True)
class Limits:
    """What a plan must keep.

    Attributes
    ----------
    floor : mapping of str to float
        Share of the children of a status who are to have a seat, expected, in every year. Held on the safe side: all
        who are left out may be of the status, since who goes without is for the rule of admission to say.
    unplaced : mapping of int to float
        Children who may be left without a seat, by year; in a year that is not named, any number. With `Expected()` in
        the mean of the futures shown, so that with 0 nobody is in any; else in the one future of the accepted risk.
    idle_share : float, optional
        Share of all seats that may be expected to stand idle, in every year.
    committed : mapping of str to int
        Start year by option id: decided already.
    forbidden : tuple of str
        Options that are not to be started.

    Examples
    --------
    >>> Limits(floor={"migrant": 0.95}, unplaced={2030: 0}, committed={"E1": 2027}).forbidden
    ()
    """

    floor: Mapping[str, float] = field(default_factory=dict)
    unplaced: Mapping[int, float] = field(default_factory=dict)
    idle_share: float | None = None
    committed: Mapping[str, int] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()

    def problems(self, shortfall: Shortfall, options: Sequence[Option], years: Sequence[int]) -> list[str]:
        """Return what does not fit the area of the shortfall, the options or the years, a sentence each.

        Years are those in which options can be started: those of the plan whose money is known.
        """
        known = {option.option: option for option in options}
        statuses = [status.status for status in shortfall.area.statuses]
        wrong = [
            _("limits: floor names the status {status}; there are {known}.").format(status=status, known=join(statuses))
            for status in self.floor
            if status not in statuses
        ]
        shares = {**{f"floor[{status}]": share for status, share in self.floor.items()}, "idle_share": self.idle_share}
        wrong += [
            _("limits: {name} is {share}; choose a share from 0 to 1.").format(name=name, share=share)
            for name, share in shares.items()
            if share is not None and not 0 <= share <= 1
        ]
        wrong += [
            _("limits: unplaced[{year}] is {children}; choose 0 or more, for a year from {first} to {last}.").format(
                year=year, children=children, first=plan_years(shortfall)[0], last=plan_years(shortfall)[-1]
            )
            for year, children in self.unplaced.items()
            if year not in plan_years(shortfall) or not 0 <= children < np.inf
        ]
        wrong += [
            _("limits: {option} is not an option; there are {known}.").format(option=option, known=join(list(known)))
            for option in [*self.committed, *self.forbidden]
            if option not in known
        ]
        wrong += [
            _("limits: option {option} is committed to {year}; choose a year from {first} to {last}.").format(
                option=option, year=year, first=years[0], last=years[-1]
            )
            for option, year in self.committed.items()
            if year not in years
        ]
        wrong += [
            _("limits: option {option} is committed and forbidden; choose one.").format(option=option)
            for option in self.committed
            if option in self.forbidden
        ]
        wrong += [
            _("limits: the committed option {option} excludes {other}; commit one of them only.").format(
                option=option, other=other
            )
            for option in self.committed
            if option in known
            for other in known[option].excludes
            if other in self.committed
        ]
        return wrong + self._unmet(known)

    def _unmet(self, known: Mapping[str, Option]) -> list[str]:
        """Return which committed options require others that are forbidden, or committed to a later year."""
        needs = [
            (option, year, other)
            for option, year in self.committed.items()
            if option in known
            for other in known[option].requires
        ]
        never = _("limits: the committed option {option} requires {other}, which is forbidden; allow it.")
        late = _("limits: option {option} is committed to {year} and requires {other}, which is committed to {later}.")
        return [
            never.format(option=option, other=other) for option, _year, other in needs if other in self.forbidden
        ] + [
            late.format(option=option, year=year, other=other, later=self.committed[other])
            for option, year, other in needs
            if self.committed.get(other, year) > year
        ]

    def most_left(self, shortfall: Shortfall) -> Floats:
        """Return how many children may be left out by year of a shortfall, by all limits; empty without any."""
        if not self.floor and not self.unplaced:
            return np.zeros(0)
        floor = self.room(shortfall)[0] if self.floor else np.inf
        return np.minimum(floor, self.unplaced_by_year(shortfall))

    def unplaced_by_year(self, shortfall: Shortfall) -> Floats:
        """Return `unplaced` by year of a shortfall, infinite where it is not named."""
        return np.array([self.unplaced.get(year, np.inf) for year in plan_years(shortfall)], float)

    def room(self, shortfall: Shortfall) -> tuple[Floats, Floats, list[str]]:
        """Return by year of a shortfall those whom floors leave out, those who seek a seat, and their status.

        Of several floors the one that leaves room for the fewest counts.
        """
        years = plan_years(shortfall)
        asked = shortfall.allocation.demand.by_stage().groupby(STATUS).sum(TIER).sum([CATCHMENT, STAGE]).mean(DRAW)
        statuses = list(self.floor)
        seekers = np.array([asked.sel({STATUS: status, YEAR: years}).values for status in statuses], float)
        room = seekers * (1.0 - np.array(list(self.floor.values()))[:, None])
        binding = room.argmin(axis=0)
        at = binding, np.arange(len(years))
        return room[at], seekers[at], [statuses[k] for k in binding]
