"""A good bureau reads, whatever the order of rows and columns, the encoding and the kind of file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatcast.inputs.read import Inputs, read_inputs
from seatcast.inputs.schema import InputError

FRAMES = ("enrollment", "children", "births", "migration", "seats", "options", "budget")


def assert_equal(one: Inputs, other: Inputs) -> None:
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    for name in ("catchments", "schools", "reach", "tiers"):
        pd.testing.assert_frame_equal(getattr(one.area, name), getattr(other.area, name))
    assert one.geometry == other.geometry
    assert (one.horizon, one.base_year, one.area.seeking) == (other.horizon, other.base_year, other.area.seeking)


def test_a_good_bureau_reads(small):
    inputs = read_inputs(small.write())

    assert inputs.base_year == 2026
    assert inputs.missing() == ("events", "registrations")
    assert inputs.horizon == 3
    assert inputs.area.tiers["tier"].tolist() == ["1 local", "2 migrant", "3 migrant"]
    assert inputs.area.schools.loc["S2", "stages"] == ("primary", "junior")
    assert inputs.seats["seats"].eq(180).all()
    assert inputs.area.catchments.loc["012", "lon"] == pytest.approx(120.015)
    assert [feature["properties"] for feature in inputs.geometry["features"]] == [
        {"catchment": "007"}, {"catchment": "012"},
    ]  # fmt: skip
    assert {source.table for source in inputs.sources} >= {"catchments", "seats", "geometry"}
    assert all(len(source.sha256) == 64 for source in inputs.sources)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_is_irrelevant(small, random):
    before = {name: [list(row) for row in rows] for name, rows in small.tables.items()}
    expected = read_inputs(small.write())
    for rows in small.tables.values():
        order = list(range(len(rows[0])))
        random.shuffle(order)
        body = [[row[i] for i in order] for row in rows[1:]]
        random.shuffle(body)
        rows[:] = [[rows[0][i] for i in order], *body]
    random.shuffle(small.shapes["features"])

    assert_equal(read_inputs(small.write()), expected)

    small.tables = before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encoding_is_found_and_told(small, encoding):
    inputs = read_inputs(small.write(encoding))

    assert inputs.area.catchments.loc["007", "name_zh"] == "港口"
    assert {s.encoding for s in inputs.sources if s.table == "schools"} == {encoding}


def test_full_width_digits_and_thousands_separators_are_understood(small):
    expected = read_inputs(small.write())
    small.set("options", 2, "cost", "９，０００")
    small.set("children", 2, "children", "５０")
    small.set("budget", 2, "year", "2027/28")
    small.set("tiers", 3, "share", "60%")

    assert_equal(read_inputs(small.write()), expected)


def test_an_empty_cell_is_unknown_and_zero_is_none(small):
    small.set("enrollment", 2, "pupils", "")
    small.set("enrollment", 3, "pupils", "0")

    pupils = read_inputs(small.write()).enrollment.set_index(["year", "school", "grade", "status"])["pupils"]

    assert pd.isna(pupils[2024, "S1", 1, "local"])
    assert pupils[2024, "S1", 1, "migrant"] == 0


def test_a_gzipped_table_reads_as_the_plain_one(small):
    expected = read_inputs(small.write())
    plain = small.folder / "children.csv"
    (small.folder / "children.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()

    assert_equal(read_inputs(small.folder), expected)


def test_a_workbook_with_merged_headers_and_cells_reads_as_the_table(small):
    openpyxl = pytest.importorskip("openpyxl")
    expected = read_inputs(small.write())
    (small.folder / "migration.csv").unlink()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Movers of the district", None, None, None, None, None])
    sheet.append(["year", "catchment", "age", "status", "moves", None])
    sheet.append([None, None, None, None, "in", "out"])
    for row in small.tables["migration"][1:]:
        sheet.append([int(row[0]), *row[1:4], int(row[4]), int(row[5])])
    for column in "ABCD":
        sheet.merge_cells(f"{column}2:{column}3")
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("E2:F2")
    sheet.merge_cells("B4:B9")
    book.save(small.folder / "movers.xlsx")
    small.toml += (
        '[tables.migration]\nfile = "movers.xlsx"\nheader = [2, 3]\n'
        'columns = { arrivals = "moves in", departures = "moves out" }\n'
    )
    (small.folder / "bureau.toml").write_text(small.toml, "utf-8")

    assert_equal(read_inputs(small.folder), expected)

    sheet.merge_cells("E4:E5")
    book.save(small.folder / "movers.xlsx")
    with pytest.raises(InputError, match=r"moves in · row 5: the cell is merged; a number merged over several rows"):
        read_inputs(small.folder)


def test_files_of_a_mapping_are_found_below_the_folder_of_the_data(small, tmp_path):
    expected = read_inputs(small.write())
    data = tmp_path / "data" / "registry"
    data.mkdir(parents=True)
    (small.folder / "births.csv").rename(data / "export.csv")
    small.toml += '[tables.births]\nfile = "registry/export.csv"\n'
    (small.folder / "bureau.toml").write_text(small.toml, "utf-8")

    assert_equal(read_inputs(small.folder, data=tmp_path / "data"), expected)
    with pytest.raises(InputError, match=r"export.csv\n  no such file"):
        read_inputs(small.folder)


def test_a_bureau_that_tells_no_statuses_apart_has_one_tier(small):
    start, end = small.toml.index("[[status]]"), small.toml.index("[seeking]")
    small.toml = small.toml[:start]
    assert end > start
    for table in ("enrollment", "children", "migration"):
        small.tables[table] = [row for row in small.tables[table] if "migrant" not in row]
        small.drop_column(table, "status")
    del small.tables["tiers"]

    area = read_inputs(small.write()).area

    assert [status.status for status in area.statuses] == ["all"]
    assert area.tiers[["tier", "order", "share"]].to_numpy().tolist() == [["1 all", 1, 1.0]]
    assert area.seeking == {"all": 1.0}


def test_what_is_missing_is_said(small):
    for table in ("children", "migration", "options", "budget", "serves"):
        del small.tables[table]

    inputs = read_inputs(small.write())

    assert inputs.missing() == ("children", "migration", "serves", "options", "budget", "events", "registrations")
    assert inputs.children is None


def test_no_folder_is_told_without_a_traceback_of_another_kind(tmp_path: Path):
    with pytest.raises(InputError, match=r"bureau.toml\n  no such file in"):
        read_inputs(tmp_path / "nowhere")
