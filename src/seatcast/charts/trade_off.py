"""What is gained for what is paid: points on a curve, and plans side by side by their start years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.charts.style import BLUE, INK, MARKERS, NO_DATA, PALETTE, canvas, counts, dress, label_inches, legend

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes


def trade_off(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    labels: Mapping[str, str] | None = None,
    paid: str = "",
) -> Axes:
    """Draw a line a column against the index, with a marker and the point's number at each point.

    Parameters
    ----------
    frame : DataFrame, a column a line
        Its index is what is paid, rising; rows are points, numbered from 0.
    labels : mapping, optional
        The lines' names in the legend.
    paid : str
        Names the horizontal axis.
    """
    ax = canvas(ax)
    for i, column in enumerate(frame.columns):
        name, color = str((labels or {}).get(column, column)), PALETTE[i % len(PALETTE)]
        ax.plot(frame.index, frame[column], color=color, linewidth=1.8, label=name)
        ax.lines[-1].set(marker=MARKERS[i % len(MARKERS)], markersize=5)
    for number, (at, height) in enumerate(frame.iloc[:, 0].items()):
        ax.annotate(
            str(number), (float(str(at)), float(height)), (4, 5), textcoords="offset points", fontsize=8, color=INK
        )
    counts(ax.xaxis)
    counts(ax.yaxis)
    if frame.min().min() >= 0:
        ax.set_ylim(bottom=0)
    ax.margins(x=0.05)
    ax.set_xlabel(paid)
    legend(ax, columns=2)
    return dress(ax, title=title, unit=unit)


def start_years(frame: pd.DataFrame, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Write the start years of options (rows) in plans (columns); an option that a plan does without is left grey.

    Parameters
    ----------
    frame : DataFrame
        Years, missing where a plan does not start the option; rows and columns are named by their labels.
    """
    ax = canvas(ax, size=(1.0 + label_inches(frame.index) + 0.8 * frame.shape[1], 0.9 + 0.27 * frame.shape[0]))
    values = frame.to_numpy(float)
    for (row, column), year in np.ndenumerate(values):
        missing = np.isnan(year)
        ax.barh(row, 0.94, left=column + 0.03, height=0.86, color=NO_DATA if missing else BLUE)
        if not missing:
            ax.text(column + 0.5, row, f"{year:.0f}", ha="center", va="center", fontsize=8, color="white")
    ax.set_xticks(np.arange(frame.shape[1]) + 0.5, [str(label) for label in frame.columns])
    ax.set_yticks(np.arange(frame.shape[0]), [str(label) for label in frame.index])
    ax.set_xlim(0, frame.shape[1])
    ax.invert_yaxis()
    ax.xaxis.tick_top()
    return dress(ax, title=title, grid="")
