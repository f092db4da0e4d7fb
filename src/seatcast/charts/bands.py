"""Fans: what happened, then the futures as bands around their median."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from seatcast.charts.fonts import families
from seatcast.charts.style import (
    BLUE,
    GREEN,
    INK,
    RED,
    Drawing,
    canvas,
    counts,
    dress,
    dress_texts,
    legend,
    whole_years,
)
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
_COLUMNS = 2


def fan(
    draws: xr.DataArray,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    history: pd.Series | None = None,
    seats: pd.Series | None = None,
    planned: pd.Series | None = None,
    quantiles: tuple[float, ...] = QUANTILES,
    color: str = BLUE,
    label: str = "",
) -> Axes:
    """Draw the bands between pairs of quantiles, the median, what was recorded, and the seats.

    Parameters
    ----------
    draws : DataArray (year, draw)
        Already summed over whatever the chart does not tell apart.
    history, seats : Series by year, optional
        Recorded numbers, drawn as points; seats, drawn as steps.
    planned : Series by year, optional
        Seats with a plan; `seats` are then called those without it.
    quantiles : tuple of float
        Rising and symmetric around 0.5, which is the median's.
    color, label : str
        To draw several fans on one Axes: each with its own colour and name.

    Returns
    -------
    Axes
        That of `ax`, or of a new Figure.
    """
    ax = canvas(ax)
    years = draws["year"].to_numpy()
    bands = draws.transpose("year", "draw").quantile(list(quantiles), dim="draw").to_numpy()
    pairs = [(i, len(quantiles) - 1 - i) for i in range(len(quantiles) // 2)]
    for depth, (low, high) in enumerate(pairs):
        share = f"{100 * (quantiles[high] - quantiles[low]):.0f}%"
        name = "_" + share if label else _("{share} interval").format(share=share)
        ax.fill_between(years, bands[low], bands[high], color=color, alpha=0.18 + 0.16 * depth, linewidth=0, label=name)
    if len(quantiles) % 2:
        ax.plot(years, bands[len(pairs)], color=color, linewidth=1.8, label=label or _("median"))
    if history is not None:
        values = history.to_numpy(float)
        ax.plot(history.index, values, color=INK, linewidth=1.2, marker="o", markersize=3, label=_("recorded"))
    if planned is not None:  # below the others, so that both are seen where the plan changes nothing
        ax.step(planned.index, planned.to_numpy(float), where="mid", color=GREEN, linewidth=2.2)
        ax.lines[-1].set_label(_("seats with the plan"))
    if seats is not None:
        ax.step(seats.index, seats.to_numpy(float), where="mid", color=RED, linewidth=1.5, linestyle=(0, (5, 2)))
        ax.lines[-1].set_label(_("seats") if planned is None else _("seats without the plan"))
    whole_years(ax.xaxis)
    counts(ax.yaxis)
    ax.margins(x=0.02, y=0.12)
    legend(ax)
    return dress(ax, title=title, unit=unit)


def fans(
    draws: xr.DataArray,
    *,
    title: str = "",
    unit: str = "",
    history: pd.DataFrame | None = None,
    seats: pd.DataFrame | None = None,
    planned: pd.DataFrame | None = None,
    labels: Mapping[str, str] | None = None,
) -> tuple[Axes, ...]:
    """Draw a fan a panel, small multiples on one Figure.

    Parameters
    ----------
    draws : DataArray (panel, year, draw)
        The dimension that is neither `year` nor `draw` makes the panels.
    history, seats, planned : DataFrame by year, a column a panel, optional
        As in `fan`.
    labels : mapping, optional
        The panels' titles.

    Returns
    -------
    tuple of Axes
        One a panel, in order; their Figure is `axes[0].figure`.
    """
    (panel,) = (str(dim) for dim in draws.dims if dim not in ("year", "draw"))
    keys = list(draws[panel].values)
    columns = max(1, min(_COLUMNS, len(keys)))
    rows = -(-len(keys) // columns)
    figure = Figure(figsize=(3.7 * max(columns, 2), 2.9 * rows + 0.6 * (rows == 1)), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, subplot_kw={"axes_class": Drawing}).ravel()
    for ax in grid[len(keys) :]:
        ax.remove()
    for ax, key in zip(grid[: len(keys)], keys, strict=True):
        fan(
            draws.sel({panel: key}),
            ax=ax,
            title=str((labels or {}).get(key, key)),
            unit=unit,
            history=None if history is None or key not in history else history[key].dropna(),
            seats=None if seats is None or key not in seats else seats[key].dropna(),
            planned=None if planned is None or key not in planned else planned[key].dropna(),
        )
        whole_years(ax.xaxis, most=6)
    _shared_legend(figure)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, color=INK)
        figure.texts[-1].set_fontfamily(families([title]))
    return tuple(dress_texts(ax) for ax in grid[: len(keys)])


def _shared_legend(figure: Figure) -> None:
    """Put one legend under all panels: each panel's own would repeat it."""
    found: dict[str, Any] = {}
    for ax in figure.axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
        own = ax.get_legend()
        if own is not None:
            own.remove()
    shared = figure.legend(
        list(found.values()), list(found), loc="outside lower center", ncols=5, fontsize=8.5, frameon=False
    )
    for text in shared.get_texts():
        text.set(color=INK, fontfamily=families([text.get_text()]))
