"""Two maps laid over each other: which part of each catchment of one lies in which of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatcast.catchments.map import CatchmentMap, laid_on

Amounts = npt.NDArray[np.float64]
PIECE_COLUMNS = ("source", "target", "share")


@dataclass(frozen=True, eq=False)
class SmallAreas:
    """People by small area, such as census tracts: where within a catchment its children may be.

    Attributes
    ----------
    map : CatchmentMap
        The small areas.
    people : Series by small area
        0 or more; areas that are not named hold nobody.
    """

    map: CatchmentMap
    people: pd.Series


def pieces(
    source: CatchmentMap, target: CatchmentMap, weights: pd.DataFrame | SmallAreas | None, *, sliver: float
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return how each catchment of `source` is shared out among those of `target`; see `carry`.

    Returns
    -------
    DataFrame
        source, target ("" outside the target map), share; rows without a share are left out, and the shares of each
        source add up to 1.
    tuple of str
        The source catchments in which the weights found nobody, shared out by area.
    """
    import shapely

    ours, theirs = source.laid.to_numpy(), laid_on(source.plane, target.shapes).to_numpy()
    one, other = shapely.STRtree(theirs).query(ours, predicate="intersects")
    shared = shapely.intersection(ours[one], theirs[other])
    size, our_size, their_size = shapely.area(shared), shapely.area(ours), shapely.area(theirs)
    real = size >= sliver * np.minimum(our_size[one], their_size[other])
    one, other, shared, size = one[real], other[real], shared[real], size[real]
    beyond = shapely.difference(ours, shapely.union_all(theirs))
    beyond_size = shapely.area(beyond)
    rest = np.flatnonzero(beyond_size >= sliver * our_size)
    at = np.concatenate([one, rest])
    goal = np.concatenate([other, np.full(len(rest), -1)])
    grounds = np.concatenate([shared, beyond[rest]])
    area = np.concatenate([size, beyond_size[rest]])
    order = np.lexsort((goal, at))
    at, goal, grounds, area = at[order], goal[order], grounds[order], area[order]
    if weights is None:
        amount, without = area, np.zeros(len(ours), bool)
    else:
        if isinstance(weights, SmallAreas):
            amount = _people_of_areas(source, weights, grounds)
        else:
            amount = _people_at_points(source, weights, ours, theirs, at, goal)
        without = np.bincount(at, amount, len(ours)) <= 0
        amount = np.where(without[at], area, amount)
    share = amount / np.bincount(at, amount, len(ours))[at]
    goals = np.array([*map(str, target.catchments), ""], dtype=object)
    names = np.array(list(map(str, source.catchments)), dtype=object)
    table = pd.DataFrame(dict(zip(PIECE_COLUMNS, (names[at], goals[goal], share), strict=True)))
    return table[table["share"] > 0].reset_index(drop=True), tuple(names[without])


def _people_of_areas(source: CatchmentMap, weights: SmallAreas, grounds: Any) -> Amounts:
    """Return the people of each piece of ground: of every small area the part that lies in it."""
    import shapely

    small = laid_on(source.plane, weights.map.shapes).to_numpy()
    people = (
        weights.people.rename(str).reindex([str(name) for name in weights.map.catchments]).fillna(0.0).to_numpy(float)
    )
    piece, area = shapely.STRtree(small).query(grounds, predicate="intersects")
    part = shapely.area(shapely.intersection(grounds[piece], small[area])) / shapely.area(small[area])
    return np.bincount(piece, part * people[area], len(grounds)).astype(float)


def _people_at_points(
    source: CatchmentMap, points: pd.DataFrame, ours: Any, theirs: Any, at: npt.NDArray[Any], goal: npt.NDArray[Any]
) -> Amounts:
    """Return the people whose points lie in each piece; on a common border the catchment named first has them."""
    import shapely

    spots = shapely.points(*source.plane.lay(points["lon"], points["lat"]))
    people = points["people"].to_numpy(float)

    def first(shapes: Any) -> npt.NDArray[np.int64]:
        spot, shape = shapely.STRtree(shapes).query(spots, predicate="intersects")
        found = np.full(len(spots), len(shapes), np.int64)
        np.minimum.at(found, spot, shape)
        return np.where(found == len(shapes), -1, found)

    home, there = first(ours), first(theirs)
    key = pd.MultiIndex.from_arrays([at, goal]).get_indexer(pd.MultiIndex.from_arrays([home, there]))
    return np.bincount(key[key >= 0], people[key >= 0], len(at)).astype(float)
