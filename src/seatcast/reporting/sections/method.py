"""Definitions, dates, sources, assumptions, uncertainty, what was not done; and how to do it all again."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

import pandas as pd

from seatcast.core.admission import AdmissionRule
from seatcast.core.scenario import Scenario
from seatcast.enrollment.notes import roll_notes
from seatcast.language import _, clauses, join, language, named, sentences
from seatcast.reporting.cells import capital, count, school_year, share
from seatcast.reporting.content import Block, Column, Heading, Note, Paragraph, Section, Table
from seatcast.reporting.story import Story, table_names

PACKAGES = ("numpy", "scipy", "pandas", "xarray", "numba", "highspy")
HASH = 12  # digits of a SHA-256 that are printed: enough to tell files apart, short enough to compare by eye


def method(story: Story) -> Section:
    """Return the section on definitions, dates, sources, assumptions, uncertainty and what was left out."""
    blocks: list[Block] = [
        Heading(_("Definitions and norms")),
        *_definitions(story),
        *_assumptions(story),
        *_sources(story),
        Heading(_("Uncertainty")),
        Paragraph(_uncertainty()),
        *_hidden(story),
        *_not_done(story),
    ]
    return Section("method", _("Definitions, sources and limits"), tuple(blocks))


def _months() -> tuple[str, ...]:
    first = (_("January"), _("February"), _("March"), _("April"), _("May"), _("June"))
    return (*first, _("July"), _("August"), _("September"), _("October"), _("November"), _("December"))


def _definitions(story: Story) -> list[Block]:
    area = story.area
    month, day = (int(part) for part in area.cutoff.split("-"))
    cutoff = _("{day} {month_name}").format(day=day, month_name=_months()[month - 1])
    years = _(
        "A school year is named by its two calendar years; a single year in a table or a figure is the one in which "
        "the school year begins."
    )
    dates = story.by_basis(
        _(
            "Children are counted on the cut-off date, {cutoff}, with their age in completed years; arrivals and "
            "departures are those of the twelve months before."
        ),
        _("Pupils are those on the rolls of the school year; the cut-off date for the age of entry is {cutoff}."),
    ).format(cutoff=cutoff)
    terms = story.by_basis(
        _(
            "A seat is a place in a class of the normal size. Demand is the number of children who seek a public seat. "
            "The shortfall is the number of them who find none within reach; an idle seat is one that nobody takes."
        ),
        _(
            "A seat is a place for one pupil, by the seats on record. Demand is the number of pupils expected in the "
            "schools that serve a catchment. The shortfall is the number of seats that these schools lack for their "
            "own pupils; an idle seat is one that nobody takes."
        ),
    )
    low_high = _(
        "The 80% interval is the range that the number is expected to lie in with a probability of 80 percent: in one "
        "future of ten it is lower, in one of ten higher. Expected numbers add up over places and stages; limits of "
        "intervals do not."
    )
    blocks: list[Block] = [Paragraph(sentences([years, dates])), Paragraph(terms), Paragraph(low_high)]
    if area.definition is not None and story.by_status:
        text = _("{status} children: {definition}").format(
            status=area.statuses[-1].label, definition=area.definition.label
        )
        if area.definition.source:
            text += _(" Source: {source}.").format(source=area.definition.origin)
        blocks.append(Note(capital(text)))
    sizes = [
        _("{stage}: {n} to a class, other schools within {metres} m").format(
            stage=stage.label, n=stage.class_size, metres=count(stage.travel_limit)
        )
        if stage.travel_limit
        else _("{stage}: {n} to a class, the zoned school only").format(stage=stage.label, n=stage.class_size)
        for stage in area.stages
        if stage.stage in story.taught
    ]
    blocks.append(Paragraph(_("Norms used: {sizes}.").format(sizes=clauses(sizes))))
    return blocks


def _assumptions(story: Story) -> list[Block]:
    scenario, area = story.scenario, story.area
    if scenario is None:
        return []
    values, usual = asdict(scenario), asdict(Scenario())
    rules = {"tiers": _("by the bureau's tiers"), "equal": _("all children together, by lot")}
    rows = [(_("scenario"), story.scenario_label)]
    if not story.follows_rolls:
        rows += [
            (_("arrivals, as a multiple of the history"), f"{values['arrivals']:g}"),
            (_("departures, as a multiple of the history"), f"{values['departures']:g}"),
            *((label, _told(values[field])) for field, label in _levers().items() if values[field] != usual[field]),
            (_("births, as a multiple of the trend"), f"{values['births']:g}"),
            (_("share seeking a public seat, as a multiple"), f"{values['participation']:g}"),
        ]
    elif scenario.participation != 1.0:
        rows.append((_("pupils, as a multiple of the forecast"), f"{values['participation']:g}"))
    if story.by_status:
        rows.append((_("order of admission"), rules.get(scenario.admission, scenario.admission)))
    rows.append((_("projects already decided"), _("built") if scenario.committed else _("not built")))
    for status in area.statuses:
        seeking = area.seeking.get(status.status)
        if seeking is not None and not story.follows_rolls:
            label = status.label if story.by_status else _("all children")
            rows.append((_("share seeking a public seat: {status}").format(status=label), share(seeking)))
    if story.by_status:
        for row, name in zip(area.tiers.to_dict("records"), area.tier_names(), strict=True):
            label = _("tier {order}: {status}, {name}").format(
                order=row["order"], status=story.statuses[row["status"]], name=name
            )
            rows.append((label, share(float(row["share"]))))
    frame = pd.DataFrame(rows, columns=["what", "value"])
    columns = (Column("what", _("assumption")), Column("value", _("value")))
    nouns = [noun for noun in (story.get("migration"), story.get("children")) if noun is not None]
    notes = [str(said) for noun in nouns for said in noun.assumptions]
    adjusted = story.get("adjustment")
    notes += [] if adjusted is None else [adjusted.summary().sentence]
    table = Table("assumptions", _("Assumptions of the scenario"), columns, frame, notes=tuple(notes), most=60)
    conduct = (Paragraph(capital(rule.said(story.statuses))) for rule in _rules(story))
    return [Heading(_("Assumptions")), table, *conduct]


def _rules(story: Story) -> tuple[AdmissionRule, ...]:
    """Return the rules of admission that the shortfall followed; else those the scenario would follow."""
    if story.shortfall is not None:
        return story.shortfall.allocation.rules
    equal = story.scenario is not None and story.scenario.admission == "equal"
    return story.area.rules_in_force(equal=equal)


def _levers() -> dict[str, str]:
    """Return the scenario's levers that are told only where they are used."""
    return {
        "return_flow": _("returns at the end of a stage, as a multiple of the history"),
        "induced": _("share of the children left behind who join their parents in a year"),
        "elasticity": _(
            "elasticity: percentage points who join a year per percentage point of rise in the share admitted"
        ),
        "admitted_rise": _("rise in the share admitted"),
        "new_dwellings": _("dwellings to come, as a multiple of those planned"),
    }


