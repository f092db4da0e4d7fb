"""Access and equity: who is in public schools, who will be, and how many seats lie within reach."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from seatcast.core.labels import CATCHMENT, DRAW, STAGE, STATUS, TIER, YEAR
from seatcast.language import _, join, sentences
from seatcast.reporting.cells import capital, school_year, share
from seatcast.reporting.content import Block, Column, Heading, Paragraph, Picture, Section, Table
from seatcast.reporting.story import Story, in_order, statuses_of
from seatcast.seats.access import Access, Steps
from seatcast.seats.access import access as seats_in_reach
from seatcast.seats.shortfall import Shortfall

PAST, FEWEST = 6, 10  # years of the record shown; catchments listed


def access(story: Story) -> Section:
    """Return the section: public shares on record and expected, then seats within reach by catchment."""
    heading = _("Access and equity")
    blocks = [*_record(story), *_expected(story), *_reach(story)]
    if not blocks:
        blocks = [Paragraph(_("Neither pupils by status nor seats were given, so that access is not shown."))]
    return Section("access", heading, tuple(blocks))


def _record(story: Story) -> list[Block]:
    """Return the shares of each status in public schools, of the last years on record."""
    table = story.enrollment
    if table is None or not story.by_status:
        return (
            []
            if story.by_status
            else [Paragraph(_("Statuses are not told apart, so that no shares of them are shown."))]
        )
    table = table[table[YEAR] > story.inputs.base_year - PAST]
    sums = table.groupby([YEAR, "status"])["pupils"].sum().unstack("status")
    public = table[table["sector"] != "private"].groupby([YEAR, "status"])["pupils"].sum().unstack("status")
    rows = pd.DataFrame({YEAR: sums.index})
    columns = [Column(YEAR, _("year"), "year")]
    for status, label in story.statuses.items():
        if status not in sums:
            continue
        rows[f"pupils_{status}"] = sums[status].to_numpy()
        rows[f"public_{status}"] = public[status].reindex(sums.index).to_numpy()
        rows[f"share_{status}"] = rows[f"public_{status}"] / rows[f"pupils_{status}"].where(
            rows[f"pupils_{status}"] > 0
        )
        columns += [
            Column(f"pupils_{status}", label, "count", people=True),
            Column(f"public_{status}", _("{status}, in public schools").format(status=label), "count", people=True),
            Column(
                f"share_{status}", _("public share"), "share1", of=(f"pupils_{status}", f"public_{status}"),
            ),
        ]  # fmt: skip
    caption = _("Pupils in public schools, by status")
    made = Table("public-shares", caption, tuple(columns), rows, unit=_("Unit: pupils"))
    return [Heading(_("Who is in public schools")), Paragraph(_said_of_record(story, rows)), made]


def _said_of_record(story: Story, rows: pd.DataFrame) -> str:
    year, last = story.inputs.base_year, rows.iloc[-1]
    parts = [
        _("{share} of the {status} pupils").format(share=f"{100 * last[f'share_{status}']:.1f}%", status=label)
        for status, label in story.statuses.items()
        if f"share_{status}" in rows
    ]
    said = [_("In {year}, {parts} were in public schools.").format(year=school_year(year), parts=join(parts))]
    norms = story.area.standards
    status = story.area.statuses[-1]
    if norms is not None and norms.public_share is not None and f"share_{status.status}" in rows:
        now = float(last[f"share_{status.status}"])
        form = (
            _("The norm asks for {norm} of the {status} pupils at least, which is met.")
            if now >= norms.public_share
            else _("The norm asks for {norm} of the {status} pupils at least, seats that the city buys included.")
        )
        said.append(form.format(norm=share(norms.public_share), status=status.label))
    return sentences(said)


def _expected(story: Story) -> list[Block]:
    """Return what part of the children of the last status will have a public or bought seat."""
    found = story.shortfall
    if found is None or not story.by_status or story.follows_rolls:
        return []
    last = story.area.statuses[-1]
    frame = found.placement()
    frame = frame[frame[YEAR].isin(story.years) & frame[STAGE].isin(story.taught) & (frame[STATUS] == last.status)]
    seeking = float(story.area.seeking.get(last.status, 1.0))
    if story.scenario is not None:
        seeking = min(seeking * story.scenario.participation, 1.0)
    frame = frame.assign(of_all=frame["public_or_purchased"] * seeking)
    columns = (
        Column("stage_name", _("stage")),
        Column(YEAR, _("year"), "year"),
        Column("public", _("in public schools"), "share"),
        Column("public_or_purchased", _("in public or purchased seats"), "share"),
        Column("gap", _("less than {status}").format(status=story.area.statuses[0].label), "share"),
        Column("of_all", _("public or purchased, of all {status} pupils").format(status=last.label), "share"),
    )
    notes = (
        _("Shares of those who seek a public seat; the last column of all, of whom {share} seek one.").format(
            share=share(seeking)
        ),
    )
    caption = capital(_("{status} children who seek a public seat: expected shares").format(status=last.label))
    heading = Heading(_("Who will have a public seat"))
    return [heading, Table("placed", caption, columns, in_order(frame, story), notes=notes, most=60)]


def _reach(story: Story) -> list[Block]:
    """Return the seats within reach of a child: by stage and year, and the catchments with the fewest."""
    found = story.shortfall
    if found is None:
        return []
    by_stage = {stage: within for stage in story.taught if (within := _within(found, stage)) is not None}
    heading = Heading(_("Seats within reach"))
    if not by_stage:
        text = _("The ways from catchments to schools are not known, so that seats within reach are not shown.")
        return [heading, Paragraph(text)]
    rows = pd.concat([_rows(story, found, stage, within) for stage, within in by_stage.items()], ignore_index=True)
    rows = in_order(rows, story)
    text = _(
        "Each seat is shared among the children from whose homes its school is near enough, each child among the "
        "schools near enough to it: seats for 100 children, so that 100 means a seat for everyone."
    )
    columns = [
        Column("stage_name", _("stage")),
        Column(YEAR, _("year"), "year"),
        Column("least", _("catchment with fewest"), "count"),
        Column("middle", _("middle catchment"), "count"),
        Column("most", _("catchment with most"), "count"),
        Column("part", _("children with fewer than 100"), "share"),
    ]
    if story.by_status:
        columns += [
            Column(f"of_{s}", _("average, {status}").format(status=label), "count")
            for s, label in story.statuses.items()
        ]
    caption = _("Seats within reach for 100 children")
    note = _("Near enough: within the distance that children may be sent. Averages weigh catchments by their children.")
    unit = _("Unit: seats for 100 children")
    blocks: list[Block] = [
        heading,
        Paragraph(text),
        Table("reach", caption, tuple(columns), rows, unit=unit, notes=(note,), most=60),
    ]
    return [*blocks, *_fewest(story, rows, by_stage)]


def _within(found: Shortfall, stage: str) -> Access | None:
    """Return the access of a stage's children to its seats; None where no way is known."""
    area = found.area
    norm = area.stage(stage)
    ways = area.reach[area.reach[STAGE] == stage]
    minutes = norm.travel_minutes > 0 and "minutes" in ways and ways["minutes"].notna().any()
    column, limit = ("minutes", norm.travel_minutes) if minutes else ("metres", norm.travel_limit)
    other = "metres" if minutes else "minutes"
    ways = ways[ways[column].notna()].drop(columns=other, errors="ignore")
    seats = found.allocation.capacity.seats.sel({STAGE: stage}, drop=True)
    ways = ways[ways["school"].isin(seats["school"].values)].drop_duplicates([CATCHMENT, "school"])
    if ways.empty:
        return None
    children = found.allocation.demand.by_stage().sel({STAGE: stage}, drop=True).sum(TIER)
    # A zoned school counts however far it is: its children go there.
    ways = ways.assign(**{column: ways[column].where(ways["rank"] > 1, ways[column].clip(upper=limit))})
    return seats_in_reach(children, seats, ways, decay=Steps(((limit, 1.0),)))


