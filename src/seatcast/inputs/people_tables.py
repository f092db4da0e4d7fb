"""Tables of people and dwellings beyond the record of children: what others project, and what moves follow."""

from __future__ import annotations

from dataclasses import replace

from seatcast.inputs.columns import (
    AGE,
    AGE_TO,
    CATCHMENT,
    IN_CHILDREN,
    IN_DWELLINGS,
    IN_WOMEN,
    IN_YEARS,
    MAYBE_CATCHMENT,
    MAYBE_DISTRICT,
    YEAR,
    count,
)
from seatcast.inputs.schema import Column, Table


def _(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown, in the language in force then."""
    return message


TRANSITIONS = Table(
    "transitions",
    _("Children who obtained another status, such as local registration, in the twelve months up to the cut-off date"),
    (
        YEAR,
        Column("from_status", "id", _("Status before"), of="status"),
        Column("to_status", "id", _("Status after"), of="status"),
        replace(AGE, required=False, meaning=_("Completed years on the cut-off date; left out where not known")),
        count("children", "number", _("Children of the whole area"), IN_CHILDREN, blank=True),
    ),
    key=("year", "from_status", "to_status", "age"),
    asked=False,
)


LEFT_BEHIND = Table(
    "left_behind",
    _("Children who stayed behind where they are registered while a parent lives here, on the cut-off date"),
    (
        YEAR,
        replace(MAYBE_CATCHMENT, meaning=_("Catchment in which the parent lives; may be left out")),
        AGE,
        count("children", "number", _("Children left behind"), IN_CHILDREN),
    ),
    key=("year", "catchment", "age"),
    asked=False,
)

HOUSING = Table(
    "housing",
    _("Dwellings completed in the twelve months up to the cut-off date; later years are those planned"),
    (
        YEAR,
        CATCHMENT,
        Column("dwelling", "id", _("Type of dwelling, as in child_yield")),
        count("dwellings", "number", _("Dwellings completed"), IN_DWELLINGS),
    ),
    key=("year", "catchment", "dwelling"),
    asked=False,
)

CHILD_YIELD = Table(
    "child_yield",
    _("Children living in a dwelling, by its type and the years since it was completed"),
    (
        Column("dwelling", "id", _("Type of dwelling, as in housing")),
        Column("since", "whole", _("Years since completion; 0 for the year of completion"), IN_YEARS, low=0),
        AGE,
        count("children", "number", _("Children to a dwelling"), _("children per dwelling")),
    ),
    key=("dwelling", "since", "age"),
    asked=False,
)

PROJECTION = Table(
    "projection",
    _("Children projected by others, such as a planning office: as totals, as variants, or draw by draw"),
    (
        YEAR,
        replace(MAYBE_DISTRICT, meaning=_("District; left out where the totals are of the whole area")),
        Column("trajectory", "id", _("Draw, or variant such as low, middle, high; may be left out"), required=False),
        replace(AGE, required=False, meaning=_("Completed years on the cut-off date; left out for all ages")),
        AGE_TO,
        count("children", "number", _("Children"), IN_CHILDREN),
    ),
    key=("year", "district", "trajectory", "age"),
    asked=False,
)

WOMEN = Table(
    "women",
    _("Women by age, and what births they have: for births beyond the record"),
    (
        YEAR,
        MAYBE_CATCHMENT,
        MAYBE_DISTRICT,
        Column("age", "whole", _("First age of the group"), IN_YEARS, low=10, high=59),
        Column("age_to", "whole", _("Last age of the group"), IN_YEARS, low=10, high=59, required=False),
        count("women", "number", _("Women"), IN_WOMEN),
        count("fertility", "number", _("Births a year to 1,000 women of the group"), _("births per 1,000 women")),
    ),
    key=("year", "catchment", "district", "age"),
    asked=False,
)
