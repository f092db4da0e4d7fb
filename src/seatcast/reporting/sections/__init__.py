"""The sections of the report, a function each: from the story to a heading and its blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatcast.reporting.sections.access import access
from seatcast.reporting.sections.alerts import alerts
from seatcast.reporting.sections.atlas import atlas
from seatcast.reporting.sections.demand import demand
from seatcast.reporting.sections.idle import idle
from seatcast.reporting.sections.method import method, reproduction
from seatcast.reporting.sections.moves import moves
from seatcast.reporting.sections.plan import plan
from seatcast.reporting.sections.quality import quality
from seatcast.reporting.sections.shortfall import shortfall
from seatcast.reporting.sections.situation import situation
from seatcast.reporting.sections.staffing import staffing
from seatcast.reporting.sections.summary import summary
from seatcast.reporting.sections.supply import supply

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatcast.reporting.content import Section
    from seatcast.reporting.story import Story

SECTIONS: tuple[Callable[[Story], Section], ...] = (
    summary,
    situation,
    moves,
    demand,
    supply,
    shortfall,
    atlas,
    alerts,
    access,
    idle,
    plan,
    staffing,
    quality,
    method,
    reproduction,
)
"""In the order of an analysis for leaders: state, demand, shortage and its places, measures, proof, method."""

__all__ = ["SECTIONS"]
