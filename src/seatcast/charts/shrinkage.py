"""Shrinkage: what one place has shown, what its surroundings have, and the value between them that is used."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seatcast.charts.style import BLUE, INK, MUTED, ORANGE, canvas, dress, legend, whole_years
from seatcast.language import _

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def shrinkage(
    frame: pd.DataFrame, shrunk: float, *, own: float, district: float, ax: Axes | None = None, title: str = ""
) -> Axes:
    """Draw yearly ratios of a school and of its district, the ratio of all years of each, and the one used.

    Parameters
    ----------
    frame : DataFrame by year
        own, district (ratios), below (pupils they rest on: the area of a point).
    shrunk : float
        The ratio used, drawn one year past the last.
    own, district : float
        The two that it lies between, dotted; an own one that is not known is left out.
    """
    ax = canvas(ax)
    years = frame.index.to_numpy()
    largest = max(float(frame["below"].max()), 1.0)
    ax.plot(years, frame["district"], color=ORANGE, linewidth=1.8, label=_("district"))
    ax.plot(years, frame["own"], color=BLUE, linewidth=0.8, alpha=0.6, label="_own")
    ax.scatter(years, frame["own"], s=110 * frame["below"] / largest, color=BLUE, alpha=0.75, label=_("school"))
    dotted = (0, (2, 3))
    ax.axhline(district, color=ORANGE, linewidth=0.9, linestyle=dotted, label=_("district, later years weighing more"))
    if not math.isnan(own):
        ax.axhline(own, color=BLUE, linewidth=0.9, linestyle=dotted, label=_("school, later years weighing more"))
    ax.plot(
        [years[-1] + 1], [shrunk], marker="D", markersize=8, color=INK, linestyle="", label=_("used in the forecast")
    )
    ax.annotate(f"{shrunk:.3f}", (years[-1] + 1, shrunk), xytext=(9, 0), textcoords="offset points", va="center",
                fontsize=9, color=INK)  # fmt: skip
    ax.axhline(1.0, color=MUTED, linewidth=0.7)
    ax.margins(x=0.08)
    whole_years(ax.xaxis)
    legend(ax)
    return dress(ax, title=title, unit=_("pupils per pupil in the grade below, a year earlier"))
