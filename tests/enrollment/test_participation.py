import numpy as np
import pandas as pd
import pytest

from seatcast.core.scenario import Scenario
from seatcast.datasets import load_example
from seatcast.enrollment.participation import PRIOR_CHILDREN, enrolled_share

SCENARIO = Scenario(draws=50)


@pytest.fixture(scope="module")
def inputs():
    return load_example()


def shares(inputs):
    return enrolled_share(inputs, SCENARIO)


def test_years_without_children_count_neither_above_nor_below_the_line(inputs):
    early = inputs.replace(children=inputs.children[inputs.children["year"] != 2025])

    assert shares(early).mean("draw").values == pytest.approx(shares(inputs).mean("draw").values, rel=0.03)


def test_a_grade_of_which_a_count_is_unknown_is_left_out_of_that_year(inputs):
    rolls = inputs.enrollment
    unknown = (rolls["year"] == 2026) & (rolls["school"] == "S01") & (rolls["grade"] == 1)
    blank = inputs.replace(enrollment=rolls.assign(pupils=rolls["pupils"].where(~unknown)))

    assert shares(blank).mean("draw").values == pytest.approx(shares(inputs).mean("draw").values, rel=0.03)


def test_a_status_without_children_or_pupils_of_an_age_has_the_share_of_all(inputs):
    def without(table, column, of_age):
        return table.assign(**{column: table[column].where(~((table["status"] == "migrant") & of_age), 0)})

    empty = inputs.replace(
        children=without(inputs.children, "children", inputs.children["age"] == 6),
        enrollment=without(inputs.enrollment, "pupils", inputs.enrollment["grade"] == 1),
    )
    share = shares(empty).sel(grade=1)

    assert np.isfinite(share).all()
    ratio = share.mean("draw").sel(status="migrant") / share.mean("draw").sel(status="local")
    assert float(ratio) == pytest.approx(1.0, abs=0.01)


def test_few_children_are_joined_with_all_of_the_grade(inputs):
    area = inputs.area
    rows = [(2026, "C01", 6, "local", 970.0), (2026, "C01", 6, "migrant", 30.0)]
    pupils = [(2026, "S01", 1, "local", 970.0), (2026, "S01", 1, "migrant", 0.0)]
    tiny = inputs.replace(
        area=area,
        children=pd.DataFrame(rows, columns=["year", "catchment", "age", "status", "children"]),
        enrollment=pd.DataFrame(pupils, columns=["year", "school", "grade", "status", "pupils"]),
    )
    expected = PRIOR_CHILDREN * 0.97 / (30 + PRIOR_CHILDREN)

    assert float(shares(tiny).sel(grade=1, status="migrant").median("draw")) == pytest.approx(expected, rel=0.02)
