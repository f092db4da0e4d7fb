"""The rule of admission: pupils in place move up, then seats are filled round by round, tier by tier.

Turns of draws are taken through years, stages and rounds. What is done for every child is compiled, with the draws
innermost, so that a thread walks through memory in order; it is called from here, piece by piece, since the compiler
works again on all that a compiled function calls. Draws never meet and sums over draws are taken in blocks that do not
depend on the machine, so the result is the same for any number of threads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seatcast.core.threads import side_by_side
from seatcast.seats.city import City, Flags, Floats, Laws, Taken
from seatcast.seats.pupils_in_place import clear, free_seats, move_up, record
from seatcast.seats.serving import serve

CHUNK = 128  # draws to a thread's turn at most: long rows are quick
PLACES = 12_500_000  # cells that the places of one turn may fill: they should stay near the processor
BLOCKS = 8  # sums over draws that are kept apart, and so the threads that can be of use


class Sitting(NamedTuple):
    """Where the children of a turn of draws sit.

    Attributes
    ----------
    place : (catchment, rank, grade, tier, draw), pupils; without draws where nobody asks later who sits where
    used : (catchment, rank, tier), whether anybody sits there
    first, draws : int
        The first of the draws, and how many they are.
    """

    place: Floats
    used: Flags
    first: int
    draws: int


class Outcome(NamedTuple):
    """Who is seated where, and who is not.

    Attributes
    ----------
    unplaced : (year, catchment, grade, tier, draw), children
    in_place : (year, catchment, grade, tier, draw), children who are in place as the year's admission begins
    seated : (year, school, stage, tier, draw), pupils
    free : (year, school, stage, draw), seats that pupils in place leave
    oversize : (year, school, stage, draw), pupils in place beyond the seats
    placed : (block, year, grade, tier, rank, catchment), pupils, the sum over the draws of a block
    """

    unplaced: Floats
    in_place: Floats
    seated: Floats
    free: Floats
    oversize: Floats
    placed: Floats

    def places(self) -> Floats:
        """Return (year, catchment, rank, grade, tier): pupils, the sum over all draws."""
        return np.asarray(self.placed.sum(axis=0).transpose(0, 4, 3, 1, 2))


def admit(demand: Floats, seats: Floats, intake: Floats, city: City, laws: Laws) -> Outcome:
    """Admit every year's children in every draw.

    Parameters
    ----------
    demand : (year, catchment, grade, tier, draw), children
    seats, intake : (year, school, stage), seats
    city, laws : see the classes
    """
    years, zones, grades, tiers, draws = demand.shape
    schools, stages = seats.shape[1:]
    outcome = Outcome(
        np.empty_like(demand),
        np.zeros(demand.shape, np.float32),
        np.zeros((years, schools, stages, tiers, draws), np.float32),
        np.zeros((years, schools, stages, draws), np.float32),
        np.zeros((years, schools, stages, draws), np.float32),
        np.zeros((BLOCKS, years, grades, tiers, city.reach.shape[2], zones), np.float32),
    )
    side_by_side(lambda block: _admit_block(block, demand, seats, intake, city, laws, outcome), range(BLOCKS))
    return outcome


def _admit_block(
    block: int, demand: Floats, seats: Floats, intake: Floats, city: City, laws: Laws, outcome: Outcome
) -> None:
    """Admit in every eighth turn of draws, one after the other."""
    years, zones, grades, tiers, draws = demand.shape
    ranks = city.reach.shape[2]
    limited = (city.places > 0) & np.isfinite(city.places)  # a link that takes only so many children of a catchment
    again = years > 1 or len(city.rooms[0]) > 0 or bool(limited.any())
    cells = zones * ranks * grades * tiers
    size = max(min(CHUNK, PLACES // cells, draws), 1)
    room = np.zeros(cells * size if again else 0, np.float32)  # one for all turns of a block, empty after each
    for first in range(block * size, draws, BLOCKS * size):
        n = min(size, draws - first)
        across = n if again else 0
        place = room[: cells * across].reshape((zones, ranks, grades, tiers, across))
        sitting = Sitting(place, np.zeros((zones, ranks, tiers), np.bool_), first, n)
        for t in range(years):
            _admit_year(t, sitting, demand, seats[t], intake[t], city, laws, outcome, outcome.placed[block, t])
        clear(place, sitting.used)


def _admit_year(
    t: int, sitting: Sitting, demand: Floats, seats: Floats, intake: Floats,
    city: City, laws: Laws, outcome: Outcome, placed: Floats,
) -> None:  # fmt: skip
    """Admit the children of a year in a turn of draws."""
    place, used, first, draws = sitting
    turn = np.s_[t, ..., first : first + draws]
    wait = np.array(demand[turn].transpose(1, 2, 0, 3), order="C")  # (grade, tier, catchment, draw)
    inside = np.zeros((seats.shape[1], len(seats), wait.shape[1], draws), np.float32)  # (stage, school, tier, draw)
    if t > 0:
        move_up(place, used, wait, outcome.in_place[t], first, seats, city)
        record(place, used, city, inside, placed)
    some = wait.sum(axis=3) > 0
    kept = _keep(wait, city, laws.locked[laws.of_year[t]])
    rooms = _rooms_left(sitting, seats, city, t)
    for sweep in range(1 + int(city.rooms.shape[1] > 0)):
        for e, into in enumerate(inside):
            free = free_seats(place, used, seats, city, e, draws)
            if sweep == 0:
                np.maximum(free, 0, out=outcome.free[turn][:, e])
                np.maximum(-free, 0, out=outcome.oversize[turn][:, e])
            else:
                rooms = _rooms_left(sitting, seats, city, t)
            np.maximum(free, 0, out=free)
            _keep_within_rooms(free, rooms, city, e, sweep)
            free_entry = np.minimum(free, _left_of_intake(sitting, intake, city, e, sweep))
            taken = Taken(into, placed, first, place.shape[4] > 0)
            serve(place, used, wait, some, kept, free, free_entry, city, laws, t, e, taken)
    outcome.unplaced[turn] = wait.transpose(2, 0, 1, 3)
    outcome.seated[turn] = inside.transpose(1, 0, 2, 3)


def _keep(wait: Floats, city: City, locked: Floats) -> Floats:
    """Take the entrants whose home's seat is locked out of `wait`, and return them; none where nothing is locked."""
    if not locked.any():
        return np.zeros((0, *wait.shape[1:]), np.float32)
    kept = wait * city.entry[:, None, None, None] * locked[:, None, None]
    wait -= kept
    return kept


