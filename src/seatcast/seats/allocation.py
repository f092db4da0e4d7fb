"""Who is seated where: demand meets seats under the rule of admission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, GRADE, SCHOOL, STAGE, TIER, YEAR, labelled
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.study_area import StudyArea
from seatcast.enrollment.demand import EnrollmentDemand
from seatcast.language import _, clauses, n_, sentences
from seatcast.seats.capacity import Capacity, seat_capacity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.seats.shortfall import Shortfall


class NoSchoolInReachError(ValueError):
    """Children of some catchments have no school to ask."""


@dataclass(frozen=True, eq=False, repr=False)
class Allocation(Result):
    """Seats taken and children left out, in every draw.

    Attributes
    ----------
    demand : EnrollmentDemand
    capacity : Capacity
    unplaced : DataArray (year, catchment, grade, tier, draw), children
        Children who seek a public seat and get none within their reach.
    seated : DataArray (year, school, stage, tier, draw), pupils
    oversize : DataArray (year, school, stage, draw), pupils
        Pupils in place beyond the seats of their school: counted, never used as if they were seats.
    """

    topic: ClassVar[str] = "allocation"
    demand: EnrollmentDemand
    capacity: Capacity
    unplaced: xr.DataArray
    seated: xr.DataArray
    oversize: xr.DataArray

    def __post_init__(self) -> None:
        for field, dims, unit in (
            ("unplaced", (YEAR, CATCHMENT, GRADE, TIER, DRAW), "children"),
            ("seated", (YEAR, SCHOOL, STAGE, TIER, DRAW), "pupils"),
            ("oversize", (YEAR, SCHOOL, STAGE, DRAW), "pupils"),
        ):
            object.__setattr__(self, field, labelled(getattr(self, field), *dims, unit=unit))

    @property
    def idle(self) -> xr.DataArray:
        """Seats that nobody takes: (year, school, stage, draw)."""
        empty = self.capacity.seats - self.seated.sum(TIER)
        return empty.clip(min=0).transpose(YEAR, SCHOOL, STAGE, DRAW).assign_attrs(unit="seats")

    def shortfall(self) -> Shortfall:
        """Return the children without a seat by catchment and stage, and the seats that stand idle."""
        from seatcast.seats.shortfall import Shortfall

        return Shortfall(self)

    def to_frame(self) -> pd.DataFrame:
        """Return pupils seated and seats by school, stage and year: expected number and quantiles."""
        frame = quantile_frame(self.seated.sum(TIER)).rename(columns={"mean": "seated"})
        seats = self.capacity.seats.to_series().rename("seats").reset_index()
        oversize = self.oversize.mean(DRAW).to_series().rename("oversize").reset_index()
        places = [YEAR, SCHOOL, STAGE]
        frame = frame.merge(seats, on=places).merge(oversize, on=places)
        return frame[frame["seats"] + frame["seated"] > 0].reset_index(drop=True)

    def summary(self) -> Summary:
        """Return how full the schools are in the last year."""
        frame = self.to_frame()
        last = frame[frame[YEAR] == frame[YEAR].max()]
        full = int((last["seated"] >= 0.99 * last["seats"]).sum())
        sentence = n_(
            "In {year}, {n} of {all} school stages is expected to be full.",
            "In {year}, {n} of {all} school stages are expected to be full.",
            full,
        ).format(year=int(last[YEAR].max()), n=full, all=len(last))
        by_stage = frame.groupby([YEAR, STAGE], sort=False)[["seats", "seated", "oversize"]].sum().reset_index()
        return Summary(sentence, by_stage)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw, school by school and year by year, how full the seats are."""
        from seatcast import charts

        frame = self.to_frame()
        share = (frame.groupby([SCHOOL, YEAR])["seated"].sum() / frame.groupby([SCHOOL, YEAR])["seats"].sum()).unstack()
        share.index = self.demand.area.school_names().reindex(share.index)
        return charts.heat_table(share, ax=ax, title=_("Share of the seats that are taken"))


