"""bureau.toml: the area, its school system, and where its tables are to be found."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from seatcast.core.definitions import DEFINITIONS
from seatcast.core.standards import Standards
from seatcast.core.study_area import Definition, Stage, Status
from seatcast.inputs.admission import read_admission
from seatcast.inputs.keys import BUREAU_FILE, KeyReader, read_mapping
from seatcast.inputs.mapping import Mapping
from seatcast.inputs.schema import InputError, Problem, did_you_mean
from seatcast.inputs.standards import read_standards
from seatcast.inputs.tables import CATCHMENTS, TABLES
from seatcast.language import _, language

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from pathlib import Path

GEOMETRY = "geometry"
ALL = Status("all", "all children", "全部儿童")


@dataclass(frozen=True)
class Bureau:
    """What bureau.toml says; see the fields of `StudyArea`."""

    name: str
    stages: tuple[Stage, ...]
    statuses: tuple[Status, ...]
    horizon: int
    seeking: Dict[str, float]
    tables: Dict[str, Mapping]
    name_zh: str | None = None
    cutoff: str = "08-31"
    invented: bool = False
    note: str = ""
    note_zh: str | None = None
    definition: Definition | None = None
    money_unit: str = ""
    money_unit_zh: str | None = None
    discount: float = 0.04
    admission: tuple[Dict[str, Any], ...] = ()
    smallest: int = 5
    standards: Standards | None = None

    @property
    def tells_statuses_apart(self) -> bool:
        """Whether the bureau knows more than "all children"."""
        return self.statuses != (ALL,)

    @property
    def stage_of(self) -> dict[int, str]:
        """The stage of each grade."""
        return {grade: stage.stage for stage in self.stages for grade in stage.grades}


_DEFINED = {
    "migrant": str, "migrant_zh": str, "source": str, "source_zh": str, "left_behind": str, "left_behind_zh": str,
    "age_below": int, "boundary": str, "months": float,
}  # fmt: skip
_SECTIONS = (
    "bureau",
    "definition",
    "money",
    "report",
    "stage",
    "status",
    "seeking",
    "admission",
    "standards",
    "tables",
)


def _line(error: Exception) -> tuple[int, ...]:
    """Return the line that a parser's message names."""
    named = re.search(r"\(at line (\d+), column \d+\)", str(error))
    return (int(named[1]),) if named else ()


def _unread(error: Exception) -> str:
    """Return what is wrong with the file, in the language in force; the parser speaks English alone."""
    if isinstance(error, UnicodeDecodeError):
        return _("the text is in none of the encodings {tried}").format(tried="utf-8")
    said = re.sub(r"\s*\(at .*\)$", "", str(error))
    if language() != "en":
        return _("the line cannot be read")
    return _("the line cannot be read: {said}").format(said=said)


def read_bureau(folder: Path) -> tuple[Bureau, list[Problem]]:
    """Read bureau.toml.

    Returns
    -------
    Bureau, list of Problem
        What could be understood, and every problem found; with problems the bureau serves only to find more.

    Raises
    ------
    InputError
        If there is no such file, if it is not TOML, or if it names no stage of schooling: nothing can be read then.
    """
    path = folder / BUREAU_FILE
    if not path.is_file():
        remedy = _("`seatcast init {folder}` writes one to fill in").format(folder=folder)
        raise InputError(
            [Problem(BUREAU_FILE, "", (), _("no such file in {folder}").format(folder=folder), "", remedy)]
        )
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        rule = _("the file is TOML in UTF-8")
        raise InputError([Problem(BUREAU_FILE, "", _line(error), _unread(error), rule)]) from error
    take = KeyReader()
    take.known("bureau.toml", document, _SECTIONS)
    about = take.take("bureau.toml", document, "bureau", dict, dict)
    take.known("bureau", about, ("name", "name_zh", "invented", "cutoff", "horizon", "note", "note_zh"))
    money = take.take("bureau.toml", document, "money", dict, {})
    take.known("money", money, ("unit", "unit_zh", "discount"))
    report = take.take("bureau.toml", document, "report", dict, {})
    take.known("report", report, ("smallest",))
    stages = _stages(take, document)
    if not stages:
        take.problem("stage", _("no stage of schooling is named"), remedy=_("add a section [[stage]]"))
        raise InputError(take.problems)
    statuses = tuple(
        Status(
            take.take("status", row, "status", str, str),
            take.take("status", row, "name", str, str(row.get("status", ""))),
            take.take("status", row, "name_zh", str, None),
        )
        for row in _rows(take, document, "status", ("status", "name", "name_zh"))
    ) or (ALL,)
    bureau = Bureau(
        name=take.take("bureau", about, "name", str, str),
        name_zh=take.take("bureau", about, "name_zh", str, None),
        stages=stages,
        statuses=statuses,
        horizon=take.take("bureau", about, "horizon", int, 5),
        seeking=_seeking(take, document, statuses),
        tables=_tables(take, document),
        cutoff=take.take("bureau", about, "cutoff", str, "08-31"),
        invented=take.take("bureau", about, "invented", bool, default=False),
        note=take.take("bureau", about, "note", str, ""),
        note_zh=take.take("bureau", about, "note_zh", str, None),
        definition=_definition(take, document),
        money_unit=take.take("money", money, "unit", str, ""),
        money_unit_zh=take.take("money", money, "unit_zh", str, None),
        discount=take.take("money", money, "discount", float, 0.04),
        admission=read_admission(take, document, statuses),
        smallest=take.take("report", report, "smallest", int, 5),
        standards=read_standards(take, document, stages),
    )
    _check_values(take, bureau)
    return bureau, take.problems


