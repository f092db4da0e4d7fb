"""Counts carried from map to map keep their total, in every draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seatcast.catchments.carry import carry
from seatcast.catchments.faults import MapError
from seatcast.catchments.map import CatchmentMap
from seatcast.catchments.overlay import SmallAreas
from seatcast.testing import tiled_map

DRAWS = 3
sizes = st.integers(1, 4)
cuts = st.floats(0.4, 3.0)
seeds = st.integers(0, 2**16)


def counts_on(some_map, seed):
    values = np.random.default_rng(seed).gamma(1.0, 100.0, (2, len(some_map.catchments), DRAWS)).astype(np.float32)
    coords = {"year": [2026, 2027], "catchment": some_map.catchments.to_list()}
    return xr.DataArray(values, coords, ("year", "catchment", "draw"))


def people(seed, number=200):
    rng = np.random.default_rng(seed)
    lon, lat = 120 + rng.uniform(-0.01, 0.07, number), 30 + rng.uniform(-0.01, 0.05, number)
    return pd.DataFrame({"lon": lon, "lat": lat, "people": rng.integers(0, 5, number)})


def tracts(seed):
    small = tiled_map(5, 5, wide=1.3, shift=-0.4)
    return SmallAreas(small, pd.Series(np.random.default_rng(seed).integers(0, 90, 25), small.catchments))


weighings = st.sampled_from([lambda _seed: None, people, tracts])


@settings(max_examples=20)
@given(rows=sizes, columns=sizes, goal=sizes, wide=cuts, shift=cuts, seed=seeds, weigh=weighings)
def test_the_total_stays_in_every_draw(rows, columns, goal, wide, shift, seed, weigh):
    source, target = tiled_map(rows, columns), tiled_map(goal, goal, wide=wide, shift=shift - 1)
    counts = counts_on(source, seed)

    carried = carry(counts, source, target, weights=weigh(seed), outside="apart")

    total = counts.astype(float).sum("catchment")
    assert float((abs(carried.total - total) / total).max()) < 1e-9
    assert float(carried.counts.min()) >= 0
    assert carried.counts.dims == counts.dims
    assert carried.shares.groupby("source")["share"].sum().to_numpy() == pytest.approx(1.0)


@settings(max_examples=20)
@given(rows=sizes, columns=sizes, seed=seeds, weigh=weighings)
def test_a_map_carried_to_itself_is_the_same(rows, columns, seed, weigh):
    cells = tiled_map(rows, columns)
    counts = counts_on(cells, seed)

    assert np.array_equal(carry(counts, cells, cells, weights=weigh(seed)).counts, counts)


@settings(max_examples=20)
@given(columns=st.integers(2, 5), seed=seeds, weigh=weighings)
def test_catchments_that_merge_add_their_children(columns, seed, weigh):
    cells, whole = tiled_map(1, columns), tiled_map(1, 1, wide=columns)
    counts = counts_on(cells, seed)

    merged = carry(counts, cells, whole, weights=weigh(seed)).counts

    assert merged.sel(catchment="0-0").values == pytest.approx(counts.astype(float).sum("catchment").values)


@settings(max_examples=20)
@given(wide=cuts, seed=seeds, weigh=weighings)
def test_splitting_a_catchment_with_its_children_changes_nothing(wide, seed, weigh):
    coarse, fine = tiled_map(1, 2, wide=2.0), tiled_map(1, 4)
    target, weights = tiled_map(1, 3, wide=wide, shift=0.3), weigh(seed)
    counts = counts_on(coarse, seed)

    straight = carry(counts, coarse, target, weights=weights, outside="apart")
    split = carry(counts, coarse, fine, weights=weights).counts
    around = carry(split, fine, target, weights=weights, outside="apart")

    # A side of two kilometres is straight between its corners, one of two sides bends with the parallel: centimetres.
    assert around.counts.values == pytest.approx(straight.counts.values, rel=1e-3, abs=1e-4 * float(counts.max()))
    assert around.total.values == pytest.approx(straight.total.values)


@settings(max_examples=20)
@given(draws=arrays(float, (3, 4), elements=st.floats(0, 1e6)))
def test_carrying_is_linear_so_the_mean_of_draws_is_the_draw_of_means(draws):
    source, target = tiled_map(1, 3), tiled_map(1, 2, wide=1.5)
    counts = xr.DataArray(draws, {"catchment": source.catchments.to_list()}, ("catchment", "draw"))

    carried = carry(counts, source, target).counts.mean("draw")

    assert carried.values == pytest.approx(carry(counts.mean("draw"), source, target).counts.values, rel=1e-9, abs=1e-6)


def test_area_divides_by_ground_and_people_by_where_they_live():
    source, target = tiled_map(1, 1, wide=4.0), tiled_map(1, 2, wide=2.0)
    counts = xr.DataArray([100.0], {"catchment": ["0-0"]})
    homes = pd.DataFrame({"lon": [120.005, 120.006, 120.007, 120.035], "lat": 30.005, "people": [1, 1, 1, 1]})

    assert carry(counts, source, target).counts.values == pytest.approx([50.0, 50.0], rel=1e-6)
    assert carry(counts, source, target, weights=homes).counts.values == pytest.approx([75.0, 25.0])


def test_where_the_weights_find_nobody_the_ground_decides_and_it_is_said():
    source, target = tiled_map(1, 2, wide=2.0), tiled_map(1, 4)
    homes = pd.DataFrame({"lon": [120.001], "lat": 30.005, "people": [7]})

    carried = carry(xr.DataArray([8.0, 8.0], {"catchment": ["0-0", "0-1"]}), source, target, weights=homes)

    assert carried.counts.values == pytest.approx([8.0, 0.0, 4.0, 4.0], rel=1e-6)
    assert carried.by_area == ("0-1",)


def test_a_count_outside_the_map_is_refused_with_its_share_or_kept_apart():
    source, target = tiled_map(1, 2), tiled_map(1, 1, wide=1.5, name="new map")
    counts = xr.DataArray([10.0, 20.0], {"catchment": ["0-0", "0-1"]})

    with pytest.raises(
        MapError, match=r"50.0% of '0-1' on the map  lie where this map has no catchment; a count is never"
    ):
        carry(counts, source, target)
    apart = carry(counts, source, target, outside="apart")
    assert apart.counts.values == pytest.approx([20.0], rel=1e-4)
    assert apart.outside.values == pytest.approx([0.0, 10.0], rel=1e-4)


def test_an_unknown_count_makes_unknown_only_what_it_touches():
    source, target = tiled_map(1, 4), tiled_map(1, 2, wide=2.0)
    counts = xr.DataArray([1.0, np.nan, 3.0, 4.0], {"catchment": source.catchments.to_list()})

    assert carry(counts, source, target).counts.values == pytest.approx([np.nan, 7.0], nan_ok=True)


def test_names_that_do_not_fit_are_all_told():
    counts = xr.DataArray([1.0, 2.0], {"catchment": ["0-0", "elm"]})

    with pytest.raises(MapError) as refused:
        carry(counts, tiled_map(1, 2, name="old"), tiled_map(1, 1))

    assert "catchment 'elm' has a count, but no shape" in str(refused.value)
    assert "catchment '0-1' has a shape, but no count; counts and map have the same catchments; write 0" in str(
        refused.value
    )


def test_the_order_of_the_map_and_of_the_counts_means_nothing():
    source, target = tiled_map(2, 2), tiled_map(1, 2, wide=1.0)
    counts = counts_on(source, 3)
    turned = CatchmentMap(source.shapes[::-1])

    one = carry(counts, source, target, outside="apart").counts
    other = carry(counts.isel(catchment=[2, 0, 3, 1]), turned, target, outside="apart").counts

    assert other.values == pytest.approx(one.values)


def test_a_lake_inside_a_catchment_belongs_to_nobody():
    ring = shapely.box(120, 30, 120.03, 30.03).difference(shapely.box(120.01, 30.01, 120.02, 30.02))
    source = CatchmentMap(pd.Series({"ring": ring}).rename_axis("catchment"))

    carried = carry(xr.DataArray([8.0], {"catchment": ["ring"]}), source, tiled_map(3, 3))

    assert carried.counts.sel(catchment="1-1") == 0
    assert carried.counts.sel(catchment="0-0") == pytest.approx(1.0, rel=1e-3)
