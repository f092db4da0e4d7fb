"""The table of events, checked against the rolls; and the rolls of schools that have merged, joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seatcast.enrollment.told import HistoryError
from seatcast.inputs.roll_tables import EVENT_NEEDS
from seatcast.language import _, join

COLUMNS = ("year", "event", "school", "others", "from_grade", "to_grade", "share", "seats", "district")


@dataclass(frozen=True)
class Event:
    """Something that happens to a school in a year.

    Attributes
    ----------
    year : int
        The first school year in which it holds.
    event : str
        open, close, merge, change_grades or move_boundary.
    others : tuple of str
        The schools that take its pupils or, for an opening, give them.
    grades : tuple of int
        For an opening or a change, the grades taught from then on; for a boundary, those that move at once.
    share : float
        Of the pupils concerned; NaN where not known.
    seats : float
        Pupils that a new school can take; NaN without a limit.
    district : str
        Of a new school; else the district of the rolls.
    """

    year: int
    event: str
    school: str
    others: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()
    share: float = np.nan
    seats: float = np.nan
    district: str = ""


def checked_events(events: pd.DataFrame | None, history: pd.DataFrame) -> list[Event]:
    """Return the events in the order of their years, each checked against the checked `history`.

    Parameters
    ----------
    events : DataFrame or None
        year, event, school; others (list, or text joined by ;), from_grade, to_grade, share, seats, district where the
        event needs them (`EVENT_NEEDS`).

    Raises
    ------
    HistoryError
        With every problem of the table.
    """
    if events is None or events.empty:
        return []
    absent = [column for column in COLUMNS[:3] if column not in events]
    if absent:
        raise HistoryError([_("events · {column}: missing; each event has a year, a kind and a school. Add it.").format(
            column=column) for column in absent])  # fmt: skip
    homes = history.drop_duplicates("school").set_index("school")["district"].to_dict()
    last = history["year"].max()
    here = set(history.loc[(history["year"] == last) & (history["pupils"] > 0), "school"])
    known = {str(school) for school in (*homes, *events.loc[events["event"] == "open", "school"])}
    problems, found = [], []
    for number, row in enumerate(events.to_dict("records"), start=1):
        wrong = list(_problems(row, known, homes, here if row["year"] > last else set()))
        problems += [_("events · row {row}: {found}").format(row=number, found=problem) for problem in wrong]
        if not problems:
            found.append(_event(row, homes))
    if problems:
        raise HistoryError(problems)
    return sorted(found, key=lambda event: event.year)


def _problems(row: dict[Any, Any], known: set[str], homes: dict[Any, str], here: set[str]) -> Iterable[str]:
    kind = row["event"]
    if kind not in EVENT_NEEDS:
        yield _("'{event}' is no event; choose from {events}.").format(event=kind, events=join(list(EVENT_NEEDS)))
        return
    if pd.isna(row["year"]) or float(row["year"]) % 1:
        yield _("an event has a year, such as 2027. Fill it in.")
    for column in EVENT_NEEDS[kind]:
        if not _given(row.get(column)):
            yield _("{column} is empty; an event of the kind {event} needs it.").format(column=column, event=kind)
    unknown = [school for school in (str(row["school"]), *_listed(row.get("others"))) if school not in known]
    if unknown:
        yield _("{schools}: not in the rolls, and no event opens it. Correct the name.").format(schools=join(unknown))
    share = row.get("share")
    if _given(share) and not 0 <= float(share or 0) <= 1:
        yield _("share is {share}; a share lies between 0 and 1.").format(share=share)
    low, high = row.get("from_grade"), row.get("to_grade")
    if _given(low) and _given(high) and float(low or 0) > float(high or 0):
        yield _("from_grade {low:.0f} lies above to_grade {high:.0f}. Exchange them.").format(low=low, high=high)
    if kind == "open" and str(row["school"]) in here:
        yield _("{school} has pupils already, and cannot open again. Use change_grades.").format(school=row["school"])
    if kind == "open" and not _listed(row.get("others")) and str(row.get("district")) not in set(homes.values()):
        yield _("a new school draws its pupils from `others`, or from its `district`. Give one of them.")


def _given(value: Any) -> bool:
    return bool(_listed(value)) if isinstance(value, (str, list, tuple)) else not pd.isna(value)


def _listed(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return tuple(str(part) for part in value) if isinstance(value, (list, tuple)) else ()


def _event(row: dict[Any, Any], homes: dict[Any, str]) -> Event:
    low, high, share, seats = (row.get(name, np.nan) for name in ("from_grade", "to_grade", "share", "seats"))
    grades = tuple(range(int(low), int(high) + 1)) if _given(low) and _given(high) else ()
    school = str(row["school"])
    return Event(
        int(row["year"]), str(row["event"]), school, _listed(row.get("others")), grades,
        np.nan if not _given(share) else float(share), np.nan if not _given(seats) else float(seats),
        homes.get(school, str(row.get("district"))),
    )  # fmt: skip


def joined_history(history: pd.DataFrame, events: list[Event]) -> pd.DataFrame:
    """Return the checked history with schools that have merged into one other counted as part of it from the start.

    A merger brings a cohort that no ratio explains; counted together before and after, the two schools' cohorts go up
    as any others do. A count unknown in one of them is unknown in their sum.

    Examples
    --------
    >>> rows = [(2025, "East", "Elm", 1, 40.0), (2025, "East", "Oak", 1, 20.0), (2026, "East", "Oak", 1, 61.0)]
    >>> history = pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"])
    >>> joined_history(history, [Event(2026, "merge", "Elm", ("Oak",))]).pupils.tolist()
    [60.0, 61.0]
    """
    last = int(history["year"].max())
    district = history.drop_duplicates("school").set_index("school")["district"]
    past = [
        e for e in events if e.event == "merge" and e.year <= last and len(e.others) == 1 and e.others[0] in district
    ]
    into: dict[str, str] = {}
    for event in past:  # in the order of the years, so that a school which merges twice ends in the last
        into = {school: event.others[0] if to == event.school else to for school, to in into.items()}
        into[event.school] = event.others[0]
    if not into:
        return history
    school = history["school"].map(into).fillna(history["school"])
    joined = history.assign(school=school, district=school.map(district))
    counts = joined.groupby(["year", "district", "school", "grade"])["pupils"]
    return counts.sum().where(counts.count() == counts.size()).reset_index()
