"""What tables of a state without and with the plan have in common: their columns, and what their limits are."""

from __future__ import annotations

from typing import Any

from seatcast.core.labels import DRAW, YEAR
from seatcast.language import _
from seatcast.reporting.content import Column


def columns_beside(*, people: bool = False) -> tuple[Column, ...]:
    """Return the columns year, without the plan, with it, and the limits of the latter; `people`: of children."""
    return (
        Column(YEAR, _("year"), "year"),
        Column("before", _("without the plan"), "count", people=people),
        Column("after", _("with the plan"), "count", people=people),
        Column("after_q10", _("low"), "count", people=people),
        Column("after_q90", _("high"), "count", people=people),
    )


def limits_beside(found: Any) -> tuple[str, ...]:
    """Return what the limits are, and that the figures are of the futures that the plan was not made from."""
    said = [_("Low and high are the limits of the 80% interval with the plan.")]
    told, draws = found.before.seats.sizes[DRAW], found.before.scenario.draws
    if told < draws:
        text = _(
            "Figures of the {told} futures from which the plan was not made; those without the plan differ a little "
            "from the figures of all {draws} futures above."
        )
        said.append(text.format(told=told, draws=draws))
    return tuple(said)
