"""Why each option is in a plan and the next best are not: how much worse the best plan without it, or with it, is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.language import _, join
from seatcast.planning.option import Option, money
from seatcast.planning.programme.benders import solve
from seatcast.planning.programme.choices import Choices
from seatcast.planning.programme.milp import InfeasibleError

if TYPE_CHECKING:
    from seatcast.planning.plan import Plan
    from seatcast.planning.programme.programme import Programme

PRINTED = 0.5  # of the unit of money: less is printed as 0
GAP = 1e-3  # to which the best plan without an option, or with it, is found
NEVER = float("inf")


def reasons(plan: Plan, *, nodes: int, rejected: int) -> pd.DataFrame:
    """Return option, name, chosen, worth and a sentence; see `Plan.reasons`."""
    kept = [(option, True, *_without(plan, option, nodes)) for option in plan.options]
    left = [(option, False, *_with(plan, option, nodes)) for option in _nearest(plan)[:rejected]]
    kept.sort(key=lambda row: (-row[2], row[0].option))
    left.sort(key=lambda row: row[2])
    rows = [(option.option, option.label, *rest) for option, *rest in (*kept, *left)]
    return pd.DataFrame(rows, columns=["option", "name", "chosen", "worth", "sentence"])


def _without(plan: Plan, option: Option, nodes: int) -> tuple[float, str]:
    """Return how much worse the best plan without an option is, at least, and the sentence."""
    worth = NEVER
    if option.option not in plan.programme.committed:
        other = replace(plan.programme, forbidden=plan.programme.forbidden | {option.option})
        with suppress(InfeasibleError):
            worth = max(other.solve(nodes=nodes, gap=GAP).solution.bound - plan.objective, 0.0)
    if worth == NEVER:
        said = _("Without {name}, the limits cannot be kept.")
    elif worth >= PRINTED:
        said = _("Without {name}, any plan is dearer or leaves more children out: worse by {worth}.")
    else:
        said = _("{name} could be left out at next to no loss; other options do as well.")
    return worth, said.format(name=option.label, worth=money(worth, plan.simulation.area.money))


def _nearest(plan: Plan) -> list[Option]:
    """Return the options not chosen, that first which promises most beside the plan; last those that cannot start.

    What a start promises is the slope of the plan's own cuts: one look at the plan, and no plan with it can be better
    by more.
    """
    programme = plan.programme
    later = programme.later()
    rise = programme.cost + later.price @ later.at(programme.chosen(plan.cover.starts)).slope
    least = np.full(len(programme.options), NEVER)
    np.minimum.at(least, np.array([j for j, _t in programme.starts], np.int64), rise)
    return [programme.options[j] for j in np.argsort(least, kind="stable")
            if programme.options[j].option not in plan.cover.starts]  # fmt: skip


def _with(plan: Plan, option: Option, nodes: int) -> tuple[float, str]:
    """Return how much worse the best plan with an option is, at least, and the sentence."""
    programme = plan.programme
    bound = _bound_with(programme, option, nodes)
    others = join([other.label for other in plan.options if _exclude(option, other)])
    if bound is None:
        return NEVER, _barred(programme, option)
    worth = max(bound - plan.objective, 0.0)
    if worth < PRINTED:
        said = _("{name} could be in at next to no loss; the plan does as well without it.")
    elif others:
        said = _("With {name}, which is excluded by {others}, the best plan is worse by {worth}.")
    else:
        said = _("With {name}, the best plan is worse by {worth}.")
    return worth, said.format(name=option.label, others=others, worth=money(worth, plan.simulation.area.money))


def _bound_with(programme: Programme, option: Option, nodes: int) -> float | None:
    """Return what no plan that starts an option can be below; None if no such plan keeps the limits."""
    later = programme.later()
    choices = Choices(programme, later)
    starts = choices.started(programme.options.index(option))
    if not starts:
        return None
    choices.master.row([(k, 1.0) for k in starts], lower=1.0)
    try:
        return solve(choices.master, choices.theta, later, nodes=nodes, gap=GAP).bound
    except InfeasibleError:
        return None


def _barred(programme: Programme, option: Option) -> str:
    """Return in a sentence why no plan starts an option."""
    kept = [other for other in programme.options if other.option in programme.committed and _exclude(option, other)]
    rich = replace(programme, budget=np.where(np.isnan(programme.budget), np.nan, np.inf))
    if option.option in programme.forbidden:
        said = _("{name} was ruled out beforehand.")
    elif kept:
        said = _("{name} is excluded by {others}, which is to start in any case.")
    elif programme.years[0] + option.lead_years > programme.years[-1]:
        said = _("{name} would not open before the plan's last year is over.")
    elif _bound_with(rich, option, nodes=1) is not None:
        said = _("{name} cannot be paid for within the budget.")
    else:
        said = _("With {name}, the limits cannot be kept.")
    return said.format(name=option.label, others=join([other.label for other in kept]))


def _exclude(one: Option, other: Option) -> bool:
    return other.option in one.excludes or one.option in other.excludes
