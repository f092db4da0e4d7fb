"""What moves the numbers: births, arrivals and departures, returns, dwellings, children left behind."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DRAW, STATUS, YEAR
from seatcast.demography.births import births_on_record, project_births
from seatcast.demography.migration import return_ages
from seatcast.demography.moves import moves_on_record
from seatcast.language import _, sentences
from seatcast.reporting.cells import count, school_year
from seatcast.reporting.content import Block, Column, Paragraph, Picture, Section, Table
from seatcast.reporting.story import HIGH, LOW, Story

PAST = 5  # years of the record in the table


def moves(story: Story) -> Section:
    """Return the section: births and their fan, a table of moves, returns, dwellings, children left behind."""
    heading = _("What moves the numbers")
    children = story.get("children")
    if children is None:
        blocks = [Paragraph(text) for text in (_births_alone(story), _not_apart())]
        return Section("moves", heading, tuple(blocks))
    told = replace(children, children=children.cohorts.summed(children.children, (AGE,)), keep=(AGE,))
    # As the record will have them: the children hold those as well whom registers miss at first.
    births = project_births(story.inputs, children.scenario).sum([CATCHMENT, STATUS]).transpose(YEAR, DRAW)
    born, moved = _births(story, births), _moves(story, told, births)
    others = [_returns(story, told), _dwellings(story), *_left_behind(story)]
    return Section("moves", heading, (*born, *moved, Paragraph(sentences([text for text in others if text]))))


def _births_alone(story: Story) -> str:
    table = story.inputs.births
    if table is None:
        return _("Births were not given.")
    sums = table.groupby(YEAR)["births"].sum()
    return _("On record are {now} births in {last} and {before} in {first}.").format(
        now=count(float(sums.iloc[-1])), last=sums.index[-1], before=count(float(sums.iloc[0])), first=sums.index[0]
    )


def _not_apart() -> str:
    return _("The forecast follows the rolls of the schools, which do not tell births and moves apart.")


def _births(story: Story, draws: xr.DataArray) -> list[Block]:
    from seatcast import charts

    record = births_on_record(story.inputs).groupby(YEAR)["births"].sum(min_count=1)
    record = record[record.index <= story.inputs.base_year]
    last = story.years[-1]
    ends = draws.sel({YEAR: last})
    now = float(record.iloc[-1])
    said = []
    before = record.get(record.index[-1] - PAST)
    text = _("{now} births are on record in {year}").format(now=story.people(now), year=record.index[-1])
    if before is not None and before > 0:
        form = _(", {share:.1f}% fewer than in {then}.") if now < before else _(", {share:.1f}% more than in {then}.")
        text += form.format(share=100 * abs(now / before - 1), then=record.index[-1] - PAST)
    else:
        text += _(".")
    said.append(text)
    said.append(
        _("Expected in {year}: {number} (80% interval {low} to {high}).").format(
            year=last, number=story.people(float(ends.mean())), low=story.people(float(ends.quantile(LOW))),
            high=story.people(float(ends.quantile(HIGH))),
        )
    )  # fmt: skip
    alt = _("A fan after the births on record. {said}").format(said=sentences(said))
    draw = partial(charts.fan, draws, history=record, unit=_("number born"))
    return [Paragraph(sentences(said)), Picture("births", _("Births by year"), alt, draw)]


def _moves(story: Story, told: Any, births: xr.DataArray) -> list[Block]:
    from seatcast import charts

    come, go = (flow.sum([AGE, STATUS]).transpose(YEAR, DRAW) for flow in (told.arrivals, told.departures))
    net = come - go
    frame = pd.DataFrame(
        {
            YEAR: story.years, "basis": _("forecast"), "births": _means(births),
            "arrivals": _means(come), "departures": _means(go), "net": _means(net),
            "low": net.quantile(LOW, DRAW).to_numpy(), "high": net.quantile(HIGH, DRAW).to_numpy(),
        }
    )  # fmt: skip
    for status in story.statuses:
        frame[f"net_{status}"] = _means((told.arrivals - told.departures).sel({STATUS: status}).sum(AGE))
    frame = pd.concat([_on_record(story), frame], ignore_index=True)
    columns = [
        Column(YEAR, _("year"), "year"),
        Column("basis", _("basis")),
        Column("births", _("number born"), "count", people=True),
        Column("arrivals", _("arrivals"), "count", people=True),
        Column("departures", _("departures"), "count", people=True),
        Column("net", _("net"), "count", of=("arrivals", "departures")),
        Column("low", _("low"), "count", of=("arrivals", "departures")),
        Column("high", _("high"), "count", of=("arrivals", "departures")),
    ]
    if story.by_status:
        columns += [
            Column(f"net_{status}", _("net, {status}").format(status=label), "count", of=("arrivals", "departures"))
            for status, label in story.statuses.items()
        ]
    ages = int(told.children[AGE].min()), int(told.children[AGE].max())
    notes = (
        _(
            "Births as they are put on record. Moves are of children aged {first} to {last}, in the twelve months up "
            "to the cut-off date; net: arrivals less departures."
        ).format(first=ages[0], last=ages[1]),
        _("Low and high are the limits of the 80% interval of the net."),
    )
    total = float(net.sum(YEAR).mean())
    verb = _("{number} more children are expected to come than to leave from {first} to {last}.") if total >= 0 else _(
        "{number} more children are expected to leave than to come from {first} to {last}."
    )  # fmt: skip
    text = verb.format(number=story.people(abs(total)), first=story.years[0], last=story.years[-1])
    alt = _("Bars of arrivals and departures with their net. {said}").format(said=text)
    caption = _("Children who come and leave, forecast")
    return [
        Paragraph(text),
        Table("moves", _("Births and moves"), tuple(columns), frame, unit=_("Unit: children"), notes=notes),
        Picture("moves", caption, alt, partial(charts.balance, come, go, unit=_("children"))),
    ]


def _on_record(story: Story) -> pd.DataFrame:
    """Return births and moves of the last years on record."""
    found = moves_on_record(story.inputs)
    assert found is not None  # children are projected only where their moves are known
    table = found.moves[
        (found.moves[YEAR] > story.inputs.base_year - PAST) & (found.moves[YEAR] <= story.inputs.base_year)
    ]
    sums = table.groupby(YEAR)[["arrivals", "departures"]].sum(min_count=1)
    births = births_on_record(story.inputs).groupby(YEAR)["births"].sum(min_count=1)
    frame = sums.assign(births=births.reindex(sums.index), net=sums["arrivals"] - sums["departures"], basis=_("record"))
    for status in story.statuses:
        part = table[table["status"] == status].groupby(YEAR)[["arrivals", "departures"]].sum(min_count=1)
        frame[f"net_{status}"] = (part["arrivals"] - part["departures"]).reindex(frame.index)
    return frame.reset_index()


def _returns(story: Story, told: Any) -> str:
    """Say how many leave at the entry to the next stage, beside the usual of the ages around it."""
    if not story.by_status:
        return ""
    status, age = story.area.statuses[-1], return_ages(story.area)[0]
    gone = told.departures.sel({STATUS: status.status, YEAR: story.years[0]}).mean(DRAW)
    ages = gone[AGE].values
    if len(story.area.stages) < 2 or age not in ages or age - 1 not in ages or age + 1 not in ages:
        return ""
    usual = float(gone.sel({AGE: [age - 1, age + 1]}).mean())
    return _(
        "At age {age}, that of entry to the next stage, {number} {status} children are expected to leave in {year}, "
        "against {usual} at the ages beside it: some go back to enter school where they are registered."
    ).format(
        age=age, number=story.people(float(gone.sel({AGE: age}))), status=status.label,
        year=school_year(story.years[0]), usual=story.people(usual),
    )  # fmt: skip


def _dwellings(story: Story) -> str:
    table = story.inputs.housing
    if table is None:
        return _("New dwellings were not given: as many families are expected to move in with them as in past years.")
    sums = table.groupby(YEAR)["dwellings"].sum()
    ahead, past = sums[sums.index > story.inputs.base_year], sums[sums.index <= story.inputs.base_year]
    if ahead.empty or past.empty:
        return _(
            "Dwellings to come were not given: as many families are expected to move in with them as in past years."
        )
    return _("{number} dwellings are to be completed from {first} to {last}; on record are {usual} a year.").format(
        number=count(float(ahead.sum())),
        first=ahead.index.min(),
        last=ahead.index.max(),
        usual=count(float(past.mean())),
    )


def _left_behind(story: Story) -> list[str]:
    found = story.get("left_behind")
    if found is None:
        return [_("Children left behind where they are registered were not given.")] if story.by_status else []
    summary = found.summary()
    return [summary.sentence, *([summary.note] if summary.note else [])]


def _means(draws: xr.DataArray) -> Any:
    return draws.transpose(YEAR, DRAW).mean(DRAW).to_numpy()
