"""Who may attend where: the table `serves`, or, without one, the nearest public schools within the travel limit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatcast.core.study_area import Stage, straight_metres

DETOUR = 1.3
"""Way along streets over the straight line, an assumption: about 1.2 is found between points of a city taken at
random (Newell 1980) and 1.21 to 1.23 around stations (O'Sullivan and Morrall 1996); a child also goes by crossings."""

REACH_COLUMNS = ("catchment", "stage", "school", "rank", "metres")


def reach_from_serves(serves: pd.DataFrame, catchments: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Return the table `serves` with missing ways estimated where both points are known.

    Parameters
    ----------
    serves : DataFrame
        catchment, school, stage, rank and perhaps metres.
    catchments, schools : DataFrame
        By id, with lon and lat where known.

    Returns
    -------
    DataFrame
        catchment, stage, school, rank, metres, sorted; metres are `DETOUR` times the straight line where the table
        has none, and missing where a point is unknown.
    """
    reach = serves.reset_index(drop=True)
    estimate = metres_between(catchments.reindex(reach["catchment"]), schools.reindex(reach["school"]))
    given = reach["metres"].to_numpy(float) if "metres" in reach else np.full(len(reach), np.nan)
    reach["metres"] = np.where(np.isnan(given), estimate, given)
    return _ordered(reach)


def reach_from_points(stages: tuple[Stage, ...], catchments: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Return the public schools each catchment's children may attend, worked out from where things lie.

    Rank 1 onward: first the schools of the catchment itself, the nearest first, then those of others within the
    stage's travel limit, the nearest first. Ways are `DETOUR` times the straight line from the catchment's point.
    """
    parts = []
    public = schools[schools["sector"] == "public"]
    for stage in stages:
        taught = public[[stage.stage in stages_taught for stages_taught in public["stages"]]]
        pairs = pd.MultiIndex.from_product([catchments.index, taught.index], names=["catchment", "school"]).to_frame(
            index=False
        )
        home = taught["catchment"].reindex(pairs["school"]).to_numpy()
        pairs["metres"] = metres_between(catchments.reindex(pairs["catchment"]), taught.reindex(pairs["school"]))
        pairs["elsewhere"] = home != pairs["catchment"].to_numpy()
        offered = pairs[~pairs["elsewhere"] | (pairs["metres"] <= stage.travel_limit)]
        offered = offered.sort_values(["catchment", "elsewhere", "metres", "school"])
        rank = offered.groupby("catchment").cumcount() + 1
        parts.append(offered.assign(stage=stage.stage, rank=rank))
    return _ordered(pd.concat(parts, ignore_index=True))


def metres_between(places: pd.DataFrame, schools: pd.DataFrame) -> np.ndarray:
    """Return `DETOUR` times the straight line from place to school, row by row; missing where a point is unknown."""
    if not {"lon", "lat"} <= set(places) or not {"lon", "lat"} <= set(schools):
        return np.full(len(places), np.nan)
    ends = (frame[axis].to_numpy(float) for frame in (places, schools) for axis in ("lon", "lat"))
    return DETOUR * straight_metres(*ends)


def _ordered(reach: pd.DataFrame) -> pd.DataFrame:
    reach = reach.loc[:, list(REACH_COLUMNS)].astype({"rank": int})
    return reach.sort_values(["catchment", "stage", "rank", "school"]).reset_index(drop=True)
