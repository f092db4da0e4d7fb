"""Who may attend where: the table `serves`, or, without one, the nearest public schools within the service radius.

Schools of one rank form a pool: their seats are drawn by lot among those who ask.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from seatcast.catchments.travel import ways, within_reach
from seatcast.core.study_area import Stage

REACH_COLUMNS = ("catchment", "stage", "school", "rank", "metres", "minutes")


def reach_from_serves(
    serves: pd.DataFrame, catchments: pd.DataFrame, schools: pd.DataFrame, stages: tuple[Stage, ...]
) -> pd.DataFrame:
    """Return who may attend where by the table `serves`, with missing ways estimated and missing ranks worked out.

    Parameters
    ----------
    serves : DataFrame
        catchment, school, stage and perhaps rank, metres, minutes. Without ranks it is a table of ways: they are
        ranked as in `reach_from_points`.
    catchments, schools : DataFrame
        By id, with lon and lat where known; of schools also catchment, and `feeds` where known.
    stages : tuple of Stage

    Returns
    -------
    DataFrame
        catchment, stage, school, rank, metres, minutes, sorted; with the links that follow from `feeds` for stages of
        which the table does not speak.
    """
    pairs = serves.reset_index(drop=True)
    if "rank" not in pairs or pairs["rank"].isna().all():
        pairs[["metres", "minutes"]] = ways(pairs, catchments, schools)
        parts = [_ranked(pairs[pairs["stage"] == stage.stage], schools, stage) for stage in stages]
        pairs = pd.concat(parts, ignore_index=True)
    further = reach_by_feeders(pairs, _feeds(schools, stages), stages)
    if len(further):
        pairs = pd.concat([pairs, further], ignore_index=True)
    pairs[["metres", "minutes"]] = ways(pairs, catchments, schools)
    return _ordered(pairs)


def reach_from_points(stages: tuple[Stage, ...], catchments: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Return the public schools each catchment's children may attend, worked out from where things lie.

    Rank 1 onward: first the schools of the catchment itself, the nearest first, then those of others within the
    stage's service radius, the nearest first. Ways are `DETOUR` times the straight line from the catchment's point.
    """
    parts = []
    public = schools[schools["sector"] == "public"]
    for stage in stages:
        taught = public[[stage.stage in stages_taught for stages_taught in public["stages"]]]
        pairs = pd.MultiIndex.from_product([catchments.index, taught.index], names=["catchment", "school"]).to_frame(
            index=False
        )
        pairs[["metres", "minutes"]] = ways(pairs, catchments, taught)
        parts.append(_ranked(pairs, taught, stage))
    return _ordered(pd.concat(parts, ignore_index=True))


def _ranked(pairs: pd.DataFrame, schools: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """Return the pairs within reach with their rank: the own schools of a catchment first, then the nearest."""
    home = schools["catchment"].reindex(pairs["school"]).to_numpy()
    elsewhere = np.asarray(home != pairs["catchment"].to_numpy(), bool)
    near = within_reach(pairs, metres=stage.travel_limit, minutes=stage.travel_minutes)
    offered = pairs.assign(elsewhere=elsewhere)[~elsewhere | near]
    offered = offered.sort_values(["catchment", "elsewhere", "minutes", "metres", "school"])
    rank = offered.groupby("catchment").cumcount() + 1
    ranked: pd.DataFrame = offered.assign(stage=stage.stage, rank=rank)
    return ranked


def _feeds(schools: pd.DataFrame, stages: tuple[Stage, ...]) -> pd.DataFrame:
    """Return the feeder links that the schools name: school, to, stage, place."""
    rows = []
    if "feeds" in schools:
        for school, goals in schools["feeds"].items():
            for place, goal in enumerate(goals if isinstance(goals, tuple) else (), 1):
                taught = schools["stages"].get(goal, ())
                rows += [(school, goal, stage.stage, place) for stage in stages if stage.stage in taught]
    return pd.DataFrame(rows, columns=["school", "to", "stage", "place"])


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
    for before, stage in pairwise(stages):
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
    table["kind"] = np.select(kinds, ["single", "ranked"], "lot")
    return table.drop(columns="ranks")


def _ordered(reach: pd.DataFrame) -> pd.DataFrame:
    reach = reach.loc[:, list(REACH_COLUMNS)].astype({"rank": int})
    return reach.sort_values(["catchment", "stage", "rank", "school"]).reset_index(drop=True)
