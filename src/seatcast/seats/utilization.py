"""How full a catchment's schools are, and the probability that they are overcrowded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, TIER, YEAR, catchments_by_year, labelled
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.study_area import StudyArea
from seatcast.enrollment.demand import EnrollmentDemand
from seatcast.language import _, n_
from seatcast.seats.capacity import Capacity, seat_capacity
from seatcast.seats.first_schools import BETWEEN, first_links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from seatcast.catchments.map import CatchmentMap

FULL = 1.0


@dataclass(frozen=True, eq=False, repr=False)
class Utilization(Result):
    """Children who seek the seats of a catchment's schools, over those seats.

    Attributes
    ----------
    area : StudyArea
    share : DataArray (year, catchment, stage, draw), 1
        Above 1 there are more children than seats. Missing where the schools of the catchment have no seats.
    """

    topic: ClassVar[str] = "utilization"
    area: StudyArea
    share: xr.DataArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "share", labelled(self.share, YEAR, CATCHMENT, STAGE, DRAW, unit="1"))

    def expected(self) -> xr.DataArray:
        """Return the expected utilization: (year, catchment, stage)."""
        return self.share.mean(DRAW, skipna=False)

    def probability(self, *, exceeding: float = FULL) -> xr.DataArray:
        """Return the probability of more than `exceeding` children a seat: (year, catchment, stage)."""
        over = (self.share > exceeding).mean(DRAW)
        return over.where(self.expected() >= 0).assign_attrs(unit="1")

    def to_frame(self) -> pd.DataFrame:
        """Return utilization by year, catchment and stage: expected, quantiles, probability of overcrowding."""
        frame = quantile_frame(self.share.fillna(0.0)).rename(columns={"mean": "expected"})
        chance = self.probability().rename("probability").to_series()
        frame["probability"] = chance.reindex(pd.MultiIndex.from_frame(frame[chance.index.names])).to_numpy()
        return frame[frame["probability"].notna()].reset_index(drop=True)

    def summary(self) -> Summary:
        """Return how many catchments are likelier overcrowded than not in the last year."""
        frame = self.to_frame()
        last = frame[frame[YEAR] == frame[YEAR].max()]
        crowded = last[last["probability"] > 0.5].sort_values("expected", ascending=False)
        n = crowded[CATCHMENT].nunique()
        sentence = n_(
            "In {year}, {n} of {all} catchments is likelier than not to have more children than seats.",
            "In {year}, {n} of {all} catchments are likelier than not to have more children than seats.",
            n,
        ).format(year=int(frame[YEAR].max()), n=n, all=last[CATCHMENT].nunique())
        return Summary(sentence, crowded.head(10).reset_index(drop=True))

    def plot(self, ax: Axes | None = None, *, stage: str | None = None) -> Axes:
        """Draw the probability of overcrowding by catchment and year for a stage, the fullest catchments first."""
        from seatcast import charts

        chosen = self.area.stage(stage or self._stages[0])
        chance = catchments_by_year(self.probability(), chosen.stage)
        fullest = self.expected().sel({STAGE: chosen.stage}).max(YEAR).to_series().dropna().nlargest(20).index
        table = chance.loc[fullest]
        table.index = self.area.catchment_names().reindex(table.index)
        return charts.heat_table(
            table, ax=ax, title=_("Probability of overcrowding, {stage}").format(stage=chosen.label)
        )

    def plot_map(
        self, catchment_map: CatchmentMap, *, years: Sequence[int] | None = None, stage: str | None = None
    ) -> tuple[Axes, ...]:
        """Draw utilization on a map a year, on one scale, with the catchments surely overcrowded named.

        Parameters
        ----------
        catchment_map : CatchmentMap
        years : sequence of int, optional
            The first and the last unless given.
        stage : str, optional
            The first unless given.

        Returns
        -------
        tuple of Axes
        """
        from seatcast import charts

        chosen = self.area.stage(stage or self._stages[0])
        shown = list(years) if years is not None else [int(self.share[YEAR][k]) for k in (0, -1)]
        values = catchments_by_year(self.expected(), chosen.stage, shown)
        counted = self.share.max(DRAW) == self.share.min(DRAW)  # years of record are sure; nothing is written in
        risks = catchments_by_year(self.probability().where(~counted), chosen.stage, shown)
        names = self.area.catchment_names()
        marks = risks.map(lambda risk: f"{100 * risk:.0f}%" if risk >= 0.5 else None)
        return charts.area_maps(
            catchment_map.geojson,
            values,
            title=_(
                "Pupils over seats, {stage}. Written in: the probability of overcrowding, where it is a half or more"
            ).format(stage=chosen.label),
            colors="filled",
            labels=marks,
            names=names,
        )

    @property
    def _stages(self) -> list[str]:
        return [str(stage) for stage in self.share[STAGE].values]


def utilization(
    demand: EnrollmentDemand, seats: pd.DataFrame | Capacity, *, record: pd.DataFrame | None = None
) -> Utilization:
    """Return how full the schools of each catchment are, before any child is sent elsewhere.

    Parameters
    ----------
    demand : EnrollmentDemand
        From children or from rolls; it is counted at the schools that a catchment names first.
    seats : DataFrame or Capacity
        The bureau's seats table, one row a school, stage and year, or a capacity.
    record : DataFrame, optional
        year, school, grade, pupils: the rolls of years before the demand begins, shown beside it; every draw has
        the number counted. Years in which a pupil count of the school is unknown stay unknown.

    Returns
    -------
    Utilization
        Catchments that share a first school share its children and its seats. A pool, schools of one rank, counts as
        one school.

    Examples
    --------
    >>> from seatcast.testing import toy_area, toy_demand
    >>> demand = toy_demand(np.full((1, 2, 2, 3, 1), 10.0), toy_area())
    >>> seats = pd.DataFrame({"year": 2026, "school": ["elm", "oak"], "stage": "primary", "seats": [60.0, 80.0]})
    >>> utilization(demand, seats).share.sel(year=2026, stage="primary").values.ravel()
    array([1.  , 0.75])
    """
    area = demand.area
    stages = [str(stage) for stage in demand.by_stage()[STAGE].values]
    past = _past(record, demand.base_year)
    ahead = [int(year) for year in demand.pupils[YEAR].values]
    if isinstance(seats, pd.DataFrame):
        offered = seat_capacity(seats, area, ahead, committed=demand.scenario.committed).seats
        if past:
            offered = xr.concat([seat_capacity(seats, area, past).seats, offered], YEAR)
    else:
        offered = seats.seats.reindex({YEAR: [*past, *ahead]})
    by_stage = demand.by_stage().sum(TIER)
    zones = demand.pupils[CATCHMENT].to_index()
    parts = []
    for stage in stages:
        pools = _pools(area, stage, zones)
        member = xr.DataArray(
            (pools.to_numpy()[:, None] == pools.to_numpy()[None, :]) & pools.notna().to_numpy()[:, None],
            {CATCHMENT: zones, "other": zones},
            (CATCHMENT, "other"),
        )
        asked = xr.dot(member.astype(float), by_stage.sel({STAGE: stage}).rename({CATCHMENT: "other"}), dim="other")
        places = _at_first(offered.sel({STAGE: stage}), pools)
        if record is not None and past:
            before = _at_first(_counted(record, area, stage, past), pools)
            wide = before.expand_dims({DRAW: asked.sizes[DRAW]})
            asked = xr.concat([wide.transpose(YEAR, CATCHMENT, DRAW), asked.transpose(YEAR, CATCHMENT, DRAW)], YEAR)
        parts.append(asked / places.where(places > 0))
    share = xr.concat(parts, pd.Index(stages, name=STAGE)).transpose(YEAR, CATCHMENT, STAGE, DRAW)
    return Utilization(area, share)


def _pools(area: StudyArea, stage: str, zones: pd.Index) -> pd.Series:
    """Return the schools that each catchment names first, in one cell; missing where it names none."""
    first = first_links(area.reach[area.reach[STAGE] == stage], [CATCHMENT])
    pools = first.sort_values(SCHOOL).groupby(CATCHMENT)[SCHOOL].agg(BETWEEN.join)
    return pools.reindex(zones)


def _at_first(by_school: xr.DataArray, pools: pd.Series) -> xr.DataArray:
    """Return amounts by school as those of the schools that each catchment names first, added up."""
    schools = by_school[SCHOOL].to_index()
    matrix = np.zeros((len(pools), len(schools)))
    for row, names in enumerate(pools):
        if isinstance(names, str):
            at = schools.get_indexer(pd.Index(names.split(BETWEEN)))
            matrix[row, at[at >= 0]] = 1.0
    inside = xr.DataArray(matrix, {CATCHMENT: pools.index, SCHOOL: schools}, (CATCHMENT, SCHOOL))
    # A school that a catchment does not name must not make its number unknown.
    unknown = xr.dot(inside, np.isnan(by_school).astype(float), dim=SCHOOL) > 0
    summed: xr.DataArray = xr.dot(inside, by_school.fillna(0.0), dim=SCHOOL).where(~unknown)
    return summed


def _past(record: pd.DataFrame | None, base_year: int) -> list[int]:
    if record is None:
        return []
    return sorted(int(year) for year in record[YEAR].unique() if year < base_year)


def _counted(record: pd.DataFrame, area: StudyArea, stage: str, years: list[int]) -> xr.DataArray:
    rows = record[record["grade"].isin(area.stage(stage).grades) & record[YEAR].isin(years)]
    sums = rows.groupby([YEAR, SCHOOL])["pupils"].agg(lambda pupils: pupils.sum(skipna=False)).unstack(SCHOOL)
    full = sums.reindex(index=years, columns=area.schools.index)
    return xr.DataArray(full.to_numpy(float), {YEAR: years, SCHOOL: list(area.schools.index)}, (YEAR, SCHOOL))
