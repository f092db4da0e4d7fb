"""How good the forecasts have been: made from the past, held against what came."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from seatcast.language import _, clauses, join, n_, sentences
from seatcast.reporting.cells import count, school_year, share
from seatcast.reporting.content import Block, Column, Note, Paragraph, Picture, Section, Table
from seatcast.reporting.sections.last_year import last_year
from seatcast.reporting.story import Story

PROMISED = 0.8
_SHARES = (50, 80, 95)  # percent that the intervals of a backtest promise
LEAD = 5  # years ahead of the forecast shown school by school: as long as a school takes to plan and build


def quality(story: Story) -> Section:
    """Return the section: scores of the backtest, one forecast school by school, and last year's review."""
    heading = _("How good the forecasts have been")
    found, review, children = story.get("backtest"), story.get("review"), story.get("hindcast")
    blocks: list[Block] = []
    if children is not None:
        blocks += _children(story, children)
    if found is not None:
        blocks += [*_scores(found), _scored(story), *_class_needs(found), *_one_forecast(story, found), *_limits(found)]
    if review is not None:
        blocks += last_year(story, review)
    elif blocks:
        text = _("No earlier forecast was given, so that nothing is said of how this one differs from the last.")
        blocks.append(Paragraph(text))
    if not blocks:
        blocks.append(
            Paragraph(
                _(
                    "No past forecast was held against what came, which takes a backtest and enough years of "
                    "enrollment; how good this one is has not been shown."
                )
            )
        )
    return Section("quality", heading, tuple(blocks))


def _scores(found: Any) -> list[Block]:
    from seatcast import charts

    frame = _side_by_side(found.to_frame())
    columns = (
        Column("level_name", _("level")),
        Column("lead", _("years ahead"), "year"),
        Column("n", _("counts compared"), "count"),
        Column("forecast", _("error of this forecast"), "share1"),
        Column("no_change", _("error of no change"), "share1"),
        Column("ratio_321", _("error of progression ratios"), "share1"),
        Column("bias", _("bias, points"), "points"),
        Column("coverage_50", _("in the 50% interval"), "share"),
        Column("coverage_80", _("in the 80% interval"), "share"),
        Column("coverage_95", _("in the 95% interval"), "share"),
    )
    notes = (
        _(
            "Error: sum of absolute errors as a share of all pupils. No change: every grade keeps its last count. "
            "Bias: above zero, too many were forecast."
        ),
        _("A good 80% interval holds four counts of five."),
    )
    blocks: list[Block] = [Paragraph(str(found.summary().sentence))]
    caption = _("Past forecasts against the counts that followed")
    blocks.append(Table("backtest", caption, columns, frame, notes=notes))
    wide = frame.pivot_table(index="level", columns="lead", values=[f"coverage_{percent}" for percent in _SHARES])
    leads = sorted({int(column[1]) for column in wide.columns.to_list()})
    chosen = [leads[0], leads[-1]] if len(leads) > 1 else leads
    lines = {
        n_("{n} year ahead", "{n} years ahead", int(lead)).format(n=lead): wide.loc["school"].xs(lead, level="lead")
        for lead in chosen
        if "school" in wide.index
    }
    if lines:
        table = pd.DataFrame(
            {name: values.to_numpy() for name, values in lines.items()}, index=[percent / 100 for percent in _SHARES]
        )
        said = clauses(
            [
                _("{name}: {shares}").format(name=name, shares=join([share(value) for value in values]))
                for name, values in table.items()
            ]
        )
        alt = _("Share held against share promised. Of the 50%, the 80% and the 95% interval, {said}.").format(
            said=said
        )
        caption = _("How often the intervals held, school totals")
        blocks.append(Picture("calibration", caption, alt, partial(charts.calibration, table)))
    return blocks


def _scored(story: Story) -> Block:
    """Say which forecast the scores are of: that from the rolls and births, without what a bureau adds to it."""
    given = story.inputs
    added = [
        name
        for name, table in (
            (_("children by catchment"), given.children if given.migration is not None else None),
            (_("registrations"), given.registrations),
            (_("events"), given.events),
        )
        if table is not None
    ]
    if not added:
        return Note(_("Scored is the forecast of the rolls from the rolls and, where known, births."))
    text = _(
        "Scored is the forecast of the rolls from the rolls and, where known, births. What the forecast of this report "
        "takes in besides ({tables}) is not in these errors and intervals."
    )
    return Note(text.format(tables=join(added)))


def _class_needs(found: Any) -> list[Block]:
    """Return how warnings that a grade will need another class came out, beside those of the usual ratios."""
    needs = found.class_needs()
    own = needs[needs["method"] == "forecast"]
    if own.empty or not own["needed"].sum():
        return []
    usual = needs[needs["method"] == "ratio_321"].set_index("lead")["hit_rate"]
    frame = own.assign(
        hit_rate=own["hit_rate"] / 100, false_alarm_rate=own["false_alarm_rate"] / 100,
        usual=own["lead"].map(usual) / 100,
    )  # fmt: skip
    columns = (
        Column("lead", _("years ahead"), "year"),
        Column("needed", _("grades that came to need another class"), "count"),
        Column("hits", _("foreseen"), "count"),
        Column("misses", _("missed"), "count"),
        Column("false_alarms", _("false alarms"), "count"),
        Column("hit_rate", _("foreseen, share"), "share"),
        Column("usual", _("foreseen by progression ratios"), "share"),
        Column("false_alarm_rate", _("false alarms among the other grades"), "share"),
    )
    note = _(
        "A grade needs another class where its pupils no longer fit into the classes it has, at the class size of the "
        "bureau; the forecast warns where that is likelier than not."
    )
    return [Table("class-needs", _("Warnings that a grade will need another class"), columns, frame, notes=(note,))]