def _rooms_left(sitting: Sitting, seats: Floats, city: City, t: int) -> tuple[Floats, Floats]:
    """Return the rooms that each building has left, and the part of the free seats they make: (building, draw)."""
    place, used, _first, draws = sitting
    left = np.repeat(city.rooms[t][:, None], draws, axis=1)
    wish = np.zeros_like(left)
    for e in range(seats.shape[1]) if len(left) else ():
        free = free_seats(place, used, seats, city, e, draws)
        housed = np.flatnonzero(city.building[:, e] >= 0)
        at = city.building[housed, e]
        np.subtract.at(left, at, (seats[housed, e, None] - free[housed]) / city.size[e])
        np.add.at(wish, at, np.maximum(free[housed], 0) / city.size[e])
    np.maximum(left, 0, out=left)
    return left, np.minimum(1, np.divide(left, wish, out=np.ones_like(left), where=wish > 0))


def _keep_within_rooms(free: Floats, rooms: tuple[Floats, Floats], city: City, e: int, sweep: int) -> None:
    """Cut the free seats of a stage to the rooms that its building has left.

    In the first sweep the stages of a building share the rooms that are free as the year begins in proportion to the
    seats they could offer; in the second each may have what is left.
    """
    left, part = rooms
    for i in np.flatnonzero(city.building[:, e] >= 0):
        b = city.building[i, e]
        if sweep == 0:
            free[i] *= part[b]
        else:
            np.minimum(free[i], left[b] * city.size[e], out=free[i])
            left[b] -= free[i] / city.size[e]


def _left_of_intake(sitting: Sitting, intake: Floats, city: City, e: int, sweep: int) -> Floats:
    """Return the entrants that the intake plan of a stage has left, (school, draw)."""
    left = np.repeat(intake[:, e, None], sitting.draws, axis=1)
    first, last = city.grades[e]
    if sweep > 0:  # before it nobody has entered this year
        z, r = np.nonzero(city.reach[e] >= 0)
        for g in np.flatnonzero(city.entry[first:last]) + first:
            np.subtract.at(left, city.reach[e, z, r], sitting.place[z, r, g].sum(axis=1))
    return np.maximum(left, 0)
