"""Heat tables: numbers in rows and columns, the cells shaded by size."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Normalize

from seatcast.charts.fonts import has_chinese
from seatcast.charts.style import NO_DATA, SCALES, Colors, canvas, dress, ink_on, label_inches

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def heat_table(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    colors: Colors = "share",
) -> Axes:
    """Write the numbers of `frame` into shaded cells; missing ones are left grey.

    Parameters
    ----------
    frame : DataFrame
        Rows and columns are named by their labels, so give it labels that read well.
    colors : {"share", "shortfall", "idle"}
        Shares of 1, written as percentages; numbers missing; numbers to spare.
    """
    wide = max(4.5, 1.0 + label_inches(frame.index) + max(0.62, label_inches(frame.columns)) * frame.shape[1])
    ax = canvas(ax, size=(wide, max(1.8, 0.9 + 0.27 * frame.shape[0])))
    values = frame.to_numpy(float)
    form, unity = ("{:.0f}%", 100) if colors == "share" else ("{:,.0f}", 1)
    top = 1.0 if colors == "share" else max(float(np.nanmax(values, initial=0.0)), 1.0)
    norm = Normalize(0.0, top, clip=True)
    scale = colormaps[SCALES[colors]].with_extremes(bad=NO_DATA)
    shades = np.ma.masked_invalid(norm(values)) * 0.85
    ax.pcolormesh(shades, cmap=scale, vmin=0, vmax=1, edgecolors="white", linewidth=1.5)
    for (row, column), value in np.ndenumerate(values):
        if not np.isnan(value):
            color = ink_on(scale(0.85 * float(norm(value))))
            text = form.format(unity * value)
            ax.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8, color=color)
    ax.set_xticks(np.arange(frame.shape[1]) + 0.5, [str(label) for label in frame.columns])
    ax.set_yticks(np.arange(frame.shape[0]) + 0.5, [str(label) for label in frame.index])
    ax.invert_yaxis()
    ax.xaxis.tick_top()
    ax.set_xlabel(unit)
    ax.xaxis.set_label_position("bottom")
    letters = (wide - 0.6 - label_inches(frame.index)) / label_inches(["n"])
    return dress(ax, title=fill(title, max(12, int(letters / (2.2 if has_chinese(title) else 1.1)))), grid="")
