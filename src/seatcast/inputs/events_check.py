"""Questions to the table of events: what each kind must fill, and whether the schools it names are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seatcast.inputs.roll_tables import EVENT_NEEDS
from seatcast.inputs.schema import Problem, did_you_mean
from seatcast.language import _

if TYPE_CHECKING:
    from seatcast.inputs.convert import Typed


def check_events(tables: dict[str, Typed], problems: list[Problem]) -> None:
    """Find events that fill too little, name unknown schools, or turn grades round."""
    events, schools = tables.get("events"), tables.get("schools")
    if events is None or events.frame.empty or "event" not in events.frame:
        return
    known = None if schools is None or "school" not in schools.frame else set(schools.frame["school"].dropna())
    for row, event in events.frame.iterrows():
        at, kind = [int(str(row))], str(event["event"])
        for name in EVENT_NEEDS.get(kind, ()):
            value = event.get(name)
            if name not in events.faults and (not value if isinstance(value, tuple) else pd.isna(value)):
                found = _("it is empty for an event of the kind {kind}").format(kind=kind)
                problems.append(events.problem(name, at, found, _("such an event needs it")))
        for other in event.get("others", ()):
            if other == event.get("school"):
                problems.append(events.problem("others", at, _("the event names its own school")))
            elif known is not None and other not in known:
                found = _("'{value}' is not in the table of schools").format(value=other)
                problems.append(events.problem("others", at, found, remedy=did_you_mean(other, sorted(known))))
        if {"from_grade", "to_grade"} <= set(events.frame) and event["from_grade"] > event["to_grade"]:
            found = _("from {low:.0f} to {high:.0f}").format(low=event["from_grade"], high=event["to_grade"])
            problems.append(events.problem("from_grade", at, found, _("the lower grade comes first")))
