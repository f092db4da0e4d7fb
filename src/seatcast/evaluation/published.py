"""A forecast as it was published: the record and the rolls in the folder of a finished run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from seatcast.core.refused import RefusedError
from seatcast.language import _

_COLUMNS = ["year", "district", "school", "grade", "median", "low", "high"]


class ReviewError(RefusedError):
    """The run and the inputs cannot be held against each other."""


def read_published(run: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return the record of a finished run, and its rolls: year, district, school, grade, median, low, high.

    Raises
    ------
    FileNotFoundError
        If `run.json` or `tables/rolls.csv` is missing.
    ReviewError
        If they are of another version.
    """
    for needed in (run / "run.json", run / "tables" / "rolls.csv"):
        if not needed.is_file():
            raise FileNotFoundError(
                _("{file} is missing; give the folder of a finished run, as `seatcast run` leaves it.").format(
                    file=needed
                )
            )
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    forecast = pd.read_csv(run / "tables" / "rolls.csv", dtype={"school": str, "district": str})
    absent = [column for column in _COLUMNS if column not in forecast]
    if absent or "base_year" not in about:
        raise ReviewError(
            _("{run}: {absent} is missing; the run was made by another version. Run it again.").format(
                run=run, absent=", ".join(absent) or "base_year"
            )
        )
    return about, forecast[_COLUMNS].astype({"grade": np.int64})
