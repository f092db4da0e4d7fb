"""Tables of what may be built, and of the money for it."""

from __future__ import annotations

from seatcast.inputs.columns import (
    IN_CLASSES,
    IN_MONEY,
    IN_SEATS,
    IN_TEACHERS,
    IN_YEARS,
    LAT,
    LON,
    NAME,
    NAME_ZH,
    STAGE,
    YEAR,
    optional,
)
from seatcast.inputs.schema import Column, Scope, Table


def _(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown, in the language in force then."""
    return message


OPTION_NEEDS: dict[str, tuple[str, ...]] = {
    "new_school": ("catchment", "lon", "lat", "seats"),
    "extension": ("school", "seats"),
    "squeeze": ("school", "seats"),
    "prefab": ("school", "seats"),
    "lease": ("school", "seats"),
    "refit": ("school", "seats"),
    "rebuild": ("school", "seats", "lost_seats"),
    "purchase": ("school", "seats"),
    "takeover": ("school", "seats"),
    "convert": ("school", "from_stage", "seats"),
    "nine_year": ("school", "seats"),
    "boarding": ("school", "catchments", "seats"),
    "boundary": ("school", "catchment"),
    "pool": ("catchments",),
    "bus": ("school", "catchment", "seats"),
    "hire": (),
    "close": ("school",),
    "mothball": ("school",),
    "merge": ("school", "to_school"),
}
"""The kinds of options, and the columns that an option of each kind must fill."""

OPTION_GROUP = "seatcast.options"
"""The group of entry points by which other tools add kinds; the name of an entry point is the code of its kind."""

OF_PRIVATE_SCHOOLS = ("purchase", "takeover")


def _ids(name: str, meaning: str, of: Scope) -> Column:
    return Column(name, "ids", meaning, required=False, blank=True, of=of)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "share", meaning, "1", 0, 1, required=False, blank=True)


OPTIONS = Table(
    "options",
    _("Ways of adding or giving up seats, from which a plan is chosen"),
    (
        Column("option", "id", _("Option")),
        NAME,
        NAME_ZH,
        Column("kind", "code", _("What it is"), one_of=tuple(OPTION_NEEDS), group=OPTION_GROUP),
        STAGE,
        Column("school", "id", _("School concerned"), required=False, blank=True, of="school"),
        Column("catchment", "id", _("Catchment concerned"), required=False, blank=True, of="catchment"),
        _ids("catchments", _("Catchments that share schools, or whose children may board, joined by ;"), "catchment"),
        Column(
            "to_school",
            "id",
            _("School to which the pupils go, for a merger"),
            required=False,
            blank=True,
            of="school",
        ),
        LON,
        LAT,
        optional("seats", "number", _("Seats gained"), IN_SEATS),
        Column(
            "from_stage",
            "id",
            _("Stage that gives up the seats, for a conversion"),
            required=False,
            blank=True,
            of="stage",
        ),
        optional(
            "from_seats",
            "number",
            _("Seats it gives up; left out: room for room, at the class sizes of the two stages"),
            IN_SEATS,
        ),
        optional("lost_seats", "number", _("Seats of the school that cannot be used during the works"), IN_SEATS),
        optional(
            "rooms", "number", _("Special rooms that a squeeze takes; left out: as many as it has classes"), IN_CLASSES
        ),
        Column("cost", "number", _("Cost of making it ready, in the bureau's unit of money"), IN_MONEY, 0),
        Column(
            "spread",
            "ids",
            _("Shares of the cost by year from the start, such as 0.3;0.7; left out: evenly over the lead years"),
            required=False,
            blank=True,
        ),
        Column("running_cost", "number", _("Cost per year of service; negative is saved"), IN_MONEY),
        Column("lead_years", "whole", _("Years from the decision to the first pupil"), IN_YEARS, 0),
        optional("end_cost", "number", _("Cost in the year after the last of service, as of opening again"), IN_MONEY),
        _share("salvage", _("Share of the cost that buys what keeps a value, written off over its life")),
        Column("life_years", "whole", _("Years of service"), IN_YEARS, 1),
        _share("late_chance", _("Chance that it opens a year late")),
        optional("ramp_years", "whole", _("Years over which its seats open; left out: all at once"), IN_YEARS, low=1),
        optional("notice_years", "whole", _("Notice with which it can be ended early; left out: never"), IN_YEARS),
        Column("teachers", "number", _("Teachers needed, or hired; negative are set free"), IN_TEACHERS),
        Column(
            "responsible", "text", _("Unit that carries it out, for the list of projects"), required=False, blank=True
        ),
        Column("responsible_zh", "text", _("Name of that unit in Chinese"), required=False, blank=True),
        _ids("excludes", _("Options that rule each other out, joined by ;"), "option"),
        _ids("requires", _("Options that must be chosen first, joined by ;"), "option"),
    ),
    key=("option",),
)

BUDGET = Table(
    "budget",
    _("What may be spent in each year"),
    (
        YEAR,
        Column("budget", "number", _("Money, in the bureau's unit"), IN_MONEY, 0),
        optional("teachers", "number", _("Teachers who can be added in the year"), IN_TEACHERS),
    ),
    key=("year",),
)
