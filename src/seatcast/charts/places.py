"""Maps of catchments: areas coloured by a number, drawn from GeoJSON."""

from __future__ import annotations

from itertools import product
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.colors import BoundaryNorm
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from seatcast.charts.fonts import has_chinese
from seatcast.charts.style import (
    EDGE,
    INK,
    MUTED,
    NO_DATA,
    NONE,
    SCALES,
    Colors,
    canvas,
    counts,
    dress,
    dress_texts,
    ink_on,
    percents,
)
from seatcast.language import _

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Points = npt.NDArray[np.float64]

_CLASSES = 6
LABELS = (7.5, 6.0)  # points, the larger where it fits


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
) -> Axes:
    """Colour the catchments of `geometry` by `values`, in at most six classes.

    Parameters
    ----------
    geometry : dict
        GeoJSON FeatureCollection in longitude and latitude (WGS 84); the property `catchment` of each Feature
        names it. Polygons and MultiPolygons, holes included.
    values : Series by catchment
        Missing ones are drawn without colour and called so in the key.
    colors : {"shortfall", "share", "idle", "change"}
        The scale: numbers missing, shares of 1 (written as percentages), numbers to spare, growth and loss.
    labels : Series by catchment, optional
        Short texts written into the areas; leave the rest out.
    names : Series by catchment, optional
        Names that appear, with the value, when a pointer rests on an area of the SVG.

    Raises
    ------
    ValueError
        If no Feature carries a catchment of `values`.
    """
    areas = {str(f["properties"]["catchment"]): _rings(f["geometry"]) for f in geometry["features"]}
    if not set(areas) & set(values.index.astype(str)):
        raise ValueError(_("None of the map's areas is a catchment of the values; check the property 'catchment'."))
    ax = canvas(ax, size=_size(list(areas.values()), titled=bool(title)))
    numbers = {str(place): float(value) for place, value in values.items()}
    norm = _classes(np.array(list(numbers.values())), colors)
    scale = colormaps[SCALES[colors]].resampled(256)
    some_unknown = False
    for i, (place, rings) in enumerate(areas.items()):
        number = numbers.get(place, np.nan)
        some_unknown |= np.isnan(number)
        color = _color(number, norm, scale)
        name = str(place if names is None else names.get(place, place))
        patch = PathPatch(_path(rings), facecolor=color, edgecolor=EDGE, linewidth=0.6, gid=f"area-{i}")
        patch.set_label(f"_{name}: {_written(number, colors, unit)}")
        if np.isnan(number):
            patch.set(hatch="///", edgecolor=EDGE)
        ax.add_patch(patch)
        text = None if labels is None else labels.get(place)
        if isinstance(text, str) and text and (placed := _placed(text, rings, list(areas.values()))):
            x, y, lines, size = placed
            ax.text(x, y, lines, ha="center", va="center", fontsize=size, linespacing=1.1, color=ink_on(color))
    _frame(ax, list(areas.values()))
    _key(ax, norm, scale, colors, unit)
    if some_unknown:
        ax.text(0, -0.01, _("hatched: not known"), transform=ax.transAxes, va="top", fontsize=8, color=MUTED)
    ax.set_xticks([])
    ax.set_yticks([])
    return dress(ax, title=title, grid="")


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
    text = f"{100 * number:.0f}%" if colors == "share" else f"{number:,.0f}"
    return f"{text} ({unit})" if unit else text


def _classes(numbers: Points, colors: Colors) -> BoundaryNorm:
    """Return round class limits that the key can print; one class more would not be told apart."""
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


