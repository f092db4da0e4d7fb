"""Seats that are built, put up, rented or squeezed in: a new school, and more class-rooms for one there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from seatcast.language import _, n_, sentences
from seatcast.planning.option import Effect, Option, SeatsAt, Site

if TYPE_CHECKING:
    from seatcast.core.study_area import StudyArea


@dataclass(frozen=True, kw_only=True)
class NewSchool(Option):
    """A school on a new site: it is called by the option's id and becomes the first of its own catchment."""

    kind: ClassVar[str] = "new_school"
    catchment: str
    seats: float
    lon: float | None = None
    lat: float | None = None

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("new school")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        site = Site(self.option, self.stage, self.catchment, self.lon, self.lat)
        return Effect(gains=(SeatsAt(self.option, self.stage, self.seats),), founds=site)


@dataclass(frozen=True, kw_only=True)
class Extension(Option):
    """Class-rooms built on to a school; `lost_seats` of it cannot be used during the works.

    Attributes
    ----------
    school : str
    seats : float
    lost_seats : float
        Seats of the school and stage that cannot be used from the start until it serves.
    """

    kind: ClassVar[str] = "extension"
    school: str
    seats: float
    lost_seats: float = 0.0

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("extension")

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        lost = (SeatsAt(self.school, self.stage, self.lost_seats),) if self.lost_seats > 0 else ()
        return Effect(gains=(SeatsAt(self.school, self.stage, self.seats),), loses=lost)


@dataclass(frozen=True, kw_only=True)
class Rebuilding(Extension):
    """A school built anew on its ground: during the works its pupils are decanted, afterwards it has more seats."""

    kind: ClassVar[str] = "rebuild"
    lost_seats: float

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("rebuilding")


@dataclass(frozen=True, kw_only=True)
class Squeeze(Extension):
    """More classes in the rooms a school has.

    Attributes
    ----------
    rooms : float or None
        Special rooms that become class-rooms; None: as many as the classes need by the standard. Seats beyond what
        they hold by the standard are places in over-size classes.
    """

    kind: ClassVar[str] = "squeeze"
    rooms: float | None = None

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("more classes in existing rooms")

    def caution(self, area: StudyArea) -> str:
        """Return what it costs besides money: special rooms, and classes above the standard."""
        size = area.stage(self.stage).class_size
        rooms = -(-self.seats // size) if self.rooms is None else self.rooms
        school = area.school_names()[self.school]
        said = []
        if rooms:
            said.append(
                n_(
                    "{name}: {n:.0f} room for music, art, science or the like at {school} becomes a class-room.",
                    "{name}: {n:.0f} rooms for music, art, science or the like at {school} become class-rooms.",
                    round(rooms),
                ).format(name=self.label, n=rooms, school=school)
            )
        over = self.seats - rooms * size
        if over > 0:
            said.append(
                n_(
                    "{name}: {n:.0f} seat is in classes above the standard of {size} pupils.",
                    "{name}: {n:.0f} seats are in classes above the standard of {size} pupils.",
                    round(over),
                ).format(name=self.label, n=over, size=size)
            )
        return sentences(said)


class Prefab(Extension):
    """Prefabricated class-rooms on the school's ground."""

    kind: ClassVar[str] = "prefab"

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("prefabricated rooms")


class Lease(Extension):
    """A leased building, run by the school."""

    kind: ClassVar[str] = "lease"

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("leased building")


class Refit(Extension):
    """A building of another use, such as offices, made into class-rooms and run by the school."""

    kind: ClassVar[str] = "refit"

    @classmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""
        return _("building converted")
