"""Scores of every method side by side, by level, lead and, where asked, grade type or size of school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatcast.evaluation.records import LEVELS
from seatcast.evaluation.scores import bias, coverage, mape, wape
from seatcast.language import _

BY = ("grade_type", "size")


def score_table(records: pd.DataFrame, methods: tuple[str, ...], by: str | None = None) -> pd.DataFrame:
    """Return the table that `Backtest.scores` describes, from the records of a backtest.

    Raises
    ------
    ValueError
        If `by` is neither "grade_type" nor "size".
    """
    checked_by(by)
    rows = []
    for level in LEVELS:
        here = records[records["level"] == level]
        keys = [here["year"] - here["origin"], *([here[by]] if by else [])]
        for key, part in here.groupby(keys, sort=True):
            labels = dict(zip(["lead", by] if by else ["lead"], key, strict=True))
            own = wape(part["actual"], part["forecast"])
            rows += [{"level": level, **labels, **_scores(part, method, own)} for method in methods]
    return pd.DataFrame(rows)


def checked_by(by: str | None) -> None:
    """Refuse to tell results apart by anything but the grade type or the size of the school."""
    if by not in (None, *BY):
        raise ValueError(_('by is "{by}"; choose grade_type or size.').format(by=by))


def _scores(records: pd.DataFrame, method: str, wape_of_forecast: float) -> dict[str, object]:
    actual, own = records["actual"], method == "forecast"
    error = wape(actual, records[method])
    held = {"50": ("low50", "high50"), "80": ("low", "high"), "95": ("low95", "high95")}
    missed = (records[method] - actual).abs()[records["class_size"].notna()]
    return {
        "method": method,
        "n": len(records),
        "wape": error,
        "mape": mape(actual, records[method]),
        "bias": bias(actual, records[method]),
        "crps": 100 * records["crps"].sum() / actual.sum() if own else error,
        **{
            f"coverage_{share}": coverage(actual, records[low], records[high]) if own else np.nan
            for share, (low, high) in held.items()
        },
        "above_class": 100 * float((missed > records["class_size"].dropna()).mean()) if len(missed) else np.nan,
        "value_added": error - wape_of_forecast,
    }
