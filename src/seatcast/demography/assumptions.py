"""What was assumed where a record does not say: one sentence each, told in the language in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from seatcast import language


def _(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown, in the language in force then."""
    return message


BY_DISTRICT = _("Moves known by district are shared out to its catchments by the children living there.")
BY_GROUP = _(
    "Moves known for ages together are split to single ages by the children of each age and the child part of the "
    "standard schedule of Rogers and Castro (1981)."
)
FROM_STOCKS = _(
    "No table of moves is given: the net of each cohort is what its counts from {first} to {last} leave unexplained by "
    "deaths, so that children who are put on record late count as arrivals."
)
NET_BY_SCATTER = _(
    "Net moves are split into arrivals and departures by the likeliest pair; how many come and go is read from the "
    "scatter of the net between ages and years (per 1,000 children a year: {rates})."
)
NET_BY_STANDARD = _(
    "Net moves are split into arrivals and departures by the likeliest pair; how many come and go is not on record and "
    "taken as in the standard schedule of Rogers and Castro (per 1,000 children a year: {rates})."
)
BIRTHS_OF_WOMEN = _(
    "Births beyond the record are those of the women given, by age and fertility, at the level of the births on "
    "record; after {last}, as in that year."
)
BIRTHS_REVISED = _(
    "Births of {n} years were revised after their first publication, by {mean:+.1f} percent on average and at most "
    "{most:+.1f}; the latest figure counts, and figures not yet revised are uncertain by as much."
)
BIRTHS_BELOW_NONE = _(
    "Children at age 0, less arrivals and plus departures, stand for births that are not on record; in {n} of {cells} "
    "counts more came than are there, {children:,.0f} children in all, and none is taken to be born: check migration "
    "at age 0."
)
RECORDED = _(
    "{status.label}: by {source}, {what} on record are {share} of the children there were (the spread between cohorts "
    "is {spread}), and are divided by that share."
)
NOT_CORRECTED = _(
    "{status.label}: {what} are not corrected for children whom the record misses: fewer than three cohorts are known "
    "up to {source}."
)
FROM_TO = _("{low} to {high}")
UP_TO = _("up to {most}")
ROLLS_FALL_SHORT = _(
    "{status.label}: {what} are not corrected: the rolls of grade {grade} hold fewer children than the record."
)
BY_COUNTS = _("the counts at age {age}")
BY_ROLLS = _("the rolls of grade {grade}")
BY_EITHER = _("the counts at age {age} or, in years without them, the rolls of grade {grade}")
BIRTHS_AND_AGES = _("births and ages {ages}")
AGES = _("ages {ages}")
BIRTHS = _("the births")
RATES_PER = _(
    "Arrivals are counted per child of the whole area's cohort of that age and status, departures per child of the "
    "catchment's own."
)
DEPARTURES_BOUNDED = _(
    "In {share} percent of cohorts, years and draws the rate of departure is larger than the cohort can give, most "
    "often in catchment {catchment}, age {age}, status {status.label} ({most} of years and draws); it is bounded there."
)
LESS_THAN = _("less than {least}")


@dataclass(frozen=True)
class Assumption:
    """A sentence with its numbers; `str` tells it in the language in force.

    Examples
    --------
    >>> str(Assumption(FROM_STOCKS, {"first": 2020, "last": 2026}))[:60]
    'No table of moves is given: the net of each cohort is what i'
    """

    message: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return language._(self.message).format(**self.values)


def figure(value: float, spec: str, least: float) -> str | Assumption:
    """Return a number as it is printed, or that it is less than the least that is printed.

    Examples
    --------
    >>> figure(0.1234, ".1%", 0.001), str(figure(0.00002, ".1%", 0.001))
    ('12.3%', 'less than 0.1%')
    """
    return format(value, spec) if value >= least else Assumption(LESS_THAN, {"least": format(least, spec)})
