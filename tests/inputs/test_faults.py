"""One fault a bureau: it is refused by file, column and row, with the remedy, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from seatcast.inputs.read import read_inputs
from seatcast.inputs.schema import InputError, Problem, did_you_mean
from seatcast.language import speaking


@dataclass(frozen=True)
class Fault:
    name: str
    spoil: Callable
    file: str
    column: str
    rows: tuple[int, ...]
    says: str


def _cell(table: str, row: int, column: str, value: str) -> Callable:
    return lambda small: small.set(table, row, column, value)


def _toml(old: str, new: str) -> Callable:
    def spoil(small):
        assert old in small.toml
        small.toml = small.toml.replace(old, new)

    return spoil


def _beside(small, table: str, column: str, value: str) -> None:
    header, *rows = small.tables[table]
    small.tables[table] = [[*header, column], *([*row, value] for row in rows)]


def _titled(small, table: str) -> None:
    """Put a title over the headings, in each cell, as a workbook's merged cells are read."""
    small.tables[table] = [["Births"] * len(small.tables[table][0]), *small.tables[table]]


def _double_row(small):
    small.tables["enrollment"].append(list(small.tables["enrollment"][2]))


def _without_year(table: str, year: str) -> Callable:
    def spoil(small):
        small.tables[table] = [row for row in small.tables[table] if row[0] != year]

    return spoil


def _without_row(table: str, row: int) -> Callable:
    return lambda small: small.tables[table].pop(row - 1)


def _appended(table: str, *cells: str) -> Callable:
    return lambda small: small.tables[table].append(list(cells))


def _renamed(table: str, column: str, name: str) -> Callable:
    return lambda small: small.set(table, 1, column, name)


def _option(row: int, **cells: str) -> Callable:
    def spoil(small):
        for column, value in cells.items():
            if column not in small.tables["options"][0]:
                small.add_column("options", column, "")
            small.set("options", row, column, value)

    return spoil


def _one(table: str, column: str, value: str, row: int = 2) -> Callable:
    """Add a column that is filled in one row."""

    def spoil(small):
        small.add_column(table, column, "")
        small.set(table, row, column, value)

    return spoil


def _event(**cells: str) -> Callable:
    """Give the bureau two events, the first a good one, the second with the cells changed."""

    def spoil(small):
        columns = ["year", "event", "school", "others", "from_grade", "to_grade", "share", "seats"]
        merge = dict(zip(columns, ["2028", "merge", "S1", "S2", "", "", "", ""], strict=True))
        small.tables["events"] = [columns, list(merge.values()), list((merge | {"year": "2029"} | cells).values())]

    return spoil


def _building_without_rooms(small):
    small.add_column("seats", "rooms", "")
    _one("seats", "building", "main")(small)


def _empty_tier(small):
    small.set("tiers", 3, "share", "1")
    small.set("tiers", 4, "share", "0")


def _registered(small):
    small.tables["registrations"] = [["year", "school", "grade", "registered"], ["2027", "S1", "1", "-5"]]


def _move_ring(small):
    ring = small.shapes["features"][1]["geometry"]["coordinates"][0]
    ring[:] = [[x * 111_000, y * 111_000] for x, y in ring]


def _open_ring(small):
    small.shapes["features"][0]["geometry"]["coordinates"][0].pop()


def _corners(small, corners):
    small.shapes["features"][0]["geometry"]["coordinates"] = [[list(point) for point in (*corners, corners[0])]]


def _points(small, lon, lat):
    small.add_column("catchments", "lon", "120.015")
    small.add_column("catchments", "lat", "30.005")
    small.set("catchments", 2, "lon", lon)
    small.set("catchments", 2, "lat", lat)


def _fed(small, goal):
    small.add_column("schools", "feeds", "")
    small.set("schools", 2, "feeds", goal)


def _remote(small):
    """Leave a school without catchment and without a neighbor."""
    del small.tables["serves"]
    small.set("schools", 2, "catchment", "")
    small.set("schools", 2, "lon", "121.9")


