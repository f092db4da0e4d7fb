"""What started options do to a study area and its seats: schools, who may attend where, seats year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatcast.catchments.travel import street_metres
from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE, YEAR
from seatcast.core.study_area import StudyArea
from seatcast.planning.option import Access, Effect, Option, SeatsAt, Site
from seatcast.seats.capacity import Capacity

Row = dict[str, Any]
Started = tuple[str, Option, Effect]
Ways = dict[tuple[str, str], list[Row]]  # (catchment, stage) -> the schools its children may ask, in order


def with_options(
    area: StudyArea, capacity: Capacity, options: Sequence[Option], starts: Mapping[str, int]
) -> tuple[StudyArea, Capacity]:
    """Return the area and the seats as they are when options are started.

    A school that gains a stage enters the reach of the catchments within the stage's travel limit (straight line
    times 1.3) and of its own. What came first in a catchment stays first, but for the catchment of a new school, which
    the new school leads; after the first, it stands before the first rank that holds a school further away. It joins no
    pool: schools of one rank keep that rank in common. Access that an option opens comes last in its catchment's order,
    in the years of service alone.

    Parameters
    ----------
    area, capacity : StudyArea, Capacity
        As they are without any option.
    options : sequence of Option
        Those not in `starts` have no effect.
    starts : mapping of str to int
        Start year by option id.

    Returns
    -------
    StudyArea, Capacity
        Entry seats of an intake plan grow by the option's seats per grade; where seats are taken away the plan
        stays, since the seats that are left limit it.
    """
    started = sorted((o.option, o, o.effect(area)) for o in options if o.option in starts)
    ways = _ways(area.reach)
    schools = area.schools
    for name, option, effect in started:
        site = effect.founds
        if site is not None:
            schools = _with_school(schools, site, option, area, starts[name])
        for gain in effect.gains:
            if site is None or site.catchment is not None:
                _enter(ways, area, _school(schools, gain.school), gain.stage, first=site is not None)
    for name, option, effect in started:  # after all schools have entered: opened access comes last
        for access in effect.opens:
            _open(ways, access, option.service(starts[name]))
    changed = area.replace(schools=schools, reach=_reach(ways, area.reach))
    return changed, _with_seats(capacity, area, started, starts)


def _with_school(schools: pd.DataFrame, site: Site, option: Option, area: StudyArea, start: int) -> pd.DataFrame:
    home = pd.Series() if site.catchment is None else area.catchments.loc[site.catchment]
    row = {
        SCHOOL: site.school, "name": option.name, "name_zh": option.name_zh, "sector": "public",
        "stages": (site.stage,), CATCHMENT: site.catchment, "opened": option.service(start)[0],
        "lon": home.get("lon") if site.lon is None else site.lon,
        "lat": home.get("lat") if site.lat is None else site.lat,
    }  # fmt: skip
    rows = schools.rename_axis(SCHOOL).reset_index().to_dict("records")
    return pd.DataFrame([*rows, row], columns=[SCHOOL, *schools.columns]).set_index(SCHOOL)


def _with_seats(capacity: Capacity, area: StudyArea, started: Sequence[Started], starts: Mapping[str, int]) -> Capacity:
    there = capacity.seats[SCHOOL].values
    new = dict.fromkeys(gain.school for _n, _o, effect in started for gain in effect.gains if gain.school not in there)
    schools = [*there, *new]
    seats = capacity.seats.reindex({SCHOOL: schools}, fill_value=0.0).copy(deep=True)
    intake = capacity.intake.reindex({SCHOOL: schools}, fill_value=np.inf).copy(deep=True)
    years = seats[YEAR].values
    taken: list[tuple[SeatsAt, npt.NDArray[np.bool_]]] = []
    for name, option, effect in started:
        served = np.isin(years, option.service(starts[name]))
        for gain in effect.gains:
            at = {SCHOOL: gain.school, STAGE: gain.stage}
            seats.loc[at] += gain.seats * served
            intake.loc[at] += gain.seats / len(area.stage(gain.stage).grades) * served
        taken += [(loss, served) for loss in effect.gives_up]
        taken += [(loss, np.isin(years, option.works(starts[name]))) for loss in effect.loses]
    for loss, gone in taken:  # after all gains, so that a closed school keeps none of them
        at = {SCHOOL: loss.school, STAGE: loss.stage}
        seats.loc[at] = np.where(gone, (seats.loc[at] - loss.seats).clip(min=0), seats.loc[at])
    return Capacity(seats, intake, capacity.buildings)


def _ways(reach: pd.DataFrame) -> Ways:
    ways: Ways = {}
    for row in reach.sort_values([STAGE, CATCHMENT, "rank", SCHOOL]).to_dict("records"):
        ways.setdefault((row[CATCHMENT], row[STAGE]), []).append({str(k): v for k, v in row.items()})
    return ways


def _reach(ways: Ways, before: pd.DataFrame) -> pd.DataFrame:
    rows = [row for asked in ways.values() for row in asked]
    columns = [*before.columns, *(c for c in ("opens", "closes", "places") if any(c in row for row in rows))]
    return pd.DataFrame(rows, columns=list(dict.fromkeys(columns)))


def _metres(area: StudyArea, school: pd.Series) -> pd.Series:
    """Return the metres from every catchment to a school, missing where a point is unknown."""
    there = pd.DataFrame([school] * len(area.catchments))
    return pd.Series(street_metres(area.catchments, there), area.catchments.index)


def _enter(ways: Ways, area: StudyArea, school: pd.Series, stage: str, *, first: bool) -> None:
    """Let a school into the order of the catchments near it, unless it is in someone's order already."""
    name = school.name
    if any(row[SCHOOL] == name for (_z, e), asked in ways.items() if e == stage for row in asked):
        return
    for catchment, metres in _metres(area, school).items():
        own = catchment == school.get(CATCHMENT)
        if own or metres <= area.stage(stage).travel_limit:
            asked = ways.setdefault((str(catchment), stage), [])
            leads = asked[0]["rank"] if asked else 1
            further = [row["rank"] for row in asked if row["rank"] > leads and row.get("metres", np.nan) > metres]
            rank = leads if own and first else min(further, default=_last(asked) + 1)
            at = next((k for k, row in enumerate(asked) if row["rank"] >= rank), len(asked))
            for row in asked[at:] if any(row["rank"] == rank for row in asked) else ():
                row["rank"] += 1
            asked.insert(at, {CATCHMENT: catchment, STAGE: stage, SCHOOL: name, "rank": rank, "metres": metres})


def _open(ways: Ways, access: Access, years: range) -> None:
    asked = ways.setdefault((access.catchment, access.stage), [])
    if not any(row[SCHOOL] == access.school for row in asked):
        place = {CATCHMENT: access.catchment, STAGE: access.stage, SCHOOL: access.school, "rank": _last(asked) + 1}
        asked.append({**place, "metres": np.nan, "opens": years.start, "closes": years.stop, "places": access.places})


def _last(asked: list[Row]) -> int:
    return int(asked[-1]["rank"]) if asked else 0


def _school(schools: pd.DataFrame, school: str) -> pd.Series:
    return pd.Series({column: schools[column][school] for column in schools}, name=school)
