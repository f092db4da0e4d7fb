"""Whether a map is sound: overlaps, gaps, parts, and schools that lie elsewhere; everything is told, nothing mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from seatcast.catchments.faults import MapFault
from seatcast.catchments.map import CatchmentMap
from seatcast.core.result import Result, Summary
from seatcast.language import _, join, n_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes

SLIVER = 0.002
"""Overlaps and gaps below this share of the smallest catchment concerned are taken for slivers of digitizing: outlines
simplified one by one, by half a metre, leave up to 0.0014 in Baltimore's seven maps of elementary zones."""


@dataclass(frozen=True, eq=False, repr=False)
class MapCheck(Result):
    """What was found on a map.

    Attributes
    ----------
    map : CatchmentMap
    faults : tuple of MapFault
        The grave ones first.
    """

    topic: ClassVar[str] = "catchments"
    map: CatchmentMap
    faults: tuple[MapFault, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a fault: kind, catchments, square_metres, share, lon, lat, grave, said."""
        columns = ["kind", "catchments", "square_metres", "share", "lon", "lat", "grave"]
        rows = [{column: getattr(fault, column) for column in columns} | {"said": str(fault)} for fault in self.faults]
        frame = pd.DataFrame(rows, columns=[*columns, "said"])
        frame["catchments"] = [join(list(names)) for names in frame["catchments"]]
        return frame

    def summary(self) -> Summary:
        """Return how many faults there are, and what they are."""
        n = len(self.faults)
        if not n:
            return Summary(_("No fault was found on the map."), self.to_frame())
        sentence = n_("{n} fault was found on the map.", "{n} faults were found on the map.", n).format(n=n)
        return Summary(sentence, self.to_frame()[["kind", "catchments", "square_metres", "said"]])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how many faults concern each catchment."""
        from seatcast import charts

        named = pd.Series([name for fault in self.faults for name in fault.catchments], dtype=object)
        number = named.value_counts().reindex(self.map.catchments).fillna(0.0)
        return charts.area_map(self.map.geojson, number, ax=ax, title=_("Faults of the map"), unit=_("faults"))


def check_map(
    catchment_map: CatchmentMap,
    *,
    schools: pd.DataFrame | None = None,
    catchments: Iterable[str] | None = None,
    sliver: float = SLIVER,
) -> MapCheck:
    """Find what is wrong with a map, all of it at once.

    Parameters
    ----------
    catchment_map : CatchmentMap
    schools : DataFrame by school, optional
        lon, lat and, for those that have one, catchment; schools without a point are passed over.
    catchments : iterable of str, optional
        The catchments that the tables know.
    sliver : float
        Share of the smallest catchment concerned below which an overlap or a gap is no fault.

    Returns
    -------
    MapCheck
        Overlaps are grave: a child there would belong to two catchments. A gap is land enclosed by catchments that
        belongs to none, which may be a lake; one that opens to the outside cannot be told from the outside. Several
        parts and a school outside its own catchment may be meant, and are told so that somebody looks.

    Examples
    --------
    >>> from seatcast.testing import tiled_map
    >>> check_map(tiled_map(2, 2), catchments=["0-0", "0-1", "1-0", "elm"]).to_frame()[["kind", "catchments"]].values
    array([['unmapped', 'elm'],
           ['unlisted', '1-1']], dtype=object)
    """
    faults = [*_overlaps(catchment_map, sliver), *_gaps(catchment_map, sliver), *_parts(catchment_map)]
    if catchments is not None:
        faults += _names(catchment_map, [str(name) for name in catchments])
    if schools is not None and {"lon", "lat"} <= set(schools):
        faults += _schools(catchment_map, schools)
    return MapCheck(catchment_map, tuple(sorted(faults, key=lambda fault: not fault.grave)))


def _degrees(catchment_map: CatchmentMap, piece: Any) -> tuple[float, float]:
    """Return longitude and latitude of a point inside a piece of the map's plane."""
    point = piece.representative_point()
    lon, lat = catchment_map.plane.lift(point.x, point.y)
    return float(lon), float(lat)


def _overlaps(catchment_map: CatchmentMap, sliver: float) -> list[MapFault]:
    import shapely

    plane, names = catchment_map.laid.to_numpy(), catchment_map.catchments
    one, other = shapely.STRtree(plane).query(plane, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.intersection(plane[one], plane[other])
    sizes = shapely.area(shared)
    whole = shapely.area(plane)
    faults = []
    for i, j, piece, size in zip(one, other, shared, sizes, strict=True):
        share = size / min(whole[i], whole[j])
        if share >= sliver:
            lon, lat = _degrees(catchment_map, piece)
            found = _("'{one}' and '{other}' overlap by {size:,.0f} m² ({share:.1%} of the smaller)").format(
                one=names[i], other=names[j], size=size, share=share
            )
            rule = _("a child lives in one catchment")
            remedy = _("give the ground to one of the two, or let both catchments share their schools in `serves`")
            pair = (str(names[i]), str(names[j]))
            faults.append(MapFault("overlap", pair, found, rule, remedy, True, size, share, lon, lat))  # noqa: FBT003
    return faults


def _gaps(catchment_map: CatchmentMap, sliver: float) -> list[MapFault]:
    import shapely

    plane, names = catchment_map.laid.to_numpy(), catchment_map.catchments
    whole = shapely.union_all(plane)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    tree, sizes = shapely.STRtree(plane), shapely.area(plane)
    faults = []
    for hole in holes:
        around = np.sort(tree.query(hole, predicate="intersects"))
        share = hole.area / float(sizes[around].min()) if len(around) else 1.0
        if share >= sliver:
            lon, lat = _degrees(catchment_map, hole)
            found = _("{size:,.0f} m² between {places} belong to no catchment").format(
                size=hole.area, places=join([f"'{names[k]}'" for k in around])
            )
            rule = _("a child who lives there would belong nowhere")
            remedy = _("give the ground to a neighbor, unless nobody can live there")
            near = tuple(str(names[k]) for k in around)
            faults.append(MapFault("gap", near, found, rule, remedy, False, hole.area, share, lon, lat))  # noqa: FBT003
    return faults


def _parts(catchment_map: CatchmentMap) -> list[MapFault]:
    import shapely

    faults = []
    for name, shape in catchment_map.laid.items():
        parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
        if len(parts) > 1:
            rest = sum(part.area for part in parts[1:])
            lon, lat = _degrees(catchment_map, parts[1])
            found = _("'{value}' has {n} parts; those beside the largest hold {size:,.0f} m²").format(
                value=name, n=len(parts), size=rest
            )
            remedy = _("look whether they are meant")
            faults.append(
                MapFault("parts", (str(name),), found, "", remedy, False, rest, rest / shape.area, lon, lat)  # noqa: FBT003
            )
    return faults


def _names(catchment_map: CatchmentMap, listed: list[str]) -> list[MapFault]:
    mapped = [str(name) for name in catchment_map.catchments]
    rule = _("the table and the map have the same catchments")
    unmapped = [name for name in listed if name not in set(mapped)]
    unlisted = [name for name in mapped if name not in set(listed)]
    return [
        MapFault("unmapped", (name,), _("catchment '{value}' has no shape").format(value=name), rule,
                 _("draw it, or take it out of the table"), grave=True)
        for name in unmapped
    ] + [
        MapFault("unlisted", (name,), _("'{value}' is not a catchment of the study area").format(value=name), rule,
                 _("add it to the table, or take it off the map"), grave=True)
        for name in unlisted
    ]  # fmt: skip


def _schools(catchment_map: CatchmentMap, schools: pd.DataFrame) -> list[MapFault]:
    import shapely

    known = schools[schools["lon"].notna() & schools["lat"].notna()]
    if known.empty:
        return []
    east, north = catchment_map.plane.lay(known["lon"].to_numpy(float), known["lat"].to_numpy(float))
    points = shapely.points(east, north)
    plane, names = catchment_map.laid.to_numpy(), catchment_map.catchments
    tree = shapely.STRtree(plane)
    home = known["catchment"] if "catchment" in known else pd.Series(None, known.index, dtype=object)
    faults = []
    for school, point, own, lon, lat in zip(known.index, points, home, known["lon"], known["lat"], strict=True):
        within = np.sort(tree.query(point, predicate="intersects"))
        if own in names and names.get_loc(own) not in within:
            away = shapely.distance(plane[names.get_loc(own)], point)
            there = join([f"'{names[k]}'" for k in within]) or _("no catchment")
            found = _("school {school} of catchment '{own}' lies in {there}, {metres:,.0f} m from its own").format(
                school=school, own=own, there=there, metres=away
            )
            remedy = _("look whether the point, the outline or the school's catchment is wrong; it may be meant")
            faults.append(
                MapFault("school elsewhere", (str(own),), found, remedy=remedy, lon=float(lon), lat=float(lat))
            )
        elif not len(within) and own not in names:
            away = float(shapely.distance(plane, point).min())
            found = _("school {school} lies off the map, {metres:,.0f} m from the nearest catchment").format(
                school=school, metres=away
            )
            remedy = _("check its lon and lat, and their coordinate system (`crs`)")
            faults.append(MapFault("school off map", (), found, remedy=remedy, lon=float(lon), lat=float(lat)))
    return faults