def _key(ax: Axes, norm: BoundaryNorm, scale: Any, colors: Colors, unit: str) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap

    steps = max(norm.Ncmap - 1, 1)
    listed = ListedColormap([scale(0.1 + 0.85 * i / steps) for i in range(norm.Ncmap)])
    figure = ax.get_figure()
    if figure is None:
        return
    bar = figure.colorbar(ScalarMappable(norm, listed), ax=ax, shrink=0.55, aspect=18, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.set_title(unit, fontsize=9, color=MUTED, loc="left", pad=8)
    (percents if colors == "share" else counts)(bar.ax.yaxis)
    bar.ax.tick_params(length=0, labelsize=8.5, labelcolor=INK)
    dress_texts(bar.ax)


def _size(areas: list[list[Points]], *, titled: bool) -> tuple[float, float]:
    """Return a figure's size in inches, as high as the area asks for at a width of 6 inches, and no higher than 4.6.

    So high it stands on a page as it is drawn, and its labels keep their size.
    """
    (west, south), (east, north) = _bounds(areas)
    height = 6.0 * (north - south) / max((east - west) * np.cos(np.radians((south + north) / 2)), 1e-9)
    scale = min(1.0, 4.6 / max(height, 1e-9))
    return 6.0 * scale + 1.2, max(height * scale, 2.5) + 0.3 + 0.3 * titled


def _placed(text: str, rings: list[Points], areas: list[list[Points]]) -> tuple[float, float, str, float] | None:
    """Return where a label lies inside its area, its lines (as few as fit) and its size; None where nothing fits."""
    (left, low), (right, high) = _bounds(areas)
    wide, tall = _size(areas, titled=False)
    degrees_wide, degrees_tall = (right - left) / (wide - 1.2), (high - low) / (tall - 0.3)  # a degree an inch
    x, y = _inside(rings)
    for size, most in product(LABELS, (1, 2, 3)):
        lines = _broken(text, most)
        heights = y + (np.arange(len(lines))[::-1] - (len(lines) - 1) / 2) * size / 72 * 1.15 * degrees_tall
        spans = [_span(rings, x, height) for height in heights]
        found = [span for span in spans if span is not None]
        if len(found) < len(lines):
            continue
        west, east = max(span[0] for span in found), min(span[1] for span in found)
        if max(_inches(line, size) for line in lines) * degrees_wide < east - west:
            return (west + east) / 2, y, "\n".join(lines), size
    return None


def _broken(text: str, most: int) -> list[str]:
    """Return a text in at most so many lines, broken at spaces, the longest as short as it can be."""
    words = text.split()
    longest = max(map(len, words), default=1)
    widths = range(longest, len(text) + 1)
    return next((lines for lines in (wrap(text, width) for width in widths) if len(lines) <= most), [text])


def _inches(text: str, size: float) -> float:
    return sum(1.8 if has_chinese(character) else 1.0 for character in text) * 0.0076 * size


def _span(rings: list[Points], x: float, y: float) -> tuple[float, float] | None:
    """Return from where to where the area lies around `x` at the height `y`."""
    crossings = []
    for ring in rings:
        (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
        cut = (y0 <= y) != (y1 <= y)
        crossings.append(x0[cut] + (y - y0[cut]) * (x1[cut] - x0[cut]) / (y1[cut] - y0[cut]))
    ordered = np.sort(np.concatenate(crossings))
    at = int(np.searchsorted(ordered, x))
    return (float(ordered[at - 1]), float(ordered[at])) if at % 2 else None


def _bounds(areas: list[list[Points]]) -> tuple[Points, Points]:
    points = np.concatenate([ring for rings in areas for ring in rings])
    return points.min(0), points.max(0)


def _frame(ax: Axes, areas: list[list[Points]]) -> None:
    (west, south), (east, north) = _bounds(areas)
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


def _inside(rings: list[Points]) -> tuple[float, float]:
    """Return the centroid of the largest ring, by the shoelace formula."""

    def doubled(ring: Points) -> Points:
        x, y = ring.T
        return np.asarray(x[:-1] * y[1:] - x[1:] * y[:-1])

    ring = max(rings, key=lambda candidate: abs(doubled(candidate).sum()))
    cross = doubled(ring)
    if not cross.sum():
        return float(ring[:, 0].mean()), float(ring[:, 1].mean())
    x, y = (((axis[:-1] + axis[1:]) * cross).sum() / (3 * cross.sum()) for axis in ring.T)
    return float(x), float(y)
