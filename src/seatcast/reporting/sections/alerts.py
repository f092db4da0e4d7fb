"""Alerts: the official ratio beside the probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE, YEAR
from seatcast.language import _
from seatcast.reporting.cells import share
from seatcast.reporting.content import Block, Column, Note, Paragraph, Section, Table
from seatcast.reporting.story import Story
from seatcast.seats.first_schools import pool_label

if TYPE_CHECKING:
    from seatcast.core.result import Summary
    from seatcast.seats.alerts import Alerts


def alerts(story: Story) -> Section:
    """Return the section: what each rule means, the catchments under an alert, and the list to publish."""
    found = story.get("alerts")
    heading = _("Seat alerts")
    if found is None:
        return Section("alerts", heading, (Paragraph(_("No alerts were worked out.")),))
    frame: pd.DataFrame = found.to_frame()
    marked = frame[(frame["official"] != "") | (frame["level"] != "")].copy()
    planned = bool(frame["intake_plan"].notna().any())
    if planned:
        blocks: list[Block] = [Paragraph(found.rule.said(story.area)), Paragraph(str(found.summary().sentence))]
    elif frame.empty:
        blocks = [Paragraph(str(found.summary().sentence))]
    else:
        blocks = [Paragraph(_("No intake plan is on record, so that the official rule could not be applied."))]
    blocks.append(Paragraph(_probable(found, story, planned=planned)))
    if len(marked):
        blocks.append(_table(found, story, marked, planned=planned))
    listed = found.published()
    blocks.append(_published(listed) if len(listed.table) else Note(listed.sentence))
    return Section("alerts", heading, tuple(blocks))


def _probable(found: Alerts, story: Story, *, planned: bool) -> str:
    if story.follows_rolls:
        text = _(
            "The alert by probability is yellow where the probability that the catchment's schools are short of seats "
            "for their own pupils is at least {likely}, red from {almost_sure}."
        )
    elif planned:
        text = _(
            "The other alert speaks of all children: it is yellow where the probability that one of the catchment "
            "finds no public seat is at least {likely}, red from {almost_sure}."
        )
    else:
        text = _(
            "The alert by probability speaks of all children: it is yellow where the probability that one of the "
            "catchment finds no public seat is at least {likely}, red from {almost_sure}."
        )
    return text.format(likely=share(found.likely), almost_sure=share(found.almost_sure))


def _published(listed: Summary) -> Table:
    year, *texts = [str(name) for name in listed.table]
    columns = (Column(year, year, "year"), *(Column(name, name) for name in texts))
    notes = (listed.note, listed.sentence)
    return Table("published", _("Schools under an official alert, to be published"), columns, listed.table, notes=notes)


def _table(found: Alerts, story: Story, marked: pd.DataFrame, *, planned: bool) -> Table:
    colors = {"": "", "yellow": _("yellow"), "red": _("red")}
    places, schools = story.area.catchment_names(), story.area.school_names()
    frame = marked.sort_values([YEAR, "probability", "ratio"], ascending=[True, False, False], kind="stable")
    frame = frame.assign(
        place=frame[CATCHMENT].map(places),
        school_name=[pool_label(pool, schools) for pool in frame[SCHOOL]],
        stage_name=frame[STAGE].map(story.stages),
        official_name=frame["official"].map(colors),
        level_name=frame["level"].map(colors),
    ).reset_index(drop=True)
    local = story.by_status and found.rule.statuses is None
    children = _("local children entering") if local else _("children entering")
    columns = [
        Column(YEAR, _("year"), "year"),
        Column("place", _("catchment")),
        Column("stage_name", _("stage")),
        Column("school_name", _("school")),
        Column("local_children", children, "count", people=True),
        Column("intake_plan", _("intake plan"), "count"),
        Column("ratio", _("ratio"), "share", of=("local_children",)),
        Column("official_name", _("official alert")),
        Column("probability", _("probability"), "share"),
        Column("level_name", _("alert by probability")),
    ]
    if not planned:
        columns = [
            column
            for column in columns
            if column.key not in ("local_children", "intake_plan", "ratio", "official_name")
        ]
    unit = story.by_basis(_("Unit: children; seats"), _("Unit: seats; pupils"))
    return Table("alerts", _("Catchments under an alert"), tuple(columns), frame, unit=unit, most=30)
