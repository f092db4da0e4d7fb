from dataclasses import MISSING, fields

import pandas as pd
import pytest

from planning.toy_city import city, row, table
from seatcast.inputs.plan_tables import OPTION_NEEDS, OPTIONS
from seatcast.language import speaking
from seatcast.planning.option import PlanError
from seatcast.planning.options import KINDS, Closing, NewSchool, kind_name, read_options

ROWS = {
    "new_school": {"catchment": "east", "seats": 90},
    "boundary": {"catchment": "east", "school": "oak"},
    "bus": {"catchment": "east", "school": "oak", "seats": 20},
    "convert": {"school": "elm", "seats": 30, "from_stage": "primary"},
    "close": {"school": "elm"},
}


def test_every_kind_is_read_from_its_row():
    rows = [row(kind, kind, **ROWS.get(kind, {"school": "elm", "seats": 30})) for kind in KINDS]

    options = {option.option: option for option in read_options(table(*rows))}

    assert {name: type(option) for name, option in options.items()} == KINDS
    effects = {name: option.effect(city()) for name, option in options.items()}
    assert [loss.seats for loss in effects["close"].closes] == [float("inf")]
    assert effects["nine_year"].gives_up == ()
    assert [effects[kind].opens[0].places for kind in ("bus", "boundary")] == [20, float("inf")]
    assert effects["new_school"].gains[0].school == effects["new_school"].founds.school == "new_school"


def test_the_checked_tables_fill_what_every_kind_needs():
    every_row = {column.name for column in OPTIONS.columns if column.required}

    assert list(OPTION_NEEDS) == list(KINDS)
    for name, kind in KINDS.items():
        needed = {field.name for field in fields(kind) if field.default is MISSING}
        assert needed <= every_row | set(OPTION_NEEDS[name])


def test_an_option_serves_from_its_lead_time_on_for_its_life():
    school = NewSchool(option="n", name="n", stage="primary", catchment="east", seats=9, lead_years=3, life_years=2)

    assert list(school.service(2027)) == [2030, 2031]


def test_links_are_read_from_text_and_from_tuples_alike():
    links = [("a; b", ("a", "b")), (("a", "b"), ("a", "b")), (None, ()), ((), ())]
    for given, expected in links:
        rows = [row(name, "close", school="elm") for name in "ab"]
        rows.append(row("c", "close", school="elm", excludes=given))
        assert read_options(table(*rows))[2].excludes == expected


def test_all_problems_of_the_table_are_told_at_once():
    rows = table(
        row("a", "tent"),
        row("b", "extension", school="elm"),
        row("c", "close", school="elm", requires="z"),
        row("c", "close", school="oak"),
    )

    with pytest.raises(PlanError) as told:
        read_options(rows)

    message = str(told.value)
    assert 'the kind "tent" is not known; choose one of new_school, extension' in message
    assert 'a row of the kind "extension" needs seats' in message
    assert "requires names z, which is not an option" in message
    assert "option c: the id occurs twice" in message


def test_the_order_of_rows_is_irrelevant():
    rows = table(*(row(name, "close", school="elm") for name in "bca"))

    assert read_options(rows) == read_options(rows.iloc[::-1])
    assert all(isinstance(option, Closing) for option in read_options(pd.DataFrame(rows)))


def test_kinds_have_names_in_both_languages():
    assert kind_name("prefab") == "prefabricated rooms"
    with speaking("zh"):
        assert all(not name.isascii() for name in map(kind_name, KINDS))
