"""Baltimore, 2012 to 2024: plans for its closings and larger buildings, held against what was done and who came.

The figures are those of notebooks/10-baltimore-2012.ipynb, whose cells are run here. Skipped where the data are not.
"""

import json
from contextlib import chdir
from pathlib import Path

import matplotlib as mpl
import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "10-baltimore-2012.ipynb"
DONE, THEN, AGAIN = "as it was done", "advised in 2012", "looking again in 2015 and 2018"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(shared):
    """Return all that the notebook's cells have named."""
    if not (shared / "baltimore-city").is_dir():
        pytest.skip("the public files of Baltimore are not here")
    mpl.use("agg")
    names = {"display": lambda table: None}
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    with chdir(NOTEBOOK.parent):
        for cell in cells:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)  # noqa: S102 - the notebook is ours
    return names


def test_every_pupil_who_came_is_carried_back_to_the_zones_of_2012(found):
    carried = found["came"].sum(["catchment", "grade"]).to_series()
    counted = found["rolls"].loc[found["zoned"]].sum()

    assert carried.to_numpy() == pytest.approx(counted[carried.index].to_numpy(), rel=1e-9)


def test_guessed_seats_are_off_by_a_fifth_where_they_can_be_checked(found):
    """Measured: 18 percent, 73 buildings."""
    assert len(found["same"]) == 73
    assert found["wrong"] < 0.2


def test_the_forecast_of_2012_missed_the_turn(found):
    """Measured twelve years on: 13 percent too high, zones off by 32 percent (no change 33), 55 of 100 inside."""
    last = found["hindcast"].loc[2024]

    assert 5 < last["all zones: median off by, percent"] < 17
    assert last["zones: error, percent"] < last["no change, percent"] + 1
    assert last["inside 80 percent"] > 45


def test_in_2012_what_was_done_looked_worse_than_doing_nothing(found):
    regret = found["expected"]["regret_mean"]

    assert regret[THEN] < regret["nothing done"] < regret[DONE]


def test_the_advice_of_2012_leaves_fewer_short_and_more_idle_for_more_money(found):
    """Measured against what was done: short -8 percent, idle +49 percent, 88 million dollars dearer: not better."""
    plans = found["measured"]

    assert plans.loc[THEN, "unplaced"] < 0.97 * plans.loc[DONE, "unplaced"]
    assert plans.loc[THEN, "idle"] < 1.6 * plans.loc[DONE, "idle"]
    assert plans.loc[THEN, "cost"] - plans.loc[DONE, "cost"] < 100
    assert plans.loc[THEN, "regret_mean"] < plans.loc["nothing done", "regret_mean"]


def test_looking_again_wins_back_half_of_what_the_turn_cost(found):
    """Measured: 40 million dollars behind the best plan, 21 when looked at again; short -10, idle +35 percent."""
    plans = found["measured"]

    assert plans.loc[AGAIN, "regret_mean"] < 0.6 * plans.loc[THEN, "regret_mean"]
    assert plans.loc[AGAIN, "unplaced"] < 0.95 * plans.loc[DONE, "unplaced"]
    assert plans.loc[AGAIN, "idle"] < 1.45 * plans.loc[DONE, "idle"]


def test_who_knew_the_pupils_would_hardly_have_done_better_than_the_city(found):
    """Measured: 2 million dollars, if a missing seat is as bad as three idle ones."""
    regret = found["measured"]["regret_mean"]

    assert regret["knowing who would come"] == pytest.approx(0, abs=1)
    assert regret[DONE] < 5


def test_the_price_of_a_missing_seat_decides_which_plan_is_best(found):
    best = found["by_price"].drop("knowing who would come").idxmin()

    assert best["as bad as 1 idle"] == DONE
    assert best["as bad as 10 idle"] == AGAIN
