"""How a bureau's own files become the tables: rows kept, columns renamed, codes rewritten, files joined."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from seatcast.inputs.schema import Problem, Table, did_you_mean
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Dict

    from seatcast.inputs.files import Sheet


FROM_ENROLLMENT = {"schools": ("stages", "opened", "closes"), "seats": ("stage",)}
"""The columns of each table that can be worked out from the enrollment."""


@dataclass(frozen=True)
class Mapping:
    """How a bureau's own file becomes one of the tables; every part may be left out.

    Applied in this order: rows are kept and left out, columns are renamed, codes and ids rewritten, further files
    joined, constants added; then cells are read, years shifted, seats of shared buildings split, equal keys added up.

    Attributes
    ----------
    file : str
        File below the folder of the data: .csv, .csv.gz, .xlsx, or .geojson, whose properties are the columns.
    columns : dict
        Our name = the file's name.
    values : dict
        Our column = {file's code = our code}; "" on the right means unknown.
    format : dict
        Our column = a pattern for whole numbers, such as "30-{:04d}", where files write the same id differently.
    where, without : dict
        The file's column = value or values of the rows that are kept, or left out.
    constant : dict
        Our column = the value it has in every row.
    encoding, sheet, header :
        Encoding of a CSV; sheet of a workbook; the row, or the rows of a stacked header, that hold the column names.
    latest : str
        The file's column (a year) of which each key keeps its greatest: a yearly directory gives each school once. Rows
        of that year that are alike count once; others are refused as duplicates.
    year_shift : int
        Added to the years: -1 where the file names a school year by its spring.
    split : dict
        Our column = {once_per, by}: the amount belongs to a whole (`once_per`, a building) and is shared among its
        rows in proportion to the column `by`.
    add_up : bool
        Rows of one key are added up instead of being refused as duplicates.
    join : tuple of Mapping
        Further files that add columns, matched by the column `on`.
    unknown_years : tuple of int
        Years, after the shift, that the file is known not to hold: they become rows without a number.
    crs : str or None
        The coordinate system of lon and lat, or of the shapes: "GCJ-02", "BD-09", "CGCS2000", or an EPSG code; WGS84
        unless given, and for shapes unless the file says otherwise.
    from_enrollment : tuple of str
        Columns worked out from the enrollment table: for schools `stages` (the stages of the grades taught), `opened`
        and `closes` (first year with, and first without pupils); for seats `stage` (seats of a school of several
        stages are split by its pupils of that year).
    """

    file: str | None = None
    columns: Dict[str, str] = field(default_factory=dict)
    values: Dict[str, Dict[str, str]] = field(default_factory=dict)
    format: Dict[str, str] = field(default_factory=dict)
    where: Dict[str, Any] = field(default_factory=dict)
    without: Dict[str, Any] = field(default_factory=dict)
    constant: Dict[str, Any] = field(default_factory=dict)
    encoding: str | None = None
    sheet: str | None = None
    header: tuple[int, ...] = (1,)
    latest: str | None = None
    year_shift: int = 0
    split: Dict[str, Dict[str, str]] = field(default_factory=dict)
    add_up: bool = False
    join: tuple[Mapping, ...] = ()
    on: str | None = None
    unknown_years: tuple[int, ...] = ()
    crs: str | None = None
    from_enrollment: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Mapped:
    """A table still in text, under the names of its declaration.

    Attributes
    ----------
    cells : DataFrame of str
        The index holds the rows of the file.
    shown : dict
        Our name = the file's name, for messages.
    wholes : dict
        By column that is split: the whole a row belongs to, and its weight in it.
    """

    table: Table
    sheet: Sheet
    cells: pd.DataFrame
    shown: dict[str, str]
    wholes: Dict[str, pd.DataFrame]


def plain(text: str) -> str:
    """Return `text` with full-width letters, digits and signs as half-width ones.

    Examples
    --------
    >>> plain("２０２６　−３")
    '2026 -3'
    """
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()


def apply(table: Table, mapping: Mapping, open_sheet: Callable[[Mapping], Sheet], problems: list[Problem]) -> Mapped:
    """Return the rows and columns of `table` that a file holds, as the mapping says."""
    sheet = open_sheet(mapping)
    source = _kept(sheet, mapping, problems)
    shown = {name: mapping.columns.get(name, name) for name in table.names}
    shown = {
        name: column
        for name, column in shown.items()
        if _has(source, column, sheet.file, problems, needed=name in mapping.columns)
    }
    cells = pd.DataFrame({name: source[column] for name, column in shown.items()}, source.index, dtype=object)
    for name, codes in mapping.values.items():
        if name in cells:
            cells[name] = cells[name].map(lambda text, codes=codes: str(codes.get(text, text)))
    for name, pattern in mapping.format.items():
        if name in cells:
            cells[name] = cells[name].map(lambda text, pattern=pattern: _formatted(text, pattern))
    if mapping.latest and _has(source, mapping.latest, sheet.file, problems):
        cells = _latest(cells, source[mapping.latest], [name for name in table.key if name in cells])
    for part in mapping.join:
        cells = _joined(cells, apply(table, part, open_sheet, problems), part, problems)
    for name, value in mapping.constant.items():
        cells[name] = str(value)
    wholes = {
        name: source.loc[cells.index, [rule["once_per"], rule["by"]]].set_axis(["whole", "weight"], axis=1)
        for name, rule in mapping.split.items()
        if all(_has(source, rule.get(part, part), sheet.file, problems) for part in ("once_per", "by"))
    }
    return Mapped(table, sheet, cells, {str(name): shown.get(str(name), str(name)) for name in cells}, wholes)


def _has(cells: pd.DataFrame, column: str, file: str, problems: list[Problem], *, needed: bool = True) -> bool:
    if column not in cells and needed:
        found = _("there is no column '{name}'").format(name=column)
        problem = Problem(file, column, (), found, remedy=did_you_mean(column, list(cells)))
        if problem not in problems:
            problems.append(problem)
    return column in cells


def _kept(sheet: Sheet, mapping: Mapping, problems: list[Problem]) -> pd.DataFrame:
    cells = sheet.cells
    for rule, wanted in ((mapping.where, True), (mapping.without, False)):
        for column, values in rule.items():
            if _has(sheet.cells, column, sheet.file, problems):
                chosen = {str(value) for value in (values if isinstance(values, list) else [values])}
                cells = cells[cells[column].isin(chosen) == wanted]
    return cells


def _formatted(text: str, pattern: str) -> str:
    digits = plain(text).removesuffix(".0")
    return pattern.format(int(digits)) if digits.isdigit() else text


def _latest(cells: pd.DataFrame, years: pd.Series, key: list[str]) -> pd.DataFrame:
    when = pd.to_numeric(years.loc[cells.index], errors="coerce")
    best = when.groupby([cells[name] for name in key]).transform("max")
    return cells[when == best].drop_duplicates()


def _joined(cells: pd.DataFrame, other: Mapped, part: Mapping, problems: list[Problem]) -> pd.DataFrame:
    on = part.on or other.table.key[0]
    if on not in other.cells or on not in cells:
        return cells
    more = other.cells[other.cells[on] != ""]
    twice = more[on][more[on].duplicated(keep=False)]
    if len(twice):
        found = _("'{value}' occurs more than once").format(value=twice.iloc[0])
        rule = _("a joined file has one row for each")
        rows = tuple(int(row) for row in twice.index)
        problems.append(
            Problem(other.sheet.file, other.shown[on], rows, found, rule, _("leave rows out with `without`"))
        )
        more = more.drop_duplicates(on)
    found_rows = more.set_index(on).reindex(cells[on]).fillna("").set_axis(cells.index)
    for name in found_rows:
        before = cells[name] if name in cells else pd.Series("", cells.index, dtype=object)
        cells[name] = before.where(before != "", found_rows[name])
    return cells
