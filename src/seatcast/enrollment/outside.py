"""Somebody else's forecast of the rolls, given the error that theirs has had, as joint draws like our own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CELL, DISTRICT, DRAW, GRADE, SCHOOL, YEAR
from seatcast.core.refused import RefusedError
from seatcast.core.scenario import Scenario
from seatcast.enrollment.bureau_rolls import roll_history
from seatcast.enrollment.rolls import EnrollmentForecast
from seatcast.inputs.read import Inputs
from seatcast.language import _, clauses, join, sentences

_FEWEST = 10  # past errors of a stage, to draw from


class OutsideForecastError(RefusedError):
    """A forecast made elsewhere, or the record of its errors, cannot be used; the message lists every problem."""


def outside_forecast(
    inputs: Inputs, projection: pd.DataFrame, past: pd.DataFrame, scenario: Scenario | None = None
) -> EnrollmentForecast:
    """Return a forecast made elsewhere as joint draws around it, as wide as its past errors say.

    Parameters
    ----------
    inputs : Inputs
        With enrollment, whose last year is the year from which errors grow.
    projection : DataFrame
        year, school, grade, pupils: one number a school, grade and year after that one; years may leave gaps.
    past : DataFrame
        school, grade, projected, counted: what the same forecaster said of a year now counted, `years_ahead` (1
        where the column is left out) before it. Rows with an unknown number are passed over.
    scenario : Scenario, optional
        Its draws and seed; the baseline unless given.

    Returns
    -------
    EnrollmentForecast
        log pupils = log projected + c + e. c is common to all schools and grows as a random walk, its yearly standard
        deviation the error of the past total, abs(log(sum counted / sum projected)) / sqrt(years_ahead): of one past
        year nothing better is known, and its sign is not taken for a bias. e is the school's own: errors of past
        schools of the same stage, drawn with replacement and scaled by the square root of the years. Both are shifted
        so that the draws' mean, over the schools of a stage, is the number that the forecaster gave.

    Raises
    ------
    OutsideForecastError
        If a column or a school is missing, a number unknown or below 0, a year not after the record, a row given
        twice, or fewer than ten past errors of a stage are known; all problems at once.

    Examples
    --------
    A planning office's numbers of five years ahead, and what it said in 2021 of 2026::

        seatcast.outside_forecast(inputs, projection, past.assign(years_ahead=5)).to_frame(level="school")
    """
    scenario = scenario or Scenario()
    base = inputs.base_year
    _refuse(inputs, projection, past, base)
    wide = projection.pivot_table(index=YEAR, columns=[SCHOOL, GRADE], values="pupils", aggfunc="sum").sort_index()
    history = roll_history(inputs)
    district = history.drop_duplicates(SCHOOL).set_index(SCHOOL)[DISTRICT]
    cells = wide.columns.to_frame(index=False)
    cells[DISTRICT] = cells[SCHOOL].map(district)
    order = cells.sort_values([DISTRICT, SCHOOL, GRADE]).index
    cells = cells.loc[order].reset_index(drop=True)
    point = wide.to_numpy(float)[:, order]
    steps = np.sqrt(np.diff([base, *wide.index]))  # of a random walk, in square roots of years
    common, own = _errors(inputs, past)
    shock = scenario.streams["outside forecast, common"].standard_normal((len(steps), scenario.draws))
    total = np.cumsum(common * steps[:, None] * shock, axis=0)
    total -= np.log(np.exp(total).mean(axis=1, keepdims=True))
    spread = np.zeros((len(steps), len(cells), scenario.draws))
    stages = cells[GRADE].map(inputs.area.stage_of).to_numpy()
    for stage, errors in own.items():
        here = np.flatnonzero(stages == stage)
        stream = scenario.streams[f"outside forecast, {stage}"]
        drawn = errors[stream.integers(len(errors), size=(len(steps), len(here), scenario.draws))]
        grown = np.cumsum(steps[:, None, None] * drawn, axis=0)
        spread[:, here] = grown - np.log(np.exp(grown).mean(axis=(1, 2), keepdims=True))
    pupils = point[:, :, None] * np.exp(total[:, None, :] + spread)
    coords: dict[str, Any] = {YEAR: wide.index.to_numpy(), CELL: np.arange(len(cells))}
    coords |= {label: (CELL, cells[label].to_numpy()) for label in (DISTRICT, SCHOOL, GRADE)}
    draws = xr.DataArray(pupils.astype(np.float32), coords, (YEAR, CELL, DRAW), name="pupils")
    return EnrollmentForecast(draws, history, scenario)


def _known(past: pd.DataFrame) -> pd.DataFrame:
    return past[(past["projected"] > 0) & (past["counted"] > 0)]


def _errors(inputs: Inputs, past: pd.DataFrame) -> tuple[float, dict[str, np.ndarray]]:
    """Return the common error of a year, and by stage the schools' own, both as logarithms."""
    known = _known(past)
    ahead = known["years_ahead"] if "years_ahead" in known else pd.Series(1, known.index)
    years = float(ahead.mean())
    common = abs(float(np.log(known["counted"].sum() / known["projected"].sum()))) / np.sqrt(years)
    errors = np.log(known["counted"] / known["projected"]) / np.sqrt(ahead)
    by_stage = errors.groupby(known[GRADE].map(inputs.area.stage_of))
    return common, {str(stage): part.to_numpy() for stage, part in by_stage}


def _refuse(inputs: Inputs, projection: pd.DataFrame, past: pd.DataFrame, base: int) -> None:
    wanted = (("projection", projection, (YEAR, SCHOOL, GRADE, "pupils")),
              ("past", past, (SCHOOL, GRADE, "projected", "counted")))  # fmt: skip
    wrong = [
        _("{table} lacks the columns {names}").format(table=table, names=join([c for c in columns if c not in frame]))
        for table, frame, columns in wanted
        if not set(columns) <= set(frame)
    ]
    if not wrong:
        rolled = set(inputs.enrollment[SCHOOL]) if inputs.enrollment is not None else set()
        strange = [str(school) for school in projection[SCHOOL].unique() if school not in rolled]
        if strange:
            said = _("the projection names schools that are not on the rolls: {names}")
            wrong.append(said.format(names=join(strange[:5])))
        bad = ~(projection["pupils"] >= 0)
        if bad.any():
            said = _("{n} numbers of the projection are unknown or below 0, first that of {school}")
            wrong.append(said.format(n=int(bad.sum()), school=projection[SCHOOL][bad].iloc[0]))
        if (projection[YEAR] <= base).any():
            wrong.append(
                _("the projection speaks of {year}, which is on record").format(year=int(projection[YEAR].min()))
            )
        if projection.duplicated([YEAR, SCHOOL, GRADE]).any():
            wrong.append(_("the projection states a school, grade and year twice"))
        stages = projection[GRADE].map(inputs.area.stage_of)
        number = _known(past)[GRADE].map(inputs.area.stage_of).value_counts()
        wrong += [
            _("of the stage {stage} {n} past errors are known; ten are needed").format(
                stage=stage, n=number.get(stage, 0)
            )
            for stage in stages.unique()
            if number.get(stage, 0) < _FEWEST
        ]
    if wrong:
        remedy = _("Leave out what is not known, and say so.")
        raise OutsideForecastError(sentences([clauses(wrong) + _("."), remedy]))
