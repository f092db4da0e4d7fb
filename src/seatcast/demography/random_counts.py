"""Whole numbers by chance, from counters: binomial and Poisson counts that depend on their address alone.

A number is a hash of its cell's key and its draw, so that threads, chunks and the order of places leave it as it is.
Both laws come from one sampler: a count of mean m and share p is binomial of m / p trials where p is above 0, and
Poisson where p is 0, the limit. The probabilities of such counts follow one recursion (Panjer 1981),
P[k + 1] = P[k] (a - b k) / (k + 1) with a = m / (1 - p) and b = p / (1 - p). Below a variance of 4 the law is inverted
exactly. From there on a normal deviate with the law's first four moments (Cornish and Fisher 1938) is rounded to whole
children, its variance less the 1/12 that rounding adds (Sheppard 1897): at most 2 chances in 1,000 then fall on another
count than they should, where two moments alone misplace 15 to 40 in 1,000 at a variance of 8.

Compiled, in single precision, over `LANES` draws at a time and without branches, so that a processor takes eight or
sixteen of them at once. A count further out than the loop reaches is found one by one.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
import numpy.typing as npt
from numba import extending

_intrinsic: Any = extending.intrinsic  # it changes what a call takes, which its type does not tell
LANES = 256
"""Draws that a loop takes together."""

EXACT_BELOW = 4.0
"""Variance below which a count is drawn from its exact law."""

N0, N1, N2, N3, N4 = (np.float32(c) for c in (0.96231271, 0.0092700285, 0.0017919066, -0.00036184835, 3.8045455e-05))
UNIT, MIDDLE = np.float32(np.sqrt(3) / 65536), np.float32(np.sqrt(3) / 65536 * 131070)
"""A normal deviate from the sum of four numbers of 16 bits, less its mean: odd polynomial fitted to the quantiles, by
least squares; its distribution function is right to 0.0002, its variance 1 and its kurtosis 3."""

_GRID = 0.25 + 0.25 * np.cos(np.pi * (np.arange(64) + 0.5) / 64)
_LOG_SERIES = np.polynomial.Polynomial.fit(_GRID, -np.log1p(-_GRID) / _GRID, 9).convert().coef[::-1]
L9, L8, L7, L6, L5, L4, L3, L2, L1, L0 = (np.float32(c) for c in _LOG_SERIES)
"""-log(1 - p) / p for p up to 1/2."""

F32 = np.float32
U32 = np.uint32
FIRST = np.uint32(0xFFFF)
ONE, ZERO, HALF = np.float32(1), np.float32(0), np.float32(0.5)
LIMIT = np.float32(EXACT_BELOW)
QUARTERS = np.float32(4)
ROUNDING = np.float32(1 / 12)
BY_6, BY_24 = np.float32(1 / 6), np.float32(1 / 24)
THREE, FIVE, SIX = np.float32(3), np.float32(5), np.float32(6)
STEP = np.float32(2.0**-31)
LOG2E = np.float32(np.log2(np.e))
LN2 = np.float32(np.log(2))
E6, E5, E4, E3, E2 = (np.float32(1 / x) for x in (720, 120, 24, 6, 2))
MAGIC = np.float32(1.5 * 2**23)  # added and taken off again, it rounds to the nearest whole number


@nb.njit(cache=True, inline="always", error_model="numpy")
def mixed(word):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return 64 bits hashed to 64 bits, one to one (the finalizer of SplitMix64, Steele et al. 2014)."""
    x = np.uint64(word)
    x = np.uint64((x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9))
    x = np.uint64((x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB))
    return np.uint64(x ^ (x >> np.uint64(31)))


@_intrinsic
def times(typing, a, b):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG001
    """Return the last 32 bits of a product; numba would multiply in 64, at thrice the time."""
    return nb.uint32(nb.uint32, nb.uint32), lambda context, builder, signature, words: builder.mul(*words)


@_intrinsic
def plus(typing, a, b):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG001
    """Return the last 32 bits of a sum."""
    return nb.uint32(nb.uint32, nb.uint32), lambda context, builder, signature, words: builder.add(*words)


@nb.njit(cache=True, inline="always", error_model="numpy")
def bits_of(draw, low, high):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return 32 random bits of a draw (hashed before) in the cell whose key is `low` and `high`."""
    x = times(U32(draw ^ low), U32(0x9E3779B1))
    x = plus(U32(x ^ U32(x >> U32(15))), high)
    x = times(x, U32(0x85EBCA6B))
    x = times(U32(x ^ U32(x >> U32(13))), U32(0xC2B2AE35))
    return U32(x ^ U32(x >> U32(16)))


@nb.njit(cache=True, inline="always", error_model="numpy")
def _start(mean, share):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return P[0], the probability of more than 0, and the recursion's a and b."""
    p = share
    series = L9 * p + L8
    series = series * p + L7
    series = series * p + L6
    series = series * p + L5
    series = series * p + L4
    series = series * p + L3
    series = series * p + L2
    series = series * p + L1
    series = series * p + L0
    x = -mean * series  # the logarithm of P[0]
    whole = (x * LOG2E + MAGIC) - MAGIC
    r = x - whole * LN2
    less = E6 * r + E5
    less = less * r + E4
    less = less * r + E3
    less = less * r + E2
    less = (less * r + ONE) * r  # exp(r) - 1
    scale = ONE
    scale = np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)
    b = p / (ONE - p)
    return scale * less + scale, (ONE - scale) - scale * less, mean + mean * b, b


