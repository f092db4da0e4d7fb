"""The rule of admission, compiled: pupils in place move up, then seats are filled round by round, tier by tier.

One pass over years, stages, rounds, tiers and the schools that catchments ask, with the draws innermost, so that a
thread walks through memory in order. Draws never meet and sums over draws are taken in blocks that do not depend on the
machine, so the result is the same for any number of threads. The threads are Python's, since loops that the compiler
itself spreads take twice as long to compile.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numba as nb
import numpy as np

from seatcast.seats.city import City, Floats, Laws, Taken
from seatcast.seats.pupils_in_place import clear, move_up, record
from seatcast.seats.serving import rounds

CHUNK = 128  # draws to a thread's turn at most: long rows are quick
PLACES = 12_500_000  # cells that the places of one turn may fill: they should stay near the processor
BLOCKS = 8  # sums over draws that are kept apart, and so the threads that can be of use


def admit(demand: Floats, seats: Floats, intake: Floats, city: City, laws: Laws) -> tuple[Floats, ...]:
    """Admit every year's children in every draw.

    Parameters
    ----------
    demand : (year, catchment, grade, tier, draw), children
    seats, intake : (year, school, stage), seats
    city, laws : see the classes

    Returns
    -------
    unplaced : (year, catchment, grade, tier, draw), children
    in_place : (year, catchment, grade, tier, draw), children who are in place as the year's admission begins
    seated : (year, school, stage, tier, draw), pupils
    free : (year, school, stage, draw), seats that pupils in place leave
    oversize : (year, school, stage, draw), pupils in place beyond the seats
    placed : (block, year, grade, tier, rank, catchment), pupils, the sum over the draws of a block
    """
    years, zones, grades, tiers, draws = demand.shape
    schools, stages = seats.shape[1], seats.shape[2]
    ranks = city.reach.shape[2]
    unplaced, in_place = np.empty_like(demand), np.zeros(demand.shape, np.float32)
    seated = np.zeros((years, schools, stages, tiers, draws), np.float32)
    free_at_start = np.zeros((years, schools, stages, draws), np.float32)
    oversize = np.zeros((years, schools, stages, draws), np.float32)
    placed = np.zeros((BLOCKS, years, grades, tiers, ranks, zones), np.float32)

    def seat(block: int) -> None:
        _block(
            demand, seats, intake, city, laws, block, unplaced, in_place, seated, free_at_start, oversize, placed[block]
        )

    with ThreadPoolExecutor(nb.get_num_threads()) as threads:
        list(threads.map(seat, range(BLOCKS)))
    return unplaced, in_place, seated, free_at_start, oversize, placed


@nb.njit(cache=True, nogil=True)
def _block(demand, seats, intake, city, laws, block, unplaced, in_place, seated, free_at_start, oversize, placed):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Admit in every eighth turn of draws, one after the other."""
    years, zones, grades, tiers, draws = demand.shape
    ranks, stages, schools = city.reach.shape[2], seats.shape[2], seats.shape[1]
    again = years > 1 or city.rooms.shape[1] > 0 or _places_limited(city)
    cells = zones * ranks * grades * tiers
    size = max(min(CHUNK, PLACES // cells, draws), 1)
    room = np.zeros(cells * size if again else 0, np.float32)  # one for all turns of a block, empty after each
    for first in range(block * size, draws, BLOCKS * size):
        n = min(size, draws - first)
        across = n if again else 0
        place = room[: cells * across].reshape((zones, ranks, grades, tiers, across))
        inside = np.zeros((stages, schools, tiers, n), np.float32)  # pupils, near the processor
        used = np.zeros((zones, ranks, tiers), np.bool_)  # cells of which the turn has made use
        wait = np.empty((grades, tiers, zones, n), np.float32)
        for t in range(years):
            law = laws.of_year[t]
            _read(demand[t], first, wait)
            if t > 0:
                move_up(place, used, wait, in_place[t], first, seats[t], city)
                record(place, used, city, inside, placed[t])
            some = _some(wait)
            kept = _kept(wait, city, laws.locked[law])
            rooms_left = _rooms_left(place, used, seats[t], city, t, n)
            for sweep in range(1 + int(city.rooms.shape[1] > 0)):
                for e in range(stages):
                    if sweep > 0:
                        rooms_left = _rooms_left(place, used, seats[t], city, t, n)
                    free = _free(place, used, seats[t], city, e, n)
                    if sweep == 0:
                        for i in range(schools):
                            for d in range(n):
                                free_at_start[t, i, e, first + d] = max(free[i, d], np.float32(0))
                                oversize[t, i, e, first + d] = max(-free[i, d], np.float32(0))
                    _within_rooms(free, rooms_left, city, e, sweep)
                    free_entry = _free_entry(free, place, intake[t, :, e], city, e, sweep)
                    taken = Taken(inside[e], placed[t], first, again)
                    rounds(place, used, wait, some, kept, free, free_entry, city, laws, law, t, e, taken)
            _write(wait, unplaced[t], first)
            _leave(inside, seated[t], first)
        clear(place, used)


@nb.njit(cache=True)
def _places_limited(city):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return whether a link takes only so many children of a catchment."""
    for places in city.places.flat:  # noqa: SIM110 - compiled
        if 0 < places < np.inf:
            return True
    return False


@nb.njit(cache=True)
def _read(given, first, wait):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Copy (catchment, grade, tier, draw) from the draw `first` on into (grade, tier, catchment, draw).

    Positions without a sign, here and in `_write`, spare the question whether they count from the end.
    """
    for z in range(given.shape[0]):
        for g in range(given.shape[1]):
            for q in range(given.shape[2]):
                for d in range(np.uint64(wait.shape[3])):
                    wait[g, q, z, d] = given[z, g, q, np.uint64(first) + d]


@nb.njit(cache=True)
def _write(wait, taken, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Copy (grade, tier, catchment, draw) into (catchment, grade, tier, draw) from the draw `first` on."""
    for z in range(taken.shape[0]):
        for g in range(taken.shape[1]):
            for q in range(taken.shape[2]):
                for d in range(np.uint64(wait.shape[3])):
                    taken[z, g, q, np.uint64(first) + d] = wait[g, q, z, d]


@nb.njit(cache=True)
def _leave(inside, seated, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Move pupils, (stage, school, tier, draw), into (school, stage, tier, draw) from the draw `first` on."""
    for e in range(inside.shape[0]):
        for i in range(inside.shape[1]):
            for q in range(inside.shape[2]):
                for d in range(np.uint64(inside.shape[3])):
                    seated[i, e, q, np.uint64(first) + d] = inside[e, i, q, d]
                    inside[e, i, q, d] = 0


@nb.njit(cache=True, fastmath={"reassoc"})
def _some(wait):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return whether anybody waits, in any draw: (grade, tier, catchment)."""
    some = np.empty(wait.shape[:3], np.bool_)
    for g in range(wait.shape[0]):
        for q in range(wait.shape[1]):
            for z in range(wait.shape[2]):
                total = np.float32(0)
                for d in range(wait.shape[3]):
                    total += wait[g, q, z, d]
                some[g, q, z] = total > 0
    return some


@nb.njit(cache=True)
def _kept(wait, city, locked):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Take the children whose home's seat is locked out of `wait`, and return them; none where nothing is locked."""
    grades, tiers, zones, n = wait.shape
    kept = np.zeros((grades, tiers, zones if locked.max() > 0 else 0, n), np.float32)
    for g in range(grades):
        if city.entry[g]:
            for q in range(tiers):
                for z in range(kept.shape[2]):
                    for d in range(n):
                        kept[g, q, z, d] = locked[q] * wait[g, q, z, d]
                        wait[g, q, z, d] -= kept[g, q, z, d]
    return kept


@nb.njit(cache=True)
def _free(place, used, seats, city, e, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the seats of a stage less the pupils in them, (school, draw): negative where there are too many pupils."""
    zones, ranks, _, tiers, _ = place.shape
    free = np.empty((seats.shape[0], n), np.float32)
    for i in range(seats.shape[0]):
        free[i] = seats[i, e]
    for z in range(zones if place.shape[4] > 0 else 0):
        for r in range(ranks):
            for q in range(tiers):
                i = city.reach[e, z, r]
                if used[z, r, q] and i >= 0:
                    for g in range(city.grades[e, 0], city.grades[e, 1]):
                        for d in range(n):
                            free[i, d] -= place[z, r, g, q, d]
    return free


@nb.njit(cache=True)
def _rooms_left(place, used, seats, city, t, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the rooms that each building has left, and the part of the free seats they make: (2, building, draw)."""
    found = np.zeros((2, city.rooms.shape[1], n), np.float32)
    for b in range(city.rooms.shape[1]):
        for d in range(found.shape[2]):
            found[0, b, d] = city.rooms[t, b]
        for e in range(seats.shape[1]):
            free = _free(place, used, seats, city, e, n)
            for i in range(seats.shape[0]):
                if city.building[i, e] == b:
                    for d in range(found.shape[2]):
                        found[0, b, d] -= (seats[i, e] - free[i, d]) / city.size[e]
                        found[1, b, d] += max(free[i, d], np.float32(0)) / city.size[e]
        for d in range(found.shape[2]):
            found[0, b, d] = max(found[0, b, d], np.float32(0))
            wish = found[1, b, d]
            found[1, b, d] = min(np.float32(1), found[0, b, d] / wish) if wish > 0 else np.float32(1)
    return found


@nb.njit(cache=True)
def _within_rooms(free, rooms, city, e, sweep):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Cut the free seats of a stage to 0 or more, and to the rooms that its building has left.

    In the first sweep the stages of a building share the rooms that are free as the year begins in proportion to the
    seats they could offer; in the second each may have what is left.
    """
    for i in range(free.shape[0]):
        b = city.building[i, e]
        for d in range(free.shape[1]):
            free[i, d] = max(free[i, d], np.float32(0))
            if b >= 0 and sweep == 0:
                free[i, d] *= rooms[1, b, d]
            elif b >= 0:
                free[i, d] = min(free[i, d], rooms[0, b, d] * city.size[e])
                rooms[0, b, d] -= free[i, d] / city.size[e]


@nb.njit(cache=True)
def _free_entry(free, place, intake, city, e, sweep):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the free seats that entrants may have, (school, draw): no more than the intake plan has left."""
    schools, n = free.shape
    left = np.empty_like(free)
    for i in range(schools):
        left[i] = intake[i]
    if sweep > 0:  # before it nobody has entered this year
        for z in range(place.shape[0]):
            for r in range(place.shape[1]):
                i = city.reach[e, z, r]
                if i >= 0:
                    for g in range(city.grades[e, 0], city.grades[e, 1]):
                        if city.entry[g]:
                            for q in range(place.shape[3]):
                                for d in range(n):
                                    left[i, d] -= place[z, r, g, q, d]
    for i in range(schools):
        for d in range(n):
            left[i, d] = min(free[i, d], max(left[i, d], np.float32(0)))
    return left
