"""The door of disclosure: no small number of people passes it, in any face, nor follows from what does."""

from dataclasses import replace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from reporting.reading import numbers_in
from reporting.small_bureau import inputs, results
from seatcast.reporting import Report
from seatcast.reporting.cells import Hidden
from seatcast.reporting.content import Column, Content, Section, Table
from seatcast.reporting.disclosure import guarded, people
from seatcast.reporting.docx import to_docx
from seatcast.reporting.html import to_html
from seatcast.reporting.pdf import to_pdf
from seatcast.reporting.xlsx import to_xlsx

COLUMNS = (
    Column("place", "place"),
    Column("all", "all", "count", people=True, adds=True),
    Column("local", "local", "count", people=True, total="all"),
    Column("migrant", "migrant", "count", people=True, total="all"),
    Column("part", "part", "share", of=("migrant", "all")),
    Column("seats", "seats", "count"),
)
counts = st.tuples(st.integers(0, 12), st.integers(0, 12))


def table(rows, **changes):
    frame = pd.DataFrame(
        [("p", a + b, a, b, b / (a + b) if a + b else None, 3) for a, b in rows],
        columns=[column.key for column in COLUMNS],
    )
    return Table("t", "t", COLUMNS, frame, **changes)


def hidden(values):
    return [isinstance(value, Hidden) for value in values]


@given(st.lists(counts, min_size=1, max_size=6), st.integers(1, 10))
def test_no_small_number_of_people_passes_and_noughts_do(rows, smallest):
    frame = guarded(table(rows), smallest).frame

    for key in ("all", "local", "migrant"):
        for before, after in zip(table(rows).frame[key], frame[key], strict=True):
            assert isinstance(after, Hidden) or after == before
            if 0 < before < smallest:
                assert isinstance(after, Hidden)
            elif before == 0:
                assert after == 0
    assert list(frame["seats"]) == [3] * len(rows)


@given(st.lists(counts, min_size=1, max_size=6), st.integers(1, 10))
def test_what_is_hidden_in_a_row_does_not_follow_from_the_rest(rows, smallest):
    frame = guarded(table(rows), smallest).frame

    for row in frame.to_dict("records"):
        parts = hidden([row["local"], row["migrant"]])
        if not isinstance(row["all"], Hidden):
            assert sum(parts) != 1
        if parts[1] or isinstance(row["all"], Hidden):
            assert isinstance(row["part"], Hidden)


@given(st.lists(counts, min_size=1, max_size=6), st.integers(1, 10))
def test_a_single_hidden_place_takes_another_along_where_places_add_up(rows, smallest):
    frame = guarded(table(rows, adds_up=("place",)), smallest).frame

    marked = hidden(frame["all"])
    shown = [value for value, is_hidden in zip(frame["all"], marked, strict=True) if not is_hidden and value > 0]
    assert sum(marked) != 1 or not shown


@given(st.lists(counts, min_size=1, max_size=6), st.integers(1, 10))
def test_passing_the_door_twice_changes_nothing(rows, smallest):
    once = guarded(table(rows, adds_up=("place",)), smallest)
    twice = guarded(once, smallest)

    assert list(once.rows()) == list(twice.rows())
    assert once.notes == twice.notes


def test_every_face_reads_what_passed_the_door():
    open_table = table([(17, 40), (3, 40)])
    content = Content("t", "s", (), (Section("k", "h", (guarded(open_table, 5),)),), "en")

    for face in (to_html, to_pdf, to_docx, to_xlsx):
        ((first, second),) = numbers_in(face, content)
        assert first == ["p", "57", "17", "40", "70%", "3"], face
        assert second == ["p", "43", "<5", "*", "*", "3"], face


def test_sentences_hide_as_tables_do():
    assert [people(n, 5) for n in (0.2, 1.0, 4.4, 4.6, 1234.0)] == ["0", "fewer than 5", "fewer than 5", "5", "1,234"]


def test_the_causes_of_a_shortfall_count_children_and_hide_a_few_of_them():
    bureau = inputs()
    found = results(bureau)  # 8 children for want of seats, 16 for want of seats within reach, in 2027
    strict = bureau.replace(area=replace(bureau.area, smallest=30))

    shown = {table.key: [*table.rows()] for table in Report(strict, *found).content().tables()}

    assert shown["causes"][0] == ("2027", "<30", "<30", "0")
    assert shown["bottlenecks"][0][-1] == "<30"
