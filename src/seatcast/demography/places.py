"""From districts to their catchments: totals shared out by the children who live there."""

from __future__ import annotations

import pandas as pd

from seatcast.core.labels import CATCHMENT, DISTRICT
from seatcast.inputs.read import Inputs


def child_shares(inputs: Inputs) -> pd.Series:
    """Return each catchment's share of its district's children, in the last year on record.

    Returns
    -------
    Series
        By catchment; sums to 1 in every district. Alike in a district without children.
    """
    assert inputs.children is not None
    last = inputs.children[inputs.children["year"] == inputs.children["year"].max()]
    there = last.groupby(CATCHMENT)["children"].sum().reindex(inputs.area.catchments.index, fill_value=0.0)
    district = inputs.area.catchments[DISTRICT]
    total = there.groupby(district).transform("sum")
    alike = 1 / there.groupby(district).transform("size")
    shares: pd.Series = (there / total.where(total > 0)).fillna(alike)
    return shares


def to_catchments(table: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return a table of which some rows state a district, with those rows shared out to its catchments.

    Every column of amounts is shared by the children who live there (`child_shares`).
    """
    amounts = [name for name in ("arrivals", "departures", "net", "births", "women", "children") if name in table]
    of_place = table[CATCHMENT].notna() if CATCHMENT in table else pd.Series(data=False, index=table.index)
    shares = child_shares(inputs).rename("_share").reset_index()
    shares.columns = [CATCHMENT, "_share"]
    shares[DISTRICT] = inputs.area.catchments[DISTRICT].to_numpy()
    spread = table[~of_place].drop(columns=CATCHMENT, errors="ignore").merge(shares, on=DISTRICT, how="left")
    spread[amounts] = spread[amounts].mul(spread["_share"], axis=0).astype(float)
    kept = table[of_place]
    return (
        pd.concat([kept, spread.drop(columns="_share")], ignore_index=True)
        if len(kept)
        else spread.drop(columns="_share")
    )
