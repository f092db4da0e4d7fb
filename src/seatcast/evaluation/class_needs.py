"""Does a grade come to need another class? What a forecast warned of, what it missed, and what it cried wolf over."""

from __future__ import annotations

import numpy as np
import pandas as pd

LIKELY = 0.5
"""Probability of another class from which the forecast counts as a warning."""
COLUMNS = [
    "lead", "method", "n", "needed", "hits", "false_alarms", "misses", "hit_rate", "false_alarm_rate", "brier",
]  # fmt: skip


def class_needs(records: pd.DataFrame, methods: tuple[str, ...]) -> pd.DataFrame:
    """Return, by lead and method, how warnings that a grade will need another class than it has now came out.

    A grade has as many classes as its pupils fill at the class size of the bureau; it comes to need another where the
    pupils who came do not fit into them. This forecast warns where that is likelier than not, a reference method where
    its number says so.

    Parameters
    ----------
    records : DataFrame
        Of `Backtest`; those of grades (level "cell") with a class size are read.
    methods : tuple of str
        "forecast" and the columns of reference methods.

    Returns
    -------
    DataFrame
        lead, method, n (grades), needed (that came to need another class), hits, false_alarms, misses; hit_rate
        (percent of those needed), false_alarm_rate (percent of those not needed), brier (mean squared error of the
        probability; of a method without draws, of its yes or no).

    Examples
    --------
    >>> records = pd.DataFrame({"level": "cell", "origin": 2020, "year": 2021, "class_size": 45.0,
    ...     "now": [40.0, 80.0], "actual": [50.0, 85.0], "forecast": [47.0, 95.0], "more_classes": [0.6, 0.7]})
    >>> class_needs(records, ("forecast",))[["needed", "hits", "false_alarms", "misses"]].to_dict("records")
    [{'needed': 1, 'hits': 1, 'false_alarms': 1, 'misses': 0}]
    """
    cells = records[(records["level"] == "cell") & records.get("class_size", pd.Series(np.nan, records.index)).notna()]
    if cells.empty:
        return pd.DataFrame(columns=COLUMNS)
    full = np.ceil(cells["now"] / cells["class_size"] - 1e-9) * cells["class_size"]
    needed = cells["actual"] > full
    rows = []
    for lead, at in cells.groupby(cells["year"] - cells["origin"]).groups.items():
        need = needed.loc[at]
        for method in methods:
            chance = cells.loc[at, "more_classes"] if method == "forecast" else (cells[method] > full).loc[at]
            warned = chance > LIKELY
            hits = int((warned & need).sum())
            alarms, calm = int((warned & ~need).sum()), int((~need).sum())
            rows.append({
                "lead": lead, "method": method, "n": len(at), "needed": int(need.sum()), "hits": hits,
                "false_alarms": alarms, "misses": int(need.sum()) - hits,
                "hit_rate": 100 * hits / need.sum() if need.any() else np.nan,
                "false_alarm_rate": 100 * alarms / calm if calm else np.nan,
                "brier": float(((chance.astype(float) - need) ** 2).mean()),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
