"""Why each option is in a plan and the next best are not: how much worse the best plan without it, or with it, is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.language import _, join
from seatcast.planning.option import Option, money
from seatcast.planning.programme.benders import solve
from seatcast.planning.programme.choices import Choices
from seatcast.planning.programme.milp import InfeasibleError, Solution

if TYPE_CHECKING:
    from seatcast.planning.plan import Plan
    from seatcast.planning.programme.priced import Priced
    from seatcast.planning.programme.programme import Programme
    from seatcast.planning.programme.seating import Seating

PRINTED = 0.5  # of the unit of money: less is printed as 0
GAP = 1e-3  # to which the best plan without an option, or with it, is found
NEVER = float("inf")


def reasons(plan: Plan, *, nodes: int, rejected: int) -> pd.DataFrame:
    """Return option, name, chosen, worth and a sentence; see `Plan.reasons`."""
    later = plan.programme.later()
    kept = [(option, True, *_without(plan, option, nodes)) for option in plan.options]
    left = [(option, False, *_with(plan, later, option, nodes)) for option in _nearest(plan, later)[:rejected]]
    kept.sort(key=lambda row: (-row[2], row[0].option))
    left.sort(key=lambda row: row[2])
    rows = [(option.option, option.label, *rest) for option, *rest in (*kept, *left)]
    return pd.DataFrame(rows, columns=["option", "name", "chosen", "worth", "sentence"])


def _without(plan: Plan, option: Option, nodes: int) -> tuple[float, str]:
    """Return how much worse the best plan without an option is, at least, and the sentence."""
    if option.option in plan.programme.committed:
        return NEVER, _("{name} was decided beforehand.").format(name=option.label)
    other = replace(plan.programme, forbidden=plan.programme.forbidden | {option.option})
    try:
        found = other.solve(nodes=nodes, gap=GAP).solution
    except InfeasibleError:
        return NEVER, _("Without {name}, the limits cannot be kept.").format(name=option.label)
    return _worse(
        plan, found, option,
        surely=_("Without {name}, any plan is dearer or leaves more children out: worse by at least {least}."),
        hardly=_("{name} could be left out at next to no loss; other options do as well."),
        perhaps=_("Without {name}, the best plan is worse by {most} at most; whether by anything is not proven."),
    )  # fmt: skip


def _worse(
    plan: Plan, found: Solution, option: Option, *, surely: str, hardly: str, perhaps: str, others: str = ""
) -> tuple[float, str]:
    """Return how much worse what was found is, at least, and the sentence that fits what is proven of it."""
    least, most = (max(worth - plan.objective, 0.0) for worth in (found.bound, found.objective))
    said = surely if least >= PRINTED else hardly if most < PRINTED else perhaps
    unit = plan.simulation.area.money
    return least, said.format(name=option.label, others=others, least=money(least, unit), most=money(most, unit))


def _nearest(plan: Plan, later: Seating | Priced) -> list[Option]:
    """Return the options not chosen, that first which promises most beside the plan; last those that cannot start.

    What a start promises is what the plan's own cuts say it saves, all else unchanged, less its cost: an order in which
    to ask, and no more.
    """
    programme = plan.programme
    rise = programme.cost + later.price @ later.at(programme.chosen(plan.cover.starts)).slope
    least = np.full(len(programme.options), NEVER)
    np.minimum.at(least, np.array([j for j, _t in programme.starts], np.int64), rise)
    return [programme.options[j] for j in np.argsort(least, kind="stable")
            if programme.options[j].option not in plan.cover.starts]  # fmt: skip


def _with(plan: Plan, later: Seating | Priced, option: Option, nodes: int) -> tuple[float, str]:
    """Return how much worse the best plan with an option is, at least, and the sentence."""
    found = _best_with(plan.programme, later, option, nodes)
    if found is None:
        return NEVER, _barred(plan.programme, option)
    others = join([other.label for other in plan.options if _exclude(option, other)])
    alone = _("With {name}, the best plan is worse by at least {least}.")
    instead = _("With {name}, which is excluded by {others}, the best plan is worse by at least {least}.")
    return _worse(
        plan, found, option,
        others=others,
        surely=instead if others else alone,
        hardly=_("{name} could be in at next to no loss; the plan does as well without it."),
        perhaps=_("With {name}, the best plan is worse by {most} at most; whether by anything is not proven."),
    )  # fmt: skip


def _best_with(programme: Programme, later: Seating | Priced, option: Option, nodes: int) -> Solution | None:
    """Return the best plan that starts an option, with its bound; None if no such plan keeps the limits."""
    choices = Choices(programme, later)
    starts = choices.started(programme.options.index(option))
    if not starts:
        return None
    choices.master.row([(k, 1.0) for k in starts], lower=1.0)
    try:
        return solve(choices.master, choices.theta, later, nodes=nodes, gap=GAP)
    except InfeasibleError:
        return None


def _barred(programme: Programme, option: Option) -> str:
    """Return in a sentence why no plan starts an option."""
    kept = [other for other in programme.options if other.option in programme.committed and _exclude(option, other)]
    rich = programme.rich()
    if option.option in programme.forbidden:
        said = _("{name} was ruled out beforehand.")
    elif kept:
        said = _("{name} is excluded by {others}, which is to start in any case.")
    elif programme.years[0] + option.lead_years > programme.years[-1]:
        said = _("{name} would not open before the plan's last year is over.")
    elif _best_with(rich, rich.later(), option, nodes=1) is not None:
        said = _("{name} cannot be paid for within the budget.")
    else:
        said = _("With {name}, the limits cannot be kept.")
    return said.format(name=option.label, others=join([other.label for other in kept]))


def _exclude(one: Option, other: Option) -> bool:
    return other.option in one.excludes or one.option in other.excludes