def _inversion(terms: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Return a loop that inverts laws up to the count `terms`, which stands for that or more."""

    @nb.njit(cache=True, error_model="numpy")
    def invert(mean, share, draws, low, high, out, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        for i in range(n):
            u = F32(np.int32(bits_of(draws[i], low, high) >> U32(1))) * STEP
            p, above, a, b = _start(mean[i], share[i])
            count = ZERO
            for k in range(terms):
                count += ONE if u < above else ZERO
                p = p * (a * F32(1.0 / (k + 1)))
                a = a - b
                above = above - p
            out[i] = count

    return invert


_FEW, _SOME, _MANY = _inversion(4), _inversion(9), _inversion(18)


@nb.njit(cache=True, error_model="numpy")
def _further(u, mean, share):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the same count as the loops, however far out."""
    p, above, a, b = _start(mean, share)
    count = ZERO
    while u < above and p > ZERO:
        count += ONE
        p = p * (a * F32(1.0 / count))
        a = a - b
        above = above - p
    return count


@nb.njit(cache=True, inline="always", error_model="numpy")
def rounded(mean, k2, k3, k4, bits):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return a whole number of that mean and those cumulants, 0 or more, from 32 random bits."""
    more = times(bits, U32(0x93D765DD))
    low, high = plus(U32(bits & FIRST), U32(more & FIRST)), plus(U32(bits >> U32(16)), U32(more >> U32(16)))
    t = F32(np.int32(plus(low, high))) * UNIT - MIDDLE
    t2 = t * t
    z = t * ((((N4 * t2 + N3) * t2 + N2) * t2 + N1) * t2 + N0)
    z2 = z * z
    variance = k2 - ROUNDING
    per = ONE / variance
    bow = k3 * per * BY_6
    bow2, tail = bow * bow, k4 * per * BY_24
    bend = (z2 * (tail - (bow2 + bow2)) + (FIVE * bow2 - THREE * tail)) * per + ONE
    x = mean + (bow * z2 - bow) + np.sqrt(variance) * (z * bend)
    return max((x + MAGIC) - MAGIC, ZERO)


@nb.njit(cache=True, error_model="numpy")
def draw_counts(mean, share, draws, key, out, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Draw counts of the means and shares given (a share is 1/2 at most), by hashed draws and the key of their cell.

    Parameters
    ----------
    mean, share, draws : (n or more,)
    key : uint64
    out : (n or more,)
        Its first `n` are filled.
    """
    low, high = U32(key & np.uint64(0xFFFFFFFF)), U32(key >> np.uint64(32))
    most, least, some = np.int32(0), np.int32(QUARTERS * LIMIT), np.int32(0)
    largest = np.int32(0)
    for i in range(n):  # in quarters, since whole numbers are compared many at a time
        variance = np.int32(QUARTERS * (mean[i] * (ONE - share[i])))
        most = np.int32(max(most, variance))
        least = np.int32(min(least, variance))
        largest = np.int32(max(largest, np.int32(QUARTERS * mean[i])))
        some = np.int32(some | np.int32(mean[i] > ZERO))
    if some == 0:
        for i in range(n):
            out[i] = ZERO
        return
    if least < QUARTERS * LIMIT:
        if largest < 2:
            terms = np.int32(4)
            _FEW(mean, share, draws, low, high, out, n)
        elif largest < 10:
            terms = np.int32(9)
            _SOME(mean, share, draws, low, high, out, n)
        else:
            terms = np.int32(18)
            _MANY(mean, share, draws, low, high, out, n)
        furthest = np.int32(0)
        for i in range(n):
            furthest = np.int32(max(furthest, np.int32(out[i])))
        if furthest >= terms:
            for i in range(n):
                if out[i] >= terms and mean[i] * (ONE - share[i]) < LIMIT:
                    u = F32(np.int32(bits_of(draws[i], low, high) >> U32(1))) * STEP
                    out[i] = _further(u, mean[i], share[i])
    if most >= QUARTERS * LIMIT:
        for i in range(n):
            p, m = share[i], mean[i]
            v = m * (ONE - p)
            whole = rounded(m, v, v * (ONE - p - p), v * (ONE - SIX * p * (ONE - p)), bits_of(draws[i], low, high))
            out[i] = whole if v >= LIMIT else out[i]


def hashed_draws(draws: int) -> npt.NDArray[np.uint32]:
    """Return 32 bits a draw, the part of a counter that all cells share.

    Examples
    --------
    >>> bool((hashed_draws(500)[:100] == hashed_draws(100)).all())
    True
    """
    return np.array([int(mixed(np.uint64(draw))) & 0xFFFFFFFF for draw in range(draws)], np.uint32)


@nb.njit(cache=True, error_model="numpy")
def _chances(keys, draws, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for c in range(len(keys)):
        low, high = U32(keys[c] & np.uint64(0xFFFFFFFF)), U32(keys[c] >> np.uint64(32))
        for d in range(len(draws)):
            out[c, d] = (bits_of(draws[d], low, high) + 0.5) / 2.0**32


def chances(keys: npt.NDArray[np.uint64], draws: int) -> npt.NDArray[np.float64]:
    """Return numbers between 0 and 1, (key, draw), from the keys of cells."""
    out = np.empty((len(keys), draws))
    _chances(keys, hashed_draws(draws), out)
    return out
