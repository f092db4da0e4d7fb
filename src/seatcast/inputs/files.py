"""A file as it is: text cells with the row numbers a person sees, its encoding and its fingerprint."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from seatcast.inputs.schema import Problem, did_you_mean
from seatcast.language import _

if TYPE_CHECKING:
    from pathlib import Path

    from seatcast.inputs.mapping import Mapping

ENCODINGS = ("utf-8-sig", "utf-8", "gb18030")


@dataclass(frozen=True, eq=False)
class Sheet:
    """The cells of one file.

    Attributes
    ----------
    cells : DataFrame of str
        Columns as the file names them; the index holds the rows as a person counts them, the header being row 1.
    copied : dict of str to tuple of int
        By column, the rows whose cell was part of a merged cell that began in a row above.
    shapes : dict or None
        The GeoJSON document, where the file is one.
    """

    file: str
    cells: pd.DataFrame
    encoding: str
    sha256: str
    copied: dict[str, tuple[int, ...]]
    shapes: dict[str, Any] | None = None


class UnreadableError(Exception):
    """A file cannot be read at all; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read_sheet(path: Path, name: str, mapping: Mapping, problems: list[Problem]) -> Sheet:
    """Read a CSV (also gzipped), the sheet of a workbook, or the properties of a GeoJSON, as text.

    Raises
    ------
    UnreadableError
        If the file, its encoding, its sheet or its header cannot be made out.
    """
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    kinds = [suffix.lower() for suffix in path.suffixes]
    if kinds and kinds[-1] == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError) as error:
            found = _("the compressed file is broken")
            raise UnreadableError(Problem(name, "", (), found, remedy=_("copy it again"))) from error
        kinds.pop()
    kind = kinds[-1] if kinds else ""
    if kind in (".geojson", ".json"):
        shapes = _parse_geojson(content, name)
        return Sheet(name, _properties(shapes), "utf-8", sha256, {}, shapes)
    if kind in (".xlsx", ".xlsm", ".xls", ".ods"):
        rows, copies = _workbook_rows(content, name, mapping.sheet)
        encoding = "workbook"
    else:
        text, encoding = _decode(content, name, mapping.encoding)
        try:
            rows, copies = list(csv.reader(io.StringIO(text, newline=""))), set()
        except csv.Error as error:
            raise UnreadableError(Problem(name, "", (), str(error), _("the file is CSV"))) from error
    cells, copied = _with_header(rows, copies, name, mapping.header, problems)
    return Sheet(name, cells, encoding, sha256, copied)


def _decode(content: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    for candidate in (encoding,) if encoding else ENCODINGS:
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        except LookupError:
            break
        if "\0" not in text:
            bom = content.startswith(b"\xef\xbb\xbf")
            return text, "utf-8" if candidate == "utf-8-sig" and not bom else candidate
    tried = encoding or ", ".join(ENCODINGS)
    raise UnreadableError(
        Problem(
            name,
            "",
            (),
            _("the text is in none of the encodings {tried}").format(tried=tried),
            remedy=_("save it as CSV UTF-8, or name its `encoding` in bureau.toml"),
        )
    )


def _workbook_rows(content: bytes, name: str, sheet: str | None) -> tuple[list[list[str]], set[tuple[int, int]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError as error:
        found = _("the workbook cannot be opened")
        raise UnreadableError(Problem(name, "", (), found, remedy=_("save it again as .xlsx"))) from error
    if sheet is not None and sheet not in book.sheet_names:
        found = _("there is no sheet '{sheet}'").format(sheet=sheet)
        raise UnreadableError(Problem(name, "", (), found, remedy=did_you_mean(sheet, book.sheet_names)))
    page = book.get_sheet_by_name(sheet) if sheet is not None else book.get_sheet_by_index(0)
    rows = [[_cell(value) for value in row] for row in page.to_python(skip_empty_area=False)]
    copies = set()
    for (top, left), (bottom, right) in page.merged_cell_ranges or []:
        for row in range(top, min(bottom + 1, len(rows))):
            for column in range(left, min(right + 1, len(rows[row]))):
                rows[row][column] = rows[top][left]
                if row > top:
                    copies.add((row, column))
    return rows, copies


def _cell(value: object) -> str:
    """Return a workbook's cell as a person sees it: 7, not 7.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _with_header(
    rows: list[list[str]], copies: set[tuple[int, int]], name: str, header: tuple[int, ...], problems: list[Problem]
) -> tuple[pd.DataFrame, dict[str, tuple[int, ...]]]:
    if len(rows) < max(header):
        raise UnreadableError(Problem(name, "", (), _("the file is empty"), _("its first row names the columns")))
    width = max(len(rows[row - 1]) for row in header)
    titles = []
    for column in range(width):
        parts = [rows[row - 1][column].strip() for row in header if column < len(rows[row - 1])]
        titles.append(" ".join(dict.fromkeys(part for part in parts if part)))
    named = [column for column, title in enumerate(titles) if title]
    twice = sorted({title for title in titles if title and titles.count(title) > 1})
    for title in twice:
        found, remedy = _("two columns are named '{name}'").format(name=title), ""
        if {title} == set(filter(None, titles)):
            remedy = _("if a title stands above the headings, name their row in bureau.toml: header = {n}")
            remedy = remedy.format(n=max(header) + 1)
        problems.append(Problem(name, title, (max(header),), found, _("the names of columns differ"), remedy))
    body, numbers = [], []
    for number, row in enumerate(rows[max(header) :], start=max(header) + 1):
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[width:]):
            found = _("{n} cells").format(n=len(row))
            rule = _("the header has {n}").format(n=width)
            problems.append(Problem(name, "", (number,), found, rule, _("is a text with a comma missing its quotes?")))
        cells = [cell.strip() for cell in row[:width]]
        body.append([cells[column] if column < len(cells) else "" for column in named])
        numbers.append(number)
    cells_frame = pd.DataFrame(body, pd.Index(numbers, name="row"), [titles[column] for column in named], dtype=object)
    cells_frame = cells_frame.loc[:, ~cells_frame.columns.duplicated()]
    copied = {
        titles[column]: tuple(row + 1 for row, c in sorted(copies) if c == column and row + 1 > max(header))
        for column in named
    }
    return cells_frame, {title: found for title, found in copied.items() if found}


def _parse_geojson(content: bytes, name: str) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except ValueError as error:
        raise UnreadableError(Problem(name, "", (), str(error), _("the file is GeoJSON"))) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        rule = _("the file is GeoJSON")
        raise UnreadableError(Problem(name, "", (), _("it holds no FeatureCollection"), rule))
    shapes: dict[str, Any] = document
    return shapes


def _properties(document: dict[str, Any]) -> pd.DataFrame:
    rows = [
        {key: "" if value is None else _cell(value) for key, value in (feature.get("properties") or {}).items()}
        for feature in document["features"]
    ]
    index = pd.RangeIndex(1, len(rows) + 1, name="row")
    return pd.DataFrame(rows, index, dtype=object).fillna("")
