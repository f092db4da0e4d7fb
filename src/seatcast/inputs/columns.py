"""Columns and units that several tables share, declared once."""

from __future__ import annotations

from seatcast.inputs.schema import Column, Kind


def _(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown, in the language in force then."""
    return message


IN_YEARS = _("years")
IN_PUPILS = _("pupils")
IN_SEATS = _("seats")
IN_CHILDREN = _("children")
IN_BIRTHS = _("live births")
IN_METRES = _("metres")
IN_MINUTES = _("minutes")
IN_CLASSES = _("classes")
IN_MONEY = _("money")
IN_DEGREES = _("degrees")
IN_TEACHERS = _("teachers")
IN_POSTS = _("posts")
IN_COUNSELLORS = _("counsellors")
IN_DWELLINGS = _("dwellings")
IN_WOMEN = _("women")

YEAR = Column("year", "year", _("School year, by its first calendar year"), low=1900, high=2200)
CATCHMENT = Column("catchment", "id", _("Catchment"), of="catchment")
SCHOOL = Column("school", "id", _("School"), of="school")
STAGE = Column("stage", "id", _("Stage of schooling"), of="stage")
MAYBE_CATCHMENT = Column(
    "catchment", "id", _("Catchment, or leave the column out and give the district"), required=False, of="catchment"
)
MAYBE_DISTRICT = Column(
    "district", "id", _("District, where the catchment is not known"), required=False, of="district"
)
STATUS = Column("status", "id", _("Status of the children; left out where none are told apart"), of="status")
AGE = Column("age", "age", _("Completed years on the cut-off date"), IN_YEARS, of="age")
AGE_TO = Column(
    "age_to",
    "age",
    _("Last age of the group that begins with `age`; left out where each row is one age"),
    IN_YEARS,
    required=False,
    of="age",
)
NAME = Column("name", "text", _("Name"))
NAME_ZH = Column("name_zh", "text", _("Name in Chinese"), required=False, blank=True)
LON = Column("lon", "longitude", _("Longitude, WGS84"), IN_DEGREES, low=-180, high=180, required=False, blank=True)
LAT = Column("lat", "latitude", _("Latitude, WGS84"), IN_DEGREES, low=-90, high=90, required=False, blank=True)


def optional(name: str, kind: Kind, meaning: str, unit: str = "", low: float | None = 0) -> Column:
    """Return a column that a table may lack, and whose cells may be empty."""
    return Column(name, kind, meaning, unit, low=low, required=False, blank=True)


def count(name: str, kind: Kind, meaning: str, unit: str, *, blank: bool = False) -> Column:
    """Return a column of numbers that are 0 or more."""
    return Column(name, kind, meaning, unit, low=0, blank=blank)