def allocate(demand: EnrollmentDemand, seats: pd.DataFrame | Capacity) -> Allocation:
    """Give out the seats by the rule of admission, in every draw.

    Each year the pupils in place keep their seat and move up with their class, as far as their family stays.
    Then children who are new, or were left out before, are admitted: tier by tier in the order of admission;
    within a tier all ask the first school of their catchment, those refused the second, and so on; where a
    school has too few seats for those who ask, they share them in proportion. In the year of record everybody
    asks, since who sits where is not in the tables.

    Parameters
    ----------
    demand : EnrollmentDemand
        Children seeking a public seat. Its area says who may attend where, and its scenario which rule is in force.
    seats : DataFrame or Capacity
        The bureau's seats table, or a capacity that a plan has changed. Schools that no catchment may attend are
        left out: their pupils are not in the demand.

    Returns
    -------
    Allocation
        No school takes in more pupils than it has seats; no seat stays empty while a child who may have it waits,
        but for entry seats beyond the intake plan; no tier is admitted to a grade of a school while an earlier
        tier still waits for it there.

    Raises
    ------
    NoSchoolInReachError
        If a catchment has children of a stage and no school of that stage in its reach.

    References
    ----------
    Within a tier this is immediate acceptance, rank by rank (Abdulkadiroğlu and Sönmez 2003, American Economic Review
    93 (3)), with the lottery among equals taken in proportion.
    """
    from seatcast.seats.admission import admit

    area = demand.area
    if isinstance(seats, pd.DataFrame):
        years = [int(year) for year in demand.pupils[YEAR].values]
        seats = seat_capacity(seats, area, years, committed=demand.scenario.committed)
    stages = list(demand.by_stage()[STAGE].values)
    attended = area.reach.loc[area.reach[STAGE].isin(stages), SCHOOL].unique()
    seats = seats.sel({SCHOOL: seats.seats[SCHOOL].isin(attended), STAGE: stages})
    schools = seats.seats[SCHOOL].to_index()
    grades = [int(grade) for grade in demand.pupils[GRADE].values]
    zones = demand.pupils[CATCHMENT].to_index()
    reach, places = _reach(area, zones, schools, stages, [int(year) for year in demand.pupils[YEAR].values])
    _refuse_unreached(demand, reach, stages)
    stage_of = np.array([stages.index(area.stage_of[grade]) for grade in grades])
    firsts = [
        grade for grade in grades if area.stage_of.get(grade - 1) != area.stage_of[grade] or grade - 1 not in grades
    ]
    order = np.unique(demand.pupils["order"].values, return_inverse=True)[1].astype(np.int64)
    unplaced, seated, oversize = admit(
        demand.pupils.values, seats.seats.values, seats.intake.values, reach, places, stage_of,
        np.array([grade in firsts for grade in grades]), order,
    )  # fmt: skip
    coords = {YEAR: demand.pupils[YEAR], SCHOOL: schools, STAGE: stages}
    return Allocation(
        demand,
        seats,
        demand.pupils.copy(data=unplaced),
        xr.DataArray(seated, {**coords, **demand.pupils[TIER].coords}, (YEAR, SCHOOL, STAGE, TIER, DRAW)),
        xr.DataArray(oversize, coords, (YEAR, SCHOOL, STAGE, DRAW)),
    )


def _reach(
    area: StudyArea, zones: pd.Index, schools: pd.Index, stages: list[str], years: list[int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return the schools that each catchment may ask, (stage, catchment, rank), and its places there, year by year."""
    links = area.reach[area.reach[SCHOOL].isin(schools) & area.reach[CATCHMENT].isin(zones)]
    links = links.sort_values([STAGE, CATCHMENT, "rank", SCHOOL])
    place = links.groupby([STAGE, CATCHMENT]).cumcount()
    shape = (len(stages), len(zones), int(place.max()) + 1 if len(links) else 1)
    reach = np.full(shape, -1, np.int64)
    limits = np.zeros((len(years), *shape), np.float32)
    at = (
        links[STAGE].map({stage: k for k, stage in enumerate(stages)}),
        zones.get_indexer(pd.Index(links[CATCHMENT])),
        place,
    )
    reach[at] = schools.get_indexer(pd.Index(links[SCHOOL]))
    for column, bound in (("opens", -np.inf), ("closes", np.inf), ("places", np.inf)):
        if column not in links:
            links = links.assign(**{column: bound})
    opens, closes = links["opens"].fillna(-np.inf).to_numpy(), links["closes"].fillna(np.inf).to_numpy()
    offered = (opens <= np.array(years)[:, None]) & (np.array(years)[:, None] < closes)
    limits[:, *at] = np.where(offered, links["places"].fillna(np.inf).to_numpy(np.float32), 0.0)
    return reach, limits


def _refuse_unreached(demand: EnrollmentDemand, reach: npt.NDArray[np.int64], stages: list[str]) -> None:
    children = demand.by_stage().sum(TIER).mean(DRAW).max(YEAR)
    lost = [
        _("catchment {catchment} has children in the stage {stage}, but no school of it in reach").format(
            catchment=children[CATCHMENT].values[z], stage=stages[e]
        )
        for e, z in np.argwhere((reach < 0).all(axis=2))
        if float(children.sel({STAGE: stages[e]})[z]) > 0
    ]
    if lost:
        remedy = _("Add a row to the table serves, or raise the stage's travel_limit.")
        raise NoSchoolInReachError(sentences([clauses(lost) + _("."), remedy]))