def _rows(take: KeyReader, document: Dict[str, Any], name: str, allowed: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = [row for row in take.take("bureau.toml", document, name, list, []) if isinstance(row, dict)]
    for row in rows:
        take.known(name, row, allowed)
    return rows


def _stages(take: KeyReader, document: Dict[str, Any]) -> tuple[Stage, ...]:
    allowed = tuple(f.name for f in fields(Stage))
    stages = []
    for row in _rows(take, document, "stage", allowed):
        name = take.take("stage", row, "stage", str, str)
        grades = take.take("stage", row, "grades", list, list)
        if not _consecutive(grades):
            take.problem("stage.grades", repr(grades), _("grades are consecutive whole numbers such as [1, 2, 3]"))
            grades = sorted({grade for grade in grades if isinstance(grade, int)}) or [1]
        stages.append(
            Stage(
                stage=name,
                name=take.take("stage", row, "name", str, name),
                name_zh=take.take("stage", row, "name_zh", str, None),
                grades=tuple(grades),
                entry_age=take.take("stage", row, "entry_age", int, int),
                class_size=take.take("stage", row, "class_size", int, int),
                travel_limit=take.take("stage", row, "travel_limit", float, 0.0),
                travel_minutes=take.take("stage", row, "travel_minutes", float, 0.0),
                pupils_per_teacher=take.take("stage", row, "pupils_per_teacher", float, None),
            )
        )
    taught = [grade for stage in stages for grade in stage.grades]
    for grade in sorted({grade for grade in taught if taught.count(grade) > 1}):
        take.problem("stage.grades", _("grade {grade} belongs to two stages").format(grade=grade))
    return tuple(stages)


def _consecutive(grades: list[Any]) -> bool:
    whole = bool(grades) and all(isinstance(grade, int) for grade in grades)
    return whole and grades == list(range(grades[0], grades[0] + len(grades)))


def _seeking(take: KeyReader, document: Dict[str, Any], statuses: tuple[Status, ...]) -> dict[str, float]:
    names = tuple(status.status for status in statuses)
    section = take.take("bureau.toml", document, "seeking", dict, {})
    take.known("seeking", section, (*names, "note", "note_zh"))
    seeking = {name: take.take("seeking", section, name, float, 1.0) for name in names}
    for name, share in seeking.items():
        if not 0 <= share <= 1:
            take.problem(f"seeking.{name}", f"{share:g}", _("a share lies between 0 and 1"))
    return seeking


def _definition(take: KeyReader, document: Dict[str, Any]) -> Definition | None:
    section = take.take("bureau.toml", document, "definition", dict, {})
    take.known("definition", section, ("use", *_DEFINED))
    if not section:
        return None
    name = take.take("definition", section, "use", str, None)
    if name is None:
        own = Definition(take.take("definition", section, "migrant", str, str))
    elif name in DEFINITIONS:
        own = DEFINITIONS[name]
    else:
        take.problem(
            "definition.use",
            repr(name),
            _("one of the documented definitions is expected"),
            did_you_mean(name, DEFINITIONS),
        )
        own = Definition("")
    return replace(
        own, **{key: take.take("definition", section, key, kind, getattr(own, key)) for key, kind in _DEFINED.items()}
    )


def _tables(take: KeyReader, document: Dict[str, Any]) -> dict[str, Mapping]:
    sections = take.take("bureau.toml", document, "tables", dict, {})
    take.known("tables", sections, (*TABLES, GEOMETRY))
    known = {**TABLES, GEOMETRY: CATCHMENTS}
    return {
        name: read_mapping(take, f"tables.{name}", known[name], row)
        for name, row in sections.items()
        if isinstance(row, dict) and name in known
    }


def _check_values(take: KeyReader, bureau: Bureau) -> None:
    if bureau.horizon < 1:
        take.problem("bureau.horizon", str(bureau.horizon), _("a forecast reaches at least 1 year"))
    if bureau.smallest < 1:
        take.problem("report.smallest", str(bureau.smallest), _("the smallest number shown is 1 or more"))
    if not 0 <= bureau.discount < 1:
        take.problem("money.discount", f"{bureau.discount:g}", _("a share lies between 0 and 1"))
    if len(bureau.statuses) > 1 and not (bureau.definition and bureau.definition.migrant):
        found = _("the definition of a migrant child is missing")
        take.problem("definition.migrant", found, _("every figure of migrant children carries it"))
    if len(bureau.statuses) > 1 and ALL.status in {status.status for status in bureau.statuses}:
        take.problem("status.status", ALL.status, _("this name stands for all statuses together; choose another"))
    if not _is_date(bureau.cutoff):
        take.problem("bureau.cutoff", bureau.cutoff, _('a cut-off date is written month-day, such as "08-31"'))
    for stage in bureau.stages:
        if stage.class_size < 1:
            take.problem("stage.class_size", str(stage.class_size), _("a class has at least 1 pupil"))
        if stage.travel_limit < 0:
            take.problem("stage.travel_limit", f"{stage.travel_limit:g}", _("a distance is 0 or more"))
        if stage.travel_minutes < 0:
            take.problem("stage.travel_minutes", f"{stage.travel_minutes:g}", _("a time is 0 or more"))
        if stage.pupils_per_teacher is not None and not stage.pupils_per_teacher > 0:
            found = f"{stage.pupils_per_teacher:g}"
            take.problem("stage.pupils_per_teacher", found, _("a teacher has more than 0 pupils"))


def _is_date(month_day: str) -> bool:
    """Return whether there is such a day in a year that is no leap year."""
    try:
        date.fromisoformat(f"2026-{month_day}")
    except ValueError:
        return False
    return True
