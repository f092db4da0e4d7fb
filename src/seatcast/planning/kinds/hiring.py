"""Teachers hired beyond those whom the budget allows for, and the classes that they alone make possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from seatcast.language import _
from seatcast.planning.option import Effect, Option, SeatsAt

if TYPE_CHECKING:
    from seatcast.core.study_area import StudyArea


@dataclass(frozen=True, kw_only=True)
class Hiring(Option):
    """Teachers hired: they are at the service of the other options, or of a school whose rooms lack teachers.

    Attributes
    ----------
    teachers : float
        Those hired.
    school : str or None
        A school with rooms for which there are no teachers.
    seats : float
        Seats there that they make usable; the teachers whom these tie up are not at the service of other options.
    """

    kind: ClassVar[str] = "hire"
    teachers: float
    school: str | None = None
    seats: float = 0.0

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("teachers hired")

    @property
    def posts(self) -> float:
        """Teachers it ties up in each year of service: less than none, those it brings, unless a school has them."""
        return 0.0 if self.school is not None else -self.teachers

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        return Effect() if self.school is None else Effect(gains=(SeatsAt(self.school, self.stage, self.seats),))
