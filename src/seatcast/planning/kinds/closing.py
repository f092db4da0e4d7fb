"""Seats that are given up: a school closed, mothballed, or merged into another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from seatcast.catchments.travel import street_metres
from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE
from seatcast.language import _
from seatcast.planning.option import Access, Effect, Option, SeatsAt

if TYPE_CHECKING:
    from seatcast.core.study_area import StudyArea


@dataclass(frozen=True, kw_only=True)
class Closing(Option):
    """A stage of a school that is closed: its pupils look for seats elsewhere, its running cost is saved."""

    kind: ClassVar[str] = "close"
    school: str

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("closing")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        return Effect(gives_up=(SeatsAt(self.school, self.stage, float("inf")),))


class Mothballing(Closing):
    """A stage of a school that is shut for the years of its life and opens again, at the cost of the end."""

    kind: ClassVar[str] = "mothball"

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("mothballing")


@dataclass(frozen=True, kw_only=True)
class Merger(Closing):
    """A small school that is closed, and whose pupils go to a named one, which takes its place in their order.

    The stage's travel limit holds: the children of every catchment whose first school closes must live within it.
    """

    kind: ClassVar[str] = "merge"
    to_school: str

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("merger")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        ways = self.ways(area)
        near = ways[ways["first"] | ~(ways["metres"] > area.stage(self.stage).travel_limit)]
        opened = (Access(str(z), self.stage, self.to_school, beside=self.school) for z in near[CATCHMENT])
        return replace(super().effect(area), opens=tuple(opened))

    def ways(self, area: StudyArea) -> pd.DataFrame:
        """Return the catchments that may attend the school: catchment, first (of their order), metres to the other."""
        own = area.reach[area.reach[STAGE] == self.stage]
        first = own["rank"] == own.groupby(CATCHMENT)["rank"].transform("min")
        of = own.assign(first=first)[own[SCHOOL] == self.school].drop_duplicates(CATCHMENT)
        there = area.schools.loc[[self.to_school] * len(of)]
        return of[[CATCHMENT, "first"]].assign(metres=street_metres(area.catchments.loc[of[CATCHMENT]], there))
