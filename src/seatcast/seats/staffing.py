"""Staff by the norms in force: posts for the pupils of public schools, and counsellors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, TIER, YEAR, labelled
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.standards import Standards
from seatcast.core.study_area import StudyArea
from seatcast.enrollment.demand import sum_grades_to_stages
from seatcast.language import _, clauses
from seatcast.seats.allocation import Allocation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RECORDED = ("posts", "counsellors")


@dataclass(frozen=True, eq=False, repr=False)
class StaffNeed(Result):
    """Posts and counsellors that the norms ask for, in every draw.

    Attributes
    ----------
    area : StudyArea
    standards : Standards
        The norms.
    posts : DataArray (year, school, stage, draw), posts
        For the pupils seated in public schools; a post may be shared by schools, so parts are not rounded up.
    waiting : DataArray (year, stage, draw), posts
        More posts, were the children without a public seat taught as well.
    counsellors : DataArray (year, school, draw), counsellors
        Whole ones; 0 where the norms name none, or where a school has no pupil.
    record : DataFrame
        Index school; posts and counsellors of the last year on record, missing where unknown.
    """

    topic: ClassVar[str] = "staffing"
    area: StudyArea
    standards: Standards
    posts: xr.DataArray
    waiting: xr.DataArray
    counsellors: xr.DataArray
    record: pd.DataFrame

    def __post_init__(self) -> None:
        for field, dims, unit in (
            ("posts", (YEAR, SCHOOL, STAGE, DRAW), "posts"),
            ("waiting", (YEAR, STAGE, DRAW), "posts"),
            ("counsellors", (YEAR, SCHOOL, DRAW), "counsellors"),
        ):
            object.__setattr__(self, field, labelled(getattr(self, field), *dims, unit=unit))

    def to_frame(self) -> pd.DataFrame:
        """Return by year and stage: posts by the norm, expected and quantiles, and `waiting`, those more for all."""
        frame = quantile_frame(self.posts.sum(SCHOOL))
        more = self.waiting.mean(DRAW).to_series()
        return frame.assign(waiting=more.reindex(pd.MultiIndex.from_frame(frame[[YEAR, STAGE]])).to_numpy())

    def by_school(self, year: int) -> pd.DataFrame:
        """Return, school by school, what the norms ask for in a year and what is on record.

        Returns
        -------
        DataFrame
            school, posts (expected), posts_now, counsellors (expected), counsellors_now; the last are missing where
            the bureau's table of seats has no such column.
        """
        table = pd.DataFrame(
            {
                "posts": self.posts.sel({YEAR: year}).sum(STAGE).mean(DRAW).to_series(),
                "counsellors": self.counsellors.sel({YEAR: year}).mean(DRAW).to_series(),
            }
        )
        known = self.record.reindex(table.index)
        for name in RECORDED:
            table[f"{name}_now"] = known[name]
        kept = table[(table["posts"] > 0) | (table["counsellors"] > 0)]
        return kept.reset_index()[[SCHOOL, "posts", "posts_now", "counsellors", "counsellors_now"]]

    def summary(self) -> Summary:
        """Return the posts of the first and the last year by stage."""
        frame = self.to_frame()
        first, last = frame[YEAR].min(), frame[YEAR].max()
        means = frame.set_index([YEAR, STAGE])["mean"]
        said = [
            _("{stage}: {now:,.0f} posts in {first}, {then:,.0f} in {last}").format(
                stage=self.area.stage(stage).label, now=means[first, stage], first=first, then=means[last, stage],
                last=last,
            )
            for stage in frame[STAGE].unique()
        ]  # fmt: skip
        return Summary(_("Posts by the norm. ") + clauses(said) + _("."), frame)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the expected posts of each stage, year by year."""
        from seatcast import charts

        wide = self.to_frame().pivot_table(index=YEAR, columns=STAGE, values="mean")
        labels = {stage.stage: stage.label for stage in self.area.stages}
        return charts.lines(wide[list(self.posts[STAGE].values)], ax=ax, title=_("Posts by the norm"), labels=labels)


def staff_need(allocation: Allocation, standards: Standards, seats: pd.DataFrame | None = None) -> StaffNeed:
    """Return the posts and counsellors that norms ask for.

    Posts are pupils over the norm of their stage, counsellors of a school the greater of the least number and its
    pupils over the norm, rounded up. Seats bought in private schools ask for none.

    Parameters
    ----------
    allocation : Allocation
        Who sits where.
    standards : Standards
        Stages without a norm are left out.
    seats : DataFrame, optional
        The bureau's table of seats, for the columns posts and counsellors, staff in place.

    Returns
    -------
    StaffNeed

    Raises
    ------
    ValueError
        If no stage of the allocation has a norm.

    Examples
    --------
    >>> from seatcast.core.standards import STANDARDS
    >>> from seatcast.seats.allocation import allocate
    >>> from seatcast.testing import toy_area, toy_demand
    >>> area = toy_area()
    >>> demand = toy_demand(np.full((1, 2, 2, 3, 1), 9.5), area)
    >>> places = pd.DataFrame({"year": 2026, "school": ["elm", "oak"], "stage": "primary", "seats": [60.0, 60.0]})
    >>> need = staff_need(allocate(demand, places), STANDARDS["china 2015"])
    >>> float(need.posts.sum().round(1))
    6.0
    """
    area = allocation.area
    stages = [str(stage) for stage in allocation.seated[STAGE].values if stage in standards.pupils_per_post]
    if not stages:
        raise ValueError(_("The norms name no stage of this area: {stages}.").format(stages=", ".join(_stages(area))))
    schools = [name for name in allocation.seated[SCHOOL].values if area.schools["sector"].get(name) == "public"]
    everybody = allocation.seated.sel({SCHOOL: schools}).sum(TIER)
    norm = xr.DataArray([standards.pupils_per_post[stage] for stage in stages], {STAGE: stages}, STAGE)
    outside = sum_grades_to_stages(allocation.unplaced, area).sum([CATCHMENT, TIER]).sel({STAGE: stages})
    return StaffNeed(
        area,
        standards,
        (everybody.sel({STAGE: stages}) / norm).transpose(YEAR, SCHOOL, STAGE, DRAW),
        (outside / norm).transpose(YEAR, STAGE, DRAW),
        _counsellors(everybody.sum(STAGE), standards).transpose(YEAR, SCHOOL, DRAW),
        _on_record(seats, int(allocation.seated[YEAR].values[0])),
    )


def _stages(area: StudyArea) -> list[str]:
    return [stage.stage for stage in area.stages]


def _counsellors(pupils: xr.DataArray, standards: Standards) -> xr.DataArray:
    least = xr.full_like(pupils, float(standards.counsellors_per_school))
    if standards.pupils_per_counsellor is not None:
        # A child is a whole one: what rounding in single precision adds must not ask for another counsellor.
        whole = xr.apply_ufunc(np.ceil, pupils / standards.pupils_per_counsellor - 1e-4)
        least = xr.apply_ufunc(np.maximum, least, whole)
    return least.where(pupils > 0, 0.0)


def _on_record(seats: pd.DataFrame | None, year: int) -> pd.DataFrame:
    """Return posts and counsellors by school of the last year on record, stages added up."""
    if seats is None:
        return pd.DataFrame(columns=list(RECORDED), dtype=float)
    known = seats.reindex(columns=[YEAR, SCHOOL, STAGE, *RECORDED]).query(f"{YEAR} <= {year}")
    last = known.sort_values(YEAR, kind="stable").groupby([SCHOOL, STAGE])[list(RECORDED)].last()
    return last.groupby(SCHOOL)[list(RECORDED)].sum(min_count=1)
