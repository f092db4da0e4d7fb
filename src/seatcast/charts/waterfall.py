"""Waterfalls: a whole, and what each part takes of it in turn."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter

from seatcast.charts.style import BLUE, EDGE, INK, RED, canvas, dress, ink_on, legend

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def waterfall(
    parts: pd.Series,
    whole: float,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    whole_label: str = "",
    below: pd.Series | None = None,
    labels: tuple[str, str] | None = None,
) -> Axes:
    """Draw a whole as a bar, then, from its top down, what each part takes; what goes beyond is drawn below zero.

    Parameters
    ----------
    parts : Series
        What each takes, in order; the index names them.
    whole : float
        What there is.
    below : Series, optional
        By the same index: what each would have taken and did not get, drawn under the axis.
    labels : tuple of str, optional
        What is taken, and what lies below, for the key.
    """
    ax = canvas(ax)
    ticks = [whole_label, *(str(label) for label in parts.index)]
    ax.bar(0, whole, width=0.65, color=EDGE)
    ax.text(0, whole, f"{whole:,.0f}", ha="center", va="bottom", fontsize=8.5, color=INK)
    left = whole
    for k, (label, number) in enumerate(parts.items(), 1):
        ax.bar(k, -number, bottom=left, width=0.65, color=BLUE)
        ax.plot([k - 1, k], [left, left], color=EDGE, linewidth=0.8)
        left -= float(number)
        tall = float(number) > 0.08 * whole
        ax.text(k, left + float(number) * (0.5 if tall else 1.0), f"{number:,.0f}", ha="center",
                va="center" if tall else "bottom", fontsize=8.5, color=ink_on(BLUE) if tall else INK)  # fmt: skip
        missing = 0.0 if below is None else float(below.get(label, 0.0))
        if missing > 0.5:
            ax.bar(k, -missing, bottom=0, width=0.65, color=RED)
            ax.text(k, -missing, f"{missing:,.0f}", ha="center", va="top", fontsize=8.5, color=INK)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.set_xticks(np.arange(len(ticks)), ["\n".join(_wrapped(label)) for label in ticks])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda number, _position: f"{abs(number):,.10g}"))
    ax.use_sticky_edges = False  # numbers stand above the bars
    ax.margins(y=0.08)
    if labels is not None:
        for color, label in zip((BLUE, RED), labels, strict=True):
            ax.bar(0, 0, color=color, label=label)
        legend(ax)
    return dress(ax, title=title, unit=unit)


def _wrapped(label: str) -> list[str]:
    """Return a label in lines of about 14 letters, or 7 Chinese characters."""
    return wrap(label, 14 if label.isascii() else 7) or [""]
