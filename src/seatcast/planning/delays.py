"""Options that open late: which do, in which futures, and the admission put together from such futures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from seatcast.core.labels import DRAW, SCHOOL, STAGE, TIER, YEAR, labelled
from seatcast.core.streams import Streams
from seatcast.core.study_area import StudyArea
from seatcast.enrollment.demand import EnrollmentDemand
from seatcast.planning.option import Option
from seatcast.seats.allocation import Allocation, allocate
from seatcast.seats.capacity import Capacity
from seatcast.seats.links import links_of

_DRAWN = ("unplaced", "in_place", "seated", "free", "oversize")  # what an admission tells draw by draw
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


def allocate_delayed(
    demand: EnrollmentDemand, parts: Sequence[Delay], served: Callable[[Delay | None], tuple[StudyArea, Capacity]]
) -> Allocation:
    """Give out the seats in each part of the draws as its delays have them.

    Parameters
    ----------
    demand : EnrollmentDemand
        In all draws.
    parts : sequence of Delay
        Disjoint, all draws together.
    served : callable
        Given a part, or None for all options on time: the area and its seats. Where it returns the same area object,
        the links are not made again.
    """
    from seatcast.seats.admission import admit

    area, capacity = served(parts[0])
    if len(parts) == 1:
        return allocate(demand.replace(area=area), capacity)
    pupils = demand.pupils.values
    first = allocate(demand.replace(area=area, pupils=demand.pupils.isel({DRAW: parts[0].draws})), capacity)
    there = {dim: first.capacity.seats[dim].values for dim in (SCHOOL, STAGE)}
    drawn = {name: np.empty((*getattr(first, name).shape[:-1], pupils.shape[-1]), np.float32) for name in _DRAWN}
    offered = np.empty((*first.capacity.seats.shape, pupils.shape[-1]), np.float32)
    places = np.zeros_like(first.expected_places)
    for part in parts:
        area, capacity = served(part)
        seats = capacity.sel(there)
        links = first.links if area is first.area else links_of(demand.replace(area=area), seats, first.rules)
        chosen = np.take(pupils, part.draws, axis=-1)
        found = admit(chosen, seats.seats.values, seats.intake.values, links.city, links.laws)
        for name in _DRAWN:
            drawn[name][..., part.draws] = getattr(found, name)
        offered[..., part.draws] = seats.seats.values[..., None]
        places += found.places() / np.float32(pupils.shape[-1])
    area, capacity = served(None)
    coords = {name: {**getattr(first, name).drop_vars(DRAW, errors="ignore").coords} for name in _DRAWN}
    return DelayedAllocation(
        demand.replace(area=area),
        capacity.sel(there),
        first.rules,
        first.links,
        **{name: xr.DataArray(values, coords[name], getattr(first, name).dims) for name, values in drawn.items()},
        expected_places=places,
        offered=xr.DataArray(offered, first.capacity.seats.coords, (YEAR, SCHOOL, STAGE, DRAW)),
    )
