"""Tables of people and dwellings: read from files, and refused in words that help."""

import pytest

from seatcast.core.definitions import DEFINITIONS
from seatcast.demography.moves import moves_on_record
from seatcast.inputs.read import read_inputs
from seatcast.inputs.schema import InputError

YEARS, ZONES, STATUSES = ("2024", "2025", "2026"), ("007", "012"), ("local", "migrant")


def rows(head, *values):
    """Return a table with a row for every year, zone and status."""
    return [head, *([y, z, s, *values] for y in YEARS for z in ZONES for s in STATUSES)]


def problems_of(small, **tables):
    small.tables |= tables
    with pytest.raises(InputError) as error:
        read_inputs(small.write())
    return " ".join(map(str, error.value.problems))


def test_moves_by_age_group_and_as_net_totals_are_read(small):
    small.tables["migration"] = rows(["year", "catchment", "status", "age", "age_to", "arrivals", "departures"],
                                     "5", "6", "4", "2")  # fmt: skip
    assert moves_on_record(read_inputs(small.write())).moves["arrivals"].sum() == pytest.approx(4 * 12)

    small.tables["migration"] = rows(["year", "catchment", "status", "net"], "-1")
    inputs = read_inputs(small.write())
    assert inputs.migration["net"].sum() == -12
    moves = moves_on_record(inputs).moves
    assert (moves["arrivals"] - moves["departures"]).sum() == pytest.approx(-12)


@pytest.mark.parametrize(
    ("head", "values", "found"),
    [
        (["net", "arrivals", "departures"], ["1", "2", "1"], "net stands beside arrivals and departures"),
        (["arrivals"], ["2"], "without net, the column departures is missing"),
        (["age_to", "net"], ["6", "1"], "the column 'age' is missing"),
        (["age", "age_to", "net"], ["6", "5", "1"], "an age group ends before it begins"),
    ],
)
def test_moves_told_in_two_ways_or_by_half_are_refused(small, head, values, found):
    assert found in problems_of(small, migration=rows(["year", "catchment", "status", *head], *values))


def test_age_groups_that_overlap_are_refused(small):
    head = ["year", "catchment", "status", "age", "age_to", "net"]
    table = [*rows(head, "0", "5", "1"), *rows(head, "5", "6", "1")[1:]]

    assert "an age stands in two groups" in problems_of(small, migration=table)


def test_dwellings_without_their_children_are_refused(small):
    housing = [["year", "catchment", "dwelling", "dwellings"], *([y, "007", "flat", "10"] for y in YEARS)]

    found = problems_of(small, housing=housing)
    assert "child_yield tells nothing of flat" in found
    assert "known, not guessed" in found


def test_tables_that_nobody_asks_for_are_read_and_not_missed(small):
    small.tables["left_behind"] = [["year", "age", "children"], ["2026", "5", "12"]]
    small.tables["projection"] = [["year", "trajectory", "children"], ["2027", "low", "90"], ["2027", "high", "110"]]
    small.tables["women"] = [
        ["year", "district", "age", "age_to", "women", "fertility"], ["2027", "East", "25", "29", "900", "80"],
    ]  # fmt: skip
    inputs = read_inputs(small.write())

    assert not {"left_behind", "housing", "child_yield", "projection", "women"} & set(inputs.missing())
    assert inputs.left_behind["children"].tolist() == [12.0]
    assert inputs.projection["trajectory"].tolist() == ["high", "low"]
    assert inputs.women["fertility"].tolist() == [80.0]


def test_a_negative_count_is_refused_where_it_stands(small):
    found = problems_of(small, left_behind=[["year", "age", "children"], ["2026", "5", "-12"]])

    assert "children · row 2: -12" in found


def test_births_keep_a_row_a_vintage(small):
    head, *table = small.tables["births"]
    small.tables["births"] = [[*head, "vintage"], *([*row, "2026"] for row in table), [*table[0], "2027"]]

    assert len(read_inputs(small.write()).births) == len(table) + 1


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_documented_definition_is_taken_by_its_name_and_carries_its_source(small, name):
    small.toml = small.toml.replace('migrant = "registered in another county"', f'use = "{name}"')
    area = read_inputs(small.write()).area

    assert area.definition == DEFINITIONS[name]
    assert area.definition.source
    assert area.definition.migrant in area.said_of_statuses()


def test_an_unknown_definition_is_refused_with_the_nearest_name(small):
    small.toml = small.toml.replace('migrant = "registered in another county"', 'use = "census 2021"')
    with pytest.raises(InputError, match="did you mean 'census 2020'"):
        read_inputs(small.write())


def test_a_part_of_a_documented_definition_may_be_a_bureaus_own(small):
    small.toml = small.toml.replace('migrant = "registered in another county"', 'use = "census 2020"\nage_below = 16')

    assert read_inputs(small.write()).area.definition.age_below == 16