def _rows(story: Story, found: Shortfall, stage: str, within: Access) -> pd.DataFrame:
    per = 100 * within.per_child.mean(DRAW, skipna=True)
    years = [story.inputs.base_year, *story.years]
    everybody = found.allocation.demand.by_stage().sel({STAGE: stage}, drop=True)
    children = everybody.sum(TIER).mean(DRAW)
    by_status = statuses_of(everybody).mean(DRAW)
    rows = []
    for year in years:
        here, weight = per.sel({YEAR: year}), children.sel({YEAR: year})
        row: dict[str, Any] = {
            STAGE: stage, YEAR: year, "least": float(here.min()), "middle": float(here.median()),
            "most": float(here.max()), "part": float(weight.where(here < 100).sum() / weight.sum()),
        }  # fmt: skip
        for status in story.statuses:
            part = by_status.sel({YEAR: year, STATUS: status})
            row[f"of_{status}"] = float((here * part).sum() / part.sum()) if float(part.sum()) > 0 else np.nan
        rows.append(row)
    return pd.DataFrame(rows)


def _fewest(story: Story, rows: pd.DataFrame, by_stage: dict[str, Access]) -> list[Block]:
    """Return map and sentence for the stage and year in which most children have fewer seats than there are of them."""
    ahead = rows[rows[YEAR].isin(story.years)]
    worst = ahead.iloc[int(ahead["part"].argmax())]
    if worst["part"] <= 0:
        return [Paragraph(_("Within reach there is a seat for every child in every year of the forecast."))]
    year, stage = int(worst[YEAR]), str(worst[STAGE])
    values = 100 * by_stage[stage].per_child.mean(DRAW, skipna=True).sel({YEAR: year}).to_series().dropna()
    names = story.area.catchment_names()
    low = values.nsmallest(FEWEST)
    low = low[low < 100]
    said = join([_("{place} {n:.0f}").format(place=names[str(place)], n=n) for place, n in low.iloc[:5].items()])
    where = {"stage": story.stages[stage], "year": school_year(year)}
    text = _("Fewest in {year} ({stage}): {said}.").format(said=said, **where)
    blocks: list[Block] = [Paragraph(text)]
    if story.inputs.geometry is not None:
        from seatcast import charts

        draw = partial(
            charts.area_map, story.inputs.geometry, values, unit=_("seats"), labels=names[low.index[:5]], names=names,
            colors="idle",
        )  # fmt: skip
        caption = _("Seats within reach for 100 children, {stage}, {year}").format(**where)
        blocks.append(
            Picture("reach", caption, _("Map of the catchments. Fewest seats: {said}.").format(said=said), draw)
        )
    return blocks
