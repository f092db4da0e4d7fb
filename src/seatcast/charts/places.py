"""Maps of catchments: areas coloured by a number, drawn from GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.colors import BoundaryNorm
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from seatcast.charts.map_labels import Points, bounds, placed
from seatcast.charts.style import (
    EDGE,
    INK,
    MUTED,
    NO_DATA,
    NONE,
    PERCENTAGES,
    SCALES,
    Colors,
    canvas,
    counts,
    dress,
    dress_texts,
    ink_on,
    percents,
)
from seatcast.language import _, join

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CLASSES = 6
FILLED = (0.4, 0.55, 0.7, 0.85, 1.0, 1.15, 1.3, 1.45, 1.6)
"""Class limits of how full something is, the same on every map, so that two maps can be held side by side."""


def area_map(
    geometry: dict[str, Any],
    values: pd.Series,
    *,
    ax: Axes | None = None,
    title: str = "",
    unit: str = "",
    colors: Colors = "shortfall",
    labels: pd.Series | None = None,
    names: pd.Series | None = None,
    said: pd.Series | None = None,
) -> Axes:
    """Colour the catchments of `geometry` by `values`, in at most six classes.

    Parameters
    ----------
    geometry : dict
        GeoJSON FeatureCollection in longitude and latitude (WGS 84); the property `catchment` of each Feature
        names it. Polygons and MultiPolygons, holes included.
    values : Series by catchment
        Missing ones are drawn without colour and called so in the key.
    colors : {"shortfall", "share", "idle", "filled", "change"}
        The scale: numbers missing, shares of 1 (written as percentages), numbers to spare, how full something is
        (a percentage that may be above 100), growth and loss.
    labels : Series by catchment, optional
        Short texts written into the areas; leave the rest out.
    names : Series by catchment, optional
        Names that appear, with the value, when a pointer rests on an area of the SVG.
    said : Series by catchment, optional
        Texts that appear there in place of the values.

    Raises
    ------
    ValueError
        If no Feature carries a catchment of `values`.
    """
    areas = areas_of(geometry)
    refuse_other_places(areas, values)
    ax = canvas(ax, size=_size(list(areas.values()), titled=bool(title)))
    norm = classes(values.to_numpy(float), colors)
    paint(ax, areas, values, norm=norm, colors=colors, unit=unit, labels=labels, names=names, said=said)
    key(ax, norm, colors, unit)
    return dress(ax, title=title, grid="")


def areas_of(geometry: dict[str, Any]) -> dict[str, list[Points]]:
    """Return the rings of each catchment of a FeatureCollection."""
    return {str(f["properties"]["catchment"]): _rings(f["geometry"]) for f in geometry["features"]}


def refuse_other_places(areas: dict[str, list[Points]], values: pd.Series | pd.DataFrame) -> None:
    """Raise ValueError if no area carries a catchment of the values."""
    if not set(areas) & set(values.index.astype(str)):
        raise ValueError(_("None of the map's areas is a catchment of the values; check the property 'catchment'."))


def paint(
    ax: Axes,
    areas: dict[str, list[Points]],
    values: pd.Series,
    *,
    norm: BoundaryNorm,
    colors: Colors,
    unit: str = "",
    labels: pd.Series | None = None,
    names: pd.Series | None = None,
    said: pd.Series | None = None,
    panel: str = "",
    size: tuple[float, float] | None = None,
) -> None:
    """Draw the areas on `ax`, coloured by the classes of `norm`.

    `panel` keeps the ids of several maps apart; `size` is that of the drawn map in inches, by which labels are fitted.
    """
    if size is None:
        wide, tall = _size(list(areas.values()), titled=False)
        size = wide - 1.2, tall - 0.3
    numbers = {str(place): float(value) for place, value in values.items()}
    scale = colormaps[SCALES[colors]].resampled(256)
    some_unknown = False
    for i, (place, rings) in enumerate(areas.items()):
        number = numbers.get(place, np.nan)
        some_unknown |= np.isnan(number)
        color = _color(number, norm, scale)
        name = str(place if names is None else names.get(place, place))
        patch = PathPatch(_path(rings), facecolor=color, edgecolor=EDGE, linewidth=0.6, gid=f"area-{panel}{i}")
        value = _written(number, colors, unit) if said is None or np.isnan(number) else f"{said[place]} ({unit})"
        patch.set_label(f"_{name}: {value}")
        if np.isnan(number):
            patch.set(hatch="///", edgecolor=EDGE)
        ax.add_patch(patch)
        text = None if labels is None else labels.get(place)
        if isinstance(text, str) and text and (spot := placed(text, rings, list(areas.values()), size)):
            x, y, lines, points = spot
            ax.text(x, y, lines, ha="center", va="center", fontsize=points, linespacing=1.1, color=ink_on(color))
    _frame(ax, list(areas.values()))
    if some_unknown:
        ax.text(0, -0.01, _("hatched: not known"), transform=ax.transAxes, va="top", fontsize=8, color=MUTED)
    ax.set_xticks([])
    ax.set_yticks([])


def map_in_words(values: pd.Series, colors: Colors, *, unit: str = "", names: pd.Series | None = None) -> str:
    """Return what a map shows, for those who do not see it: the three highest areas, the lowest, the unknown.

    Examples
    --------
    >>> map_in_words(pd.Series({"elm": 1.2, "oak": 0.4}), "filled")
    'Highest: elm 120% and oak 40%; lowest: oak 40%.'
    """
    known = values.dropna().sort_values(ascending=False, kind="stable")
    if known.empty:
        return _("Nothing is known.")

    def told(part: pd.Series) -> str:
        called = part.index if names is None else names.reindex(part.index).fillna("").to_numpy()
        return join(
            [f"{name} {_written(float(number), colors, unit)}" for name, number in zip(called, part, strict=True)]
        )

    said = _("Highest: {high}; lowest: {low}").format(high=told(known.head(3)), low=told(known.tail(1)))
    unknown = len(values) - len(known)
    return said + (_("; not known: {n}").format(n=unknown) if unknown else "") + _(".")


def _color(number: float, norm: BoundaryNorm, scale: Any) -> Any:
    """Return the colour of a class; nought has one of its own, since "none" and "few" are different news."""
    if np.isnan(number):
        return NO_DATA
    if number == 0 or abs(number) < 1e-3 * float(norm.vmax or 1):
        return NONE
    return scale(0.1 + 0.85 * int(norm(number)) / max(norm.Ncmap - 1, 1))


def _written(number: float, colors: Colors, unit: str) -> str:
    if np.isnan(number):
        return _("not known")
    text = f"{100 * number:.0f}%" if colors in PERCENTAGES else f"{number:,.0f}"
    return f"{text} ({unit})" if unit else text


def classes(numbers: Points, colors: Colors) -> BoundaryNorm:
    """Return round class limits that the key can print; one class more would not be told apart."""
    if colors == "filled":
        return BoundaryNorm(FILLED, len(FILLED) - 1, clip=True)
    known = numbers[~np.isnan(numbers)]
    top = 1.0 if colors == "share" else max(float(known.max(initial=0.0)), 1.0)
    low = min(float(known.min(initial=0.0)), 0.0)
    if colors == "change":  # as far to either side, so that nought lies between the two colours
        top = max(top, -low)
        low = -top
    edges = np.asarray(MaxNLocator(_CLASSES - 1, steps=[1, 2, 2.5, 5, 10]).tick_values(low, top))
    step = edges[1] - edges[0]
    edges = edges[(edges > low - step) & (edges < top + step)]
    return BoundaryNorm(edges, len(edges) - 1, clip=True)


def key(ax: Axes | list[Axes], norm: BoundaryNorm, colors: Colors, unit: str) -> None:
    """Draw the key of the classes beside `ax`, or beside all of several."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap

    scale = colormaps[SCALES[colors]].resampled(256)
    steps = max(norm.Ncmap - 1, 1)
    listed = ListedColormap([scale(0.1 + 0.85 * i / steps) for i in range(norm.Ncmap)])
    figure = (ax[0] if isinstance(ax, list) else ax).get_figure()
    if figure is None:
        return
    ends = "both" if colors == "filled" else "neither"
    bar = figure.colorbar(ScalarMappable(norm, listed), ax=ax, shrink=0.55, aspect=18, pad=0.02, extend=ends)
    bar.outline.set_visible(False)
    # A title would be given no room of its own, and be cut off at the edge.
    bar.ax.annotate(unit, (0, 1), xytext=(0, 8), xycoords="axes fraction", textcoords="offset points", fontsize=9)
    bar.ax.texts[-1].set_color(MUTED)
    (percents if colors in PERCENTAGES else counts)(bar.ax.yaxis)
    bar.ax.tick_params(length=0, labelsize=8.5, labelcolor=INK)
    dress_texts(bar.ax)


def _size(areas: list[list[Points]], *, titled: bool) -> tuple[float, float]:
    """Return a figure's size in inches, as high as the area asks for at a width of 6 inches, and no higher than 4.6.

    So high it stands on a page as it is drawn, and its labels keep their size.
    """
    (west, south), (east, north) = bounds(areas)
    height = 6.0 * (north - south) / max((east - west) * np.cos(np.radians((south + north) / 2)), 1e-9)
    scale = min(1.0, 4.6 / max(height, 1e-9))
    return 6.0 * scale + 1.2, max(height * scale, 2.5) + 0.3 + 0.3 * titled


def _frame(ax: Axes, areas: list[list[Points]]) -> None:
    (west, south), (east, north) = bounds(areas)
    ax.set_xlim(west, east)
    ax.set_ylim(south, north)
    ax.margins(0.01)
    # One degree of longitude is shorter than one of latitude by the cosine of the latitude.
    ax.set_aspect(1 / np.cos(np.radians((south + north) / 2)))


def _rings(geometry: dict[str, Any]) -> list[Points]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [np.asarray(ring, float)[:, :2] for polygon in polygons for ring in polygon]


def _path(rings: list[Points]) -> Path:
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
