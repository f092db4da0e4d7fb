"""Expected cohorts against the peers' own runs, from ../shared/data/demography-vectors (see SOURCE.md there)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import binom, poisson

from seatcast.demography.cohorts import DepletedCohortError
from seatcast.demography.expected_cohorts import expected_births, expected_cohorts

VECTORS = Path(__file__).parents[2].parent / "shared" / "data" / "demography-vectors"
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="shared data are not here: demography-vectors")


def table(name):
    return pd.read_csv(VECTORS / f"{name}.csv")


def array(values, ages, **coords):
    return xr.DataArray(np.asarray(values, float), {"age": list(ages), **coords}, ("age", *coords))


def with_births(people, survival, fertility, srb, *, years, net, timing, women_end="end"):
    """Step twice: births follow the women of the end, who do not depend on the births."""
    sexes = people["sex"].values
    first = expected_cohorts(people, 0.0, survival, net=net, timing=timing)
    if timing == "even":
        start, end = people + net / 2, first["end"] - (net / 2 if women_end == "survivors" else 0.0)
    else:  # who comes at the end of the step bears no child in it
        start, end = people, first["end"] - net
    births = expected_births(start.sel(sex="f", drop=True), end.sel(sex="f", drop=True), fertility, years=years)
    share = xr.DataArray([srb / (1 + srb), 1 / (1 + srb)], {"sex": ["m", "f"]}).sel(sex=sexes)
    by_sex = births * share
    return expected_cohorts(people, by_sex, survival, net=net, timing=timing), float(births)


@pytest.mark.parametrize("timing", ["even", "end"])
def test_sweden_1993_as_published_and_to_the_last_digit(timing):
    given = table("ccm_sweden1993_5x5")
    ages, both = given["age"], {"sex": ["m", "f"]}

    def two(column):
        return array(np.stack([given[column]] * 2, 1), ages, **both)

    sheet, births = with_births(
        two("pop0_f"), two("surv"), array(given["asfr"], ages), 1.05, years=5, net=two("netmig_f"), timing=timing
    )

    for sex in ("f", "m"):
        np.testing.assert_allclose(sheet["end"].sel(sex=sex), given[f"{timing}_pop_{sex}"], rtol=1e-12)
    assert births == pytest.approx(given[f"{timing}_births"].sum(), rel=1e-12)
    if timing == "even":
        published = given["published_pop1998_f"]
        np.testing.assert_array_equal(sheet["end"].sel(sex="f").round(), published)


def test_thailand_1960_to_2000_with_the_other_first_row():
    """The peer takes net migration as a share of the people a year, and births from women before the second half."""
    given, expected = table("ccm_thailand_inputs"), table("ccm_thailand_expected")
    sexes = {"f": "female", "m": "male"}
    people = grid(expected[expected["year"] == 1960], "pop", sexes)
    ages = people["age"].values
    for year in sorted(given["year"].unique()):
        now = given[given["year"] == year]
        survival = grid(now, "surv", sexes)
        share = grid(now, "mig_prop", sexes).sel(age=ages)
        fertility = grid(now, "asfr", sexes).sel(age=ages, sex="f", drop=True).fillna(0.0)
        people = with_births(
            people, survival, fertility, now["srb"].iloc[0], years=5, net=5 * share * people, timing="even",
            women_end="survivors",
        )[0]["end"]  # fmt: skip
        reached = grid(expected[expected["year"] == year + 5], "pop", sexes)
        np.testing.assert_allclose(people, reached.transpose(*people.dims), rtol=1e-12)


def grid(frame, column, sexes):
    wide = frame.pivot_table(index="age", columns="sex", values=column, dropna=False)
    return array(wide[[sexes["m"], sexes["f"]]].to_numpy(), wide.index, sex=["m", "f"])


def test_kuwait_1990_to_2000_through_the_shock_whose_cells_below_none_the_peer_sets_to_0_0005():
    given, expected = table("ccm_kuwait_1x1_inputs_1990_1999"), table("ccm_kuwait_1x1_expected_1990_2000")

    def both(frame, stem):
        return array(frame[[f"{stem}_m", f"{stem}_f"]], frame["age"], sex=["m", "f"])

    refused = 0
    people = both(expected[expected["year"] == 1990], "pop")
    for year in range(1990, 2000):
        now = given[given["year"] == year].reset_index()
        survival, net = both(now, "surv"), both(now, "netmig")
        fertility = array(now["asfr"].where(~now["age"].isin([0, 100]), 0.0), now["age"])
        without = expected_cohorts(people, 0.0, survival)["end"]
        births = expected_births(people.sel(sex="f", drop=True), without.sel(sex="f", drop=True), fertility)
        srb = now["srb"].iloc[0]
        by_sex = births * xr.DataArray([srb / (1 + srb), 1 / (1 + srb)], {"sex": ["m", "f"]})
        stay = expected_cohorts(people, by_sex, survival)["end"]
        if float((stay + net).min()) < 0:
            refused += 1
            with pytest.raises(DepletedCohortError, match=r"age \d+, sex [mf]: .* check migration there"):
                expected_cohorts(people, by_sex, survival, net=net)
        net = net.where(stay + net >= 0, 0.0005 - stay)
        people = expected_cohorts(people, by_sex, survival, net=net)["end"]
        reached = both(expected[expected["year"] == year + 1], "pop")
        np.testing.assert_allclose(people, reached, rtol=1e-10)
    assert refused > 0


def test_aargau_two_statuses_ages_1_to_99():
    """The peer ages immigrants' mortality by one year too many, and charges those naturalized the mortality of their
    new status without it leaving the account of the old: both are fed here; the library itself does neither.
    """
    given, expected = table("ccm_status_aargau_inputs_2025_2030"), table("ccm_status_aargau_expected_2024_2030")
    base = expected.rename(columns={"pop_31dec_or_start": "pop"})

    def cube(frame, column):
        return frame.set_index(["age", "nat", "sex"])[column].to_xarray().astype(float)

    for year in range(2025, 2031):
        now = given[given["year"] == year]
        people, reached = (cube(base[base["year"] == y], "pop").rename(nat="status") for y in (year - 1, year))
        rate = {
            c: cube(now, c).rename(nat="status") for c in ("mor", "emi_int", "emi_nat", "acq", "imm_int_n", "imm_nat_n")
        }
        come = rate["imm_int_n"] + rate["imm_nat_n"]
        survival = 1 - rate["mor"]
        shifted = 1 - 0.5 * rate["mor"].shift(age=-1).fillna(0.0)  # the peer's mortality of immigrants, a year on
        own = 1 - 0.5 * rate["mor"]
        change = xr.concat([rate["acq"], xr.zeros_like(rate["acq"])], pd.Index(["ch", "int"], name="to_status"))
        out = rate["emi_int"] + rate["emi_nat"]
        sheet = expected_cohorts(
            people, 0.0, survival, arrivals=come * shifted / own, departures=out, change=change, timing="even"
        )
        cohort = people.sel(status="int").shift(age=1, fill_value=0.0)
        half = (rate["mor"].sel(status="int") - rate["mor"].sel(status="ch")) / 2
        peer = sheet["end"].copy()
        peer.loc[{"status": "ch"}] += cohort * rate["acq"].sel(status="int") * half
        ages = slice(1, 99)
        difference = peer.sel(age=ages) - reached.sel(age=ages)
        assert float(abs(difference).max()) < 1e-8
        right = expected_cohorts(people, 0.0, survival, arrivals=come, departures=out, change=change, timing="even")
        apart = abs(right["end"] / reached - 1).sel(age=ages)
        assert 0 < float(apart.where(reached.sel(age=ages) > 20).max()) < 3e-3


def test_the_law_of_a_cohort_cell_after_years_of_constant_rates():
    given = table("binomial_poisson_closure_expected")
    for row in given.itertuples():
        survive = row.p_stay**row.steps
        rate = row.inflow * sum(row.p_stay**k for k in range(row.steps))
        stay, come = binom(row.n0, survive), poisson(rate)
        law = np.convolve(stay.pmf(np.arange(row.n0 + 1)), come.pmf(np.arange(200)))
        assert stay.mean() + come.mean() == pytest.approx(row.mean, rel=1e-10)
        assert stay.var() + come.var() == pytest.approx(row.var, rel=1e-10)
        assert law[0] == pytest.approx(row.p_zero, rel=1e-10)
        for share, quantile in ((0.05, row.q05), (0.5, row.q50), (0.95, row.q95)):
            assert np.searchsorted(np.cumsum(law), share) == quantile
