"""Rows of the children's accounts: `LANES` draws of one cohort, moved, ended and closed together.

Rows lie in arrays of two dimensions and are named by their number, so that no view is made for any of them;
each is `LANES` long, filled up with copies of the last draw. A loop of one fixed length has no remainder, which
a processor might round differently: a draw is the same wherever in a row it stands.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from seatcast.demography.random_counts import HALF, LANES, LIMIT, ONE, SIX, ZERO, bits_of, draw_counts, rounded

F32, F64, U32, U64 = np.float32, np.float64, np.uint32, np.uint64
FEWEST = np.float32(8)  # children expected at the end of a year, below which a cell's law is exact
LEAST = np.float32(1)  # variance of those who change status, below which their law is exact
FULL = np.float32(1 + 1e-6)  # single precision may leave probabilities that add up to one a little above it
GONE, COME = 1, 2  # rows beside the end of a cohort: the chance to be gone, the arrivals expected


@nb.njit(cache=True)
def read(source, at, first, n, row, to):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Copy the `n` draws that are there, and the last of them as often as a row has room."""
    for i in range(n):
        row[to, i] = source[at, first + i]
    for i in range(n, U64(LANES)):
        row[to, i] = source[at, first + n - U64(1)]


@nb.njit(cache=True, error_model="numpy")
def binomial(count, prob, draws, key, mean, share, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Draw how many of each count are met by its probability."""
    for i in range(LANES):
        p = min(prob[i], ONE)
        share[i] = ONE - p if p > HALF else p
        mean[i] = count[i] * share[i]
    draw_counts(mean, share, draws, key, out, LANES)
    for i in range(LANES):
        x = min(out[i], count[i])
        out[i] = count[i] - x if prob[i] > HALF else x


@nb.njit(cache=True, error_model="numpy", fastmath={"contract", "nnan", "nsz"})
def thinned(count, at, p, draws, key, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Draw how many of each count are met by one probability; tell whether some are too few (-1 stands there)."""
    low, high = U32(key & U64(0xFFFFFFFF)), U32(key >> U64(32))
    per_child, fewest = p * (ONE - p), FEWEST
    if p > HALF:
        fewest = F32(np.inf)
    skew, tail = ONE - p - p, ONE - SIX * per_child
    small = np.int32(0)
    for i in range(LANES):
        c = count[at, i]
        v = c * per_child
        x = min(rounded(c * p, v, v * skew, v * tail, bits_of(draws[i], low, high)), c)
        exact = (v < LEAST) | (c < fewest)
        small = np.int32(small | np.int32(exact))
        out[i] = -ONE if exact else x
    return small


@nb.njit(cache=True)
def move(moved, held, at, into, outof):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Take those who change status from one row, and write them down where they enter and where they left."""
    for i in range(LANES):
        held[at, i] -= moved[i]
    for i in range(LANES):
        held[into, i] += moved[i]
    for i in range(LANES):
        held[outof, i] += moved[i]


@nb.njit(cache=True, error_model="numpy", fastmath={"contract", "nnan", "nsz"})
def ended(held, at, leave, goes, base, arrive, comes, area, area_at, draws, key, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Draw the end of a cohort; tell whether laws are too small for that (-1 stands there), or chances too large."""
    low, high = U32(key & U64(0xFFFFFFFF)), U32(key >> U64(32))
    small, over = np.int32(0), np.int32(0)
    for i in range(LANES):
        c, more, g = held[at, i], arrive * held[comes, i] * F32(area[area_at, i]), base + leave * held[goes, i]
        s = ONE - g
        mean, v = c * s + more, c * g * s
        k2 = v + more
        x = rounded(mean, k2, v * (g - s) + more, v * (ONE - SIX * g * s) + more, bits_of(draws[i], low, high))
        x = min(x, c) if more <= ZERO else x
        exact = (k2 < LIMIT) | (mean < FEWEST)
        small = np.int32(small | np.int32(exact))
        over = np.int32(over | np.int32(g > FULL))
        row[0, i] = -ONE if exact else x
        row[GONE, i] = g
        row[COME, i] = more
    return small, over


@nb.njit(cache=True, error_model="numpy")
def _arrivals_given(end, count, gone, come, bits):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Draw how many came, given the end of a cohort, from the exact law (binomial of those gone x Poisson)."""
    least = max(end - count, 0)
    if come <= 0 or gone <= 0:
        return least if gone <= 0 else 0
    odds = gone / max(1 - gone, 1e-9)
    v = count * gone * (1 - gone)
    top = int(min(max(come + (end - count * (1 - gone) - come) * come / (come + v), least), end))
    total, weight, c = 1.0, 1.0, top
    while c < end and weight > 1e-12 * total:  # one more came, and one more left
        left = count - end + c
        weight *= come / (c + 1) * (count - left) / (left + 1) * odds
        total += weight
        c += 1
    weight, c = 1.0, top
    while c > least and weight > 1e-12 * total:
        left = count - end + c
        weight *= c / come * left / ((count - left + 1) * odds)
        total += weight
        c -= 1
    u = (F64(bits) + 0.5) / 2.0**32 * total
    lowest, so_far = c, weight
    while so_far < u and c < end:
        left = count - end + c
        weight *= come / (c + 1) * (count - left) / (left + 1) * odds
        so_far += weight
        c += 1
    return max(c, lowest)


@nb.njit(cache=True, error_model="numpy")
def told(held, at, row, draws, key, left, came):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill in who left and who came where the end of the cohort was drawn at once (`left` is -1)."""
    low, high = U32(key & U64(0xFFFFFFFF)), U32(key >> U64(32))
    for i in range(LANES):
        if left[i] < ZERO:
            bits = bits_of(draws[i], low, high)
            came[i] = _arrivals_given(row[0, i], held[at, i], row[GONE, i], row[COME, i], bits)
            left[i] = held[at, i] - (row[0, i] - came[i])


@nb.njit(cache=True)
def write(source, at, out, to, first, n, fresh):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write a row to the result (added to what is there, where it is not the first)."""
    if fresh:
        for i in range(n):
            out[to, first + i] = source[at, i]
    else:
        for i in range(n):
            out[to, first + i] += source[at, i]


@nb.njit(cache=True)
def close(end, held, entered, now, at, total, total_at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the end of a cohort, with those who entered its status, to the state and to the area's total."""
    for i in range(LANES):
        x = end[i] + held[entered, i]
        now[at, i] = x
        total[total_at, i] += np.int32(x)
