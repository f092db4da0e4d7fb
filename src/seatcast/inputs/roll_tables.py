"""Tables of what a bureau knows about its rolls to come: events at schools, and pupils registered so far."""

from __future__ import annotations

from seatcast.inputs.schema import Column, Table


def _(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown, in the language in force then."""
    return message


_PUPILS = _("pupils")

EVENT_NEEDS: dict[str, tuple[str, ...]] = {
    "open": ("from_grade", "to_grade"),
    "close": (),
    "merge": ("others",),
    "change_grades": ("from_grade", "to_grade"),
    "move_boundary": ("others", "share"),
}
"""What can happen to a school, and the columns that an event of each kind must fill."""
LEAVING = ("close", "merge")
"""The kinds after which the school is no more, and its pupils sit in others."""

_SCHOOL = Column("school", "id", _("School"), of="school")

EVENTS = Table(
    "events",
    _("What happened to schools, and what is decided: openings, closures, mergers, new grades, moved boundaries"),
    (
        Column("year", "year", _("First school year in which it holds"), low=1900, high=2200),
        Column("event", "code", _("What happens"), one_of=tuple(EVENT_NEEDS)),
        _SCHOOL,
        Column(
            "others",
            "ids",
            _("Schools that take its pupils or, for a new school, give them, joined by ;"),
            required=False,
            blank=True,
            of="school",
        ),
        Column(
            "from_grade",
            "grade",
            _("Lowest grade taught from then on; of a boundary, that moves at once"),
            required=False,
            blank=True,
            of="grade",
        ),
        Column("to_grade", "grade", _("Highest of these grades"), required=False, blank=True, of="grade"),
        Column(
            "share",
            "share",
            _("Of a new school, its share of the entrants; of a boundary, the share of the pupils who move"),
            "1",
            0,
            1,
            required=False,
            blank=True,
        ),
        Column(
            "seats", "number", _("Pupils that a new school can take at most"), _PUPILS, 0, required=False, blank=True
        ),
    ),
    key=("year", "event", "school"),
    asked=False,
)

REGISTRATIONS = Table(
    "registrations",
    _("Pupils registered so far for the coming autumn; and, of past years, by the same date"),
    (
        Column("year", "year", _("School year, by its first calendar year"), low=1900, high=2200),
        _SCHOOL,
        Column("grade", "grade", _("Grade; kindergarten is 0"), of="grade"),
        Column("registered", "whole", _("Pupils registered so far"), _PUPILS, 0, blank=True),
        Column(
            "share",
            "share",
            _("Of the count expected in autumn, what has usually registered by this date"),
            "1",
            0,
            1,
            required=False,
            blank=True,
        ),
    ),
    key=("year", "school", "grade"),
    asked=False,
)
