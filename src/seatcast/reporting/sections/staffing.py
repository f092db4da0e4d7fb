"""Staff: posts and counsellors by the norms that the bureau names."""

from __future__ import annotations

import pandas as pd

from seatcast.core.labels import DRAW, SCHOOL, STAGE, YEAR
from seatcast.core.standards import Standards
from seatcast.language import _, clauses, sentences
from seatcast.reporting.cells import capital, count, school_year
from seatcast.reporting.content import Block, Column, Heading, Note, Paragraph, Section, Table
from seatcast.reporting.story import Story, in_order, interval
from seatcast.seats.staffing import StaffNeed, staff_need

MOST_SCHOOLS = 15


def staffing(story: Story) -> Section:
    """Return the section: posts by stage and year, counsellors by year, and the schools that lack staff."""
    heading = _("Staff")
    found, norms = story.shortfall, story.area.standards
    if norms is None:
        text = _("The bureau names no norm for staff, so that no need is worked out.")
        return Section("staffing", heading, (Paragraph(text),))
    stages = [stage for stage in story.taught if stage in norms.pupils_per_post]
    if found is None or not stages:
        text = (
            _("Seats were not given out, so the need for staff is not known.")
            if found is None
            else _("The norms that the bureau names are of other stages, so that no need is worked out.")
        )
        return Section("staffing", heading, (Paragraph(text),))
    need = staff_need(found.allocation, norms, story.inputs.seats)
    frame = _frame(story, need, stages)
    blocks: list[Block] = [Heading(_("Posts")), Paragraph(norms_in_words(story, norms, stages))]
    blocks.append(Paragraph(_said(story, frame, stages)))
    blocks.append(_posts(story, frame))
    blocks += [Heading(_("Counsellors")), *_counsellors(need)]
    blocks += _lacking(story, need)
    blocks.append(
        Note(_("What the norms ask for is no plan of posts: small and boarding schools may be granted more."))
    )
    return Section("staffing", heading, tuple(blocks))


def norms_in_words(story: Story, norms: Standards, stages: list[str]) -> str:
    """Return the norms for posts, stage by stage, and where they stand."""
    ratios = [
        _("{stage}: 1 to {pupils} pupils").format(stage=story.stages[s], pupils=f"{norms.pupils_per_post[s]:g}")
        for s in stages
    ]
    said = [_("Posts of teachers and other staff by the norm. {ratios}.").format(ratios=capital(clauses(ratios)))]
    if norms.origin:
        said.append(_("Sources: {source}.").format(source=norms.origin))
    return sentences(said)


def _said(story: Story, frame: pd.DataFrame, stages: list[str]) -> str:
    first, last = story.inputs.base_year, story.years[-1]
    said = []
    for stage in stages:
        here = frame[frame[STAGE] == stage].set_index(YEAR)["expected"]
        peak = int(str(here.idxmax()))
        text = _("{stage}: {now} posts in {first}, most in {peak} with {most}, and {then} in {last}")
        if peak in (first, last):
            text = _("{stage}: {now} posts in {first} and {then} in {last}")
        said.append(
            text.format(
                stage=story.stages[stage], now=count(here[first]), first=school_year(first), peak=school_year(peak),
                most=count(here[peak]), then=count(here[last]), last=school_year(last),
            )
        )  # fmt: skip
    return _("Expected need in public schools. {parts}.").format(parts=capital(clauses(said)))


def _frame(story: Story, need: StaffNeed, stages: list[str]) -> pd.DataFrame:
    """Return posts by stage and year: of the year of record by the rolls where they are known, else expected."""
    frame = interval(need.posts.sum(SCHOOL).sel({STAGE: stages}).transpose(STAGE, YEAR, DRAW))
    more = need.waiting.mean(DRAW).sel({STAGE: stages}).transpose(STAGE, YEAR).to_series()
    frame["waiting"] = more.reindex(pd.MultiIndex.from_frame(frame[[STAGE, YEAR]])).to_numpy()
    norm = pd.Series(need.standards.pupils_per_post)
    if story.enrollment is not None:
        table, now = story.enrollment, frame[YEAR] == story.inputs.base_year
        public = table[(table["year"] == story.inputs.base_year) & (table["sector"] == "public")]
        frame.loc[now, "expected"] = frame.loc[now, STAGE].map(public.groupby("stage")["pupils"].sum() / norm)
        frame.loc[now, ["low", "high", "waiting"]] = None
    frame["pupils"] = frame["expected"] * frame[STAGE].map(norm)
    base = frame.loc[frame[YEAR] == story.inputs.base_year].set_index(STAGE)["expected"]
    frame["change"] = frame["expected"].round() - frame[STAGE].map(base).round()
    return in_order(frame, story)


