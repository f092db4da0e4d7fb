"""What a mapping can do with a bureau's own files, one operation a test."""

from __future__ import annotations

import pytest

from seatcast.inputs.read import read_inputs
from seatcast.inputs.schema import InputError


def write(small, name: str, text: str, toml: str) -> None:
    small.toml += toml
    small.write()
    (small.folder / name).write_text(text, "utf-8")


def test_columns_codes_and_rows_are_read_as_the_bureau_writes_them(small):
    expected = read_inputs(small.write()).births
    rows = "".join(f"{year}学年,{catchment},六十,街道\n" for year, catchment, _n in small.tables["births"][1:])
    write(
        small,
        "civil.csv",
        "学年,学区,出生,级别\n" + rows + "2026学年,合计,120,全区\n",
        '[tables.births]\nfile = "civil.csv"\nwhere = { "级别" = "街道" }\n'
        'columns = { year = "学年", catchment = "学区", births = "出生" }\nvalues = { births = { "六十" = "60" } }\n',
    )

    assert read_inputs(small.folder).births.equals(expected)


def test_rows_are_left_out_by_without(small):
    small.tables["births"].append(["2026", "合计", "120"])
    small.toml += '[tables.births]\nfile = "births.csv"\nwithout = { catchment = ["合计", "小计"] }\n'

    assert read_inputs(small.write()).births["births"].tolist() == [60.0] * 6


def test_ids_written_differently_meet_in_one_format(small):
    for row in small.tables["births"][1:]:
        row[1] = row[1].lstrip("0")
    small.toml += '[tables.births]\nfile = "births.csv"\nformat = { catchment = "{:03d}" }\n'

    assert set(read_inputs(small.write()).births["catchment"]) == {"007", "012"}


def test_years_are_shifted_to_the_first_of_the_school_year(small):
    for row in small.tables["births"][1:]:
        row[0] = str(int(row[0]) + 1)
    small.toml += '[tables.births]\nfile = "births.csv"\nyear_shift = -1\n'

    assert sorted(set(read_inputs(small.write()).births["year"])) == [2024, 2025, 2026]


def test_years_said_to_be_unknown_become_rows_without_a_number(small):
    small.tables["births"] = [row for row in small.tables["births"] if row[0] != "2025"]
    small.toml += '[tables.births]\nfile = "births.csv"\nunknown_years = [2025]\n'

    births = read_inputs(small.write()).births.set_index(["year", "catchment"])["births"]

    assert births.isna().tolist() == [False, False, True, True, False, False]


def test_a_joined_file_adds_columns_and_leaves_what_is_given(small):
    small.set("schools", 3, "lon", "")
    small.set("schools", 3, "lat", "")
    write(
        small,
        "points.csv",
        "code,x,y\nS2,120.5,30.5\nS1,121.5,31.5\n",
        '[tables.schools]\nfile = "schools.csv"\n[[tables.schools.join]]\nfile = "points.csv"\n'
        'columns = { school = "code", lon = "x", lat = "y" }\n',
    )

    schools = read_inputs(small.folder).area.schools

    assert schools.loc["S2", ["lon", "lat"]].tolist() == [120.5, 30.5]
    assert schools.loc["S1", ["lon", "lat"]].tolist() == [120.005, 30.005]


def test_a_joined_file_has_one_row_for_each(small):
    write(
        small,
        "points.csv",
        "school,lon\nS2,120.5\nS2,120.6\n",
        '[tables.schools]\nfile = "schools.csv"\n[[tables.schools.join]]\nfile = "points.csv"\n',
    )

    with pytest.raises(InputError, match="school · rows 2 and 3: 'S2' occurs more than once"):
        read_inputs(small.folder)


def test_a_yearly_directory_gives_each_school_once_under_its_last_name(small):
    header, *rows = small.tables["schools"]
    small.tables["schools"] = [
        [*header, "listed"],
        *([*row, "2025"] for row in rows),
        *([row[0], "New " + row[1], *row[2:], "2026"] for row in rows),
    ]
    small.toml += '[tables.schools]\nfile = "schools.csv"\nlatest = "listed"\n'

    schools = read_inputs(small.write()).area.schools

    assert schools["name"].tolist() == ["New Sunrise School", "New Harbor School", "New Hill School"]


def test_the_last_year_of_a_directory_names_a_school_once(small):
    header, *rows = small.tables["schools"]
    small.tables["schools"] = [[*header, "listed"], *([*row, "2026"] for row in [*rows, ["S1", "Twin", *rows[0][2:]]])]
    small.toml += '[tables.schools]\nfile = "schools.csv"\nlatest = "listed"\n'

    with pytest.raises(InputError, match="school S1 occurs more than once"):
        read_inputs(small.write())


