from dataclasses import MISSING, dataclass, fields, replace
from importlib.metadata import EntryPoint
from typing import ClassVar

import pandas as pd
import pytest

from planning.toy_city import city, row, table
from seatcast.inputs.plan_tables import OPTION_GROUP, OPTION_NEEDS, OPTIONS
from seatcast.language import speaking
from seatcast.planning.kinds.building import Extension, NewSchool, Squeeze
from seatcast.planning.kinds.closing import Closing
from seatcast.planning.kinds.stages import Conversion
from seatcast.planning.option import PlanError
from seatcast.planning.options import KINDS, kind_name, kinds, options_table, read_options

ROWS = {
    "new_school": {"catchment": "east", "seats": 90},
    "boundary": {"catchment": "east", "school": "oak"},
    "bus": {"catchment": "east", "school": "oak", "seats": 20},
    "boarding": {"catchments": "east;west", "school": "oak", "seats": 20},
    "pool": {"catchments": ("east", "west")},
    "convert": {"school": "elm", "seats": 30, "from_stage": "primary"},
    "rebuild": {"school": "elm", "seats": 30, "lost_seats": 10},
    "close": {"school": "elm"},
    "mothball": {"school": "elm"},
    "merge": {"school": "elm", "to_school": "oak"},
    "hire": {"teachers": 4.0},
}


def options_of_every_kind():
    rows = [row(kind, kind, **ROWS.get(kind, {"school": "elm", "seats": 30})) for kind in KINDS]
    return {option.option: option for option in read_options(table(*rows))}


def test_every_kind_is_read_from_its_row_and_says_what_it_does():
    options = options_of_every_kind()
    area = city()
    effects = {name: option.effect(area) for name, option in options.items()}

    assert {name: type(option) for name, option in options.items()} == KINDS
    assert [loss.seats for loss in effects["close"].closes] == [float("inf")]
    assert effects["nine_year"].gives_up == ()
    assert [loss.seats for loss in effects["rebuild"].loses] == [10]
    assert [effects[kind].opens[0].places for kind in ("bus", "boundary")] == [20, float("inf")]
    assert effects["new_school"].gains[0].school == effects["new_school"].founds.school == "new_school"
    assert {(way.catchment, way.school, way.beside) for way in effects["pool"].opens} == {
        ("east", "oak", "elm"), ("west", "elm", "oak"),
    }  # fmt: skip
    assert [(way.catchment, way.school, way.beside) for way in effects["merge"].opens] == [("east", "oak", "elm")]
    assert effects["takeover"].made_public == ("elm",)
    assert (options["hire"].posts, effects["hire"].gains) == (-4, ())


def test_the_table_of_options_is_read_as_it_was_written():
    options = tuple(options_of_every_kind().values())
    spread = replace(options[0], spread=(0.25, 0.75), requires=("bus", "hire"))

    assert read_options(options_table([spread, *options[1:]])) == (spread, *options[1:])


def test_the_checked_tables_fill_what_every_kind_needs():
    every_row = {column.name for column in OPTIONS.columns if column.required}

    assert set(OPTION_NEEDS) == set(KINDS)
    for name, kind in KINDS.items():
        needed = {field.name for field in fields(kind) if field.default is MISSING}
        assert needed <= every_row | set(OPTION_NEEDS[name])
        assert {field.name for field in fields(kind)} <= {column.name for column in OPTIONS.columns}


def test_rooms_pass_at_the_class_sizes_of_the_stages():
    given = {"option": "c", "name": "c", "stage": "junior", "school": "elm", "from_stage": "primary", "life_years": 9}

    assert Conversion(**given, seats=100).effect(city()).gives_up[0].seats == 90
    assert Conversion(**given, seats=100, from_seats=60).effect(city()).gives_up[0].seats == 60


def test_a_squeeze_says_what_it_costs_besides_money():
    given = {"option": "q", "name": "Squeeze", "stage": "primary", "school": "elm", "seats": 100.0, "life_years": 5}
    school = city().school_names()["elm"]

    assert Squeeze(**given).caution(city()) == (
        f"Squeeze: 3 rooms for music, art, science or the like at {school} become class-rooms."
    )
    assert Squeeze(**given, rooms=1).caution(city()) == (
        f"Squeeze: 1 room for music, art, science or the like at {school} becomes a class-room. "
        "Squeeze: 55 seats are in classes above the standard of 45 pupils."
    )
    with speaking("zh"):
        assert Squeeze(**given, rooms=0).caution(city()) == "Squeeze：其中100个学位所在班级超过标准班额45人。"


@dataclass(frozen=True, kw_only=True)
class Barge(Extension):
    """A school ship: a kind that another tool brings."""

    kind: ClassVar[str] = "barge"
    draught: float

    @classmethod
    def called(cls) -> str:
        return "school ship"


@pytest.fixture
def installed(monkeypatch):
    """Let entry points be found as if they were installed."""

    def install(**found):
        points = [EntryPoint(name, f"{__name__}:{what}", OPTION_GROUP) for name, what in found.items()]
        monkeypatch.setattr("seatcast.planning.options.entry_points", lambda group: points if group else [])
        kinds.cache_clear()

    yield install
    kinds.cache_clear()


def test_other_tools_add_kinds_of_their_own(installed):
    installed(barge="Barge")

    (option,) = read_options(table(row("b", "barge", school="elm", seats=40, draught="1.5")))

    assert (type(option), option.draught, kind_name("barge")) == (Barge, 1.5, "school ship")


def test_what_is_no_kind_is_refused_with_the_reason(installed):
    installed(ship="Barge", barge="row", extension="Other")

    with pytest.raises(PlanError) as told:
        kinds()

    message = str(told.value)
    assert 'ship: the kind calls itself "barge"; the entry point needs the same name.' in message
    assert "barge: test_options:row is not a kind of option" in message.replace(f"{__name__}:", "test_options:")
    assert "has the code of another kind; give it another." in message


class Other(Extension):
    """A kind with a code that is taken."""


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
        row("d", "close", school="oak", life_years="long"),
        row("e", "pool", catchments=()),
    )

    with pytest.raises(PlanError) as told:
        read_options(rows)

    message = str(told.value)
    assert 'the kind "tent" is not known; choose one of new_school, extension' in message
    assert 'a row of the kind "extension" needs seats' in message
    assert "requires names z, which is not an option" in message
    assert "option c: the id occurs twice" in message
    assert "option d: life_years is 'long'; a number is expected." in message
    assert 'a row of the kind "pool" needs catchments' in message


def test_the_order_of_rows_is_irrelevant():
    rows = table(*(row(name, "close", school="elm") for name in "bca"))

    assert read_options(rows) == read_options(rows.iloc[::-1])
    assert all(isinstance(option, Closing) for option in read_options(pd.DataFrame(rows)))


def test_kinds_have_names_in_both_languages():
    assert kind_name("prefab") == "prefabricated rooms"
    with speaking("zh"):
        assert all(not name.isascii() for name in map(kind_name, KINDS))
