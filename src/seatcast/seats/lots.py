"""Lots, compiled: every child draws without replacement among those who ask a school together."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True)
def fill(urns, seats, share):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill the urns with the seats to be won and the children who draw, (2, entrants or others, draw)."""
    for side in range(2):
        for d in range(urns.shape[2]):
            urns[0, side, d] = seats[side, d]
            urns[1, side, d] = seats[side, d] / share[side, d] if share[side, d] > 0 else np.float32(0)


@nb.njit(cache=True)
def draw_lots(given, urns, side, seed, lot, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
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
