"""What started options do to a study area and its seats: schools, who may attend where, seats year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.catchments.travel import street_metres
from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE, YEAR
from seatcast.core.study_area import StudyArea
from seatcast.planning.option import Access, Effect, Option, Site
from seatcast.seats.capacity import Capacity

Row = dict[str, Any]
Ways = dict[tuple[str, str], list[Row]]  # (catchment, stage) -> the schools its children may ask, in order


def with_options(
    area: StudyArea,
    capacity: Capacity,
    options: Sequence[Option],
    starts: Mapping[str, int],
    late: Mapping[str, int] | None = None,
) -> tuple[StudyArea, Capacity]:
    """Return the area and the seats as they are when options are started.

    A school that gains a stage enters the reach of the catchments within the stage's travel limit (straight line
    times 1.3) and of its own. What came first in a catchment stays first, but for the catchment of a new school, which
    the new school leads; after the first, it stands before the first rank that holds a school further away. It joins no
    pool: schools of one rank keep that rank in common. Access that an option opens comes last in its catchment's order,
    or shares the rank of the school it stands beside, in the years of service alone.

    Parameters
    ----------
    area, capacity : StudyArea, Capacity
        As they are without any option.
    options : sequence of Option
        Those not in `starts` have no effect.
    starts : mapping of str to int
        Start year by option id.
    late : mapping of str to int, optional
        Years by which options open late, by id; 0 where not named.

    Returns
    -------
    StudyArea, Capacity
        Entry seats of an intake plan grow by the option's seats per grade, and a new school that opens over several
        years takes in no more than a grade's part of its seats a year; where seats are taken away the plan stays, since
        the seats that are left limit it.
    """
    begun = _begun(area, options, starts, late or {})
    ways = _ways(area.reach)
    schools = area.schools.copy()
    for of in begun:
        site = of.effect.founds
        if site is not None:
            schools = _with_school(schools, site, of, area)
        for school in of.effect.made_public:
            schools.loc[school, "sector"] = "public"
        for gain in of.effect.gains:
            if site is None or site.catchment is not None:
                _enter(ways, area, _school(schools, gain.school), gain.stage, first=site is not None)
    for of in begun:  # after all schools have entered: opened access comes last
        for access in of.effect.opens:
            metres = _metres(area, _school(schools, access.school)).get(access.catchment, np.nan)
            _open(ways, access, of.service, float(metres))
    changed = area.replace(schools=schools, reach=_reach(ways, area.reach))
    return changed, _with_seats(capacity, area, begun)


def seats_with_options(
    area: StudyArea, capacity: Capacity, options: Sequence[Option], starts: Mapping[str, int], late: Mapping[str, int]
) -> Capacity:
    """Return the seats alone that `with_options` returns, in a fraction of the time."""
    return _with_seats(capacity, area, _begun(area, options, starts, late))


def _begun(
    area: StudyArea, options: Sequence[Option], starts: Mapping[str, int], late: Mapping[str, int]
) -> list[Begun]:
    """Return the options that are started, in the order of their ids."""
    started = (option for option in options if option.option in starts)
    begun = [Begun.of(option, area, starts[option.option], late.get(option.option, 0)) for option in started]
    return sorted(begun, key=lambda of: of.option.option)


class Begun(NamedTuple):
    """An option that is started: what it does, and when."""

    option: Option
    effect: Effect
    works: range
    service: range

    @classmethod
    def of(cls, option: Option, area: StudyArea, start: int, late: int) -> Begun:
        """Return an option started in `start` that opens `late` years after plan."""
        return cls(option, option.effect(area), option.works(start, late), option.service(start, late))

    def filled(self, years: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the share of its seats that are open in each year."""
        return np.array(
            [self.option.filled(int(y) - self.service.start) if y in self.service else 0.0 for y in years], float
        )


def _with_school(schools: pd.DataFrame, site: Site, of: Begun, area: StudyArea) -> pd.DataFrame:
    home = pd.Series() if site.catchment is None else area.catchments.loc[site.catchment]
    row = {
        SCHOOL: site.school, "name": of.option.name, "name_zh": of.option.name_zh, "sector": "public",
        "stages": (site.stage,), CATCHMENT: site.catchment, "opened": of.service.start,
        "lon": home.get("lon") if site.lon is None else site.lon,
        "lat": home.get("lat") if site.lat is None else site.lat,
    }  # fmt: skip
    rows = schools.rename_axis(SCHOOL).reset_index().to_dict("records")
    return pd.DataFrame([*rows, row], columns=[SCHOOL, *schools.columns]).set_index(SCHOOL)


def _with_seats(capacity: Capacity, area: StudyArea, begun: Sequence[Begun]) -> Capacity:
    there = [str(school) for school in capacity.seats[SCHOOL].values]
    new = dict.fromkeys(gain.school for of in begun for gain in of.effect.gains if gain.school not in there)
    years, stages = capacity.seats[YEAR].values, capacity.seats[STAGE].values
    school, stage = ({str(name): k for k, name in enumerate(of)} for of in ([*there, *new], stages))
    seats, intake = (
        np.concatenate([of.values, np.full((len(years), len(new), len(stage)), fill, np.float32)], axis=1)
        for of, fill in ((capacity.seats, 0.0), (capacity.intake, np.inf))
    )
    for of in begun:
        share = of.filled(years)
        for gain in of.effect.gains:
            at = (slice(None), school[gain.school], stage[gain.stage])
            part = gain.seats / len(area.stage(gain.stage).grades)
            seats[at] += gain.seats * share
            if of.effect.founds is not None and of.option.ramp_years > 1:  # it fills from its entry grade
                intake[at] = np.where(share > 0, part, np.inf)
            else:
                intake[at] += part * (share > 0)
    lost = [(loss, np.isin(years, of.service)) for of in begun for loss in of.effect.gives_up]
    lost += [(loss, np.isin(years, of.works)) for of in begun for loss in of.effect.loses]
    for loss, gone in lost:  # after all gains, so that a closed school keeps none of them
        at = (slice(None), school[loss.school], stage[loss.stage])
        seats[at] = np.where(gone, (seats[at] - loss.seats).clip(min=0), seats[at])
    coords, dims = {YEAR: years, SCHOOL: list(school), STAGE: stages}, (YEAR, SCHOOL, STAGE)
    return Capacity(xr.DataArray(seats, coords, dims), xr.DataArray(intake, coords, dims), capacity.buildings)


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


def _open(ways: Ways, access: Access, years: range, metres: float) -> None:
    """Let a catchment ask a school in some years: last, or beside another school; a way it has already stays."""
    asked = ways.setdefault((access.catchment, access.stage), [])
    rank = next((int(row["rank"]) for row in asked if row[SCHOOL] == access.beside), _last(asked) + 1)
    if any(row[SCHOOL] == access.school and row["rank"] <= rank and _always(row) for row in asked):
        return
    row = {CATCHMENT: access.catchment, STAGE: access.stage, SCHOOL: access.school, "rank": rank, "metres": metres}
    at = next((k for k, other in enumerate(asked) if other["rank"] > rank), len(asked))
    asked.insert(at, {**row, "opens": years.start, "closes": years.stop, "places": access.places})


def _always(row: Row) -> bool:
    return all(pd.isna(row.get(column, np.nan)) for column in ("opens", "closes", "places"))


def _last(asked: list[Row]) -> int:
    return int(asked[-1]["rank"]) if asked else 0


def _school(schools: pd.DataFrame, school: str) -> pd.Series:
    return pd.Series({column: schools[column][school] for column in schools}, name=school)
