"""Arrivals above the line, departures below, and what remains of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatcast.charts.style import BLUE, INK, ORANGE, canvas, counts, dress, legend, whole_years
from seatcast.language import _

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def balance(
    arrivals: xr.DataArray, departures: xr.DataArray, *, ax: Axes | None = None, title: str = "", unit: str = ""
) -> Axes:
    """Draw both flows as bars of their expected size, and their net with its 80 percent interval.

    Parameters
    ----------
    arrivals, departures : DataArray (year, draw)
        Already summed over whatever the chart does not tell apart.
    """
    ax = canvas(ax)
    years = arrivals["year"].to_numpy()
    ax.bar(years, arrivals.mean("draw").to_numpy(), width=0.7, color=BLUE, label=_("arrivals"))
    ax.bar(years, -departures.mean("draw").to_numpy(), width=0.7, color=ORANGE, label=_("departures"))
    low, middle, high = (
        (arrivals - departures).quantile([0.1, 0.5, 0.9], "draw").transpose("quantile", "year").to_numpy()
    )
    ax.errorbar(
        years, middle, yerr=[middle - low, high - middle], color=INK, marker="o", markersize=4, linewidth=1.2,
        capsize=3, label=_("net, with its 80% interval"),
    )  # fmt: skip
    ax.axhline(0, color=INK, linewidth=0.8)
    whole_years(ax.xaxis)
    counts(ax.yaxis)
    ax.margins(y=0.15)
    legend(ax, columns=3, outside=True)
    return dress(ax, title=title, unit=unit)
