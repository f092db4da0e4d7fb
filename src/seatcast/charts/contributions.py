"""Contributions: how one number becomes another, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.charts.style import BLUE, INK, MUTED, RED, canvas, counts, dress

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes


def contributions(
    parts: pd.Series,
    start: float,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    labels: Mapping[str, str] | None = None,
    ends: tuple[str, str] = ("", ""),
) -> Axes:
    """Draw a waterfall of steps: the start, each part's rise or fall in turn, and where they end.

    Parameters
    ----------
    parts : Series
        What each part adds; blue rises, red falls. The axis begins near the numbers, since parts are small beside them.
    labels : mapping, optional
        The parts' names.
    ends : (str, str)
        Names of the start and of the end.
    """
    ax = canvas(ax)
    levels = np.concatenate([[start], start + parts.to_numpy(float).cumsum()])
    names = [ends[0], *((labels or {}).get(str(part), str(part)) for part in parts.index), ends[1]]
    spread = float(np.ptp(levels)) or max(abs(start), 1.0) * 0.01
    place = np.arange(len(names))[::-1]
    ax.set_xlim(levels.min() - 0.25 * spread, levels.max() + 0.35 * spread)
    for y, level in ((place[0], levels[0]), (place[-1], levels[-1])):
        ax.plot([level], [y], marker="D", markersize=7, color=INK, linestyle="")
        ax.annotate(f"{level:,.0f}", (level, y), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9)
    for y, (low, step) in zip(place[1:-1], zip(levels[:-1], parts.to_numpy(float), strict=True), strict=True):
        ax.barh(y, step, left=low, height=0.6, color=BLUE if step >= 0 else RED)
        text = f"{step:+,.0f}" if round(step) else "0"
        ax.annotate(
            text, (max(low, low + step), y), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9,
            color=INK,
        )  # fmt: skip
    for y, level in zip(place[:-1], levels, strict=True):
        ax.plot([level, level], [y - 0.7, y - 0.3], color=MUTED, linewidth=0.8)
    ax.set_yticks(place, names)
    counts(ax.xaxis)
    return dress(ax, title=title, unit=unit, grid="x")
