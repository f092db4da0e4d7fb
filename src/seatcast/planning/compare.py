"""Plans held against each other in the same futures: regret, how often a target is met, cost of a seat, who gains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, TIER, YEAR
from seatcast.core.result import Result, Summary
from seatcast.language import _, join, n_, sentences
from seatcast.planning.option import PlanError, money
from seatcast.planning.simulate import Simulation
from seatcast.planning.spending import discount_factors
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.comparison import RuleComparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.planning.plan import Plan

PLAN = "plan"
ALIKE = 1e-6  # of the burden: a difference that single precision leaves


@dataclass(frozen=True, eq=False, repr=False)
class PlanComparison(Result):
    """Plans in the same futures.

    Attributes
    ----------
    plans : dict of str to Simulation
        By the name each is called.
    price : float or None
        Money per child-year without a seat; None: plans are held against each other by children alone.
    target : float
        Children without a seat in the whole area, at most, in each year from `since` on.
    since : int
    """

    topic: ClassVar[str] = "plan comparison"
    plans: dict[str, Simulation]
    price: float | None
    target: float
    since: int

    @property
    def first(self) -> Simulation:
        """Any of the plans: area, years and futures are the same in all."""
        return next(iter(self.plans.values()))

    @cached_property
    def unplaced(self) -> xr.DataArray:
        """Children without a seat in the whole area: (plan, year, draw)."""
        left = [plan.after.seats.sum([CATCHMENT, STAGE]).sel({YEAR: plan.years}) for plan in self.plans.values()]
        return xr.concat(left, pd.Index(list(self.plans), name=PLAN)).transpose(PLAN, YEAR, DRAW)

    @cached_property
    def burden(self) -> xr.DataArray:
        """What is to be kept low, (plan, draw): discounted money and children at their price; or children alone."""
        if self.price is None:
            return self.unplaced.sum(YEAR)
        years = self.first.years
        factors = xr.DataArray(discount_factors(self.first.area, years), {YEAR: years}, YEAR)
        paid = xr.concat([plan.net_cost for plan in self.plans.values()], pd.Index(list(self.plans), name=PLAN))
        return paid + self.price * (self.unplaced * factors).sum(YEAR)

    @property
    def regret(self) -> xr.DataArray:
        r"""How much worse a plan is, in each future, than the best of the plans there: (plan, draw).

        .. math:: R_{aw} = C_{aw} - \min_b C_{bw}

        Savage 1951, Journal of the American Statistical Association 46 (253).
        """
        return self.burden - self.burden.min(PLAN)

    @property
    def met(self) -> xr.DataArray:
        """Whether the target is met: (plan, draw)."""
        worst = self.unplaced.sel({YEAR: slice(self.since, None)}).max(YEAR)
        return worst <= max(self.target, ONE_CHILD)

    def gains(self, by: Literal["catchment", "status"] = "status") -> pd.DataFrame:
        """Return who gains by each plan, and who loses.

        Returns
        -------
        DataFrame
            plan, catchment or status, gained (expected child-years with a seat more than without the plan, all stages
            and years of the plan), q10, q90, wins, loses (probabilities that it is more than half a child-year).
        """
        parts = []
        for name, plan in self.plans.items():
            draws = RuleComparison(plan.before, plan.after, ("", name)).gained(by).sel({YEAR: plan.years})
            total = draws.sum([YEAR, STAGE])
            columns = {"gained": total.mean(DRAW)}
            columns |= {f"q{100 * q:g}": total.quantile(q, DRAW).drop_vars("quantile") for q in (0.1, 0.9)}
            columns |= {"wins": (total > ONE_CHILD).mean(DRAW), "loses": (total < -ONE_CHILD).mean(DRAW)}
            frame = xr.Dataset(columns).to_dataframe().reset_index()
            frame.insert(0, PLAN, name)
            parts.append(frame)
        return pd.concat(parts, ignore_index=True)

    def to_frame(self) -> pd.DataFrame:
        """Return a row a plan.

        Returns
        -------
        DataFrame
            plan, options (how many are started), cost (expected), net_cost (discounted, less what is left at the end),
            unplaced and idle (expected child-years and seat-years), target_met (share of the futures), regret_mean,
            regret_q90, regret_max, cost_per_seat_used (cost by seat-years used more than without the plan; missing
            where none is).
        """
        rows = []
        for name, plan in self.plans.items():
            regret = self.regret.sel({PLAN: name})
            used = [s.allocation.seated.sum([SCHOOL, STAGE, TIER]).sel({YEAR: plan.years}).sum(YEAR).mean(DRAW)
                    for s in (plan.before, plan.after)]  # fmt: skip
            more, cost = float(used[1] - used[0]), float(plan.costs["cost"].sum())
            rows.append(
                {
                    PLAN: name, "options": len(plan.options), "cost": cost, "net_cost": float(plan.net_cost.mean()),
                    "unplaced": float(self.unplaced.sel({PLAN: name}).sum(YEAR).mean()),
                    "idle": float(plan.after.idle.sum([SCHOOL, STAGE]).sel({YEAR: plan.years}).sum(YEAR).mean()),
                    "target_met": float(self.met.sel({PLAN: name}).mean()), "regret_mean": float(regret.mean()),
                    "regret_q90": float(regret.quantile(0.9)), "regret_max": float(regret.max()),
                    "cost_per_seat_used": cost / more if more > ONE_CHILD else np.nan,
                }
            )  # fmt: skip
        return pd.DataFrame(rows)

    def summary(self) -> Summary:
        """Return which plan meets the target most often, and which is never far from the best."""
        frame = self.to_frame()
        calm = frame.iloc[int(frame["regret_max"].argmin())]
        if calm["regret_max"] <= ALIKE * float(self.burden.max()):
            far = _("{name} is the best of the plans in every future.").format(name=calm[PLAN])
        else:
            much = ceil(calm["regret_max"])
            far = _("{name} is in no future worse than the best of the plans by more than {regret}.").format(
                name=calm[PLAN],
                regret=n_("{n:,.0f} child-year", "{n:,.0f} child-years", much).format(n=much)
                if self.price is None
                else money(much, self.first.area.money),
            )
        return Summary(sentences([self._told_of_target(frame), far]), frame, self.first.definition_note())

    def _told_of_target(self, frame: pd.DataFrame) -> str:
        """Return which plans meet the target most often, and how often that is; or that none ever does."""
        share = float(frame["target_met"].max())
        surest = [str(name) for name in frame.loc[frame["target_met"] == share, PLAN]]
        if share == 0:
            by_basis = {
                "children": _(
                    "No plan meets the target in any of the futures: at most {target:,.0f} children without a public "
                    "seat in any year from {since} on."
                ),
                "rolls": _(
                    "No plan meets the target in any of the futures: at most {target:,.0f} seats short in any year "
                    "from {since} on."
                ),
            }
        else:
            by_basis = {
                "children": n_(
                    "{name} meets the target most often: in {share} of the futures at most {target:,.0f} children are "
                    "without a public seat in any year from {since} on.",
                    "{name} meet the target most often: in {share} of the futures at most {target:,.0f} children are "
                    "without a public seat in any year from {since} on.",
                    len(surest),
                ),
                "rolls": n_(
                    "{name} meets the target most often: in {share} of the futures at most {target:,.0f} seats are "
                    "short in any year from {since} on.",
                    "{name} meet the target most often: in {share} of the futures at most {target:,.0f} seats are "
                    "short in any year from {since} on.",
                    len(surest),
                ),
            }
        return by_basis[self.first.basis].format(
            name=join(surest), share=f"{100 * share:.3g}%", target=self.target, since=self.since
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the children expected to be without a seat by year, a line a plan."""
        from seatcast import charts

        wide = self.unplaced.mean(DRAW).transpose(YEAR, PLAN).to_pandas()
        titles = {
            "children": _("Children expected to lack a public seat, by plan"),
            "rolls": _("Seats expected to be short, by plan"),
        }
        return charts.lines(pd.DataFrame(wide), ax=ax, title=titles[self.first.basis])


