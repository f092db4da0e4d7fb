"""A history of rolls is checked in full before anything is computed; all problems come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.enrollment.birth_table import birth_problems
from seatcast.enrollment.told import HistoryError, told_columns, told_rows
from seatcast.language import _, join, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = ("year", "district", "school", "grade", "pupils")
LOWEST_GRADE, HIGHEST_GRADE = -1, 14


def checked_history(history: pd.DataFrame, births: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the history's five columns, tidy: whole years and grades, pupils as floats, sorted by label.

    Raises
    ------
    HistoryError
        With every problem of `history` and `births`.

    Examples
    --------
    >>> checked_history(pd.DataFrame({"year": [2026], "district": "East", "school": "Elm", "grade": 1, "pupils": -2.0}))
    Traceback (most recent call last):
    seatcast.enrollment.told.HistoryError: 2 problems in the history of rolls
    <BLANKLINE>
      pupils · row 1: -2; a count of pupils is 0 or more, and blank where unknown. Correct the count.
      year: counts of 2026 only; a forecast needs those of two years or more. Add the rolls of earlier years.
    """
    problems = history_problems(history)
    frame = history if problems else _typed(history)
    if births is not None:
        readable = isinstance(history, pd.DataFrame) and "district" in history
        districts = set(history["district"].astype(str)) if readable else set()
        problems += birth_problems(births, districts, [] if problems else sorted(set(frame["year"])))
    if problems:
        raise HistoryError(problems)
    return frame[list(COLUMNS)].sort_values(["year", "district", "school", "grade"], ignore_index=True)


def history_problems(history: pd.DataFrame) -> list[str]:
    """Return what keeps a history of rolls from being forecast from; empty where nothing does."""
    problems = told_columns(history, COLUMNS) or [*row_problems(history), *_one_year(history)]
    if problems:
        return problems
    frame = _typed(history)
    return [*key_problems(frame), *_years(frame)]


def _typed(history: pd.DataFrame) -> pd.DataFrame:
    """Return a history whose rows have no problem with numbers for texts of numbers, and texts for labels."""
    years, grades, pupils = (pd.to_numeric(history[column]) for column in ("year", "grade", "pupils"))
    return history.assign(
        year=years.astype(int), grade=grades.astype(int), pupils=pupils.astype(float),
        district=history["district"].astype(str), school=history["school"].astype(str),
    )  # fmt: skip


def row_problems(history: pd.DataFrame) -> list[str]:
    """Return what is wrong with single rows: years, grades, counts and names of places."""
    return [*_numbers(history), *_labels(history)]


def grade_rule() -> str:
    """Return what a grade is."""
    rule = _(
        "a grade is a whole number from {low} (pre-kindergarten) to {high}: kindergarten is 0, and pupils without a "
        "grade have a code of their own, such as {high}."
    )
    return rule.format(low=LOWEST_GRADE, high=HIGHEST_GRADE)


def _numbers(history: pd.DataFrame) -> Iterator[str]:
    """Yield what is not a year, a grade or a count."""
    for column, rule in (
        ("year", _("a year is a whole number such as 2026.")),
        ("grade", grade_rule()),
    ):
        values = pd.to_numeric(history[column], errors="coerce").to_numpy(float)
        wrong = ~(np.isfinite(values) & (np.floor(values) == values))
        if column == "grade":
            wrong |= (values < LOWEST_GRADE) | (values > HIGHEST_GRADE)
        yield from told_rows(history, column, wrong, sentences([rule, _("Correct the code.")]))
    pupils = pd.to_numeric(history["pupils"], errors="coerce").to_numpy(float)
    blank = history["pupils"].isna().to_numpy()
    wrong = (~np.isfinite(pupils) | (pupils < 0)) & ~blank
    rule = _("a count of pupils is 0 or more, and blank where unknown. Correct the count.")
    yield from told_rows(history, "pupils", wrong, rule)
    if not wrong.any() and len(history) and blank.all():
        yield _("pupils: no count is known; a forecast needs counts. Fill in what is published.")
    if not len(history):
        yield _("the table: no rows; a forecast needs two years or more. Check the file and its filter.")


def _one_year(history: pd.DataFrame) -> Iterator[str]:
    """Yield that the counts are of one year."""
    pupils = pd.to_numeric(history["pupils"], errors="coerce").to_numpy(float)
    years = pd.to_numeric(history["year"], errors="coerce")[np.isfinite(pupils)].dropna().unique()
    if len(years) == 1:
        yield _(
            "year: counts of {year:.0f} only; a forecast needs those of two years or more. Add the rolls of "
            "earlier years."
        ).format(year=years[0])


def _labels(history: pd.DataFrame) -> Iterator[str]:
    for column in ("district", "school"):
        yield from told_rows(
            history, column, history[column].isna().to_numpy(), _("every row names its place. Fill in the blank.")
        )
        names = history[column].dropna().astype(str).drop_duplicates()
        for _name, alike in names.groupby(names.str.split().str.join(" ")):
            if len(alike) > 1:
                yield _("{column}: {names} differ in blanks alone; one place has one name. Remove the blanks.").format(
                    column=column, names=join([f"'{name}'" for name in alike])
                )


def key_problems(frame: pd.DataFrame) -> Iterator[str]:
    """Yield rows given twice and schools in two districts; whole years and grades, labels as text."""
    homes = frame.drop_duplicates(["school", "district"]).groupby("school")["district"].agg(sorted)
    homes = homes[homes.map(len) > 1]
    twice = frame.duplicated(["year", "school", "grade"]).to_numpy() & ~frame["school"].isin(homes.index).to_numpy()
    if twice.any():
        shown = frame["school"] + " · " + frame["year"].astype(str) + " · " + frame["grade"].astype(str)
        rule = _("a school, year and grade occur once. Remove the row, or add the counts up.")
        yield from told_rows(frame.assign(key=shown), "key", twice, rule, name=_("school, year, grade"))
    for school, districts in homes.items():
        yield _(
            "school {school}: in {districts}; a school lies in one district. Give all its years the district of today, "
            "or its parts different ids."
        ).format(school=school, districts=join(districts))


def _years(frame: pd.DataFrame) -> Iterator[str]:
    years = sorted(set(frame["year"]))
    absent = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if absent:
        yield _(
            "year: no rolls of {years}; years follow one another without a gap. Add them, or keep only the years after."
        ).format(years=join([str(year) for year in absent]))
    last = frame.loc[frame["year"] == years[-1], "pupils"]
    if last.isna().all():
        yield _("year: no count of {year} is known; a forecast starts from the last year. Leave it out.").format(
            year=years[-1]
        )
    elif not (last > 0).any():
        yield _("year: no pupils in {year}; a forecast starts from those of the last year. Check its counts.").format(
            year=years[-1]
        )
