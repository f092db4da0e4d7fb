"""Rows of the children's accounts: `LANES` draws of one cohort, moved, ended and closed together.

Rows lie in one array of two dimensions and are named by their number, so that no view is made for any of them;
each is `LANES` long, filled up with copies of the last draw. A loop of one fixed length has no remainder, which
a processor might round differently: a draw is the same wherever in a row it stands.
"""

from __future__ import annotations

import numpy as np

from seatcast.demography.random_counts import (
    BY_3,
    BY_4,
    BY_6,
    BY_24,
    FREE,
    LANES,
    LIMIT,
    ONE,
    ZERO,
    bits_of,
    by_itself,
    fused,
    inner,
    normal,
    rounded,
)

F32, F64, U32, U64 = np.float32, np.float64, np.uint32, np.uint64
NONE, RATE, CAME, LEFT, DEAD, WENT, DEVIATE, END, GONE, COME, LAW, FIXED = (FREE + k for k in np.arange(12))
"""Rows at hand: of nothing; a rate; counts of who came, left, died, came and died; normal deviates; the end of the
cohort; the chance to be gone and the arrivals expected; how small a law is. From `FIXED` on, rows of a kernel's own."""

FEWEST = np.float32(8)  # children expected at the end of a year, below which a cell's law is exact
LEAST = np.float32(1)  # variance of those who change status, below which their law is exact
LARGEST = np.int32(2**31 - 1)
FULL = np.float32(1 + 1e-6)  # single precision may leave probabilities that add up to one a little above it


@inner
def read(source, at, first, n, rows, to):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Copy the `n` draws that are there, and the last of them as often as a row has room."""
    by_itself()
    for i in range(n):
        rows[to, i] = source[at, first + i]
    for i in range(n, U64(LANES)):
        rows[to, i] = source[at, first + n - U64(1)]


@inner
def largest(rows, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return the largest number of a row."""
    x = ZERO
    for i in range(LANES):
        x = max(x, rows[at, i])
    return x


@inner
def times_area(rows, at, totals, area):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Multiply a row by the children of the area, and return its smallest number."""
    smallest = F32(np.inf)
    for i in range(LANES):
        x = rows[at, i] * F32(totals[area, i])
        rows[at, i] = x
        smallest = min(smallest, x)
    return smallest


@inner
def fill(rows, at, value):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write one number all over a row."""
    for i in range(LANES):
        rows[at, i] = value


@fused
def deviates(rows, draws, key):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill a row with normal deviates; apart from what is made of them, so that a processor takes more at a time."""
    by_itself()
    low, high = U32(key & U64(0xFFFFFFFF)), U32(key >> U64(32))
    for i in range(LANES):
        rows[DEVIATE, i] = normal(draws[i], low, high)


@fused
def thinned(rows, count, p):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Draw how many of each count leave by one probability; return how small the smallest law is.

    The row `LAW` tells how small each is: below `FEWEST`, what is drawn here does not hold.
    """
    by_itself()
    per_child = p * (ONE - p)
    skew, tail = BY_6 - BY_3 * p, BY_24 - BY_4 * per_child
    smallest = LARGEST
    for i in range(LANES):
        c = rows[count, i]
        v = c * per_child
        enough = min(v * (FEWEST / LEAST), c)
        smallest = np.int32(min(smallest, F32(enough).view(np.int32)))  # in order as whole numbers, too
        rows[LAW, i] = enough
        rows[LEFT, i] = min(rounded(c * p, v, v * skew, v * tail, rows[DEVIATE, i]), c)
    return np.int32(smallest).view(np.float32)


@inner
def thinned_exactly(rows, enough):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Take those drawn in `DEAD` where the law is not large enough for `thinned`."""
    for i in range(LANES):
        rows[LEFT, i] = rows[DEAD, i] if rows[LAW, i] < enough else rows[LEFT, i]


@inner
def move(rows, moved, count, entered):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Take those who change status from one row, and write them down where they enter."""
    by_itself()
    for i in range(LANES):
        rows[count, i] -= rows[moved, i]
    for i in range(LANES):
        rows[entered, i] += rows[moved, i]


