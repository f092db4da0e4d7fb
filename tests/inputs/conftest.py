"""A small bureau without fault, to be written, spoilt and read."""

from __future__ import annotations

import csv
import json
from itertools import product
from pathlib import Path

import pytest

TOML = """
[bureau]
name = "Two Banks"
name_zh = "两岸区"
invented = true
horizon = 3

[definition]
migrant = "registered in another county"

[money]
unit = "10,000 yuan"

[[stage]]
stage = "primary"
name = "primary"
grades = [1, 2]
entry_age = 6
class_size = 45
travel_limit = 2000

[[stage]]
stage = "junior"
name = "junior"
grades = [3]
entry_age = 8
class_size = 50
travel_limit = 3000

[[status]]
status = "local"
name = "local"

[[status]]
status = "migrant"
name = "migrant"

[seeking]
local = 1.0
migrant = 0.9
"""

YEARS = ("2024", "2025", "2026")
CATCHMENTS = ("007", "012")
STATUSES = ("local", "migrant")
GRADES = {"S1": ("1", "2"), "S2": ("1", "2", "3"), "P1": ("1", "2")}


def _square(catchment: str, west: float) -> dict:
    ring = [[west, 30.0], [west + 0.01, 30.0], [west + 0.01, 30.01], [west, 30.01], [west, 30.0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"catchment": catchment}, "geometry": geometry}


class SmallBureau:
    """The tables as lists of rows, header first: change them, then `write`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.toml = TOML
        self.shapes = {"type": "FeatureCollection", "features": [_square("007", 120.0), _square("012", 120.01)]}
        places = list(product(YEARS, CATCHMENTS, ("0", "5", "6"), STATUSES))
        rolls = [(y, s, g, t) for y in YEARS for s, grades in GRADES.items() for g in grades for t in STATUSES]
        self.tables: dict[str, list[list[str]]] = {
            "catchments": [
                ["catchment", "district", "name", "name_zh"],
                ["007", "East", "Harbor", "港口"],
                ["012", "East", "Hill", "山"],
            ],
            "schools": [
                ["school", "name", "name_zh", "sector", "stages", "catchment", "lon", "lat", "opened", "closes"],
                ["S1", "Harbor School", "港口小学", "public", "primary", "007", "120.005", "30.005", "", ""],
                ["S2", "Hill School", "山上学校", "public", "primary+junior", "012", "120.015", "30.005", "", ""],
                ["P1", "Sunrise School", "朝阳小学", "private", "primary", "012", "120.016", "30.005", "", ""],
            ],
            "seats": [
                ["year", "school", "stage", "classes", "class_size", "intake_classes"],
                *(
                    [y, s, t, "4", "45", "2"]
                    for y in YEARS
                    for s, t in (("S1", "primary"), ("S2", "primary"), ("S2", "junior"))
                ),
            ],
            "enrollment": [
                ["year", "school", "grade", "status", "pupils"],
                *([*key, str(40 + 3 * n % 7)] for n, key in enumerate(rolls)),
            ],
            "children": [
                ["year", "catchment", "age", "status", "children"],
                *([*key, str(50 + n % 9)] for n, key in enumerate(places)),
            ],
            "births": [
                ["year", "catchment", "births"],
                *([y, c, "60"] for y in YEARS for c in CATCHMENTS),
            ],
            "migration": [
                ["year", "catchment", "age", "status", "arrivals", "departures"],
                *([*key, "5", "3"] for key in places),
            ],
            "serves": [
                ["catchment", "school", "stage", "rank", "metres"],
                ["007", "S1", "primary", "1", "300"],
                ["007", "S2", "primary", "2", "1200"],
                ["007", "S2", "junior", "1", "1200"],
                ["012", "S2", "primary", "1", "250"],
                ["012", "S2", "junior", "1", "250"],
            ],
            "tiers": [
                ["tier", "status", "share", "name", "name_zh"],
                ["1", "local", "1", "registered here", "人户一致"],
                ["2", "migrant", "0.6", "with permit", "居住证"],
                ["3", "migrant", "0.4", "others", "其他"],
            ],
            "options": [
                [
                    *("option", "name", "kind", "stage", "school", "catchment", "lon", "lat", "seats", "from_stage"),
                    *("cost", "running_cost", "lead_years", "life_years", "teachers", "excludes", "requires"),
                ],
                [
                    *("N1", "New school", "new_school", "primary", "", "007", "120.003", "30.003", "540", ""),
                    *("9000", "900", "3", "50", "30", "E1", ""),
                ],
                [
                    *("E1", "Wing", "extension", "primary", "S1", "", "", "", "180", ""),
                    *("1200", "300", "1", "40", "9", "N1", ""),
                ],
            ],
            "budget": [["year", "budget", "teachers"], ["2027", "5000", "20"], ["2028", "6000", "20"]],
        }

    def column(self, table: str, name: str) -> int:
        return self.tables[table][0].index(name)

    def set(self, table: str, row: int, name: str, value: str) -> None:
        """Change a cell; the header is row 1."""
        self.tables[table][row - 1][self.column(table, name)] = value

    def get(self, table: str, row: int, name: str) -> str:
        return self.tables[table][row - 1][self.column(table, name)]

    def drop_column(self, table: str, name: str) -> None:
        position = self.column(table, name)
        for row in self.tables[table]:
            del row[position]

    def add_column(self, table: str, name: str, value: str) -> None:
        for number, row in enumerate(self.tables[table]):
            row.append(value if number else name)

    def write(self, encoding: str = "utf-8") -> Path:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "bureau.toml").write_text(self.toml, "utf-8")
        (self.folder / "catchments.geojson").write_text(json.dumps(self.shapes), "utf-8")
        for name, rows in self.tables.items():
            with (self.folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
                csv.writer(file).writerows(rows)
        return self.folder


@pytest.fixture
def small(tmp_path: Path) -> SmallBureau:
    return SmallBureau(tmp_path / "bureau")
