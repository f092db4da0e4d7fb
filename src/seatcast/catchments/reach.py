"""Who may attend where: the table `serves`, or, without one, the nearest public schools within the service radius.

Schools of one rank form a pool: their seats are drawn by lot among those who ask.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatcast.catchments.travel import ways, within_reach
from seatcast.core.study_area import Stage
from seatcast.language import _

REACH_COLUMNS = ("catchment", "stage", "school", "rank", "metres", "minutes")


def reach_from_serves(
    serves: pd.DataFrame, catchments: pd.DataFrame, schools: pd.DataFrame, travel: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the table `serves` with missing ways filled in.

    Parameters
    ----------
    serves : DataFrame
        catchment, school, stage, rank and perhaps metres, minutes.
    catchments, schools : DataFrame
        By id, with lon and lat where known.
    travel : DataFrame, optional
        The table of ways; see `ways`.

    Returns
    -------
    DataFrame
        catchment, stage, school, rank, metres, minutes, sorted.
    """
    reach = serves.reset_index(drop=True)
    reach[["metres", "minutes"]] = ways(reach, catchments, schools, travel)
    return _ordered(reach)


def reach_from_points(
    stages: tuple[Stage, ...], catchments: pd.DataFrame, schools: pd.DataFrame, travel: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the public schools each catchment's children may attend, worked out from where things lie.

    Rank 1 onward: first the schools of the catchment itself, the nearest first, then those of others within the
    stage's service radius, the nearest first. Ways are those of the table `travel`, else `DETOUR` times the straight
    line from the catchment's point.
    """
    parts = []
    public = schools[schools["sector"] == "public"]
    for stage in stages:
        taught = public[[stage.stage in stages_taught for stages_taught in public["stages"]]]
        pairs = pd.MultiIndex.from_product([catchments.index, taught.index], names=["catchment", "school"]).to_frame(
            index=False
        )
        home = taught["catchment"].reindex(pairs["school"]).to_numpy()
        pairs[["metres", "minutes"]] = ways(pairs, catchments, taught, travel)
        pairs["elsewhere"] = home != pairs["catchment"].to_numpy()
        near = within_reach(pairs, metres=stage.travel_limit, minutes=stage.travel_minutes)
        offered = pairs[~pairs["elsewhere"] | near]
        offered = offered.sort_values(["catchment", "elsewhere", "minutes", "metres", "school"])
        rank = offered.groupby("catchment").cumcount() + 1
        parts.append(offered.assign(stage=stage.stage, rank=rank))
    return _ordered(pd.concat(parts, ignore_index=True))


def reach_by_feeders(reach: pd.DataFrame, feeds: pd.DataFrame, stages: tuple[Stage, ...]) -> pd.DataFrame:
    """Return the links that follow where a school's leavers go on to: for stages that `reach` does not speak of.

    A catchment reaches the schools to which its own schools of the stage before feed, in the order of those and of
    the feeders' own lists.

    Parameters
    ----------
    reach : DataFrame
        catchment, stage, school, rank.
    feeds : DataFrame
        school, to (a school of the next stage), stage (the next), place (1 for the first of a school's list).

    Returns
    -------
    DataFrame
        catchment, school, stage, rank; one row a catchment and school.

    Examples
    --------
    >>> reach = pd.DataFrame({"catchment": ["a", "b"], "stage": "primary", "school": ["elm", "oak"], "rank": 1})
    >>> feeds = pd.DataFrame({"school": ["elm", "oak"], "to": "first", "stage": "junior", "place": 1})
    >>> both = (Stage("primary", "primary", (1, 2), 6, 45), Stage("junior", "junior", (3,), 8, 50))
    >>> reach_by_feeders(reach, feeds, both).to_numpy().tolist()
    [['a', 'first', 'junior', 1], ['b', 'first', 'junior', 1]]
    """
    given = set(reach["stage"])
    parts = [pd.DataFrame(columns=["catchment", "school", "stage", "rank"])]
    known = reach[["catchment", "stage", "school", "rank"]]
    for before, stage in zip(stages[:-1], stages[1:], strict=True):
        if stage.stage in given:
            continue
        links = known[known["stage"] == before.stage].merge(
            feeds[feeds["stage"] == stage.stage][["school", "to", "place"]], on="school"
        )
        links = links.sort_values(["catchment", "rank", "place", "to"]).drop_duplicates(["catchment", "to"])
        if links.empty:
            continue
        rank = links.groupby("catchment").cumcount() + 1
        more = pd.DataFrame(
            {"catchment": links["catchment"], "school": links["to"], "stage": stage.stage, "rank": rank}
        ).reset_index(drop=True)
        parts.append(more)
        known = pd.concat([known, more], ignore_index=True)
    filled = [part for part in parts if len(part)] or parts
    return pd.concat(filled, ignore_index=True).astype({"rank": int})


def feeder_links(reach: pd.DataFrame, from_stage: str, to_stage: str) -> pd.DataFrame:
    """Return which schools send their leavers where: pairs that share catchments in which both come first.

    Returns
    -------
    DataFrame
        school, to, catchments (number they share), share (of the feeder's catchments).
    """
    first = reach[reach["rank"] == 1][["catchment", "stage", "school"]]
    pairs = first[first["stage"] == from_stage].merge(first[first["stage"] == to_stage], on="catchment")
    links = pairs.groupby(["school_x", "school_y"]).size().rename("catchments").reset_index()
    links["share"] = links["catchments"] / links.groupby("school_x")["catchments"].transform("sum")
    return links.rename(columns={"school_x": "school", "school_y": "to"})


def zones(reach: pd.DataFrame) -> pd.DataFrame:
    """Return what kind of zone each catchment is: catchment, stage, schools (number), kind.

    "single": one school; "ranked": several in order; "lot": several, some of one rank, drawn by lot among them.

    Examples
    --------
    >>> reach = pd.DataFrame({"catchment": ["a", "b", "b"], "stage": "primary", "school": ["x", "x", "y"], "rank": 1})
    >>> zones(reach)["kind"].to_list()
    ['single', 'lot']
    """
    by = reach.groupby(["catchment", "stage"])
    table = by["rank"].agg(schools="size", ranks="nunique").reset_index()
    kinds = [(table["schools"] == 1), (table["schools"] == table["ranks"])]
    table["kind"] = np.select(kinds, [_("single"), _("ranked")], _("lot"))
    return table.drop(columns="ranks")


def _ordered(reach: pd.DataFrame) -> pd.DataFrame:
    reach = reach.loc[:, list(REACH_COLUMNS)].astype({"rank": int})
    return reach.sort_values(["catchment", "stage", "rank", "school"]).reset_index(drop=True)
