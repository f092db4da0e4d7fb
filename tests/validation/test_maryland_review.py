"""Two successive forecasts of Maryland's public schools: what changed between them, in parts; skipped without data."""

import importlib.util
import json

import numpy as np
import pandas as pd
import pytest

from seatcast.core.study_area import Stage, Status, StudyArea
from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.evaluation.change import PARTS
from seatcast.evaluation.review import review
from seatcast.inputs.read import Inputs

SETTINGS = {"draws": 20, "seed": 1}
FIRST, LAST = 2010, 2019  # nine years of record, and the year that came


@pytest.fixture(scope="module")
def maryland(shared):
    tool = shared.parent / "tools" / "score_enrollment.py"
    spec = importlib.util.spec_from_file_location("score_enrollment", tool)
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    history, births, _origins = scorer.maryland(shared.parent)
    history = history[history["year"].between(FIRST, LAST)]
    born = births.assign(year=births["entry_year"] - 5)[["year", "district", "births"]]
    return history, born[born["year"] <= LAST]


@pytest.fixture(scope="module")
def found(maryland, tmp_path_factory):
    """The review of the run of 2018 with the rolls of 2019."""
    history, births = maryland
    run = tmp_path_factory.mktemp("run")
    inputs = _inputs(history, births)
    known = births[births["year"] < LAST].assign(entry_year=births["year"] + 5)
    then = history[history["year"] < LAST]
    forecast = forecast_enrollment(then, horizon=4, births=known.drop(columns="year"), **SETTINGS)
    rolls = forecast.to_frame("cell").rename(columns={"q50": "median", "q10": "low", "q90": "high"})
    (run / "tables").mkdir()
    rolls.to_csv(run / "tables" / "rolls.csv", index=False, float_format="%.4f")
    (run / "run.json").write_text(json.dumps({"base_year": LAST - 1, "scenario": SETTINGS}))
    return review(run, inputs)


def _inputs(history, births):
    homes = history.drop_duplicates("school", keep="last").set_index("school")["district"]
    names = sorted(set(homes))
    area = StudyArea(
        name="Maryland",
        stages=(Stage("K-12", "K-12", tuple(range(13)), 5, 25),),
        statuses=(Status("all", "all"),),
        catchments=pd.DataFrame({"district": names}, index=names),
        schools=pd.DataFrame({"catchment": homes, "sector": "public", "closes": np.nan}),
        reach=pd.DataFrame(),
        tiers=pd.DataFrame(),
        seeking={"all": 1.0},
    )
    none = dict.fromkeys(("children", "migration", "options", "budget", "geometry"))
    enrollment = history.drop(columns="district").assign(status="all")
    return Inputs(
        area=area, enrollment=enrollment, births=births, seats=pd.DataFrame({"year": []}), sources=(), horizon=4, **none
    )


def test_the_parts_of_the_change_add_up_to_it(found):
    change = found.change

    assert change.base_years == (LAST - 1, LAST)
    assert set(change.cells["year"]) == {2020, 2021, 2022}
    for table in (change.cells, change.total("school"), change.total("district"), change.total()):
        off = table[list(PARTS)].sum(axis=1) - (table["after"] - table["before"])
        assert off.abs().max() < 1e-6
    assert change.cells["change"].abs().sum() > 10_000


def test_the_parts_of_every_error_add_up_to_it(found):
    parts = found.error_parts()
    of_parts = parts[["births", "entry", "migration", "progression", "openings"]]

    np.testing.assert_allclose(of_parts.sum(axis=1), parts["error"], atol=1e-6)
    sizes = of_parts.abs().sum()
    assert sizes["births"] == 0  # those of a forecast's first year were born, and known, before it was made
    assert (sizes.drop("births") > 1000).all()


def test_schools_that_changed_make_up_the_largest_errors(found):
    """Of the twenty schools missed by most, openings and closures are the chief part of most."""
    worst = found.error_parts().head(20)
    assert (worst["openings"].abs() > 0.5 * worst["error"].abs()).mean() > 0.5


def test_the_change_of_a_district_is_mostly_what_came_there(found):
    """What time alone changes is less than what the new counts change."""
    table = found.change.total("district")
    news = table[["entry", "migration", "progression", "openings"]].abs().sum(axis=1)
    assert news.sum() > table["model"].abs().sum()