FAULTS = [
    Fault("unknown catchment", _cell("children", 3, "catchment", "12"), "children.csv", "catchment", (3,),
          "'12' is not a catchment of the study area; did you mean '012'?"),
    Fault("leading zeros lost", _cell("schools", 2, "catchment", "7"), "schools.csv", "catchment", (2,),
          "did you mean '007'?"),
    Fault("unknown school", _cell("enrollment", 4, "school", "s1"), "enrollment.csv", "school", (4,),
          "'s1' is not in the table of schools; did you mean 'S1'?"),
    Fault("unknown stage", _cell("serves", 2, "stage", "primry"), "serves.csv", "stage", (2,),
          "did you mean 'primary'?"),
    Fault("unknown status", _cell("enrollment", 2, "status", "lokal"), "enrollment.csv", "status", (2,),
          "did you mean 'local'?"),
    Fault("unknown grade", _cell("enrollment", 5, "grade", "9"), "enrollment.csv", "grade", (5,),
          "grade 9 belongs to no stage in bureau.toml; 1 to 3 are expected"),
    Fault("age outside", _cell("children", 2, "age", "40"), "children.csv", "age", (2,), "0 to 17 are expected"),
    Fault("negative count", _cell("children", 3, "children", "-2"), "children.csv", "children", (3,),
          "-2; a number of children is 0 or more"),
    Fault("full-width minus", _cell("enrollment", 3, "pupils", "－２"), "enrollment.csv", "pupils", (3,),
          "-2; a count of pupils is a whole number, 0 or more"),
    Fault("non-finite count", _cell("children", 3, "children", "inf"), "children.csv", "children", (3,),
          "'inf'; a number of children is 0 or more; leave the cell empty if the number is unknown"),
    Fault("not a number", _cell("births", 3, "births", "n/a"), "births.csv", "births", (3,), "'n/a'"),
    Fault("half a pupil", _cell("enrollment", 3, "pupils", "40.5"), "enrollment.csv", "pupils", (3,),
          "a count of pupils is a whole number"),
    Fault("an empty key", _cell("enrollment", 3, "grade", ""), "enrollment.csv", "grade", (3,), "the cell is empty"),
    Fault("duplicated key", _double_row, "enrollment.csv", "year, school, grade, status", (3, 44),
          "year 2024, school S1, grade 1 and status migrant occurs more than once"),
    Fault("gap in years", _without_year("enrollment", "2025"), "enrollment.csv", "year", (),
          "the year 2025 is missing between 2024 and 2026"),
    Fault("an absent row", _without_row("children", 2), "children.csv", "year, catchment, age, status", (),
          "there is no row for year 2024, catchment 007, age 0 and status local; unknown is not zero"),
    Fault("an absent status", _without_row("enrollment", 3), "enrollment.csv", "year, school, grade, status", (),
          "there is no row for year 2024, school S1, grade 1 and status migrant"),
    Fault("year in words", _cell("budget", 2, "year", "next"), "budget.csv", "year", (2,),
          "a school year is written as its first calendar year"),
    Fault("total row", _appended("enrollment", "2026", "合 计", "1", "local", "999"), "enrollment.csv", "school",
          (44,), "'合 计' is a row of totals; each row states one fact; delete the row"),
    Fault("missing column", _renamed("enrollment", "pupils", "pupil"), "enrollment.csv", "pupils", (),
          "the column 'pupils' is missing; Pupils at the autumn count; did you mean 'pupil'?"),
    Fault("two columns of one name", _renamed("migration", "departures", "arrivals"), "migration.csv", "arrivals",
          (1,), "two columns are named 'arrivals'"),
    Fault("unquoted comma", _appended("budget", "2029", "7", "000", "20"), "budget.csv", "", (4,),
          "4 cells; the header has 3"),
    Fault("identity number", lambda s: s.add_column("children", "code", "110101199003074514"), "children.csv",
          "code", tuple(range(2, 38)), "the column looks like identity numbers"),
    Fault("identity header", lambda s: s.add_column("enrollment", "身份证号", ""), "enrollment.csv", "身份证号", (),
          "nothing in them points to a person"),
    Fault("mobile number", lambda s: s.set("schools", 3, "name", "Hill 13812345678"), "schools.csv", "name", (3,),
          "the column looks like telephone numbers"),
    Fault("names of persons", lambda s: s.add_column("enrollment", "Student_Name", "x"), "enrollment.csv",
          "Student_Name", (), "names or numbers of persons"),
    Fault("shares", _cell("tiers", 3, "share", "0.5"), "tiers.csv", "share", (3, 4),
          "the shares of migrant add up to 0.9"),
    Fault("tier without children", _empty_tier, "tiers.csv", "share", (4,), "a tier without children"),
    Fault("teachers without a standard", _one("seats", "teachers", "20"), "seats.csv", "teachers", (2,),
          "the stage primary has no pupils_per_teacher"),
    Fault("building without rooms", _building_without_rooms, "seats.csv", "rooms", (2,),
          "building main has the rooms none"),
    Fault("end before the beginning", _one("seats", "until", "1990"), "seats.csv", "until", (2,),
          "ends before it begins"),
    Fault("unknown tie", _toml("[seeking]", '[admission]\ntie = "age"\n\n[seeking]'), "bureau.toml",
          "admission.tie", (), 'is "lot" or "distance"'),
    Fault("share above one", _cell("tiers", 2, "share", "1.2"), "tiers.csv", "share", (2,),
          "1.2; a share lies between 0 and 1"),
    Fault("excluded option", _option(3, excludes="N11"), "options.csv", "excludes", (3,),
          "'N11' is not an option; did you mean 'N1'?"),
    Fault("unknown event", _event(event="split"), "events.csv", "event", (3,), "'split' is not among the codes"),
    Fault("merger into nothing", _event(others=""), "events.csv", "others", (3,),
          "it is empty for an event of the kind merge"),
    Fault("merger into an unknown school", _event(others="S2;S11"), "events.csv", "others", (3,),
          "'S11' is not in the table of schools"),
    Fault("merger with itself", _event(others="S1"), "events.csv", "others", (3,), "the event names its own school"),
    Fault("opening without grades", _event(event="open", others=""), "events.csv", "to_grade", (3,),
          "such an event needs it"),
    Fault("grades turned round", _event(event="change_grades", from_grade="6", to_grade="1"), "events.csv",
          "from_grade", (3,), "the lower grade comes first"),
    Fault("boundary of more than all", _event(event="move_boundary", share="1.4"), "events.csv", "share", (3,),
          "a share lies between 0 and 1"),
    Fault("fewer than none registered", _registered, "registrations.csv", "registered", (2,),
          "a count of pupils is a whole number, 0 or more"),
    Fault("option of itself", _option(2, requires="N1"), "options.csv", "requires", (2,), "the option names itself"),
    Fault("option kind", _option(2, kind="newschool"), "options.csv", "kind", (2,), "did you mean 'new_school'?"),
    Fault("option without place", _option(2, lon=""), "options.csv", "lon", (2,),
          "it is empty for an option of the kind new_school"),
    Fault("option without school", _option(3, school=""), "options.csv", "school", (3,), "such an option needs it"),
    Fault("option at an unknown school", _option(3, school="S11"), "options.csv", "school", (3,),
          "did you mean 'S1'?"),
    Fault("option at a private school", _option(3, school="P1"), "options.csv", "school", (3,),
          "school P1 is private; seats are bought at private schools, which can be made public"),
    Fault("purchase at a public school", _option(3, kind="purchase"), "options.csv", "school", (3,),
          "school S1 is public; seats are bought at private schools"),
    Fault("merger into nowhere", _option(3, kind="merge"), "options.csv", "to_school", (3,), "such an option needs it"),
    Fault("school merged into itself", _option(3, kind="merge", to_school="S1"), "options.csv", "to_school", (3,),
          "a school cannot be merged into itself"),
    Fault("merger into a private school", _option(3, kind="merge", to_school="P1"), "options.csv", "to_school", (3,),
          "school P1 is private"),
    Fault("merger into an unknown school", _option(3, kind="merge", to_school="S11"), "options.csv", "to_school", (3,),
          "did you mean 'S1'?"),
    Fault("shared by nobody", _option(3, kind="pool"), "options.csv", "catchments", (3,), "such an option needs it"),
    Fault("shared by one", _option(3, kind="pool", catchments="007"), "options.csv", "catchments", (3,),
          "007 alone shares no school; two or more are named, joined by ;"),
    Fault("shared with an unknown catchment", _option(3, kind="pool", catchments="007;12"), "options.csv",
          "catchments", (3,), "'12' is not a catchment of the study area; did you mean '012'?"),
    Fault("more than all of the cost", _option(3, spread="0.5;0.6"), "options.csv", "spread", (3,),
          "the shares add up to 1.1; shares of the cost are 0 or more and add up to 1, such as 0.3;0.7"),
    Fault("a cost in words", _option(3, spread="half;half"), "options.csv", "spread", (3,), "'half;half'"),
    Fault("surely late", _option(3, late_chance="2"), "options.csv", "late_chance", (3,),
          "a share lies between 0 and 1"),
    Fault("no year to open", _option(3, ramp_years="0"), "options.csv", "ramp_years", (3,), "it must be at least 1"),
    Fault("both ways", _option(3, requires="N1"), "options.csv", "requires", (3,),
          "it excludes N1 and requires it; keep one of the two"),
    Fault("rebuilding at no loss", _option(3, kind="rebuild"), "options.csv", "lost_seats", (3,),
          "it is empty for an option of the kind rebuild"),
    Fault("option for another stage", _option(3, stage="junior"), "options.csv", "stage", (3,),
          "school S1 does not teach the stage junior"),
    Fault("seats of another stage", _cell("seats", 2, "stage", "junior"), "seats.csv", "stage", (2,),
          "school S1 does not teach the stage junior"),
    Fault("seats unknown", _cell("seats", 2, "classes", ""), "seats.csv", "seats", (2,), "the seats are unknown"),
    Fault("grade of another stage", _cell("schools", 3, "stages", "primary"), "enrollment.csv", "grade",
          (10, 11, 24, 25, 38, 39), "school S2 does not teach the stage junior"),
    Fault("stage of a school", _cell("schools", 2, "stages", "primary+middle"), "schools.csv", "stages", (2,),
          "'middle' is not a stage of schooling in bureau.toml; known are junior and primary"),
    Fault("sector", _cell("schools", 4, "sector", "privat"), "schools.csv", "sector", (4,), "did you mean 'private'?"),
    Fault("unreached school", lambda s: s.tables["serves"].__setitem__(1, ["012", "S1", "junior", "2", ""]),
          "schools.csv", "school", (2,), "no catchment reaches school S1 for the stage primary"),
    Fault("catchment without a school", _without_row("serves", 4), "serves.csv", "catchment", (),
          "no school of the stage junior serves catchment 007"),
    Fault("private school served", _cell("serves", 3, "school", "P1"), "serves.csv", "school", (3,),
          "school P1 is private"),
    Fault("no seats", lambda s: s.tables.update(seats=[r for r in s.tables["seats"] if r[1] != "S1"]), "seats.csv",
          "school", (), "school S1 has no seats for the stage primary"),
    Fault("pupils in a closed school", _cell("schools", 4, "closes", "2026"), "enrollment.csv", "year",
          (40, 41, 42, 43), "school P1 closes in 2026; a closed school has no pupils"),
    Fault("catchment of a shape", lambda s: s.shapes["features"][0]["properties"].update(catchment="7"),
          "catchments.geojson", "catchment", (1,), "did you mean '007'?"),
    Fault("missing shape", lambda s: s.shapes["features"].pop(), "catchments.geojson", "catchment", (),
          "catchment '012' has no shape"),
    Fault("open ring", _open_ring, "catchments.geojson", "geometry", (1,), "a ring of '007' is not closed"),
    Fault("projected shape", _move_ring, "catchments.geojson", "geometry", (2,), "export the layer in EPSG:4326"),
    Fault("crossing outline", lambda s: _corners(s, [(120, 30), (120.01, 30.01), (120.01, 30), (120, 30.01)]),
          "catchments.geojson", "geometry", (1,), "the outline of '007' crosses itself, at 120.00500, 30.00500"),
    Fault("overlapping shapes", lambda s: _corners(s, [(120, 30), (120.012, 30), (120.012, 30.01), (120, 30.01)]),
          "catchments.geojson", "geometry", (1, 2), "a child lives in one catchment; give the ground to one"),
    Fault("catchment off the map", lambda s: _points(s, "121.5", "30.005"), "catchments.csv", "lon", (2,),
          "lies off the map; the point of a catchment lies on the map; check lon and lat"),
    Fault("coordinate system", lambda s: setattr(s, "toml", s.toml + '[tables.geometry]\nfile = "catchments.geojson"\n'
          'crs = "Mars"\n'), "bureau.toml", "tables.geometry.crs", (), "'Mars' is not known; write WGS84, CGCS2000"),
    Fault("some ranks empty", _cell("serves", 3, "rank", ""), "serves.csv", "rank", (3,),
          "ranks are given in every row, or in none"),
    Fault("feeds no school", lambda s: _fed(s, "S9"), "schools.csv", "feeds", (2,),
          "'S9' is not in the table of schools"),
    Fault("feeds a private school", lambda s: _fed(s, "P1"), "schools.csv", "feeds", (2,),
          "school S1 feeds P1, which teaches no later stage or is private"),
    Fault("school that no catchment reaches", _remote, "schools.csv", "school", (2,),
          "no catchment reaches school S1 for the stage primary; without the table `serves` a school is open to"),
    Fault("missing table", lambda s: s.tables.pop("seats"), "seats.csv", "", (), "the table seats is missing"),
    Fault("empty table", lambda s: s.tables.update(schools=s.tables["schools"][:1]), "schools.csv", "", (),
          "the table schools has no rows"),
    Fault("key of bureau.toml", _toml("horizon = 3", "horison = 3"), "bureau.toml", "bureau.horison", (),
          "'horison' is not a key of [bureau]; did you mean 'horizon'?"),
    Fault("kind in bureau.toml", _toml("horizon = 3", 'horizon = "3"'), "bureau.toml", "bureau.horizon", (),
          "a value such as 8 is expected"),
    Fault("grades of a stage", _toml("grades = [1, 2]", "grades = [1, 3]"), "bureau.toml", "stage.grades", (),
          "consecutive"),
    Fault("unnamed definition", _toml('migrant = "registered in another county"', 'migrant = ""'), "bureau.toml",
          "definition.migrant", (), "the definition of a migrant child is missing"),
    Fault("day that is not", _toml("horizon = 3", 'horizon = 3\ncutoff = "02-31"'), "bureau.toml", "bureau.cutoff", (),
          "a cut-off date is written month-day"),
    Fault("file of a table", lambda s: setattr(s, "toml", s.toml + '[tables.births]\nfile = "birth.csv"\n'),
          "birth.csv", "", (), "did you mean 'births.csv'?"),
    Fault("line of bureau.toml", _toml("horizon = 3", "horizon = = 3"), "bureau.toml", "", (6,),
          "the line cannot be read: Invalid value"),
    Fault("names in a table of counts", lambda s: _beside(s, "children", "name", "Zhang San"), "children.csv", "name",
          (), "the column looks like names or numbers of persons"),
    Fault("title above the headings", lambda s: _titled(s, "births"), "births.csv", "Births", (1,), "header = 2"),
    Fault("column of a mapping", lambda s: setattr(s, "toml", s.toml + '[tables.births]\nfile = "births.csv"\n'
          'columns = { births = "birth" }\n'), "births.csv", "birth", (), "did you mean 'births'?"),
]  # fmt: skip