def _posts(story: Story, frame: pd.DataFrame) -> Table:
    columns = [
        Column("stage_name", _("stage")),
        Column(YEAR, _("year"), "year"),
        Column("pupils", _("pupils in public schools"), "count", people=True),
        Column("expected", _("posts"), "count", of=("pupils",)),
        Column("low", _("low"), "count", of=("pupils",)),
        Column("high", _("high"), "count", of=("pupils",)),
        Column("change", _("change since {year}").format(year=story.inputs.base_year), "count", of=("pupils",)),
    ]
    notes = [
        _("The year of record by the rolls, the others as expected; low and high are the limits of the 80% interval.")
    ]
    if not story.follows_rolls:  # pupils on the rolls are taught already, in whatever seats
        columns.append(Column("waiting", _("more posts, were all seated"), "count"))
        notes.append(_("More posts: for the children who are expected to find no public seat, were they taught there."))
    caption, unit = _("Posts by the norm, public schools"), _("Unit: pupils; posts")
    return Table("staff", caption, tuple(columns), frame, unit=unit, notes=tuple(notes), most=60)


def _counsellors(need: StaffNeed) -> list[Block]:
    norms = need.standards
    if not norms.counts_counsellors:
        return [Paragraph(_("The bureau names no norm for counsellors."))]
    said = []
    if norms.counsellors_per_school:
        said.append(_("at least {n} a school").format(n=norms.counsellors_per_school))
    if norms.pupils_per_counsellor is not None:
        said.append(
            _("1 to {pupils} pupils, begun ones counted whole").format(pupils=count(norms.pupils_per_counsellor))
        )
    frame = interval(need.counsellors.sum(SCHOOL).transpose(YEAR, DRAW))
    frame["schools"] = (need.counsellors.mean(DRAW) > 0).sum(SCHOOL).to_numpy()
    columns = (
        Column(YEAR, _("year"), "year"),
        Column("schools", _("schools"), "count"),
        Column("expected", _("counsellors"), "count"),
        Column("low", _("low"), "count"),
        Column("high", _("high"), "count"),
    )
    text = _("Counsellors by the norm: {parts}.").format(parts=clauses(said))
    caption = _("Counsellors by the norm, public schools")
    return [Paragraph(text), Table("counsellors", caption, columns, frame, unit=_("Unit: schools; persons"))]


def _lacking(story: Story, need: StaffNeed) -> list[Block]:
    """Return the schools with fewer staff on record than the norms ask for in the year of record."""
    frame = need.by_school(story.inputs.base_year)
    if frame[["posts_now", "counsellors_now"]].isna().all(axis=None):
        text = _("Staff in place are not on record, so that no gap is shown.")
        return [Paragraph(text)]
    frame = frame.assign(
        school_name=frame[SCHOOL].map(story.area.school_names()),
        posts_gap=(frame["posts"].round() - frame["posts_now"]).clip(lower=0),
        counsellors_gap=(frame["counsellors"].round() - frame["counsellors_now"]).clip(lower=0),
    )
    short = frame[(frame["posts_gap"] > 0) | (frame["counsellors_gap"] > 0)]
    if short.empty:
        return [Paragraph(_("No school has fewer staff on record than the norms ask for."))]
    short = short.sort_values(["posts_gap", "counsellors_gap"], ascending=False, kind="stable").reset_index(drop=True)
    columns = (
        Column("school_name", _("school")),
        Column("posts", _("posts by the norm"), "count"),
        Column("posts_now", _("posts filled"), "count"),
        Column("posts_gap", _("posts lacking"), "count"),
        Column("counsellors", _("counsellors by the norm"), "count"),
        Column("counsellors_now", _("counsellors in place"), "count"),
        Column("counsellors_gap", _("counsellors lacking"), "count"),
    )
    caption = _("Schools with fewer staff than the norms ask for, {year}").format(
        year=school_year(story.inputs.base_year)
    )
    return [Table("staff-gaps", caption, columns, short, unit=_("Unit: posts; persons"), most=MOST_SCHOOLS)]
