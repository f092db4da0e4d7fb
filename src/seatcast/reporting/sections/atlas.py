"""Every catchment, stage and year: the table that the web page turns into a map to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, TIER, YEAR
from seatcast.language import _, join, n_, sentences
from seatcast.reporting.cells import capital, count, school_year
from seatcast.reporting.content import Atlas, Column, Measure, Paragraph, Section
from seatcast.reporting.story import Story, interval
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.shortfall import Shortfall

if TYPE_CHECKING:
    from seatcast.charts.atlas import Outlines

LIKELY, MOST_NAMED, LONGEST = 0.5, 3, 40


def atlas(story: Story) -> Section:
    """Return the section: one table of all places, that of the worst stage and year first."""
    heading = _("Every catchment")
    found = story.shortfall
    if found is None:
        return Section("atlas", heading, (Paragraph(_("Seats were not given out, so nothing is known by catchment.")),))
    frame = _frame(story, found)
    children = story.by_basis(_("children seeking a seat"), _("pupils"))
    short = story.by_basis(_("children without a seat"), _("seats short"))
    columns = (
        Column("stage_name", _("stage")),
        Column(YEAR, _("year"), "year"),
        Column("place", _("catchment")),
        Column("demand", children, "count", people=True, adds=True),
        Column("probability", _("probability of a shortfall"), "share"),
        Column("expected", short, "count", people=True, adds=True),
        Column("low", _("low"), "count", people=True),
        Column("high", _("high"), "count", people=True),
        Column("idle", _("idle seats"), "count"),
    )
    note = _(
        "Low and high are the limits of the 80% interval of the shortfall; idle seats are those of the public schools "
        "that lie in the catchment."
    )
    table = Atlas(
        "atlas",
        _("Demand, shortfall and idle seats by catchment"),
        columns,
        frame,
        unit=story.by_basis(_("Unit: children; seats"), _("Unit: seats; pupils")),
        notes=(note,),
        most=min(len(story.area.catchments), LONGEST),
        adds_up=(STAGE, YEAR),
        shapes=_shapes(story),
        measures=(
            Measure("probability", "share"),
            Measure("expected", "shortfall"),
            Measure("idle", "idle"),
            Measure("demand", "children"),
        ),
        stages={stage: story.stages[stage] for stage in story.taught},
        says={
            (stage, year): _said(story, frame[(frame[STAGE] == stage) & (frame[YEAR] == year)], stage, year)
            for stage in story.taught
            for year in story.years
        },
    )
    text = _(
        "The web page draws this table as a map, for every stage, year and measure; the workbook has all its rows."
    )
    return Section("atlas", heading, (Paragraph(text), table))


def _frame(story: Story, found: Shortfall) -> pd.DataFrame:
    """Return a row a stage, year and place: that with the largest shortfall first, then in the order of schooling."""
    chosen = {YEAR: story.years, STAGE: list(story.taught)}
    frame = interval(found.seats.sel(chosen).transpose(STAGE, YEAR, CATCHMENT, DRAW))
    keys = pd.MultiIndex.from_frame(frame[[STAGE, YEAR, CATCHMENT]])
    demand = found.allocation.demand.by_stage().sum(TIER).mean(DRAW)
    for name, array in (("probability", found.probability()), ("demand", demand)):
        series = array.sel(chosen).transpose(STAGE, YEAR, CATCHMENT).to_series()
        frame[name] = series.reindex(keys).to_numpy()
    frame["idle"] = _idle(story, found).reindex(keys).to_numpy()
    frame["place"] = frame[CATCHMENT].map(story.area.catchment_names())
    frame["stage_name"] = frame[STAGE].map(story.stages)
    worst = story.worst()
    first = (
        (frame[YEAR] != worst[0]) | (frame[STAGE] != worst[1]) if worst else pd.Series(data=False, index=frame.index)
    )
    order = frame[STAGE].map({stage: at for at, stage in enumerate(story.taught)})
    frame = frame.assign(first=first, order=order, largest=-frame["expected"])
    return frame.sort_values(["first", "order", YEAR, "largest", "place"], kind="stable", ignore_index=True)


def _idle(story: Story, found: Shortfall) -> pd.Series:
    """Return idle seats by stage, year and the catchment in which the school lies; missing where none does."""
    table = found.idle.mean(DRAW).rename("idle").to_series().reset_index()
    capacity = found.allocation.capacity.seats.rename("seats").to_series().reset_index()
    table = table.merge(capacity, on=[YEAR, SCHOOL, STAGE])
    table[CATCHMENT] = table[SCHOOL].map(story.area.schools[CATCHMENT])
    table["idle"] = table["idle"].where(table["seats"] > 0, np.nan)
    return table.dropna(subset=[CATCHMENT]).groupby([STAGE, YEAR, CATCHMENT])["idle"].sum(min_count=1)


def _shapes(story: Story) -> Outlines | None:
    from seatcast import charts

    if story.inputs.geometry is not None:
        return charts.outlines(story.inputs.geometry)
    known = story.area.catchments[["lon", "lat"]].dropna()
    return charts.dots(known) if len(known) > 1 else None


def _said(story: Story, rows: pd.DataFrame, stage: str, year: int) -> str:
    likely = int((rows["probability"] > LIKELY).sum())
    short = rows[rows["expected"] >= ONE_CHILD]
    where = _("{stage}, {year}: ").format(stage=capital(story.stages[stage]), year=school_year(year))
    text = n_(
        "{n} of {all} catchments is likelier than not to fall short.",
        "{n} of {all} catchments are likelier than not to fall short.",
        likely,
    )
    said = [where + text.format(n=likely, all=len(rows))]
    total = story.by_basis(
        _("Of {demand} children who seek a public seat, {short} are expected to find none."),
        _("For {demand} pupils, {short} seats are expected to be short."),
    )
    said.append(total.format(demand=story.people(rows["demand"].sum()), short=story.people(rows["expected"].sum())))
    if len(short):
        top = short.nlargest(MOST_NAMED, "expected")
        named = [
            _("{place} {number}").format(place=place, number=story.people(number))
            for place, number in zip(top["place"], top["expected"], strict=True)
        ]
        said.append(_("Most in {places}.").format(places=join(named)))
    if rows["idle"].notna().any():
        said.append(_("Idle seats expected: {number}.").format(number=count(rows["idle"].sum())))
    return sentences(said)
