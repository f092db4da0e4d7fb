"""Every table of a bureau's folder, declared: names, units, meanings, bounds."""

from __future__ import annotations

from dataclasses import replace

from seatcast.inputs.columns import (
    AGE,
    AGE_TO,
    CATCHMENT,
    IN_BIRTHS,
    IN_CHILDREN,
    IN_CLASSES,
    IN_METRES,
    IN_MINUTES,
    IN_MONEY,
    IN_PUPILS,
    IN_SEATS,
    IN_TEACHERS,
    IN_YEARS,
    LAT,
    LON,
    MAYBE_CATCHMENT,
    MAYBE_DISTRICT,
    NAME,
    NAME_ZH,
    SCHOOL,
    STAGE,
    STATUS,
    YEAR,
    count,
    optional,
)
from seatcast.inputs.people_tables import CHILD_YIELD, HOUSING, LEFT_BEHIND, PROJECTION, TRANSITIONS, WOMEN
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

CATCHMENTS = Table(
    "catchments",
    _("The catchments; their shapes stand in catchments.geojson, one Feature each with the property `catchment`"),
    (
        Column("catchment", "id", _("Catchment")),
        Column("district", "id", _("District that the catchment belongs to")),
        NAME,
        NAME_ZH,
        LON,
        LAT,
    ),
    key=("catchment",),
    needed=True,
)

SCHOOLS = Table(
    "schools",
    _("The schools, public and private"),
    (
        Column("school", "id", _("School")),
        NAME,
        NAME_ZH,
        Column("sector", "code", _("Who runs it"), one_of=("public", "private")),
        Column("stages", "stages", _("Stages taught, joined by +")),
        Column(
            "catchment",
            "id",
            _("Catchment in which it lies; empty for a school open to the whole area"),
            required=False,
            blank=True,
            of="catchment",
        ),
        LON,
        LAT,
        optional("boarding", "flag", _("Whether pupils board"), low=None),
        optional("opened", "year", _("First school year with pupils"), low=1000),
        optional("closes", "year", _("First school year without pupils"), low=1900),
        Column(
            "feeds",
            "ids",
            _("Schools of the next stage to which its leavers go, joined by ;"),
            required=False,
            blank=True,
            of="school",
        ),
    ),
    key=("school",),
    needed=True,
)

SEATS = Table(
    "seats",
    _(
        "Seats by school, stage and year; years after the last enrollment are projects already decided, and a school "
        "not listed in a later year keeps its last row"
    ),
    (
        YEAR,
        SCHOOL,
        STAGE,
        optional("classes", "whole", _("Classes that the building holds"), IN_CLASSES),
        optional("class_size", "number", _("Pupils to a class"), IN_PUPILS),
        optional("intake_classes", "whole", _("Classes of the entry grade"), IN_CLASSES),
        optional("seats", "number", _("Seats; classes times class_size where left out"), IN_SEATS),
    ),
    key=("year", "school", "stage"),
    needed=True,
)

ENROLLMENT = Table(
    "enrollment",
    _("Pupils by school and grade"),
    (
        YEAR,
        SCHOOL,
        Column("grade", "grade", _("Grade; kindergarten is 0"), of="grade"),
        STATUS,
        count("pupils", "whole", _("Pupils at the autumn count"), IN_PUPILS, blank=True),
    ),
    key=("year", "school", "grade", "status"),
)

CHILDREN = Table(
    "children",
    _("Children by where they live, on the cut-off date"),
    (YEAR, CATCHMENT, AGE, STATUS, count("children", "number", _("Children"), IN_CHILDREN, blank=True)),
    key=("year", "catchment", "age", "status"),
)

BIRTHS = Table(
    "births",
    _("Births in the twelve months up to the cut-off date of the year"),
    (
        YEAR,
        MAYBE_CATCHMENT,
        MAYBE_DISTRICT,
        Column("status", "id", _("Status of the children; may be left out"), required=False, of="status"),
        Column(
            "vintage",
            "year",
            _("Year in which the figure was published; a revised figure is a row of its own"),
            low=1900,
            high=2200,
            required=False,
        ),
        count("births", "number", _("Births"), IN_BIRTHS, blank=True),
    ),
    key=("year", "catchment", "district", "status", "vintage"),
)

MIGRATION = Table(
    "migration",
    _("Children who came and left in the twelve months up to the cut-off date of the year"),
    (
        YEAR,
        MAYBE_CATCHMENT,
        MAYBE_DISTRICT,
        replace(AGE, required=False, meaning=_("Completed years on the cut-off date; left out where not known")),
        AGE_TO,
        STATUS,
        optional("arrivals", "number", _("Children who came"), IN_CHILDREN),
        optional("departures", "number", _("Children who left"), IN_CHILDREN),
        optional("net", "number", _("Children who came, less those who left, where only that is known"), low=None),
    ),
    key=("year", "catchment", "district", "age", "status"),
)

SERVES = Table(
    "serves",
    _("Which schools the children of a catchment may attend, in order of preference, and the way there"),
    (
        CATCHMENT,
        SCHOOL,
        STAGE,
        optional(
            "rank", "whole", _("1 for the zoned school; equal ranks are drawn by lot; left out: nearest first"), low=1
        ),
        optional("metres", "number", _("Way to school"), IN_METRES),
        optional("minutes", "number", _("Time to school"), IN_MINUTES),
    ),
    key=("catchment", "school", "stage"),
)

TIERS = Table(
    "tiers",
    _("The order of admission: one row a group of claims"),
    (
        Column("tier", "whole", _("Order, 1 is served first"), low=1),
        STATUS,
        Column("share", "share", _("Share of the children of that status who seek a public seat"), "1", 0, 1),
        NAME,
        NAME_ZH,
    ),
    key=("tier", "status"),
)

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

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        CATCHMENTS,
        SCHOOLS,
        SEATS,
        ENROLLMENT,
        CHILDREN,
        BIRTHS,
        MIGRATION,
        LEFT_BEHIND,
        HOUSING,
        CHILD_YIELD,
        PROJECTION,
        WOMEN,
        TRANSITIONS,
        SERVES,
        TIERS,
        OPTIONS,
        BUDGET,
    )
}
"""All tables by name, in the order in which they are read."""
