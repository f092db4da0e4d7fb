"""Small multiples of maps: the same places in several years, or several maps, on one scale."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from seatcast.charts.fonts import families, has_chinese
from seatcast.charts.places import areas_of, classes, key, map_in_words, paint, refuse_other_places
from seatcast.charts.style import INK, MUTED, Colors, Drawing, dress

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_COLUMNS = 3
_METRES_A_DEGREE = 111_320.0  # of longitude, at the equator, on the ellipsoid of WGS84


def area_maps(
    geometry: dict[str, Any],
    values: pd.DataFrame,
    *,
    title: str = "",
    unit: str = "",
    colors: Colors = "shortfall",
    labels: pd.DataFrame | None = None,
    names: pd.Series | None = None,
) -> tuple[Axes, ...]:
    """Draw a map a column of `values`, small multiples on one Figure, with one scale, one key and a bar of distance.

    Parameters
    ----------
    geometry : dict
        As in `area_map`; or, where the map itself changes, {column: such a dict} for every column.
    values : DataFrame (catchment, panel)
        Missing ones are hatched; a catchment that a panel's map does not have is not drawn in it.
    labels : DataFrame (catchment, panel), optional
        Short texts written into the areas.
    names : Series by catchment, optional
        As in `area_map`.

    Returns
    -------
    tuple of Axes
        One a panel, in order. In the SVG each says in words what it shows (`map_in_words`).
    """
    columns = list(values.columns)
    by_panel = {column: areas_of(geometry if "features" in geometry else geometry[column]) for column in columns}
    for areas in by_panel.values():
        refuse_other_places(areas, values)
    width, height = _panel_size(by_panel[columns[0]])
    wide = min(_COLUMNS, len(columns))
    rows = -(-len(columns) // wide)
    figure = Figure(figsize=(wide * width + 1.1, rows * (height + 0.35) + 0.5 * bool(title)), layout="constrained")
    grid = [figure.add_subplot(rows, wide, k + 1, axes_class=Drawing) for k in range(len(columns))]
    norm = classes(values.to_numpy(float).ravel(), colors)
    for k, (ax, column) in enumerate(zip(grid, columns, strict=True)):
        areas = by_panel[column]
        shown = values[column].rename(str).reindex(list(areas))
        shown.index = shown.index.astype(str)
        marks = None if labels is None else labels[column]
        paint(
            ax, areas, shown, norm=norm, colors=colors, unit=unit, labels=marks, names=names,
            panel=f"{k}-", size=(width, height),
        )  # fmt: skip
        dress(ax, title=str(column), grid="")
        ax.set_gid(f"map-{k}")
        ax.set_label(f"_{column}. {map_in_words(shown, colors, unit=unit, names=names)}")
    _bar_of_distance(grid[0])
    key(grid, norm, colors, unit)
    if title:
        letters = figure.get_figwidth() * (7 if has_chinese(title) else 11.5)
        figure.suptitle(fill(title, int(letters)), x=0.01, ha="left", fontsize=11, color=INK)
        figure.texts[-1].set_fontfamily(families([title]))
        figure.texts[-1].set_parse_math(False)
    return tuple(grid)


def _panel_size(areas: dict[str, Any]) -> tuple[float, float]:
    """Return width and height of a panel in inches: as the places ask for, within 3.2 by 3.8."""
    points = np.concatenate([ring for rings in areas.values() for ring in rings])
    (west, south), (east, north) = points.min(0), points.max(0)
    ratio = (north - south) / max((east - west) * np.cos(np.radians((south + north) / 2)), 1e-9)
    return (3.2, 3.2 * ratio) if ratio < 3.8 / 3.2 else (3.8 / ratio, 3.8)


def _bar_of_distance(ax: Axes) -> None:
    """Draw a bar of a round number of kilometres in the lower left corner."""
    west, east = ax.get_xlim()
    south, north = ax.get_ylim()
    metres = _METRES_A_DEGREE * float(np.cos(np.radians((south + north) / 2)))
    most = (east - west) * metres / 3000  # kilometres that fill a third of the map
    tens = 10.0 ** np.floor(np.log10(most))
    length = float(max(step * tens for step in (1, 2, 5) if step * tens <= most))
    x, y = west + 0.03 * (east - west), south + 0.04 * (north - south)
    ax.plot([x, x + length * 1000 / metres], [y, y], color=MUTED, linewidth=1.5, solid_capstyle="butt")
    ax.text(x, y + 0.012 * (north - south), f"{length:g} km", fontsize=7.5, color=MUTED, va="bottom")
    dress(ax, grid="")
