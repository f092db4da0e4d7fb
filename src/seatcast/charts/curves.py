"""Lines and bars over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.charts.style import FAINT, INK, MARKERS, PALETTE, canvas, counts, dress, legend, percents, whole_years
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes


def lines(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    labels: Mapping[str, str] | None = None,
    share: bool = False,
    since: float | None = None,
) -> Axes:
    """Draw a line a column over the years of the index.

    Parameters
    ----------
    frame : DataFrame by year, a column a line
        Missing values leave a gap.
    labels : mapping, optional
        The lines' names in the legend.
    share : bool
        Whether the numbers are shares, written as percentages.
    since : float, optional
        Where the forecast begins: what comes after lies on a tinted ground.
    """
    ax = canvas(ax)
    for i, column in enumerate(frame.columns):
        name = str((labels or {}).get(column, column))
        ax.plot(frame.index, frame[column], color=PALETTE[i % len(PALETTE)], linewidth=1.8, label=name)
        ax.lines[-1].set(marker=MARKERS[i % len(MARKERS)], markersize=4)
    if since is not None:
        ax.axvspan(since, max(frame.index), color=FAINT, alpha=0.45, linewidth=0, label=_("forecast"))
    whole_years(ax.xaxis)
    (percents if share else counts)(ax.yaxis)
    if frame.min().min() >= 0:
        ax.set_ylim(bottom=0)
    legend(ax)
    return dress(ax, title=title, unit=unit)


def bars(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    labels: Mapping[str, str] | None = None,
    line: pd.Series | None = None,
    line_label: str = "",
) -> Axes:
    """Draw stacked bars over the years of the index, a colour a column, and a stepped line such as the budget.

    Parameters
    ----------
    frame : DataFrame by year, a column a layer
        Negative numbers, such as costs saved, are stacked below zero.
    line : Series by year, optional
        A limit, drawn over the bars and called `line_label`.
    """
    ax = canvas(ax)
    years = frame.index.to_numpy()
    above, below = np.zeros(len(frame)), np.zeros(len(frame))
    for i, column in enumerate(frame.columns):
        values = frame[column].fillna(0).to_numpy(float)
        bottom = np.where(values >= 0, above, below)
        name = str((labels or {}).get(column, column))
        ax.bar(years, values, bottom=bottom, width=0.7, color=PALETTE[i % len(PALETTE)], label=name)
        above, below = above + values.clip(min=0), below + values.clip(max=0)
    if line is not None:
        ax.step(
            line.index,
            line.to_numpy(float),
            where="mid",
            color=INK,
            linewidth=1.5,
            linestyle=(0, (5, 2)),
            label=line_label,
        )
    whole_years(ax.xaxis)
    counts(ax.yaxis)
    ax.margins(y=0.15)
    if len(frame.columns) > 1 or line is not None:
        legend(ax, columns=2)
    return dress(ax, title=title, unit=unit)
