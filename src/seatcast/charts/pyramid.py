"""The age pyramid of children: years of age upward, one status to the left, the others to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter

from seatcast.charts.style import INK, PALETTE, canvas, dress, legend
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes


def pyramid(
    now: pd.DataFrame,
    *,
    before: pd.DataFrame | None = None,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    labels: Mapping[str, str] | None = None,
    before_label: str = "",
) -> Axes:
    """Draw children by age as bars, and an earlier year as an outline around them.

    Parameters
    ----------
    now, before : DataFrame by age, a column a status
        The first column stands to the left, the others are stacked to the right; a single one stands to the right.
    labels : mapping, optional
        The statuses' names.
    before_label : str
        The outline's name, such as its year.
    """
    ax = canvas(ax, size=(7.4, 4.6))
    ages = now.index.to_numpy(float)
    columns = list(now.columns)
    left = columns[:1] if len(columns) > 1 else []
    edge = np.zeros(len(ages))
    for i, column in enumerate(columns):
        values = now[column].to_numpy(float)
        start = np.zeros(len(ages)) if column in left else edge
        name = str((labels or {}).get(column, column))
        ax.barh(ages, -values if column in left else values, left=start, height=0.86, label=name, color=PALETTE[i])
        edge = edge if column in left else edge + values
    if before is not None:
        sides = [-before[left].sum(axis=1)] if left else []
        for i, side in enumerate([*sides, before[[c for c in columns if c not in left]].sum(axis=1)]):
            name = before_label if i == 0 else f"_{before_label}"
            ax.step(
                np.append(side.to_numpy(float), side.to_numpy(float)[-1]),
                np.append(ages, ages[-1] + 1) - 0.5,
                where="pre",
                color=INK,
                linewidth=1.2,
                label=name,
            )
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda number, _position: f"{abs(number):,.10g}"))
    ax.set_ylabel(_("age"))
    ax.set_yticks(ages[:: 3 if len(ages) > 10 else 1])
    legend(ax, columns=len(columns) + 1, outside=True)
    return dress(ax, title=title, unit=unit, grid="x")
