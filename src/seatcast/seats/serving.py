"""One stage's admission in one year, compiled: rounds, orders, and the groups of equals that ask a school together."""

from __future__ import annotations

import numba as nb
import numpy as np

from seatcast.seats.city import Turn


@nb.njit(cache=True)
def rounds(place, used, wait, kept, free, free_entry, city, laws, law, t, e, taken):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Serve the waiting children: the reserved seats first, then round by round all who are left.

    Children whose home's seat is locked, `kept`, join in the last round if the bureau places those who are left, and
    else stay without a seat.
    """
    last = laws.last[law]
    some = _some(wait)
    quota = laws.reserved[law] * free_entry
    within, left = quota.copy(), quota.copy()
    for reserved in range(1 if laws.reserved[law] > 0 else 0, -1, -1):
        offer, offer_entry = (within, left) if reserved else (free, free_entry)
        for c in range(laws.offered.shape[1]):
            if c == last:
                if reserved:
                    continue
                _release(wait, some, kept, city, e)
            for o in range(laws.served.shape[2]):
                served = laws.served[law, reserved, o]
                if served.any():
                    until = city.grades[e, 0] + 1 if reserved else city.grades[e, 1]
                    turn = Turn(city.reach[e], city.places[t, e], city.pool[e], laws.offered[law, c, e],
                                laws.queue[law, e], served, city.grades[e, 0], until,
                                laws.lottery[law], ((t * 97 + e) * 97 + c) * 10007)  # fmt: skip
                    _steps(place, used, wait, some, offer, offer_entry, turn, taken)
        if reserved:
            for i in range(free.shape[0]):
                for d in range(free.shape[1]):
                    free[i, d] -= quota[i, d] - left[i, d]
                    free_entry[i, d] -= quota[i, d] - left[i, d]
    _release(wait, some, kept, city, e)


@nb.njit(cache=True)
def _some(wait):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return whether anybody waits, in any draw: (grade, tier, catchment)."""
    some = np.zeros(wait.shape[:3], np.bool_)
    for g in range(wait.shape[0]):
        for q in range(wait.shape[1]):
            for z in range(wait.shape[2]):
                some[g, q, z] = _any(wait[g, q], z)
    return some


@nb.njit(cache=True)
def _release(wait, some, kept, city, e):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for g in range(city.grades[e, 0], city.grades[e, 1]):
        for q in range(kept.shape[1]):
            for z in range(kept.shape[2]):
                some[g, q, z] = True
                for d in range(kept.shape[3]):
                    wait[g, q, z, d] += kept[g, q, z, d]
                    kept[g, q, z, d] = 0


