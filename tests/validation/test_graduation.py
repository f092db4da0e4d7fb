"""Single ages agree with DemoTools (graduate_mono); skipped without its figures."""

import pandas as pd
import pytest

from seatcast.demography.graduation import graduate


@pytest.mark.parametrize("series", ["demotools_pop5", "johnson2016_beersp"])
def test_groups_of_five_years(shared, series):
    groups = pd.read_csv(shared / "demography-vectors/graduation_inputs.csv").groupby("series").get_group(series)
    expected = pd.read_csv(shared / "demography-vectors/graduation_expected.csv")
    expected = expected.groupby(["series", "method"]).get_group((series, "mono"))
    last = groups["age"].max()  # open

    single = graduate(groups.query("age < @last").set_index("age")[["pop"]], end=last)["pop"]

    known = expected.query("age < @last").set_index("age")["value"]
    assert (single - known).abs().max() <= 1e-8
