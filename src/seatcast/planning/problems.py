"""What is wrong with options, start years or a budget: a sentence each, all found before anything is worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE, YEAR
from seatcast.core.study_area import StudyArea
from seatcast.language import _
from seatcast.planning.kinds.closing import Merger
from seatcast.planning.kinds.reaching import Pool
from seatcast.planning.option import Option, SeatsAt
from seatcast.seats.capacity import Capacity

ROUND_OFF = 1e-6
_NAMES = {STAGE: STAGE, "from_stage": STAGE, CATCHMENT: CATCHMENT, SCHOOL: SCHOOL, "to_school": SCHOOL}


def problems_of_options(options: Sequence[Option], area: StudyArea, capacity: Capacity) -> list[str]:
    """Return what in the options does not fit the study area, its seats, or what an option can be."""
    wrong: list[str] = []
    brought = {gain.school: gain.stage for option in options for gain in _gains(option, area)}
    for option in options:
        unknown = [*_wrong_numbers(option), *_unknown_places(option, area)]
        wrong += unknown
        if unknown:
            continue
        effect = option.effect(area)
        if effect.founds is not None and effect.founds.school in area.schools.index:
            said = _("option {option}: a school has this id; give the option another.")
            wrong.append(said.format(option=option.option))
        wrong += _wrong_sector(option, area)
        wrong += _too_far(option, area)
        for loss in (*effect.gives_up, *effect.loses):
            there = _seats_at(loss, capacity)
            if np.isfinite(loss.seats) and loss.seats > there and not (option.requires and loss.school in brought):
                said = _(
                    "option {option}: {seats:.0f} seats leave the stage {stage} of {school}, which has {there:.0f}."
                )
                wrong.append(
                    said.format(
                        option=option.option, seats=loss.seats, stage=loss.stage, school=loss.school, there=there
                    )
                )
    return wrong


def _gains(option: Option, area: StudyArea) -> tuple[SeatsAt, ...]:
    return () if any(_unknown_places(option, area)) else option.effect(area).gains


def _wrong_numbers(option: Option) -> Iterator[str]:
    """Yield what the numbers of an option cannot be, whoever made it."""
    for column, least in (("lead_years", 0), ("life_years", 1), ("ramp_years", 1), ("cost", 0)):
        value = getattr(option, column)
        if value < least:
            yield _("option {option}: {column} is {value:g}; it must be at least {least}.").format(
                option=option.option, column=column, value=value, least=least
            )
    for column in ("salvage", "late_chance"):
        value = getattr(option, column)
        if not 0 <= value <= 1:
            yield _("option {option}: {column} is {value:g}; it is a share between 0 and 1.").format(
                option=option.option, column=column, value=value
            )
    if option.spread and (min(option.spread) < 0 or abs(sum(option.spread) - 1) > ROUND_OFF):
        yield _("option {option}: the shares of spread add up to {sum:g}; they are 0 or more and add up to 1.").format(
            option=option.option, sum=sum(option.spread)
        )
    for column in ("excludes", "requires"):
        if option.option in getattr(option, column):
            yield _("option {option}: {column} names the option itself; leave it out.").format(
                option=option.option, column=column
            )
    for both in sorted(set(option.excludes) & set(option.requires)):
        yield _("option {option}: it excludes {other} and requires it; keep one of the two.").format(
            option=option.option, other=both
        )


def _wrong_sector(option: Option, area: StudyArea) -> Iterator[str]:
    school = getattr(option, SCHOOL, None)
    if school is None:
        return
    sector = area.schools["sector"][school]
    if option.private and sector == "public":
        said = _("option {option}: {school} is public; seats are bought in private schools, which alone can be made "
                 "public.")  # fmt: skip
    elif not option.private and sector == "private":
        said = _('option {option}: {school} is private; its seats are bought (kind "purchase"), or the school is made '
                 'public (kind "takeover").')  # fmt: skip
    else:
        return
    yield said.format(option=option.option, school=school)


def _too_far(option: Option, area: StudyArea) -> Iterator[str]:
    """Yield the catchments whose first school a merger closes and who live too far from the other."""
    limit = area.stage(option.stage).travel_limit
    if not isinstance(option, Merger) or limit <= 0:
        return
    ways = option.ways(area)
    for way in ways[ways["first"] & (ways["metres"] > limit)].to_dict("records"):
        yield _(
            "option {option}: from {catchment} it is {metres:,.0f} m to {school}; the travel limit of the stage "
            "{stage} is {limit:,.0f} m. Choose a nearer school."
        ).format(
            option=option.option, catchment=way[CATCHMENT], metres=way["metres"], school=option.to_school,
            stage=option.stage, limit=limit,
        )  # fmt: skip


def _seats_at(place: SeatsAt, capacity: Capacity) -> float:
    """Return the most seats that a stage of a school has in any year; 0 where it has none."""
    if place.school not in capacity.seats[SCHOOL]:
        return 0.0
    there = capacity.seats.sel({SCHOOL: place.school}).reindex({STAGE: [place.stage]}, fill_value=0.0)
    return float(there.max())


def _unknown_places(option: Option, area: StudyArea) -> Iterator[str]:
    """Yield the places that an option names and the area does not have, and catchments that share no school."""
    ids = {
        STAGE: [stage.stage for stage in area.stages],
        CATCHMENT: list(area.catchments.index),
        SCHOOL: list(area.schools.index),
    }
    named = {(scope, getattr(option, column, None)) for column, scope in _NAMES.items()}
    named |= {(CATCHMENT, catchment) for catchment in getattr(option, "catchments", ())}
    for column, found in sorted((column, found) for column, found in named if found is not None):
        if found not in ids[column]:
            some = ", ".join(map(str, ids[column][:8])) + (", ..." if len(ids[column]) > 8 else "")
            yield _("option {option}: {column} {found} is not in the study area; there are {known}.").format(
                option=option.option, column=column, found=found, known=some
            )
    if isinstance(option, Pool):
        served = set(area.reach.loc[area.reach[STAGE] == option.stage, CATCHMENT])
        if len(set(option.catchments)) < 2:
            said = _("option {option}: one catchment alone shares no school; name two or more, joined by ;.")
            yield said.format(option=option.option)
        for catchment in (z for z in option.catchments if z in ids[CATCHMENT] and z not in served):
            said = _("option {option}: {catchment} has no school of the stage {stage} to share.")
            yield said.format(option=option.option, catchment=catchment, stage=option.stage)
    if isinstance(option, Merger) and option.school == option.to_school:
        said = _("option {option}: {school} cannot be merged into itself; name another to_school.")
        yield said.format(option=option.option, school=option.school)


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


def problems_of_ends(options: Sequence[Option], starts: Mapping[str, int], ends: Mapping[str, int]) -> list[str]:
    """Return, a sentence each, what is wrong with the years in which options are ended early."""
    known = {option.option: option for option in options}
    wrong = [
        _("{option} is ended in {year}, but not started.").format(option=option, year=year)
        for option, year in ends.items()
        if option not in known
    ]
    for option in (known[o] for o in ends if o in known):
        end, service = ends[option.option], option.service(starts[option.option])
        if option.notice is None:
            said = _("option {option}: it cannot be ended early; give it notice_years if it can.")
            wrong.append(said.format(option=option.option))
        elif not max(service.start + 1, starts[option.option] + option.notice) <= end <= service.stop:
            said = _("option {option}: ended in {year}; choose a year from {first} to {last}.")
            first = max(service.start + 1, starts[option.option] + option.notice)
            wrong.append(said.format(option=option.option, year=end, first=first, last=service.stop))
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
