"""Why each option is in a plan: how much worse the best plan without it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from seatcast.language import _
from seatcast.planning.option import Option, money
from seatcast.planning.programme.milp import InfeasibleError

if TYPE_CHECKING:
    from seatcast.planning.plan import Plan

PRINTED = 0.5  # of the unit of money: less is printed as 0


def reasons(plan: Plan, *, nodes: int) -> pd.DataFrame:
    """Return option, name, worth and a sentence, dearest to miss first; see `Plan.reasons`."""
    rows = []
    for option in plan.options:
        worth = _worth(plan, option, nodes)
        if worth == float("inf"):
            said = _("Without {name}, the limits cannot be kept.")
        elif worth >= PRINTED:
            said = _("Without {name}, any plan is dearer or leaves more children out: worse by {worth}.")
        else:
            said = _("{name} could be left out at next to no loss; other options do as well.")
        said = said.format(name=option.label, worth=money(worth, plan.simulation.area.money))
        rows.append((option.option, option.label, worth, said))
    frame = pd.DataFrame(rows, columns=["option", "name", "worth", "sentence"])
    return frame.sort_values(["worth", "option"], ascending=[False, True], ignore_index=True)


def _worth(plan: Plan, option: Option, nodes: int) -> float:
    """Return how much worse the best plan without an option is, at least; infinite where it is committed."""
    if option.option in plan.programme.committed:
        return float("inf")
    other = replace(plan.programme, forbidden=plan.programme.forbidden | {option.option})
    try:
        return max(other.solve(nodes=nodes, gap=1e-3).solution.bound - plan.objective, 0.0)
    except InfeasibleError:
        return float("inf")
