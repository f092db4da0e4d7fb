"""What is wrong with a table of events, beside the rolls of the schools that they happen to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from seatcast.enrollment.history import HIGHEST_GRADE, LOWEST_GRADE, grade_rule
from seatcast.enrollment.told import told_columns, told_rows
from seatcast.inputs.roll_tables import EVENT_NEEDS, LEAVING
from seatcast.language import _, join, sentences

_NEEDED = ("year", "event", "school")
_FAR = 30  # years after the last rolls, beyond which a year is a slip
_OFFERED = 5.0  # pupils, with which a school offers a grade


def event_problems(events: pd.DataFrame, history: pd.DataFrame) -> list[str]:
    """Return every problem of the table of events, each with its row, what was found, the rule and a remedy.

    Parameters
    ----------
    events : DataFrame
        As for `checked_events`.
    history : DataFrame
        Checked.
    """
    problems = told_columns(events, _NEEDED, name=_("events"))
    if problems:
        return problems
    last = int(history["year"].max())
    problems = list(_numbers(events, last))
    rows, schools = numbered(events), _Schools(history, numbered(events))
    for number, (row, told) in enumerate(zip(rows.to_dict("records"), events.to_dict("records"), strict=True), start=1):
        wrong = [*_of_kind(row, told, schools)]
        wrong += [] if wrong or pd.isna(row["year"]) else [*_of_time(row, schools)]
        problems += [_("events · row {row}: {found}").format(row=number, found=problem) for problem in wrong]
    return problems


def given(value: Any) -> bool:
    """Return whether a field of an event is filled in."""
    return bool(listed(value)) if isinstance(value, (str, list, tuple)) else not pd.isna(value)


def listed(value: Any) -> tuple[str, ...]:
    """Return the schools of a field: a list, or text joined by ;."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return tuple(str(part) for part in value) if isinstance(value, (list, tuple)) else ()