def problems_of(small) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as refusal:
        read_inputs(small.write())
    return refusal.value.problems


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_named_by_file_column_and_row_with_its_rule_and_remedy(small, fault):
    fault.spoil(small)

    problems = problems_of(small)

    found = [(p.file, p.column, p.rows) for p in problems if fault.says in str(p)]
    assert (fault.file, fault.column, fault.rows) in found, "\n".join(map(str, problems))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_message_is_chinese_where_chinese_is_spoken(small, fault):
    fault.spoil(small)

    with speaking("zh"):
        problems = problems_of(small)
        text = str(InputError(problems))

    told = next(p for p in problems if p.file == fault.file and p.column == fault.column)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told.found + told.rule + told.remedy)
    assert text.startswith("输入数据有")


def test_all_problems_of_all_files_come_at_once_and_each_once(small):
    small.set("children", 3, "catchment", "0012")
    small.set("children", 4, "children", "-2")
    small.set("births", 2, "births", "many")
    small.set("tiers", 3, "share", "0.5")
    small.toml = small.toml.replace("horizon", "horizn")

    message = str(InputError(problems_of(small)))

    assert message.splitlines()[0] == "5 problems in the inputs"
    assert [line for line in message.splitlines() if line.endswith((".csv", ".toml"))] == [
        "bureau.toml", "children.csv", "births.csv", "tiers.csv",
    ]  # fmt: skip
    assert "  children · row 4: -2; a number of children is 0 or more." in message


