"""Ratios of the children's compiled accounts, measured in one run on two threads; nothing here passes or fails.

python tests/benchmarks/children.py [children a cell]       (about three minutes)

1,000 draws x 500 catchments x 18 ages x 2 statuses x 15 years: births, deaths, departures, arrivals, and migrants who
are registered locally. Against numpy that samples every count exactly, and numpy with float32 normal noise, both on a
part of the draws and multiplied; against writing the output once, in turns, the least of eight counts; and the peak of
memory over the output. Counts of 300 a cell are those of a city of five million children; the fewer there are, the more
counts are drawn exactly.
"""

import os
import resource
import sys
import time

import numba as nb
import numpy as np

from seatcast.demography.projection_kernel import project
from seatcast.demography.random_counts import hashed_draws

ZONES, AGES, KINDS, DRAWS, YEARS = 500, 18, 2, 1000, 15
F32 = np.float32


def world(size, draws):
    """Return start, births, deaths, changes, levels and factors of the rates."""
    rng = np.random.default_rng(1)
    mean = np.repeat(size * rng.uniform(0.5, 1.5, (ZONES, 1, KINDS)), AGES, 1)
    start = np.ascontiguousarray(np.broadcast_to(rng.poisson(mean)[..., None], (*mean.shape, draws)), F32)
    births = np.ascontiguousarray(np.broadcast_to(mean[None, :, 0, :, None], (YEARS, ZONES, KINDS, draws)), F32)
    death = np.full((AGES, KINDS), 0.0003, F32)
    change = np.zeros((AGES, KINDS, KINDS), F32)
    change[:, 1, 0] = 0.02
    arrive = (np.ones((ZONES, AGES, KINDS)) * [0.03, 0.08] / ZONES).astype(F32)
    leave = (np.ones((ZONES, AGES, KINDS)) * [0.03, 0.08]).astype(F32)
    factor = np.exp(rng.normal(0, 0.2, (2, YEARS, 1, 1, KINDS, draws))).astype(F32)
    return start, births, death, change, arrive, leave, factor


def compiled(parts, draws):
    """Return the stock of the children, (year, catchment, age, status, draw)."""
    start, births, death, change, arrive, leave, factor = parts
    years = births.shape[0]
    keys = [
        np.random.default_rng(k).integers(0, 2**64, n, dtype=np.uint64) for k, n in enumerate((ZONES, KINDS, years))
    ]
    stock = np.empty((years + 1, *start.shape), F32)
    born = np.empty(births.shape, F32)
    none = np.empty((0, years, *start.shape), F32)
    opens, fresh = np.ones(ZONES, bool), np.ones((ZONES, AGES), bool)
    project(
        start, births, death, F32(1), F32(0), change, arrive, factor[0], leave, factor[1], hashed_draws(draws), *keys,
        change.sum((1, 2)) > 0, np.arange(ZONES), np.arange(AGES), opens, fresh, stock, born, none,
    )  # fmt: skip
    return stock


def exactly(parts, years):
    """Sample every count from its law, in numpy."""
    start, births, death, change, arrive, leave, factor = parts
    rng, now = np.random.default_rng(2), start.astype(np.int64)
    for t in range(years):
        cohort = np.concatenate([rng.poisson(births[t])[:, None], now[:, :-1]], 1)
        dead = rng.binomial(cohort, death[..., None].astype(float))
        alive, area = cohort - dead, cohort.sum(0)
        moved = rng.binomial(alive[:, :, 1], change[:, 1, 0, None].astype(float))
        alive[:, :, 1] -= moved
        gone = rng.binomial(alive, leave[..., None] * factor[1, t].astype(float))
        now = alive - gone + rng.poisson(arrive[..., None] * factor[0, t] * area)
        now[:, :, 0] += moved


def normally(parts, years):
    """Add normal noise of the right variance, in numpy and single precision."""
    start, births, death, change, arrive, leave, factor = parts
    rng, now = np.random.default_rng(2), start
    for t in range(years):
        born = births[t] + np.sqrt(births[t]) * rng.standard_normal(births[t].shape, F32)
        cohort = np.concatenate([born[:, None], now[:, :-1]], 1)
        area, share = cohort.sum(0), change[:, 1, 0, None]
        noise = rng.standard_normal(cohort[:, :, 1].shape, F32)
        moved = cohort[:, :, 1] * share + np.sqrt(cohort[:, :, 1] * (share * (1 - share))) * noise
        cohort[:, :, 1] -= moved
        gone = death[..., None] + leave[..., None] * factor[1, t]
        come = arrive[..., None] * factor[0, t] * area
        mean, spread = cohort * (1 - gone) + come, np.sqrt(cohort * gone * (1 - gone) + come)
        now = np.rint(np.maximum(mean + spread * rng.standard_normal(cohort.shape, F32), 0))
        now[:, :, 0] += moved


@nb.njit(parallel=True)
def fill(out):
    """Write every number once."""
    for i in nb.prange(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = F32(j)


def clock(work, *inputs, repeat=1):
    """Return the least seconds of some runs."""
    seconds = []
    for _ in range(repeat):
        begin = time.perf_counter()
        work(*inputs)
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def write_once(cells):
    """Take memory and write it."""
    fill(np.empty((cells // DRAWS, DRAWS), F32))


if __name__ == "__main__":
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    os.environ["OMP_NUM_THREADS"] = "2"
    nb.set_num_threads(2)
    small = world(size, 8)
    compiled(small, 8)
    fill(np.empty((2, 2), F32))
    parts = world(size, DRAWS)
    cells = (YEARS + 1) * ZONES * AGES * KINDS * DRAWS
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    turns = [(clock(compiled, parts, DRAWS), np.inf)]
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    turns += [(clock(compiled, parts, DRAWS), clock(write_once, cells)) for _ in range(8)]
    ours, writing = np.min(turns, axis=0)
    exact = clock(exactly, small, 3, repeat=2) * DRAWS / 8 * YEARS / 3
    part = world(size, 100)
    normal = clock(normally, part, 5, repeat=2) * DRAWS / 100 * YEARS / 5
    for line in (
        f"children: {size:.0f} a cell, {ours:.2f} s, {cells / ours / 1e6:.0f} million cells a second",
        f"  {exact / ours:.0f} times as fast as exact sampling in numpy ({exact:.0f} s)",
        f"  {normal / ours:.1f} times as fast as float32 normal noise in numpy ({normal:.1f} s)",
        f"  {ours / writing:.1f} times the time of writing the output once ({writing:.2f} s)",
        f"  {peak / (cells * 4):.2f} times the output at the peak of memory",
    ):
        sys.stdout.write(line + "\n")
