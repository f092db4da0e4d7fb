"""The study area and the seats, put together from the checked tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.catchments.map import CatchmentMap
from seatcast.catchments.reach import reach_from_points, reach_from_serves
from seatcast.core.admission import AdmissionRule, claims_of
from seatcast.core.study_area import StudyArea
from seatcast.inputs.tables import SCHOOLS, SEATS

if TYPE_CHECKING:
    from seatcast.inputs.bureau import Bureau


def study_area(
    bureau: Bureau, frames: dict[str, pd.DataFrame], catchment_map: CatchmentMap | None
) -> tuple[StudyArea, pd.DataFrame]:
    """Return the area and its seats.

    Parameters
    ----------
    frames : dict of DataFrame
        The tables, checked; "catchments", "schools" and "seats" at least.
    catchment_map : CatchmentMap or None
        Catchments without lon and lat get those of the centre of gravity of their shape.
    """
    catchments = _located(frames["catchments"].set_index("catchment"), catchment_map)
    schools = frames["schools"].set_index("school")
    for column in SCHOOLS.columns[1:]:
        if column.name not in schools:
            schools[column.name] = pd.Series(
                None if column.kind in ("id", "text") else np.nan,
                schools.index,
                dtype=object if column.kind in ("id", "text", "flag") else float,
            )
    if "serves" in frames:
        reach = reach_from_serves(frames["serves"], catchments, schools, bureau.stages)
    else:
        reach = reach_from_points(bureau.stages, catchments, schools)
    rules = _rules(bureau, frames.get("tiers"))
    area = StudyArea(
        name=bureau.name,
        name_zh=bureau.name_zh,
        stages=bureau.stages,
        statuses=bureau.statuses,
        catchments=catchments,
        schools=schools[list(SCHOOLS.names[1:])],
        reach=reach,
        tiers=claims_of(rules)[["tier", "order", "status", "share", "name", "name_zh"]],
        rules=rules,
        seeking=dict(bureau.seeking),
        cutoff=bureau.cutoff,
        definition=bureau.definition,
        money_unit=bureau.money_unit,
        money_unit_zh=bureau.money_unit_zh,
        discount=bureau.discount,
        note=bureau.note,
        note_zh=bureau.note_zh,
        invented=bureau.invented,
        smallest=bureau.smallest,
        standards=bureau.standards,
    )
    return area, _seats(frames["seats"])


def _located(catchments: pd.DataFrame, catchment_map: CatchmentMap | None) -> pd.DataFrame:
    if catchment_map is None:
        points = pd.DataFrame(np.nan, catchments.index, ["lon", "lat"])
    else:
        points = catchment_map.to_frame().set_index("catchment")[["lon", "lat"]].reindex(catchments.index)
    located = catchments.copy()
    if "name_zh" not in located:
        located["name_zh"] = None
    given = located.reindex(columns=["lon", "lat"]).astype(float)
    whole = given.notna().all(axis=1)
    located[["lon", "lat"]] = given.where(whole, points)
    return located[["district", "name", "name_zh", "lon", "lat"]]


def _rules(bureau: Bureau, tiers: pd.DataFrame | None) -> tuple[AdmissionRule, ...]:
    """Return the rules of admission by the year from which they hold.

    The order of the table `tiers` and the sections [admission] may change in different years; before the first section
    that names a year, unless one names none, seats are given out as if there were none. Without tiers every status
    claims at once, in one tier each of order 1.
    """
    if tiers is None:
        rows = [(1, status.status, 1.0, status.name, status.name_zh) for status in bureau.statuses]
        tiers = pd.DataFrame(rows, columns=["tier", "status", "share", "name", "name_zh"])
    since = tiers["since"].fillna(0).astype(int) if "since" in tiers else pd.Series(0, tiers.index)
    orders = {int(str(year)): rows.drop(columns="since", errors="ignore") for year, rows in tiers.groupby(since)}
    conducts = {int(section["since"]): dict(section) for section in bureau.admission}
    years = {*orders, *conducts}
    if 0 < min(conducts, default=0) <= min(orders):
        years |= {0}  # no section holds yet
    elif 0 not in orders and len(conducts) == 1:
        years -= {0}  # the one way of giving out seats begins with the first order
    rules = []
    for year in sorted(years):
        order = orders[max((y for y in orders if y <= year), default=min(orders))]
        conduct = conducts.get(max((y for y in conducts if y <= year), default=0), {})
        rules.append(AdmissionRule.read(order, **(conduct | {"since": year})))
    return tuple(rules)


def _seats(seats: pd.DataFrame) -> pd.DataFrame:
    """Return the seats with all their columns; seats are classes times class size where the table has none."""
    full = seats.reindex(columns=list(SEATS.names))
    for column in SEATS.columns[3:]:
        if column.kind not in ("id", "flag"):
            full[column.name] = full[column.name].astype(float)
    return full.assign(seats=full["seats"].fillna(full["classes"] * full["class_size"]))
