"""A plan: which options to start when, what it costs, what it leaves, how surely it is the best, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.labels import CATCHMENT, DRAW, STAGE, YEAR
from seatcast.core.result import Result, Summary
from seatcast.language import _, n_, sentences
from seatcast.planning.attitude import Expected
from seatcast.planning.conversation import keeping, with_start, without
from seatcast.planning.limits import Limits
from seatcast.planning.option import Option
from seatcast.planning.options import kind_name
from seatcast.planning.programme.cover import Cover
from seatcast.planning.programme.milp import Floats
from seatcast.planning.programme.programme import Programme
from seatcast.planning.simulate import Simulation, simulate_plan
from seatcast.seats.shortfall import Shortfall

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Result):
    """Options and start years that `optimize_plan` chose, with their simulation and their proof.

    Attributes
    ----------
    simulation : Simulation
        The plan under the rule of admission, in draws that the programme never saw (where there are fewer than 100, in
        all); children and seats are counted there, not in the programme.
    programme : Programme
        What was solved.
    cover : Cover
        Its solution.
    risk : float or Expected
        The accepted risk of each place, or how the futures are weighed.
    limits : Limits
        What it was to keep.
    """

    topic: ClassVar[str] = "plan"
    simulation: Simulation
    programme: Programme
    cover: Cover
    risk: float | Expected
    limits: Limits

    @property
    def options(self) -> tuple[Option, ...]:
        """The options chosen."""
        return self.simulation.options

    @property
    def starts(self) -> pd.Series:
        """Start year by option id."""
        return self.simulation.starts

    @property
    def before(self) -> Shortfall:
        """The shortfall without the plan."""
        return self.simulation.before

    @property
    def after(self) -> Shortfall:
        """The shortfall with the plan."""
        return self.simulation.after

    @property
    def over_futures(self) -> bool:
        """Whether it was weighed over many futures, or made for the one that an accepted risk makes of them."""
        return len(self.programme.weight) > 1

    @property
    def price(self) -> float:
        """Money per child and year left without a seat, as the programme was told: the highest of the tiers."""
        return float(self.programme.price[0])

    @property
    def objective(self) -> float:
        """Discounted cost, less what keeps a value, plus price times the discounted child-years left without a seat."""
        return self.cover.solution.objective

    @property
    def bound(self) -> float:
        """What no plan can be below, proven."""
        return self.cover.solution.bound

    @property
    def gap(self) -> float:
        """How far the plan may be from the best, as a share of its objective."""
        return self.cover.solution.gap

    def schedule(self) -> pd.DataFrame:
        """Return a row an option chosen, soonest first.

        Returns
        -------
        DataFrame
            option, name, kind, stage, start, opens and ends (first and last year of service), seats (missing where
            they follow from others), cost, running_cost, teachers.
        """
        rows = []
        for option in self.options:
            start = int(self.starts[option.option])
            service = option.service(start)
            seats = getattr(option, "seats", np.nan)
            rows.append(
                (
                    option.option, option.label, option.kind, option.stage, start, service[0], service[-1], seats,
                    option.cost, option.running_cost, option.teachers,
                )
            )  # fmt: skip
        columns = [
            "option", "name", "kind", "stage", "start", "opens", "ends", "seats", "cost", "running_cost", "teachers",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns).sort_values(["start", "opens", "option"], ignore_index=True)

    def cost(self) -> pd.DataFrame:
        """Return by year: cost of starts and of running, budget, what is carried over, teachers and their limit.

        Limits are missing where there are none.
        """
        frame = self.simulation.costs.reset_index()
        budget, teachers = (
            np.where(np.isfinite(limit), limit, np.nan) for limit in (self.programme.budget, self.programme.teachers)
        )
        frame.insert(4, "budget", budget)
        frame.insert(5, "carried", np.cumsum(budget) - frame["cost"].cumsum())
        frame["teachers_limit"] = np.cumsum(teachers)
        return frame

    def remaining(self) -> pd.DataFrame:
        """Return children without a seat by year, stage and status, before and after, in draws never seen."""
        return self.simulation.remaining()

    def idle(self) -> pd.DataFrame:
        """Return seats that stand idle by year and stage, before and after, in draws never seen."""
        return self.simulation.idle()

    def uncovered(self) -> pd.DataFrame:
        """Return what the programme leaves uncovered: catchment, stage, year, need, uncovered.

        At the accepted risk, or expected over the futures it was shown.
        """
        need = self._need()
        rows = [
            (z, e, year, need[n, t], self.cover.uncovered[n, t])
            for n, (z, e) in enumerate(self.programme.places)
            for t, year in enumerate(self.programme.years)
            if need[n, t] > 0
        ]
        return pd.DataFrame(rows, columns=[CATCHMENT, STAGE, YEAR, "need", "uncovered"])

    def _need(self) -> Floats:
        return np.asarray(np.einsum("w,wqnt->nt", self.programme.weight, self.programme.need))

    def reasons(self, *, nodes: int = 200, rejected: int = 5) -> pd.DataFrame:
        """Return why each option is in and the next best are not: how much worse the best plan without, or with, it is.

        Parameters
        ----------
        nodes : int
            Branches that the solver may look at for each option; the programme is solved anew without, or with, it.
        rejected : int
            How many of the options not chosen are asked: those that promise most beside the plan.

        Returns
        -------
        DataFrame
            option, name, chosen, worth (how much the objective rises, at least: the bound without the chosen option,
            or with the rejected one, less the plan's objective; infinite where no plan keeps the limits, or
            where it was decided beforehand), sentence.
            The chosen first, dearest to miss first; then the rejected, nearest first.
        """
        from seatcast.planning.reasons import reasons

        return reasons(self, nodes=nodes, rejected=rejected)

    def add(self, option: str, year: int, *, nodes: int = 10_000) -> Plan:
        """Return the best plan in which an option starts in a year; all else may change.

        Parameters
        ----------
        nodes : int
            Branches that the solver may look at.

        Raises
        ------
        PlanError
            If the option or the year is not known, or no plan with it keeps the limits.
        """
        return with_start(self, option, year, nodes=nodes)

    def drop(self, option: str, *, nodes: int = 10_000) -> Plan:
        """Return the best plan without an option; all else may change.

        Parameters
        ----------
        nodes : int
            Branches that the solver may look at.

        Raises
        ------
        PlanError
            If the option is not known, or no plan without it keeps the limits.
        """
        return without(self, option, nodes=nodes)

    def fix(self, *options: str, nodes: int = 10_000) -> Plan:
        """Return the best plan that keeps options of this one at their start years; without any named, all of them.

        Parameters
        ----------
        nodes : int
            Branches that the solver may look at.

        Raises
        ------
        PlanError
            If this plan does not start one of them.
        """
        return keeping(self, options, nodes=nodes)

    def instead(self, cover: Cover, programme: Programme | None = None) -> Plan:
        """Return another answer (cover) of the programme, or of another one, as a plan simulated in the same draws."""
        asked = self.programme if programme is None else programme
        simulation = simulate_plan(self.before, asked.options, cover.starts)
        return replace(self, simulation=simulation, programme=asked, cover=cover)

    def to_frame(self) -> pd.DataFrame:
        """Return the schedule."""
        return self.schedule()

    def summary(self) -> Summary:
        """Return in one sentence what the plan starts, costs and leaves, and its schedule."""
        table = self.schedule()[["name", "kind", "start", "opens", "seats", "cost", "running_cost"]]
        said = self.simulation.headline() if self.options else self._nothing()
        return Summary(said, table.assign(kind=table["kind"].map(kind_name)), self.simulation.definition_note())

    def explanation(self) -> str:
        """Return what the plan does, costs and leaves, and how surely it is the best, in sentences."""
        said = self.simulation.sentences() if self.options else [self._nothing(), *self.simulation.sentences()]
        told, draws = self.before.seats.sizes[DRAW], self.before.scenario.draws
        if told < draws:
            kept = _("The plan was made from {seen} of the {draws} futures; these figures are of the {told} others.")
            said.append(kept.format(seen=draws - told, draws=draws, told=told))
        left = self._left()
        hopeless = float(self.cover.uncovered[~self.programme.coverable()].sum())
        why = _("Of these, no option on the list could cover {n:,.0f}: none opens in time within reach.")
        beyond = [why.format(n=hopeless)] if round(hopeless) else []
        proof = _("No plan of these options is better by more than {gap:.2%} in the program solved; this is proven.")
        return sentences([*said, left, *beyond, proof.format(gap=self.gap)])

    def _left(self) -> str:
        uncovered = float(self.cover.uncovered.sum() + self.cover.displaced.sum())
        if isinstance(self.risk, Expected):
            return n_(
                "Over the futures shown to the program, {n:,.0f} child-year without a seat is expected to be left.",
                "Over the futures shown to the program, {n:,.0f} child-years without a seat are expected to be left.",
                round(uncovered),
            ).format(n=uncovered)
        return n_(
            "At an accepted risk of {risk:.0%} per place, {n:,.0f} seat-year is left uncovered.",
            "At an accepted risk of {risk:.0%} per place, {n:,.0f} seat-years are left uncovered.",
            round(uncovered),
        ).format(risk=self.risk, n=uncovered)

    def _nothing(self) -> str:
        if not (self.programme.need > 0).any():
            if isinstance(self.risk, Expected):
                return _("Nothing needs to be done: no place is short of seats in any future.")
            return _("Nothing needs to be done: no place is short of seats at an accepted risk of {risk:.0%}.").format(
                risk=self.risk
            )
        return _("No option is worth its cost, or none can be paid for.")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw when each option is made ready and when it serves; without any, the children left without a seat."""
        if not self.options:
            return self.simulation.plot(ax)
        from seatcast import charts

        frame = self.schedule().rename(columns={"name": "label"})
        text = [f"+{seats:,.0f}" if seats > 0 else "" for seats in frame["seats"]]
        frame = frame.assign(ends=frame["ends"] + 1, text=text)
        frame["ends"] = frame["ends"].where(frame["ends"] <= self.programme.years[-1])
        return charts.gantt(frame, ax=ax, title=_("Options of the plan"), last=self.programme.years[-1])
