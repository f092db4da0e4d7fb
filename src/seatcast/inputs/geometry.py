"""The map in a bureau's folder: one shape a catchment, turned into WGS84, its faults told with those of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seatcast.catchments.checks import check_map
from seatcast.catchments.coordinates import WGS84
from seatcast.catchments.map import POLYGONS, CatchmentMap, placed
from seatcast.inputs.mapping import plain
from seatcast.inputs.schema import Problem, did_you_mean
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatcast.catchments.faults import MapFault
    from seatcast.inputs.convert import Typed
    from seatcast.inputs.files import Sheet


def catchment_map(
    sheet: Sheet, ids: pd.Series | None, catchments: pd.Index, crs: str | None, problems: list[Problem]
) -> CatchmentMap | None:
    """Return the map that a GeoJSON file holds, sorted by catchment; None where it cannot be used.

    Parameters
    ----------
    sheet : Sheet
        A GeoJSON file.
    ids : Series of str or None
        The catchment of each feature, by row; None where the features carry none.
    catchments : Index
        The catchments of the study area.
    crs : str or None
        The coordinate system of the shapes; None: the file's own word, else WGS84.
    """
    if sheet.shapes is None or ids is None:
        rule = _("each Feature of the GeoJSON carries its catchment as a property")
        problems.append(Problem(sheet.file, "catchment", (), _("there is no column 'catchment'"), rule))
        return None
    before = len(problems)
    geometries: dict[str, Any] = {}
    rows: dict[str, int] = {}
    for row, name in ids.items():
        number = int(str(row))
        catchment = plain(str(name))
        if catchment not in catchments:
            found = _("'{value}' is not a catchment of the study area").format(value=catchment)
            problems.append(
                Problem(sheet.file, "catchment", (number,), found, remedy=did_you_mean(catchment, list(catchments)))
            )
        elif catchment in rows:
            found = _("'{value}' occurs more than once").format(value=catchment)
            problems.append(Problem(sheet.file, "catchment", (number,), found, _("each catchment has one shape")))
        else:
            rows[catchment] = number
            geometry = sheet.shapes["features"][number - 1].get("geometry") or {}
            if _closed(sheet.file, number, catchment, geometry, problems):
                geometries[catchment] = geometry
    for catchment in catchments:
        if catchment not in rows:
            found = _("catchment '{value}' has no shape").format(value=catchment)
            rule, remedy = _("each catchment has one shape"), _("draw it, or take it out of the table")
            problems.append(Problem(sheet.file, "catchment", (), found, rule, remedy))
    shapes, faults = placed(_shapes(geometries), crs or stated_crs(sheet.shapes) or WGS84)
    found_map = CatchmentMap(shapes.sort_index(), sheet.file)
    if not faults and len(problems) == before:
        faults = [fault for fault in check_map(found_map).faults if fault.grave]
    problems.extend(_problem(sheet.file, fault, rows) for fault in faults)
    return None if len(problems) > before else found_map


def points_off_the_map(catchments: Typed, found_map: CatchmentMap, problems: list[Problem]) -> None:
    """Find catchments whose own point, where the table gives one, lies off the map."""
    frame = catchments.frame
    if not {"lon", "lat"} <= set(frame) or {"lon", "lat"} & catchments.faults:
        return
    points = frame.set_index("catchment", drop=False)[["lon", "lat"]]
    off = [fault for fault in check_map(found_map, schools=points).faults if fault.kind == "school off map"]
    for fault in off:
        there = (points["lon"] == fault.lon) & (points["lat"] == fault.lat)
        row = frame.index[there.to_numpy()][0]
        found = _("the point of catchment '{value}', {lon:.5f}, {lat:.5f}, lies off the map").format(
            value=frame["catchment"][row], lon=fault.lon, lat=fault.lat
        )
        rule = _("the point of a catchment lies on the map")
        remedy = _("check lon and lat and their coordinate system (`crs`), or leave them empty")
        problems.append(catchments.problem("lon", [int(str(row))], found, rule, remedy))


def stated_crs(document: dict[str, Any]) -> str | None:
    """Return the coordinate system that a GeoJSON names in its member `crs`, as files before RFC 7946 do."""
    member = document.get("crs")
    name = (member.get("properties") or {}).get("name") if isinstance(member, dict) else None
    return str(name) if name else None


def _shapes(geometries: dict[str, Any]) -> pd.Series:
    from shapely.geometry import shape

    names = pd.Index(list(geometries), name="catchment", dtype=object)
    return pd.Series([shape(geometry) for geometry in geometries.values()], names, dtype=object)


def _problem(file: str, fault: MapFault, rows: dict[str, int]) -> Problem:
    found = ", ".join(part for part in (fault.found, fault.place) if part)
    return Problem(file, "geometry", tuple(rows[name] for name in fault.catchments), found, fault.rule, fault.remedy)


def _closed(file: str, row: int, catchment: str, geometry: dict[str, Any], problems: list[Problem]) -> bool:
    """Whether the shape is made of closed rings; shapely would close them in silence."""
    if geometry.get("type") not in POLYGONS:
        found = _("the shape of '{value}' is {kind}").format(value=catchment, kind=geometry.get("type") or "null")
        problems.append(Problem(file, "geometry", (row,), found, _("a catchment is a Polygon or a MultiPolygon")))
        return False
    for ring in _rings(geometry):
        try:
            points = np.asarray([point[:2] for point in ring], float)
        except (TypeError, ValueError, IndexError):
            points = np.empty((0, 2))
        if points.ndim != 2 or len(points) < 4 or not np.isfinite(points).all() or (points[0] != points[-1]).any():
            found = _("a ring of '{value}' is not closed").format(value=catchment)
            rule = _("a ring has four points or more, and the last is the first")
            problems.append(Problem(file, "geometry", (row,), found, rule))
            return False
    return True


def _rings(geometry: dict[str, Any]) -> Iterator[list[list[float]]]:
    parts = geometry.get("coordinates") or []
    polygons = [parts] if geometry.get("type") == "Polygon" else parts
    for polygon in polygons:
        yield from polygon
