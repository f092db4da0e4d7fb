"""Why children are left out: the parts of the shortfall, the bottlenecks."""

from __future__ import annotations

import pandas as pd

from seatcast.core.labels import STAGE, YEAR
from seatcast.language import _, join
from seatcast.reporting.content import Block, Column, Table
from seatcast.reporting.story import Story, in_order
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.shortfall import Shortfall
from seatcast.seats.yardstick import PARTS

MOST_NAMES, MOST_ROWS = 6, 12


def why_left_out(story: Story, found: Shortfall) -> list[Block]:
    """Return the table of the three parts and that of the bottlenecks."""
    split = found.split.to_frame()
    split = split[split[YEAR].isin(story.years) & split[STAGE].isin(story.taught) & (split["unplaced"] >= ONE_CHILD)]
    labels = (_("too few seats"), _("seats out of reach"), _("the rule"))
    columns = [Column("stage_name", _("stage")), Column(YEAR, _("year"), "year")]
    columns += [Column(part, label, "count", people=True) for part, label in zip(PARTS, labels, strict=True)]
    notes = (
        _(
            "Too few seats: more children ask than seats are free in sum. Out of reach: no rule could seat them within "
            "the distance that children may be sent. The rule: another rule would have seated them."
        ),
    )
    caption = _("Why seats are short: expected numbers")
    unit = story.by_basis(_("Unit: children"), _("Unit: seats"))
    blocks: list[Block] = [
        Table("causes", caption, tuple(columns), in_order(split, story), unit=unit, notes=notes, most=60)
    ]
    return [*blocks, *_bottlenecks(story, found)]


def _bottlenecks(story: Story, found: Shortfall) -> list[Block]:
    rows = found.split.bottlenecks()
    rows = rows[rows[YEAR].isin(story.years) & rows[STAGE].isin(story.taught)].nlargest(MOST_ROWS, "lacking")
    if rows.empty:
        return []
    places, schools = story.area.catchment_names(), story.area.school_names()
    rows = rows.assign(
        where=[_listed(places, names) for names in rows["catchments"]],
        full=[_listed(schools, names) for names in rows["schools"]],
    )
    columns = (
        Column("stage_name", _("stage")),
        Column(YEAR, _("year"), "year"),
        Column("where", _("catchments")),
        Column("full", _("schools they share")),
        Column("lacking", _("seats lacking"), "count", people=True),
    )
    notes = (
        _("Seats that no rule could find within their reach; a seat added in one of the schools seats a child more."),
    )
    return [
        Table(
            "bottlenecks",
            _("Catchments that share schools which are too full"),
            columns,
            in_order(rows, story),
            unit=_("Unit: seats"),
            notes=notes,
        )
    ]


def _listed(names: pd.Series, chosen: tuple[str, ...]) -> str:
    said = [str(names[name]) for name in chosen[:MOST_NAMES]]
    more = len(chosen) - len(said)
    return join([*said, _("{n} more").format(n=more)] if more else said)
