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
BY_3, BY_4, BY_6, BY_24 = np.float32(1 / 3), np.float32(1 / 4), np.float32(1 / 6), np.float32(1 / 24)
TWO, THREE, FIVE = np.float32(2), np.float32(3), np.float32(5)
NEWTON_1, NEWTON_2 = np.float32(2.7867577), np.float32(1.9412877)
STEP = np.float32(2.0**-31)
LOG2E = np.float32(np.log2(np.e))
LN2 = np.float32(np.log(2))
E6, E5, E4, E3, E2 = (np.float32(1 / x) for x in (720, 120, 24, 6, 2))
MAGIC = np.float32(1.5 * 2**23)  # added and taken off again, it rounds to the nearest whole number

MEAN, SHARE, CHANCE, BEYOND, A, B, FREE = (np.int64(k) for k in range(7))
"""Rows of the sampler: mean and share; the chance of a count, that of more less the random number, the recursion's;
from `FREE` on they are the caller's."""
OF_MEANS = np.int64(-1)
"""The row of trials where there are none, and counts are Poisson."""
AT_ONCE = 4  # counts that a draw goes on before others do

INSIDE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy"}
inner = nb.njit(**INSIDE)
"""Compiled into what calls it and never called from Python, whose wrappers take as long to compile as a small loop."""
fused = nb.njit(**INSIDE, fastmath={"contract", "nnan", "nsz"})
"""As `inner`, where a product and a sum may be rounded at once; a loop of it is compiled once, for all cells alike."""
WIDE = '"prefer-vector-width"="512"'


@inner
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


@_intrinsic
def by_itself(typing):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG001
    """Have a loop compiled once and by itself, in vectors as wide as the processor has.

    LLVM takes half of 512 bits where a processor slows down a little for the whole; these loops gain a seventh of
    their time by it. A processor without them, or of another kind, takes no notice of the wish. llvmlite knows no name
    for it; its attributes are a set of words that it writes down as they are. Were they no set, the wish is left out.
    """

    def mark(context, builder, signature, words):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001
        attributes = builder.function.attributes
        attributes.add("noinline")
        if isinstance(attributes, set):
            set.add(attributes, WIDE)
        return context.get_dummy_value()

    return nb.void(), mark


@inner
def _met(draw, low, high):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the word in which a draw (hashed before) meets a cell, whose key is `low` and `high`."""
    x = times(U32(draw ^ low), U32(0x9E3779B1))
    return plus(U32(x ^ U32(x >> U32(15))), high)


@inner
def bits_of(draw, low, high):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return 32 random bits of a draw in a cell."""
    x = times(_met(draw, low, high), U32(0x85EBCA6B))
    x = times(U32(x ^ U32(x >> U32(13))), U32(0xC2B2AE35))
    return U32(x ^ U32(x >> U32(16)))


@fused
def normal(draw, low, high):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return a normal deviate of a draw in a cell; both products start from one word, so neither waits."""
    word = _met(draw, low, high)
    x, y = times(word, U32(0x85EBCA6B)), times(word, U32(0xC2B2AE35))
    t = F32(np.int32(plus(plus(U32(x & FIRST), U32(y & FIRST)), plus(U32(x >> U32(16)), U32(y >> U32(16))))))
    t = t * UNIT - MIDDLE
    t2 = t * t
    return t * ((((N4 * t2 + N3) * t2 + N2) * t2 + N1) * t2 + N0)


@inner
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


@fused
def _nearly_one_over(x):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return 1 / x to 0.0001, enough for a correction, without a division, of which a processor does one at a time.

    A number's bits are nearly its logarithm, so that a difference of bits is nearly a quotient; one step of Newton's,
    its constants fitted to the largest error, does the rest.
    """
    near = np.int32(np.int32(0x7EB50000) - F32(x).view(np.int32)).view(np.float32)
    return near * (NEWTON_1 - NEWTON_2 * (x * near))


