"""Inputs: a bureau's folder read and checked in full, every problem told at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from seatcast.catchments.checks import MapCheck, check_map
from seatcast.catchments.map import CatchmentMap, map_of_features
from seatcast.core.notebook import card
from seatcast.core.refused import RefusedError
from seatcast.inputs.area import study_area
from seatcast.inputs.bureau import GEOMETRY, Bureau, read_bureau
from seatcast.inputs.check import Known, check
from seatcast.inputs.consistency import check_together
from seatcast.inputs.folder import FolderReader, Source
from seatcast.inputs.keys import BUREAU_FILE
from seatcast.inputs.reach_check import check_unreached
from seatcast.inputs.schema import InputError, Problem, Scope, merged
from seatcast.inputs.tables import TABLES
from seatcast.language import _, sentences

if TYPE_CHECKING:
    from seatcast.core.study_area import StudyArea
    from seatcast.inputs.convert import Typed

_OPTIONAL = (
    "enrollment", "children", "births", "migration", "transitions", "left_behind", "housing", "child_yield",
    "projection", "women", "options", "budget", "events", "registrations",
)  # fmt: skip
_CHILDHOOD = 17  # the last age below 18: a child by article 1 of the Convention on the Rights of the Child


class MissingTableError(RefusedError):
    """A step needs a table that the bureau has not given."""


@dataclass(frozen=True, eq=False, repr=False)
class Inputs:
    """What a bureau gives, checked; what it does not give is None.

    Attributes
    ----------
    area : StudyArea
        Stages, statuses, catchments, schools, who may attend where, and the order of admission.
    enrollment : DataFrame or None
        year, school, grade, status, pupils; pupils are missing where unknown.
    children : DataFrame or None
        year, catchment, age, status, children on the cut-off date.
    births : DataFrame or None
        year, catchment or district, perhaps status, births in the twelve months up to the cut-off date.
    migration : DataFrame or None
        year, catchment or district, age (perhaps to age_to), status, arrivals and departures, or net, in the twelve
        months up to the cut-off date; `demography.moves` makes gross moves by single age of it.
    seats : DataFrame
        year, school, stage, classes, class_size, intake_classes, seats; one row a school, stage and year of record.
    options, budget : DataFrame or None
        What may be built, one row an option; and the money for it by year.
    geometry : dict or None
        GeoJSON in WGS84, one Feature a catchment with the property `catchment`.
    sources : tuple of Source
        Every file read.
    horizon : int
        Years to forecast unless a scenario says otherwise.
    left_behind, housing, child_yield, projection, women : DataFrame or None
        Columns as `inputs.tables` declares them: children on the other side of the move, dwellings and the children
        in them, projections of others, women and their fertility.
    transitions : DataFrame or None
        year, from_status, to_status, perhaps age, children who changed status in the twelve months up to the cut-off
        date.
    events : DataFrame or None
        year, event, school, others, from_grade, to_grade, share, seats: what happened to schools, and what is decided.
    registrations : DataFrame or None
        year, school, grade, registered, share: pupils registered so far for the coming autumn, and in past years.
    """

    area: StudyArea
    enrollment: pd.DataFrame | None
    children: pd.DataFrame | None
    births: pd.DataFrame | None
    migration: pd.DataFrame | None
    seats: pd.DataFrame
    options: pd.DataFrame | None
    budget: pd.DataFrame | None
    geometry: dict[str, Any] | None
    sources: tuple[Source, ...]
    horizon: int
    left_behind: pd.DataFrame | None = None
    housing: pd.DataFrame | None = None
    child_yield: pd.DataFrame | None = None
    projection: pd.DataFrame | None = None
    women: pd.DataFrame | None = None
    transitions: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    registrations: pd.DataFrame | None = None

    @property
    def base_year(self) -> int:
        """The last year of enrollment; of children where there is none."""
        table = self.enrollment if self.enrollment is not None else self.children
        if table is None:
            raise ValueError(_("the inputs hold neither enrollment nor children"))
        return int(table["year"].max())

    def missing(self) -> tuple[str, ...]:
        """Return the names of the tables that the bureau is asked for and has not given."""
        given = {source.table for source in self.sources}
        asked = (name for name, table in TABLES.items() if table.asked)
        return tuple(name for name in (*asked, GEOMETRY) if name not in given)

    @cached_property
    def map(self) -> CatchmentMap | None:
        """The map of the catchments; None where the bureau gives none."""
        return None if self.geometry is None else map_of_features(self.geometry, name=self.area.label)

    def check_map(self) -> MapCheck | None:
        """Return what somebody should look at on the map: gaps, parts, schools outside their own catchment."""
        return None if self.map is None else check_map(self.map, schools=self.area.schools)

    def __repr__(self) -> str:
        return f"<Inputs: {self._sentence()}>"

    def _repr_html_(self) -> str:
        rows = [(source.table, source.file, source.rows, source.encoding) for source in self.sources]
        table = pd.DataFrame(rows, columns=[_("table"), _("file"), _("rows"), _("encoding")])
        return card(self._sentence(), table)

    def _sentence(self) -> str:
        said = _("{area}: {catchments} catchments, {schools} schools, counts up to {year}.").format(
            area=self.area.label,
            catchments=len(self.area.catchments),
            schools=len(self.area.schools),
            year=self.base_year,
        )
        missing = self.missing()
        return sentences([said, _("Not given: {tables}.").format(tables=", ".join(missing))]) if missing else said

    def replace(self, **changes: Any) -> Inputs:
        """Return the inputs with some parts changed."""
        return replace(self, **changes)


def read_inputs(folder: str | Path, *, data: str | Path | None = None) -> Inputs:
    """Read a bureau's folder: bureau.toml and the tables it names, checked in full.

    Parameters
    ----------
    folder : path
        Holds bureau.toml, and the tables unless it says otherwise.
    data : path, optional
        Where the files that bureau.toml names are looked for first; else the bureau's folder.

    Returns
    -------
    Inputs
        Every cell read by its declaration, keys unique, names known, years without gaps. Rows are sorted by key, so
        that the order of rows and columns in the files is irrelevant. Nothing is repaired.

    Raises
    ------
    InputError
        If anything is at fault; the message lists every problem of every file.

    Examples
    --------
    >>> from seatcast.datasets import example_folder
    >>> read_inputs(example_folder()).base_year
    2026
    """
    folder = Path(folder)
    bureau, problems = read_bureau(folder)
    reader = FolderReader(folder, Path(data) if data is not None else None, bureau, problems)
    tables = reader.tables()
    known = _known(bureau, tables)
    for typed in tables.values():
        check(typed, known, problems)
    found_map = reader.map(tables)
    check_together(tables, bureau, reader.unreadable, problems)
    _refuse(problems, reader)
    frames = {name: _sorted(typed) for name, typed in tables.items()}
    area, seats = study_area(bureau, frames, found_map)
    if "serves" not in frames:
        check_unreached(area, tables["schools"], seats, problems)
        _refuse(problems, reader)
    geometry = None if found_map is None else found_map.geojson
    optional = {name: frames.get(name) for name in _OPTIONAL}
    return Inputs(
        area=area, seats=seats, geometry=geometry, sources=tuple(reader.sources), horizon=bureau.horizon, **optional
    )


def _refuse(problems: list[Problem], reader: FolderReader) -> None:
    if problems:
        order = {file: place for place, file in enumerate((BUREAU_FILE, *reader.files))}
        raise InputError(merged(sorted(problems, key=lambda problem: order.get(problem.file, len(order)))))


def _known(bureau: Bureau, tables: dict[str, Typed]) -> Known:
    """Return the names that the tables may use."""

    def listed(table: str, column: str) -> tuple[Any, ...] | None:
        if table not in tables or column not in tables[table].frame:
            return None
        return tuple(tables[table].frame[column].dropna().unique())

    oldest = max(_CHILDHOOD, *(stage.age(stage.grades[-1]) for stage in bureau.stages))
    names: dict[Scope, tuple[Any, ...] | None] = {
        "catchment": listed("catchments", "catchment"),
        "district": listed("catchments", "district"),
        "school": listed("schools", "school"),
        "stage": tuple(stage.stage for stage in bureau.stages),
        "status": tuple(status.status for status in bureau.statuses),
        "grade": tuple(grade for stage in bureau.stages for grade in stage.grades),
        "age": tuple(range(oldest + 1)),
        "option": listed("options", "option"),
    }
    return Known(names)


def _sorted(typed: Typed) -> pd.DataFrame:
    """Return the table in the order of its declaration, sorted by key."""
    columns = [name for name in typed.table.names if name in typed.frame]
    key = [name for name in typed.table.key if name in typed.frame]
    return typed.frame[columns].sort_values(key).reset_index(drop=True)
