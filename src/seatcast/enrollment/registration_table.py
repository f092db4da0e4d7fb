"""The table of pupils registered so far, checked against the forecast that it is to update."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.core.labels import GRADE, SCHOOL, YEAR
from seatcast.enrollment.told import HistoryError, told_columns, told_rows
from seatcast.language import _, n_, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

_KEY = (YEAR, SCHOOL, GRADE)


def checked_registrations(registrations: pd.DataFrame, draws: xr.DataArray, history: pd.DataFrame) -> pd.DataFrame:
    """Return year, school, grade, registered and share, tidy: NaN where a number is not known.

    Parameters
    ----------
    registrations : DataFrame
        year, school, grade, registered, and share where it is known.
    draws : DataArray (year, cell, draw)
        The forecast of rolls.
    history : DataFrame
        year, school, grade, pupils.

    Raises
    ------
    HistoryError
        With every problem: columns and numbers, rows given twice, years and cells that are not forecast, and
        registrations of which nobody can say how many pupils they stand for.

    Examples
    --------
    >>> import xarray as xr
    >>> cell = {"school": ("cell", ["Elm"]), "grade": ("cell", [0])}
    >>> draws = xr.DataArray([[[40.0]]], {"year": [2027], **cell}, ("year", "cell", "draw"))
    >>> table = pd.DataFrame({"year": [2027], "school": ["Elm"], "grade": [0], "registered": [-60], "share": [0.8]})
    >>> checked_registrations(table, draws, pd.DataFrame(columns=["year", "school", "grade", "pupils"]))
    Traceback (most recent call last):
    seatcast.enrollment.told.HistoryError: 1 problem in the registrations
    <BLANKLINE>
      registrations · registered · row 1: -60; pupils registered are 0 or more, or blank. Correct the count.
    """
    problems = told_columns(registrations, (*_KEY, "registered"), ("share", "district"), name=_("registrations"))
    problems += told_columns(history, (*_KEY, "pupils"), name=_("the history of rolls"))
    if not problems:
        tidy = _tidy(registrations)
        problems = [*_numbers(registrations, tidy, draws)]
        problems = problems or [*_cells(tidy, draws), *_unknown_pace(tidy, draws, history)]
    if problems:
        raise HistoryError(problems, table=_("the registrations"))
    return tidy


def _tidy(registrations: pd.DataFrame) -> pd.DataFrame:
    columns = [YEAR, GRADE, "registered", "share"]
    numbers = {c: pd.to_numeric(registrations.get(c, np.nan), errors="coerce") for c in columns}
    return registrations.assign(**numbers, school=registrations[SCHOOL].map(str))[[*_KEY, "registered", "share"]]


def _numbers(told: pd.DataFrame, tidy: pd.DataFrame, draws: xr.DataArray) -> Iterator[str]:
    first = int(draws[YEAR].values[0])
    correct = _("Correct the number.")
    rule = _("registrations are of {first}, the first year forecast, and of years before it.").format(first=first)
    wrong = ~((tidy[YEAR] % 1 == 0) & (tidy[YEAR] <= first)).to_numpy(bool)
    yield from told_rows(told, YEAR, wrong, sentences([rule, correct]), name=_("registrations · year"))
    rule = sentences([_("a grade is a whole number; kindergarten is 0."), correct])
    yield from told_rows(told, GRADE, ~(tidy[GRADE] % 1 == 0).to_numpy(bool), rule, name=_("registrations · grade"))
    rule = _("pupils registered are 0 or more, or blank. Correct the count.")
    count = tidy["registered"].to_numpy(float)
    wrong = ~((count >= 0) & np.isfinite(count)) & told["registered"].notna().to_numpy()
    yield from told_rows(told, "registered", wrong, rule, name=_("registrations · registered"))
    if "share" in told:
        wrong = (~tidy["share"].between(0, 1) & told["share"].notna()).to_numpy(bool)
        rule = _("a share lies between 0 and 1. Give 0.3 for 30 percent.")
        yield from told_rows(told, "share", wrong, rule, name=_("registrations · share"))
    if not (tidy[YEAR] == first).any():
        yield _("registrations · year: no row of {first}; these update the first year forecast. Add them.").format(
            first=first
        )


def _cells(tidy: pd.DataFrame, draws: xr.DataArray) -> Iterator[str]:
    shown = tidy.assign(key=[f"{row.school} · {row.year:.0f} · {row.grade:.0f}" for row in tidy.itertuples()])
    rule = _("a school, year and grade occur once. Remove the row, or add the counts up.")
    name = _("registrations · school, year, grade")
    yield from told_rows(shown, "key", tidy.duplicated([*_KEY]).to_numpy(), rule, name=name)
    cells = pd.MultiIndex.from_arrays([draws[SCHOOL].values, draws[GRADE].values])
    now = (tidy[YEAR] == int(draws[YEAR].values[0])).to_numpy()
    elsewhere = now & ~pd.MultiIndex.from_frame(tidy[[SCHOOL, GRADE]]).isin(cells)
    rule = _("nothing is forecast of it. Correct the school or the grade, or tell its opening in the events.")
    yield from told_rows(shown, "key", elsewhere, rule, name=name)


def _unknown_pace(tidy: pd.DataFrame, draws: xr.DataArray, history: pd.DataFrame) -> Iterator[str]:
    """Yield that nobody knows how many of the pupils have registered by now."""
    first = int(draws[YEAR].values[0])
    both = tidy[tidy[YEAR] < first].merge(known_rolls(history), on=[*_KEY])
    without = int(((tidy[YEAR] == first) & tidy["registered"].notna() & ~(tidy["share"] > 0)).sum())
    if without and not ((both["pupils"] > 0) & (both["registered"] > 0)).any():
        yield n_(
            "registrations: {n} row of {first} has no `share`, and no past year tells how many of the pupils had "
            "registered by the same date. Add past years, or the share.",
            "registrations: {n} rows of {first} have no `share`, and no past year tells how many of the pupils had "
            "registered by the same date. Add past years, or the share.",
            without,
        ).format(n=without, first=first)


def known_rolls(history: pd.DataFrame) -> pd.DataFrame:
    """Return year, school, grade and pupils of a history in the kinds of a tidy table of registrations."""
    numbers = {column: pd.to_numeric(history[column]) for column in (YEAR, GRADE, "pupils")}
    return history.assign(**numbers, school=history[SCHOOL].map(str))[[*_KEY, "pupils"]]
