"""Columns on paper: they fill the line, no word and no number is broken, and letters are as large as that allows."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatcast.reporting.columns import BOLD, POINT, SIZES, evenly, setting
from seatcast.reporting.content import Column, Table, text_width

WIDE, LETTER, PADDING = 160.0, 0.56, 2.2
words = st.lists(st.text("abcdefghij", min_size=1, max_size=11), min_size=1, max_size=4).map(" ".join)


def table(heads, cells):
    frame = pd.DataFrame({str(at): cells[at] for at in range(len(heads))})
    columns = tuple(Column(str(at), head, "count" if at % 2 else "text") for at, head in enumerate(heads))
    return Table("t", "t", columns, frame)


@given(heads=st.lists(words, min_size=1, max_size=10), text=words, number=st.integers(0, 9_999_999))
def test_columns_fill_the_line_and_hold_every_word_and_number(heads, text, number):
    made = table(heads, [[number] if at % 2 else [text] for at in range(len(heads))])

    found = setting(made, WIDE, letter=LETTER, padding=PADDING)

    assert sum(found.widths) == pytest.approx(WIDE)
    if found.size > SIZES[-1]:
        letter = found.size * LETTER * POINT
        for width, head, cell in zip(found.widths, heads, next(iter(made.rows())), strict=True):
            longest = max(*(BOLD * len(word) for word in head.split()), *(len(word) for word in cell.split()))
            assert width >= longest * letter + PADDING - 1e-6


def test_a_table_of_few_words_is_set_large_and_one_of_many_small():
    few = table(["year", "n"], [["2026"], [12]])
    many = table(["probability", "expected"] * 6, [["Chenting Primary"], [1234567]] * 6)

    assert setting(few, WIDE, letter=LETTER, padding=PADDING).size == SIZES[0]
    assert setting(many, WIDE, letter=LETTER, padding=PADDING).size < SIZES[0]


def test_names_in_chinese_share_what_room_there_is():
    made = table(["片区", "学位数"], [["第一实验小学附属学校南校区"], [1200]])

    name, number = setting(made, 156.0, letter=0.5, padding=PADDING).widths

    assert name > number
    assert name - PADDING > text_width("第一实验小学附属学校南校区") * 0.5 * SIZES[-1] * POINT


@given(text=st.text("学位年份人数（）：·80%ab", min_size=1, max_size=14), wide=st.integers(2, 30))
def test_a_chinese_heading_is_broken_into_lines_that_fit_and_lose_nothing(text, wide):
    lines = evenly(text, wide)

    assert "".join(lines) == text
    assert len(lines) == 1 or all(text_width(line) <= wide for line in lines)


def test_no_single_character_is_left_to_a_line_and_what_belongs_together_stays_so():
    assert evenly("公办学校在校生", 12) == ["公办学校", "在校生"]
    assert evenly("不足100的儿童占比", 12) == ["不足100的", "儿童占比"]
    assert evenly("富余学位（个·年）", 10) == ["富余学位", "（个·年）"]
    assert evenly("café seats", 6) == ["café seats"]
