"""The schools that catchments name first: one school, or a pool of one rank that counts as one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE, YEAR
from seatcast.core.study_area import StudyArea
from seatcast.seats.capacity import Capacity

POOLED = ["local_children", "intake_plan"]
BETWEEN = "; "  # between the schools of a pool, as between the ids of a list in a bureau's tables


def first_links(links: pd.DataFrame, within: list[str]) -> pd.DataFrame:
    """Return the links of the lowest rank for each value of the columns `within`."""
    return links[links["rank"] == links.groupby(within)["rank"].transform("min")]


def open_first(area: StudyArea, capacity: Capacity, years: list[int]) -> pd.DataFrame:
    """Return the first links of each year: those of the lowest rank that hold in it and whose school has seats then.

    Returns
    -------
    DataFrame
        year, catchment, stage, school, seats, intake_plan (infinite where none is on record).
    """
    offered = capacity.seats.to_series().rename("seats").reset_index()
    intake = capacity.intake.to_series().rename("intake_plan").reset_index()
    there = offered[(offered["seats"] > 0) & offered[YEAR].isin(years)].merge(intake, on=[YEAR, SCHOOL, STAGE])
    links = area.reach.merge(there, on=[SCHOOL, STAGE])
    opens = links["opens"].fillna(-np.inf) if "opens" in links else -np.inf
    closes = links["closes"].fillna(np.inf) if "closes" in links else np.inf
    holds = links[(links[YEAR] >= opens) & (links[YEAR] < closes)]
    return first_links(holds, [YEAR, CATCHMENT, STAGE])[[YEAR, CATCHMENT, STAGE, SCHOOL, "seats", "intake_plan"]]


def pooled(first: pd.DataFrame, entrants: pd.DataFrame) -> pd.DataFrame:
    """Return, by year, catchment and stage, the schools named first with the children who come and the intake plan.

    Parameters
    ----------
    first : DataFrame
        See `open_first`.
    entrants : DataFrame
        year, catchment, stage, entrants.

    Returns
    -------
    DataFrame
        year, catchment, stage, school (those of a pool in one cell), local_children (entrants of all catchments that
        name the schools first: those of a pool are spread over it in proportion to seats, as its lottery does on
        average), intake_plan (of the schools together; missing where that of one is).

    Examples
    --------
    Two schools of one rank, 60 places each, and 100 children:

    >>> at = {"year": 2027, "catchment": "town", "stage": "primary"}
    >>> first = pd.DataFrame([{**at, "school": s, "seats": 360.0, "intake_plan": 60.0} for s in ("elm", "oak")])
    >>> pooled(first, pd.DataFrame([{**at, "entrants": 100.0}])).iloc[:, 3:].values.tolist()
    [['elm; oak', 100.0, 120.0]]
    """
    cell = [YEAR, CATCHMENT, STAGE]
    links = first.merge(entrants, on=cell).sort_values([*cell, SCHOOL], kind="stable")
    come = links["entrants"] * links["seats"] / links.groupby(cell)["seats"].transform("sum")
    links["local_children"] = come.groupby([links[YEAR], links[STAGE], links[SCHOOL]]).transform("sum")
    found = links.groupby(cell).agg({SCHOOL: BETWEEN.join, **dict.fromkeys(POOLED, "sum")}).reset_index()
    return found.assign(intake_plan=found["intake_plan"].where(np.isfinite(found["intake_plan"])))


def each_school(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with a row for each school of a pool; rows without a school are left out."""
    return table[table[SCHOOL] != ""].assign(**{SCHOOL: table[SCHOOL].str.split(BETWEEN)}).explode(SCHOOL)


def pool_label(schools: str, names: pd.Series) -> str:
    """Return the names of the schools of a pool, in one cell."""
    return BETWEEN.join(str(names.get(school, school)) for school in schools.split(BETWEEN))
