"""Seats given out again with options in service, each part of the draws as late as its delays have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seatcast.core.study_area import StudyArea
from seatcast.planning.delays import Delay, allocate_delayed
from seatcast.planning.effects import seats_with_options, with_options
from seatcast.planning.option import Option
from seatcast.seats.allocation import Allocation
from seatcast.seats.capacity import Capacity
from seatcast.seats.shortfall import Shortfall


def admitted(
    shortfall: Shortfall, options: Sequence[Option], starts: Mapping[str, int], parts: Sequence[Delay]
) -> Allocation:
    """Give out the seats with the options in service, in each part of the draws as its delays have it."""
    area, seats = shortfall.area, shortfall.allocation.capacity
    on_time = with_options(area, seats, options, starts)
    opening = {option.option for option in options if option.effect(area).opens}

    def served(part: Delay | None) -> tuple[StudyArea, Capacity]:
        late = part.late if part is not None else {}
        if opening & set(late):
            return with_options(area, seats, options, starts, late)
        return on_time[0], seats_with_options(area, seats, options, starts, late) if late else on_time[1]

    return allocate_delayed(shortfall.allocation.demand, parts, served)