def compare_plans(
    plans: Mapping[str, Simulation | Plan], *, target: float = 0.0, since: int | None = None, price: float | None = None
) -> PlanComparison:
    """Hold plans against each other in the futures in which all of them were simulated.

    Parameters
    ----------
    plans : mapping of str to Simulation or Plan
        By the name each is to be called; all of one forecast. A plan without any option is one, too.
    target : float
        Children without a seat in the whole area that are accepted in a year.
    since : int, optional
        First year in which the target must be met; the first of the plans, unless given.
    price : float, optional
        Money per child-year without a seat, by which regret is counted in money; without it in child-years.

    Returns
    -------
    PlanComparison
        Regret is 0 in every future for at least one of the plans, and never negative.

    Raises
    ------
    PlanError
        If there is no plan, the plans are of different forecasts, or a number is out of bounds; all problems at once.

    Examples
    --------
    What was chosen beside doing nothing, in the same futures::

        nothing = seatcast.simulate_plan(outcome.shortfall, inputs.options, {})
        seatcast.compare_plans({"plan": plan, "nothing": nothing}).to_frame()
    """
    simulations: dict[str, Simulation] = {
        str(name): plan if isinstance(plan, Simulation) else plan.simulation for name, plan in plans.items()
    }
    wrong: list[str] = []
    if not simulations:
        raise PlanError.of([_("There is no plan to compare; give one or more by name.")])
    (one, first), *others = simulations.items()
    wrong += [
        _("{one} and {other} were simulated in different futures; compare plans of one forecast.").format(
            one=one, other=other
        )
        for other, plan in others
        if plan.before is not first.before and not plan.before.seats.equals(first.before.seats)
    ]
    year = first.years[0] if since is None else int(since)
    if year not in first.years:
        said = _("since is {year}; choose a year from {first} to {last}.")
        wrong.append(said.format(year=year, first=first.years[0], last=first.years[-1]))
    for name, value in (("target", target), ("price", price)):
        if value is not None and not value >= 0:
            wrong.append(_("{name} is {value}; it must be 0 or more.").format(name=name, value=value))
    if wrong:
        raise PlanError.of(wrong)
    return PlanComparison(simulations, price, float(target), year)
