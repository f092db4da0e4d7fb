"""An empty bureau to fill in, written from the declarations so that it cannot drift from them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from seatcast.core.definitions import DEFINITIONS
from seatcast.core.standards import STANDARDS
from seatcast.inputs.keys import BUREAU_FILE
from seatcast.inputs.mapping import Mapping
from seatcast.inputs.tables import TABLES
from seatcast.language import Language, _, join, speaking

if TYPE_CHECKING:
    from seatcast.inputs.schema import Column, Table


def write_template(folder: str | Path, language: Language = "en") -> tuple[Path, ...]:
    """Write an empty bureau: bureau.toml with comments, a CSV with the header of each table, and a README.

    Parameters
    ----------
    folder : path
        Made if it is not there.
    language : {"en", "zh"}
        Of the comments and the README.

    Returns
    -------
    tuple of Path
        The files written. The CSVs carry a byte-order mark, so that Excel shows Chinese as it is.

    Raises
    ------
    FileExistsError
        If the folder already holds one of the files; nothing is overwritten.
    """
    folder = Path(folder)
    with speaking(language):
        texts = {BUREAU_FILE: _bureau_toml(), "README.md": _readme()}
        texts |= {f"{table.name}.csv": "\ufeff" + ",".join(table.names) + "\n" for table in TABLES.values()}
        there = [name for name in texts if (folder / name).exists()]
        if there:
            raise FileExistsError(
                _("{folder} already holds {files}; choose another folder").format(folder=folder, files=join(there))
            )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8", newline="\n")
    return tuple(folder / name for name in texts)


def _bureau_toml() -> str:
    comment = {
        "head": _("The bureau: its area, its school system, and where its tables are. `seatcast check` reads it."),
        "name": _("name of the area, in English and in Chinese"),
        "invented": _("true for made-up data: every page of the report then says so"),
        "cutoff": _("month and day on which the age of a child is counted"),
        "horizon": _("years to forecast beyond the last enrollment"),
        "note": _("one sentence printed under the sources"),
        "definition": _("Who counts as a migrant child; printed wherever a figure of them is."),
        "use": _("or a documented one: {names}").format(names=", ".join(DEFINITIONS)),
        "money": _("The unit of every cost and budget, and the yearly discount rate."),
        "report": _("The smallest number of children that a report shows, besides 0; smaller ones are hidden."),
        "standards": _("Norms for staff and for the public share of migrant children; without them nothing is said."),
        "norms": _("a documented set: {names}; or your own numbers").format(names=", ".join(STANDARDS)),
        "posts": _("pupils to a post of teachers and other staff, by stage"),
        "counsellor": _("pupils to a counsellor"),
        "stage": _("One section a stage of schooling, in order. Grades are consecutive; kindergarten is 0."),
        "limit": _("metres within which another school is offered when the zoned one is full; 0: none is"),
        "status": _("One section a status of children, the locally registered first; none if they are not told apart."),
        "seeking": _("Share of the pupils of each status who seek a public seat; the others choose private schools."),
        "admission": _("How seats are given out; the order itself stands in tiers.csv. Nothing of it is needed:"),
        "since": _("first year of the section; without it, always; one [[admission]] for each year that changes it"),
        "tie": _('among equals seats are shared by "lot", or the nearer come first by "distance"'),
        "lottery": _("seed of the lots; without one, equals share in proportion"),
        "reserved": _("share of a school's entry seats offered to a status first"),
        "overflow": _("metres within which the bureau at last places the children who are left"),
        "lock_years": _("years for which a home's seat is locked; the share of homes stands in tiers.csv as locked"),
        "round": _("each round: how many schools of its order a catchment may have asked, and how far away"),
        "teachers": _("pupils to a teacher by the standard; with teachers in seats.csv it limits the classes"),
        "tables": _("Tables lie beside this file under their own names. Where a file differs, a section says how:"),
    }
    lines = [
        f"# {comment['head']}",
        "",
        "[bureau]",
        f'name = "District"  # {comment["name"]}',
        'name_zh = "某某区"',
        f"invented = false  # {comment['invented']}",
        f'cutoff = "08-31"  # {comment["cutoff"]}',
        f"horizon = 8  # {comment['horizon']}",
        f'note = ""  # {comment["note"]}',
        'note_zh = ""',
        "",
        f"# {comment['definition']}",
        "[definition]",
        'migrant = ""\nmigrant_zh = ""\nsource = ""\nsource_zh = ""',
        f'# use = "census 2020"  # {comment["use"]}',
        "",
        f"# {comment['money']}",
        '[money]\nunit = "10,000 yuan"\nunit_zh = "万元"\ndiscount = 0.04',
        "",
        f"# {comment['report']}",
        "[report]\nsmallest = 5",
        "",
        f"# {comment['standards']}",
        "# [standards]",
        f'# use = "china 2015"  # {comment["norms"]}',
        f"# pupils_per_post = {{ primary = 19, junior = 13.5 }}  # {comment['posts']}",
        f"# pupils_per_counsellor = 1000  # {comment['counsellor']}",
        "# counsellors_per_school = 1\n# public_share = 0.85",
        "",
        f"# {comment['stage']}",
        '[[stage]]\nstage = "primary"\nname = "primary"\nname_zh = "小学"',
        f"grades = [1, 2, 3, 4, 5, 6]\nentry_age = 6\nclass_size = 45\ntravel_limit = 2000  # {comment['limit']}",
        f"# pupils_per_teacher = 19  # {comment['teachers']}",
        "",
        '[[stage]]\nstage = "junior"\nname = "junior"\nname_zh = "初中"',
        "grades = [7, 8, 9]\nentry_age = 12\nclass_size = 50\ntravel_limit = 3500",
        "",
        f"# {comment['status']}",
        '[[status]]\nstatus = "local"\nname = "local"\nname_zh = "户籍"',
        "",
        '[[status]]\nstatus = "migrant"\nname = "migrant"\nname_zh = "随迁"',
        "",
        f"# {comment['seeking']}",
        "[seeking]\nlocal = 1.0\nmigrant = 1.0",
        "",
        f"# {comment['admission']}",
        "# [[admission]]",
        f"# since = 2028  # {comment['since']}",
        f'# tie = "distance"  # {comment["tie"]}',
        f"# lottery = 20260620  # {comment['lottery']}",
        f"# reserved = {{ migrant = 0.1 }}  # {comment['reserved']}",
        f"# overflow = 6000  # {comment['overflow']}",
        f"# lock_years = 6  # {comment['lock_years']}",
        f"# [[admission.round]]\n# schools = 1\n# metres = 2000  # {comment['round']}",
        "",
        f"# {comment['tables']}",
        "# [tables.enrollment]",
        *(f"# {example}  # {meaning}" for example, meaning in _mapping_examples().values()),
    ]
    return "\n".join(lines) + "\n"


def _mapping_examples() -> dict[str, tuple[str, str]]:
    """Return an example and the meaning of every key of `Mapping`."""
    examples = {
        "file": ('file = "export.xlsx"', _("a .csv, .csv.gz, .xlsx or .geojson file")),
        "columns": ('columns = { pupils = "在校生数" }', _("our name = the name in the file")),
        "values": ('values = { status = { "随迁" = "migrant" } }', _('codes of the file = ours; "" is unknown')),
        "format": ('format = { school = "30-{:04d}" }', _("ids that files write differently")),
        "where": ('where = { "学段" = "小学" }', _("rows kept, by the names in the file")),
        "without": ('without = { "学校" = ["合计", "小计"] }', _("rows left out, by the names in the file")),
        "constant": ("constant = { year = 2026 }", _("a column that is the same in every row")),
        "encoding": ('encoding = "gb18030"', _("tried without it: UTF-8, then GB18030")),
        "sheet": ('sheet = "Sheet1"', _("sheet of a workbook; else the first")),
        "header": ("header = [2, 3]", _("the row, or the rows of a stacked header, that name the columns; else 1")),
        "latest": ('latest = "年份"', _("each key keeps the row of its last year")),
        "year_shift": ("year_shift = -1", _("added to the years, where the file names a school year by its spring")),
        "split": (
            'split = { seats = { once_per = "楼栋", by = "在校生数" } }',
            _("an amount that several rows share is split in proportion"),
        ),
        "add_up": ("add_up = true", _("rows of one key are added up instead of refused")),
        "join": ('join = [{ file = "points.csv", on = "school" }]', _("further files that add columns")),
        "on": ('on = "school"', _("in a join: the column that matches the rows")),
        "unknown_years": ("unknown_years = [2020]", _("years known to be missing")),
        "crs": (
            'crs = "GCJ-02"',
            _("coordinate system of lon, lat and shapes: WGS84, CGCS2000, GCJ-02, BD-09, EPSG code"),
        ),
        "from_enrollment": (
            'from_enrollment = ["stages"]',
            _("worked out from the enrollment: stages, opened and closes of schools, stage of seats"),
        ),
    }
    return {field.name: examples[field.name] for field in fields(Mapping)}


def _readme() -> str:
    title = _("The tables of this bureau")
    lines = [
        f"# {title}",
        "",
        _("One row a fact; CSV in UTF-8 or GB18030, or the first sheet of a workbook of the same name."),
        _("An empty cell means unknown, 0 means none. A table with no rows counts as not given."),
        _("Inputs are counts: nothing in them may point to a person."),
        "",
        *(line for table in TABLES.values() for line in _described(table)),
    ]
    return "\n".join(lines)


def _described(table: Table) -> list[str]:
    needed = _("needed")
    title = f"## {table.name}.csv" + (f" ({needed})" if table.needed else "")
    head = _table_row(_("column"), _("meaning"), _("unit"), needed, _("rule"))
    rows = [_row(column) for column in table.columns]
    return [title, "", _(table.meaning) + _("."), "", head, "|---|---|---|---|---|", *rows, ""]


def _row(column: Column) -> str:
    needed = _("no") if not column.required else _("yes, a cell may be empty") if column.blank else _("yes")
    unit = _(column.unit) if column.unit else ""
    return _table_row(column.name, _(column.meaning), unit, needed, column.rule)


def _table_row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
