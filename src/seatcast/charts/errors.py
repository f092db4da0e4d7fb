"""Errors by lead: a forecast against the methods it has to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from seatcast.charts.style import BLUE, FAINT, INK, MARKERS, MUTED, PALETTE, canvas, dress, legend, percents
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes


def errors_by_lead(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the error of every method by years ahead; the first column is the forecast's and stands out.

    Parameters
    ----------
    frame : DataFrame by lead, a column a method
        Shares, 0 to 1. References are drawn thin; the band behind them reaches from the best to the worst of them.
    labels : mapping, optional
        The methods' names in the legend.
    """
    ax = canvas(ax)
    own, others = frame.columns[0], frame.columns[1:]
    if len(others) > 1:
        ax.fill_between(frame.index, frame[others].min(axis=1), frame[others].max(axis=1), color=FAINT, alpha=0.5)
        ax.collections[-1].set(linewidth=0, zorder=0)
    for i, column in enumerate(others):
        name = str((labels or {}).get(column, column))
        color = INK if column == "no_change" else PALETTE[1:][i % (len(PALETTE) - 1)]
        ax.plot(frame.index, frame[column], color=color, linewidth=1.0, linestyle=(0, (4, 2)), label=name)
        ax.lines[-1].set(marker=MARKERS[i % len(MARKERS)], markersize=3.5)
    ax.plot(frame.index, frame[own], color=BLUE, linewidth=2.6, label=str((labels or {}).get(own, own)))
    ax.lines[-1].set(marker="o", markersize=5, zorder=5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel(_("years ahead"))
    percents(ax.yaxis)
    ax.set_ylim(bottom=0)
    handles, names = ax.get_legend_handles_labels()
    ax.legend([handles[-1], *handles[:-1]], [names[-1], *names[:-1]], fontsize=8, frameon=False, labelcolor=INK)
    return dress(ax, title=title, unit=unit)


def pit_histogram(probabilities: pd.Series, *, ax: Axes | None = None, title: str = "", bins: int = 10) -> Axes:
    """Draw how often counts fell into each tenth of the forecast's probability, against an even spread.

    Parameters
    ----------
    probabilities : Series
        Probability integral transforms, 0 to 1. Flat: intervals keep their word; a bowl: too narrow; a hill: too wide;
        a slope: biased.
    """
    ax = canvas(ax, size=(4.6, 3.4))
    values = probabilities.to_numpy(float)
    ax.hist(values, bins=bins, range=(0, 1), weights=[1 / max(len(values), 1)] * len(values), color=BLUE, alpha=0.75)
    for bar in ax.patches:
        bar.set(edgecolor="white", linewidth=0.8)
    ax.axhline(1 / bins, color=MUTED, linewidth=1.2, linestyle=(0, (4, 3)), label=_("as promised"))
    ax.set_xlim(0, 1)
    percents(ax.yaxis)
    percents(ax.xaxis)
    ax.set_xlabel(_("the forecast's probability of fewer pupils than came"))
    legend(ax)
    return dress(ax, title=title, unit=_("of counts"))
