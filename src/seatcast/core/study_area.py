"""The study area: stages, statuses, tiers, the places themselves, and who may attend where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd
import xarray as xr

from seatcast.core.admission import AdmissionRule
from seatcast.core.labels import CATCHMENT, DISTRICT
from seatcast.core.standards import Standards
from seatcast.language import _, named, sentences, sourced


@dataclass(frozen=True)
class Stage:
    """A stage of schooling: its grades, the age at entry, the class size, and how far a child may be sent.

    Attributes
    ----------
    stage : str
        The key under which the tables name it.
    grades : tuple of int
        Consecutive; kindergarten is 0, a year before it -1.
    entry_age : int
        Completed years on the cut-off date on entering the first of the grades.
    class_size : int
        Pupils to a class by the standard in force.
    travel_limit : float
        Metres from home within which another school is offered when the zoned school is full; 0: none is.
    travel_minutes : float
        The same in minutes, which counts instead where the way is known in minutes; 0: metres count alone.
    pupils_per_teacher : float or None
        Pupils to a member of the teaching staff by the standard in force; with the teachers of a school it limits its
        classes. None: teachers limit nothing.
    """

    stage: str
    name: str
    grades: tuple[int, ...]
    entry_age: int
    class_size: int
    travel_limit: float = 0.0
    travel_minutes: float = 0.0
    name_zh: str | None = None
    pupils_per_teacher: float | None = None

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return named(self.name, self.name_zh)

    def age(self, grade: int) -> int:
        """Return the age, on the cut-off date, of a child who is in `grade` on time."""
        return self.entry_age + grade - self.grades[0]


@dataclass(frozen=True)
class Status:
    """A status of children that the order of admission tells apart, such as local and migrant.

    Attributes
    ----------
    status : str
        The key under which the tables name it.
    """

    status: str
    name: str
    name_zh: str | None = None

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return named(self.name, self.name_zh)


@dataclass(frozen=True)
class Definition:
    """Who counts as a migrant child, and who as left behind (口径): printed wherever a figure of them is.

    Attributes
    ----------
    migrant, left_behind : str
        One sentence each; `left_behind` is empty where the definition does not speak of them.
    source : str
        Where it stands.
    age_below : int or None
        Completed years that a child has not reached: 16 for "under 16".
    boundary : {"county", "township"} or None
        What lies between the place of registration and that of residence.
    months : float or None
        How long away at least.
    """

    migrant: str
    migrant_zh: str | None = None
    source: str = ""
    source_zh: str | None = None
    left_behind: str = ""
    left_behind_zh: str | None = None
    age_below: int | None = None
    boundary: str | None = None
    months: float | None = None

    @property
    def label(self) -> str:
        """The definition in the language in force."""
        return named(self.migrant, self.migrant_zh)

    @property
    def left_behind_label(self) -> str:
        """The definition of a child left behind, in the language in force; empty where there is none."""
        return named(self.left_behind, self.left_behind_zh)

    @property
    def origin(self) -> str:
        """Where the definition stands, in the language in force."""
        return named(self.source, self.source_zh)


@dataclass(frozen=True, eq=False)
class StudyArea:
    """A bureau's area: what its forecast speaks of, and what all steps share.

    Attributes
    ----------
    stages, statuses : tuple
        In the order of schooling; of statuses the locally registered first. Without a status in the tables
        there is one, "all".
    catchments : DataFrame
        Index `catchment`; district, name, name_zh, and lon, lat where known.
    schools : DataFrame
        Index `school`; name, name_zh, sector ("public", "private", or "purchased" for seats that the city buys in a
        private school), stages (tuple), catchment, lon, lat,
        opened, closes (years, missing where unknown).
    reach : DataFrame
        One row a catchment, stage and school that its children may attend: catchment, stage, school, rank
        (1 first; schools of one rank form a pool, drawn by lot), metres, minutes (missing where unknown); where a
        link does not hold in all years or for all children also `opens` (first year), `closes` (first year without)
        and `places` (children of all its grades).
    tiers : DataFrame
        The order of admission, one row a claim: tier (a label such as "1 local"), order, status, share, name,
        name_zh. Shares sum to 1 within each status.
    rules : tuple of AdmissionRule
        The order of admission with how seats are given out, by the year from which each holds; none: `tiers` alone.
    seeking : dict of str to float
        By status, the share of pupils who seek a public seat; the others choose a private school.
    cutoff : str
        The admission cut-off date, as month and day: "08-31".
    definition : Definition or None
        None where the area tells no statuses apart.
    money_unit : str
        What costs and budgets are counted in.
    discount : float
        Of money, a year.
    note : str
        What the report says of the data's origin.
    invented : bool
        Whether the data are made up; every face of the report says so.
    smallest : int
        The smallest number of children that reports show, besides 0; 5, unless the bureau says otherwise: Ofqual and
        several US states hide 1 to 4, and the Chinese rules on education statistics, which forbid figures from which a
        single child could be known, name no number.
    standards : Standards or None
        Norms for staff and for the public share of migrant children; None where the bureau names none.
    """

    name: str
    stages: tuple[Stage, ...]
    statuses: tuple[Status, ...]
    catchments: pd.DataFrame
    schools: pd.DataFrame
    reach: pd.DataFrame
    tiers: pd.DataFrame
    seeking: dict[str, float]
    name_zh: str | None = None
    cutoff: str = "08-31"
    definition: Definition | None = None
    money_unit: str = ""
    money_unit_zh: str | None = None
    discount: float = 0.04
    note: str = ""
    note_zh: str | None = None
    invented: bool = False
    rules: tuple[AdmissionRule, ...] = ()
    smallest: int = 5
    standards: Standards | None = None

    @property
    def label(self) -> str:
        """The name of the area in the language in force."""
        return named(self.name, self.name_zh)

    @property
    def money(self) -> str:
        """The unit of money in the language in force."""
        return named(self.money_unit, self.money_unit_zh)

    @cached_property
    def grades(self) -> tuple[int, ...]:
        """All grades, stage by stage."""
        return tuple(grade for stage in self.stages for grade in stage.grades)

    @cached_property
    def stage_of(self) -> dict[int, str]:
        """The stage of each grade."""
        return {grade: stage.stage for stage in self.stages for grade in stage.grades}

    def years_since_entry(self, grades: Iterable[int]) -> dict[int, int]:
        """Return, for each of the grades, the years since its children entered their stage."""
        return {int(grade): int(grade) - self.stage(self.stage_of[grade]).grades[0] for grade in grades}

    @property
    def public(self) -> pd.DataFrame:
        """The schools whose seats the bureau gives out, a part of `schools`: public ones, and seats it has bought."""
        return self.schools[self.schools["sector"].isin(["public", "purchased"])]

    def rules_in_force(self, *, equal: bool = False) -> tuple[AdmissionRule, ...]:
        """Return the rules of admission by the year from which each holds; `equal` puts all claims in one order."""
        rules = self.rules or (AdmissionRule(self.tiers),)
        return tuple(rule.equal() if equal else rule for rule in sorted(rules, key=lambda rule: rule.since))

    def stage(self, stage: str) -> Stage:
        """Return the stage of that name.

        Raises
        ------
        KeyError
            If the area has no such stage; the message lists those it has.
        """
        found = {s.stage: s for s in self.stages}
        if stage not in found:
            raise KeyError(f"{stage!r} is not a stage of {self.name}; it has {', '.join(found)}.")
        return found[stage]

    def sum_to_districts(self, counts: xr.DataArray) -> xr.DataArray:
        """Return counts by catchment summed to the districts, which take the place of the catchments."""
        district = self.catchments[DISTRICT].reindex(counts[CATCHMENT].values).to_numpy()
        return counts.assign_coords({DISTRICT: (CATCHMENT, district)}).groupby(DISTRICT).sum()

    def catchment_names(self) -> pd.Series:
        """Return the catchments' names in the language in force, by catchment."""
        return _names(self.catchments)

    def school_names(self) -> pd.Series:
        """Return the schools' names in the language in force, by school."""
        return _names(self.schools)

    def tier_names(self) -> pd.Series:
        """Return the tiers' names in the language in force, by tier label."""
        return _names(self.tiers.set_index("tier"))

    def said_of_statuses(self) -> str:
        """Return the note that goes with figures by status: who is called migrant, and by whom; else nothing."""
        if self.definition is None or len(self.statuses) < 2:
            return ""
        note = _("Who is called {status} here: {definition}").format(
            status=self.statuses[-1].label, definition=self.definition.label
        )
        if not self.definition.origin:
            return note
        return sentences([note, sourced(self.definition.origin)])

    def replace(self, **changes: Any) -> StudyArea:
        """Return the area with some parts changed."""
        return replace(self, **changes)


def _names(places: pd.DataFrame) -> pd.Series:
    chinese = places["name_zh"] if "name_zh" in places else pd.Series(None, places.index, dtype=object)
    return pd.Series([named(*pair) for pair in zip(places["name"], chinese, strict=True)], places.index, dtype=object)
