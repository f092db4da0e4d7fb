"""A bureau's own rolls: its history as the forecast reads it, the forecast, and the record put before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CELL, DISTRICT, GRADE, SCHOOL, STATUS, YEAR
from seatcast.core.scenario import Scenario
from seatcast.demography.births import latest_vintage
from seatcast.enrollment.groups import GroupForecast, forecast_groups
from seatcast.enrollment.rolls import EnrollmentForecast, forecast_enrollment
from seatcast.inputs.read import Inputs
from seatcast.inputs.roll_tables import LEAVING


def project_rolls(inputs: Inputs, scenario: Scenario) -> EnrollmentForecast:
    """Return the rolls of all schools by grade, from the bureau's enrollment and, where it has them, births.

    Parameters
    ----------
    inputs : Inputs
        With enrollment; statuses are added up, and a cell unknown for one of them is unknown.
    scenario : Scenario
        `committed`: events to come, such as closures, move pupils; see `after_events`.

    Returns
    -------
    EnrollmentForecast

    Examples
    --------
    ::

        inputs = seatcast.load_example()
        seatcast.project_rolls(inputs, seatcast.Scenario(draws=100)).to_frame(level="school")
    """
    horizon = scenario.horizon or inputs.horizon
    rolls = forecast_enrollment(
        roll_history(inputs), horizon=horizon, draws=scenario.draws, seed=scenario.seed, births=entry_births(inputs),
        events=roll_events(inputs, committed=scenario.committed),
    )  # fmt: skip
    return replace(rolls, scenario=scenario)


def roll_events(inputs: Inputs, *, committed: bool = True) -> pd.DataFrame | None:
    """Return the bureau's events as `forecast_enrollment` reads them; without `committed`, those of the past alone.

    A school with a year of closing and no event of its own closes in that year; its pupils go to the district's other
    schools of the same sector.
    """
    assert inputs.enrollment is not None
    schools, districts = inputs.area.schools, _districts(inputs)
    on_roll = set(inputs.enrollment[SCHOOL])
    events = pd.DataFrame(columns=["year", "event", SCHOOL]) if inputs.events is None else inputs.events
    home = schools["catchment"].map(inputs.area.catchments["district"]) if "catchment" in schools else None
    if districts is None or home is None:
        home = pd.Series(inputs.area.name, schools.index)
    leaving = set(events.loc[events["event"].isin(LEAVING), SCHOOL])
    closes = pd.to_numeric(schools.get("closes", pd.Series(dtype=float)), errors="coerce").dropna()
    alike = pd.MultiIndex.from_arrays([home, schools["sector"]]).factorize()[0]
    rows = []
    for at, school in enumerate(schools.index):
        if school in closes.index and school in on_roll and school not in leaving:
            others = [other for other in schools.index[alike == alike[at]] if other != school and other in on_roll]
            rows.append({"year": int(closes[school]), "event": "close", SCHOOL: school, "others": tuple(others)})
    both = pd.concat([events, pd.DataFrame(rows)], ignore_index=True) if rows else events
    both = both[both[SCHOOL].isin(on_roll) | (both["event"] == "open")]
    if not committed:
        both = both[both["year"] <= inputs.base_year]
    return None if both.empty else both.assign(district=both[SCHOOL].map(home))


def roll_groups(inputs: Inputs, rolls: EnrollmentForecast) -> GroupForecast:
    """Return the bureau's rolls by status, as its enrollment tells them apart; in every draw they add up to `rolls`."""
    assert inputs.enrollment is not None
    district = roll_history(inputs).drop_duplicates(SCHOOL).set_index(SCHOOL)[DISTRICT]
    history = inputs.enrollment.assign(district=inputs.enrollment[SCHOOL].map(district))
    return replace(forecast_groups(rolls, history, by=STATUS), area=inputs.area)


def roll_history(inputs: Inputs) -> pd.DataFrame:
    """Return the bureau's enrollment as `forecast_enrollment` reads it: year, district, school, grade, pupils."""
    assert inputs.enrollment is not None
    pupils = inputs.enrollment.groupby(["year", "school", "grade"])["pupils"]
    counts = pupils.sum().where(pupils.count() == pupils.size()).reset_index()
    districts = _districts(inputs)
    return counts.assign(district=inputs.area.name if districts is None else counts["school"].map(districts))


def _districts(inputs: Inputs) -> pd.Series | None:
    """Return the district of each school on roll; None where one is unknown: the area then is one district."""
    assert inputs.enrollment is not None
    schools = inputs.area.schools
    if "catchment" not in schools:
        return None
    home = schools["catchment"].map(inputs.area.catchments["district"])
    return None if home.reindex(inputs.enrollment["school"].unique()).isna().any() else home


def entry_births(inputs: Inputs) -> pd.DataFrame | None:
    """Return births of record by the school year in which they enter (kindergarten or grade 1), or None.

    The area as a whole stands for its districts where births are not known by district.
    """
    if inputs.births is None:
        return None
    births = latest_vintage(inputs.births)
    if _districts(inputs) is None:
        births = births.assign(district=inputs.area.name)
    elif "district" not in births or births["district"].isna().all():
        births = births.assign(district=births["catchment"].map(inputs.area.catchments["district"]))
    grouped = births.groupby(["year", "district"])["births"].sum(min_count=1).reset_index()
    entry = next((grade for grade in inputs.area.grades if grade >= 0), inputs.area.grades[0])  # pre-kindergarten: -1
    age = inputs.area.stage(inputs.area.stage_of[entry]).age(entry)
    return grouped.assign(entry_year=grouped["year"] + age)[["entry_year", "district", "births"]]


def with_record(inputs: Inputs, groups: GroupForecast) -> xr.DataArray:
    """Return the draws of the rolls by status, (year, cell, status, draw), with the year of record put first.

    A count of record is the same in every draw; where it is unknown, the draws of the year after stand for it; a
    cell without a row had no pupils yet.
    """
    assert inputs.enrollment is not None
    record = inputs.enrollment[inputs.enrollment[YEAR] == inputs.base_year].set_index([SCHOOL, GRADE, STATUS])["pupils"]
    ahead, statuses = groups.draws, groups.draws[STATUS].values
    first = ahead.isel({YEAR: [0]}).assign_coords({YEAR: [inputs.base_year]})
    by_status = []
    for at, status in enumerate(statuses):
        cells = pd.MultiIndex.from_arrays([ahead[SCHOOL].values, ahead[GRADE].values, [status] * ahead.sizes[CELL]])
        now = record.reindex(cells).where(cells.isin(record.index), 0.0).to_numpy(np.float32)[None, :, None]
        by_status.append(np.where(np.isnan(now), first.values[:, :, at], now))
    return xr.concat([first.copy(data=np.stack(by_status, axis=2)), ahead], YEAR)
