"""Seats on offer by school, stage and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import SCHOOL, STAGE, YEAR, labelled
from seatcast.core.result import Result, Summary
from seatcast.core.study_area import StudyArea
from seatcast.inputs.tables import SEATS
from seatcast.language import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes


BUILDING = "building"


@dataclass(frozen=True, eq=False)
class Buildings:
    """Buildings whose rooms several stages or schools share.

    Attributes
    ----------
    of : DataArray (school, stage)
        The building; "" where rooms are not shared.
    rooms : DataArray (year, building), classes
        Infinite where unknown.
    """

    of: xr.DataArray
    rooms: xr.DataArray


@dataclass(frozen=True, eq=False, repr=False)
class Capacity(Result):
    """Seats on offer in every school and stage, year by year.

    Attributes
    ----------
    seats : DataArray (year, school, stage), seats
        All grades of the stage together; 0 where the school does not teach it or is shut.
    intake : DataArray (year, school, stage), seats
        Entry seats of the intake plan; infinite where no plan limits them.
    buildings : Buildings or None
        Rooms that several stages or schools share, such as those of a nine-year school.
    """

    topic: ClassVar[str] = "capacity"
    seats: xr.DataArray
    intake: xr.DataArray
    buildings: Buildings | None = None

    def __post_init__(self) -> None:
        for field in ("seats", "intake"):
            object.__setattr__(self, field, labelled(getattr(self, field), YEAR, SCHOOL, STAGE, unit="seats"))

    def to_frame(self) -> pd.DataFrame:
        """Return seats by year, school and stage; rows without any are left out."""
        frame = self.seats.rename("seats").to_dataframe().reset_index()
        return frame[frame["seats"] > 0].reset_index(drop=True)

    def summary(self) -> Summary:
        """Return the seats of the first and the last year, by stage."""
        by_stage = self.seats.sum(SCHOOL).rename("seats").to_dataframe().reset_index()
        total = self.seats.sum([SCHOOL, STAGE]).to_series()
        sentence = _("There are {first:,.0f} public seats in {start} and {last:,.0f} in {end}.").format(
            first=total.iloc[0], start=total.index[0], last=total.iloc[-1], end=total.index[-1]
        )
        return Summary(sentence, by_stage)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the seats of each stage, year by year."""
        from seatcast import charts

        by_stage = self.seats.sum(SCHOOL).transpose(YEAR, STAGE).to_pandas()
        return charts.lines(pd.DataFrame(by_stage), ax=ax, title=_("Public seats"))

    def sel(self, labels: Mapping[str, Any]) -> Capacity:
        """Return the part with these labels, a list of them or a mask a dimension."""
        return Capacity(self.seats.sel(labels), self.intake.sel(labels), self.buildings)

    def replace(self, **changes: Any) -> Capacity:
        """Return the capacity with some parts changed."""
        return replace(self, **changes)


def seat_capacity(seats: pd.DataFrame, area: StudyArea, years: Sequence[int], *, committed: bool = True) -> Capacity:
    """Return the seats on offer in each school and stage in each of `years`.

    Parameters
    ----------
    seats : DataFrame
        year, school, stage, seats and, where known, the other columns of the table: one row a school, stage and
        year. A year without a row keeps the row before it, whole: a row without intake_classes knows no intake plan.
        A row with `until` ends with that year, and the row before it holds again. There are no seats before the
        first row.
    area : StudyArea
        Its public schools, and the seats bought in private ones, are on offer; a school that `closes` has no seats
        from that year on.
    years : sequence of int
        Rising; the first is the year of record.
    committed : bool
        Whether rows and closings after the year of record, projects already decided, come about.

    Returns
    -------
    Capacity
        Over all schools on offer and all stages. Seats are those of the classes that rooms and teachers allow (see
        `seats_within_limits`); a row `by_grade` opens a grade's part of them in its first year, two in the next, and
        so on. Which grades take them the rule of admission decides.

    Examples
    --------
    >>> from seatcast.testing import toy_area
    >>> table = pd.DataFrame({"year": [2026, 2028], "school": "elm", "stage": "primary", "seats": [270, 540]})
    >>> seat_capacity(table, toy_area(), range(2026, 2030)).seats.sel(school="elm", stage="primary").values
    array([270., 270., 540., 540.], dtype=float32)
    """
    known = seats_within_limits(seats if committed else seats[seats["year"] <= years[0]], area)
    public = area.public
    coords = {YEAR: list(years), SCHOOL: list(public.index), STAGE: [stage.stage for stage in area.stages]}
    places = pd.MultiIndex.from_product([coords[SCHOOL], coords[STAGE]], names=[SCHOOL, STAGE])
    rows = {year: _in_force(known, year, area).reindex(places) for year in years}

    def by_year(column: str, otherwise: float) -> xr.DataArray:
        values = [rows[year][column].astype(float).fillna(otherwise).to_numpy(np.float32) for year in years]
        shape = tuple(len(labels) for labels in coords.values())
        return xr.DataArray(np.stack(values).reshape(shape), coords, (YEAR, SCHOOL, STAGE))

    shuts = pd.to_numeric(public["closes"], errors="coerce") if "closes" in public else pd.Series(np.nan, public.index)
    shuts = shuts.where(committed | (shuts <= years[0]), np.inf).fillna(np.inf)
    count = by_year("seats", 0.0)
    taught = count[YEAR] < xr.DataArray(shuts.to_numpy(), {SCHOOL: coords[SCHOOL]}, SCHOOL)
    return Capacity(count.where(taught, 0.0), by_year("intake", np.inf), _buildings(rows, places, coords))


