"""The workbook as it is seen: numbers under their headings, long texts whole, notes that say what a blank is."""

from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from seatcast.reporting.content import Column, Content, Section, Table
from seatcast.reporting.xlsx import WIDEST, to_xlsx

LONG = "Elm, Oak, Ash, Birch, Maple, Willow, Poplar, Rowan, Hazel, Linden and Hornbeam"


@pytest.fixture(scope="module")
def book():
    frame = pd.DataFrame({"year": [2027], "seats": [1234.4], "schools": [LONG], "share": [None]})
    columns = (
        Column("year", "year", "year"), Column("seats", "seats that nobody takes at all", "count"),
        Column("schools", "schools"), Column("share", "share", "share"),
    )  # fmt: skip
    table = Table("t", "Seats", columns, frame, notes=("A note " * 30,), number=1)
    content = Content("Report", "", (), (Section("s", "Section", (table,)),), "en")
    return openpyxl.load_workbook(BytesIO(to_xlsx(content)))


def test_headings_stand_over_their_columns(book):
    heads, row = list(book["1 t"].iter_rows(min_row=4, max_row=5))

    assert [cell.alignment.horizontal for cell in row] == ["left", "right", "left", "right"]
    assert [cell.alignment.horizontal or "left" for cell in heads] == ["left", "right", "left", "right"]
    assert row[2].alignment.indent == heads[2].alignment.indent == 1  # clear of the number before it


def test_a_long_heading_and_a_long_text_take_lines_instead_of_width(book):
    sheet = book["1 t"]

    assert sheet.column_dimensions["B"].width < len("seats that nobody takes at all")
    assert sheet.column_dimensions["C"].width <= WIDEST + 1
    for row in (4, 5):
        assert sheet.row_dimensions[row].height >= 2 * 15


def test_the_notes_say_first_what_an_empty_cell_is_and_are_high_enough(book):
    notes = book["Notes"]

    assert notes["B3"].value == "A cell is empty where paper has –: not known, or it does not apply."
    assert notes.row_dimensions[4].height >= 2 * 15
    assert book["1 t"]["D5"].value is None
