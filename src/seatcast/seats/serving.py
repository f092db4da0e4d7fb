"""One stage's admission in one year, compiled: rounds, orders, and the groups of equals that ask a school together."""

from __future__ import annotations

import numba as nb
import numpy as np

from seatcast.seats.city import Turn


@nb.njit(cache=True)
def rounds(place, used, wait, kept, free, free_entry, city, laws, law, t, e, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Serve the waiting children: the reserved seats first, then round by round all who are left.

    Children whose home's seat is locked, `kept`, join in the last round if the bureau places those who are left, and
    else stay without a seat.
    """
    last = laws.last[law]
    some = _some(wait)
    if laws.reserved[law] > 0:
        quota, left = np.empty_like(free), np.empty_like(free)
        for i in range(free.shape[0]):
            for d in range(free.shape[1]):
                quota[i, d] = laws.reserved[law] * free_entry[i, d]
                left[i, d] = quota[i, d]
        within = left.copy()
        for c in range(laws.offered.shape[1]):
            if c != last:
                for o in range(laws.served.shape[2]):
                    _steps(
                        place,
                        used,
                        wait,
                        some,
                        within,
                        left,
                        city,
                        laws,
                        law,
                        t,
                        e,
                        c,
                        laws.served[law, 1, o],
                        1,
                        first,
                    )
        for i in range(free.shape[0]):
            for d in range(free.shape[1]):
                free[i, d] -= quota[i, d] - left[i, d]
                free_entry[i, d] -= quota[i, d] - left[i, d]
    for c in range(laws.offered.shape[1]):
        if c == last:
            _release(wait, some, kept, city, e)
        for o in range(laws.served.shape[2]):
            _steps(
                place,
                used,
                wait,
                some,
                free,
                free_entry,
                city,
                laws,
                law,
                t,
                e,
                c,
                laws.served[law, 0, o],
                0,
                first,
            )
    _release(wait, some, kept, city, e)


@nb.njit(cache=True)
def _some(wait):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return whether anybody waits, in any draw: (catchment, grade, tier)."""
    some = np.zeros(wait.shape[:3], np.bool_)
    for z in range(wait.shape[0]):
        for g in range(wait.shape[1]):
            for q in range(wait.shape[2]):
                some[z, g, q] = _any(wait[z, g], q)
    return some


@nb.njit(cache=True)
def _release(wait, some, kept, city, e):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for z in range(kept.shape[0]):
        for g in range(city.grades[e, 0], city.grades[e, 1]):
            for q in range(kept.shape[2]):
                some[z, g, q] = True
                for d in range(kept.shape[3]):
                    wait[z, g, q, d] += kept[z, g, q, d]
                    kept[z, g, q, d] = 0


@nb.njit(cache=True)
def _steps(place, used, wait, some, free, free_entry, city, laws, law, t, e, c, served, entry_alone, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Let the waiting children of the served tiers ask their schools, step by step and group by group."""
    if not served.any():
        return
    last = city.grades[e, 0] + 1 if entry_alone else city.grades[e, 1]
    turn = Turn(city.reach[e], city.places[t, e], city.pool[e], laws.offered[law, c, e], laws.queue[law, e], served,
                city.grades[e, 0], last)  # fmt: skip
    queue = turn.queue
    scratch = np.ones((6, free.shape[1]), np.float32)
    source, offer = wait, free_entry
    k = 0
    while k < queue.shape[0] and queue[k, 0] >= 0:
        if queue[k, 2] == 2:
            source = wait.copy() if queue[k, 3] == 1 else wait
            offer = free_entry.copy() if queue[k, 3] == 1 else free_entry
        end = k + 1
        while end < queue.shape[0] and queue[end, 0] >= 0 and queue[end, 2] == 0:
            end += 1
        i = turn.reach[queue[k, 0], queue[k, 1]]
        if _any(free, i):
            _ask(place, source, some, offer, turn, k, end, scratch)
            _settle(free, free_entry, i, scratch)
            if _any(scratch, 0) or _any(scratch, 1):
                key = ((t * 97 + e) * 97 + c) * 10007 + k
                _give(place, used, wait, source, some, offer, turn, k, end, scratch, laws.lottery[law], key, first)
        k = end


@nb.njit(cache=True)
def _any(values, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for d in range(values.shape[1]):  # noqa: SIM110 - compiled: any() of a generator is slow here
        if values[row, d] > 0:
            return True
    return False


@nb.njit(cache=True)
def _part(place, source, offer, turn, z, r, drawn, scratch):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the share of a catchment's waiting children who ask this school now, by draw, into `scratch[4]`.

    It is less than all where the school is one of a pool, of which each child draws one with the chance of its part
    of the free entry seats, or where it takes only so many children from the catchment.
    """
    for d in range(scratch.shape[1]):
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
                        wants += source[z, g, q, d]
            if wants > 0:
                share = min(share, max(turn.places[z, r] - held, np.float32(0)) / wants)
        scratch[4, d] = share


@nb.njit(cache=True, fastmath={"nnan", "nsz"})
def _ask(place, source, some, offer, turn, first, last, scratch):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Add up who asks the group's school, by draw: entrants into `scratch[0]`, others into `scratch[1]`."""
    n = scratch.shape[1]
    for d in range(n):
        scratch[0, d] = 0
        scratch[1, d] = 0
    for k in range(first, last):
        z, r = turn.queue[k, 0], turn.queue[k, 1]
        if turn.offered[z, r] and turn.places[z, r] > 0:
            drawn = turn.queue[k, 3] == 1 and turn.pool[z, r, 1] - turn.pool[z, r, 0] > 1
            less = drawn or turn.places[z, r] < np.inf
            if less:
                _part(place, source, offer, turn, z, r, drawn, scratch)
            for g in range(turn.start, turn.last):
                side = 0 if g == turn.start else 1
                for q in range(turn.served.shape[0]):
                    if turn.served[q] and some[z, g, q]:
                        if less:
                            for d in range(n):
                                scratch[side, d] += scratch[4, d] * source[z, g, q, d]
                        else:
                            for d in range(n):
                                scratch[side, d] += source[z, g, q, d]
    scratch[4] = 1  # the share of the last who ask is not that of the first who are given a seat


@nb.njit(cache=True, fastmath={"nnan", "nsz"})
def _settle(free, free_entry, i, scratch):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Take the seats out of `free` that those who ask get.

    Write the numbers of them, entrants first, into `scratch[0]` and `[1]`, their shares of those who asked into `[2]`
    and `[3]`.
    """
    for d in range(scratch.shape[1]):
        planned, share = np.float32(1), np.float32(1)
        left, left_entry = free[i, d], free_entry[i, d]
        if scratch[0, d] > left_entry:
            planned = left_entry / scratch[0, d]
        asked = scratch[1, d] + planned * scratch[0, d]
        if asked > left:
            share = left / asked
        scratch[2, d] = share * planned
        scratch[3, d] = share
        scratch[0, d] *= share * planned
        scratch[1, d] *= share
        # What is full is 0, not what rounding leaves: nobody need ask there again.
        left = left - asked if share == 1 else np.float32(0)
        left_entry = left_entry - scratch[0, d] if planned == 1 or share < 1 else np.float32(0)
        free[i, d] = left
        free_entry[i, d] = min(max(left_entry, np.float32(0)), left)


@nb.njit(cache=True, fastmath={"nnan", "nsz"})
def _give(place, used, wait, source, some, offer, turn, first, last, scratch, seed, key, draw):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Seat the accepted children: in proportion, or, with a seed, child by child by lot."""
    n = scratch.shape[1]
    urns = _urns(scratch, seed)
    for k in range(first, last):
        z, r = turn.queue[k, 0], turn.queue[k, 1]
        if turn.offered[z, r] and turn.places[z, r] > 0:
            drawn = turn.queue[k, 3] == 1 and turn.pool[z, r, 1] - turn.pool[z, r, 0] > 1
            if drawn or turn.places[z, r] < np.inf:
                _part(place, source, offer, turn, z, r, drawn, scratch)
            for g in range(turn.start, turn.last):
                side = 0 if g == turn.start else 1
                for q in range(turn.served.shape[0]):
                    if turn.served[q] and some[z, g, q]:
                        used[z, r, q] = True
                        if seed >= 0:
                            lot = ((np.int64(key) * 1009 + z) * 31 + g) * 31 + q
                            for d in range(n):
                                amount = scratch[4, d] * source[z, g, q, d]
                                scratch[5, d] = _lots(amount, urns, side, d, seed, lot, draw + d)
                        else:
                            for d in range(n):
                                scratch[5, d] = scratch[2 + side, d] * scratch[4, d] * source[z, g, q, d]
                        for d in range(n):
                            place[z, r, g, q, d] += scratch[5, d]
                        for d in range(n):
                            wait[z, g, q, d] = max(wait[z, g, q, d] - scratch[5, d], np.float32(0))
                        some[z, g, q] = False
                        for d in range(n):
                            if wait[z, g, q, d] > 0:
                                some[z, g, q] = True
                                break
            for d in range(n):
                scratch[4, d] = 1


@nb.njit(cache=True)
def _urns(scratch, seed):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the seats to be won and the children who draw, (2, entrants or others, draw); nothing without a seed."""
    urns = np.zeros((2, 2, scratch.shape[1] if seed >= 0 else 0))
    for side in range(2):
        for d in range(urns.shape[2]):
            urns[0, side, d] = scratch[side, d]
            if scratch[2 + side, d] > 0:
                urns[1, side, d] = scratch[side, d] / scratch[2 + side, d]
    return urns


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
