import numpy as np
import pandas as pd
import pytest

from seatcast.core.scenario import Scenario
from seatcast.core.study_area import Stage
from seatcast.datasets import load_example
from seatcast.demography.cohort_component import project_children
from seatcast.demography.migration import project_migration
from seatcast.enrollment.bureau_rolls import entry_births, project_rolls
from seatcast.enrollment.demand import project_demand
from seatcast.inputs.read import MissingTableError


def test_births_enter_at_the_age_of_the_entry_grade_not_of_a_grade_before_it():
    inputs = load_example()
    stages = (Stage("elementary", "elementary", (-1, 0, 1, 2), entry_age=4, class_size=25),)
    with_kindergarten = inputs.replace(area=inputs.area.replace(stages=stages))
    year = inputs.births["year"].min()

    assert entry_births(inputs)["entry_year"].min() == year + 6
    assert entry_births(with_kindergarten)["entry_year"].min() == year + 5
    assert entry_births(inputs.replace(births=None)) is None
    assert entry_births(inputs)["births"].sum() == pd.to_numeric(inputs.births["births"]).sum()


def test_from_rolls_a_catchment_has_the_statuses_of_its_own_school():
    inputs = load_example()
    demand = project_demand(inputs, project_rolls(inputs, Scenario(draws=5, horizon=1)))

    pupils = demand.pupils.sel(year=2026).mean("draw").sum("grade").groupby("status").sum("tier")
    record = inputs.enrollment[(inputs.enrollment["year"] == 2026) & (inputs.enrollment["school"] == "S01")]
    by_status = record.groupby("status")["pupils"].sum()

    share = pupils.sel(catchment="C01", status="migrant") / pupils.sel(catchment="C01").sum("status")
    spread = pupils.sel(status="migrant") / pupils.sum("status")
    assert float(share) == pytest.approx(by_status["migrant"] / by_status.sum(), abs=0.05)
    assert float(spread.max()) > 2 * float(spread.min())


def test_a_stage_of_which_some_ages_are_unknown_is_refused():
    inputs = load_example()
    young = inputs.replace(children=inputs.children[inputs.children["age"] <= 13])
    children = project_children(young, project_migration(young, Scenario(draws=2, horizon=1)))

    with pytest.raises(MissingTableError, match="needs children of the ages 12 to 14"):
        project_demand(young, children)


def test_a_school_that_closes_passes_its_pupils_on_and_the_district_keeps_its_total():
    inputs, scenario = load_example(), Scenario(draws=5, horizon=4)
    built = project_rolls(inputs, scenario).draws
    unbuilt = project_rolls(inputs, scenario.replace(committed=False)).draws
    closing = built["school"].values == "S06"

    assert inputs.area.schools.loc["S06", "closes"] == 2029
    assert float(built.isel(cell=closing).sel(year=2028).sum()) > 0
    assert float(built.isel(cell=closing).sel(year=[2029, 2030]).sum()) == 0
    np.testing.assert_allclose(
        built.groupby("district").sum("cell"), unbuilt.groupby("district").sum("cell"), rtol=1e-5
    )
    np.testing.assert_array_equal(built.sel(year=2028), unbuilt.sel(year=2028))
