"""The way to school: as given, in metres or minutes, else the straight line and what streets add to it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

DETOUR = 1.3
"""Way along streets over the straight line, an assumption: about 1.2 is found between points of a city taken at
random (Newell 1980) and 1.21 to 1.23 around stations (O'Sullivan and Morrall 1996); towards the centers of 300 cities
of Europe it is 1.34 on average (Environment and Planning B 2023, doi 10.1177/23998083231168870). A short way is more
roundabout than a long one, and a child also goes by crossings."""


def straight_metres(
    lon: npt.ArrayLike, lat: npt.ArrayLike, to_lon: npt.ArrayLike, to_lat: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Return the shortest way on the ellipsoid of WGS84 between points given in degrees, in metres.

    Missing where a point is. The geodesic of Karney 2013, Journal of Geodesy 87, 43-55, as PROJ computes it.

    Examples
    --------
    >>> int(straight_metres(0, 0, 0, 1))
    110574
    """
    ends = np.broadcast_arrays(*(np.asarray(end, float) for end in (lon, lat, to_lon, to_lat)))
    known = np.logical_and.reduce([np.isfinite(end) for end in ends])
    metres = _ellipsoid().inv(*(np.where(known, end, 0.0) for end in ends))[2]
    return np.where(known, metres, np.nan)


def street_metres(places: pd.DataFrame, schools: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return `DETOUR` times the straight line from place to school, row by row; missing where a point is unknown."""
    if not {"lon", "lat"} <= set(places) or not {"lon", "lat"} <= set(schools):
        return np.full(len(places), np.nan)
    ends = (frame[axis].to_numpy(float) for frame in (places, schools) for axis in ("lon", "lat"))
    return DETOUR * straight_metres(*ends)


def ways(pairs: pd.DataFrame, catchments: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Return the way from each catchment to each school of `pairs`: metres and minutes, by the row of `pairs`.

    Parameters
    ----------
    pairs : DataFrame
        catchment and school; perhaps metres and minutes, from the catchment to the school: the way back may differ
        and is not asked for.
    catchments, schools : DataFrame
        By id, with lon and lat where known.

    Returns
    -------
    DataFrame
        metres and minutes. Metres are estimated, `DETOUR` times the straight line, where none are given; minutes are
        missing then.
    """
    known = pairs.reindex(columns=["metres", "minutes"]).astype(float)
    straight = street_metres(catchments.reindex(pairs["catchment"]), schools.reindex(pairs["school"]))
    return known.assign(metres=known["metres"].fillna(pd.Series(straight, pairs.index)))


def within_reach(way: pd.DataFrame, *, metres: float, minutes: float) -> npt.NDArray[np.bool_]:
    """Return whether a way is within the service radius: by minutes where they and their limit are known, else metres.

    Parameters
    ----------
    way : DataFrame
        metres and minutes; see `ways`.
    metres, minutes : float
        The stage's limits; no limit of minutes is 0.
    """
    by_time = (way["minutes"].notna() & (minutes > 0)).to_numpy(bool)
    return np.where(by_time, way["minutes"] <= minutes, way["metres"] <= metres).astype(bool)


@cache
def _ellipsoid() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")
