"""The panels that forecasts of rolls are measured on, read from the folder of real data beside the project."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

GRADES = {"K": 0, "R": 0, **{str(grade): grade for grade in range(1, 13)}}


@dataclass(frozen=True, eq=False)
class RollCase:
    """Rolls of one place: `family` says where from, `origins` from which years it is forecast."""

    family: str
    name: str
    history: pd.DataFrame
    births: pd.DataFrame | None
    origins: tuple[int, ...]


def maryland(shared):
    """Return the state, all years; `year` is the spring year."""
    folder = shared / "maryland-msde"
    rolls = pd.read_csv(folder / "enrollment_school_grade.csv.gz", dtype=str)
    rolls = rolls[rolls["grade"].isin(GRADES)].drop_duplicates(["school_id", "year", "grade"])
    pupils = pd.to_numeric(rolls["enrolled"].str.replace(",", ""), errors="coerce")
    history = tidy(rolls["year"], rolls["lss_name"], rolls["school_id"], rolls["grade"], pupils)
    county = pd.read_csv(folder / "county_components_of_change.csv")
    county = county[county["partial_year"].fillna(0) == 0]
    system = pd.read_csv(folder / "lss_county_xwalk.csv").dropna()
    named = dict(zip(system["geoid"], system["lss_name"], strict=True))
    births = pd.DataFrame(
        {
            "entry_year": county["year"] + 6,  # born July to June: five years old by September of spring year y + 6
            "district": county["geoid"].map({int(key): name for key, name in named.items()}),
            "births": county["births"],
        }
    ).dropna(subset=["district"])
    return RollCase("Maryland", "the state", history, births, (2010, 2012, 2015, 2018, 2020, 2022))


def maryland_systems(shared):
    """Return each school system alone, cut to 2012 on: 4 to 12 years of history."""
    state = maryland(shared)
    recent = state.history[state.history["year"] >= 2012]
    for name, history in recent.groupby("district"):
        births = state.births[state.births["district"] == name]
        if len(history) and history["pupils"].gt(0).any():
            yield RollCase("Maryland systems", name, history.reset_index(drop=True), births if len(births) else None,
                           (2015, 2017, 2019, 2020, 2022, 2024))  # fmt: skip


def england(shared):
    """Return England's authorities as the schools of regions, each region alone, and each authority alone.

    `year` is the spring year. Authorities whose borders changed keep their old number, or vanish.
    """
    folder = shared / "england-la"
    rolls = pd.read_csv(folder / "pupils_la_ncyear_2012_2023.csv.gz", dtype={"old_la_code": str})
    rolls = rolls[rolls["nc_year"].isin(["R", *map(str, range(1, 12))])]
    county = pd.read_csv(folder / "la_county_lookup.csv").dropna()
    county = county[county["cty21cd"].str.startswith("E10")]  # metropolitan counties and London keep no schools
    region = pd.read_csv(folder / "la_itl2_lookup.csv")
    moved = {"E06000048": "E06000057", "E08000020": "E08000037", "E10000002": "E06000060"}
    code = rolls["new_la_code"].replace(moved)
    upper = dict(zip(county["lad21cd"], county["cty21cd"], strict=True))
    of_area = dict(zip(region["lad21cd"], region["itl221nm"], strict=True))
    of_area |= {upper[lad]: name for lad, name in of_area.copy().items() if lad in upper}
    number = rolls.groupby(code)["old_la_code"].last()
    history = tidy(rolls["year"], code.map(of_area).fillna("other"), rolls["old_la_code"], rolls["nc_year"],
                   rolls["headcount"].astype(float))  # fmt: skip
    home = history.drop_duplicates("school", keep="last").set_index("school")["district"]
    history["district"] = history["school"].map(home)
    born = pd.read_csv(folder / "births_annual_1992_2023.csv.gz")
    born = born[(born["geography"] == "LAD21") & (born["type"] == "actual") & born["date"].str.endswith("-07-01")]
    born = pd.DataFrame(
        {
            "entry_year": born["date"].str[:4].astype(int) + 5,  # 12 months to July: reception in the spring 5 years on
            "authority": born["gss_code"].map(upper).fillna(born["gss_code"]).map(number),
            "region": born["gss_code"].map(of_area),
            "births": born["annual_births"],
        }
    )
    by_region = born.groupby(["entry_year", "region"])["births"].sum().reset_index()
    by_region = by_region.rename(columns={"region": "district"})
    by_authority = born.groupby(["entry_year", "authority"])["births"].sum().reset_index()
    by_authority = by_authority.rename(columns={"authority": "district"})
    origins = (2015, 2016, 2017, 2018, 2020, 2022)
    alone = history.assign(district=history["school"])
    yield RollCase("England whole", "regions and authorities", history, by_region, origins)
    yield RollCase("England whole", "authorities as districts", alone, by_authority, origins)
    for name, rows in history.groupby("district"):
        yield RollCase("England regions", name, rows.reset_index(drop=True), born_in(by_region, name), origins)
    complete = alone[alone.groupby("district")["year"].transform("nunique") == 12]
    for name in complete["district"].unique():
        rows = complete[complete["district"] == name]
        yield RollCase("England authorities", name, rows, born_in(by_authority, name), origins)


def eau_claire(shared):
    """Return one small city, kindergarten to grade 5; fall 2020 counted only the pupils who came in person."""
    folder = shared / "eau-claire-wi"
    rolls = pd.read_csv(folder / "enrollment_school_grade_1998_2024.csv")
    pupils = rolls["enrolled"].astype(float).where(rolls["fall_year"] != 2020)
    history = tidy(rolls["fall_year"], "Eau Claire", rolls["school"], rolls["grade"], pupils)
    births = pd.read_csv(folder / "births_district_1995_2019.csv")
    births = births.assign(entry_year=births["birth_year"] + 5, district="Eau Claire")
    yield RollCase("Eau Claire", "Eau Claire", history, births, tuple(range(2001, 2020)))


def everything(shared):
    """Return every case, the state first."""
    return [maryland(shared), *maryland_systems(shared), *england(shared), *eau_claire(shared)]


def tidy(year, district, school, grade, pupils):
    """Return the five columns of a history."""
    frame = pd.DataFrame({"year": year.astype(int), "district": district, "school": school})
    frame["grade"] = grade.map(GRADES).astype(int)
    return frame.assign(pupils=pupils).reset_index(drop=True)


def born_in(births, district):
    """Return the births of one district, or None."""
    rows = births[births["district"] == district]
    return rows if len(rows) and np.isfinite(rows["births"]).any() else None
