"""Ratios of the rule of admission, measured in one run on two threads; nothing here passes or fails.

python tests/benchmarks/admission.py        (about two minutes, half of it compilation)

1,000 draws x 2,000 catchments x 400 schools x 4 tiers, ten schools to a catchment, one year and one entry grade:

1. The compiled rule against the same rule in numpy with scipy.sparse: a product of a sparse matrix (school, catchment)
   with the children who wait (catchment, draw) for each tier and rank, in single precision, on all draws at once and on
   50 at a time, of which the faster counts. Both give children left out by catchment, tier and draw, pupils by school,
   tier and draw, and expected pupils by catchment, rank and tier. Both sides take turns, the least of nine counts.
2. The exact lexicographic flow on the first 100 draws against the rule, by draw.
"""

import os
import sys
import time

import numpy as np
from scipy import sparse

from seatcast.seats.admission import admit
from seatcast.seats.city import City, Laws
from seatcast.seats.flow import graph, most

ZONES, SCHOOLS, RANKS, TIERS, DRAWS = 2000, 400, 10, 4, 1000
F32 = np.float32


def world():
    """Return children (catchment, tier, draw), seats (school,) for 95 in 100 of them, and the nearest schools."""
    rng = np.random.default_rng(3)
    homes, places = rng.random((ZONES, 2)), rng.random((SCHOOLS, 2))
    near = np.argsort(np.linalg.norm(homes[:, None] - places, axis=2), axis=1)[:, :RANKS]
    mean = rng.gamma(4, 5, (ZONES, TIERS, 1))
    shared, own = rng.standard_normal((1, TIERS, DRAWS)), rng.standard_normal((ZONES, TIERS, DRAWS))
    seats = rng.uniform(0.5, 1.5, SCHOOLS)
    return (
        (mean * np.exp(0.2 * shared + 0.2 * own)).astype(F32),
        (seats / seats.sum() * mean.sum() * 0.95).astype(F32),
        near,
    )


def positions(near):
    """Return the city and its one rule: tiers in order, one round, ten ranks, equals share in proportion."""
    pool = np.stack([np.arange(RANKS), np.arange(1, RANKS + 1)], axis=1)
    zones = np.argsort(near, axis=0, kind="stable").T  # (rank, catchment), by school
    queue = np.stack([zones, np.broadcast_to(np.arange(RANKS)[:, None], zones.shape)], axis=2).reshape(-1, 2)
    school = near[queue[:, 0], queue[:, 1]]
    ends = np.flatnonzero(np.diff(school, append=-1) != 0) + 1
    begins = np.append(0, ends[:-1])
    groups = np.stack([school[begins], ends, np.zeros_like(ends), begins % ZONES == 0], axis=1)
    one = (1, ZONES, RANKS)
    city = City(
        near[None], np.full((1, *one), np.inf, F32), np.broadcast_to(pool, (*one, 2)).copy(), np.array([[0, 1]]),
        np.array([True]), np.full((SCHOOLS, 1), -1), np.zeros((1, 0), F32), np.array([45], F32),
    )  # fmt: skip
    served = np.stack([np.eye(TIERS, dtype=bool), np.zeros((TIERS, TIERS), bool)])[None]
    laws = Laws(
        np.zeros(1, int), served, np.zeros((1, TIERS), F32), np.zeros(1, F32), np.ones((1, 1, *one), bool),
        np.array([-1]), queue[None, None].astype(np.int32), groups[None, None].astype(np.int32), np.array([-1]),
    )  # fmt: skip
    return city, laws


def plain(children, seats, near, width):
    """Admit in numpy and scipy.sparse, `width` draws at a time."""
    asks = [
        sparse.csr_array((np.ones(ZONES, F32), (near[:, r], np.arange(ZONES))), (SCHOOLS, ZONES)) for r in range(RANKS)
    ]
    unplaced, seated = np.empty_like(children), np.zeros((SCHOOLS, TIERS, DRAWS), F32)
    placed = np.zeros((ZONES, RANKS, TIERS))
    for first in range(0, DRAWS, width):
        at = slice(first, first + width)
        free = np.repeat(seats[:, None], width, 1)
        for q in range(TIERS):
            wait = np.ascontiguousarray(children[:, q, at])
            for r in range(RANKS):
                asked = asks[r] @ wait
                share = np.divide(free, asked, out=np.ones_like(free), where=asked > free)
                taken = share * asked
                free = np.maximum(free - taken, 0)
                seated[:, q, at] += taken
                given = share[near[:, r]] * wait
                placed[:, r, q] += given.sum(1)
                wait -= given
            unplaced[:, q, at] = wait
    return unplaced, seated, placed / DRAWS


def clock(work, *inputs):
    """Return the seconds of a run and what it returned."""
    start = time.perf_counter()
    found = work(*inputs)
    return time.perf_counter() - start, found


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "2"
    children, seats, near = world()
    city, laws = positions(near)
    inputs = children[None, :, None], seats[None, :, None], np.full((1, SCHOOLS, 1), np.inf, F32), city, laws
    compiling, _ = clock(admit, *inputs)
    seconds = {"rule": [], DRAWS: [], 50: []}
    for _ in range(9):
        took, ours = clock(admit, *inputs)
        seconds["rule"].append(took)
        for width in (DRAWS, 50):
            took, theirs = clock(plain, children, seats, near, width)
            seconds[width].append(took)
    rule, numpy = min(seconds["rule"]), min(seconds[DRAWS] + seconds[50])
    apart = (
        np.abs(ours[0][0, :, 0] - theirs[0]).max(), np.abs(ours[2][0, :, 0] - theirs[1]).max(),
        np.abs(ours[5].sum(0)[0, 0].transpose(2, 1, 0) / DRAWS - theirs[2]).max(),
    )  # fmt: skip
    arcs = graph(
        np.repeat(np.arange(ZONES), RANKS), near.ravel(), np.full(ZONES * RANKS, np.inf), np.zeros(ZONES, bool), SCHOOLS
    )
    entrants = np.zeros((TIERS, ZONES, 2, 100))
    entrants[:, :, 0] = children[:, :, :100].swapaxes(0, 1)
    free = np.repeat(seats[:, None].astype(float), 100, 1)
    clock(most, *arcs, entrants[..., :2].copy(), free[:, :2].copy(), free[:, :2].copy())
    flow = min(clock(most, *arcs, entrants, free, free)[0] for _ in range(3)) * DRAWS / 100
    say(f"rule: {rule / DRAWS * 1e3:.3f} ms a draw; first run, with compilation if none is stored: {compiling:.1f} s")
    once, part = min(seconds[DRAWS]), min(seconds[50])
    say(f"  numpy with scipy.sparse: {once:.3f} s on all draws at once, {part:.3f} s on 50 at a time")
    say(f"  asked: at least 5 times as fast as numpy; measured: {numpy / rule:.1f}")
    say(
        "  apart at most: {:.4f} children left out, {:.4f} pupils of a school, {:.6f} expected pupils of a link".format(
            *apart
        )
    )
    say(
        f"flow: {flow / DRAWS * 1e3:.2f} ms a draw; asked: within 40 times the rule's time; measured: {flow / rule:.1f}"
    )
