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
from seatcast.language import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Capacity(Result):
    """Public seats of every school and stage, year by year.

    Attributes
    ----------
    seats : DataArray (year, school, stage), seats
        All grades of the stage together; 0 where the school does not teach it or is shut.
    intake : DataArray (year, school, stage), seats
        Entry seats of the intake plan; infinite where no plan limits them.
    """

    topic: ClassVar[str] = "capacity"
    seats: xr.DataArray
    intake: xr.DataArray

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
        return Capacity(self.seats.sel(labels), self.intake.sel(labels))

    def replace(self, **changes: Any) -> Capacity:
        """Return the capacity with some parts changed."""
        return replace(self, **changes)


def seat_capacity(seats: pd.DataFrame, area: StudyArea, years: Sequence[int], *, committed: bool = True) -> Capacity:
    """Return the public seats of each school and stage in each of `years`.

    Parameters
    ----------
    seats : DataFrame
        year, school, stage, seats and, where known, intake_classes and class_size: one row a school, stage and
        year. A year without a row keeps the row before it, whole: a row without intake_classes knows no intake plan.
        There are no seats before the first row.
    area : StudyArea
        Its public schools are those on offer; a school that `closes` has no seats from that year on.
    years : sequence of int
        Rising; the first is the year of record.
    committed : bool
        Whether rows and closings after the year of record, projects already decided, come about.

    Returns
    -------
    Capacity
        Over all public schools of the area and all its stages.

    Examples
    --------
    >>> from seatcast.testing import toy_area
    >>> table = pd.DataFrame({"year": [2026, 2028], "school": "elm", "stage": "primary", "seats": [270, 540]})
    >>> seat_capacity(table, toy_area(), range(2026, 2030)).seats.sel(school="elm", stage="primary").values
    array([270., 270., 540., 540.], dtype=float32)
    """
    known = seats if committed else seats[seats["year"] <= years[0]]
    if "intake_classes" in known:
        size = known["stage"].map({stage.stage: stage.class_size for stage in area.stages})
        if "class_size" in known:
            size = known["class_size"].fillna(size)
        known = known.assign(intake=(known["intake_classes"] * size).fillna(np.inf))
    else:
        known = known.assign(intake=np.nan)
    public = area.public
    coords = {YEAR: list(years), SCHOOL: list(public.index), STAGE: [stage.stage for stage in area.stages]}
    places = pd.MultiIndex.from_product([coords[SCHOOL], coords[STAGE]], names=[SCHOOL, STAGE])

    def by_year(column: str, otherwise: float) -> xr.DataArray:
        wide = known.pivot_table(index=YEAR, columns=[SCHOOL, STAGE], values=column, aggfunc="first", dropna=False)
        every = sorted({*wide.index, *years})
        wide = wide.reindex(every).ffill().reindex(index=coords[YEAR], columns=places).fillna(otherwise)
        shape = tuple(len(labels) for labels in coords.values())
        return xr.DataArray(wide.to_numpy(np.float32).reshape(shape), coords, (YEAR, SCHOOL, STAGE))

    shuts = pd.to_numeric(public["closes"], errors="coerce") if "closes" in public else pd.Series(np.nan, public.index)
    shuts = shuts.where(committed | (shuts <= years[0]), np.inf).fillna(np.inf)
    count = by_year("seats", 0.0)
    taught = count[YEAR] < xr.DataArray(shuts.to_numpy(), {SCHOOL: coords[SCHOOL]}, SCHOOL)
    return Capacity(count.where(taught, 0.0), by_year("intake", np.inf))
