"""Seats and staff under the plan: seats against demand, where seats are added, and the posts that the norms ask for."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from seatcast.core.labels import CATCHMENT, STAGE, YEAR
from seatcast.language import _, clauses, join, sentences
from seatcast.planning import views
from seatcast.reporting.cells import count, school_year
from seatcast.reporting.content import Block, Column, Paragraph, Picture, Table
from seatcast.reporting.sections.beside_the_plan import columns_beside, limits_beside
from seatcast.reporting.sections.staffing import norms_in_words
from seatcast.reporting.story import Story

MOST_NAMED = 12


def seats_of_plan(story: Story, found: Any) -> list[Block]:
    """Return the picture of seats against demand, and the map of the seats that are added where there is an outline."""
    simulation = getattr(found, "simulation", found)
    blocks: list[Block] = [_against_demand(story, simulation)]
    frame: pd.DataFrame = simulation.added()
    if story.inputs.geometry is not None and len(frame):
        blocks += _map(story, simulation, frame, story.inputs.geometry)
    return blocks


def _against_demand(story: Story, simulation: Any) -> Picture:
    frame: pd.DataFrame = simulation.seats()
    tightest = frame.loc[(frame["demand"] - frame["seats_before"]).groupby(frame[STAGE], sort=False).idxmax()]
    said = story.by_basis(
        _("{stage}: in {year}, {demand} children seek a seat; {before} seats without the plan, {after} with it"),
        _("{stage}: in {year}, {demand} pupils; {before} seats without the plan, {after} with it"),
    )
    parts = [
        said.format(
            stage=story.stages[row[STAGE]], year=school_year(row[YEAR]), demand=story.people(row["demand"]),
            before=count(row["seats_before"]), after=count(row["seats_after"]),
        )
        for row in tightest.to_dict("records")
    ]  # fmt: skip
    alt = _("Fans of the demand, lines of the seats. The tightest year of each stage: {parts}.")
    caption = _("Public seats against demand, without and with the plan")
    draw = partial(views.plot_seats, simulation, titled=False)
    return Picture("seats-plan", caption, alt.format(parts=clauses(parts)), lambda: draw()[0])


def _map(story: Story, simulation: Any, frame: pd.DataFrame, geometry: dict[str, Any]) -> list[Block]:
    year = views.most_changed(simulation)
    there = frame[frame[YEAR] == year]
    names = story.area.catchment_names()
    sums = there.groupby([CATCHMENT, STAGE])["seats"].sum().reset_index()
    sums = sums.loc[sums["seats"].abs().nlargest(MOST_NAMED).index].sort_values("seats", ascending=False)
    parts = [
        _("{place} {seats} ({stage})").format(
            place=names[row[CATCHMENT]], seats=f"{row['seats']:+,.0f}", stage=story.stages[row[STAGE]]
        )
        for row in sums.to_dict("records")
    ]
    caption = _("Seats that the plan adds or takes away, {year}").format(year=school_year(year))
    alt = _("Map of the catchments, a panel a stage: {parts}.").format(parts=join(parts))
    draw = partial(views.plot_added, simulation, geometry, year, titled=False)
    blocks: list[Block] = [Picture("map-plan", caption, alt, lambda: draw()[0])] if parts else []
    nowhere = float(there.loc[there[CATCHMENT].isna(), "seats"].sum())
    if round(nowhere):
        text = _("Of the seats, {seats} are at schools that lie in no catchment; the map does not show them.")
        blocks.append(Paragraph(text.format(seats=f"{nowhere:+,.0f}")))
    return blocks


def staff_of_plan(story: Story, found: Any) -> list[Block]:
    """Return the posts and counsellors by the norms, without and with the plan; nothing where no norm is named."""
    norms = story.area.standards
    stages = [stage for stage in story.taught if norms is not None and stage in norms.pupils_per_post]
    if norms is None or not stages:
        return []
    simulation = getattr(found, "simulation", found)
    frame: pd.DataFrame = simulation.staff()
    posts = frame[frame["role"] == "posts"]
    names = {stage: _("posts, {stage}").format(stage=story.stages[stage]) for stage in stages}
    names["all"] = _("counsellors")
    order = {stage: at for at, stage in enumerate(names)}
    frame = frame[frame[STAGE].isin(names)].assign(what=frame[STAGE].map(names), order=frame[STAGE].map(order))
    frame = frame.sort_values(["order", YEAR], ignore_index=True)
    columns = (Column("what", _("staff")), *columns_beside())
    caption = _("Staff that the norms ask for, without and with the plan")
    said = sentences([norms_in_words(story, norms, stages), _said(posts)])
    notes = limits_beside(found)
    table = Table("staff-plan", caption, columns, frame, unit=_("Unit: posts; persons"), notes=notes, most=60)
    return [Paragraph(said), table]


def _said(posts: pd.DataFrame) -> str:
    sums = posts.groupby(YEAR)[["before", "after"]].sum().reset_index()
    most = sums.iloc[int((sums["after"] - sums["before"]).abs().argmax())]
    if round(most["after"] - most["before"]) == 0:
        return _("The plan changes the number of posts in no year.")
    text = _("The plan changes the number of posts most in {year}: {after} with it, {before} without.")
    return text.format(year=school_year(int(most[YEAR])), after=count(most["after"]), before=count(most["before"]))