@fused
def rounded(mean, variance, skew, tail, z):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return a whole number, 0 or more, by mean, variance, third cumulant / 6, fourth / 24 and a normal deviate."""
    continuous = variance - ROUNDING
    per = _nearly_one_over(continuous)
    bow, tail_per = skew * per, tail * per
    z2 = z * z
    bend = (tail_per * (z2 - THREE) - bow * bow * (TWO * z2 - FIVE)) * per + ONE
    x = mean + bow * (z2 - ONE) + np.sqrt(continuous) * (z * bend)
    return max((x + MAGIC) - MAGIC, ZERO)


@inner
def draw_counts(rows, trials, prob, draws, key, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Draw counts that are binomial, by rows of trials and probabilities, or Poisson around a row of means.

    Exact laws are inverted for all draws a few counts at a time, until the last draw has its count.

    Parameters
    ----------
    rows : (row, draw)
        Those up to `FREE` are written over.
    trials, prob, out : int
        Which rows; `trials` below 0: counts are Poisson, and `prob` holds their means.
    draws : (draw,)
        Hashed.
    key : uint64
        Of the cell.
    """
    by_itself()
    low, high = U32(key & np.uint64(0xFFFFFFFF)), U32(key >> np.uint64(32))
    few, many = np.int32(0), np.int32(0)
    for i in range(LANES):
        x = rows[prob, i]
        p, n = (min(x, ONE), rows[trials, i]) if trials >= 0 else (ZERO, x)
        p = ONE - p if p > HALF else p
        m = n * p if trials >= 0 else n
        large = m * (ONE - p) >= LIMIT
        rows[MEAN, i], rows[SHARE, i], rows[out, i] = m, p, ZERO
        few = np.int32(few | np.int32((m > ZERO) & (not large)))
        many = np.int32(many | np.int32(large))
    if few > 0:
        for i in range(LANES):
            u = F32(np.int32(bits_of(draws[i], low, high) >> U32(1))) * STEP
            m, p = rows[MEAN, i], rows[SHARE, i]
            chance, above, a, b = _start(m, p)
            exact = m * (ONE - p) < LIMIT
            rows[CHANCE, i] = chance if exact else ZERO
            rows[BEYOND, i] = above - u if exact else ZERO
            rows[A, i], rows[B, i] = a, b
    k = ZERO
    while few > 0:
        few = np.int32(0)
        for i in range(LANES):
            chance, beyond, count, a, b = rows[CHANCE, i], rows[BEYOND, i], rows[out, i], rows[A, i], rows[B, i]
            for j in range(AT_ONCE):
                count += ONE if (beyond > ZERO) & (chance > ZERO) else ZERO
                chance = chance * (max(a - b * (k + F32(j)), ZERO) * (ONE / (k + F32(j + 1))))
                beyond = beyond - chance
            rows[CHANCE, i], rows[BEYOND, i], rows[out, i] = chance, beyond, count
            few = np.int32(few | np.int32((beyond > ZERO) & (chance > ZERO)))
        k += F32(AT_ONCE)
    if many > 0:
        for i in range(LANES):
            m, p = rows[MEAN, i], rows[SHARE, i]
            v = m * (ONE - p)
            z = normal(draws[i], low, high)
            whole = rounded(m, v, v * (BY_6 - BY_3 * p), v * (BY_24 - BY_4 * p * (ONE - p)), z)
            rows[out, i] = whole if v >= LIMIT else rows[out, i]
    if trials >= 0:
        for i in range(LANES):
            x = min(rows[out, i], rows[trials, i])
            rows[out, i] = rows[trials, i] - x if rows[prob, i] > HALF else x


def hashed_draws(draws: int) -> npt.NDArray[np.uint32]:
    """Return 32 bits a draw, the part of a counter that all cells share.

    Examples
    --------
    >>> bool((hashed_draws(500)[:100] == hashed_draws(100)).all())
    True
    """
    words = mixed.py_func(np.arange(draws, dtype=np.uint64))
    return np.asarray(words & np.uint64(0xFFFFFFFF), np.uint32)


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
