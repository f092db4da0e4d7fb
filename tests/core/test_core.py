import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from seatcast.core.labels import LabelError, dense, labelled
from seatcast.core.refused import RefusedError
from seatcast.core.result import quantile_frame
from seatcast.core.scenario import Scenario
from seatcast.core.streams import Streams
from seatcast.language import speaking


def test_labelled_orders_the_dimensions_and_cannot_be_written():
    array = labelled(xr.DataArray([[1.0, 2.0]], {"draw": [0], "year": [2026, 2027]}), "year", "draw", unit="children")

    assert array.dims == ("year", "draw")
    assert array.attrs["unit"] == "children"
    with pytest.raises(ValueError, match="read-only"):
        array.values[0, 0] = 5


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (xr.DataArray([1.0], {"age": [6]}, ("age",)), "expected year"),
        (xr.DataArray([1.0], dims="year"), "carries no labels"),
        (xr.DataArray([1.0, 2.0], {"year": [2026, 2026]}, ("year",)), "label 2026 occurs twice"),
    ],
)
def test_labelled_refuses_an_array_that_lacks_its_labels(array, message):
    with pytest.raises(LabelError, match=message):
        labelled(array, "year", unit="children")


@given(st.permutations(range(6)))
def test_dense_does_not_depend_on_the_order_of_rows(order):
    table = pd.DataFrame({"year": [1, 1, 2, 2, 2, 3], "age": [0, 1, 0, 1, 1, 0], "children": [5, 6, 7, 8, 9, np.nan]})

    array = dense(table.iloc[list(order)], "children", {"year": [1, 2, 3], "age": [0, 1]})

    np.testing.assert_array_equal(array, [[5, 6], [7, 17], [np.nan, 0]])


@given(st.integers(0, 2**40), st.text(max_size=8), st.text(max_size=8))
def test_streams_depend_on_seed_and_name_alone(seed, one, other):
    again = Streams(seed)
    again[other].random()

    assert Streams(seed)[one].random() == again[one].random()
    assert (Streams(seed)[one].random() == Streams(seed)[other].random()) == (one == other)


def test_scenario_refuses_all_that_is_wrong_at_once_in_the_language_in_force():
    with pytest.raises(ValueError, match=r"draws is 0; .*arrivals is -1.0.*admission is \"none\"; choose"):
        Scenario(draws=0, arrivals=-1.0, admission="none")
    with speaking("zh"), pytest.raises(ValueError, match="draws"):
        Scenario(draws=0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"horizon": 3.5}, "horizon is 3.5; it must be a whole number."),
        ({"horizon": "3"}, "horizon is '3'; it must be a number. Give it without quotation marks."),
        ({"horizon": 0}, "horizon is 0; it must be at least 1."),
        ({"draws": 0}, "draws is 0; it must be at least 1."),
        ({"seed": -1}, "seed is -1; it must be at least 0."),
        ({"births": None}, "births is None; it must be a number."),
        ({"arrivals": float("nan")}, "arrivals is nan; it must be at least 0."),
        ({"induced": "a tenth"}, "induced is 'a tenth'; it must be a number."),
    ],
)
def test_scenario_refuses_what_is_no_number_of_the_kind(given, said):
    with pytest.raises(RefusedError) as refused:
        Scenario(**given)
    assert said in str(refused.value)


def test_whole_numbers_of_a_scenario_may_come_as_floats():
    kept = Scenario(draws=np.int64(20), horizon=3.0)
    assert (kept.draws, kept.horizon) == (20, 3)
    assert isinstance(kept.draws, int)
    assert isinstance(kept.horizon, int)


def test_scenario_says_what_it_changes():
    base = Scenario()

    assert base.replace(births=0.8).changes(base) == {"births": 0.8}
    assert base.changes(base) == {}


def test_quantiles_are_taken_after_the_sum_and_never_added():
    draws = xr.DataArray([[0.0, 10.0], [10.0, 0.0]], {"place": ["a", "b"]}, ("place", "draw"))

    apart = quantile_frame(draws, (0.9,))["q90"].sum()
    together = quantile_frame(draws.sum("place").expand_dims(area=["all"]), (0.9,))["q90"].item()

    assert together == 10
    assert apart == 18
