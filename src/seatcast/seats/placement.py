"""What part of the children who seek a public seat has one, by status and kind of seat."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, STATUS, TIER, YEAR
from seatcast.seats.allocation import Allocation

PLACES = ("public", "purchased", "none")


def placed_shares(allocation: Allocation, left: xr.DataArray) -> xr.DataArray:
    """Return shares of the children who seek a public seat, (place, year, stage, status, draw).

    Parameters
    ----------
    allocation : Allocation
    left : DataArray (year, stage, status, draw), children
        Those without a seat.
    """
    demand = allocation.demand.by_stage().sum(CATCHMENT).groupby(STATUS).sum(TIER)
    schools = allocation.seated[SCHOOL].values
    public = allocation.area.schools["sector"].reindex(schools).eq("public").to_numpy()
    seated = allocation.seated.groupby(STATUS).sum(TIER)
    parts = [seated.isel({SCHOOL: public}).sum(SCHOOL), seated.isel({SCHOOL: ~public}).sum(SCHOOL), left]
    shares = xr.concat([part / demand.where(demand > 0) for part in parts], pd.Index(PLACES, name="place"))
    return shares.transpose("place", YEAR, STAGE, STATUS, DRAW)


def placement_frame(shares: xr.DataArray, first: str) -> pd.DataFrame:
    """Return the expected shares of `placed_shares` by year, stage and status, and the gap to the `first` status."""
    public = shares.sel({"place": "public"}, drop=True)
    either = public + shares.sel({"place": "purchased"}, drop=True)
    gap = either.sel({STATUS: first}, drop=True) - either
    shown = {"public": public, "public_or_purchased": either, "gap": gap}
    columns = {name: draws.mean(DRAW, skipna=False) for name, draws in shown.items()}
    for q in (0.1, 0.9):
        columns[f"gap_q{100 * q:g}"] = gap.quantile(q, DRAW, skipna=False).drop_vars("quantile")
    return xr.Dataset(columns).to_dataframe().reset_index()
