"""Children without a seat, and seats without a child, by place and year, with how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, STATUS, TIER, YEAR, catchments_by_year
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.scenario import Scenario
from seatcast.core.study_area import StudyArea
from seatcast.enrollment.demand import sum_grades_to_stages
from seatcast.language import _, join
from seatcast.seats.allocation import ONE_CHILD, Allocation
from seatcast.seats.placement import placed_shares, placement_frame
from seatcast.seats.shortfall_views import shortage_maps, unplaced_frame
from seatcast.seats.yardstick import ShortfallSplit, split_shortfall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from seatcast.catchments.map import CatchmentMap

ROUND_OFF = 1e-3  # seats: below it a part of a seat is what single precision leaves


@dataclass(frozen=True, eq=False, repr=False)
class Shortfall(Result):
    """Seats missing in each catchment and stage, year by year, in every draw.

    Attributes
    ----------
    allocation : Allocation
        What it was computed from; a plan changes its seats and computes it again.
    """

    topic: ClassVar[str] = "shortfall"
    allocation: Allocation

    @property
    def area(self) -> StudyArea:
        """The study area."""
        return self.allocation.demand.area

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.allocation.demand.scenario

    def on(self, draws: npt.NDArray[np.int64]) -> Shortfall:
        """Return the shortfall in some of the draws, by their positions."""
        allocation = self.allocation
        if len(draws) == allocation.unplaced.sizes[DRAW]:
            return self
        parts = ("unplaced", "in_place", "seated", "free", "oversize")
        some = {name: getattr(allocation, name).isel({DRAW: draws}) for name in parts}
        demand = allocation.demand.replace(pupils=allocation.demand.pupils.isel({DRAW: draws}))
        return Shortfall(replace(allocation, demand=demand, **some))

    @cached_property
    def unplaced(self) -> xr.DataArray:
        """Children without a seat: (year, catchment, stage, tier, draw)."""
        return sum_grades_to_stages(self.allocation.unplaced, self.area)

    @cached_property
    def seats(self) -> xr.DataArray:
        """Seats missing, all tiers together: (year, catchment, stage, draw)."""
        return self.unplaced.sum(TIER).assign_attrs(unit="seats")

    @cached_property
    def idle(self) -> xr.DataArray:
        """Seats that stand idle: (year, school, stage, draw)."""
        return self.allocation.idle

    def probability(self, *, exceeding: float = ONE_CHILD) -> xr.DataArray:
        """Return the probability that more than `exceeding` seats are missing: (year, catchment, stage)."""
        short = (self.seats > exceeding).mean(DRAW)
        return short.rename("probability of a shortfall").assign_attrs(unit="1")

    def expected(self) -> xr.DataArray:
        """Return the expected number of seats missing, (year, catchment, stage): over draws, never at the mean."""
        return self.seats.mean(DRAW).rename("expected shortfall").assign_attrs(unit="seats")

    def first_year(self, *, risk: float = 0.5, status: str | None = None) -> pd.Series:
        """Return, soonest first, the year to come in which each catchment and stage is likelier than `risk` short.

        With a `status`, short for the children of that status.
        """
        seats = self.seats if status is None else self._of(status)
        likely = (seats > ONE_CHILD).mean(DRAW).isel({YEAR: slice(1, None)}) > risk
        first = likely[YEAR].where(likely).min(YEAR).rename("first_year")
        return first.to_series().dropna().astype(int).sort_values(kind="stable")

    def _of(self, status: str) -> xr.DataArray:
        """Return the children of a status without a seat: (year, catchment, stage, draw)."""
        known = self.unplaced[STATUS].values
        if status not in known:
            said = _("{status} is not a status of the demand; there are {known}.")
            raise ValueError(said.format(status=status, known=join(list(dict.fromkeys(map(str, known))))))
        return self.unplaced.isel({TIER: known == status}).sum(TIER)

    def by(self, *levels: str) -> pd.DataFrame:
        """Return children without a seat by year and the levels named: probability, expected number and quantiles.

        Parameters
        ----------
        levels : str
            Of district or catchment, stage or grade, status or tier; none: the whole area.

        Returns
        -------
        DataFrame
            year, the levels, probability (that anybody is left out), expected, q10, q50, q90. Children are summed in
            every draw first, so that quantiles hold for the whole group; they do not add up over groups.

        Raises
        ------
        ValueError
            If a level is none of these, or two of them cross.

        Examples
        --------
        >>> from seatcast.seats.allocation import allocate
        >>> from seatcast.testing import toy_area, toy_capacity, toy_demand
        >>> area = toy_area(catchments=["town"], schools=["elm"])
        >>> children = np.zeros((1, 1, 2, 3, 2))
        >>> children[0, 0, 0] = [[60, 60], [30, 50], [0, 0]]  # by tier, in two draws
        >>> left = allocate(toy_demand(children, area), toy_capacity([[100]], area)).shortfall()
        >>> left.by("grade", "status").query("grade == 1")[["status", "probability", "expected"]].values.tolist()
        [['local', 0.0, 0.0], ['migrant', 0.5, 5.0]]
        """
        return unplaced_frame(self.allocation.unplaced, self.area, levels)

    def by_status(self) -> xr.DataArray:
        """Return children without a seat in the whole area: (year, stage, status, draw)."""
        return self.unplaced.sum(CATCHMENT).groupby(STATUS).sum(TIER).transpose(YEAR, STAGE, STATUS, DRAW)

    def by_tier(self) -> pd.DataFrame:
        """Return by year, stage and tier, with its status: probability that anybody is left out, and how many."""
        return self.by(STAGE, TIER)

    @cached_property
    def placed_shares(self) -> xr.DataArray:
        """Shares of the children who seek a public seat, (place, year, stage, status, draw).

        `place` is "public" (a seat in a public school), "purchased" (a seat that the city has bought in a private one)
        or "none"; where no child seeks, the shares are missing.
        """
        return placed_shares(self.allocation, self.by_status())

    def placement(self) -> pd.DataFrame:
        """Return by year, stage and status what part of the children who seek a public seat has one.

        Returns
        -------
        DataFrame
            year, stage, status, public (expected share in public schools), public_or_purchased (with the seats that
            the city has bought), gap (the first status' share with a seat less this one's), gap_q10, gap_q90 (of the
            draws). Children who do not seek a public seat are in none of the shares, which are missing where in
            some draw no child of the status seeks one.
        """
        return placement_frame(self.placed_shares, self.area.statuses[0].status)

    @cached_property
    def split(self) -> ShortfallSplit:
        """The shortfall in parts: too few seats, seats out of reach, the rule; see `split_shortfall`."""
        return split_shortfall(self.allocation)

    def seats_for_everybody(self, *, probability: float = 0.9) -> pd.DataFrame:
        """Return the seats that full placement would take by year and stage, held with a probability.

        Parameters
        ----------
        probability : float
            That everybody is seated, for a year and stage.

        Returns
        -------
        DataFrame
            year, stage, least (seats to add in the right places, had the best rule seated everybody it could), by_rule
            (seats to add where the children left out live), expected (children left out). Both are quantiles of the
            whole area's draws, in service in the year itself; seats added earlier and kept count towards them.
        """
        missing = self.seats.sum(CATCHMENT)
        best = self.split.parts.sel({"part": ["structural", "spatial"]}).sum("part")
        columns = {"least": best, "by_rule": missing}
        found = {name: draws.quantile(probability, DRAW).drop_vars("quantile") for name, draws in columns.items()}
        frame = xr.Dataset(found | {"expected": missing.mean(DRAW)}).to_dataframe().reset_index()
        return frame.assign(**{name: np.ceil(frame[name] - ROUND_OFF) + 0.0 for name in found})

    def to_frame(self) -> pd.DataFrame:
        """Return by year, catchment and stage: probability, expected number and quantiles of seats missing."""
        frame = quantile_frame(self.seats).rename(columns={"mean": "expected"})
        chance = self.probability().to_series()
        frame.insert(3, "probability", chance.reindex(pd.MultiIndex.from_frame(frame[chance.index.names])).to_numpy())
        return frame

    def idle_frame(self) -> pd.DataFrame:
        """Return by year, school and stage: seats, probability that any is idle, expected number and quantiles."""
        frame = quantile_frame(self.idle).rename(columns={"mean": "expected"})
        seats = self.allocation.capacity.seats.to_series()
        chance = (self.idle > ONE_CHILD).mean(DRAW).to_series()
        frame.insert(3, "probability", chance.reindex(pd.MultiIndex.from_frame(frame[chance.index.names])).to_numpy())
        frame.insert(3, "seats", seats.reindex(pd.MultiIndex.from_frame(frame[seats.index.names])).to_numpy())
        return frame[frame["seats"] > 0].reset_index(drop=True)

    def totals(self) -> pd.DataFrame:
        """Return for the whole area by year and stage: children without a seat, and idle seats, with quantiles.

        Draws are added up over places before quantiles are taken; the two are never netted.
        """
        short = quantile_frame(self.seats.sum(CATCHMENT))
        idle = quantile_frame(self.idle.sum(SCHOOL))
        return short.merge(idle, on=[YEAR, STAGE], suffixes=("_short", "_idle"))

    def summary(self) -> Summary:
        """Return the worst year in a sentence, and the catchments most at risk in a table."""
        frame = self.to_frame()
        coming = frame[frame[YEAR] > frame[YEAR].min()]
        yearly = coming.groupby([YEAR, STAGE], sort=False)["expected"].sum()
        year, stage = yearly.idxmax()
        worst = coming[(coming[YEAR] == year) & (coming[STAGE] == stage)].nlargest(5, "expected")
        if yearly.max() < ONE_CHILD:
            sentence = _("No seat is expected to be missing.")
        else:
            names = self.area.catchment_names()
            by_basis = {
                "children": _(
                    "In {year}, {number:,.0f} children ({stage}) are expected to lack a public seat, the largest "
                    "number of them in {place}."
                ),
                "rolls": _(
                    "In {year}, schools ({stage}) are expected to be short of {number:,.0f} seats for their own "
                    "pupils, the largest number of them in {place}."
                ),
            }
            sentence = by_basis[self.allocation.demand.basis].format(
                year=year,
                number=yearly.max(),
                stage=self.area.stage(stage).label,
                place=names[worst[CATCHMENT].iloc[0]],
            )
        return Summary(sentence, worst, self.definition_note())

    def plot(self, ax: Axes | None = None, *, stage: str | None = None) -> Axes:
        """Draw the probability of a shortfall by catchment and year, for a stage (the first, unless named)."""
        from seatcast import charts

        chosen = self.area.stage(stage or self.area.stages[0].stage)
        table = self.probability().sel({STAGE: chosen.stage}).to_series().unstack(YEAR)
        table.index = self.area.catchment_names().reindex(table.index)
        title = _("Probability of a shortfall, {stage}").format(stage=chosen.label)
        return charts.heat_table(table, ax=ax, title=title)

    def plot_map(
        self, catchment_map: CatchmentMap, *, years: Sequence[int] | None = None, stage: str | None = None
    ) -> tuple[Axes, ...]:
        """Draw the probability of a shortfall on a map a year, on one scale, with the seats missing written in.

        Parameters
        ----------
        catchment_map : CatchmentMap
        years : sequence of int, optional
            All years to come unless given.
        stage : str, optional
            The first unless named.

        Returns
        -------
        tuple of Axes
            One a year.
        """
        chosen = self.area.stage(stage or self.area.stages[0].stage)
        shown = list(years) if years is not None else [int(year) for year in self.seats[YEAR].values[1:]]
        chance = catchments_by_year(self.probability(), chosen.stage, shown)
        expected = catchments_by_year(self.expected(), chosen.stage, shown)
        return shortage_maps(catchment_map, chance, expected, chosen, self.area.catchment_names())
