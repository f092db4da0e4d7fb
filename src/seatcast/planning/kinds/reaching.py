"""Seats that children could not ask before: another boundary, shared schools, a bus, a bed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE
from seatcast.language import _
from seatcast.planning.option import Access, Effect, Option, SeatsAt, Site

if TYPE_CHECKING:
    from seatcast.core.study_area import StudyArea


@dataclass(frozen=True, kw_only=True)
class BoundaryChange(Option):
    """A boundary drawn anew: the children of a catchment may attend another school, after its own."""

    kind: ClassVar[str] = "boundary"
    catchment: str
    school: str

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("boundary change")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        return Effect(opens=(Access(self.catchment, self.stage, self.school),))


@dataclass(frozen=True, kw_only=True)
class Pool(Option):
    """Catchments that share their first schools: their children draw one of them by lot."""

    kind: ClassVar[str] = "pool"
    catchments: tuple[str, ...]

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("shared catchments")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        own = area.reach[area.reach[STAGE] == self.stage].sort_values(["rank", SCHOOL])
        first = own[own["rank"] == own.groupby(CATCHMENT)["rank"].transform("min")].groupby(CATCHMENT)[SCHOOL].agg(list)
        schools = {z: list(map(str, first.get(z, ()))) for z in self.catchments}
        shared = [school for of in schools.values() for school in of]
        return Effect(
            opens=tuple(
                Access(z, self.stage, school, beside=of[0])
                for z, of in schools.items()
                if of
                for school in dict.fromkeys(shared)
                if school not in of
            )
        )


@dataclass(frozen=True, kw_only=True)
class Bus(Option):
    """A school bus that takes children of a catchment to a school further away, `seats` of them at most."""

    kind: ClassVar[str] = "bus"
    catchment: str
    school: str
    seats: float

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("school bus")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        return Effect(opens=(Access(self.catchment, self.stage, self.school, self.seats),))


@dataclass(frozen=True, kw_only=True)
class Boarding(Option):
    """Beds and seats at a school for the children of catchments further away, and for them alone.

    They are told apart from the school's other seats: the boarding part is called by the option's id.
    """

    kind: ClassVar[str] = "boarding"
    school: str
    catchments: tuple[str, ...]
    seats: float

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("boarding")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        home = area.schools.reindex(columns=["lon", "lat"]).astype(float).loc[self.school].to_dict()
        return Effect(
            gains=(SeatsAt(self.option, self.stage, self.seats),),
            opens=tuple(Access(z, self.stage, self.option) for z in self.catchments),
            founds=Site(self.option, self.stage, lon=home["lon"], lat=home["lat"]),
        )
