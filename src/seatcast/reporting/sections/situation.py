"""Situation: children, rolls and seats in the year of record."""

from __future__ import annotations

from functools import partial

import pandas as pd

from seatcast.language import _, clauses, sentences
from seatcast.reporting.cells import capital, count, school_year
from seatcast.reporting.content import Block, Column, Paragraph, Picture, Section, Table
from seatcast.reporting.story import Story


def situation(story: Story) -> Section:
    """Return the section: children by age group, pupils by stage, seats and how full they are."""
    blocks: list[Block] = [*_rolls(story), *_children(story), *_left_behind(story), *_seats(story)]
    return Section("situation", _("The situation"), tuple(blocks))


def _rolls(story: Story) -> list[Block]:
    table, base = story.enrollment, story.inputs.base_year
    if table is None:
        return [Paragraph(_("The bureau has given no pupils by school, so that this report has no rolls."))]
    sums = table.groupby(["year", "stage"])["pupils"].sum()
    stages = [stage for stage in story.stages if (base, stage) in sums.index]
    said = [_changed(story, sums, base, stage) for stage in stages]
    blocks: list[Block] = [Paragraph(sentences([*said, *_public(table, base)]))]
    now = table[table["year"] == base]
    rows = []
    for stage in stages:
        part = now[now["stage"] == stage]
        pupils, public = part["pupils"].sum(min_count=1), part.loc[part["sector"] == "public", "pupils"].sum()
        row: dict[str, object] = {"stage": story.stages[stage], "pupils": pupils, "public": public}
        row["public_share"] = public / pupils if pupils else None
        if story.by_status:
            for status in story.statuses:
                row[f"of_{status}"] = part.loc[part["status"] == status, "pupils"].sum()
        rows.append(row)
    columns = [Column("stage", _("stage")), Column("pupils", _("on roll"), "count", people=True)]
    if story.by_status:
        columns += [
            Column(f"of_{status}", label, "count", people=True, total="pupils")
            for status, label in story.statuses.items()
        ]
    columns += [
        Column("public", _("in public schools"), "count", people=True),
        Column("public_share", _("public share"), "share", of=("pupils", "public")),
    ]
    caption = _("Pupils on roll, {year}").format(year=school_year(base))
    blocks.append(Table("rolls", caption, tuple(columns), pd.DataFrame(rows), unit=_("Unit: pupils")))
    blocks.append(_rolls_picture(story, table))
    return blocks


def _changed(story: Story, sums: pd.Series, year: int, key: str) -> str:
    """Return a sentence in the manner of a yearbook: how many, and how many more or fewer than a year before."""
    now = float(sums[(year, key)])
    text = _("{stage}: {number} pupils").format(stage=capital(story.stages[key]), number=story.people(now))
    before = float(sums.get((year - 1, key), 0.0))
    if not before:
        return text + _(".")
    change = now - before
    if round(change) == 0:
        return text + _(", as many as a year before.")
    form = _(", {change} more than a year before, up {share:.1f}%.") if change > 0 else _(
        ", {change} fewer than a year before, down {share:.1f}%."
    )  # fmt: skip
    return text + form.format(change=count(abs(change)), share=100 * abs(change) / before)


def _public(table: pd.DataFrame, year: int) -> list[str]:
    """Return the share of pupils in public schools, and by how many percentage points it changed in a year."""
    sums = table.groupby(["year", "sector"])["pupils"].sum().unstack("sector")
    if "private" not in sums or "public" not in sums or year not in sums.index:
        return []
    shares = 100 * sums["public"] / sums.sum(axis=1)
    text = _("Public schools teach {share:.1f}% of all pupils").format(share=shares[year])
    if year - 1 not in shares.index:
        return [text + _(".")]
    points = round(float(shares[year]), 1) - round(float(shares[year - 1]), 1)
    if abs(points) < 0.05:
        return [text + _(", as a year before.")]
    form = (
        _(", {points:.1f} percentage points more than a year before.")
        if points > 0
        else _(", {points:.1f} percentage points less than a year before.")
    )
    return [text + form.format(points=abs(points))]


def _rolls_picture(story: Story, table: pd.DataFrame) -> Picture:
    from seatcast import charts

    by = "status" if story.by_status else "stage"
    labels = story.statuses if story.by_status else story.stages
    wide = table.groupby(["year", by])["pupils"].sum().unstack(by)
    wide = wide[[key for key in labels if key in wide]]
    caption = _("Pupils on roll, by status") if story.by_status else _("Pupils on roll, by stage")
    first, last = int(wide.index.min()), int(wide.index.max())
    parts = [
        _("{label} from {start} to {end}").format(
            label=labels[str(key)],
            start=story.people(wide[key].dropna().iloc[0]),
            end=story.people(wide[key].dropna().iloc[-1]),
        )
        for key in wide
    ]
    alt = _("Lines from {first} to {last}: {parts}.").format(first=first, last=last, parts=clauses(parts))
    return Picture("rolls", caption, alt, partial(charts.lines, wide, unit=_("pupils"), labels=labels))


