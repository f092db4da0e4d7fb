"""Shortfall: which children will lack a public seat, where, when and how surely."""

from __future__ import annotations

from functools import partial

import pandas as pd

from seatcast.core.labels import CATCHMENT, DRAW, STAGE, STATUS, YEAR, catchments_by_year
from seatcast.language import _, join
from seatcast.reporting.cells import school_year, share
from seatcast.reporting.content import Block, Column, Note, Paragraph, Picture, Section, Table
from seatcast.reporting.sections.causes import why_left_out
from seatcast.reporting.story import HIGH, LOW, Story, in_order, interval, statuses_of
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.shortfall import Shortfall

MOST_PLACES, MOST_LABELS = 12, 6


def shortfall(story: Story) -> Section:
    """Return the section: the area by year, then maps and tables of the places most at risk."""
    found = story.shortfall
    heading = _("Shortfall of seats")
    if found is None:
        return Section(
            "shortfall", heading, (Paragraph(_("Seats were not given out, so no shortfall was worked out.")),)
        )
    how = story.by_basis(
        _(
            "Seats are given out in the order of admission, nearest school first, within the distance that "
            "children may be sent. Who finds no seat is counted in every one of {draws} futures; expected numbers "
            "and intervals are taken over them."
        ),
        _(
            "The pupils expected in each catchment's schools are held against the seats within the distance that "
            "pupils may be sent. Seats that are short are counted in every one of {draws} futures; expected numbers "
            "and intervals are taken over them."
        ),
    )
    blocks: list[Block] = [Paragraph(how.format(draws=found.seats.sizes[DRAW]))]
    if story.follows_rolls:
        text = _(
            "The demand follows the rolls here: what is short is seats for the schools' own pupils. These pupils are "
            "taught, in schools that are overfull; nothing is said about children outside these schools."
        )
        blocks.append(Note(text))
    if story.by_status and story.area.definition is not None:
        text = _("Who is called {status} here: {definition}")
        blocks.append(Note(text.format(status=story.area.statuses[-1].label, definition=story.area.definition.label)))
    blocks.append(_by_year(story, found))
    if story.worst() is None:
        blocks.append(Paragraph(nothing_short(story)))
        return Section("shortfall", heading, tuple(blocks))
    blocks += why_left_out(story, found)
    blocks += _maps(story, found)
    blocks += _places(story, found)
    return Section("shortfall", heading, tuple(blocks))


def nothing_short(story: Story) -> str:
    """Return the sentence for a forecast without a shortfall."""
    return story.by_basis(
        _("No child is expected to lack a public seat in any year of the forecast."),
        _("No seat is expected to be short in any year of the forecast."),
    )


def _by_year(story: Story, found: Shortfall) -> Table:
    draws = found.seats.sum(CATCHMENT).sel({YEAR: story.years, STAGE: list(story.taught)})
    frame = interval(draws.transpose(STAGE, YEAR, DRAW))
    columns = [
        Column("stage_name", _("stage")),
        Column(YEAR, _("year"), "year"),
        Column("expected", _("expected"), "count", people=True),
        Column("low", _("low"), "count", people=True),
        Column("high", _("high"), "count", people=True),
    ]
    if story.by_status:
        who = found.by_status().mean(DRAW).transpose(STAGE, YEAR, STATUS).to_series()
        keys = pd.MultiIndex.from_frame(frame[[STAGE, YEAR]])
        for status, label in story.statuses.items():
            frame[f"of_{status}"] = who.xs(status, level=STATUS).reindex(keys).to_numpy()
            columns.append(Column(f"of_{status}", label, "count", people=True, total="expected"))
    frame = in_order(frame, story)
    note = _("Low and high are the limits of the 80% interval. Seats to spare elsewhere are not set off.")
    caption = story.by_basis(
        _("Children without a public seat, whole area"), _("Seats short for the schools' own pupils, whole area")
    )
    return Table("shortfall", caption, tuple(columns), frame, unit=_unit(story), notes=(note,), most=60)


def _unit(story: Story) -> str:
    return story.by_basis(_("Unit: children"), _("Unit: seats"))


