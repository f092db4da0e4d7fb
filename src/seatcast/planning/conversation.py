"""What an analyst says to a plan: this one not, that one in such a year, these as they are; the rest is found anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seatcast.language import _, join
from seatcast.planning.option import PlanError
from seatcast.planning.programme.milp import InfeasibleError
from seatcast.planning.programme.programme import Programme
from seatcast.planning.reachable import refusal

if TYPE_CHECKING:
    from seatcast.planning.plan import Plan

GAP = 1e-3  # at which the rest is taken for the best


def with_start(plan: Plan, option: str, year: int, *, nodes: int) -> Plan:
    """Return the best plan in which an option starts in a year; see `Plan.add`."""
    programme = _undecided(plan.programme, option)
    paid = [y for y, money in zip(programme.years, programme.budget, strict=True) if not np.isnan(money)]
    if year not in paid:
        said = _("option {option} starts in {year}; choose a year from {first} to {last}.")
        first, last = paid[0], paid[-1]
        raise PlanError.of([said.format(option=option, year=year, first=first, last=last)])
    return _anew(plan, replace(programme, committed={**programme.committed, option: year}), nodes)


def without(plan: Plan, option: str, *, nodes: int) -> Plan:
    """Return the best plan without an option; see `Plan.drop`."""
    programme = _undecided(plan.programme, option)
    return _anew(plan, replace(programme, forbidden=programme.forbidden | {option}), nodes)


def keeping(plan: Plan, options: tuple[str, ...], *, nodes: int) -> Plan:
    """Return the best plan that keeps options of this one at their start years; see `Plan.fix`."""
    own, programme = plan.cover.starts, plan.programme
    said = _("{option} is not in the plan; it starts {known}.")
    wrong = [said.format(option=option, known=join(list(own))) for option in options if option not in own]
    if wrong:
        raise PlanError.of(wrong)
    kept = {option: own[option] for option in options or own}
    return _anew(plan, replace(programme, committed={**programme.committed, **kept}), nodes)


def _undecided(programme: Programme, option: str) -> Programme:
    """Return the programme in which nothing is decided about an option."""
    known = [other.option for other in programme.options]
    if option not in known:
        said = _("{option} is not an option; there are {known}.")
        raise PlanError.of([said.format(option=option, known=join(known))])
    committed = {other: year for other, year in programme.committed.items() if other != option}
    return replace(programme, committed=committed, forbidden=programme.forbidden - {option})


def _anew(plan: Plan, programme: Programme, nodes: int) -> Plan:
    try:
        cover = programme.solve(nodes=nodes, gap=GAP, begin=plan.cover.starts)
    except InfeasibleError as error:
        raise refusal(programme, plan.limits, plan.before, nodes=nodes) from error
    return plan.instead(cover, programme)
