"""What a plan does in every future: seats given out again with its options in service, money, teachers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, YEAR
from seatcast.core.result import Result, Summary
from seatcast.core.study_area import StudyArea
from seatcast.language import sentences
from seatcast.planning import views
from seatcast.planning.admitted import admitted
from seatcast.planning.delays import Delay, delays
from seatcast.planning.in_words import headline, told
from seatcast.planning.option import Option, PlanError
from seatcast.planning.options import as_options
from seatcast.planning.problems import problems_of_ends, problems_of_options, problems_of_starts
from seatcast.planning.spending import discount_factors, spending
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.shortfall import Shortfall

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.core.standards import Standards


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
    delays : tuple of Delay
        Which options open late in which draws.
    """

    topic: ClassVar[str] = "simulation"
    options: tuple[Option, ...]
    starts: pd.Series
    before: Shortfall
    after: Shortfall
    delays: tuple[Delay, ...]

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
    def spent(self) -> xr.Dataset:
        """Money and teachers in every draw: building, running, teachers (year, draw) and salvage (draw)."""
        draws = self.before.seats.sizes[DRAW]
        found = {name: np.zeros((len(self.years), draws)) for name in ("building", "running", "teachers")}
        salvage = np.zeros(draws)
        for delay in self.delays:
            for option in self.options:
                start, late = int(self.starts[option.option]), delay.late.get(option.option, 0)
                spent = spending(option, start, self.years, late)
                for name, values in found.items():
                    values[:, delay.draws] += getattr(spent, name)[:, None]
                salvage[delay.draws] += spent.salvage
        by_year = {name: ((YEAR, DRAW), values) for name, values in found.items()}
        return xr.Dataset(by_year | {"salvage": (DRAW, salvage)}, {YEAR: self.years})

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Money and teachers expected by year: start_cost (of making ready), running_cost, cost, discounted, teachers.

        Discounted to the year of record; salvage is told apart.
        """
        mean = self.spent.mean(DRAW)
        building, running, teachers = (mean[name].values for name in ("building", "running", "teachers"))
        columns = {"start_cost": building, "running_cost": running, "cost": building + running}
        columns |= {"discounted": columns["cost"] * discount_factors(self.area, self.years), "teachers": teachers}
        return pd.DataFrame(columns, pd.Index(self.years, name=YEAR))

    @property
    def salvage(self) -> float:
        """What is left, at the end of the last year, of what keeps a value."""
        return float(self.spent["salvage"].mean())

    @cached_property
    def net_cost(self) -> xr.DataArray:
        """Discounted money less the discounted salvage of the last year, in every draw."""
        factors = xr.DataArray(discount_factors(self.area, self.years), {YEAR: self.years}, YEAR)
        paid = ((self.spent["building"] + self.spent["running"]) * factors).sum(YEAR)
        return paid - float(factors[-1]) * self.spent["salvage"]

    @cached_property
    def gained(self) -> xr.DataArray:
        """Children seated who would have had no seat, less those who lose theirs: (year, stage, draw)."""
        return (self.before.seats - self.after.seats).sum(CATCHMENT).sel({YEAR: self.years})

    @property
    def cost_per_child_year(self) -> float:
        """Money of the plan's years per additional seated child-year; NaN where it seats nobody more."""
        years = float(self.gained.sum([YEAR, STAGE]).mean(DRAW))
        return float(self.costs["cost"].sum()) / years if years > ONE_CHILD else np.nan

    def cautions(self) -> list[str]:
        """Return what a reader must know of the options besides seats and money, a sentence or two each."""
        return [said for option in self.options if (said := option.caution(self.after.area))]

    def assumed(self) -> dict[str, Any]:
        """Return a copy of what was assumed, in plain values that can be written as JSON.

        Returns
        -------
        dict
            scenario, draws, money (its unit), discount, starts, delays (by option the share of the draws in which it
            opens late) and options: the rows of a table that `read_options` reads.
        """
        return views.assumed(self)

    def by_tier(self) -> pd.DataFrame:
        """Return who is placed and who is not, by tier of the order of admission.

        Returns
        -------
        DataFrame
            year, stage, tier, status, placed_before, placed_after, unplaced_before, unplaced_after (expected),
            unplaced_after_q10, unplaced_after_q90.
        """
        return views.tiers(self)

    def seats(self) -> pd.DataFrame:
        """Return public seats against demand by year and stage.

        Returns
        -------
        DataFrame
            year, stage, demand (expected children who seek a seat, or pupils), demand_q10, demand_q90, seats_before,
            seats_after (expected, where options may open late).
        """
        return views.seats(self)

    def added(self) -> pd.DataFrame:
        """Return the seats that the options add (below zero: take away): year, stage, school, catchment, seats.

        The catchment is that in which the school lies, missing where it lies in none.
        """
        return views.added(self)

    def staff(self, standards: Standards | None = None) -> pd.DataFrame:
        """Return the staff that norms ask for in public schools, without and with the options.

        Parameters
        ----------
        standards : Standards, optional
            The norms; those of the area unless given.

        Returns
        -------
        DataFrame
            year, role ("posts" of teachers and other staff, "counsellors"), stage ("all" for counsellors), before,
            after (expected), after_q10, after_q90. What the norms do not set is left out.

        Raises
        ------
        ValueError
            If there are no norms, or none for a stage of the area.
        """
        return views.staff(self, standards)

    def remaining(self) -> pd.DataFrame:
        """Return children without a seat by year, stage and status, before and after.

        Returns
        -------
        DataFrame
            year, stage, status ("all" for all together), before, after (expected), after_q10, after_q90: an 80 percent
            interval of the draws.
        """
        return views.remaining(self)

    def idle(self) -> pd.DataFrame:
        """Return seats that stand idle by year and stage, before and after: expected, with an 80 percent interval."""
        return views.before_and_after(*(s.idle.sum(SCHOOL).sel({YEAR: self.years}) for s in (self.before, self.after)))

    def to_frame(self) -> pd.DataFrame:
        """Return by year: money, teachers, expected children without a seat and idle seats, before and after."""
        frame = self.costs.copy()
        for name, table in (("unplaced", self.remaining().query("status == 'all'")), ("idle", self.idle())):
            sums = table.groupby(YEAR)[["before", "after"]].sum()
            frame[f"{name}_before"], frame[f"{name}_after"] = sums["before"], sums["after"]
        return frame.reset_index()

    def summary(self) -> Summary:
        """Return what the options cost and whom they seat."""
        return Summary(sentences(self.sentences()), self.to_frame(), self.definition_note())

    def headline(self) -> str:
        """Return in one sentence what the options cost and whom they seat."""
        return headline(self)

    def sentences(self) -> list[str]:
        """Return what the options cost and whom they seat, a sentence each."""
        return told(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the children without a seat, with and without the options, as fans."""
        return views.plot_unplaced(self, ax)

    def plot_seats(self, *, stage: str | None = None) -> tuple[Axes, ...]:
        """Draw demand as a fan and public seats as lines, without and with the options: a panel a stage, or one."""
        return views.plot_seats(self, stage)

    def plot_map(self, geometry: dict[str, Any], *, year: int | None = None) -> tuple[Axes, ...]:
        """Draw the seats that the options add on a map a stage, by default in the year that changes most.

        Parameters
        ----------
        geometry : dict
            GeoJSON FeatureCollection, as `Inputs.geometry`; the property `catchment` names each Feature.
        """
        return views.plot_added(self, geometry, year)


def simulate_plan(
    shortfall: Shortfall,
    options: pd.DataFrame | Sequence[Option],
    starts: Mapping[str, int] | pd.Series,
    *,
    ends: Mapping[str, int] | None = None,
) -> Simulation:
    """Start options in the years given, give out the seats again in every draw, and add up money and teachers.

    Options that may be late are so in some of the draws, the same for one seed whatever else the plan holds; see
    `seatcast.planning.delays`.

    Parameters
    ----------
    shortfall : Shortfall
        Of the seats as they are.
    options : DataFrame or sequence of Option
        The options table, one row an option, or what `read_options` made of it.
    starts : mapping of str to int
        Start year by option id. An option started in year t serves from t + lead_years on, for life_years.
    ends : mapping of str to int, optional
        First year without an option, by id, where it is ended before its life is over.

    Returns
    -------
    Simulation
        Without a start, its `after` equals its `before`.

    Raises
    ------
    PlanError
        If an option is unknown, starts outside the years of the forecast, is excluded by another that is started,
        requires one that is not started by then, is ended without notice, or does not fit the area; all problems at
        once.

    Examples
    --------
    An extension started in 2028, whatever it is worth::

        seatcast.simulate_plan(outcome.shortfall, inputs.options, {"O05": 2028}).remaining()
    """
    known = as_options(options)
    first, *_years, last = (int(year) for year in shortfall.seats[YEAR].values)
    begun = {str(option): int(year) for option, year in starts.items()}
    chosen = tuple(option for option in known if option.option in begun)
    problems = problems_of_starts(known, begun, first + 1, last) + problems_of_ends(chosen, begun, ends or {})
    problems += problems_of_options(chosen, shortfall.area, shortfall.allocation.capacity)
    if problems:
        raise PlanError.of(problems)
    chosen = tuple(option.ended(begun[option.option], (ends or {}).get(option.option)) for option in chosen)
    parts = delays(chosen, shortfall.seats.sizes[DRAW], shortfall.scenario.seed)
    after = admitted(shortfall, chosen, begun, parts).shortfall()
    return Simulation(chosen, pd.Series(begun, name="start", dtype=int).rename_axis("option"), shortfall, after, parts)
