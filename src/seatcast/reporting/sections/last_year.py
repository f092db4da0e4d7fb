"""Last year's forecast against what came, and against this year's: the largest errors, and the parts of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from seatcast.language import _, clauses
from seatcast.reporting.cells import count, school_year
from seatcast.reporting.content import Block, Column, Paragraph, Picture, Table

if TYPE_CHECKING:
    from seatcast.reporting.story import Story

_PARTS = ("births", "entry", "migration", "progression", "openings")


def last_year(story: Story, review: Any) -> list[Block]:
    """Return the review's sentence, its largest errors, all errors by part, the change by part, and decisions."""
    blocks: list[Block] = [Paragraph(str(review.summary().sentence))]
    names = story.area.school_names()
    errors: pd.DataFrame = review.error_parts()
    errors = errors.assign(school_name=errors["school"].map(names).fillna(errors["school"]))
    headings = {
        "births": _("births and children known"), "entry": _("entry"), "migration": _("migration"),
        "progression": _("progression"), "openings": _("openings, closures and new grades"),
    }  # fmt: skip
    columns = (
        Column("year", _("year"), "year"),
        Column("school_name", _("school")),
        Column("forecast", _("forecast"), "count", people=True),
        Column("actual", _("actual"), "count", people=True),
        Column("error", _("error"), "count", of=("forecast", "actual")),
        *(Column(part, headings[part], "count", of=("forecast", "actual")) for part in _PARTS),
    )
    note = _(
        "Error is forecast less count, largest first; the columns after it are what it was made of, and add up to it."
    )
    caption = _("What last year's forecast missed, by school")
    blocks.append(Table("review", caption, columns, errors, unit=_("Unit: pupils"), notes=(note,), most=15))
    missed = review.total_parts()
    if len(missed):
        year = int(missed.index[0])
        row = missed.iloc[0]
        parts = clauses([f"{name} {count(float(row[part]))}" for part, name in headings.items()])
        alt = _("From {before} to {after} pupils: {parts}.").format(
            before=count(float(row["actual"])), after=count(float(row["forecast"])), parts=parts
        )
        caption = _("From the pupils of {year} to those that were forecast: what the error was made of").format(
            year=school_year(year)
        )
        blocks.append(Picture("review-parts", caption, alt, review.plot_parts))
    if review.change is not None:
        last = review.change.total().iloc[-1]
        parts = clauses([f"{name} {count(float(last[part]))}" for part, name in headings.items()])
        alt = _("From {before} to {after} pupils: {parts}.").format(
            before=count(float(last["before"])), after=count(float(last["after"])), parts=parts
        )
        caption = _("What changed the forecast of {year} since last year").format(year=school_year(int(last["year"])))
        blocks.append(Picture("change", caption, alt, review.change.plot))
    if len(review.decisions):
        columns = (
            Column("year", _("year"), "year"),
            Column("role", _("who decided")),
            Column("decision", _("decision")),
            Column("reason", _("reason")),
        )
        blocks.append(Table("decisions", _("Decisions made on last year's forecast"), columns, review.decisions))
    return blocks
