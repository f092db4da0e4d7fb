"""Tables of what may be built, and of the money for it."""

from __future__ import annotations

from seatcast.inputs.columns import (
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
from seatcast.inputs.schema import Column, Table


def _(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown, in the language in force then."""
    return message


OPTION_NEEDS: dict[str, tuple[str, ...]] = {
    "new_school": ("catchment", "lon", "lat", "seats"),
    "extension": ("school", "seats"),
    "squeeze": ("school", "seats"),
    "prefab": ("school", "seats"),
    "lease": ("school", "seats"),
    "purchase": ("school", "seats"),
    "convert": ("school", "from_stage", "seats"),
    "nine_year": ("school", "seats"),
    "boundary": ("school", "catchment"),
    "bus": ("school", "catchment", "seats"),
    "close": ("school",),
}
"""The kinds of options, and the columns that an option of each kind must fill."""

OPTIONS = Table(
    "options",
    _("Ways of adding or giving up seats, from which a plan is chosen"),
    (
        Column("option", "id", _("Option")),
        NAME,
        NAME_ZH,
        Column("kind", "code", _("What it is"), one_of=tuple(OPTION_NEEDS)),
        STAGE,
        Column("school", "id", _("School concerned"), required=False, blank=True, of="school"),
        Column("catchment", "id", _("Catchment concerned"), required=False, blank=True, of="catchment"),
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
        Column("cost", "number", _("Cost at the start, in the bureau's unit of money"), IN_MONEY, 0),
        Column("running_cost", "number", _("Cost per year of service; negative is saved"), IN_MONEY),
        Column("lead_years", "whole", _("Years from the decision to the first pupil"), IN_YEARS, 0),
        Column("life_years", "whole", _("Years of service"), IN_YEARS, 1),
        Column("teachers", "number", _("Teachers needed; negative are set free"), IN_TEACHERS),
        Column(
            "excludes",
            "ids",
            _("Options that rule each other out, joined by ;"),
            required=False,
            blank=True,
            of="option",
        ),
        Column(
            "requires",
            "ids",
            _("Options that must be chosen first, joined by ;"),
            required=False,
            blank=True,
            of="option",
        ),
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
