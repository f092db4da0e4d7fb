"""What a plan does in every future: seats given out again with its options in service, money, teachers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, STATUS, YEAR
from seatcast.core.result import Result, Summary
from seatcast.core.study_area import StudyArea
from seatcast.language import _, n_, sentences
from seatcast.planning.effects import with_options
from seatcast.planning.option import Option, PlanError, money
from seatcast.planning.options import read_options
from seatcast.planning.problems import problems_of_options, problems_of_starts
from seatcast.planning.spending import Floats, spending
from seatcast.seats.allocation import ONE_CHILD, allocate
from seatcast.seats.shortfall import Shortfall

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Simulation(Result):
    """Options started in given years, and what they change in every draw.

    Attributes
    ----------
    options : tuple of Option
        Those started.
    starts : Series
        Start year by option id.
    before, after : Shortfall
        Without and with the options; the same draws in both.
    """

    topic: ClassVar[str] = "simulation"
    options: tuple[Option, ...]
    starts: pd.Series
    before: Shortfall
    after: Shortfall

    @property
    def area(self) -> StudyArea:
        """The study area, without the options."""
        return self.before.area

    @property
    def basis(self) -> Literal["children", "rolls"]:
        """Whether children without a seat are counted, or seats that are short for the schools' own pupils."""
        return self.before.allocation.demand.basis

    @property
    def years(self) -> list[int]:
        """The years of the plan: those after the year of record."""
        return [int(year) for year in self.before.seats[YEAR].values[1:]]

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Money and teachers by year: start_cost, running_cost, cost, discounted (to the year of record), teachers."""
        spent = [spending(option, int(self.starts[option.option]), self.years) for option in self.options]
        building, running, teachers = (sum((of[k] for of in spent), np.zeros(len(self.years))) for k in range(3))
        columns = {"start_cost": building, "running_cost": running, "cost": building + running}
        columns |= {"discounted": columns["cost"] * discount_factors(self.area, self.years), "teachers": teachers}
        return pd.DataFrame(columns, pd.Index(self.years, name=YEAR))

    @cached_property
    def salvage(self) -> float:
        """What is left, at the end of the last year, of what keeps a value."""
        return sum(spending(option, int(self.starts[option.option]), self.years).salvage for option in self.options)

    @cached_property
    def gained(self) -> xr.DataArray:
        """Children seated who would have had no seat, less those who lose theirs: (year, stage, draw)."""
        return (self.before.seats - self.after.seats).sum(CATCHMENT).sel({YEAR: self.years})

    @property
    def cost_per_child_year(self) -> float:
        """Money of the plan's years per additional seated child-year; NaN where it seats nobody more."""
        years = float(self.gained.sum([YEAR, STAGE]).mean(DRAW))
        return float(self.costs["cost"].sum()) / years if years > ONE_CHILD else np.nan

    def remaining(self) -> pd.DataFrame:
        """Return children without a seat by year, stage and status, before and after.

        Returns
        -------
        DataFrame
            year, stage, status ("all" for all together), before, after (expected), after_q10, after_q90: an 80 percent
            interval of the draws.
        """
        parts = []
        several = self.area.statuses if len(self.area.statuses) > 1 else ()
        for status in ("all", *(s.status for s in several)):
            frame = _before_and_after(*(self._unplaced(shortfall, status) for shortfall in (self.before, self.after)))
            frame.insert(2, STATUS, status)
            parts.append(frame)
        return pd.concat(parts, ignore_index=True)

    def _unplaced(self, shortfall: Shortfall, status: str) -> xr.DataArray:
        by_status = shortfall.by_status().sel({YEAR: self.years})
        chosen = by_status.sum(STATUS) if status == "all" else by_status.sel({STATUS: status}, drop=True)
        return chosen.transpose(YEAR, STAGE, DRAW)

    def idle(self) -> pd.DataFrame:
        """Return seats that stand idle by year and stage, before and after: expected, with an 80 percent interval."""
        return _before_and_after(*(s.idle.sum(SCHOOL).sel({YEAR: self.years}) for s in (self.before, self.after)))

    def to_frame(self) -> pd.DataFrame:
        """Return by year: money, teachers, expected children without a seat and idle seats, before and after."""
        frame = self.costs.copy()
        for name, table in (("unplaced", self.remaining().query("status == 'all'")), ("idle", self.idle())):
            sums = table.groupby(YEAR)[["before", "after"]].sum()
            frame[f"{name}_before"], frame[f"{name}_after"] = sums["before"], sums["after"]
        return frame.reset_index()

    def summary(self) -> Summary:
        """Return what the options cost and whom they seat."""
        return Summary(sentences(self.sentences()), self.to_frame())

    def headline(self) -> str:
        """Return in one sentence what the options cost and whom they seat."""
        frame = self.to_frame()
        said = {
            "children": n_(
                "{n} option started for {cost} in {first}-{last} brings the expected child-years without a public "
                "seat from {before:,.0f} to {after:,.0f}.",
                "{n} options started for {cost} in {first}-{last} bring the expected child-years without a public "
                "seat from {before:,.0f} to {after:,.0f}.",
                len(self.options),
            ),
            "rolls": n_(
                "{n} option started for {cost} in {first}-{last} brings the seat-years expected to be short from "
                "{before:,.0f} to {after:,.0f}.",
                "{n} options started for {cost} in {first}-{last} bring the seat-years expected to be short from "
                "{before:,.0f} to {after:,.0f}.",
                len(self.options),
            ),
        }
        return said[self.basis].format(
            n=len(self.options), cost=money(frame["cost"].sum(), self.area.money), first=self.years[0],
            last=self.years[-1], before=frame["unplaced_before"].sum(), after=frame["unplaced_after"].sum(),
        )  # fmt: skip

    def sentences(self) -> list[str]:
        """Return what the options cost and whom they seat, a sentence each."""
        frame = self.to_frame()
        first, last = self.years[0], self.years[-1]
        if not self.options:
            none = {
                "children": _(
                    "No option is started; {n:,.0f} child-years without a public seat are expected in {first}-{last}."
                ),
                "rolls": _("No option is started; {n:,.0f} seat-years are expected to be short in {first}-{last}."),
            }
            return [none[self.basis].format(n=frame["unplaced_before"].sum(), first=first, last=last)]
        unit = self.area.money
        cost = n_(
            "{n} option is started for {cost} in {first}-{last} ({discounted} discounted).",
            "{n} options are started for {cost} in {first}-{last} ({discounted} discounted).",
            len(self.options),
        ).format(
            n=len(self.options), cost=money(frame["cost"].sum(), unit), first=first, last=last,
            discounted=money(frame["discounted"].sum(), unit),
        )  # fmt: skip
        effects = {
            "children": _(
                "Expected child-years without a public seat go from {before:,.0f} to {after:,.0f}, "
                "expected idle seat-years from {idle_before:,.0f} to {idle_after:,.0f}."
            ),
            "rolls": _(
                "Seat-years expected to be short go from {before:,.0f} to {after:,.0f}, "
                "expected idle seat-years from {idle_before:,.0f} to {idle_after:,.0f}."
            ),
        }
        effect = effects[self.basis].format(
            before=frame["unplaced_before"].sum(), after=frame["unplaced_after"].sum(),
            idle_before=frame["idle_before"].sum(), idle_after=frame["idle_after"].sum(),
        )  # fmt: skip
        if np.isnan(self.cost_per_child_year):
            return [cost, effect]
        each = {
            "children": _("That is {price} for each additional seated child-year."),
            "rolls": _("That is {price} for each seat-year less that is short."),
        }
        return [cost, effect, each[self.basis].format(price=money(self.cost_per_child_year, unit, decimals=2))]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the children without a seat, with and without the options, as fans."""
        from seatcast import charts
        from seatcast.charts.style import RED

        without, left = (s.seats.sum([CATCHMENT, STAGE]).sel({YEAR: self.years}) for s in (self.before, self.after))
        ax = charts.fan(without, ax=ax, label=_("without the plan"), color=RED)
        titles = {
            "children": _("Children without a public seat"),
            "rolls": _("Seats short for the schools' own pupils"),
        }
        return charts.fan(left, ax=ax, label=_("with the plan"), title=titles[self.basis])


def _before_and_after(before: xr.DataArray, after: xr.DataArray) -> pd.DataFrame:
    """Return by year and stage what is expected before and after, and the 80 percent interval after."""
    columns = {"before": before.mean(DRAW), "after": after.mean(DRAW)}
    columns |= {f"after_q{100 * q:g}": after.quantile(q, DRAW).drop_vars("quantile") for q in (0.1, 0.9)}
    return xr.Dataset(columns).to_dataframe().reset_index()


def discount_factors(area: StudyArea, years: Sequence[int]) -> Floats:
    """Return the value, in the year before the first of `years`, of money paid in each of them.

    Examples
    --------
    >>> from seatcast.testing import toy_area
    >>> discount_factors(toy_area().replace(discount=0.25), [2027, 2028])
    array([0.8 , 0.64])
    """
    return np.array([(1.0 + area.discount) ** -(k + 1) for k in range(len(years))])


def simulate_plan(
    shortfall: Shortfall, options: pd.DataFrame | Sequence[Option], starts: Mapping[str, int] | pd.Series
) -> Simulation:
    """Start options in the years given, give out the seats again in every draw, and add up money and teachers.

    Parameters
    ----------
    shortfall : Shortfall
        Of the seats as they are.
    options : DataFrame or sequence of Option
        The options table, or what `read_options` made of it.
    starts : mapping of str to int
        Start year by option id. An option started in year t serves from t + lead_years on, for life_years.

    Returns
    -------
    Simulation
        Without a start, its `after` equals its `before`.

    Raises
    ------
    PlanError
        If an option is unknown, starts outside the years of the forecast, is excluded by another that is started,
        requires one that is not started by then, or does not fit the area; all problems at once.
    """
    known = as_options(options)
    first, *_years, last = (int(year) for year in shortfall.seats[YEAR].values)
    begun = {str(option): int(year) for option, year in starts.items()}
    chosen = tuple(option for option in known if option.option in begun)
    problems = problems_of_starts(known, begun, first + 1, last)
    problems += problems_of_options(chosen, shortfall.area, shortfall.allocation.capacity)
    if problems:
        raise PlanError.of(problems)
    area, capacity = with_options(shortfall.area, shortfall.allocation.capacity, chosen, begun)
    after = allocate(shortfall.allocation.demand.replace(area=area), capacity).shortfall()
    return Simulation(chosen, pd.Series(begun, name="start", dtype=int).rename_axis("option"), shortfall, after)


def as_options(options: pd.DataFrame | Sequence[Option]) -> tuple[Option, ...]:
    """Return options, whether given as a table or as objects, in the order of their ids."""
    if isinstance(options, pd.DataFrame):
        return read_options(options)
    return tuple(sorted(options, key=lambda option: option.option))
