"""Idle seats to come: the other side of the wave."""

from __future__ import annotations

from functools import partial

from seatcast.core.labels import DRAW, SCHOOL, STAGE, YEAR
from seatcast.language import _, join
from seatcast.reporting.cells import count, school_year
from seatcast.reporting.content import Block, Column, Paragraph, Picture, Section, Table
from seatcast.reporting.story import Story, interval
from seatcast.seats.allocation import ONE_CHILD


def idle(story: Story) -> Section:
    """Return the section: idle seats by stage and year, and the schools with most of them in the last year."""
    found = story.shortfall
    heading = _("Idle seats to come")
    if found is None:
        return Section("idle", heading, (Paragraph(_("Seats were not given out, so idle seats are not known.")),))
    from seatcast import charts

    draws = found.idle.sum(SCHOOL).sel({YEAR: story.years, STAGE: list(story.taught)}).transpose(STAGE, YEAR, DRAW)
    last = story.years[-1]
    ends = draws.sel({YEAR: last}).mean(DRAW).to_series()
    said = join([_("{stage} {number}").format(stage=story.stages[str(s)], number=count(n)) for s, n in ends.items()])
    draw = partial(charts.fans, draws, unit=_("seats"), labels=story.stages)
    blocks: list[Block] = [
        Paragraph(
            _(
                "Seats that nobody takes within reach, in the same futures as the shortfall. Seats for a wave that "
                "passes are better leased, bought or convertible than built."
            )
        ),
        Picture(
            "idle",
            _("Idle public seats, by stage"),
            _("Fans of idle seats; expected in {year}: {said}.").format(year=school_year(last), said=said),
            lambda: draw()[0],
        ),
    ]
    frame = interval(found.idle.sel({YEAR: last}).transpose(SCHOOL, STAGE, DRAW))
    seats = found.allocation.capacity.seats.sel({YEAR: last}).to_series().rename("seats").reset_index()
    frame = frame.merge(seats, on=[SCHOOL, STAGE])
    frame = frame[(frame["seats"] > 0) & (frame["expected"] >= ONE_CHILD)]
    if frame.empty:
        return Section("idle", heading, (*blocks, Paragraph(_("No seats are expected to stand idle."))))
    frame["part"] = frame["expected"] / frame["seats"]
    frame["school_name"] = frame[SCHOOL].map(story.area.school_names()).fillna(frame[SCHOOL])
    frame["stage_name"] = frame[STAGE].map(story.stages)
    frame = frame.sort_values("expected", ascending=False, kind="stable").reset_index(drop=True)
    columns = (
        Column("school_name", _("school")),
        Column("stage_name", _("stage")),
        Column("seats", _("seats"), "count"),
        Column("expected", _("idle, expected"), "count"),
        Column("low", _("low"), "count"),
        Column("high", _("high"), "count"),
        Column("part", _("share idle"), "share"),
    )
    caption = _("Schools with most idle seats, {year}").format(year=school_year(last))
    note = _("Low and high are the limits of the 80% interval.")
    blocks.append(Table("idle", caption, columns, frame, unit=_("Unit: seats"), notes=(note,), most=15))
    return Section("idle", heading, tuple(blocks))
