"""Ways at a price per metre: what a plan pays for them, and what it would rather not."""

import pytest

from planning.toy_city import row, shortfall_of, table
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.option import PlanError

OPTIONS = table(
    row("x", "extension", school="elm", seats=30, cost=100, running_cost=5, lead_years=1),
    row("b", "bus", catchment="east", school="oak", seats=15, running_cost=2),
)
ELM, OAK = 100.0, 1.3 * 1113.195  # metres from the east: as given, and a hundredth of a degree at the equator
GAMMA = [1.1**-k for k in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def short():
    """Twenty children of the east are missing a seat at Elm; Oak has forty."""
    return shortfall_of({("east", "primary"): 100, ("west", "primary"): 60})


def test_the_ways_are_paid_for(short):
    free, paid = (optimize_plan(short, OPTIONS, price=1e3, way_price=metre) for metre in (None, 0.01))

    # The bus takes fifteen in the first year; then Elm has room for all.
    assert paid.starts.to_dict() == free.starts.to_dict() == {"b": 2027, "x": 2027}
    ways = GAMMA[0] * 15 * OAK * 0.01 + sum(GAMMA[1:]) * 20 * ELM * 0.01
    assert paid.objective == pytest.approx(free.objective + ways, rel=1e-5)


def test_a_way_that_is_dearer_than_a_child_without_a_seat_is_not_gone(short):
    assert optimize_plan(short, OPTIONS, price=1e3, way_price=1.0).starts.to_dict() == {"x": 2027}


def test_children_come_first_unless_a_price_is_given(short):
    assert "b" in optimize_plan(short, OPTIONS, way_price=1.0).starts


def test_ways_that_cannot_be_priced_are_told(short, monkeypatch):
    area = short.area.replace(catchments=short.area.catchments.drop(columns=["lon", "lat"]))
    monkeypatch.setattr("planning.toy_city.city", lambda: area)
    nowhere = shortfall_of({("east", "primary"): 100})

    with pytest.raises(PlanError, match="the way from east to oak is not known"):
        optimize_plan(nowhere, OPTIONS, way_price=1.0)
    with pytest.raises(PlanError, match=r"way_price is -1; it must be 0 or more"):
        optimize_plan(short, OPTIONS, way_price=-1)
