"""Several fans on one Axes: what is told apart, beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatcast.charts.bands import fan
from seatcast.charts.style import PALETTE, canvas, dress, legend

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes


def fans_together(
    draws: xr.DataArray,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    history: pd.DataFrame | None = None,
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw a fan a label of the dimension that is neither `year` nor `draw`, all on one Axes, each in its colour.

    Parameters
    ----------
    draws : DataArray (label, year, draw)
        Of six labels at most: more colours cannot be told apart.
    history : DataFrame by year, a column a label, optional
        Recorded numbers.
    labels : mapping, optional
        Their names in the legend.
    """
    ax = canvas(ax)
    (dim,) = (str(dim) for dim in draws.dims if dim not in ("year", "draw"))
    for color, key in zip(PALETTE, draws[dim].values.tolist(), strict=False):
        name = str((labels or {}).get(key, key))
        past = None if history is None or key not in history else history[key].dropna()
        fan(draws.sel({dim: key}), ax=ax, history=past, color=color, label=name)
    seen: set[str] = set()
    for line in ax.lines:  # "recorded" once in the legend
        name = str(line.get_label())
        line.set_label("_" + name if name in seen else name)
        seen.add(name)
    legend(ax)
    return dress(ax, title=title, unit=unit)
