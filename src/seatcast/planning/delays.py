"""Options that open late: which do, in which futures, and the admission put together from such futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from seatcast.core.labels import DRAW, SCHOOL, STAGE, TIER, YEAR, labelled
from seatcast.core.streams import Streams
from seatcast.enrollment.demand import EnrollmentDemand
from seatcast.planning.option import Option
from seatcast.seats.allocation import Allocation
from seatcast.seats.capacity import Capacity

BLOCKS = 10  # draws of a block share their delays: the admission is run once for each pattern of them


@dataclass(frozen=True, eq=False)
class Delay:
    """A part of the draws, and the options that open a year late in them.

    Attributes
    ----------
    late : dict of str to int
        Years by option id; those on time are left out.
    draws : array of int
        Positions of the draws.
    """

    late: dict[str, int]
    draws: npt.NDArray[np.int64]


def delays(options: Sequence[Option], draws: int, seed: int) -> tuple[Delay, ...]:
    """Return the parts of the draws in which the same options open late.

    Each option has a stream of its own, so that it is late in the same draws whatever else a plan holds. Its chance is
    met as nearly as the blocks allow: one number falls into each tenth between 0 and 1 (stratified sampling), and a
    block is late where its number is below the chance.

    Parameters
    ----------
    options : sequence of Option
    draws : int
    seed : int
        Of the scenario.

    Returns
    -------
    tuple of Delay
        Disjoint, all draws together; one part where no option can be late.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from seatcast.planning.options import Extension
    >>> wing = Extension(option="E1", name="Wing", stage="primary", school="elm", seats=90, life_years=10)
    >>> len(delays([wing], 500, seed=2026))
    1
    >>> {part.late.get("E1", 0): len(part.draws) for part in delays([replace(wing, late_chance=0.3)], 500, seed=2026)}
    {0: 350, 1: 150}
    """
    blocks = min(BLOCKS, draws)
    chances = [option for option in sorted(options, key=lambda option: option.option) if option.late_chance > 0]
    drawn = {}
    for option in chances:
        stream = Streams(seed)[f"delay of {option.option}"]
        number = (stream.permutation(blocks) + stream.random(blocks)) / blocks
        drawn[option.option] = number < option.late_chance
    block = np.arange(draws) * blocks // max(draws, 1)
    patterns: dict[tuple[bool, ...], list[int]] = {}
    for k in range(blocks):
        patterns.setdefault(tuple(bool(late[k]) for late in drawn.values()), []).append(k)
    return tuple(
        Delay(
            {name: 1 for name, late in zip(drawn, pattern, strict=True) if late}, np.flatnonzero(np.isin(block, among))
        )
        for pattern, among in sorted(patterns.items())
    )


@dataclass(frozen=True, eq=False, repr=False)
class DelayedAllocation(Allocation):
    """The seats given out in draws of which some have options open late.

    Attributes
    ----------
    capacity, links
        Those of the options on time.
    offered : DataArray (year, school, stage, draw), seats
        Those there are in each draw.
    """

    offered: xr.DataArray

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "offered", labelled(self.offered, YEAR, SCHOOL, STAGE, DRAW, unit="seats"))

    @property
    def idle(self) -> xr.DataArray:
        """Seats that nobody takes: (year, school, stage, draw)."""
        empty = self.offered - self.seated.sum(TIER)
        return empty.clip(min=0).transpose(YEAR, SCHOOL, STAGE, DRAW).assign_attrs(unit="seats")


def joined(demand: EnrollmentDemand, capacity: Capacity, parts: Sequence[tuple[Delay, Allocation]]) -> Allocation:
    """Return the admission in all draws from that in each part of them.

    Parameters
    ----------
    demand, capacity : EnrollmentDemand and Capacity
        In all draws, all options on time.
    parts : sequence of Delay and Allocation
        In the same schools; the links of the first are kept.
    """
    if len(parts) == 1:
        return parts[0][1]
    first = parts[0][1]
    order = np.argsort(np.concatenate([delay.draws for delay, _part in parts]), kind="stable")

    def together(of: Sequence[xr.DataArray]) -> xr.DataArray:
        return xr.concat(of, DRAW).isel({DRAW: order})

    drawn = {
        name: together([getattr(part, name) for _delay, part in parts])
        for name in ("unplaced", "in_place", "seated", "free", "oversize")
    }
    offered = [part.capacity.seats.expand_dims({DRAW: len(delay.draws)}, -1) for delay, part in parts]
    shares = np.array([len(delay.draws) for delay, _part in parts], np.float32) / len(order)
    there = {dim: first.capacity.seats[dim].values for dim in (SCHOOL, STAGE)}
    return DelayedAllocation(
        demand,
        capacity.sel(there),
        first.rules,
        first.links,
        **drawn,
        expected_places=np.einsum("p,p...", shares, [part.expected_places for _delay, part in parts], dtype=np.float32),
        offered=together(offered),
    )
