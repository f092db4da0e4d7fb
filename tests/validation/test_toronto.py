"""Toronto's own projections to 2040, read as an outside forecast: shortage and idle seats by school."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import seatcast as sc
from seatcast.enrollment.outside import outside_forecast

ROOT = Path(__file__).parents[2]
YEARS = (2025, 2030, 2035, 2040)


@pytest.fixture(scope="module")
def sheet(shared):
    table = pd.read_csv(shared / "toronto-tdsb" / "schools_capacity_projection_2020.csv")
    return table[table["panel"].isin(["E", "S"])].assign(grade=lambda rows: rows["panel"].map({"E": 1, "S": 9}))


@pytest.fixture(scope="module")
def shortfall(shared, sheet):
    inputs = sc.read_inputs(ROOT / "data" / "toronto", data=shared)
    wide = sheet.rename(columns={f"projected_{year}": year for year in YEARS})
    projection = wide.melt(["school", "grade"], list(YEARS), "year", "pupils").dropna(subset=["pupils"])
    past = sheet.rename(columns={"projected_oct2020": "projected", "fte_2020": "counted"})
    rolls = outside_forecast(inputs, projection.astype({"year": int}), past, sc.Scenario(draws=400, seed=2026))
    return sc.allocate(sc.project_demand(inputs, rolls), inputs.seats).shortfall()


def test_the_sheet_is_read_as_it_is(shortfall, sheet):
    seats = shortfall.allocation.capacity.seats.sel(year=2020)

    assert len(shortfall.area.schools) == 581
    assert float(seats.sum()) == sheet["capacity_2020"].sum()


def test_the_board_s_past_error_is_the_one_published(sheet):
    known = sheet.dropna(subset=["projected_oct2020", "fte_2020"])
    error = abs(known["projected_oct2020"] - known["fte_2020"]) / known["fte_2020"]

    assert error.mean() == pytest.approx(0.077, abs=0.005)  # SOURCE.md: 7.7 percent with two schools of both panels
    assert error.median() == pytest.approx(0.042, abs=0.001)
    assert known["projected_oct2020"].sum() / known["fte_2020"].sum() - 1 == pytest.approx(0.039, abs=0.001)


@pytest.mark.parametrize("year", YEARS)
def test_pupils_are_expected_to_be_as_many_as_the_board_says(shortfall, sheet, year):
    board = sheet.groupby("panel")[f"projected_{year}"].sum()
    ours = shortfall.allocation.demand.by_stage().sel(year=year).sum(["catchment", "tier"]).mean("draw").to_series()

    assert ours[["elementary", "secondary"]].to_numpy() == pytest.approx(board[["E", "S"]].to_numpy(), rel=0.02)


@pytest.mark.parametrize("year", YEARS)
def test_shortage_and_idle_seats_are_above_those_of_the_board_s_single_numbers(shortfall, sheet, year):
    board = sheet.dropna(subset=[f"projected_{year}"])
    gap = board[f"projected_{year}"] - board["capacity_2020"]
    short = float(shortfall.seats.sel(year=year).sum(["catchment", "stage"]).mean())
    idle = float(shortfall.idle.sel(year=year).sum(["school", "stage"]).mean())

    assert short > gap.clip(lower=0).sum()  # a remainder is convex: uncertainty adds to both sides
    assert idle > (-gap).clip(lower=0).sum() * 0.95
    assert short - idle == pytest.approx(
        float(shortfall.allocation.demand.pupils.sel(year=year).sum(["catchment", "grade", "tier"]).mean())
        - sheet["capacity_2020"].sum(), rel=1e-3, abs=1.0,
    )  # fmt: skip


def test_every_school_has_its_shortage_its_idle_seats_and_their_probability(shortfall):
    short, idle = shortfall.to_frame(), shortfall.idle_frame()

    assert len(short[short["year"] == 2040].query("expected >= 0")) >= 581
    assert short["probability"].between(0, 1).all()
    assert (idle["expected"] <= idle["seats"] + 1e-3).all()
    assert np.isfinite(short["expected"]).all()
