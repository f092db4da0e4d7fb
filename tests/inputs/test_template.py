"""The empty bureau follows from the declarations."""

from __future__ import annotations

import csv
from dataclasses import fields

import pytest

from seatcast.inputs.bureau import read_bureau
from seatcast.inputs.mapping import Mapping
from seatcast.inputs.read import read_inputs
from seatcast.inputs.schema import InputError
from seatcast.inputs.tables import TABLES
from seatcast.inputs.template import write_template


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_template_holds_every_table_column_and_key(tmp_path, language):
    files = write_template(tmp_path / "new", language)

    assert {file.name for file in files} == {"bureau.toml", "README.md", *(f"{name}.csv" for name in TABLES)}
    readme = (tmp_path / "new" / "README.md").read_text("utf-8")
    for table in TABLES.values():
        with (tmp_path / "new" / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert list(csv.reader(file)) == [list(table.names)]
        assert all(f"| {name} |" in readme for name in table.names)
    text = (tmp_path / "new" / "bureau.toml").read_text("utf-8")
    assert all(f"\n# {field.name} = " in text for field in fields(Mapping))
    assert ("片区" in readme) == (language == "zh")


def test_the_template_asks_only_for_what_must_be_filled_in(tmp_path):
    write_template(tmp_path / "new")

    _bureau, problems = read_bureau(tmp_path / "new")
    with pytest.raises(InputError) as refusal:
        read_inputs(tmp_path / "new")

    assert [problem.column for problem in problems] == ["definition.migrant"]
    assert [problem.file for problem in refusal.value.problems] == [
        "bureau.toml", "bureau.toml", "catchments.csv", "schools.csv", "seats.csv",
    ]  # fmt: skip


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "seats.csv").write_text("mine", "utf-8")

    with pytest.raises(FileExistsError, match=r"already holds seats\.csv; choose another folder"):
        write_template(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["seats.csv"]
