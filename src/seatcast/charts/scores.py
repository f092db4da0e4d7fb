"""How often intervals held: promised share against share observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatcast.charts.style import MARKERS, MUTED, PALETTE, canvas, dress, legend, percents
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes


def calibration(
    coverage: pd.DataFrame, *, ax: Axes | None = None, title: str = "", labels: Mapping[str, str] | None = None
) -> Axes:
    """Draw the share of records that fell into intervals against the share promised.

    Parameters
    ----------
    coverage : DataFrame by promised share (0.5, 0.8 ...), a column a group
        Shares observed, 0 to 1. On the diagonal, intervals are as wide as they should be; above it, too wide.
    labels : mapping, optional
        The groups' names in the legend.
    """
    ax = canvas(ax, size=(3.9, 3.6))
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)), label=_("as promised"))
    for i, column in enumerate(coverage.columns):
        name = str((labels or {}).get(column, column))
        ax.plot(coverage.index, coverage[column], color=PALETTE[i % len(PALETTE)], label=name, linewidth=1.6)
        ax.lines[-1].set(marker=MARKERS[i % len(MARKERS)], markersize=5)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_aspect("equal")
    percents(ax.xaxis)
    percents(ax.yaxis)
    ax.set_xlabel(_("share promised"))
    ax.set_ylabel(_("share observed"))
    legend(ax)
    return dress(ax, title=title)
