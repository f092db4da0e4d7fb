"""Alerts: the official ratio beside the probability."""

from __future__ import annotations

import pandas as pd

from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE, YEAR
from seatcast.language import _
from seatcast.reporting.content import Block, Column, Note, Paragraph, Section, Table
from seatcast.reporting.story import Story


def alerts(story: Story) -> Section:
    """Return the section: what each rule means, the catchments under an alert, and what the list is not for."""
    found = story.get("alerts")
    heading = _("Seat alerts")
    if found is None:
        return Section("alerts", heading, (Paragraph(_("No alerts were worked out.")),))
    frame: pd.DataFrame = found.to_frame()
    marked = frame[(frame["official"] != "") | (frame["level"] != "")].copy()
    planned = bool(frame["intake_plan"].notna().any())
    if planned:
        blocks: list[Block] = [Paragraph(_official(story)), Paragraph(str(found.summary().sentence))]
    else:
        blocks = [Paragraph(_("No intake plan is on record, so that the official rule could not be applied."))]
    blocks.append(Paragraph(_probable(story, planned=planned)))
    if len(marked):
        blocks.append(_table(story, marked, planned=planned))
    blocks.append(
        Note(
            _(
                "Alerts are estimates for planning. They are no basis for moving a household registration or for "
                "buying a home, and decide nothing about the admission of any child."
            )
            if story.by_status
            else _(
                "Alerts are estimates for planning. They are no basis for buying a home, and decide nothing about the "
                "admission of any child."
            )
        )
    )
    return Section("alerts", heading, tuple(blocks))


def _official(story: Story) -> str:
    if story.by_status:
        return _(
            "The official rule divides the local children expected to enter by the entry seats of the normal intake "
            "plan: yellow from 90%, red from 100%."
        )
    return _(
        "The official rule divides the children expected to enter by the entry seats of the normal intake plan: yellow "
        "from 90%, red from 100%."
    )


def _probable(story: Story, *, planned: bool) -> str:
    if story.follows_rolls:
        return _(
            "The alert by probability is yellow where the probability that the catchment's schools are short of seats "
            "for their own pupils is at least 50%, red from 90%."
        )
    if planned:
        return _(
            "The other alert speaks of all children: it is yellow where the probability that one of the catchment "
            "finds no public seat is at least 50%, red from 90%."
        )
    return _(
        "The alert by probability speaks of all children: it is yellow where the probability that one of the "
        "catchment finds no public seat is at least 50%, red from 90%."
    )


def _table(story: Story, marked: pd.DataFrame, *, planned: bool) -> Table:
    colors = {"": "", "yellow": _("yellow"), "red": _("red")}
    places, schools = story.area.catchment_names(), story.area.school_names()
    frame = marked.sort_values([YEAR, "probability", "ratio"], ascending=[True, False, False], kind="stable")
    frame = frame.assign(
        place=frame[CATCHMENT].map(places),
        school_name=frame[SCHOOL].map(schools),
        stage_name=frame[STAGE].map(story.stages),
        official_name=frame["official"].map(colors),
        level_name=frame["level"].map(colors),
    ).reset_index(drop=True)
    children = _("local children entering") if story.by_status else _("children entering")
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
