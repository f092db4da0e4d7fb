"""Ratios of running times, measured in one run on one machine; nothing here passes or fails.

python tests/benchmarks/ratios.py        (about a minute)

1. The compiled admission against plain numpy that follows the same rule: how many times faster, and that they agree.
2. The share of the first `seatcast demo` that is compilation, by numba's own clock.
3. `import seatcast` against `import pandas`, which it brings: in turn, the median of nine.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

DEMO = """
import sys, time
start = time.perf_counter()
from numba.core import event
from seatcast.cli import main
with event.install_timer("numba:compile", lambda seconds: None) as timer:
    try:
        main()
    except SystemExit:
        pass
sys.stderr.write(f"\\n{timer.duration} {time.perf_counter() - start}")
"""
YEARS, ZONES, SCHOOLS, RANKS, TIERS, DRAWS = 5, 60, 30, 4, 4, 500
STAGE = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1])  # of each grade
ENTRY = np.array([True, False, False, False, False, False, True, False, False])


def plain(demand, seats, intake, reach):
    """Admit in numpy, draws last: the rule of `seatcast.seats.admission` without limits on single links."""
    years, zones, grades, tiers, draws = demand.shape
    unplaced = np.empty_like(demand)
    place = np.zeros((zones, RANKS, grades, tiers, draws), np.float32)
    for t in range(years):
        wait = demand[t].copy()
        if t:
            place[:, :, 1:] = place[:, :, :-1]
            place[:, :, ENTRY] = 0
            held = place.sum(1)
            stay = np.divide(wait, held, out=np.ones_like(held), where=held > wait)
            place *= stay[:, None]
            wait = np.maximum(wait - held, 0)
        for e in range(seats.shape[2]):
            of_stage = stage_of(e)
            taken = np.zeros((seats.shape[1], draws), np.float32)
            np.add.at(taken, reach[e], place[:, :, of_stage].sum((2, 3)))
            free = np.maximum(seats[t, :, e, None] - taken, 0)
            free_entry = np.minimum(free, intake[t, :, e, None])
            for tier in range(tiers):
                for rank in range(RANKS):
                    serve(place, wait, free, free_entry, reach[e, :, rank], of_stage, tier, rank)
        unplaced[t] = wait
    return unplaced


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def stage_of(e):
    return np.flatnonzero(e == STAGE)


def serve(place, wait, free, free_entry, school, of_stage, tier, rank):
    """Share the seats of each zone's school of one rank among those who ask, entry grades by the plan first."""
    ask, ask_entry = np.zeros_like(free), np.zeros_like(free)
    first = of_stage[ENTRY[of_stage]]
    np.add.at(ask_entry, school, wait[:, first, tier].sum(1))
    np.add.at(ask, school, wait[:, of_stage, tier].sum(1) - wait[:, first, tier].sum(1))
    planned = np.divide(free_entry, ask_entry, out=np.ones_like(free), where=ask_entry > free_entry)
    asked = ask + planned * ask_entry
    share = np.divide(free, asked, out=np.ones_like(free), where=asked > free)
    free -= np.minimum(share * asked, free)
    free_entry[:] = np.minimum(np.maximum(free_entry - share * planned * ask_entry, 0), free)
    for g in of_stage:
        given = (share * planned if ENTRY[g] else share)[school] * wait[:, g, tier]
        place[:, rank, g, tier] += given
        wait[:, g, tier] = np.maximum(wait[:, g, tier] - given, 0)


def admission():
    """Return how many times faster the compiled admission is, and the largest difference in children."""
    from seatcast.seats.admission import admit

    rng = np.random.default_rng(1)
    demand = rng.gamma(4, 3, (YEARS, ZONES, len(STAGE), TIERS, DRAWS)).astype(np.float32)
    seats = rng.uniform(200, 1200, (YEARS, SCHOOLS, 2)).astype(np.float32)
    intake = (seats / np.array([6, 3])).astype(np.float32)
    reach = np.stack([[rng.permutation(SCHOOLS)[:RANKS] for _ in range(ZONES)] for _ in range(2)])
    places = np.full((YEARS, 2, ZONES, RANKS), np.inf, np.float32)
    inputs = demand, seats, intake, reach, places, STAGE, ENTRY, np.arange(TIERS)
    admit(*inputs)
    start = time.perf_counter()
    compiled = admit(*inputs)[0]
    middle = time.perf_counter()
    slow = plain(demand, seats, intake, reach)
    return (time.perf_counter() - middle) / (middle - start), float(np.abs(compiled - slow).max())


def compile_share():
    """Return the share of a demo with an empty cache of compiled code that is compilation, and the demo's seconds."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "NUMBA_CACHE_DIR": str(Path(folder, "numba"))}
        command = [sys.executable, "-c", DEMO, "demo", "--out", str(Path(folder, "demo"))]
        told = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stderr
    compiling, seconds = map(float, told.split()[-2:])
    return compiling / seconds, seconds


def import_cost():
    """Return how many times the time of `import pandas` a process with `import seatcast` takes."""
    seconds = {"seatcast": [], "pandas": []}
    for _ in range(9):
        for module, took in seconds.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
            took.append(time.perf_counter() - start)
    return float(np.median(seconds["seatcast"]) / np.median(seconds["pandas"]))


if __name__ == "__main__":
    faster, difference = admission()
    say(f"admission: {faster:.1f} times as fast as plain numpy; they differ by {difference:.4f} children at most")
    share, first = compile_share()
    say(f"demo: {share:.0%} of the first run's {first:.0f} s is compilation")
    say(f"import: {import_cost():.2f} times the time of pandas alone")