def _told(value: float | tuple[tuple[int, float], ...]) -> str:
    """Return a lever's number, or its numbers by the year since which they hold."""
    if isinstance(value, int | float):
        return f"{value:g}"
    return join([_("{number:g} since {year}").format(number=number, year=year) for year, number in value])


def _sources(story: Story) -> list[Block]:
    frame = pd.DataFrame(
        [(s.table, s.file, s.rows, s.encoding, s.sha256[:HASH]) for s in story.inputs.sources],
        columns=["table", "file", "rows", "encoding", "sha256"],
    )
    frame["table"] = [table_names((table,)) for table in frame["table"]]
    columns = (
        Column("table", _("table")),
        Column("file", _("file")),
        Column("rows", _("rows"), "count"),
        Column("encoding", _("encoding")),
        Column("sha256", _("SHA-256, first 12")),
    )
    notes = tuple(note for note in (named(story.area.note, story.area.note_zh),) if note)
    return [Heading(_("Sources")), Table("sources", _("Files this report was made from"), columns, frame, notes=notes)]


def _uncertainty() -> str:
    return _(
        "The intervals cover what the past lets us expect of births, migration, progression and chance. They do not "
        "cover a change of law, of the order of admission or of the economy that the past has not shown, nor mistakes "
        "in the records. The figures are estimates for reference."
    )


