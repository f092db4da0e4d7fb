"""The tables of a bureau's folder, found, opened once each and read, before they are checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from seatcast.catchments.coordinates import to_wgs84
from seatcast.catchments.map import CatchmentMap
from seatcast.inputs.bureau import GEOMETRY, Bureau
from seatcast.inputs.convert import Typed, convert
from seatcast.inputs.derive import schools_from_enrollment, seats_by_stage, worked_out
from seatcast.inputs.files import Sheet, UnreadableError, read_sheet
from seatcast.inputs.geometry import catchment_map, points_off_the_map
from seatcast.inputs.keys import BUREAU_FILE
from seatcast.inputs.mapping import Mapped, Mapping, apply
from seatcast.inputs.persons import refuse_persons
from seatcast.inputs.schema import Problem, nearest, suggestion
from seatcast.inputs.tables import CATCHMENTS, TABLES
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Callable

_ENDINGS = (".csv", ".csv.gz", ".xlsx")
NAMED = (*(name for name, table in TABLES.items() if "name" in table.names), GEOMETRY)
"""Tables in which a column of names holds those of places, schools or options."""


@dataclass(frozen=True)
class Source:
    """A file that was read: for which table, its name, SHA-256, rows and encoding."""

    table: str
    file: str
    sha256: str
    rows: int
    encoding: str


class FolderReader:
    """Opens each file once and turns it into the tables that need it."""

    def __init__(self, folder: Path, data: Path | None, bureau: Bureau, problems: list[Problem]) -> None:
        self.folder, self.data, self.bureau, self.problems = folder, data, bureau, problems
        self.sources: list[Source] = []
        self.unreadable: set[str] = set()
        self.sheets: dict[tuple[object, ...], Sheet | UnreadableError] = {}

    @property
    def files(self) -> tuple[str, ...]:
        """The files asked for, in the order of their tables."""
        return tuple(dict.fromkeys(str(file) for file, *_options in self.sheets))

    def tables(self) -> dict[str, Typed]:
        """Return the tables that the bureau gives, in the order of their declaration."""
        tables = {}
        for name in TABLES:
            mapping = self.bureau.tables.get(name, Mapping())
            file = mapping.file or self._default(name)
            if file is None:
                if TABLES[name].needed:
                    found = _("the table {table} is missing").format(table=name)
                    self.problems.append(Problem(f"{name}.csv", "", (), found, _("every bureau needs it")))
                    self.unreadable.add(name)
                continue
            try:
                mapped = apply(TABLES[name], mapping, self._opener(name, file), self.problems)
            except UnreadableError as error:
                self.problems.append(error.problem)
                self.unreadable.add(name)
                continue
            if not len(mapped.cells):
                if TABLES[name].needed or mapping.file:
                    self._empty(mapped)
                continue
            self._missing_columns(mapped, mapping)
            typed = _in_wgs84(convert(mapped, self.problems, mapping.year_shift), mapping.crs)
            tables[name] = worked_out(typed, mapping, self.problems)
        return self._from_enrollment(tables)

    def _empty(self, mapped: Mapped) -> None:
        """Tell that a table has no rows: none in the file, or none that `where` and `without` leave."""
        self.unreadable.add(mapped.table.name)
        rows = len(mapped.sheet.cells)
        found = _("the table {table} has no rows").format(table=mapped.table.name)
        remedy = _("`where` and `without` in bureau.toml leave none of {n}").format(n=rows) if rows else ""
        self.problems.append(Problem(mapped.sheet.file, "", (), found, remedy=remedy))

    def map(self, tables: dict[str, Typed]) -> CatchmentMap | None:
        """Return the map of the catchments, from their own file or from the one their table was read from."""
        own = self.bureau.tables.get(GEOMETRY)
        mapping = own or self.bureau.tables.get("catchments", Mapping())
        if own is None and not (mapping.file or "").endswith("json"):
            mapping = Mapping()
        default = "catchments.geojson"
        file = mapping.file or (default if (self.folder / default).is_file() else None)
        if file is None or "catchments" not in tables:
            return None
        only = replace(mapping, columns={k: v for k, v in mapping.columns.items() if k == "catchment"}, join=())
        try:
            mapped = apply(CATCHMENTS, only, self._opener(GEOMETRY, file), self.problems)
        except UnreadableError as error:
            self.problems.append(error.problem)
            return None
        catchments = pd.Index(tables["catchments"].frame["catchment"].dropna().unique())
        found = catchment_map(mapped.sheet, mapped.cells.get("catchment"), catchments, mapping.crs, self.problems)
        if found is not None:
            points_off_the_map(tables["catchments"], found, self.problems)
        return found

    def _default(self, table: str) -> str | None:
        return next((table + end for end in _ENDINGS if (self.folder / (table + end)).is_file()), None)

    def _opener(self, table: str, default: str) -> Callable[[Mapping], Sheet]:
        def open_sheet(mapping: Mapping) -> Sheet:
            file = mapping.file or default
            key = (file, mapping.sheet, mapping.header, mapping.encoding)
            if key not in self.sheets:
                self.sheets[key] = self._open(table, file, mapping)
            sheet = self.sheets[key]
            if isinstance(sheet, UnreadableError):
                raise sheet
            source = Source(table, file, sheet.sha256, len(sheet.cells), sheet.encoding)
            if source not in self.sources and len(sheet.cells):
                self.sources.append(source)
            return sheet

        return open_sheet

    def _open(self, table: str, file: str, mapping: Mapping) -> Sheet | UnreadableError:
        roots = [root for root in (self.data, self.folder) if root is not None]
        path = next((root / file for root in roots if (root / file).is_file()), None)
        if path is None:
            found = _("no such file in {folders}").format(folders=", ".join(str(root) for root in roots))
            return UnreadableError(Problem(file, "", (), found, remedy=self._other_file(roots, file)))
        try:
            sheet = read_sheet(path, file, mapping, self.problems)
        except UnreadableError as error:
            return error
        refuse_persons(sheet, self.problems, names_are_of_places=table in NAMED)
        return sheet

    @staticmethod
    def _other_file(roots: list[Path], file: str) -> str:
        beside = [
            path.name for root in roots if (root / file).parent.is_dir() for path in (root / file).parent.iterdir()
        ]
        stems = {name.partition(".")[0]: name for name in beside}
        near = stems.get(nearest(Path(file).name.partition(".")[0], stems) or "")
        return suggestion(near) if near else _("name the folder that holds it with --data")

    def _missing_columns(self, mapped: Mapped, mapping: Mapping) -> None:
        """Give the one status where none are told apart, and tell which columns are missing."""
        cells, file = mapped.cells, mapped.sheet.file
        for column in mapped.table.columns:
            if column.name in cells:
                continue
            if column.name == "status" and not self.bureau.tells_statuses_apart and column.required:
                cells["status"] = self.bureau.statuses[0].status
            elif column.required and column.name not in mapping.from_enrollment:
                spare = [name for name in mapped.sheet.cells.columns if name not in mapped.shown.values()]
                found = _("the column '{name}' is missing").format(name=column.name)
                near = nearest(column.name, spare)
                elsewhere = _("name it under [tables.{table}] columns").format(table=mapped.table.name)
                remedy = suggestion(near) if near else elsewhere
                problem = Problem(file, column.name, (), found, _(column.meaning), remedy)
                if not any(p.file == file and p.column == mapping.columns.get(column.name) for p in self.problems):
                    self.problems.append(problem)
        mapped.shown.update({str(name): str(name) for name in cells if name not in mapped.shown})

    def _from_enrollment(self, tables: dict[str, Typed]) -> dict[str, Typed]:
        rolls = tables.get("enrollment")
        for name in ("schools", "seats"):
            wanted = self.bureau.tables.get(name, Mapping()).from_enrollment
            if not wanted or name not in tables:
                continue
            needs = {"schools": {"school"}, "seats": {"year", "school"}}[name]
            if (
                rolls is None
                or not {"year", "school", "grade", "pupils"} <= set(rolls.frame)
                or not needs <= set(tables[name].frame)
            ):
                found = _("it is to be worked out from the enrollment, which is not there")
                self.problems.append(Problem(BUREAU_FILE, f"tables.{name}.from_enrollment", (), found))
            elif name == "schools":
                tables[name] = schools_from_enrollment(tables[name], rolls, self.bureau, wanted)
            elif "schools" in tables and "stages" in tables["schools"].frame:
                tables[name] = seats_by_stage(tables[name], tables["schools"], rolls, self.bureau)
        return tables


def _in_wgs84(typed: Typed, crs: str | None) -> Typed:
    """Return the table with lon and lat in WGS84, where the bureau says that they are of another system."""
    if crs is None or not {"lon", "lat"} <= set(typed.frame):
        return typed
    lon, lat = to_wgs84(typed.frame["lon"].to_numpy(float), typed.frame["lat"].to_numpy(float), crs)
    return replace(typed, frame=typed.frame.assign(lon=lon, lat=lat))
