"""Rooms that pass from one stage to another as the wave of children moves up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from seatcast.language import _
from seatcast.planning.kinds.building import Extension
from seatcast.planning.option import Effect, SeatsAt

if TYPE_CHECKING:
    from seatcast.core.study_area import StudyArea


@dataclass(frozen=True, kw_only=True)
class NineYear(Extension):
    """A primary school that becomes a nine-year school: rooms pass to its new stage, or are built on for it.

    Attributes
    ----------
    from_stage : str or None
        The stage whose rooms pass; None: they are built on.
    from_seats : float or None
        Seats that this stage gives up. None: room for room, at the class sizes of the two stages.
    """

    kind: ClassVar[str] = "nine_year"
    from_stage: str | None = None
    from_seats: float | None = None

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("nine-year school")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        if self.from_stage is None:
            return super().effect(area)
        left = self.from_seats
        if left is None:
            left = self.seats * area.stage(self.from_stage).class_size / area.stage(self.stage).class_size
        return replace(super().effect(area), gives_up=(SeatsAt(self.school, self.from_stage, left),))


@dataclass(frozen=True, kw_only=True)
class Conversion(NineYear):
    """Rooms of a school that pass from one stage to another: a class of 45 gives up its room to one of 50."""

    kind: ClassVar[str] = "convert"
    from_stage: str

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("rooms to another stage")
