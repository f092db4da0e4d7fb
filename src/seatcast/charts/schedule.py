"""A schedule: for each option the years in which it is made ready and those in which it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.charts.style import BLUE, INK, SKY, canvas, dress, legend, whole_years
from seatcast.language import _

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def gantt(schedule: pd.DataFrame, *, ax: Axes | None = None, title: str = "", last: int | None = None) -> Axes:
    """Draw a bar an option, pale while it is made ready and full while it serves.

    Parameters
    ----------
    schedule : DataFrame
        A row an option, drawn top down: `label`, `start` (year the work begins), `opens` (first year of service),
        `ends` (first year without it; missing: it serves beyond the chart) and, optionally, `text`, written at
        the bar, such as "+540".
    last : int, optional
        Last year drawn; the largest of the schedule, if not given.
    """
    ax = canvas(ax, size=(7.4, max(1.9, 1.1 + 0.3 * len(schedule))))
    latest = schedule[["start", "opens", "ends"]].max().max()
    end = last + 1.0 if last is not None else float(np.nan_to_num(latest, nan=1.0))
    rows = np.arange(len(schedule))
    start, opens = schedule["start"].to_numpy(float), schedule["opens"].to_numpy(float)
    ends = schedule["ends"].fillna(end).clip(upper=end).to_numpy(float)
    ax.barh(rows, opens.clip(max=end) - start, left=start, height=0.55, color=SKY, alpha=0.45, label=_("making ready"))
    ax.barh(rows, (ends - opens).clip(min=0), left=opens, height=0.55, color=BLUE, label=_("in service"))
    for row, text in zip(rows, schedule.get("text", [""] * len(schedule)), strict=True):
        if isinstance(text, str) and text:
            inside = ends[row] - opens[row] >= 1.2
            at, color = (opens[row] + 0.12, "white") if inside else (max(ends[row], opens[row]) + 0.08, INK)
            ax.text(float(at), float(row), text, va="center", fontsize=8, color=color)
    ax.set_yticks(rows, [str(label) for label in schedule["label"]])
    ax.set_xlim(start.min() - 0.2 if len(start) else 0, end + 0.1)
    ax.invert_yaxis()
    whole_years(ax.xaxis)
    ax.xaxis.tick_top()
    legend(ax, columns=2, outside=True)
    return dress(ax, title=title, grid="x")
