"""Every table of a bureau's folder, declared: names, units, meanings, bounds."""

from __future__ import annotations

from seatcast.inputs.roll_tables import EVENTS, REGISTRATIONS
from seatcast.inputs.schema import Column, Kind, Table


def _(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown, in the language in force then."""
    return message


_YEARS = _("years")
_PUPILS = _("pupils")
_SEATS = _("seats")
_CHILDREN = _("children")
_BIRTHS = _("live births")
_METRES = _("metres")
_CLASSES = _("classes")
_MONEY = _("money")
_DEGREES = _("degrees")
_TEACHERS = _("teachers")

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

_YEAR = Column("year", "year", _("School year, by its first calendar year"), low=1900, high=2200)
_CATCHMENT = Column("catchment", "id", _("Catchment"), of="catchment")
_SCHOOL = Column("school", "id", _("School"), of="school")
_STAGE = Column("stage", "id", _("Stage of schooling"), of="stage")
_STATUS = Column("status", "id", _("Status of the children; left out where none are told apart"), of="status")
_AGE = Column("age", "age", _("Completed years on the cut-off date"), _YEARS, of="age")
_NAME = Column("name", "text", _("Name"))
_NAME_ZH = Column("name_zh", "text", _("Name in Chinese"), required=False, blank=True)
_LON = Column("lon", "longitude", _("Longitude, WGS84"), _DEGREES, low=-180, high=180, required=False, blank=True)
_LAT = Column("lat", "latitude", _("Latitude, WGS84"), _DEGREES, low=-90, high=90, required=False, blank=True)


def _optional(name: str, kind: Kind, meaning: str, unit: str = "", low: float | None = 0) -> Column:
    return Column(name, kind, meaning, unit, low=low, required=False, blank=True)


def _count(name: str, kind: Kind, meaning: str, unit: str, *, blank: bool = False) -> Column:
    return Column(name, kind, meaning, unit, low=0, blank=blank)


CATCHMENTS = Table(
    "catchments",
    _("The catchments; their shapes stand in catchments.geojson, one Feature each with the property `catchment`"),
    (
        Column("catchment", "id", _("Catchment")),
        Column("district", "id", _("District that the catchment belongs to")),
        _NAME,
        _NAME_ZH,
        _LON,
        _LAT,
    ),
    key=("catchment",),
    needed=True,
)

SCHOOLS = Table(
    "schools",
    _("The schools, public and private"),
    (
        Column("school", "id", _("School")),
        _NAME,
        _NAME_ZH,
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
        _LON,
        _LAT,
        _optional("boarding", "flag", _("Whether pupils board"), low=None),
        _optional("opened", "year", _("First school year with pupils"), low=1000),
        _optional("closes", "year", _("First school year without pupils"), low=1900),
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
        _YEAR,
        _SCHOOL,
        _STAGE,
        _optional("classes", "whole", _("Classes that the building holds"), _CLASSES),
        _optional("class_size", "number", _("Pupils to a class"), _PUPILS),
        _optional("intake_classes", "whole", _("Classes of the entry grade"), _CLASSES),
        _optional("seats", "number", _("Seats; classes times class_size where left out"), _SEATS),
    ),
    key=("year", "school", "stage"),
    needed=True,
)

ENROLLMENT = Table(
    "enrollment",
    _("Pupils by school and grade"),
    (
        _YEAR,
        _SCHOOL,
        Column("grade", "grade", _("Grade; kindergarten is 0"), of="grade"),
        _STATUS,
        _count("pupils", "whole", _("Pupils at the autumn count"), _PUPILS, blank=True),
    ),
    key=("year", "school", "grade", "status"),
)

CHILDREN = Table(
    "children",
    _("Children by where they live, on the cut-off date"),
    (_YEAR, _CATCHMENT, _AGE, _STATUS, _count("children", "number", _("Children"), _CHILDREN, blank=True)),
    key=("year", "catchment", "age", "status"),
)

BIRTHS = Table(
    "births",
    _("Births in the twelve months up to the cut-off date of the year"),
    (
        _YEAR,
        Column(
            "catchment",
            "id",
            _("Catchment, or leave the column out and give the district"),
            required=False,
            of="catchment",
        ),
        Column("district", "id", _("District, where births are not known by catchment"), required=False, of="district"),
        Column("status", "id", _("Status of the children; may be left out"), required=False, of="status"),
        _count("births", "number", _("Births"), _BIRTHS, blank=True),
    ),
    key=("year", "catchment", "district", "status"),
)

MIGRATION = Table(
    "migration",
    _("Children who came and left in the twelve months up to the cut-off date of the year"),
    (
        _YEAR,
        _CATCHMENT,
        _AGE,
        _STATUS,
        _count("arrivals", "number", _("Children who came"), _CHILDREN, blank=True),
        _count("departures", "number", _("Children who left"), _CHILDREN, blank=True),
    ),
    key=("year", "catchment", "age", "status"),
)

SERVES = Table(
    "serves",
    _("Which schools the children of a catchment may attend, in order of preference"),
    (
        _CATCHMENT,
        _SCHOOL,
        _STAGE,
        Column("rank", "whole", _("1 for the zoned school"), low=1),
        _optional("metres", "number", _("Way to school"), _METRES),
    ),
    key=("catchment", "school", "stage"),
)

TIERS = Table(
    "tiers",
    _("The order of admission: one row a group of claims"),
    (
        Column("tier", "whole", _("Order, 1 is served first"), low=1),
        _STATUS,
        Column("share", "share", _("Share of the children of that status who seek a public seat"), "1", 0, 1),
        _NAME,
        _NAME_ZH,
    ),
    key=("tier", "status"),
)

OPTIONS = Table(
    "options",
    _("Ways of adding or giving up seats, from which a plan is chosen"),
    (
        Column("option", "id", _("Option")),
        _NAME,
        _NAME_ZH,
        Column("kind", "code", _("What it is"), one_of=tuple(OPTION_NEEDS)),
        _STAGE,
        Column("school", "id", _("School concerned"), required=False, blank=True, of="school"),
        Column("catchment", "id", _("Catchment concerned"), required=False, blank=True, of="catchment"),
        _LON,
        _LAT,
        _optional("seats", "number", _("Seats gained"), _SEATS),
        Column(
            "from_stage",
            "id",
            _("Stage that gives up the seats, for a conversion"),
            required=False,
            blank=True,
            of="stage",
        ),
        Column("cost", "number", _("Cost at the start, in the bureau's unit of money"), _MONEY, 0),
        Column("running_cost", "number", _("Cost per year of service; negative is saved"), _MONEY),
        Column("lead_years", "whole", _("Years from the decision to the first pupil"), _YEARS, 0),
        Column("life_years", "whole", _("Years of service"), _YEARS, 1),
        Column("teachers", "number", _("Teachers needed; negative are set free"), _TEACHERS),
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
        _YEAR,
        Column("budget", "number", _("Money, in the bureau's unit"), _MONEY, 0),
        _optional("teachers", "number", _("Teachers who can be added in the year"), _TEACHERS),
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
        SERVES,
        TIERS,
        OPTIONS,
        BUDGET,
        EVENTS,
        REGISTRATIONS,
    )
}
"""All tables by name, in the order in which they are read."""
