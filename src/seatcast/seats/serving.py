"""One stage's admission in one year, compiled: rounds, orders, and the groups of equals that ask a school together."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True)
def rounds(place, wait, kept, free, free_entry, city, laws, law, t, e, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Serve the waiting children: the reserved seats first, then round by round all who are left.

    Children whose home's seat is locked, `kept`, join in the last round if the bureau places those who are left, and
    else stay without a seat.
    """
    orders = laws.order[law]
    if laws.reserved[law] > 0:
        quota = (laws.reserved[law] * free_entry).astype(np.float32)
        left = quota.copy()
        for c in range(laws.offered.shape[1]):
            if c != laws.last[law]:
                for o in range(orders.max() + 1):
                    served = (orders == o) & laws.for_tier[law]
                    _steps(place, wait, left.copy(), left, city, laws, law, t, e, c, served, True, first)
        used = quota - left
        free -= used
        free_entry -= used
    for c in range(laws.offered.shape[1]):
        if c == laws.last[law]:
            _release(wait, kept, city.grades[e])
        for o in range(orders.max() + 1):
            _steps(place, wait, free, free_entry, city, laws, law, t, e, c, orders == o, False, first)
    _release(wait, kept, city.grades[e])


@nb.njit(cache=True)
def _release(wait, kept, span):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    if kept.shape[0] == wait.shape[0]:
        wait[:, span[0] : span[1]] += kept[:, span[0] : span[1]]
        kept[:, span[0] : span[1]] = 0