@nb.njit(cache=True, fastmath={"nnan", "nsz"})
def _steps(place, used, wait, some, free, free_entry, turn, taken):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0915
    """Let the waiting children of the served tiers ask their schools, step by step and group by group.

    One function, since each call of another would count the references to all arrays that it is given, which takes
    longer than the work on one link. Positions of draws without a sign spare the question whether they count from the
    end.
    """
    queue, offered, places, served, start = turn.queue, turn.offered, turn.places, turn.served, turn.start
    seated, placed, draw = taken.seated, taken.placed, np.uint64(taken.first)
    n = free.shape[1]
    asked, share = np.empty((2, n), np.float32), np.empty((2, n), np.float32)  # entrants, others
    part, given, rest = np.ones(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    urns = np.zeros((2, 2, n))
    opens = np.array([_any(free, i) for i in range(free.shape[0])])
    source, offer = wait, free_entry
    k = 0
    while k < queue.shape[0] and queue[k, 0] >= 0:
        if queue[k, 4] == 1:
            source = wait.copy() if queue[k, 3] == 1 else wait
            offer = free_entry.copy() if queue[k, 3] == 1 else free_entry
        end = k + queue[k, 2]
        i = turn.reach[queue[k, 0], queue[k, 1]]
        anybody = False
        if opens[i]:
            for d in range(n):
                asked[0, d] = 0
                asked[1, d] = 0
            for link in range(k, end):
                z, r = queue[link, 0], queue[link, 1]
                if offered[z, r] and places[z, r] > 0:
                    less = queue[link, 3] == 1 or places[z, r] < np.inf
                    if less:
                        _part(place, source, offer, turn, link, part)
                    for g in range(start, turn.last):
                        side = 0 if g == start else 1
                        for q in range(served.shape[0]):
                            if served[q] and some[g, q, z]:
                                anybody = True
                                if less:
                                    for d in range(n):
                                        asked[side, d] += part[d] * source[g, q, z, d]
                                else:
                                    for d in range(n):
                                        asked[side, d] += source[g, q, z, d]
        if anybody:
            _settle(free, free_entry, i, asked, share)
            opens[i] = _any(free, i)
            if turn.lottery >= 0:
                _fill(urns, asked, share)
            for link in range(k, end):
                z, r = queue[link, 0], queue[link, 1]
                if offered[z, r] and places[z, r] > 0:
                    less = queue[link, 3] == 1 or places[z, r] < np.inf
                    if less:
                        _part(place, source, offer, turn, link, part)
                    for g in range(start, turn.last):
                        side = 0 if g == start else 1
                        for q in range(served.shape[0]):
                            if served[q] and some[g, q, z]:
                                if less:
                                    for d in range(n):
                                        given[d] = part[d] * source[g, q, z, d]
                                else:
                                    for d in range(n):
                                        given[d] = source[g, q, z, d]
                                if turn.lottery >= 0:
                                    lot = (((turn.key + k) * 1009 + z) * 31 + g) * 31 + q
                                    _draw(given, urns, side, turn.lottery, lot, taken.first)
                                else:
                                    for d in range(n):
                                        given[d] *= share[side, d]
                                for d in range(n):
                                    rest[d] = max(wait[g, q, z, d] - given[d], np.float32(0))
                                for d in range(n):
                                    wait[g, q, z, d] = rest[d]
                                for d in range(np.uint64(n)):
                                    seated[i, q, draw + d] += given[d]
                                some[g, q, z] = _sum(rest) > 0
                                placed[z, r, g, q] += _sum(given)
                                if taken.again:
                                    used[z, r, q] = True
                                    for d in range(n):
                                        place[z, r, g, q, d] += given[d]
        k = end


@nb.njit(cache=True)
def _any(values, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for d in range(values.shape[1]):  # noqa: SIM110 - compiled: any() of a generator is slow here
        if values[row, d] > 0:
            return True
    return False


@nb.njit(cache=True, fastmath={"nnan", "nsz", "reassoc"})
def _sum(values):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    total = np.float32(0)
    for d in range(values.shape[0]):
        total += values[d]
    return total


@nb.njit(cache=True)
def _part(place, source, offer, turn, link, part):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the share of a catchment's waiting children who ask this school now, by draw, into `part`.

    It is less than all where the school is one of a pool, of which each child draws one with the chance of its part
    of the free entry seats, or where it takes only so many children from the catchment.
    """
    z, r = turn.queue[link, 0], turn.queue[link, 1]
    drawn = turn.queue[link, 3] == 1 and turn.pool[z, r, 1] - turn.pool[z, r, 0] > 1
    for d in range(part.shape[0]):
        share = np.float32(1)
        if drawn:
            whole = np.float32(0)
            for s in range(turn.pool[z, r, 0], turn.pool[z, r, 1]):
                if turn.places[z, s] > 0:
                    whole += offer[turn.reach[z, s], d]
            share = offer[turn.reach[z, r], d] / whole if whole > 0 else np.float32(0)
        if turn.places[z, r] < np.inf:
            held, wants = np.float32(0), np.float32(0)
            for g in range(turn.start, turn.last):
                for q in range(turn.served.shape[0]):
                    held += place[z, r, g, q, d]
                    if turn.served[q]:
                        wants += source[g, q, z, d]
            if wants > 0:
                share = min(share, max(turn.places[z, r] - held, np.float32(0)) / wants)
        part[d] = share


@nb.njit(cache=True, fastmath={"nnan", "nsz"}, error_model="numpy")
def _settle(free, free_entry, i, asked, share):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Take the seats that those who ask get, entrants first, out of those that are free, and write their shares.

    `asked` becomes the number of those who get one.
    """
    none, one = np.float32(0), np.float32(1)
    for d in range(free.shape[1]):
        left, left_entry, entrants, others = free[i, d], free_entry[i, d], asked[0, d], asked[1, d]
        within = entrants <= left_entry
        planned = one if within else left_entry / entrants
        wish = others + planned * entrants
        enough = wish <= left
        part = one if enough else left / wish
        share[0, d] = part * planned
        share[1, d] = part
        asked[0, d] = entrants * (part * planned)
        asked[1, d] = others * part
        # What is full is 0, not what rounding leaves: nobody need ask there again.
        left = left - wish if enough else none
        left_entry = left_entry - asked[0, d] if within or not enough else none
        free[i, d] = left
        free_entry[i, d] = min(max(left_entry, none), left)


@nb.njit(cache=True)
def _fill(urns, seats, share):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Fill the urns with the seats to be won and the children who draw, (2, entrants or others, draw)."""
    for side in range(2):
        for d in range(urns.shape[2]):
            urns[0, side, d] = seats[side, d]
            urns[1, side, d] = seats[side, d] / share[side, d] if share[side, d] > 0 else np.float32(0)


@nb.njit(cache=True)
def _draw(given, urns, side, seed, lot, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Turn the children of a catchment into those of them who win a seat by lot."""
    for d in range(given.shape[0]):
        given[d] = _lots(given[d], urns, side, d, seed, lot, first + d)


@nb.njit(cache=True)
def _lots(amount, urns, side, d, seed, turn, draw):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return how many of `amount` children win, one after the other: selection sampling (Fan et al. 1962).

    Each child wins with the seats left over the children left, so that every child has the same chance and all seats
    are given; a part of a child is a child that takes up no more than its part.
    """
    won, rest, count = 0.0, np.float64(amount), 0
    while rest > 0:
        child = min(rest, 1.0)
        seats, children = urns[0, side, d], urns[1, side, d]
        others = max(children - child, 0.0)
        gets = min(child, seats)
        if _uniform(seed, turn, draw, count) * children >= seats:
            gets = min(max(seats - others, 0.0), child)
        won += gets
        urns[0, side, d] -= gets
        urns[1, side, d] = others
        rest -= child
        count += 1
    return np.float32(min(won, amount))


@nb.njit(cache=True)
def _uniform(seed, counter, draw, turn):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return a number between 0 and 1 that depends on its arguments alone: the mixer of SplitMix64 (Steele 2014)."""
    word = np.uint64(seed)
    for part in (np.uint64(counter), np.uint64(draw), np.uint64(turn)):
        word = (word ^ part) + np.uint64(0x9E3779B97F4A7C15)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        word = word ^ (word >> np.uint64(31))
    return np.float64(word >> np.uint64(11)) / 9007199254740992.0
