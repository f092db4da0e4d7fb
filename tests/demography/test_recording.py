"""Young children whom the record misses: how many is told, and by what it is known; or that nothing is."""

import pytest

import seatcast as sc
from seatcast.core.scenario import Scenario
from seatcast.demography.cohort_component import project_children
from seatcast.demography.migration import project_migration
from seatcast.demography.recording import recorded_share, recording_assumptions
from seatcast.language import speaking

from .toy_bureau import YEARS, Truth, toy_inputs


def said(inputs):
    return [str(told) for told in recording_assumptions(recorded_share(inputs), inputs)]


def with_rolls(inputs):
    """Return inputs whose grade 1 holds, year by year, the children of age 6; these are then no longer counted."""
    children = inputs.children
    six = children["age"] == 6
    pupils = children[six].groupby(["year", "status"], as_index=False)["children"].sum()
    rolls = pupils.rename(columns={"children": "pupils"}).assign(school="elm", grade=1)
    return inputs.replace(enrollment=rolls, children=children[~six])


def test_the_share_on_record_and_its_spread_are_told_with_what_they_rest_on():
    told = said(toy_inputs(Truth(recorded=0.8, births=3000)))

    assert len(told) == 2
    assert told[0].startswith("local: by the counts at age 6, births and ages 0-5 on record are 80% to 100% of")
    assert "(the spread between cohorts is less than 0.1%)" in told[0]
    with speaking("zh"):
        assert said(toy_inputs())[1].startswith("migrant：以6岁人数推算，在册的出生数和0-5岁儿童数为")


def test_where_the_entry_age_is_not_counted_the_rolls_of_grade_1_are_the_complete_cohort():
    counted = toy_inputs(Truth(recorded=0.8))
    by_rolls = with_rolls(counted)

    shares = recorded_share(by_rolls)

    known = ["share", "spread", "cohorts"]
    assert (shares.sel(measure=known) == recorded_share(counted).sel(measure=known)).all()
    assert (shares.sel(measure="rolls") == shares.sel(measure="cohorts")).all()
    assert all("by the rolls of grade 1, births and ages 0-5" in sentence for sentence in said(by_rolls))
    early = counted.children["year"] < 2021
    some = counted.children[~(early & (counted.children["age"] == 6))]
    some = counted.replace(enrollment=by_rolls.enrollment, children=some)
    assert all("at age 6 or, in years without them, the rolls of grade 1" in sentence for sentence in said(some))


@pytest.mark.parametrize("counted_until", [2011, 2021])
def test_rolls_that_hold_fewer_children_than_the_record_correct_nothing_and_it_is_told(counted_until):
    counted = toy_inputs()
    inputs = with_rolls(counted)
    rolls = inputs.enrollment.assign(pupils=0.7 * inputs.enrollment["pupils"])
    kept = counted.children[(counted.children["age"] != 6) | (counted.children["year"] <= counted_until)]
    inputs = inputs.replace(enrollment=rolls, children=kept)

    shares = recorded_share(inputs)

    assert (shares.sel(measure="share") == 1).all()
    assert (shares.sel(measure="spread") == 0).all()
    assert said(inputs)[0] == (
        "local: births and ages 0-5 are not corrected: the rolls of grade 1 hold fewer children than the record."
    )
    with speaking("zh"):
        assert said(inputs)[0] == "local：出生数和0-5岁儿童数未作漏登校正：1年级在校学生数少于在册儿童数。"


def test_what_prints_alike_is_one_number_and_births_that_are_not_given_are_not_told():
    inputs = toy_inputs()
    without = said(inputs.replace(births=None))
    alike = said(inputs)

    assert without[0].startswith("local: by the counts at age 6, ages 0-5 on record are 100% of the children")
    assert "(the spread between cohorts is less than 0.1%)" in without[0]
    assert alike[0].startswith("local: by the counts at age 6, births and ages 0-5 on record are 100% of")
    with speaking("zh"):
        assert "0-5岁儿童数为实有人数的100%（各出生队列离散程度不到0.1%）" in said(inputs.replace(births=None))[0]


def test_counts_at_entry_age_that_are_fewer_than_the_record_still_correct_it():
    counted = toy_inputs()
    children = counted.children.copy()
    children.loc[children["age"] == 6, "children"] *= 0.9

    assert (recorded_share(counted.replace(children=children)).sel(measure="share") > 1.05).all()


def test_a_school_unknown_leaves_the_rolls_of_its_year_unknown():
    inputs = with_rolls(toy_inputs(Truth(recorded=0.8)))
    rolls = inputs.enrollment.copy()
    rolls.loc[rolls["year"] == 2020, "pupils"] = float("nan")

    fewer = recorded_share(inputs.replace(enrollment=rolls)).sel(measure="cohorts", age=5)

    assert (fewer == recorded_share(inputs).sel(measure="cohorts", age=5) - 1).all()


def test_fewer_than_three_cohorts_correct_nothing_and_it_is_told():
    inputs = toy_inputs(Truth(recorded=0.8))
    late = {name: getattr(inputs, name)[lambda table: table["year"] > YEARS[-1] - 3] for name in ("children", "births")}
    told = said(inputs.replace(**late))

    assert (recorded_share(inputs.replace(**late)).sel(measure="share") == 1).all()
    assert told[0] == (
        "local: births and ages 0-5 are not corrected for children whom the record misses: fewer than three cohorts "
        "are known up to the counts at age 6 or, in years without them, the rolls of grade 1."
    )


def test_the_children_of_the_years_to_come_say_so():
    inputs = sc.load_example()
    migration = project_migration(inputs, Scenario(draws=4, horizon=1))

    summary = project_children(inputs, migration, keep=("stage",)).summary().sentence

    assert "births and ages 0-5 on record are 74% to 100% of the children there were (the spread" in summary
    assert "between cohorts is up to 1.2%)" in summary
