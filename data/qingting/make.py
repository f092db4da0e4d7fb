"""Make the bundled bureau: Qingting District (清汀区), an invented district of a receiving city.

    python data/qingting/make.py [FOLDER]

writes every table of the bureau, and the map, into FOLDER (the folder of this script by default). The seed is fixed
and only square roots and sums are taken of random numbers, so the files are the same bytes on every machine.
What each number is calibrated on stands in README.md, beside this script.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
from make_map import DISTRICTS, Catchment, degrees, draw_map, geojson
from make_people import AGES, FIRST, LAST, START, STATUSES, Population, populate
from make_plans import BUDGET, Rows, option_rows
from make_rolls import TIERS, Rolls, enroll
from make_schools import CLASS_SIZE, GRADES, School, Seats, build, found_schools, serving

SEED = 2026
OPTION_COLUMNS = (
    "option name name_zh kind stage school catchment lon lat seats from_stage cost running_cost lead_years life_years "
    "teachers excludes requires responsible responsible_zh"
)
FIRST_BIRTHS = 2008  # so that every cohort of the record's first grades has its births


def stream(name: str) -> np.random.Generator:
    """Return the random numbers of one subject; a change in one leaves the others as they are."""
    return np.random.Generator(np.random.PCG64([SEED, *name.encode()]))


def write(path: Path, header: str, rows: Rows) -> None:
    """Write one table: UTF-8, line feeds, blanks for what does not apply."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header.split())
        table.writerows(rows)


def catchment_rows(catchments: list[Catchment]) -> Rows:
    """Return the catchments with their representative points."""
    return [[c.catchment, DISTRICTS[c.district][0], c.name, c.name_zh, *degrees(c.site)] for c in catchments]


def school_rows(schools: list[School]) -> Rows:
    """Return the schools; `closes` is the first school year without pupils."""
    return [
        [s.school, s.name, s.name_zh, s.sector, "+".join(s.stages), s.catchment, *degrees(s.site), s.opened, s.closes]
        for s in schools
    ]


def seat_rows(seats: Seats) -> Rows:
    """Return classes by year, school and stage."""
    keys = sorted((year, school, list(GRADES).index(stage), stage) for school, stage, year in seats)
    return [
        [year, school, stage, n := seats[school, stage, year], CLASS_SIZE[stage], n // GRADES[stage]]
        for year, school, _, stage in keys
    ]


def enrollment_rows(schools: list[School], rolls: Rolls) -> Rows:
    """Return pupils by year, school, grade and status, for schools open that year."""
    pupils = rolls.pupils.sum(axis=2)
    grades = {"primary": range(6), "junior": range(6, 9)}
    return [
        [FIRST + t, s.school, g + 1, status, int(pupils[t, i, g, k])]
        for t in range(LAST - FIRST + 1)
        for i, s in enumerate(schools)
        if s.open_in(FIRST + t)
        for stage in s.stages
        for g in grades[stage]
        for k, status in enumerate(STATUSES)
    ]


def child_rows(catchments: list[Catchment], people: Population) -> Rows:
    """Return the recorded children by year, catchment, age and status."""
    return [
        [year, c.catchment, a, status, int(people.recorded[year - START, i, a, k])]
        for year in range(FIRST, LAST + 1)
        for i, c in enumerate(catchments)
        for a in range(AGES)
        for k, status in enumerate(STATUSES)
    ]


def birth_rows(catchments: list[Catchment], people: Population) -> Rows:
    """Return the recorded births by year, catchment and status."""
    return [
        [year, c.catchment, status, int(people.recorded_births[year - START, i, k])]
        for year in range(FIRST_BIRTHS, LAST + 1)
        for i, c in enumerate(catchments)
        for k, status in enumerate(STATUSES)
    ]


def migration_rows(catchments: list[Catchment], people: Population) -> Rows:
    """Return arrivals and departures by year, catchment, age and status."""
    return [
        [
            year,
            c.catchment,
            a,
            status,
            int(people.arrivals[year - START, i, a, k]),
            int(people.departures[year - START, i, a, k]),
        ]
        for year in range(FIRST + 1, LAST + 1)
        for i, c in enumerate(catchments)
        for a in range(AGES)
        for k, status in enumerate(STATUSES)
    ]


def make(folder: Path) -> None:
    """Write all tables and the map into `folder`."""
    catchments = draw_map(stream("map"))
    people = populate(stream("people"), [c.district for c in catchments], [c.catchment for c in catchments])
    schools = found_schools(stream("schools"), catchments)
    serves = serving(catchments, schools)
    seats = build(catchments, schools, serves, people)
    rolls = enroll(stream("rolls"), catchments, schools, serves, seats=seats, people=people)
    last = {
        (s.school, stage): int(rolls.pupils[-1, i, :, grades].sum())
        for i, s in enumerate(schools)
        for stage, grades in (("primary", slice(0, 6)), ("junior", slice(6, 9)))
    }
    tables: dict[str, tuple[str, Rows]] = {
        "catchments": ("catchment district name name_zh lon lat", catchment_rows(catchments)),
        "schools": ("school name name_zh sector stages catchment lon lat opened closes", school_rows(schools)),
        "seats": ("year school stage classes class_size intake_classes", seat_rows(seats)),
        "enrollment": ("year school grade status pupils", enrollment_rows(schools, rolls)),
        "children": ("year catchment age status children", child_rows(catchments, people)),
        "births": ("year catchment status births", birth_rows(catchments, people)),
        "migration": ("year catchment age status arrivals departures", migration_rows(catchments, people)),
        "serves": (
            "catchment school stage rank metres",
            [
                [c, school, stage, rank + 1, way]
                for (c, stage), row in serves.items()
                for rank, (school, way) in enumerate(row)
            ],
        ),
        "tiers": ("tier status share name name_zh", [list(row) for row in TIERS]),
        "options": (
            OPTION_COLUMNS,
            option_rows(catchments, schools, last),
        ),
        "budget": ("year budget teachers", [[year, *row] for year, row in BUDGET.items()]),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in tables.items():
        write(folder / f"{name}.csv", header, rows)
    text = json.dumps(geojson(catchments), ensure_ascii=False, separators=(",", ":"))
    text = text.replace('{"type":"Feature"', '\n{"type":"Feature"')  # one catchment a line
    (folder / "catchments.geojson").write_bytes((text + "\n").encode("utf-8"))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
