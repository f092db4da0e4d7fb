"""The shapes of the catchments: one each, closed, in WGS84."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seatcast.inputs.mapping import plain
from seatcast.inputs.schema import Problem, did_you_mean
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from seatcast.inputs.files import Sheet

Ring = list[list[float]]


def catchment_shapes(
    sheet: Sheet, ids: pd.Series | None, catchments: pd.Index, problems: list[Problem]
) -> dict[str, Any] | None:
    """Return a FeatureCollection with one Feature a catchment and no property but its id.

    Parameters
    ----------
    sheet : Sheet
        A GeoJSON file.
    ids : Series of str or None
        The catchment of each feature, by row; None where the features carry none.
    catchments : Index
        The catchments of the study area.
    """
    if sheet.shapes is None or ids is None:
        rule = _("each Feature of the GeoJSON carries its catchment as a property")
        problems.append(Problem(sheet.file, "catchment", (), _("there is no column 'catchment'"), rule))
        return None
    before = len(problems)
    features: dict[str, dict[str, Any]] = {}
    for row, name in ids.items():
        number = int(str(row))
        catchment = plain(str(name))
        geometry = sheet.shapes["features"][number - 1].get("geometry") or {}
        if catchment not in catchments:
            found = _("'{value}' is not a catchment of the study area").format(value=catchment)
            problems.append(
                Problem(sheet.file, "catchment", (number,), found, remedy=did_you_mean(catchment, list(catchments)))
            )
        elif catchment in features:
            found = _("'{value}' occurs more than once").format(value=catchment)
            problems.append(Problem(sheet.file, "catchment", (number,), found, _("each catchment has one shape")))
        else:
            _check_shape(sheet.file, number, catchment, geometry, problems)
            features[catchment] = {"type": "Feature", "properties": {"catchment": catchment}, "geometry": geometry}
    for catchment in catchments:
        if catchment not in features:
            found = _("catchment '{value}' has no shape").format(value=catchment)
            problems.append(Problem(sheet.file, "catchment", (), found, _("each catchment has one shape")))
    if len(problems) > before:
        return None
    return {"type": "FeatureCollection", "features": [features[catchment] for catchment in sorted(catchments)]}


def _rings(geometry: dict[str, Any]) -> Iterator[Ring]:
    parts = geometry.get("coordinates") or []
    polygons = [parts] if geometry.get("type") == "Polygon" else parts
    for polygon in polygons:
        yield from polygon


def _check_shape(file: str, row: int, catchment: str, geometry: dict[str, Any], problems: list[Problem]) -> None:
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        found = _("the shape of '{value}' is {kind}").format(value=catchment, kind=geometry.get("type") or "null")
        problems.append(Problem(file, "geometry", (row,), found, _("a catchment is a Polygon or a MultiPolygon")))
        return
    for ring in _rings(geometry):
        try:
            points = np.asarray([point[:2] for point in ring], float)
        except (TypeError, ValueError, IndexError):
            points = np.empty((0, 2))
        if points.ndim != 2 or len(points) < 4 or not np.isfinite(points).all() or (points[0] != points[-1]).any():
            found = _("a ring of '{value}' is not closed").format(value=catchment)
            rule = _("a ring has four points or more, and the last is the first")
            problems.append(Problem(file, "geometry", (row,), found, rule))
            return
        if (np.abs(points) > (180, 90)).any():
            x, y = points[0]
            found = _("'{value}' begins at {x:.6g}, {y:.6g}").format(value=catchment, x=x, y=y)
            rule = _("coordinates are degrees in WGS84 (EPSG:4326), longitude within 180, latitude within 90")
            problems.append(Problem(file, "geometry", (row,), found, rule, _("export the layer in EPSG:4326")))
            return


def centroid(geometry: dict[str, Any]) -> tuple[float, float]:
    """Return longitude and latitude of the centre of gravity, holes and all parts counted.

    Examples
    --------
    >>> centroid({"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]]]})
    (1.0, 0.5)
    """
    total = x_moment = y_moment = 0.0
    origin = np.zeros(2)
    for index, ring in enumerate(_rings(geometry)):
        points = np.asarray([point[:2] for point in ring], float)
        origin = points[0] if index == 0 else origin
        x, y = (points - origin).T
        cross = x[:-1] * y[1:] - x[1:] * y[:-1]
        total += cross.sum() / 2
        x_moment += ((x[:-1] + x[1:]) * cross).sum() / 6
        y_moment += ((y[:-1] + y[1:]) * cross).sum() / 6
    return float(origin[0] + x_moment / total), float(origin[1] + y_moment / total)