def seats_within_limits(seats: pd.DataFrame, area: StudyArea) -> pd.DataFrame:
    """Return the seats table with `seats` cut to what rooms and teachers allow, `intake`, and the `limit` that binds.

    Classes are the least of those planned, the rooms of a row that shares no building, and the classes that the
    teachers can teach: teachers times pupils_per_teacher over the class size, whole classes. Seats given as a number
    are cut to that many classes, too.

    Returns
    -------
    DataFrame
        With all columns of the table, and size (pupils to a class), intake (entry seats, infinite without a plan) and
        limit ("classes", "rooms" or "teachers").

    Examples
    --------
    >>> from seatcast.testing import toy_area
    >>> table = pd.DataFrame({"year": [2026], "school": "elm", "stage": "primary", "classes": 12, "rooms": 10})
    >>> seats_within_limits(table, toy_area())[["seats", "limit"]].values.tolist()
    [[450.0, 'rooms']]
    """
    full = seats.reindex(columns=list(dict.fromkeys([*seats.columns, *SEATS.names]))).copy()
    stages = {stage.stage: stage for stage in area.stages}
    size = full["class_size"].astype(float).fillna(full[STAGE].map({k: float(v.class_size) for k, v in stages.items()}))
    planned = full["seats"].astype(float).fillna(full["classes"].astype(float) * size)
    alone = full["building"].isna()
    taught = full["teachers"].astype(float) * full[STAGE].map({k: v.pupils_per_teacher for k, v in stages.items()})
    limits = pd.DataFrame(
        {
            "classes": planned,
            "rooms": (full["rooms"].astype(float) * size).where(alone),
            "teachers": np.floor(taught.astype(float) / size + 1e-9) * size,
        }
    ).fillna(np.inf)
    intake = (full["intake_classes"].astype(float) * size).fillna(np.inf)
    found = limits.min(axis=1).where(planned.notna())
    return full.assign(size=size, seats=found, intake=intake, limit=limits.idxmin(axis=1))


def _in_force(rows: pd.DataFrame, year: int, area: StudyArea) -> pd.DataFrame:
    """Return the row of each school and stage that holds in a year, by school and stage."""
    holds = (rows[YEAR] <= year) & ~(rows["until"].astype(float) < year)
    now = rows[holds].sort_values(YEAR, kind="stable").drop_duplicates([SCHOOL, STAGE], keep="last")
    grades = now[STAGE].map({stage.stage: len(stage.grades) for stage in area.stages})
    opened = ((year - now[YEAR] + 1) / grades).clip(upper=1.0).where(now["by_grade"].eq(other=True), 1.0)
    part = (now["seats"] / grades).where(now["by_grade"].eq(other=True) & np.isinf(now["intake"]), now["intake"])
    return now.assign(seats=now["seats"] * opened, intake=part).set_index([SCHOOL, STAGE])


def _buildings(
    rows: Mapping[int, pd.DataFrame], places: pd.MultiIndex, coords: Mapping[str, list[Any]]
) -> Buildings | None:
    named = pd.concat([frame["building"] for frame in rows.values()]).dropna()
    if named.empty:
        return None
    of = named[~named.index.duplicated()].reindex(places).fillna("").to_numpy().astype(str)
    shape = (len(coords[SCHOOL]), len(coords[STAGE]))
    rooms = {year: frame.groupby("building")["rooms"].max().astype(float) for year, frame in rows.items()}
    wide = pd.DataFrame(rooms).T.rename_axis(columns=BUILDING).fillna(np.inf)
    return Buildings(
        xr.DataArray(of.reshape(shape), {dim: coords[dim] for dim in (SCHOOL, STAGE)}, (SCHOOL, STAGE)),
        xr.DataArray(wide.to_numpy(np.float32), {YEAR: list(rows), BUILDING: list(wide.columns)}, (YEAR, BUILDING)),
    )
