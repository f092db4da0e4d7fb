"""Baltimore, a shrinking city: forecasts of 2015 and 2018 five years on, by school, and what befell those that missed.

Years are spring years, as the state publishes them. Skipped where the data are not.
"""

import json

import pandas as pd
import pytest

from seatcast.evaluation.backtest import backtest

SPANS = ((2015, 2020), (2018, 2023))
ZONES = {2015: ("SY1415", "ES_NO"), 2018: ("SY1617", "ES_NO"), 2020: ("SY1819", "Prog_No"),
         2023: ("SY2223", "program_number")}  # fmt: skip
"""The attendance zones nearest to each year, and the field that holds the school's number."""
JUMP, REDRAWN = 0.2, 0.1


@pytest.fixture(scope="module")
def rolls(shared):
    folder = shared / "maryland-msde"
    frame = pd.read_csv(folder / "enrollment_school_grade.csv.gz", dtype=str).query("lss_name == 'Baltimore City'")
    grades = {"K": 0, **{str(grade): grade for grade in range(1, 13)}}
    frame = frame[frame["grade"].isin(grades)].drop_duplicates(["school_id", "year", "grade"])
    return pd.DataFrame(
        {
            "year": frame["year"].astype(int),
            "district": "Baltimore City",
            "school": frame["school_id"],
            "grade": frame["grade"].map(grades),
            "pupils": pd.to_numeric(frame["enrolled"], errors="coerce"),
        }
    )


@pytest.fixture(scope="module")
def record(rolls):
    return backtest(rolls, origins=[origin for origin, _target in SPANS], horizon=5, draws=300, seed=1)


def events(rolls, shared, origin, target):
    """Return, by school, what can be read: a zone redrawn, a roll that jumped within a year, a building renewed."""
    area = {}
    for year in (origin, target):
        vintage, number = ZONES[year]
        features = json.loads((shared / "baltimore-city" / f"es_zones_{vintage}.geojson").read_text())["features"]
        zones = pd.DataFrame([feature["properties"] for feature in features])
        area[year] = zones.set_index("30-" + zones[number].astype(int).astype(str).str.zfill(4))["area_km2"]
    grown = (area[target] / area[origin] - 1).abs()
    total = rolls.groupby(["school", "year"])["pupils"].sum().unstack()
    change = total.loc[:, origin:target].pct_change(axis=1, fill_method=None).abs().max(axis=1)
    built = pd.read_csv(shared / "baltimore-city" / "schools_21st_century_program.csv").dropna(subset=["school_number"])
    built = built[built["bldg_occupancy_year"].between(origin, target)]
    renewed = "30-" + built["school_number"].astype(int).astype(str).str.zfill(4)
    frame = pd.DataFrame({"redrawn": grown > REDRAWN, "jump": change > JUMP}).reindex(total.index)
    return (frame == 1).assign(renewed=total.index.isin(renewed))  # a school without a zone has none redrawn


@pytest.mark.parametrize(("span", "wape", "low", "high"), [(SPANS[0], 16.5, 70, 85), (SPANS[1], 18.0, 63, 80)])
def test_five_years_on_the_errors_stay_where_they_were_measured(record, span, wape, low, high):
    """Measured: 15.8 and 17.2 percent, coverage 73 and 70: too few, since schools were redrawn and merged."""
    table = record.by_school(*span)

    assert 100 * table["error"].abs().sum() / table["actual"].sum() <= wape
    assert low <= 100 * table["inside"].mean() <= high


def test_no_change_is_not_better_over_both(record):
    schools = record.records.query("level == 'school' and year - origin == 5")

    ours, flat = ((schools[name] - schools["actual"]).abs().sum() for name in ("forecast", "no_change"))
    assert ours <= 1.01 * flat


@pytest.mark.parametrize("span", SPANS)
def test_where_nothing_befell_a_school_its_interval_held(record, rolls, shared, span):
    """Measured: 82 and 80 percent inside, WAPE 12 and 12; of the schools with an event 45 and 47, and 31 and 31."""
    table = record.by_school(*span)
    met = events(rolls, shared, *span).any(axis=1).reindex(table["school"]).to_numpy()
    wape = table["error"].abs().groupby(met).sum() / table["actual"].groupby(met).sum()

    assert 0.15 < met.mean() < 0.35
    assert 0.75 <= table["inside"][~met].mean() <= 0.88
    assert wape[True] > 2 * wape[False]
    assert met[~table["inside"]].mean() > met[table["inside"]].mean() + 0.25