def test_many_rows_with_one_fault_are_one_line(small):
    small.tables["migration"][1:] = [[*row[:4], "?", row[5]] for row in small.tables["migration"][1:]]

    (problem,) = problems_of(small)

    assert str(problem).startswith("arrivals · 36 rows, first 2, 3, 4, 5 and 6: '?'; a number of children is 0 or more")


def test_an_encoding_that_cannot_be_read_is_refused_with_the_encodings_tried(small):
    folder = small.write()
    (folder / "catchments.csv").write_bytes("catchment,district,name\n007,East,Ü\n".encode("utf-16"))

    with pytest.raises(InputError, match="none of the encodings utf-8-sig, utf-8, gb18030; save it as CSV UTF-8"):
        read_inputs(folder)


def test_a_missing_key_column_is_told_once_not_as_rows_that_occur_again(small):
    _renamed("enrollment", "school", "academy")(small)

    told = [str(problem) for problem in problems_of(small) if problem.file == "enrollment.csv"]

    assert len([line for line in told if "the column 'school' is missing" in line]) == 1, told
    assert not [line for line in told if "more than once" in line], told


def test_of_many_known_names_the_first_are_shown():
    known = [f"S{n:02d}" for n in range(1, 16)]

    assert did_you_mean("Harbor", known).endswith("S11, S12 and 3 more")
