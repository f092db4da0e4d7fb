"""Supply: the seats of the years to come, and the projects already decided that change them."""

from __future__ import annotations

import pandas as pd

from seatcast.core.labels import SCHOOL, STAGE, YEAR
from seatcast.language import _, clauses, sentences
from seatcast.reporting.cells import capital, count, school_year
from seatcast.reporting.content import Block, Column, Paragraph, Section, Table
from seatcast.reporting.story import Story
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.shortfall import Shortfall


def supply(story: Story) -> Section:
    """Return the section: public seats by year and stage, then each project that adds or takes away seats."""
    found = story.shortfall
    heading = _("Seats and projects already decided")
    if found is None:
        text = _("Seats were not given out, so the seats of the years to come are not shown.")
        return Section("supply", heading, (Paragraph(text),))
    blocks: list[Block] = [Paragraph(_said(story, found)), _seats(story, found), *_projects(story, found)]
    return Section("supply", heading, tuple(blocks))


def _said(story: Story, found: Shortfall) -> str:
    sums = found.allocation.capacity.seats.sum(SCHOOL)
    first, last = story.inputs.base_year, story.years[-1]
    parts = [
        _("{stage}: {before} in {first}, {after} in {last}").format(
            stage=story.stages[stage], before=count(float(sums.sel({YEAR: first, STAGE: stage}))),
            after=count(float(sums.sel({YEAR: last, STAGE: stage}))), first=school_year(first), last=school_year(last),
        )
        for stage in story.taught
    ]  # fmt: skip
    said = [_("Seats on offer, by what is already decided. {parts}.").format(parts=capital(clauses(parts)))]
    bought = found.area.schools["sector"].eq("purchased").any()
    if bought:
        said.append(_("Seats that the city has bought in private schools are among them."))
    if story.scenario is not None and not story.scenario.committed:
        said.append(_("In this scenario projects already decided are not built."))
    return sentences(said)


def _seats(story: Story, found: Shortfall) -> Table:
    seats = found.allocation.capacity.seats
    wide = pd.DataFrame(seats.sum(SCHOOL).sel({STAGE: list(story.taught)}).transpose(YEAR, STAGE).to_pandas())
    frame = wide.reset_index().rename(columns=str)
    columns = [Column(YEAR, _("year"), "year")]
    columns += [Column(stage, story.stages[stage], "count") for stage in story.taught]
    if len(story.taught) > 1:
        frame["together"] = wide.sum(axis=1).to_numpy()
        columns.append(Column("together", _("together"), "count"))
    sectors = found.area.schools["sector"].reindex(seats[SCHOOL].to_index()).eq("purchased").to_numpy()
    if sectors.any():
        frame["bought"] = seats.isel({SCHOOL: sectors}).sum([SCHOOL, STAGE]).to_numpy()
        columns.append(Column("bought", _("of them bought in private schools"), "count"))
    return Table("supply", _("Public seats by year"), tuple(columns), frame, unit=_("Unit: seats"))


def _projects(story: Story, found: Shortfall) -> list[Block]:
    """Return a row each time the seats of a school and stage change."""
    frame = found.allocation.capacity.seats.to_series().rename("after").reset_index().sort_values(YEAR, kind="stable")
    frame["before"] = frame.groupby([SCHOOL, STAGE])["after"].shift()
    frame["change"] = frame["after"] - frame["before"]
    frame = frame[frame["change"].abs() >= ONE_CHILD].sort_values([YEAR, SCHOOL, STAGE], kind="stable")
    if frame.empty:
        return [Paragraph(_("No project already decided changes the seats of any school."))]
    frame = frame.assign(
        school_name=frame[SCHOOL].map(story.area.school_names()),
        stage_name=frame[STAGE].map(story.stages),
        what=[_what(*row) for row in zip(frame["before"], frame["after"], strict=True)],
    )
    columns = (
        Column("school_name", _("school")),
        Column("stage_name", _("stage")),
        Column(YEAR, _("from"), "year"),
        Column("what", _("kind")),
        Column("before", _("seats before"), "count"),
        Column("after", _("seats after"), "count"),
        Column("change", _("change"), "count"),
    )
    caption = _("Projects already decided")
    return [Table("decided", caption, columns, frame.reset_index(drop=True), unit=_("Unit: seats"), most=30)]


def _what(before: float, after: float) -> str:
    if before == 0:
        return _("opens")
    if after == 0:
        return _("closes")
    return _("more seats") if after > before else _("fewer seats")