def _children(story: Story) -> list[Block]:
    table = story.inputs.children
    if table is None:
        return [Paragraph(_("The bureau has given no children by catchment; the forecast follows the rolls."))]
    year = min(story.inputs.base_year, int(table["year"].max()))
    now = table[table["year"] == year]
    stages = [story.area.stage(stage) for stage in story.taught]
    entry = min(stage.entry_age for stage in stages)
    groups = [(_("before school"), range(entry))]
    groups += [(s.label, range(s.age(s.grades[0]), s.age(s.grades[-1]) + 1)) for s in stages]
    rows = []
    for label, ages in groups:
        part = now[now["age"].isin(ages)]
        if part.empty:
            continue
        total = part["children"].sum()
        row: dict[str, object] = {"group": _age_group(label, ages), "children": total}
        if story.by_status:
            row |= {f"of_{s}": part.loc[part["status"] == s, "children"].sum() for s in story.statuses}
            other = total - part.loc[part["status"] == story.area.statuses[0].status, "children"].sum()
            row["other"] = other / total if total else None
        rows.append(row)
    columns = [Column("group", _("age group")), Column("children", _("number"), "count", people=True)]
    if story.by_status:
        columns += [
            Column(f"of_{status}", label, "count", people=True, total="children")
            for status, label in story.statuses.items()
        ]
        label = story.area.statuses[1].label if len(story.area.statuses) == 2 else _("not registered here")
        columns.append(
            Column(
                "other", _("share {status}").format(status=label), "share", of=tuple(f"of_{s}" for s in story.statuses)
            )
        )
    caption = _("Resident children on the cut-off date of {year}").format(year=year)
    note = _("Children are those on the registers; the youngest are registered late, so that recent births are low.")
    return [Table("children", caption, tuple(columns), pd.DataFrame(rows), unit=_("Unit: children"), notes=(note,))]


def _age_group(label: str, ages: range) -> str:
    return _("{group}, ages {first} to {last}").format(group=label, first=ages[0], last=ages[-1])


def _left_behind(story: Story) -> list[Block]:
    table, base = story.inputs.left_behind, story.inputs.base_year
    if table is None or table[table["year"] <= base].empty:
        return []
    year = int(table.loc[table["year"] <= base, "year"].max())
    number = float(table.loc[table["year"] == year, "children"].sum())
    text = _("{number} children whose parents live here are left behind elsewhere ({year}).")
    said = [text.format(number=story.people(number), year=year)]
    definition = story.area.definition
    if definition is not None and definition.left_behind_label:
        said.append(_("Who is called left behind here: {definition}").format(definition=definition.left_behind_label))
    return [Paragraph(sentences(said))]


def _seats(story: Story) -> list[Block]:
    table, base = story.inputs.seats, story.inputs.base_year
    known = table[table["year"] <= base].sort_values("year").groupby(["school", "stage"], as_index=False).last()
    if known.empty:
        return []
    known = known.assign(sector=known["school"].map(story.area.schools["sector"]))
    pupils = pd.Series(dtype=float)
    if story.enrollment is not None:
        # Pupils over seats is of the schools whose seats are on record; the others' pupils would be seatless.
        counted = pd.MultiIndex.from_frame(known.loc[known["seats"] > 0, ["school", "stage"]])
        now = story.enrollment[story.enrollment["year"] == base]
        now = now[pd.MultiIndex.from_frame(now[["school", "stage"]]).isin(counted)]
        pupils = now.groupby(["stage", "sector"])["pupils"].sum()
    rows = []
    for stage in story.taught:
        for sector, name in (("public", _("public")), ("private", _("private"))):
            part = known[(known["stage"] == stage) & (known["sector"] == sector) & (known["seats"] > 0)]
            if part.empty:
                continue
            there, seats = pupils.get((stage, sector)), float(part["seats"].sum())
            rows.append(
                {
                    "stage": story.stages[stage],
                    "sector": name,
                    "schools": len(part),
                    "seats": seats,
                    "pupils": there,
                    "full": None if there is None else there / seats,
                }
            )
    columns = (
        Column("stage", _("stage")),
        Column("sector", _("sector")),
        Column("schools", _("schools"), "count"),
        Column("seats", _("seats"), "count"),
        Column("pupils", _("on roll"), "count", people=True),
        Column("full", _("pupils per seat"), "share", of=("pupils",)),
    )
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    caption = _("Schools, seats and how full they are, {year}").format(year=school_year(base))
    notes = [_("Schools whose seats are on record, with their pupils.")]
    if len(story.taught) > 1:
        notes.append(_("A school that teaches two stages counts in both."))
    blocks: list[Block] = [Table("seats", caption, columns, frame, unit=_("Unit: seats; pupils"), notes=tuple(notes))]
    return blocks