def _hidden(story: Story) -> list[Block]:
    if story.area.smallest == 1:
        return []
    text = _(
        "Numbers of children or pupils from 1 to {most} are not shown, in tables, maps and sentences alike, nor are "
        "those from which they would follow within a table; 0 is shown. What several tables tell when they are "
        "subtracted from each other is not protected. The tables beside the report (folder tables) hold unrounded "
        "numbers of every size, for use inside the bureau alone."
    )
    return [Heading(_("Small numbers")), Paragraph(text.format(most=story.area.smallest - 1))]


def _not_done(story: Story) -> list[Block]:
    missing = set(story.inputs.missing())
    reasons = {
        "enrollment": _(
            "Rolls by school were not forecast, no past forecast was tested, and every child of school age counts as "
            "enrolled."
        ),
        "children": _("Children by catchment were not projected; the demand follows the rolls."),
        "births": _("Entrants beyond the children known today were carried on from recent years."),
        "migration": _("Moves of children were not projected."),
        "transitions": _("Children keep their status: how many obtain another one is not known."),
        "tiers": _("Shortfalls are not told apart by status: no order of admission was given."),
        "options": _("No plan was made."),
        "budget": _("The plan is not held against a budget."),
        "geometry": _("There is no map."),
    }
    (missing.discard if story.by_status else missing.add)("tiers")
    if not story.by_status or "children" in missing:
        missing.discard("transitions")
    lacking = [table for table in reasons if table in missing]
    if "options" in lacking:
        lacking = [table for table in lacking if table != "budget"]
    told = [_("{table}: {consequence}").format(table=table_names((t,)), consequence=reasons[t]) for t in lacking]
    if told:
        told = [_("What was not done, for want of which table:"), *told]
    told += _of_rolls(story)
    return [Heading(_("Limits")), *(Paragraph(text) for text in told)] if told else []


def _of_rolls(story: Story) -> list[str]:
    """Return what the forecast of the rolls could not do or was not told, with the names of the schools."""
    rolls = story.get("rolls")
    if rolls is None:
        return []
    names = {str(school): str(name) for school, name in story.area.school_names().items()}
    said = roll_notes(rolls, names)
    return [_("Of the forecast of the rolls:"), *said] if said else []


def reproduction(story: Story) -> Section:
    """Return the section that tells version, seed, draws and the command."""
    try:
        release = version("seatcast")
    except PackageNotFoundError:
        release = _("unknown")
    scenario = story.scenario
    text = _("Made with seatcast {version} from counts of {base}.").format(
        version=release, base=school_year(story.inputs.base_year)
    )
    blocks: list[Block] = [Paragraph(sentences([text, _with_packages()]))]
    if scenario is not None:
        command = f"seatcast run BUREAU --out OUT --draws {scenario.draws} --seed {scenario.seed} --lang {language()}"
        if scenario.horizon is not None:
            command += f" --horizon {scenario.horizon}"
        blocks.append(
            Paragraph(
                _(
                    "Scenario {scenario}, {draws} joint futures, seed {seed}. The same files, version and seed give "
                    "the same tables to the last digit, on any number of cores."
                ).format(scenario=story.scenario_label, draws=count(scenario.draws), seed=scenario.seed)
            )
        )
        blocks.append(Paragraph(_("Command: {command}").format(command=command)))
    blocks.append(
        Paragraph(
            _("A run records versions, assumptions and the full hash of every file in run.json, beside its report.")
        )
    )
    return Section("reproduction", _("How to make it again"), tuple(blocks))


def _with_packages() -> str:
    names = [f"{package} {version(package)}" for package in PACKAGES]
    return _("Computed with Python {python}, {packages}.").format(python=python_version(), packages=join(names))
