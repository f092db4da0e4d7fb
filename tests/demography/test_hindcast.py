"""The children's forecast held against children who came, on the bundled district, through its bad year 2020."""

from dataclasses import replace

import pandas as pd
import pytest

import seatcast as sc

ORIGINS = range(2019, 2026)
TABLES = ("enrollment", "children", "births", "migration", "seats")


def known_by(inputs, year):
    tables = {name: getattr(inputs, name) for name in TABLES}
    return replace(inputs, **{name: table[table["year"] <= year] for name, table in tables.items()})


@pytest.fixture(scope="module")
def hits():
    """Return whether the 80 percent interval held, by origin, lead and stage, for each catchment and for the whole."""
    inputs = sc.load_example()
    rows = []
    for origin in ORIGINS:
        past = known_by(inputs, origin)
        scenario = sc.Scenario(draws=200, horizon=min(5, 2026 - origin))
        drawn = sc.project_children(past, sc.project_migration(past, scenario)).children.sum("status")
        for stage in inputs.area.stages:
            ages = [stage.age(grade) for grade in stage.grades]
            of_age = inputs.children[inputs.children["age"].isin(ages)]
            came = of_age.groupby(["year", "catchment"])["children"].sum()
            for lead in (1, 3, 5):
                if origin + lead > 2026:
                    continue
                forecast = drawn.sel(year=origin + lead, age=ages).sum("age")
                actual = came.loc[origin + lead].reindex(forecast["catchment"].values)
                low, high = forecast.quantile([0.1, 0.9], "draw").values
                rows.append((lead, "catchment", ((actual >= low) & (actual <= high)).mean()))
                low, high = forecast.sum("catchment").quantile([0.1, 0.9], "draw").values
                rows.append((lead, "district", float(low <= actual.sum() <= high)))
    return pd.DataFrame(rows, columns=["lead", "level", "inside"]).groupby(["level", "lead"])["inside"].mean()


def test_the_80_percent_interval_holds_for_most_catchments_even_across_a_shock(hits):
    assert hits["catchment"].between(0.60, 0.95).all(), hits


def test_the_district_total_is_not_far_too_sure_of_itself(hits):
    assert hits["district"].mean() >= 0.6, hits