def numbered(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events with their numbers as numbers; NaN where there is none."""
    columns = [column for column in ("year", "from_grade", "to_grade", "share", "seats") if column in events]
    return events.assign(**{column: pd.to_numeric(events[column], errors="coerce") for column in columns})


def _numbers(events: pd.DataFrame, last: int) -> Iterator[str]:
    rows = numbered(events)
    year = rows["year"].to_numpy(float)
    rule = _("an event has a year, such as {year}, no more than {far} years after the last rolls. Correct the year.")
    wrong = ~(np.isfinite(year) & (year % 1 == 0) & (year <= last + _FAR))
    yield from told_rows(events, "year", wrong, rule.format(year=last + 1, far=_FAR), name=_("events · year"))
    rules = {
        "from_grade": (LOWEST_GRADE, HIGHEST_GRADE, sentences([grade_rule(), _("Correct the code.")])),
        "to_grade": (LOWEST_GRADE, HIGHEST_GRADE, sentences([grade_rule(), _("Correct the code.")])),
        "share": (0, 1, _("a share lies between 0 and 1. Give 0.3 for 30 percent.")),
        "seats": (0, np.inf, _("seats are a number of 0 or more, and blank without a limit. Correct the number.")),
    }
    for column, (low, high, rule) in rules.items():
        if column in rows:
            value, blank = rows[column].to_numpy(float), ~events[column].map(given).to_numpy(bool)
            fits = np.isfinite(value) & (value >= low) & (value <= high) & ((value % 1 == 0) | (column == "share"))
            yield from told_rows(events, column, ~fits & ~blank, rule, name=f"{_('events')} · {column}")


class _Schools:
    """Which schools there are in which year, by the rolls and the events."""

    def __init__(self, history: pd.DataFrame, events: pd.DataFrame) -> None:
        self.last = int(history["year"].max())
        homes = history.drop_duplicates("school")
        self.homes: dict[str, str] = dict(zip(homes["school"], homes["district"], strict=True))
        on_roll = history[history["pupils"] >= _OFFERED]
        self.years = {str(school): set(of["year"]) for school, of in on_roll.groupby("school")}
        self.here: set[str] = set(history.loc[(history["year"] == self.last) & (history["pupils"] != 0), "school"])
        dated = events[events["year"].notna()]
        self.opened, self.shut = (
            {str(school): list(of["year"]) for school, of in dated[dated["event"].isin(kinds)].groupby("school")}
            for kinds in (("open",), LEAVING)
        )
        self.districts = set(self.homes.values())
        for row in events[events["event"] == "open"].to_dict("records"):
            near = [self.homes[school] for school in listed(row.get("others")) if school in self.homes]
            self.homes.setdefault(str(row["school"]), near[0] if near else str(row.get("district")))

    def open_in(self, year: float) -> set[str]:
        """Return the schools that take pupils in a year to come."""
        opened = {school for school, years in self.opened.items() if self.last < min(years) <= year}
        shut = {school for school, years in self.shut.items() if any(self.last < at <= year for at in years)}
        return (self.here | opened) - shut


def _of_kind(row: dict[Any, Any], told: dict[Any, Any], schools: _Schools) -> Iterator[str]:
    """Yield what is wrong with an event by itself; `told` is its row before texts were read as numbers."""
    kind, school, others = row["event"], str(row["school"]), listed(row.get("others"))
    if kind not in EVENT_NEEDS:
        yield _("'{event}' is no event; choose from {events}.").format(event=kind, events=join(list(EVENT_NEEDS)))
        return
    for column in EVENT_NEEDS[kind]:
        if not given(told.get(column)):
            yield _("{column} is empty; an event of the kind {event} needs it. Fill it in.").format(
                column=column, event=kind
            )
    unknown = [name for name in (school, *others) if name not in schools.homes]
    if unknown:
        yield _("{schools}: not in the rolls, and no event opens it. Correct the name.").format(schools=join(unknown))
    if school in others:
        yield _("{school} is named among its own `others`; these are other schools. Name those.").format(school=school)
    low, high = row.get("from_grade"), row.get("to_grade")
    if given(low) and given(high) and float(low or 0) > float(high or 0):
        yield _("from_grade {low:.0f} lies above to_grade {high:.0f}. Exchange them.").format(low=low, high=high)


def _of_time(row: dict[Any, Any], schools: _Schools) -> Iterator[str]:
    """Yield what does not go with the rolls, or with other events."""
    kind, year, school, others = row["event"], row["year"], str(row["school"]), listed(row.get("others"))
    years = sorted(schools.years.get(school, ()))
    if kind == "open":
        closed = schools.shut.get(school, [])
        before = [y for y in years if y < year and not any(y < at <= year for at in closed)]
        if before:
            yield _("{school} has pupils already in {year}, and cannot open in {opens:.0f}. Correct the year, or use "
                    "change_grades.").format(school=school, year=before[-1], opens=year)  # fmt: skip
        if not others and str(row.get("district")) not in schools.districts:
            yield _("a new school draws its pupils from `others`, or from its `district`. Give one of them.")
    if kind == "close":
        opened = schools.opened.get(school, [])
        after = [y for y in years if y >= year and not any(year < at <= y for at in opened)]
        if after:
            yield _("{school} still has pupils in {year}, though it closes in {closes:.0f}. Correct the year, or the "
                    "rolls.").format(school=school, year=after[-1], closes=year)  # fmt: skip
    if kind in LEAVING and year > schools.last:
        open_ = schools.open_in(year)
        near = {name for name in open_ if schools.homes.get(name) == schools.homes.get(school)}
        if others and not open_ & set(others):
            yield _(
                "its pupils are to go to {others}, closed by {year:.0f} or not yet open. Name schools that take pupils "
                "then."
            ).format(others=join(list(others)), year=year)
        if not others and not near:
            yield _("in {year:.0f} no school of {district} is left to take the pupils of {school}. Name schools in "
                    "`others`.").format(year=year, district=schools.homes.get(school), school=school)  # fmt: skip
