"""The plan: what to start when, what it costs, whom it seats and what it leaves."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from seatcast.core.labels import STAGE, STATUS, YEAR
from seatcast.language import _, clauses, join, sentences
from seatcast.planning.options import kind_name
from seatcast.reporting.cells import count
from seatcast.reporting.content import Block, Column, Heading, Note, Paragraph, Picture, Section, Table, untitled
from seatcast.reporting.project_table import projects_by_year
from seatcast.reporting.sections.beside_the_plan import columns_beside, limits_beside
from seatcast.reporting.sections.plan_seats import seats_of_plan, staff_of_plan
from seatcast.reporting.sections.questions import questions
from seatcast.reporting.story import Story, in_order


def plan(story: Story) -> Section:
    """Return the section: schedule, cost by year against the budget, what remains short and what stands idle."""
    found = story.get("plan")
    heading = _("The plan")
    if found is None:
        return Section("plan", heading, (Paragraph(_without(story)),))
    blocks: list[Block] = [Heading(_("The recommended plan")), Paragraph(found.explanation())]
    if found.options:
        blocks += [*_schedule(story, found), *_cost(story, found)]
        blocks.append(projects_by_year(found))
    blocks += [_remaining(story, found), _picture_of_effect(story, found), _idle(story, found)]
    if found.options:
        blocks += [*seats_of_plan(story, found), *staff_of_plan(story, found)]
    blocks += questions(story)
    blocks.append(Note(_limits_of_the_plan(story, found)))
    return Section("plan", heading, tuple(blocks))


def _limits_of_the_plan(story: Story, found: Any) -> str:
    best = (
        _("The plan is the best found for the options and costs given, on average over the futures.")
        if found.over_futures
        else _("The plan is the best found for the options and costs given, at the accepted risk.")
    )
    rest = _(
        "It replaces neither the check of sites and staff nor the decision. Money is in {unit}, without inflation; "
        "discounted sums use {rate:.1%} a year."
    )
    unit = story.area.money or _("the bureau's unit")
    return sentences([best, rest.format(unit=unit, rate=story.area.discount)])


def _without(story: Story) -> str:
    if story.inputs.options is None:
        return _("The bureau has given no options for more seats, so that no plan was made.")
    return _("No plan was made.")


def _schedule(story: Story, found: Any) -> list[Block]:
    from seatcast import charts

    frame: pd.DataFrame = found.schedule()
    frame = frame.assign(kind_name=frame["kind"].map(kind_name), stage_name=frame[STAGE].map(story.stages))
    last = story.years[-1]
    columns = (
        Column("name", _("option")),
        Column("kind_name", _("kind")),
        Column("stage_name", _("stage")),
        Column("start", _("start"), "year"),
        Column("opens", _("first in service"), "year"),
        Column("seats", _("seats"), "count"),
        Column("cost", _("cost at the start"), "count"),
        Column("running_cost", _("cost a year"), "decimal"),
        Column("teachers", _("teachers"), "count"),
    )
    unit = _("Unit: seats; {money}; teachers").format(money=story.area.money)
    note = _("Cost a year is negative where money is saved; – for seats that follow from others, as with a boundary.")
    table = Table("plan", _("Options of the plan"), columns, frame, unit=unit, notes=(note,))
    bars = pd.DataFrame(
        {
            "label": frame["name"],
            "start": frame["start"],
            "opens": frame["opens"],
            "ends": (frame["ends"] + 1).where(frame["ends"] < last),
            "text": [f"+{count(n)}" if np.isfinite(n) and n > 0 else "" for n in frame["seats"]],
        }
    )
    parts = [
        _("{name}: started {start}, in service from {opens}").format(
            name=row["name"], start=row["start"], opens=row["opens"]
        )
        for row in frame.to_dict("records")
    ]
    caption = _("Schedule of the plan, with the seats each option adds")
    return [
        table,
        Picture("schedule", caption, _("Bars by option. {parts}.").format(parts=clauses(parts)),
                partial(charts.gantt, bars, last=last)),
    ]  # fmt: skip


def _cost(story: Story, found: Any) -> list[Block]:
    from seatcast import charts

    frame: pd.DataFrame = found.cost()
    money = story.area.money
    columns = [
        Column(YEAR, _("year"), "year"),
        Column("start_cost", _("starts"), "count"),
        Column("running_cost", _("running"), "count"),
        Column("cost", _("together"), "count"),
        Column("budget", _("budget"), "count"),
        Column("carried", _("carried over"), "count"),
        Column("teachers", _("teachers"), "count"),
        Column("teachers_limit", _("teachers at most"), "count"),
    ]
    columns = [column for column in columns if not frame[column.key].isna().all()]
    caption = _("Cost of the plan by year against the budget") if "budget" in {c.key for c in columns} else _(
        "Cost of the plan by year"
    )  # fmt: skip
    unit = _("Unit: {money}; teachers").format(money=money)
    table = Table("cost", caption, tuple(columns), frame, unit=unit)
    layers = frame.set_index(YEAR)[["start_cost", "running_cost"]]
    budget = frame.set_index(YEAR)["budget"].dropna()
    draw = partial(
        charts.bars,
        layers,
        unit=money,
        labels={"start_cost": _("starts"), "running_cost": _("running")},
        line=budget if len(budget) else None,
        line_label=_("new budget of the year"),
    )
    alt = _("Bars by year: {parts}.").format(
        parts=join([f"{year} {count(cost)}" for year, cost in frame.set_index(YEAR)["cost"].items()])
    )
    return [table, Picture("cost", caption, alt, draw)]


def _remaining(story: Story, found: Any) -> Table:
    remaining: pd.DataFrame = found.remaining()
    frame = in_order(remaining[remaining[STATUS] == "all"], story)
    columns = [
        Column("stage_name", _("stage")),
        *columns_beside(people=True),
    ]
    if story.by_status:
        keys = pd.MultiIndex.from_frame(frame[[YEAR, STAGE]])
        for status, label in story.statuses.items():
            part = remaining[remaining[STATUS] == status].set_index([YEAR, STAGE])["after"]
            frame[f"of_{status}"] = part.reindex(keys).to_numpy()
            columns.append(
                Column(
                    f"of_{status}",
                    _("with the plan: {status}").format(status=label),
                    "count",
                    people=True,
                    total="after",
                )
            )
    caption = story.by_basis(
        _("Children expected to lack a public seat, without and with the plan"),
        _("Seats expected to be short, without and with the plan"),
    )
    unit = story.by_basis(_("Unit: children"), _("Unit: seats"))
    return Table("remaining", caption, tuple(columns), frame, unit=unit, notes=limits_beside(found), most=60)


def _picture_of_effect(story: Story, found: Any) -> Picture:
    frame: pd.DataFrame = found.remaining()
    sums = frame[frame[STATUS] == "all"].groupby(YEAR)[["before", "after"]].sum()
    parts = [
        _("{year}: {before} without, {after} with").format(
            year=year, before=story.people(row["before"]), after=story.people(row["after"])
        )
        for year, row in sums.iterrows()
    ]
    caption = story.by_basis(
        _("Children without a public seat, without and with the plan"), _("Seats short, without and with the plan")
    )
    alt = _("Two fans. Expected in {parts}.").format(parts=clauses(parts))
    simulation = getattr(found, "simulation", found)
    return Picture("effect", caption, alt, partial(untitled, simulation.plot))


def _idle(story: Story, found: Any) -> Table:
    frame = in_order(found.idle(), story)
    columns = (Column("stage_name", _("stage")), *columns_beside())
    caption = _("Seats expected to stand idle, without and with the plan")
    return Table("idle-plan", caption, columns, frame, unit=_("Unit: seats"), notes=limits_beside(found), most=60)