@inner
def add(rows, some, to):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Add a row to another."""
    for i in range(LANES):
        rows[to, i] += rows[some, i]


@fused
def ended(rows, count, leave, goes, base, arrive, comes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Draw the end of a cohort; return how small the smallest law is, as in `thinned`."""
    by_itself()
    smallest = LARGEST
    for i in range(LANES):
        c, more, g = rows[count, i], arrive * rows[comes, i], base + leave * rows[goes, i]
        stay = ONE - g
        both = g * stay
        mean, v = c * stay + more, c * both
        k2 = v + more
        enough = min(k2 * (FEWEST / LIMIT), mean)
        smallest = np.int32(min(smallest, F32(enough).view(np.int32)))
        rows[LAW, i] = enough
        k3, k4 = v * (BY_3 * g - BY_6) + more * BY_6, v * (BY_24 - BY_4 * both) + more * BY_24
        rows[END, i] = rounded(mean, k2, k3, k4, rows[DEVIATE, i])
    return np.int32(smallest).view(np.float32)


@inner
def moving(rows, count, leave, goes, base, arrive, comes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill in the chance to be gone and the arrivals expected; where nobody comes, nobody is new at the end."""
    for i in range(LANES):
        rows[GONE, i] = base + leave * rows[goes, i]
        rows[COME, i] = arrive * rows[comes, i]
        rows[END, i] = min(rows[END, i], rows[count, i]) if rows[COME, i] <= ZERO else rows[END, i]


@inner
def ended_exactly(rows, count):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """End a cohort by those who left and came where the law is not large enough for `ended`; elsewhere `LEFT` is -1."""
    for i in range(LANES):
        exact = rows[LAW, i] < FEWEST
        rows[END, i] = rows[count, i] - rows[LEFT, i] + rows[CAME, i] if exact else rows[END, i]
        rows[LEFT, i] = rows[LEFT, i] if exact else -ONE


@inner
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


@inner
def told(rows, count, draws, key):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill in who left and who came where the end of the cohort was drawn at once (`LEFT` is -1)."""
    by_itself()
    low, high = U32(key & U64(0xFFFFFFFF)), U32(key >> U64(32))
    for i in range(LANES):
        if rows[LEFT, i] < ZERO:
            bits = bits_of(draws[i], low, high)
            x = _arrivals_given(rows[END, i], rows[count, i], rows[GONE, i], rows[COME, i], bits)
            rows[CAME, i] = x
            rows[LEFT, i] = rows[count, i] - (rows[END, i] - x)


@inner
def dying(rows, rate, new):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill in how many of those gone die, and how many more are expected to come and die."""
    for i in range(LANES):
        rows[RATE, i] = rate / rows[GONE, i] if rows[GONE, i] > ZERO else ZERO
        rows[COME, i] *= new


@inner
def died(rows):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write those who died to the flows they belong to."""
    for i in range(LANES):
        rows[CAME, i] += rows[WENT, i]
        rows[LEFT, i] -= rows[DEAD, i]
        rows[DEAD, i] += rows[WENT, i]


@inner
def write(rows, at, out, to, first, n, fresh):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write a row to the result (added to what is there, where it is not the first)."""
    by_itself()
    if fresh:
        for i in range(n):
            out[to, first + i] = rows[at, i]
    else:
        for i in range(n):
            out[to, first + i] += rows[at, i]


@inner
def close(rows, entered, now, totals, area):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the end of a cohort, with those who entered its status, to the state and to the area's total."""
    by_itself()
    for i in range(LANES):
        x = rows[END, i] + rows[entered, i]
        rows[now, i] = x
        totals[area, i] += np.int32(x)
