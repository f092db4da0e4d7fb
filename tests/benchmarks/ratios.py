"""Ratios of running times, measured in one run on one machine; nothing here passes or fails.

python tests/benchmarks/ratios.py        (about a minute)

1. The share of the first `seatcast demo` that is compilation, by numba's own clock.
2. `import seatcast` against `import pandas`, which it brings: in turn, the median of nine.

The rule of admission is measured in admission.py, the children's accounts in children.py.
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


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


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
    share, first = compile_share()
    say(f"demo: {share:.0%} of the first run's {first:.0f} s is compilation")
    say(f"import: {import_cost():.2f} times the time of pandas alone")
