"""What a plan answers when asked: plans as good, what money buys, what to decide now, the worth of foresight."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from seatcast.core.labels import STAGE, YEAR
from seatcast.language import _, clauses
from seatcast.reporting.cells import count
from seatcast.reporting.content import Block, Column, Heading, Paragraph, Picture, Table, untitled
from seatcast.reporting.story import Story


def questions(story: Story) -> list[Block]:
    """Return a part for each answer that was given to the report; without alternatives it says so."""
    blocks: list[Block] = [Heading(_("Alternatives"))]
    found = story.get("alternatives")
    if found is None:
        blocks.append(Paragraph(_("No other plans were looked for.")))
    else:
        blocks += _alternatives(story, found)
    answers = (("frontier", _frontier), ("scarcity", _scarcity), ("timing", _timing), ("foresight", _foresight))
    for topic, part in answers:
        noun = story.get(topic)
        if noun is not None:
            blocks += part(story, noun)
    return blocks


def _alternatives(story: Story, found: Any) -> list[Block]:
    blocks: list[Block] = [Paragraph(str(found.summary().sentence))]
    if not found.covers:
        return blocks
    frame: pd.DataFrame = found.to_frame()
    frame = frame.assign(name=[_("the plan") if n == 0 else str(n) for n in frame["alternative"]])
    columns = (
        Column("name", _("plan")),
        Column("options", _("options"), "count"),
        Column("cost", _("cost"), "count"),
        Column("left", _left(story), "count"),
        Column("instead", _("options instead")),
        Column("without", _("options it does without")),
    )
    caption = _("The plan and others nearly as good")
    return [*blocks, Table("alternatives", caption, columns, frame, unit=_money(story), notes=_counted(found.plan))]


def _frontier(story: Story, found: Any) -> list[Block]:
    frame: pd.DataFrame = found.to_frame()
    columns = (
        Column("point", _("point"), "count"),
        Column("options", _("options"), "count"),
        Column("cost", _("cost"), "count"),
        Column("left", _left(story), "count"),
        Column("idle", _("seat-years idle"), "count"),
        Column("price", _("cost of a child-year less"), "decimal"),
    )
    said = str(found.summary().sentence)
    blocks: list[Block] = [Heading(_("What money buys")), Paragraph(said)]
    if len(frame) > 1:
        points = [
            _("{left} at {cost}").format(left=count(row["left"]), cost=count(row["cost"]))
            for row in frame.to_dict("records")
        ]
        alt = _("Child-years without a seat against cost: {points}.").format(points=clauses(points))
        blocks.append(
            Picture("frontier", _("Cost against child-years without a seat"), alt, partial(untitled, found.plot))
        )
    caption = _("The best plans from the cheapest to the one that seats most")
    return [*blocks, Table("frontier", caption, columns, frame, unit=_money(story), notes=_counted(found.plan))]


def _scarcity(story: Story, found: Any) -> list[Block]:
    frame: pd.DataFrame = found.to_frame()
    names = {"budget": _("funds"), "teachers": _("teachers")}
    frame = frame.assign(what_name=frame["what"].map(names))
    columns = (
        Column("what_name", _("what is added")),
        Column(YEAR, _("year"), "year"),
        Column("more", _("added"), "count"),
        Column("seated", _("child-years more with a seat"), "count"),
    )
    caption = _("What more money or more teachers in one year would bring")
    table = Table("scarcity", caption, columns, frame, unit=_("Unit: {money}; teachers").format(money=story.area.money))
    return [Heading(_("What is scarce")), Paragraph(str(found.summary().sentence)), table]


def _timing(story: Story, found: Any) -> list[Block]:
    frame: pd.DataFrame = found.to_frame()
    decisions = {
        "now": _("start now"), "later": _("start later"), "trigger": _("wait and watch"), "open": _("open"),
    }  # fmt: skip
    frame = frame.assign(said=frame["decision"].map(decisions), stage_name=frame[STAGE].map(story.stages))
    columns = (
        Column("name", _("option")),
        Column("stage_name", _("stage")),
        Column("now", _("best to start now"), "share"),
        Column("ever", _("best to start at all"), "share"),
        Column("said", _("decision")),
        Column("in_year", _("watch in"), "year"),
        Column("above", _("start if more lack a seat"), "count", people=True),
    )
    note = _("Shares of the futures. The plan is solved for futures of like kind as if each were known.")
    table = Table("timing", _("What to decide now, and what can wait"), columns, frame, notes=(note,), most=30)
    return [Heading(_("What to decide now")), Paragraph(str(found.summary().sentence)), table]


def _foresight(story: Story, found: Any) -> list[Block]:
    frame: pd.DataFrame = found.to_frame()
    names = {
        "objective": _("the plan, by its own measure"), "mean_plan": _("the plan for the mean future"),
        "value_of_futures": _("what planning with many futures is worth"),
        "value_of_knowing": _("what knowing the future would be worth, at most"),
        "gap_limit": _("how far the plan may be from the best in futures it never saw"),
    }  # fmt: skip
    frame = frame.assign(name=frame["measure"].map(names)).dropna(subset=["money"]).reset_index(drop=True)
    columns = (
        Column("name", _("measure")),
        Column("money", _("money"), "count"),
        Column("share", _("share"), "share1"),
    )
    note = _("Cost, and children left without a seat at their price, both discounted; see the method of planning.")
    caption = _("What planning with many futures is worth")
    table = Table("foresight", caption, columns, frame, unit=_money(story), notes=(note,))
    return [Heading(_("What foresight is worth")), Paragraph(str(found.summary().sentence)), table]


def _left(story: Story) -> str:
    return story.by_basis(_("child-years without a seat"), _("seat-years short"))


def _money(story: Story) -> str:
    return _("Unit: {money}").format(money=story.area.money or _("the bureau's unit"))


def _counted(plan: Any) -> tuple[str, ...]:
    """Return what cost is, and of which future the child-years are, where the plan was made for one."""
    said = [_("Cost is expected and discounted, less what keeps a value after the last year.")]
    if not plan.over_futures:
        text = _(
            "Child-years and idle seats are those that the plan reckons with at the accepted risk, not expected ones."
        )
        said.append(text)
    return tuple(said)
