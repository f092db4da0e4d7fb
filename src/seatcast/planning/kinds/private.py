"""Seats of private schools: bought year by year, or the whole school made public."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from seatcast.language import _
from seatcast.planning.kinds.building import Extension
from seatcast.planning.option import Effect

if TYPE_CHECKING:
    from seatcast.core.study_area import StudyArea


class Purchase(Extension):
    """Seats bought in a private school, at a price a year: it takes part with the bought seats only.

    The notice that the school asks for is the lead; with as much notice the purchase can be ended.
    """

    kind: ClassVar[str] = "purchase"
    private: ClassVar[bool] = True

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("seats bought")

    @property
    def notice(self) -> int:
        """Years of notice with which it can be ended early."""
        return self.lead_years if self.notice_years is None else self.notice_years


class Takeover(Extension):
    """A private school that becomes public, with all its seats.

    Its own pupils keep theirs until they leave: with `ramp_years` as many as the stage has grades, a part of the seats
    opens to others each year.
    """

    kind: ClassVar[str] = "takeover"
    private: ClassVar[bool] = True

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("private school made public")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        return replace(super().effect(area), made_public=(self.school,))
