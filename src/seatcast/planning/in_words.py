"""What a simulated plan costs and whom it seats, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.labels import DRAW
from seatcast.language import _, n_
from seatcast.planning.option import money

if TYPE_CHECKING:
    from seatcast.planning.simulate import Simulation

PRINTED = 0.5  # of the unit of money: less is printed as 0


def headline(simulation: Simulation) -> str:
    """Return in one sentence what the options cost and whom they seat."""
    frame = simulation.to_frame()
    said = {
        "children": n_(
            "{n} option started for {cost} in {first}-{last} brings the expected child-years without a public "
            "seat from {before:,.0f} to {after:,.0f}.",
            "{n} options started for {cost} in {first}-{last} bring the expected child-years without a public "
            "seat from {before:,.0f} to {after:,.0f}.",
            len(simulation.options),
        ),
        "rolls": n_(
            "{n} option started for {cost} in {first}-{last} brings the seat-years expected to be short from "
            "{before:,.0f} to {after:,.0f}.",
            "{n} options started for {cost} in {first}-{last} bring the seat-years expected to be short from "
            "{before:,.0f} to {after:,.0f}.",
            len(simulation.options),
        ),
    }
    return said[simulation.basis].format(
        n=len(simulation.options), cost=money(frame["cost"].sum(), simulation.area.money), first=simulation.years[0],
        last=simulation.years[-1], before=frame["unplaced_before"].sum(), after=frame["unplaced_after"].sum(),
    )  # fmt: skip


def told(simulation: Simulation) -> list[str]:
    """Return what the options cost and whom they seat, a sentence each."""
    frame = simulation.to_frame()
    first, last = simulation.years[0], simulation.years[-1]
    if not simulation.options:
        none = {
            "children": _(
                "No option is started; {n:,.0f} child-years without a public seat are expected in {first}-{last}."
            ),
            "rolls": _("No option is started; {n:,.0f} seat-years are expected to be short in {first}-{last}."),
        }
        return [none[simulation.basis].format(n=frame["unplaced_before"].sum(), first=first, last=last)]
    unit = simulation.area.money
    cost = n_(
        "{n} option is started for {cost} in {first}-{last} ({discounted} discounted).",
        "{n} options are started for {cost} in {first}-{last} ({discounted} discounted).",
        len(simulation.options),
    ).format(
        n=len(simulation.options), cost=money(frame["cost"].sum(), unit), first=first, last=last,
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
    effect = effects[simulation.basis].format(
        before=frame["unplaced_before"].sum(), after=frame["unplaced_after"].sum(),
        idle_before=frame["idle_before"].sum(), idle_after=frame["idle_after"].sum(),
    )  # fmt: skip
    each = {
        "children": _("That is {price} for each additional seated child-year."),
        "rolls": _("That is {price} for each seat-year less that is short."),
    }
    price = simulation.cost_per_child_year
    worth = [] if np.isnan(price) else [each[simulation.basis].format(price=money(price, unit, decimals=2))]
    return [cost, effect, *worth, *_besides(simulation)]


def _besides(simulation: Simulation) -> list[str]:
    """Return what is left of the money at the end, how surely options open in time, and what else one must know."""
    said = []
    if simulation.salvage >= PRINTED:
        left = _("Of the money, {salvage} is still worth something at the end of {last}.")
        said.append(left.format(salvage=money(simulation.salvage, simulation.area.money), last=simulation.years[-1]))
    late = sum(len(delay.draws) for delay in simulation.delays if delay.late)
    if late:
        share = late / simulation.before.seats.sizes[DRAW]
        said.append(_("In {share:.0%} of the futures an option opens a year late.").format(share=share))
    return said + simulation.cautions()
