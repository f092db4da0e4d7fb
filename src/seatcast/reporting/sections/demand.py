"""Demand: children who will seek a public seat, stage by stage."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, CELL, DRAW, GRADE, STAGE, STATUS, TIER, YEAR
from seatcast.language import _, join, n_, sentences
from seatcast.reporting.cells import school_year
from seatcast.reporting.content import Block, Column, Heading, Paragraph, Picture, Section, Table
from seatcast.reporting.sections.wave import wave
from seatcast.reporting.story import Story, in_order, interval, statuses_of


def demand(story: Story) -> Section:
    """Return the section: fans with what was recorded and the seats, then the table behind them."""
    found = story.get("demand")
    blocks = _from_demand(story, found) if found is not None else _from_rolls(story)
    return Section("demand", _("Demand by stage"), tuple(blocks))


def _from_demand(story: Story, found: Any) -> list[Block]:
    draws = found.by_stage().sum([CATCHMENT, TIER]).sel({STAGE: list(story.taught)})
    sums = interval(draws.transpose(YEAR, STAGE, DRAW))
    passing = wave(story)
    blocks: list[Block] = [Heading(_("Forecast"))] if passing else []
    blocks.append(Paragraph(sentences([_how(story), *_left_out(story)])))
    caption = story.by_basis(
        _("Children seeking a public seat, by stage"), _("Pupils of the schools that serve a catchment, by stage")
    )
    blocks.append(_fans(story, draws, caption, story.by_basis(_("children"), _("pupils"))))
    blocks.append(_table(story, sums, found))
    return [*blocks, *passing]


def _from_rolls(story: Story) -> list[Block]:
    rolls = story.get("rolls")
    if rolls is None:
        return [Paragraph(_("No forecast of demand was made."))]
    stage_of = [story.area.stage_of.get(int(grade), "") for grade in rolls.draws[GRADE].values]
    cells = rolls.draws.reset_coords(drop=True).assign_coords({STAGE: (CELL, stage_of)})
    draws = cells.groupby(STAGE).sum(CELL)
    draws = draws.sel({STAGE: [stage for stage in story.stages if stage in draws[STAGE].values]})
    sums = interval(draws.transpose(YEAR, STAGE, DRAW))
    text = _("The forecast follows the rolls of the schools: pupils move up grade by grade, and births enter.")
    picture = _fans(story, draws, _("Pupils on roll, by stage"), _("pupils"))
    return [Paragraph(text), picture, _table(story, sums, None)]


def _how(story: Story) -> str:
    if not story.follows_rolls:
        return _(
            "Children of each catchment grow a year older each year, are born, move in and move away; those of school "
            "age who seek a public seat are the demand. All futures share the shocks that move the whole area together."
        )
    return _(
        "Children by catchment are not known here, so the demand follows the rolls of the schools, counted in the "
        "catchment that each school serves first."
    )


def _serving(story: Story, enrollment: pd.DataFrame) -> pd.Series:
    """Return which rows are of a school and stage that serve a catchment."""
    served = pd.MultiIndex.from_frame(story.area.reach[["school", STAGE]])
    return pd.Series(pd.MultiIndex.from_frame(enrollment[["school", STAGE]]).isin(served), enrollment.index)


def _left_out(story: Story) -> list[str]:
    """Say how many pupils are in schools that serve no catchment, where the demand follows the rolls."""
    if story.enrollment is None or not story.follows_rolls:
        return []
    now = story.enrollment[story.enrollment[YEAR] == story.inputs.base_year]
    others = now[~_serving(story, now)]
    if not others["pupils"].sum():
        return []
    text = n_(
        "{n} school that serves no catchment, with {pupils} pupils, is left out.",
        "{n} schools or stages that serve no catchment, with {pupils} pupils, are left out.",
        schools := len(others[["school", STAGE]].drop_duplicates()),
    )
    return [text.format(n=schools, pupils=story.people(others["pupils"].sum()))]


def _fans(story: Story, draws: xr.DataArray, caption: str, unit: str) -> Picture:
    from seatcast import charts

    ends = draws.sel({YEAR: story.years[-1]}).mean(DRAW)
    parts = [
        _("{stage}: {number} in {year}").format(
            stage=story.stages[str(stage)],
            number=story.people(float(ends.sel({STAGE: stage}))),
            year=school_year(story.years[-1]),
        )
        for stage in draws[STAGE].values
    ]
    seats = story.seats
    alt = _("Fans of the forecast after the recorded years. {parts}.").format(parts=join(parts))
    draw = partial(
        charts.fans,
        draws.transpose(STAGE, YEAR, DRAW),
        unit=unit,
        history=_history(story),
        seats=seats,
        labels=story.stages,
    )
    return Picture("demand", caption, alt, lambda: draw()[0])


def _history(story: Story) -> pd.DataFrame | None:
    """Return pupils on record who seek a public seat, by year and stage: the same measure as the demand."""
    if story.enrollment is None:
        return None
    seeking = story.enrollment["status"].map(story.area.seeking).fillna(1.0)
    if story.get("demand") is None or story.follows_rolls:
        seeking = seeking * 0 + 1.0
    counted = story.enrollment.assign(seeking=story.enrollment["pupils"] * seeking)
    if story.follows_rolls:
        counted = counted[_serving(story, counted)]
    return counted.groupby(["year", "stage"])["seeking"].sum(min_count=1).unstack("stage")


def _table(story: Story, sums: pd.DataFrame, found: Any) -> Table:
    frame = sums.copy()
    columns = [
        Column("stage_name", _("stage")),
        Column(YEAR, _("year"), "year"),
        Column("expected", _("expected"), "count", people=True),
        Column("low", _("low"), "count", people=True),
        Column("high", _("high"), "count", people=True),
    ]
    if found is not None and story.by_status:
        who = statuses_of(found.by_stage().sum(CATCHMENT)).mean(DRAW).transpose(YEAR, STAGE, STATUS).to_series()
        for status, label in story.statuses.items():
            frame[f"of_{status}"] = (
                who.xs(status, level=STATUS).reindex(pd.MultiIndex.from_frame(frame[[YEAR, STAGE]])).to_numpy()
            )
            columns.append(Column(f"of_{status}", label, "count", people=True, total="expected"))
    if story.seats is not None:
        pairs = zip(frame[YEAR], frame[STAGE], strict=True)
        frame["seats"] = [float(story.seats.loc[year, stage]) for year, stage in pairs]
        frame["per_seat"] = (frame["expected"] / frame["seats"]).where(frame["seats"] > 0)
        per_seat = story.by_basis(_("children per seat"), _("pupils per seat"))
        columns += [Column("seats", _("seats"), "count"), Column("per_seat", per_seat, "share")]
    frame = in_order(frame, story)
    note = _(
        "Low and high are the limits of the 80% interval and may serve as the low and the high variant; seats include "
        "projects already decided."
    )
    caption, unit = _("Pupils on roll"), _("Unit: pupils")
    if found is not None:
        caption = story.by_basis(
            _("Children seeking a public seat and seats"), _("Pupils of the schools that serve a catchment, and seats")
        )
        unit = story.by_basis(_("Unit: children; seats"), _("Unit: seats; pupils"))
    return Table("demand", caption, tuple(columns), frame, unit=unit, notes=(note,), most=60)
