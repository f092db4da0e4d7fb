"""What planning for many futures is worth, what knowing the future would be, and how sure the plan's gap is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.labels import DRAW
from seatcast.core.result import Result, Summary
from seatcast.language import _, sentences
from seatcast.planning.attitude import Expected, programme_of_many
from seatcast.planning.option import money
from seatcast.planning.programme.cover import Cover
from seatcast.planning.programme.futures import programme_of
from seatcast.planning.programme.milp import Floats
from seatcast.planning.programme.programme import Programme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.planning.plan import Plan


@dataclass(frozen=True, eq=False, repr=False)
class Foresight(Result):
    """What the futures are worth to a plan.

    Attributes
    ----------
    plan : Plan
    mean : Cover
        The plan that is best if the mean of the futures came, weighed in all of them.
    regret : (future,), money
        What the plan costs in a future more than the best plan for that future alone, for the futures asked.
    gaps : (batch,), money
        In batches of futures that the plan was not made with: its mean cost less that of the batch's own best plan.
    """

    topic: ClassVar[str] = "foresight"
    plan: Plan
    mean: Cover
    regret: Floats
    gaps: Floats

    @property
    def of_futures(self) -> float:
        """Value of the stochastic solution: how much worse the mean future's plan does in the futures there are."""
        return self.mean.solution.objective - self.plan.objective

    @property
    def of_knowing(self) -> float:
        """Expected value of perfect information: what the plan costs more than plans made knowing the future."""
        return float(self.regret.mean())

    def gap_limit(self, *, confidence: float = 0.95) -> float:
        """Return what the plan's true gap stays below with that confidence; missing with fewer than two batches.

        One-sided Student interval of the batches' gaps (Mak, Morton & Wood 1999, Operations Research Letters 24).
        """
        from scipy.stats import t

        n = len(self.gaps)
        if n < 2:
            return float("nan")
        return float(self.gaps.mean() + t.ppf(confidence, n - 1) * self.gaps.std(ddof=1) / np.sqrt(n))

    def to_frame(self) -> pd.DataFrame:
        """Return the measures: measure, money, share (of the plan's objective)."""
        values = {
            "objective": self.plan.objective, "mean_plan": self.mean.solution.objective,
            "value_of_futures": self.of_futures, "value_of_knowing": self.of_knowing, "gap_limit": self.gap_limit(),
        }  # fmt: skip
        frame = pd.DataFrame({"measure": list(values), "money": list(values.values())})
        return frame.assign(share=frame["money"] / (abs(self.plan.objective) or np.nan))

    def summary(self) -> Summary:
        """Return the measures in words."""
        unit = self.plan.simulation.area.money
        said = [
            _("A plan made for the mean future would be worse by {worth} in the futures there are.").format(
                worth=money(max(self.of_futures, 0.0), unit)
            ),
            _("Knowing the future would save at most {worth}: more than that no forecast is worth.").format(
                worth=money(max(self.of_knowing, 0.0), unit)
            ),
        ]
        if np.isfinite(self.gap_limit()):
            said.append(
                _("On futures it never saw, the plan is within {gap} of the best, with 95% confidence.").format(
                    gap=money(max(self.gap_limit(), 0.0), unit)
                )
            )
        return Summary(sentences(said), self.to_frame())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the regret of the plan over the futures, in rising order."""
        from seatcast import charts

        rising = pd.DataFrame({"regret": np.sort(self.regret)}, index=np.arange(1, len(self.regret) + 1))
        title = _("What knowing each future would save")
        return charts.bars(rising, ax=ax, title=title, unit=self.plan.simulation.area.money)


def worth_of_foresight(plan: Plan, *, futures: int = 20, batches: int = 4, nodes: int = 200) -> Foresight:
    """Hold a plan against the mean future's plan, against plans that know the future, and against unseen futures.

    Parameters
    ----------
    plan : Plan
        Made with `risk=Expected(...)`.
    futures : int
        How many futures are solved alone, evenly among those of the programme.
    batches : int
        Of the draws that the programme never saw; with fewer than ten draws to a batch none is made.
    nodes : int
        Branches to look at in each of these programmes; bounds are used where one is not solved by then, so that regret
        and gap err to the large side.

    Returns
    -------
    Foresight

    Raises
    ------
    PlanError
        If the plan was made for a single future.

    Notes
    -----
    Value of the stochastic solution and expected value of perfect information: Birge & Louveaux 2011, Introduction to
    Stochastic Programming, chapter 4. The objective is the expected one: a weight of the worst futures is left out.
    Limits on children left and on idle seats hold for all futures together: plans for some of them keep none.

    Examples
    --------
    ::

        plan = seatcast.optimize_plan(found, inputs.options, budget=inputs.budget, risk=seatcast.Expected())
        seatcast.worth_of_foresight(plan).summary()
    """
    whole = replace(programme_of_many(plan), tail_weight=0.0)
    mean = whole.weigh(_mean(whole).solve(nodes=nodes, gap=1e-3).starts)
    asked = np.unique(np.linspace(0, len(whole.weight) - 1, futures).round().astype(int))
    regret = [_gap(whole.of_futures([int(w)]), plan.cover.starts, nodes) for w in asked]
    gaps: Sequence[float] = []
    if batches:
        unseen = _unseen(plan)
        # Every so many-th draw, since options open late in draws that follow one another (`delays`).
        parts = [np.arange(len(unseen.weight))[k::batches] for k in range(batches)]
        gaps = [_gap(unseen.of_futures(part), plan.cover.starts, nodes) for part in parts if len(part) >= 10]
    return Foresight(plan, mean, np.array(regret), np.array(gaps))


def _unseen(plan: Plan) -> Programme:
    """Return the programme of the draws on which the plan is told, all of them, with the plan's money."""
    known = plan.programme
    price = {tier: float(of) for of, tiers in zip(known.price, known.tiers, strict=True) for tier in tiers}
    draws = np.arange(plan.before.seats.sizes[DRAW])
    unseen = programme_of(plan.before, known.options, risk=Expected(scenarios=len(draws)), price=price, draws=draws)
    return replace(
        unseen, budget=known.budget, teachers=known.teachers, committed=known.committed, forbidden=known.forbidden,
        way=known.way,
    )  # fmt: skip


def _mean(programme: Programme) -> Programme:
    """Return the programme of the mean future, in which options open as late as they mostly do."""
    weight = programme.weight
    need, idle, pupils = (
        np.tensordot(weight, of, 1)[None] for of in (programme.need, programme.idle, programme.pupils)
    )
    late = np.round(weight @ programme.late).astype(programme.late.dtype)[None]
    return replace(programme, weight=np.ones(1), need=need, idle=idle, pupils=pupils, late=late)


def _gap(programme: Programme, starts: dict[str, int], nodes: int) -> float:
    """Return by how much a plan is at most above the best plan of a programme."""
    best = programme.solve(nodes=nodes, gap=5e-3, begin=starts)
    return max(programme.weigh(starts).solution.objective - best.solution.bound, 0.0)
