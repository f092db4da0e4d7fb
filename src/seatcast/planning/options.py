"""Ways of adding, moving and giving up seats, one class a kind: what differs is what it does to seats and reach."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from seatcast.language import _
from seatcast.planning.option import Access, Effect, Option, PlanError, SeatsAt, Site

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

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        site = Site(self.option, self.stage, self.catchment, self.lon, self.lat)
        return Effect(gains=(SeatsAt(self.option, self.stage, self.seats),), founds=site)


@dataclass(frozen=True, kw_only=True)
class Extension(Option):
    """Class-rooms built on to a school."""

    kind: ClassVar[str] = "extension"
    school: str
    seats: float

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        lost = (SeatsAt(self.school, self.stage, self.lost_seats),) if self.lost_seats > 0 else ()
        return Effect(gains=(SeatsAt(self.school, self.stage, self.seats),), loses=lost)


class Squeeze(Extension):
    """More classes in the rooms a school has."""

    kind: ClassVar[str] = "squeeze"


class Prefab(Extension):
    """Prefabricated class-rooms on the school's ground."""

    kind: ClassVar[str] = "prefab"


class Lease(Extension):
    """A leased building, run by the school."""

    kind: ClassVar[str] = "lease"


class Purchase(Extension):
    """Seats bought in a private school, year by year: it takes part with the bought seats only."""

    kind: ClassVar[str] = "purchase"


@dataclass(frozen=True, kw_only=True)
class Conversion(Extension):
    """Rooms of a school that pass from one stage to another, seat for seat."""

    kind: ClassVar[str] = "convert"
    from_stage: str

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        return replace(super().effect(area), gives_up=(SeatsAt(self.school, self.from_stage, self.seats),))


@dataclass(frozen=True, kw_only=True)
class NineYear(Extension):
    """A primary school that becomes a nine-year school: rooms pass to its new stage, or are built on for it."""

    kind: ClassVar[str] = "nine_year"
    from_stage: str | None = None

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        given = () if self.from_stage is None else (SeatsAt(self.school, self.from_stage, self.seats),)
        return replace(super().effect(area), gives_up=given)


@dataclass(frozen=True, kw_only=True)
class BoundaryChange(Option):
    """A boundary drawn anew: the children of a catchment may attend another school, after its own."""

    kind: ClassVar[str] = "boundary"
    catchment: str
    school: str

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        return Effect(opens=(Access(self.catchment, self.stage, self.school),))


@dataclass(frozen=True, kw_only=True)
class Bus(Option):
    """A school bus that takes children of a catchment to a school further away, `seats` of them at most."""

    kind: ClassVar[str] = "bus"
    catchment: str
    school: str
    seats: float

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        return Effect(opens=(Access(self.catchment, self.stage, self.school, self.seats),))


@dataclass(frozen=True, kw_only=True)
class Closing(Option):
    """A stage of a school that is closed: its pupils look for seats elsewhere, its running cost is saved."""

    kind: ClassVar[str] = "close"
    school: str

    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
        return Effect(gives_up=(SeatsAt(self.school, self.stage, float("inf")),))


KINDS: dict[str, type[Option]] = {
    c.kind: c
    for c in (
        NewSchool, Extension, Squeeze, Prefab, Lease, Purchase, Conversion, NineYear, BoundaryChange, Bus, Closing,
    )
}  # fmt: skip


def kind_name(kind: str) -> str:
    """Return the name of a kind of option in the language in force.

    Examples
    --------
    >>> kind_name("nine_year")
    'nine-year school'
    """
    return {
        "new_school": _("new school"), "extension": _("extension"), "squeeze": _("more classes in existing rooms"),
        "prefab": _("prefabricated rooms"), "lease": _("leased building"), "purchase": _("seats bought"),
        "convert": _("rooms to another stage"), "nine_year": _("nine-year school"), "boundary": _("boundary change"),
        "bus": _("school bus"), "close": _("closing"),
    }[kind]  # fmt: skip


def read_options(table: pd.DataFrame) -> tuple[Option, ...]:
    """Return the options of a table, one a row, in the order of their ids.

    Parameters
    ----------
    table : DataFrame
        option, name, kind, stage, life_years and what the kind asks for: school, catchment, lon, lat, seats,
        from_stage, cost, running_cost, lead_years, teachers, excludes, requires (ids, as tuples or
        separated by ";").

    Raises
    ------
    PlanError
        If a kind is unknown, a cell that the kind needs is empty, an id occurs twice or an option excludes or
        requires one that is not in the table; all problems at once.

    Examples
    --------
    >>> table = pd.DataFrame([{"option": "P1", "name": "Prefab", "kind": "prefab", "stage": "primary",
    ...                        "school": "elm", "seats": 90, "cost": 60, "lead_years": 1, "life_years": 8}])
    >>> read_options(table)[0].service(2027)
    range(2028, 2036)
    """
    problems: list[str] = []
    options: list[Option] = []
    ids = table["option"].astype(str)
    for row in table.to_dict("records"):
        cells = {
            str(column): value for column, value in row.items() if isinstance(value, tuple | list) or not pd.isna(value)
        }
        kind = KINDS.get(str(cells.get("kind")))
        if kind is None:
            problems.append(
                _('option {option}: the kind "{kind}" is not known; choose one of {kinds}.').format(
                    option=row["option"], kind=row.get("kind"), kinds=", ".join(KINDS)
                )
            )
            continue
        given = {f.name: _cell(f.name, cells[f.name]) for f in fields(kind) if f.name in cells}
        needed = [f.name for f in fields(kind) if f.default is MISSING and f.name not in given]
        if needed:
            problems.append(
                _('option {option}: a row of the kind "{kind}" needs {columns}; fill in the empty cells.').format(
                    option=row["option"], kind=kind.kind, columns=", ".join(needed)
                )
            )
            continue
        options.append(kind(**given))
        for column in ("excludes", "requires"):
            problems += [
                _("option {option}: {column} names {other}, which is not an option of the table.").format(
                    option=row["option"], column=column, other=other
                )
                for other in getattr(options[-1], column)
                if other not in set(ids)
            ]
    problems += [
        _("option {option}: the id occurs twice; ids are unique.").format(option=twice)
        for twice in ids[ids.duplicated()].unique()
    ]
    if problems:
        raise PlanError.of(problems)
    return tuple(sorted(options, key=lambda option: option.option))


def _cell(column: str, value: Any) -> Any:
    if column in ("excludes", "requires"):
        if isinstance(value, tuple | list):
            return tuple(map(str, value))
        return tuple(part.strip() for part in str(value).split(";") if part.strip())
    if column in ("lead_years", "life_years"):
        return int(value)
    if column in ("cost", "running_cost", "teachers", "seats", "lon", "lat"):
        return float(value)
    return str(value)
