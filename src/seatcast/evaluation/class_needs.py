"""Does a grade come to need another class? What a forecast warned of, what it missed, and what it cried wolf over."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatcast.evaluation.score_table import checked_by
from seatcast.language import _

COLUMNS = [
    "lead", "method", "n", "needed", "hits", "false_alarms", "misses", "hit_rate", "false_alarm_rate", "brier",
]  # fmt: skip


def class_needs(
    records: pd.DataFrame, methods: tuple[str, ...], by: str | None = None, *, warn_above: float = 0.5
) -> pd.DataFrame:
    """Return, by lead, method and, if asked, kind of grade or school, how warnings of another class came out.

    A grade has as many classes as its pupils fill at the class size of the bureau; it comes to need another where the
    pupils who came do not fit into them. This forecast warns where the probability of that is above `warn_above`, a
    reference method where its number says so. A lower `warn_above` misses fewer and cries wolf more often.

    Parameters
    ----------
    records : DataFrame
        Of `Backtest`; those of grades (level "cell") with a class size are read.
    methods : tuple of str
        "forecast" and the columns of reference methods.
    by : {"grade_type", "size"}, optional
    warn_above : float
        Probability, from 0 to below 1.

    Returns
    -------
    DataFrame
        lead, the column `by`, method, n (grades), needed (that came to need another class), hits, false_alarms, misses;
        hit_rate (percent of those needed), false_alarm_rate (percent of those not needed), brier (mean squared error of
        the probability; of a method without draws, of its yes or no).

    Raises
    ------
    ValueError
        If `by` is neither of the two, or `warn_above` no such probability.

    Examples
    --------
    >>> records = pd.DataFrame({"level": "cell", "origin": 2020, "year": 2021, "class_size": 45.0,
    ...     "now": [40.0, 80.0], "actual": [50.0, 85.0], "forecast": [47.0, 95.0], "more_classes": [0.6, 0.7]})
    >>> class_needs(records, ("forecast",))[["needed", "hits", "false_alarms", "misses"]].to_dict("records")
    [{'needed': 1, 'hits': 1, 'false_alarms': 1, 'misses': 0}]
    """
    checked_by(by)
    if not 0 <= warn_above < 1:
        raise ValueError(_("warn_above is {found}; it is a probability, from 0 to below 1.").format(found=warn_above))
    cells = records[(records["level"] == "cell") & records.get("class_size", pd.Series(np.nan, records.index)).notna()]
    keys = ["lead", *([by] if by else [])]
    if cells.empty:
        return pd.DataFrame(columns=[*keys, *COLUMNS[1:]])
    full = np.ceil(cells["now"] / cells["class_size"] - 1e-9) * cells["class_size"]
    needed = cells["actual"] > full
    rows = []
    for key, part in cells.assign(lead=cells["year"] - cells["origin"]).groupby(keys):
        for method in methods:
            chance = part["more_classes"] if method == "forecast" else part[method] > full.loc[part.index]
            told = dict(zip(keys, key, strict=True)) | {"method": method}
            rows.append(told | _outcome(chance > warn_above, chance.astype(float), needed.loc[part.index]))
    return pd.DataFrame(rows, columns=[*keys, *COLUMNS[1:]])


def _outcome(warned: pd.Series, chance: pd.Series, needed: pd.Series) -> dict[str, float]:
    """Return what became of the warnings of one method."""
    hits, alarms = int((warned & needed).sum()), int((warned & ~needed).sum())
    need, calm = int(needed.sum()), int((~needed).sum())
    return {
        "n": len(needed), "needed": need, "hits": hits, "false_alarms": alarms, "misses": need - hits,
        "hit_rate": 100 * hits / need if need else np.nan,
        "false_alarm_rate": 100 * alarms / calm if calm else np.nan,
        "brier": float(((chance - needed) ** 2).mean()),
    }  # fmt: skip
