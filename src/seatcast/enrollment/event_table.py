"""The table of events, checked against the rolls; and the rolls of schools that have merged, joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seatcast.core.labels import SCHOOL
from seatcast.enrollment.event_problems import event_problems, given, listed, numbered
from seatcast.enrollment.told import HistoryError
from seatcast.language import _


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
    if events is None or (isinstance(events, pd.DataFrame) and events.empty):
        return []
    problems = event_problems(events, history)
    if problems:
        raise HistoryError(problems, table=_("the events"))
    homes = history.drop_duplicates(SCHOOL).set_index(SCHOOL)["district"].to_dict()
    found = [_event(row, homes) for row in numbered(events).to_dict("records")]
    return sorted(found, key=lambda event: event.year)


def _event(row: dict[Any, Any], homes: dict[Any, str]) -> Event:
    low, high, share, seats = (row.get(name, np.nan) for name in ("from_grade", "to_grade", "share", "seats"))
    grades = tuple(range(int(low), int(high) + 1)) if given(low) and given(high) else ()
    school = str(row["school"])
    return Event(
        int(row["year"]), str(row["event"]), school, listed(row.get("others")), grades,
        np.nan if not given(share) else float(share), np.nan if not given(seats) else float(seats),
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