@nb.njit(cache=True)
def _steps(place, wait, free, free_entry, city, laws, law, t, e, c, served, entry_alone, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Let the waiting children of the served tiers ask their schools, step by step and group by group."""
    if not served.any():
        return
    queue = laws.queue[law, e]
    offered = laws.offered[law, c, e]
    n = free.shape[1]
    scratch = np.empty((5, n), np.float32)
    source, offer = wait, free_entry
    k = 0
    while k < queue.shape[0] and queue[k, 0] >= 0:
        if queue[k, 2] == 2:
            pooled = queue[k, 3] == 1
            source = wait.copy() if pooled else wait
            offer = free_entry.copy() if pooled else free_entry
        end = k + 1
        while end < queue.shape[0] and queue[end, 0] >= 0 and queue[end, 2] == 0:
            end += 1
        group = queue[k:end]
        _ask(place, wait, source, offer, free, free_entry, city, t, e, offered, group, served, entry_alone, scratch)
        if scratch[0].max() + scratch[1].max() > 0:
            seed = laws.lottery[law]
            key = ((t * 97 + e) * 97 + c) * 10007 + k
            _give(place, wait, source, offer, city, t, e, offered, group, served, entry_alone, scratch, seed, key, first)
        k = end


@nb.njit(cache=True)
def _part(place, source, offer, city, t, e, row, served, part):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write into `part` the share of a catchment's waiting children who ask this school now, by draw."""
    z, r = row[0], row[1]
    i = city.reach[e, z, r]
    part[:] = 1
    if row[3] == 1 and city.pool[e, z, r, 1] - city.pool[e, z, r, 0] > 1:  # drawn by lot from a pool, in proportion to the entry seats that are free
        for d in range(part.shape[0]):
            whole = np.float32(0)
            for s in range(city.pool[e, z, r, 0], city.pool[e, z, r, 1]):
                if city.places[t, e, z, s] > 0:
                    whole += offer[city.reach[e, z, s], d]
            part[d] = offer[i, d] / whole if whole > 0 else np.float32(0)
    if city.places[t, e, z, r] < np.inf:
        for d in range(part.shape[0]):
            held, wants = np.float32(0), np.float32(0)
            for g in range(city.grades[e, 0], city.grades[e, 1]):
                for q in range(served.shape[0]):
                    held += place[z, r, g, q, d]
                    if served[q]:
                        wants += source[z, g, q, d]
            if wants > 0:
                left = max(city.places[t, e, z, r] - held, np.float32(0))
                part[d] = min(part[d], left / wants)


@nb.njit(cache=True)
def _ask(place, wait, source, offer, free, free_entry, city, t, e, offered, group, served, entry_alone, scratch):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Add up who asks the group's school, and settle how much of it is accepted.

    `scratch` is told, by draw: seats given to entrants and to others, and the shares of them that are accepted.
    """
    given_entry, given, accept_entry, accept, part = scratch
    given_entry[:] = 0
    given[:] = 0
    i = city.reach[e, group[0, 0], group[0, 1]]
    n = part.shape[0]
    for k in range(group.shape[0]):
        z, r = group[k, 0], group[k, 1]
        if not offered[z, r] or city.places[t, e, z, r] <= 0:
            continue
        _part(place, source, offer, city, t, e, group[k], served, part)
        for g in range(city.grades[e, 0], city.grades[e, 1]):
            if entry_alone and not city.entry[g]:
                continue
            for q in range(served.shape[0]):
                if served[q]:
                    if city.entry[g]:
                        for d in range(n):
                            given_entry[d] += part[d] * source[z, g, q, d]
                    else:
                        for d in range(n):
                            given[d] += part[d] * source[z, g, q, d]
    for d in range(n):
        planned = np.float32(1)
        if given_entry[d] > free_entry[i, d]:
            planned = free_entry[i, d] / given_entry[d]
        asked = given[d] + planned * given_entry[d]
        share = np.float32(1)
        if asked > free[i, d]:
            share = free[i, d] / asked
        accept[d] = share
        accept_entry[d] = share * planned
        given[d] *= share
        given_entry[d] *= accept_entry[d]
        free[i, d] = max(free[i, d] - share * asked, 0)
        free_entry[i, d] = min(max(free_entry[i, d] - given_entry[d], 0), free[i, d])


@nb.njit(cache=True)
def _give(place, wait, source, offer, city, t, e, offered, group, served, entry_alone, scratch, seed, key, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Seat the accepted children: in proportion, or, with a seed, child by child by lot."""
    given_entry, given, accept_entry, accept, part = scratch
    n = part.shape[0]
    left = np.zeros((2, n), np.float64)
    mass = np.zeros((2, n), np.float64)
    if seed >= 0:
        for d in range(n):
            left[0, d], left[1, d] = given[d], given_entry[d]
            mass[0, d] = given[d] / accept[d] if accept[d] > 0 else 0.0
            mass[1, d] = given_entry[d] / accept_entry[d] if accept_entry[d] > 0 else 0.0
    for k in range(group.shape[0]):
        z, r = group[k, 0], group[k, 1]
        if not offered[z, r] or city.places[t, e, z, r] <= 0:
            continue
        _part(place, source, offer, city, t, e, group[k], served, part)
        for g in range(city.grades[e, 0], city.grades[e, 1]):
            if entry_alone and not city.entry[g]:
                continue
            share = accept_entry if city.entry[g] else accept
            for q in range(served.shape[0]):
                if served[q]:
                    for d in range(n):
                        amount = part[d] * source[z, g, q, d]
                        won = share[d] * amount
                        if seed >= 0 and 0 < share[d] < 1:
                            side = int(city.entry[g])
                            counter = ((np.int64(key) * 1009 + z) * 31 + g) * 31 + q
                            won = _lots(amount, left[side], mass[side], d, seed, counter, first + d)
                        place[z, r, g, q, d] += won
                        wait[z, g, q, d] = max(wait[z, g, q, d] - won, 0)


@nb.njit(cache=True)
def _lots(amount, left, mass, d, seed, counter, draw):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return how many of `amount` children win, one after the other: selection sampling (Fan et al. 1962).

    Each child wins with the seats left over the children left, so that every child has the same chance and all seats
    are given; a part of a child is a child that takes up no more than its part.
    """
    won = 0.0
    rest = np.float64(amount)
    turn = 0
    while rest > 0:
        child = min(rest, 1.0)
        others = max(mass[d] - child, 0.0)
        gets = min(child, left[d])
        if mass[d] > 0 and _uniform(seed, counter, draw, turn) * mass[d] >= left[d]:
            gets = max(left[d] - others, 0.0)
        won += gets
        left[d] -= gets
        mass[d] = others
        rest -= child
        turn += 1
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