def _maps(story: Story, found: Shortfall) -> list[Block]:
    """Return a map a stage that falls short, of its worst year."""
    from seatcast import charts

    expected = found.seats.mean(DRAW).sel({YEAR: story.years})
    blocks: list[Block] = []
    names = story.area.catchment_names()
    for stage in story.taught:
        by_year = expected.sel({STAGE: stage}).sum(CATCHMENT)
        if float(by_year.max()) < ONE_CHILD:
            continue
        year = int(by_year.idxmax(YEAR))
        values = expected.sel({STAGE: stage, YEAR: year}).to_series()
        top = values[values >= ONE_CHILD].nlargest(MOST_LABELS)
        said = join(
            [_("{place} {number}").format(place=names[place], number=story.people(top[place])) for place in top.index]
        )
        where = {"stage": story.stages[stage], "year": school_year(year)}
        if story.inputs.geometry is not None:
            alt = story.by_basis(
                _("Map of the catchments. Most children without a seat: {said}."),
                _("Map of the catchments. Most seats short: {said}."),
            ).format(said=said)
            caption = story.by_basis(
                _("Children expected to lack a public seat, {stage}, {year}"),
                _("Seats expected to be short, {stage}, {year}"),
            ).format(**where)
            unit = story.by_basis(_("children"), _("seats"))
            draw = partial(
                charts.area_map,
                story.inputs.geometry,
                values,
                unit=unit,
                labels=names[top.index],
                names=names,
                said=values.map(story.people),
            )
            blocks.append(Picture(f"map-{stage}", caption, alt, draw))
        chance = catchments_by_year(found.probability(), stage, story.years)
        worst = expected.sel({STAGE: stage}).sum(YEAR).to_series().nlargest(MOST_PLACES)
        worst = worst[worst >= ONE_CHILD]
        rows = chance.loc[worst.index].set_axis(names[worst.index])
        peaks = [
            _("{place} {share} in {year}").format(
                place=place, share=share(row.max()), year=row.index[int(row.argmax())]
            )
            for place, row in rows.iterrows()
        ]
        alt = _("Probabilities by catchment and year; the highest of each: {peaks}.").format(peaks=join(peaks))
        caption = _("Probability that a catchment falls short, {stage}").format(**where)
        if len(rows):
            blocks.append(Picture(f"risk-{stage}", caption, alt, partial(charts.heat_table, rows)))
    if story.inputs.geometry is None:
        blocks.insert(0, Paragraph(_("The outlines of the catchments were not given, so there is no map.")))
    return blocks


def _places(story: Story, found: Shortfall) -> list[Block]:
    """Return the catchments in danger, each in its own worst year."""
    draws = found.seats.sel({YEAR: story.years})
    expected = draws.mean(DRAW)
    worst = expected.idxmax(YEAR).transpose(CATCHMENT, STAGE).to_series().dropna().astype(int)
    keys = [(str(place), str(stage), int(year)) for (place, stage), year in zip(worst.index, worst, strict=True)]
    first = found.first_year()
    who = statuses_of(found.unplaced).mean(DRAW)
    names = story.area.catchment_names()
    rows = []
    for place, stage, year in keys:
        here = draws.sel({CATCHMENT: place, STAGE: stage, YEAR: year})
        if stage not in story.taught or float(here.mean()) < ONE_CHILD:
            continue
        row = {
            "place": names[place], "stage_name": story.stages[stage], YEAR: year,
            "probability": float((here > ONE_CHILD).mean()), "expected": float(here.mean()),
            "low": float(here.quantile(LOW)), "high": float(here.quantile(HIGH)), "first": first.get((place, stage)),
        }  # fmt: skip
        shares = who.sel({CATCHMENT: place, STAGE: stage, YEAR: year}).to_series()
        row |= {f"of_{status}": shares[status] for status in shares.index}
        rows.append(row)
    columns = [
        Column("place", _("catchment")),
        Column("stage_name", _("stage")),
        Column(YEAR, _("worst year"), "year"),
        Column("probability", _("probability"), "share"),
        Column("expected", _("expected"), "count", people=True),
        Column("low", _("low"), "count", people=True),
        Column("high", _("high"), "count", people=True),
        Column("first", _("first year"), "year"),
    ]
    if story.by_status:
        columns += [
            Column(f"of_{status}", label, "count", people=True, total="expected")
            for status, label in story.statuses.items()
        ]
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    frame = frame.sort_values("expected", ascending=False, kind="stable").reset_index(drop=True)
    notes = (
        _("Each catchment in the year in which it is expected to lack most seats."),
        _("First year: the first in which a shortfall is likelier than not; – where it never is."),
    )
    caption = _("Catchments most at risk")
    return [Table("places", caption, tuple(columns), frame, unit=_unit(story), notes=notes, most=20)]
