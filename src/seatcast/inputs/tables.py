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
    IN_COUNSELLORS,
    IN_METRES,
    IN_MINUTES,
    IN_POSTS,
    IN_PUPILS,
    IN_SEATS,
    IN_TEACHERS,
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
from seatcast.inputs.plan_tables import BUDGET, OPTIONS
from seatcast.inputs.roll_tables import EVENTS, REGISTRATIONS
from seatcast.inputs.schema import Column, Table


def _(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown, in the language in force then."""
    return message


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
        Column(
            "sector",
            "code",
            _("Who runs it; purchased: seats that the city buys in a private school, listed apart"),
            one_of=("public", "private", "purchased"),
        ),
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
        optional("rooms", "whole", _("Classrooms; of the whole building where one is named"), IN_CLASSES),
        optional("building", "id", _("Building whose rooms several rows share"), low=None),
        optional("teachers", "number", _("Teachers, who limit the classes by pupils_per_teacher"), IN_TEACHERS),
        optional("posts", "number", _("Posts filled: teachers and other staff"), IN_POSTS),
        optional("counsellors", "number", _("Counsellors in place"), IN_COUNSELLORS),
        optional("by_grade", "flag", _("Whether the seats open grade by grade, from the year on"), low=None),
        optional("until", "year", _("Last year of the row; then the row before it holds again"), low=1900),
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
        optional("points", "number", _("Least points of the band; more are served first"), low=None),
        optional("locked", "share", _("Share of the entrants whose home has used its seat")),
        optional("since", "year", _("First year of the row and all of that year; empty: always"), low=1900),
    ),
    key=("tier", "status", "points", "since"),
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
        EVENTS,
        REGISTRATIONS,
    )
}
"""All tables by name, in the order in which they are read."""
