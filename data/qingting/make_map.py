"""The invented map: six planning districts, 36 catchments that tile the outline without gap or overlap.

Cells are the Voronoi cells of hand-placed sites, cut by the outline; each border shared by two
catchments is then bent once, so that both sides keep the very same vertices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

Point = tuple[float, float]

# Planning district: English name, Chinese name, catchments (name, Chinese name, site in km east and north).
DISTRICTS: dict[str, tuple[str, str, list[tuple[str, str, float, float]]]] = {
    "D1": (
        "Guyuan Old Town",
        "古垣老城",
        [
            ("Shiliujing", "石榴井", -0.5, 0.5),
            ("Zhongqu", "钟衢", 0.4, 0.6),
            ("Tangli", "棠里", 1.1, 0.1),
            ("Wenbixiang", "文笔巷", -1.0, -0.3),
            ("Jiucang", "旧仓", -0.1, -0.3),
            ("Zhubu", "竹埠", 0.6, -0.9),
        ],
    ),
    "D2": (
        "Hexin Inner Quarters",
        "和欣片区",
        [
            ("Tonghe", "桐荷", -1.5, 1.4),
            ("Liuyan", "柳烟", -0.3, 1.8),
            ("Shutai", "书台", 1.0, 1.7),
            ("Yingyueli", "映月里", 2.1, 0.9),
            ("Qinglan", "晴岚", 2.2, -0.5),
            ("Chengxin", "澄心", -2.2, 0.3),
            ("Zhenhe", "枕河", -1.9, -1.1),
        ],
    ),
    "D3": (
        "Jinlan Riverside",
        "锦澜滨河片区",
        [
            ("Luting", "鹭汀", -3.2, -1.6),
            ("Wangfan", "望帆", -1.9, -2.3),
            ("Shazhouli", "沙洲里", -0.6, -1.6),
            ("Dutou", "渡头", 0.6, -2.2),
            ("Zhi'an", "芷岸", 1.9, -1.9),
            ("Diwan", "荻湾", 3.3, -1.5),
        ],
    ),
    "D4": (
        "Zhuhe Industrial Belt",
        "铸河工业带",
        [
            ("Duanfang", "锻坊", 2.2, 2.4),
            ("Chechanglu", "车场路", 3.4, 1.5),
            ("Fangdong", "纺东", 3.6, 0.1),
            ("Beicangkou", "北仓口", 0.9, 3.0),
            ("Lunbu", "轮埠", 3.6, 3.1),
            ("Shiji", "石矶", 4.9, 1.0),
        ],
    ),
    "D5": (
        "Xinghe New Town",
        "星禾新城",
        [
            ("Chaohe", "朝禾", -3.4, 0.1),
            ("Xingyu", "星屿", -3.0, 1.5),
            ("Yunzhan", "云栈", -4.5, 0.9),
            ("Heyuan", "禾苑", -4.6, -0.6),
            ("Chenting", "晨汀", -4.3, 2.3),
        ],
    ),
    "D6": (
        "Luqi Edge Villages",
        "芦栖城郊片区",
        [
            ("Hetangwu", "荷塘坞", -1.6, 2.9),
            ("Baixian", "白鹇", -0.4, 3.7),
            ("Lingxia", "菱下", -3.0, 3.4),
            ("Dongxu", "东圩", 5.1, -0.9),
            ("Niulanchong", "牛栏冲", 5.1, 2.8),
            ("Ouchi", "藕池", 2.2, 4.2),
        ],
    ),
}
ORIGIN = (120.5, 30.5)  # degrees east, north; an invented place
KM_PER_DEGREE_NORTH = 110.86  # WGS84 at 30.5 degrees north
KM_PER_DEGREE_EAST = 95.99
OUTLINE_POINTS = 72
CENTER, RADIUS = (0.2, 0.7), (6.0, 4.4)  # km
BEND = 0.07  # sideways shift of a border's middle, as a share of its length


@dataclass(frozen=True)
class Catchment:
    """One catchment: its labels, its site (km) and its ring of vertices (degrees, closed)."""

    catchment: str
    district: str
    name: str
    name_zh: str
    site: Point
    ring: list[Point]


def degrees(point: Point) -> Point:
    """Return longitude and latitude, rounded to six decimals (a tenth of a meter)."""
    return (
        round(ORIGIN[0] + point[0] / KM_PER_DEGREE_EAST, 6),
        round(ORIGIN[1] + point[1] / KM_PER_DEGREE_NORTH, 6),
    )


def draw_map(rng: np.random.Generator) -> list[Catchment]:
    """Return the 36 catchments in order of their ids."""
    labels = [(district, *entry) for district, (_, _, entries) in DISTRICTS.items() for entry in entries]
    sites = [(x + rng.uniform(-0.1, 0.1), y + rng.uniform(-0.1, 0.1)) for *_, x, y in labels]
    rings = _shared_vertices([_cell(site, sites) for site in sites])
    return [
        Catchment(f"C{i + 1:02d}", district, name, name_zh, sites[i], ring)
        for i, ((district, name, name_zh, _, _), ring) in enumerate(zip(labels, _bent(rings, rng), strict=True))
    ]


def geojson(catchments: list[Catchment]) -> dict[str, object]:
    """Return the map as a GeoJSON feature collection (WGS84)."""
    features = [
        {
            "type": "Feature",
            "properties": {"catchment": c.catchment, "name": c.name, "name_zh": c.name_zh},
            "geometry": {"type": "Polygon", "coordinates": [[list(p) for p in c.ring]]},
        }
        for c in catchments
    ]
    return {"type": "FeatureCollection", "name": "catchments", "features": features}


def _sides(ring: list[Point]) -> Iterator[tuple[Point, Point]]:
    """Return the sides of a ring, each from one vertex to the next."""
    return zip(ring, ring[1:] + ring[:1], strict=True)


def _outline() -> Iterator[Point]:
    """Yield the outline counterclockwise: hills to the north, a winding river to the south."""
    for k in range(OUTLINE_POINTS):
        angle = 2 * math.pi * k / OUTLINE_POINTS
        swell = 1 + 0.05 * math.sin(3 * angle + 0.6) + 0.03 * math.cos(7 * angle)
        x = CENTER[0] + RADIUS[0] * swell * math.cos(angle)
        y = CENTER[1] + RADIUS[1] * swell * math.sin(angle)
        river = -2.95 + 0.30 * math.sin(0.9 * x + 0.4)
        yield (x, max(y, river))


def _cell(site: Point, sites: list[Point]) -> list[Point]:
    """Return the part of the outline that lies nearer to `site` than to any other site."""
    ring = list(_outline())
    for other in sites:
        if other == site:
            continue
        normal = (other[0] - site[0], other[1] - site[1])
        middle = ((other[0] + site[0]) / 2, (other[1] + site[1]) / 2)
        limit = normal[0] * middle[0] + normal[1] * middle[1]
        kept: list[Point] = []
        for here, there in _sides(ring):
            a = normal[0] * here[0] + normal[1] * here[1] - limit
            b = normal[0] * there[0] + normal[1] * there[1] - limit
            if a <= 0:
                kept.append(here)
            if (a <= 0) != (b <= 0):
                t = a / (a - b)
                kept.append((here[0] + t * (there[0] - here[0]), here[1] + t * (there[1] - here[1])))
        ring = kept
    return ring


def _shared_vertices(rings: list[list[Point]]) -> list[list[Point]]:
    """Give neighbors the same vertex where theirs differ only by rounding (under one meter)."""
    known: list[Point] = []
    shared = []
    for ring in rings:
        snapped: list[Point] = []
        for p in ring:
            twin = next((q for q in known if math.hypot(p[0] - q[0], p[1] - q[1]) < 1e-3), None)
            if twin is None:
                known.append(p)
            if (twin or p) not in snapped:
                snapped.append(twin or p)
        shared.append(snapped)
    return shared


def _bent(rings: list[list[Point]], rng: np.random.Generator) -> Iterator[list[Point]]:
    """Yield closed rings in degrees, with every border between two catchments bent the same way on both sides."""
    edges = [tuple(sorted(e)) for ring in rings for e in _sides(ring)]
    bends: dict[tuple[Point, ...], list[Point]] = {
        edge: [] if edges.count(edge) == 1 else _bend(edge[0], edge[1], rng) for edge in sorted(set(edges))
    }
    for ring in rings:
        path: list[Point] = []
        for here, there in _sides(ring):
            between = bends[tuple(sorted((here, there)))]
            path += [here, *(between if here < there else reversed(between))]
        yield [degrees(p) for p in [*path, path[0]]]


def _bend(start: Point, end: Point, rng: np.random.Generator, depth: int = 3) -> list[Point]:
    """Return the inner points of a border between two vertices, by midpoint displacement."""
    if depth == 0:
        return []
    shift = rng.uniform(-BEND, BEND)
    middle = (
        (start[0] + end[0]) / 2 - shift * (end[1] - start[1]),
        (start[1] + end[1]) / 2 + shift * (end[0] - start[0]),
    )
    return [*_bend(start, middle, rng, depth - 1), middle, *_bend(middle, end, rng, depth - 1)]
