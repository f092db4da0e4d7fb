"""What is wrong with options, start years or a budget: a sentence each, all found before anything is worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE, YEAR
from seatcast.core.study_area import StudyArea
from seatcast.language import _
from seatcast.planning.option import Option, SeatsAt
from seatcast.planning.options import Purchase
from seatcast.seats.capacity import Capacity


def problems_of_options(options: Sequence[Option], area: StudyArea, capacity: Capacity) -> list[str]:
    """Return what in the options does not fit the study area or its seats."""
    wrong: list[str] = []
    for option in options:
        unknown = list(_unknown_places(option, area))
        wrong += unknown
        if unknown:
            continue
        effect = option.effect(area)
        if effect.founds is not None and effect.founds.school in area.schools.index:
            said = _("option {option}: a school has this id; give the new school another.")
            wrong.append(said.format(option=option.option))
        for gain in effect.gains:
            bought = isinstance(option, Purchase)
            if gain.school in area.schools.index and bought != (area.schools["sector"][gain.school] == "private"):
                said = (
                    _("option {option}: {school} is public; seats are bought in private schools.")
                    if bought
                    else _('option {option}: {school} is private; its seats can only be bought (kind "purchase").')
                )
                wrong.append(said.format(option=option.option, school=gain.school))
        for loss in (*effect.gives_up, *effect.loses):
            there = _seats_at(loss, capacity)
            if np.isfinite(loss.seats) and loss.seats > there:
                said = _(
                    "option {option}: {seats:.0f} seats leave the stage {stage} of {school}, which has {there:.0f}."
                )
                wrong.append(
                    said.format(
                        option=option.option, seats=loss.seats, stage=loss.stage, school=loss.school, there=there
                    )
                )
    return wrong


def _seats_at(place: SeatsAt, capacity: Capacity) -> float:
    """Return the most seats that a stage of a school has in any year; 0 where it has none."""
    if place.school not in capacity.seats[SCHOOL]:
        return 0.0
    there = capacity.seats.sel({SCHOOL: place.school}).reindex({STAGE: [place.stage]}, fill_value=0.0)
    return float(there.max())


def _unknown_places(option: Option, area: StudyArea) -> Iterator[str]:
    named = {(scope, value) for scope in (STAGE, CATCHMENT, SCHOOL) if (value := getattr(option, scope, None))}
    if getattr(option, "from_stage", None):
        named.add((STAGE, option.from_stage))  # type: ignore[attr-defined]
    ids = {
        STAGE: [stage.stage for stage in area.stages],
        CATCHMENT: list(area.catchments.index),
        SCHOOL: list(area.schools.index),
    }
    for column, found in sorted(named):
        if found not in ids[column]:
            some = ", ".join(map(str, ids[column][:8])) + (", ..." if len(ids[column]) > 8 else "")
            yield _("option {option}: {column} {found} is not in the study area; there are {known}.").format(
                option=option.option, column=column, found=found, known=some
            )


def problems_of_starts(options: Sequence[Option], starts: Mapping[str, int], first: int, last: int) -> list[str]:
    """Return, a sentence each, what is wrong with the start years."""
    known = {option.option: option for option in options}
    wrong = [
        _("{option} is not an option; there are {known}.").format(option=option, known=", ".join(known))
        for option in starts
        if option not in known
    ]
    wrong += [
        _("option {option} starts in {year}; choose a year from {first} to {last}.").format(
            option=option, year=year, first=first, last=last
        )
        for option, year in starts.items()
        if not first <= year <= last
    ]
    for option in (known[o] for o in starts if o in known):
        wrong += [
            _("option {option} excludes {other}; start one of them only.").format(option=option.option, other=other)
            for other in option.excludes
            if other in starts
            and other in known
            and not (option.option in known[other].excludes and other < option.option)
        ]
        wrong += [
            _("option {option} requires {other}; start {other} in {year} or before, too.").format(
                option=option.option, other=other, year=starts[option.option]
            )
            for other in option.requires
            if starts.get(other, np.inf) > starts[option.option]
        ]
    return wrong


def problems_of_budget(budget: pd.DataFrame | None, years: Sequence[int]) -> list[str]:
    """Return, a sentence each, what is wrong with a budget table."""
    if budget is None:
        return []
    given = sorted(int(year) for year in budget[YEAR])
    wrong = [
        _("budget: the year {year} occurs twice; keep one row a year.").format(year=twice)
        for twice in sorted({year for year in given if given.count(year) > 1})
    ]
    needed = [year for year in years if not given or year <= max(given)]
    absent = [str(year) for year in needed if year not in given]
    if absent or not needed:
        wrong.append(
            _("budget: no row for {years}; give one for each year from {first} on, 0 where there is no money.").format(
                years=", ".join(absent or [str(years[0])]), first=years[0]
            )
        )
    for column in ("budget", "teachers"):
        if column in budget:
            wrong += [
                _("budget: {column} of {year} is {value}; it must be 0 or more.").format(
                    column=column, year=row[YEAR], value=row[column]
                )
                for row in budget.to_dict("records")
                if not (row[column] >= 0 or (column == "teachers" and pd.isna(row[column])))
            ]
    return wrong
