"""Rogers-Castro schedules agree with rcbayes, migest (United Nations 1992) and DemoTools; skipped without figures."""

import numpy as np
import pandas as pd
import pytest

from seatcast.demography.schedule_fit import fit_schedule
from seatcast.demography.schedules import FUNDAMENTAL, RogersCastro


@pytest.fixture(scope="module")
def vectors(shared):
    return shared / "demography-vectors"


def schedules(table, key, value):
    return {name: RogersCastro(**group.set_index("param")[value]) for name, group in table.groupby(key)}


def test_schedules_of_7_11_and_13_parameters(vectors):
    given = schedules(pd.read_csv(vectors / "rogers_castro_params.csv"), "schedule", "value")
    expected = pd.read_csv(vectors / "rogers_castro_expected.csv")

    assert given["fund7"] == FUNDAMENTAL
    for name, table in expected.groupby("schedule"):
        assert np.abs(given[name].rates(table["age"]) - table["mx"]).max() <= 1e-14, name


def test_schedules_of_the_united_nations_1992(vectors):
    given = schedules(pd.read_csv(vectors / "rogers_castro_un1992_params.csv"), ["schedule_abb", "sex"], "value")
    expected = pd.read_csv(vectors / "rogers_castro_un1992_expected.csv")

    for name, table in expected.groupby(["schedule", "sex"]):
        assert np.abs(given[name].rates(table["age"]) - table["mx"]).max() <= 1e-14, name
    assert len(given) == 12


def test_families_of_the_united_nations_in_demotools(vectors):
    """Facts: medians of parameters beside medians of curves, which are not quite the same; signed, of both sexes."""
    key = ["family", "sex", "mig_sign"]
    given = schedules(pd.read_csv(vectors / "rogers_castro_demotools_un_families_params.csv"), key, "median")
    expected = pd.read_csv(vectors / "rogers_castro_demotools_un_families_props.csv")

    for name, table in expected.groupby(key):
        share = table["prop"].abs() / table["prop"].abs().sum()
        assert np.abs(given[name].shares(table["age"]) - share).max() <= 1e-4, name


def test_indices_of_the_fundamental_schedule(vectors):
    expected = pd.read_csv(vectors / "rogers_castro_fund_indices_expected.csv").set_index("measure")["value"]

    assert FUNDAMENTAL.indices() == pytest.approx(expected.to_dict(), abs=1e-12)


@pytest.fixture(scope="module")
def florida(vectors):
    table = pd.read_csv(vectors / "rogers_castro_florida_fit.csv")
    fit = fit_schedule(table["migrants"], table["pop"], table["age"], components=["child", "labor", "retirement"])
    return table, fit


def test_florida_lies_inside_the_credible_intervals_of_rcbayes(vectors, florida):
    table, fit = florida
    printed = pd.read_csv(vectors / "rogers_castro_florida_params.csv").set_index("variable")
    rates = fit.schedule.rates(table["age"])

    assert ((table["fit_lower"] <= rates) & (rates <= table["fit_upper"])).all()
    for name, row in printed.iterrows():
        assert row["lower"] <= getattr(fit.schedule, name) <= row["upper"], name


def test_draws_for_florida_are_as_wide_as_those_of_rcbayes(florida):
    table, fit = florida
    draws = fit.draws(table["age"], 4000, np.random.default_rng(1))
    width = draws.quantile(0.975, "draw").values - draws.quantile(0.025, "draw").values

    assert np.median(width / (table["fit_upper"] - table["fit_lower"])) == pytest.approx(1, abs=0.1)
