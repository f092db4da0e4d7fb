"""How seats are given out, from the sections [admission]: one that always holds, or one for each year of change."""

import numpy as np
import pytest

from seatcast.core.admission import Round
from seatcast.inputs.read import read_inputs
from seatcast.inputs.schema import InputError

ALWAYS = '[admission]\ntie = "lot"\nlottery = 7\n[[admission.round]]\nschools = 1\n[[admission.round]]\n'
FROM_2028 = "[[admission]]\nsince = 2028\nlottery = 5\nreserved = {migrant = 0.1}\noverflow = inf\n"
FIRST = '[[admission]]\ntie = "distance"\nlock_years = 6\n[[admission.round]]\nschools = 2\n'


def rules(small, *sections):
    small.toml += "\n" + "\n".join(sections)
    small.write()
    return read_inputs(small.folder).area.rules


def since(small, *years):
    """Give the table of tiers once for each of the years, the empty one first."""
    header, *rows = small.tables["tiers"]
    small.tables["tiers"] = [[*header, "since"], *([*row, year] for year in years for row in rows)]


def test_one_section_holds_always(small):
    (rule,) = rules(small, ALWAYS)

    assert (rule.since, rule.lottery, rule.rounds) == (0, 7, (Round(1), Round()))


def test_a_section_holds_in_full_from_its_year(small):
    before, after = rules(small, FROM_2028, FIRST)

    assert (before.since, before.tie, before.lock_years, before.rounds) == (0, "distance", 6, (Round(2),))
    assert (after.since, after.tie, after.lottery, after.overflow) == (2028, "lot", 5, np.inf)
    assert (after.reserved, after.lock_years, after.rounds) == ({"migrant": 0.1}, 0, (Round(),))
    assert before.claims.equals(after.claims)


def test_before_the_first_of_the_sections_seats_are_given_out_as_without_any(small):
    before, after = rules(small, FROM_2028)

    assert (before.since, before.lottery, before.overflow) == (0, None, 0)
    assert (after.since, after.lottery) == (2028, 5)


def test_the_order_and_the_way_of_giving_out_change_each_in_its_own_year(small):
    since(small, "", "2027", "2029")
    found = rules(small, FIRST, FROM_2028)

    assert [(rule.since, rule.lock_years, rule.lottery) for rule in found] == [
        (0, 6, None), (2027, 6, None), (2028, 0, 5), (2029, 0, 5),
    ]  # fmt: skip


def test_one_section_begins_with_the_first_order(small):
    since(small, "2027")

    assert [(rule.since, rule.lottery) for rule in rules(small, ALWAYS)] == [(2027, 7)]


@pytest.mark.parametrize(("year", "found"), [("2028", [0, 2028, 2030]), ("2027", [2027, 2028, 2030])])
def test_a_section_never_holds_before_its_year_when_every_order_names_one(small, year, found):
    since(small, year)
    read = rules(small, FROM_2028, FIRST.replace("]]\n", "]]\nsince = 2030\n", 1))

    assert [rule.since for rule in read] == found
    assert [rule.lottery for rule in read] == [None, 5, None]
    assert [rule.lock_years for rule in read] == [0, 0, 6]


@pytest.mark.parametrize(("sections", "said"), [
    ((FIRST, FIRST), "two sections name no year"),
    ((FROM_2028, FROM_2028), "two sections hold since 2028"),
    (("[[admission]]\nsince = 28\n",), "28; a year lies between 1900 and 2999"),
    (("[[admission]]\nsince = 20280\n",), "20280; a year lies between 1900 and 2999"),
    (("[[admission]]\nsince = 2028\ntie = 'age'\n",), 'is "lot" or "distance"'),
])  # fmt: skip
def test_sections_that_cannot_be_followed_are_refused(small, sections, said):
    with pytest.raises(InputError, match=said):
        rules(small, *sections)


@pytest.mark.parametrize("year", ["28", "'2028'"])
def test_a_year_that_cannot_be_read_is_not_also_said_to_be_missing(small, year):
    with pytest.raises(InputError) as refused:
        rules(small, FIRST, f"[[admission]]\nsince = {year}\n")

    assert "admission.since" in str(refused.value)
    assert "two sections" not in str(refused.value)


def test_a_word_in_place_of_a_section_is_refused(small):
    small.toml = 'admission = "lot"\n' + small.toml
    small.write()

    with pytest.raises(InputError, match="it is a section"):
        read_inputs(small.folder)
