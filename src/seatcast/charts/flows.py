"""Flow pictures: bands from places on the left to places on the right, as wide as what flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from seatcast.charts.style import INK, PALETTE, canvas, dress

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

GAP = 0.15  # inches between one place and the next: the height of a label


def flow_picture(
    flows: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str = "",
    left_title: str = "",
    right_title: str = "",
) -> Axes:
    """Draw what flows from the rows of a table to its columns.

    Parameters
    ----------
    flows : DataFrame
        From the places of the index to those of the columns; nothing is drawn for numbers of half or less.
    """
    table = flows.where(flows > 0.5, 0.0).fillna(0.0)
    table = table.loc[table.sum(axis=1) > 0, table.sum(axis=0) > 0]
    ax = canvas(ax, size=(7.2, max(3.0, 0.34 * max(table.shape, default=1) + 1.2)))
    ax.set_axis_off()
    ax.set_xlim(-0.42, 1.42)
    ax.set_ylim(-0.02, 1.08)
    if table.size:
        gap = min(1.1 * GAP / float(ax.get_figure(root=True).get_figheight()), 0.6 / max(table.shape))  # type: ignore[union-attr]
        scale = (1 - gap * (max(table.shape) - 1)) / float(table.to_numpy().sum())
        ends = [_spans(table.sum(axis=side), scale, gap) for side in (1, 0)]
        used = [dict.fromkeys(table.index, 0.0), dict.fromkeys(table.columns, 0.0)]
        for k, row in enumerate(table.index):
            for column, number in table.loc[row].items():
                width = float(number) * scale
                if width > 0:
                    tops = ends[0][row][0] - used[0][row], ends[1][column][0] - used[1][column]
                    ax.add_patch(
                        PathPatch(_band(*tops, width), facecolor=PALETTE[k % len(PALETTE)], alpha=0.55, linewidth=0)
                    )
                    used[0][row] += width
                    used[1][column] += width
        for side, (x, align) in enumerate(((0.0, "right"), (1.0, "left"))):
            sums = table.sum(axis="columns" if side == 0 else "index")
            for label, (top, bottom) in ends[side].items():
                ax.plot([x, x], [bottom, top], color=INK, linewidth=3, solid_capstyle="butt")
                text = f"{label}  {sums[label]:,.0f}"
                ax.text(x + (0.03 if side else -0.03), (top + bottom) / 2, text, ha=align, va="center", fontsize=8.5,
                        color=INK)  # fmt: skip
    ax.text(0, 1.05, left_title, ha="right", va="bottom", fontsize=9, color=INK)
    ax.text(1, 1.05, right_title, ha="left", va="bottom", fontsize=9, color=INK)
    return dress(ax, title=title, grid="")


def _spans(sums: pd.Series, scale: float, gap: float) -> dict[Any, tuple[float, float]]:
    """Return top and bottom of each place, one under the other, the whole centred between 0 and 1."""
    spans: dict[Any, tuple[float, float]] = {}
    top = 0.5 + (float(sums.sum()) * scale + gap * (len(sums) - 1)) / 2
    for label, number in sums.items():
        spans[label] = (top, top - float(number) * scale)
        top = spans[label][1] - gap
    return spans


def _band(left: float, right: float, width: float) -> Path:
    """Return the outline of a band whose upper edge runs from (0, left) to (1, right)."""
    points = np.array([
        (0.0, left), (0.5, left), (0.5, right), (1.0, right),
        (1.0, right - width), (0.5, right - width), (0.5, left - width), (0.0, left - width), (0.0, left),
    ])  # fmt: skip
    codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4, Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4,
             Path.CLOSEPOLY]  # fmt: skip
    return Path(points, codes)