SHARED = """building,school,rolls,rated
B1,S1,100,300
B1,S2,200,300
B2,S2,999,60
"""
SPLIT = """
[tables.seats]
file = "buildings.csv"
columns = { seats = "rated" }
constant = { year = 2026 }
split = { seats = { once_per = "building", by = "rolls" } }
add_up = true
from_enrollment = ["stage"]
"""


def test_a_building_is_counted_once_and_split_over_its_schools_and_their_stages(small):
    write(small, "buildings.csv", SHARED, SPLIT)

    inputs = read_inputs(small.folder)

    seats = inputs.seats.set_index(["school", "stage"])["seats"]
    assert seats["S1", "primary"] == 100
    assert seats.sum() == pytest.approx(360)
    rolls = inputs.enrollment.query("year == 2026 and school == 'S2'")
    junior = rolls.loc[rolls["grade"] == 3, "pupils"].sum() / rolls["pupils"].sum()
    assert seats["S2", "junior"] == pytest.approx(260 * junior)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("B1,S2,200,300", "B1,S2,200,310", "the rows of 'B1' state different amounts"),
        ("100,300\nB1,S2,200", "0,300\nB1,S2,0", "the weights of 'B1' add up to nothing"),
        ("100,300", ",300", "the weights of 'B1' add up to nothing"),
    ],
)
def test_a_building_that_cannot_be_split_is_refused(small, old, new, says):
    write(small, "buildings.csv", SHARED.replace(old, new), SPLIT)

    with pytest.raises(InputError, match=f"rated · rows 2 and 3: {says}"):
        read_inputs(small.folder)


def test_stages_and_years_of_schools_follow_from_the_rolls(small):
    small.drop_column("schools", "stages")
    small.tables["enrollment"] = [
        row for row in small.tables["enrollment"] if (row[0], row[1]) not in {("2026", "P1"), ("2024", "S1")}
    ]
    small.toml += '[tables.schools]\nfile = "schools.csv"\nfrom_enrollment = ["stages", "opened", "closes"]\n'

    schools = read_inputs(small.write()).area.schools

    assert schools["stages"].to_dict() == {"P1": ("primary",), "S1": ("primary",), "S2": ("primary", "junior")}
    assert schools["opened"].dropna().to_dict() == {"S1": 2025}
    assert schools["closes"].dropna().to_dict() == {"P1": 2026}


def test_columns_are_read_from_the_properties_of_shapes(small):
    for feature, school in zip(small.shapes["features"], ("S1", "S2"), strict=True):
        feature["properties"] = {"zone": int(feature["properties"]["catchment"]), "label": "Zone", "school": school}
    small.toml += (
        '[tables.catchments]\nfile = "catchments.geojson"\ncolumns = { catchment = "zone", name = "label" }\n'
        'format = { catchment = "{:03d}" }\nconstant = { district = "East" }\n'
    )

    inputs = read_inputs(small.write())

    assert inputs.area.catchments["name"].to_dict() == {"007": "Zone", "012": "Zone"}
    assert inputs.geometry["features"][0]["properties"] == {"catchment": "007"}


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("format = { catchment = '{:03q}' }", "tables.births.format.catchment: '{:03q}'"),
        ("header = 0", "tables.births.header: 0; a row is a whole number, 1 or more"),
        ("values = { births = 'x' }", "tables.births.values.births: 'x'"),
        ("split = { births = { once = 'x', by = 'y' } }", "did you mean 'once_per'?"),
        ("wehre = { year = 2024 }", "'wehre' is not a key of [tables.births]; did you mean 'where'?"),
        ("where = { yaer = 2024 }", "there is no column 'yaer'; did you mean 'year'?"),
        ("columns = { birth = 'births' }", "'birth' is not a key of [tables.births.columns]; did you mean 'births'?"),
        (
            "where = { year = 1900 }",
            "the table births has no rows; `where` and `without` in bureau.toml leave none of 6",
        ),
        ("encoding = 'latin-99'", "none of the encodings latin-99"),
        ("from_enrollment = ['births']", "'births' cannot be worked out"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(small, toml, says):
    small.toml += f'[tables.births]\nfile = "births.csv"\n{toml}\n'

    with pytest.raises(InputError) as refusal:
        read_inputs(small.write())

    assert says in str(refusal.value)