def _side_by_side(scores: pd.DataFrame) -> pd.DataFrame:
    """Return a row a level and lead: the errors of the three methods as shares, bias and coverage of the forecast."""
    levels = {"cell": _("grade of a school"), "school": _("school"), "district": _("district")}
    keys, held = ["level", "lead"], [f"coverage_{percent}" for percent in _SHARES]
    errors = scores.assign(wape=scores["wape"] / 100).pivot_table(index=keys, columns="method", values="wape")
    own = scores[scores["method"] == "forecast"].set_index(keys)[["n", "bias", *held]]
    own[held] /= 100
    frame = own.join(errors).reset_index()
    return frame.assign(level_name=frame["level"].map(levels))


def _limits(found: Any) -> list[Block]:
    """Say where intervals held too seldom."""
    schools = found.records[found.records["level"] == "school"]
    held = float(schools["actual"].between(schools["low"], schools["high"]).mean())
    blocks: list[Block] = []
    if held < PROMISED - 0.05:
        text = _(
            "Over all years ahead, the 80% interval held {share} of the school totals, less than it promises: read the "
            "intervals of single schools as too narrow."
        )
        blocks.append(Note(text.format(share=share(held))))
    return blocks


def _children(story: Story, hindcast: Any) -> list[Block]:
    """Return how good past forecasts of the children were, whom the demand of this report follows."""
    frame = hindcast.to_frame()
    levels = {"catchment": _("catchment"), "area": _("whole area")}
    stages = {stage.stage: stage.label for stage in story.area.stages}
    frame = frame.assign(
        level_name=frame["level"].map(levels),
        stage_name=frame["stage"].map(stages),
        wape=frame["wape"] / 100,
        no_change=frame["no_change"] / 100,
        held=frame["coverage_80"] / 100,
    ).sort_values(["level", "stage", "lead"], ascending=[False, False, True])
    columns = (
        Column("level_name", _("level")),
        Column("stage_name", _("stage")),
        Column("lead", _("years ahead"), "year"),
        Column("n", _("counts compared"), "count"),
        Column("wape", _("error of this forecast"), "share1"),
        Column("no_change", _("error of no change"), "share1"),
        Column("held", _("in the 80% interval"), "share"),
    )
    note = _(
        "Forecasts made again with what was on record in past years. Those of one time share its surprises, so few "
        "counts of the whole area prove little."
    )
    caption = _("Past forecasts of the children of school age against the children who were counted")
    said = _("The demand of this report follows the children of the catchments.")
    return [
        Paragraph(sentences([said, str(hindcast.summary().sentence)])),
        Table("hindcast", caption, columns, frame, notes=(note,)),
    ]


def _one_forecast(story: Story, found: Any) -> list[Block]:
    """Return one past forecast school by school: of those with the longest lead up to five years, the earliest."""
    schools = found.records[found.records["level"] == "school"]
    leads = (schools["year"] - schools["origin"]).astype(int)
    if leads.empty:
        return []
    lead = int(leads[leads <= LEAD].max())
    origin = int(schools.loc[leads == lead, "origin"].min())
    frame: pd.DataFrame = found.by_school(origin, origin + lead)
    error = float(frame["error"].abs().sum() / frame["actual"].sum())
    text = n_(
        "The forecast made in {origin} of {target}, {n} school: it missed by {error:.1f}% of pupils, and {share} of "
        "the counts fell into the 80% interval.",
        "The forecast made in {origin} of {target}, school by school for {n} schools: it missed by {error:.1f}% of "
        "pupils, and {share} of the counts fell into the 80% interval.",
        len(frame),
    ).format(
        origin=school_year(origin), target=school_year(origin + lead), n=len(frame), error=100 * error,
        share=share(float(frame["inside"].mean())),
    )  # fmt: skip
    names = story.area.school_names()
    frame = frame.assign(
        school_name=frame["school"].map(names).fillna(frame["school"]),
        relative=frame["error"] / frame["actual"].where(frame["actual"] > 0),
        held=frame["inside"].map({True: _("yes"), False: _("no")}),
    )
    columns = (
        Column("school_name", _("school")),
        Column("forecast", _("forecast"), "count", people=True),
        Column("low", _("low"), "count", people=True),
        Column("high", _("high"), "count", people=True),
        Column("actual", _("actual"), "count", people=True),
        Column("error", _("error"), "count", of=("forecast", "actual")),
        Column("relative", _("error, share"), "share", of=("forecast", "actual")),
        Column("held", _("in the 80% interval")),
    )
    caption = _("The forecast made in {origin} of {target}, by school").format(
        origin=school_year(origin), target=school_year(origin + lead)
    )
    note = _("Largest errors first; error is forecast less count, {n} pupils on average.").format(
        n=count(float(frame["error"].abs().mean()))
    )
    table = Table("by-school", caption, columns, frame, unit=_("Unit: pupils"), notes=(note,), most=20)
    return [Paragraph(text), table]
