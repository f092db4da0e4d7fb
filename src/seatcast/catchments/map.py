"""A map of catchments: their shapes in WGS84, of one year, read from whatever file a bureau has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from seatcast.catchments.coordinates import WGS84, CoordinateError, Plane, coordinate_system, to_wgs84
from seatcast.catchments.faults import MapError, MapFault
from seatcast.core.labels import CATCHMENT
from seatcast.core.result import Result, Summary
from seatcast.language import _, n_

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, eq=False, repr=False)
class CatchmentMap(Result):
    """The shapes of the catchments in one year.

    Attributes
    ----------
    shapes : Series by catchment
        Polygons and MultiPolygons of shapely, longitude and latitude in WGS84. A side runs straight between
        its corners on the plane on which areas are taken; in degrees it would bend away by a centimetre in a kilometre.
    name : str
        How messages and charts call the map, such as its year.
    """

    topic: ClassVar[str] = "catchments"
    shapes: pd.Series
    name: str = ""

    @property
    def catchments(self) -> pd.Index:
        """The catchments, in the order of the map."""
        return self.shapes.index

    @cached_property
    def plane(self) -> Plane:
        """The equal-area plane around the middle of the map's frame."""
        import shapely

        west, south, east, north = shapely.total_bounds(self.shapes.to_numpy()).tolist()
        return Plane((west + east) / 2, (south + north) / 2)

    @cached_property
    def laid(self) -> pd.Series:
        """The shapes in metres on the map's plane."""
        return laid_on(self.plane, self.shapes)

    @cached_property
    def square_metres(self) -> pd.Series:
        """The area of each catchment on the ellipsoid."""
        import shapely

        return pd.Series(shapely.area(self.laid.to_numpy()), self.catchments)

    @cached_property
    def geojson(self) -> dict[str, Any]:
        """A FeatureCollection in WGS84, one Feature a catchment with the property `catchment`: what charts draw."""
        from shapely.geometry import mapping

        features = [
            {"type": "Feature", "properties": {CATCHMENT: str(name)}, "geometry": mapping(shape)}
            for name, shape in self.shapes.items()
        ]
        return {"type": "FeatureCollection", "features": features}

    def to_frame(self) -> pd.DataFrame:
        """Return area, number of parts and centre of gravity by catchment."""
        import shapely

        shapes = self.shapes.to_numpy()
        centres = shapely.centroid(shapes)
        return pd.DataFrame(
            {
                CATCHMENT: self.catchments.to_numpy(),
                "square_metres": self.square_metres.to_numpy(),
                "parts": shapely.get_num_geometries(shapes),
                "lon": shapely.get_x(centres),
                "lat": shapely.get_y(centres),
            }
        )

    def summary(self) -> Summary:
        """Return how many catchments there are and what they cover; the table holds the largest and the smallest."""
        n = len(self.shapes)
        sentence = n_("{n} catchment covers {area:,.1f} km².", "{n} catchments cover {area:,.1f} km².", n).format(
            n=n, area=self.square_metres.sum() / 1e6
        )
        frame = self.to_frame().sort_values("square_metres", ascending=False, kind="stable")
        return Summary(sentence, frame if n <= 6 else pd.concat([frame.head(3), frame.tail(3)]))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the catchments, coloured by area."""
        from seatcast import charts

        return charts.area_map(
            self.geojson, self.square_metres / 1e6, ax=ax, title=self.name, unit=_("km²"), colors="idle"
        )

    def to_geopandas(self) -> Any:
        """Return the map as a GeoDataFrame in EPSG:4326 with the index `catchment`, for whoever goes on from there."""
        import geopandas

        return geopandas.GeoDataFrame(index=self.catchments, geometry=self.shapes.to_list(), crs=WGS84)


def laid_on(plane: Plane, shapes: pd.Series) -> pd.Series:
    """Return shapes of WGS84 in metres on a plane."""
    import shapely

    moved = shapely.transform(shapes.to_numpy(), lambda points: np.column_stack(plane.lay(points[:, 0], points[:, 1])))
    return pd.Series(moved, shapes.index)


def map_of_features(geojson: dict[str, Any], *, name: str = "") -> CatchmentMap:
    """Return the map that a GeoJSON FeatureCollection in WGS84 holds; each Feature has the property `catchment`.

    Examples
    --------
    >>> ring = [[120, 30], [120.01, 30], [120.01, 30.01], [120, 30.01], [120, 30]]
    >>> square = {"type": "Polygon", "coordinates": [ring]}
    >>> one = map_of_features({"features": [{"properties": {"catchment": "elm"}, "geometry": square}]})
    >>> one.summary().sentence
    '1 catchment covers 1.1 km².'
    """
    from shapely.geometry import shape

    features = geojson["features"]
    names = pd.Index([str(feature["properties"][CATCHMENT]) for feature in features], name=CATCHMENT)
    return CatchmentMap(pd.Series([shape(feature["geometry"]) for feature in features], names, dtype=object), name)


def read_map(file: str | Path, *, catchment: str, crs: str | None = None, name: str | None = None) -> CatchmentMap:
    """Read a map of catchments from a GeoJSON, a Shapefile, a GeoPackage or whatever else GDAL reads.

    Parameters
    ----------
    file : path
    catchment : str
        The column that names each shape's catchment.
    crs : str, optional
        The coordinate system, see `to_wgs84`, where the file does not say it or, as with GCJ-02 and BD-09, cannot;
        else that of the file.
    name : str, optional
        How the map is called; the file's name unless given.

    Returns
    -------
    CatchmentMap
        In WGS84, sorted by catchment. Nothing is repaired; see `check_map` for what can still be wrong with it.

    Raises
    ------
    MapError
        If a shape has no catchment, is no closed polygon or crosses itself, if a catchment occurs twice, or if the
        coordinates are not of the system stated; every fault at once.

    Examples
    --------
    >>> from seatcast.datasets import example_folder
    >>> len(read_map(example_folder() / "catchments.geojson", catchment="catchment").to_frame())
    36
    """
    import geopandas

    path = Path(file)
    table = geopandas.read_file(path)
    called = path.stem if name is None else name
    if catchment not in table.columns:
        known = ", ".join(str(column) for column in table.columns if column != "geometry")
        found = _("there is no column '{name}'").format(name=catchment)
        raise MapError(called, [MapFault("shape", (), found, remedy=_("the columns are {names}").format(names=known))])
    system = crs or (table.crs.to_string() if table.crs is not None else WGS84)
    ids = [_id(value) for value in table[catchment]]
    shapes, faults = placed(pd.Series(table.geometry.to_list(), pd.Index(ids, name=CATCHMENT), dtype=object), system)
    twice = sorted({value for value in ids if ids.count(value) > 1})
    rule = _("each catchment has one shape")
    faults += [
        MapFault("shape", (value,), _("'{value}' occurs more than once").format(value=value), rule) for value in twice
    ]
    if "" in ids:
        faults.append(MapFault("shape", (), _("a shape has no catchment"), rule))
    if faults:
        raise MapError(called, faults)
    return CatchmentMap(shapes.sort_index(), called)


def placed(shapes: pd.Series, crs: str) -> tuple[pd.Series, list[MapFault]]:
    """Return shapes of any coordinate system in WGS84, and the faults that keep one from being used.

    Parameters
    ----------
    shapes : Series by catchment of shapely shapes or None
    crs : str
        See `to_wgs84`.
    """
    import shapely

    try:
        system = coordinate_system(crs)
    except CoordinateError as error:
        return shapes, [MapFault("shape", (), str(error), grave=True)]
    rule = _("a catchment is a Polygon or a MultiPolygon")
    faults, moved = [], []
    for name, shape in shapes.items():
        kind = None if shape is None or shape.is_empty else shape.geom_type
        if kind not in POLYGONS:
            found = _("the shape of '{value}' is {kind}").format(value=name, kind=kind or "null")
            faults.append(MapFault("shape", (str(name),), found, rule, grave=True))
            moved.append(shape)
            continue
        there = shapely.transform(shape, lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], system)))
        moved.append(there)
        points = shapely.get_coordinates(there)
        if not (np.abs(points) <= (180, 90)).all():
            x, y = shapely.get_coordinates(shape)[0]
            found = _("'{value}' begins at {x:.6g}, {y:.6g}").format(value=name, x=x, y=y)
            limits = _("coordinates are degrees in WGS84 (EPSG:4326), longitude within 180, latitude within 90")
            remedy = _("name the coordinate system with `crs`, or export the layer in EPSG:4326")
            faults.append(MapFault("shape", (str(name),), found, limits, remedy, grave=True))
        elif not shapely.is_valid(there):
            faults.append(_crossing(str(name), there))
    return pd.Series(moved, shapes.index, dtype=object), faults


def _crossing(name: str, shape: Any) -> MapFault:
    """Return the fault of a shape whose outline crosses or touches itself, with the place."""
    import re

    import shapely

    reason = shapely.is_valid_reason(shape)
    at = [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", reason)[-2:]]
    lon, lat = at if len(at) == 2 else (float("nan"), float("nan"))
    return MapFault(
        "self-intersection",
        (name,),
        _("the outline of '{value}' crosses itself").format(value=name),
        _("an outline does not cross or touch itself"),
        _("move the point where it crosses, or draw the part as a second polygon"),
        grave=True,
        lon=lon,
        lat=lat,
    )


def _id(value: Any) -> str:
    """Return an id as a person writes it: 7, not 7.0; nothing where there is none."""
    if pd.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
