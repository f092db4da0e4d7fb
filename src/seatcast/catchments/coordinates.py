"""Coordinate systems: whatever a map is drawn in becomes longitude and latitude in WGS84, and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seatcast.core.refused import RefusedError
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Callable

Degrees = npt.NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

# The makers of GCJ-02 never published its offset. The polynomials, sines and constants here are those of the open
# converters in use, wandergis/coordtransform and googollee/eviltransform (github); the latter takes 6,378,137 m for
# the axis, which moves a point by less than a centimetre.
_AXIS = 6_378_245.0  # metres, of the ellipsoid of Krassowsky (1940)
_ECCENTRICITY = 0.006_693_421_622_965_943_23  # squared, of the same
_CHINA = (72.004, 137.8347, 0.8293, 55.8271)  # west, east, south, north: beyond, the algorithm moves nothing
_BAIDU_TURN = np.pi * 3000.0 / 180.0
_BAIDU_SHIFT = (0.0065, 0.0060)  # degrees east and north

_NEAR = 1e-12  # degrees, a ten-millionth of a metre
_MOST_STEPS = 60  # each step of the inverse leaves less than a hundredth of the error

WGS84 = "EPSG:4326"
_NAMES = {
    "wgs84": WGS84,
    "crs84": WGS84,
    "cgcs2000": "EPSG:4490",
    "gcj02": "GCJ-02",
    "bd09": "BD-09",
    "bd09ll": "BD-09",
}


class CoordinateError(RefusedError):
    """A coordinate system is not known, or cannot be turned into longitude and latitude."""


def to_wgs84(x: npt.ArrayLike, y: npt.ArrayLike, crs: str) -> Pair:
    """Return longitude and latitude in WGS84 of points given in another coordinate system.

    Parameters
    ----------
    x, y : array of float
        Easting and northing, or longitude and latitude: x is always the one that grows to the east. Missing ones stay
        missing.
    crs : str
        "WGS84", "CGCS2000", "GCJ-02", "BD-09", or any code that PROJ knows, such as "EPSG:4549" (CGCS2000,
        Gauss-Krueger, 3 degrees, meridian 120 E). CGCS2000 is taken as equal to WGS84, as PROJ does: they differ by
        the drift of the plate, some decimetres since 2000.

    Returns
    -------
    longitude, latitude : array of float, degrees
        From GCJ-02 and BD-09 by iteration, to a millionth of a metre; outside China those two are left as they are.

    Raises
    ------
    CoordinateError
        If the system is not known.

    Examples
    --------
    >>> longitude, latitude = to_wgs84(116.404, 39.915, "BD-09")
    >>> f"{longitude:.6f} {latitude:.6f}"
    '116.391386 39.907255'
    """
    name = coordinate_system(crs)
    east, north = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    if name == WGS84:
        return east.copy(), north.copy()
    if name == "GCJ-02":
        return _undone(_gcj02, east, north)
    if name == "BD-09":
        return _undone(_gcj02, *_undone(_bd09, east, north, ahead=_BAIDU_SHIFT))
    return _projected(name, WGS84, east, north)


def from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, crs: str) -> Pair:
    """Return points given in WGS84 in another coordinate system: the inverse of `to_wgs84`.

    Examples
    --------
    >>> x, y = from_wgs84(121.5272106, 31.1774276, "GCJ-02")
    >>> f"{x:.6f} {y:.6f}"
    '121.531542 31.175304'
    """
    name = coordinate_system(crs)
    east, north = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
    if name == WGS84:
        return east.copy(), north.copy()
    if name == "GCJ-02":
        return _gcj02(east, north)
    if name == "BD-09":
        return _bd09(*_gcj02(east, north))
    return _projected(WGS84, name, east, north)


def coordinate_system(crs: str) -> str:
    """Return the one name by which a coordinate system goes here.

    Raises
    ------
    CoordinateError
        If the system is not known.

    Examples
    --------
    >>> coordinate_system("gcj02"), coordinate_system("urn:ogc:def:crs:EPSG::4549"), coordinate_system("4490")
    ('GCJ-02', 'EPSG:4549', 'EPSG:4490')
    """
    plain = re.sub(r"^urn:ogc:def:crs:(ogc|epsg):[\d.]*:", r"\1:", crs.strip(), flags=re.IGNORECASE)
    known = _NAMES.get(re.sub(r"[\s_:-]", "", plain).lower().removeprefix("ogc"))
    if known is not None:
        return known
    code = re.fullmatch(r"(?:epsg:)?(\d{4,6})", plain, flags=re.IGNORECASE)
    name = f"EPSG:{code[1]}" if code else plain
    if not _known(name):
        rule = _("the coordinate system '{crs}' is not known").format(crs=crs)
        remedy = _("write WGS84, CGCS2000, GCJ-02, BD-09 or an EPSG code such as EPSG:4549")
        raise CoordinateError(f"{rule}; {remedy}")
    return name


@dataclass(frozen=True)
class Plane:
    """A plane around a centre, in metres, on which areas are those of the ellipsoid.

    Lambert's azimuthal equal-area projection (Snyder 1987, USGS Professional Paper 1395, p. 182 to 190). Within
    50 km of the centre lengths are true to 1 in 100,000.

    Attributes
    ----------
    lon, lat : float
        The centre, in WGS84.
    """

    lon: float
    lat: float

    @property
    def _crs(self) -> str:
        return f"+proj=laea +lat_0={self.lat!r} +lon_0={self.lon!r} +ellps=WGS84 +units=m"

    def lay(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
        """Return points of WGS84 in metres east and north of the centre."""
        return _projected(WGS84, self._crs, np.asarray(lon, float), np.asarray(lat, float))

    def lift(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Pair:
        """Return points of the plane in longitude and latitude: the inverse of `lay`."""
        return _projected(self._crs, WGS84, np.asarray(x, float), np.asarray(y, float))


@cache
def _known(name: str) -> bool:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        CRS.from_user_input(name)
    except CRSError:
        return False
    return True


@cache
def _transformer(source: str, target: str) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def _projected(source: str, target: str, x: Degrees, y: Degrees) -> Pair:
    known = np.isfinite(x) & np.isfinite(y)
    east, north = _transformer(source, target).transform(np.where(known, x, 0.0), np.where(known, y, 0.0))
    return np.where(known, east, np.nan), np.where(known, north, np.nan)


def _gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """Return where a point of WGS84 stands in GCJ-02."""
    west, east, south, north = _CHINA
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    x, y = np.where(inside, lon, 105.0) - 105.0, np.where(inside, lat, 35.0) - 35.0
    ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    to_east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    to_east += 2 / 3 * (ripple + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3))
    to_east += 2 / 3 * (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30))
    to_north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    to_north += 2 / 3 * (ripple + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3))
    to_north += 2 / 3 * (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30))
    phi = np.radians(y + 35.0)
    bend = 1 - _ECCENTRICITY * np.sin(phi) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY) / bend**1.5  # radius of curvature along the meridian, metres
    parallel = _AXIS / np.sqrt(bend) * np.cos(phi)
    moved = np.degrees(to_east / parallel), np.degrees(to_north / meridian)
    return np.where(inside, lon + moved[0], lon), np.where(inside, lat + moved[1], lat)


def _bd09(lon: Degrees, lat: Degrees) -> Pair:
    """Return where a point of GCJ-02 stands in BD-09, the system of Baidu's maps; outside China it is not moved."""
    west, east, south, north = _CHINA
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    radius = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * _BAIDU_TURN)
    x, y = radius * np.cos(angle) + _BAIDU_SHIFT[0], radius * np.sin(angle) + _BAIDU_SHIFT[1]
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _undone(
    move: Callable[[Degrees, Degrees], Pair], x: Degrees, y: Degrees, ahead: tuple[float, float] = (0.0, 0.0)
) -> Pair:
    """Return the points that `move` brings to (x, y), by fixed-point iteration from a first guess."""
    west, east, south, north = _CHINA
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    lon, lat = np.where(inside, x - ahead[0], x), np.where(inside, y - ahead[1], y)
    for _step in range(_MOST_STEPS):
        off_x, off_y = (there - wanted for there, wanted in zip(move(lon, lat), (x, y), strict=True))
        lon, lat = lon - off_x, lat - off_y
        if not np.nanmax(np.abs([off_x, off_y]), initial=0.0) > _NEAR:
            break
    return lon, lat
