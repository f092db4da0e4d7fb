"""Raked tables agree with migest (ipf2, cm2); skipped without its figures."""

import pandas as pd
import pytest

from seatcast.demography.raking import rake


@pytest.mark.parametrize("case", ["willekens2x2", "bigger3x3", "structural_zero4x4"])
def test_tables_with_two_totals(shared, case):
    cases = pd.read_csv(shared / "demography-vectors/ipf2_cases.csv").groupby("case").get_group(case)
    margins = pd.read_csv(shared / "demography-vectors/ipf2_margins.csv").groupby("case").get_group(case)
    table = cases.set_index(["orig", "dest"])[["seed", "mu"]].astype(float).to_xarray()
    rows, columns = (
        margins[margins["side"] == side].set_index("i")["total"].rename_axis(dim).astype(float).to_xarray()
        for side, dim in (("row", "orig"), ("col", "dest"))
    )

    raked = rake(table["seed"], rows, columns).table

    assert float(abs(raked - table["mu"]).max()) <= 1e-9
