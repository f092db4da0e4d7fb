"""Plans nearly as good as the best that differ from it most: what there is to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.result import Result, Summary
from seatcast.language import _, join, n_
from seatcast.planning.option import PlanError
from seatcast.planning.programme.benders import solve
from seatcast.planning.programme.choices import Choices
from seatcast.planning.programme.cover import Cover
from seatcast.planning.programme.milp import Floats, SolverError
from seatcast.planning.programme.seating import Seating
from seatcast.seats.allocation import ONE_CHILD

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.planning.plan import Plan

CHEAPER = 0.5  # of one option's difference: among plans that differ alike the cheaper is taken


@dataclass(frozen=True, eq=False, repr=False)
class Alternatives(Result):
    """Near-best plans, each as different as can be from the plan and from those before it.

    Attributes
    ----------
    plan : Plan
    within : float
        By how much, as a share of the plan's, an alternative's cost and its children left out may be above.
    covers : tuple of Cover
        The alternatives in the order in which they were found; those that differ by most come first.
    """

    topic: ClassVar[str] = "alternatives"
    plan: Plan
    within: float
    covers: tuple[Cover, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the plan and its alternatives, a row each.

        Returns
        -------
        DataFrame
            alternative (0: the plan), cost (expected and discounted, less what keeps a value), left (expected
            child-years without a seat), options (how many), instead (names of the options the plan does not have),
            without (those of the plan it does without).
        """
        programme = self.plan.programme
        names = {option.option: option.label for option in programme.options}
        own = set(self.plan.cover.starts)
        rows = []
        for number, cover in enumerate((self.plan.cover, *self.covers)):
            rows.append(
                {
                    "alternative": number,
                    "cost": programme.spent(cover.starts),
                    "left": programme.left(cover),
                    "options": len(cover.starts),
                    "instead": join([names[o] for o in cover.starts if o not in own]),
                    "without": join([names[o] for o in sorted(own) if o not in cover.starts]),
                }
            )
        return pd.DataFrame(rows)

    def always(self) -> tuple[str, ...]:
        """Return the ids of the options that the plan and every alternative start."""
        shared = set(self.plan.cover.starts).intersection(*(cover.starts for cover in self.covers))
        return tuple(sorted(shared))

    def summary(self) -> Summary:
        """Return how much there is to choose from, and the plans side by side."""
        if not self.covers:
            sentence = _("No other choice of options comes within {within:.0%} of the plan.").format(within=self.within)
        else:
            sentence = n_(
                "{n} other plan comes within {within:.0%} of the best; {kept} of its {all} options are in both.",
                "{n} other plans come within {within:.0%} of the best; {kept} of its {all} options are in all of them.",
                len(self.covers),
            ).format(
                n=len(self.covers), within=self.within, kept=len(self.always()), all=len(self.plan.cover.starts)
            )  # fmt: skip
        return Summary(sentence, self.to_frame())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw which options each plan starts, and in which year."""
        from seatcast import charts

        covers = (self.plan.cover, *self.covers)
        used = sorted({o for cover in covers for o in cover.starts})
        names = {option.option: option.label for option in self.plan.programme.options}
        heads = [_("the plan"), *(str(number) for number in range(1, len(covers)))]
        years = pd.DataFrame(
            [[float(cover.starts.get(o, np.nan)) for cover in covers] for o in used], [names[o] for o in used], heads
        )
        return charts.start_years(years, ax=ax, title=_("Start years in the plan and its alternatives"))


def find_alternatives(plan: Plan, *, within: float = 0.05, number: int = 3, nodes: int = 1_000) -> Alternatives:
    """Find plans that cost little more and leave hardly more children out, and that differ from the plan most.

    Parameters
    ----------
    plan : Plan
    within : float
        0 or more: an alternative's cost and its expected children left out may be so much above the plan's, as shares.
    number : int
        How many are looked for.
    nodes : int
        Branches that the solver may look at for each; the most different one found by then counts.

    Returns
    -------
    Alternatives
        Each keeps all rows of the plan's programme: money, teachers, limits, options that exclude or require others.
        Fewer than `number` where no plan with other options is near enough.

    Raises
    ------
    PlanError
        If `within` is negative.

    Notes
    -----
    The difference of two plans is the number of options that one starts and the other does not; each alternative has
    the greatest sum of differences to the plan and to the alternatives before it (Brill, Chang & Hopkins 1982,
    "Modeling to generate alternatives", Management Science 28).

    Examples
    --------
    ::

        seatcast.find_alternatives(plan).to_frame()
    """
    if within < 0:
        raise PlanError.of([_("within is {within}; choose a share of 0 or more, such as 0.05.").format(within=within)])
    programme = plan.programme
    known, covers = [programme.chosen(plan.cover.starts)], []
    for _number in range(number):
        found = _furthest(plan, known, within, nodes)
        if found is None:
            break
        known.append(found)
        covers.append(programme.weigh(programme.begun(found)))
    return Alternatives(plan, within, tuple(covers))


def _furthest(plan: Plan, known: list[Floats], within: float, nodes: int) -> Floats | None:
    """Return the choices that differ most from those known; None if none near enough has other options."""
    programme = plan.programme
    later = programme.later()
    choices = Choices(programme, later)
    master, cost = choices.master, programme.cost
    spends = list(enumerate(map(float, cost)))
    if isinstance(later, Seating):
        spent, left = programme.spent(plan.cover.starts), programme.left(plan.cover)
        master.row(spends, upper=spent + within * abs(spent))
        out = np.array([later.all_left(t) for t in range(len(programme.years))])
        master.row([(int(column), 1.0) for column in choices.theta[out]], upper=left * (1.0 + within) + ONE_CHILD)
    else:  # where ways are priced, money is all there is
        paid = [(int(column), float(price)) for column, price in zip(choices.theta, later.price, strict=True)]
        worth = plan.cover.solution.objective
        master.row([*spends, *paid], upper=worth + within * abs(worth))
    of = np.array([j for j, _t in programme.starts])
    started = [np.bincount(of, x, len(programme.options)) > 0.5 for x in known]
    differs = np.sum([np.where(there, 1.0, -1.0) for there in started], axis=0)
    scale = CHEAPER / max(float(np.abs(cost).sum()), 1e-9)
    for column in range(len(master)):
        master.reprice(column, float(differs[of[column]] + scale * cost[column]) if column < len(of) else 0.0)
    try:
        solution = solve(master, choices.theta, later, nodes=nodes, gap=0.02, start=known[0])
    except SolverError:
        return None
    x = solution.values[: len(of)]
    new = np.bincount(of, x, len(programme.options)) > 0.5
    return x if all((new != there).any() for there in started) else None
