"""Maps that a page draws itself: outlines as SVG paths, and the colours of a number, those of `area_map`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex

from seatcast.charts.map_labels import Points, bounds
from seatcast.charts.places import _color, areas_of, classes
from seatcast.charts.style import NO_DATA, NONE, SCALES, Colors

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 1000  # of the drawing, in units of which a screen shows less than one a pixel
_LEAST_HEIGHT, _RADIUS = 300, 14


@dataclass(frozen=True)
class Outlines:
    """Places as a page draws them.

    Attributes
    ----------
    width, height : int
        Of the drawing.
    paths : dict of str to str
        By place, the `d` of an SVG path.
    """

    width: int
    height: int
    paths: dict[str, str]


@dataclass(frozen=True)
class Scale:
    """The classes of a map: `colors[i]` from `edges[i]` to `edges[i + 1]`; nought and unknown have their own."""

    edges: tuple[float, ...]
    colors: tuple[str, ...]
    none: str = NONE
    unknown: str = NO_DATA


def outlines(geometry: dict[str, Any]) -> Outlines:
    """Return the outlines of a FeatureCollection (WGS 84, property `catchment`), to a thousandth of its width.

    Examples
    --------
    >>> square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    >>> outlines({"features": [{"properties": {"catchment": "a"}, "geometry": square}]}).paths
    {'a': 'M0,1000L1000,1000L1000,0L0,0Z'}
    """
    areas = areas_of(geometry)
    (west, south), (east, north) = bounds(list(areas.values()))
    narrow = float(np.cos(np.radians((south + north) / 2)))
    unit = _WIDTH / max((east - west) * narrow, 1e-12)
    paths = {
        place: "".join(_path(ring, west, north, unit * narrow, unit) for ring in rings)
        for place, rings in areas.items()
    }
    return Outlines(_WIDTH, round((north - south) * unit), paths)


def dots(places: pd.DataFrame) -> Outlines:
    """Return places known by a point alone, as circles: `places` has lon and lat, and is indexed by place."""
    known = places[["lon", "lat"]].astype(float).dropna()
    (west, south), (east, north) = known.min(), known.max()
    narrow = float(np.cos(np.radians((south + north) / 2)))
    inner = _WIDTH - 4 * _RADIUS
    unit = inner / max((east - west) * narrow, (north - south) / 1.2, 1e-12)
    height = max(round((north - south) * unit), _LEAST_HEIGHT) + 4 * _RADIUS
    r = _RADIUS
    paths = {}
    for place, lon, lat in known.itertuples():
        x, y = 2 * r + (lon - west) * narrow * unit, 2 * r + (north - lat) * unit
        paths[str(place)] = f"M{x - r:.0f},{y:.0f}a{r},{r} 0 1 0 {2 * r},0a{r},{r} 0 1 0 {-2 * r},0Z"
    return Outlines(_WIDTH, height, paths)


def scale(numbers: Iterable[float], colors: Colors) -> Scale:
    """Return the classes and colours in which `area_map` would draw the numbers.

    Examples
    --------
    >>> scale([0.0, 40.0], "shortfall").edges
    (0.0, 10.0, 20.0, 30.0, 40.0)
    """
    norm = classes(np.asarray(list(numbers), float), colors)
    shades = colormaps[SCALES[colors]].resampled(256)
    middles = (np.asarray(norm.boundaries[:-1]) + np.asarray(norm.boundaries[1:])) / 2
    listed = tuple(to_hex(_color(float(middle), norm, shades)) for middle in middles)
    return Scale(tuple(map(float, norm.boundaries)), listed)


def _path(ring: Points, west: float, north: float, across: float, down: float) -> str:
    at = np.column_stack([(ring[:, 0] - west) * across, (north - ring[:, 1]) * down]).round().astype(int)
    kept = at[np.r_[True, (np.diff(at, axis=0) != 0).any(axis=1)]]
    if len(kept) > 1 and (kept[0] == kept[-1]).all():
        kept = kept[:-1]
    return "M" + "L".join(f"{x},{y}" for x, y in kept) + "Z"
