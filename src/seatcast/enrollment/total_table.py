"""The table of totals from outside, checked against the forecast that it is to agree with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seatcast.core.labels import CELL, DISTRICT, GRADE, SCHOOL, YEAR
from seatcast.enrollment.told import HistoryError, told_columns, told_rows
from seatcast.language import _, join, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import xarray as xr

PLACES = (DISTRICT, SCHOOL, GRADE)


def checked_totals(totals: pd.DataFrame, draws: xr.DataArray) -> pd.DataFrame:
    """Return totals with all their columns: year, district, school and grade (None: of all), pupils, spread (0).

    Parameters
    ----------
    totals : DataFrame
        year, pupils; any of district, school, grade and spread.
    draws : DataArray (year, cell, draw)
        The forecast.

    Raises
    ------
    HistoryError
        With every problem: columns missing or unknown, numbers that are none or negative, years and places that are
        not forecast.

    Examples
    --------
    >>> import xarray as xr
    >>> cell = {name: ("cell", [label]) for name, label in (("district", "East"), ("school", "Elm"), ("grade", 1))}
    >>> draws = xr.DataArray([[[40.0]]], {"year": [2027], **cell}, ("year", "cell", "draw"))
    >>> checked_totals(pd.DataFrame({"year": [2031], "scool": ["Elm"], "pupils": [90]}), draws)
    Traceback (most recent call last):
    seatcast.enrollment.told.HistoryError: 2 problems in the totals
    <BLANKLINE>
      totals · scool: not a column of this table (did you mean 'school'?). Rename it or leave it out.
      totals · year · row 1: 2031; the years forecast are 2027. Correct the year, or forecast further.
    """
    problems = told_columns(totals, (YEAR, "pupils"), (*PLACES, "spread"), name=_("totals"))
    if not isinstance(totals, pd.DataFrame):
        raise HistoryError(problems, table=_("the totals"))
    numbers = {
        column: pd.to_numeric(totals[column], errors="coerce").to_numpy(float)
        for column in (YEAR, "pupils", "spread", GRADE)
        if column in totals
    }
    problems += _numbers(totals, numbers, draws[YEAR].to_numpy())
    tidy = totals.reindex(columns=[YEAR, *PLACES, "pupils", "spread"]).astype(object).assign(**numbers)
    for column in (DISTRICT, SCHOOL):
        tidy[column] = tidy[column].map(lambda label: None if pd.isna(label) else str(label))
    problems += _nowhere(tidy, draws)
    if problems:
        raise HistoryError(problems, table=_("the totals"))
    return tidy.assign(spread=tidy["spread"].fillna(0.0)).astype({YEAR: int, "pupils": float, "spread": float})


def _numbers(totals: pd.DataFrame, numbers: dict[str, np.ndarray], years: np.ndarray) -> Iterator[str]:
    if YEAR in numbers:
        shown = join([str(year) for year in years])
        rule = _("the years forecast are {years}. Correct the year, or forecast further.").format(years=shown)
        yield from told_rows(totals, YEAR, ~np.isin(numbers[YEAR], years), rule, name=_("totals · year"))
    rule = sentences([_("a count and its spread are numbers of 0 or more."), _("Correct the number.")])
    for column, name in (("pupils", _("totals · pupils")), ("spread", _("totals · spread"))):
        if column in numbers:
            blank = totals[column].isna().to_numpy() & (column == "spread")
            wrong = ~((numbers[column] >= 0) & np.isfinite(numbers[column])) & ~blank
            yield from told_rows(totals, column, wrong, rule, name=name)
    if GRADE in numbers:
        wrong = ~np.isfinite(numbers[GRADE]) & ~totals[GRADE].isna().to_numpy()
        rule = _("a grade is a whole number; blank for all grades. Correct the code.")
        yield from told_rows(totals, GRADE, wrong, rule, name=_("totals · grade"))


def _nowhere(totals: pd.DataFrame, draws: xr.DataArray) -> Iterator[str]:
    """Yield the totals of places of which nothing is forecast."""
    places = totals[[*PLACES]].to_dict("records")
    shown = [join([f"{key} {label}" for key, label in place.items() if not pd.isna(label)]) for place in places]
    nowhere = np.array([not members_of(draws, place).any() for place in places], bool)
    rule = _("nothing is forecast of it. Correct the name.")
    yield from told_rows(totals.assign(place=shown), "place", nowhere, rule, name=_("totals"))


def members_of(draws: xr.DataArray, place: Mapping[Any, Any]) -> np.ndarray:
    """Return (cell,): whether a cell lies in the district, school and grade named; None stands for all."""
    named = [draws[key].to_numpy() == label for key, label in place.items() if not pd.isna(label)]
    return np.asarray(np.stack([np.ones(draws.sizes[CELL], bool), *named]).all(axis=0))
