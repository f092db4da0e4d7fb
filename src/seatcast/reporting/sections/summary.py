"""Summary: what a reader in a hurry must know."""

from __future__ import annotations

from typing import Any

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, STATUS, TIER, YEAR
from seatcast.language import _, join, n_, sentences
from seatcast.planning.option import money
from seatcast.reporting.cells import capital, count, school_year, share
from seatcast.reporting.content import Block, KeyFigures, Paragraph, Section
from seatcast.reporting.sections.shortfall import nothing_short
from seatcast.reporting.story import Story, interval
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.shortfall import Shortfall

LIKELY = 0.5
MOST_NAMED = 3


def summary(story: Story) -> Section:
    """Return the section: key figures, then a sentence for each step of the forecast that was made."""
    said = [
        *_rolls(story),
        *_demand(story),
        *_shortfall(story),
        *_idle(story),
        *_plan(story),
        *_quality(story),
    ]
    keys = _keys(story)
    blocks: list[Block] = [KeyFigures(keys)] if keys else []
    blocks += [Paragraph(text) for text in said]
    if not said:
        blocks.append(Paragraph(_("No result was given to this report; it lists the inputs only.")))
    return Section("summary", _("Summary"), tuple(blocks))


def _keys(story: Story) -> tuple[tuple[str, str, str], ...]:
    keys = []
    base = story.inputs.base_year
    if story.enrollment is not None:
        pupils = story.enrollment.loc[story.enrollment["year"] == base, "pupils"].sum()
        keys.append((_("pupils on roll"), count(pupils), _("school year {year}").format(year=school_year(base))))
    worst, found = story.worst(), story.shortfall
    if found is not None:
        keys.append(_most_short(story, found, worst))
        keys.append(_places_short(found, story.years))
    plan = story.get("plan")
    if plan is not None and plan.options:
        years = _("{first} to {last}").format(first=story.years[0], last=story.years[-1])
        keys.append(
            (_("cost of the plan, {unit}").format(unit=story.area.money), count(plan.cost()["cost"].sum()), years)
        )
    return tuple(keys)


def _most_short(story: Story, found: Shortfall, worst: tuple[int, str] | None) -> tuple[str, str, str]:
    label = story.by_basis(
        _("children expected to lack a public seat"), _("seats expected to be short for the schools' own pupils")
    )
    if worst is None:
        return label, count(0), _("in every year of the forecast")
    year, stage = worst
    number = float(found.seats.sel({YEAR: year, STAGE: stage}).sum(CATCHMENT).mean(DRAW))
    return (
        label,
        story.people(number),
        _("{year}, {stage}").format(year=school_year(year), stage=found.area.stage(stage).label),
    )


def _places_short(found: Shortfall, years: list[int]) -> tuple[str, str, str]:
    likely = (found.probability().sel({YEAR: years}) > LIKELY).any([YEAR, STAGE])
    remark = _("of {all}, in at least one year").format(all=likely.size)
    return _("catchments likelier than not to fall short"), count(int(likely.sum())), remark


def _rolls(story: Story) -> list[str]:
    table = story.enrollment
    if table is None:
        return []
    base = story.inputs.base_year
    now = table[table["year"] == base]
    schools = now[now["pupils"] > 0]["school"].nunique()
    text = n_(
        "In the school year {year}, {n} school has {pupils} pupils",
        "In the school year {year}, {n} schools have {pupils} pupils",
        schools,
    ).format(year=school_year(base), n=schools, pupils=story.people(now["pupils"].sum()))
    private = now.loc[now["sector"] == "private", "pupils"].sum() / max(now["pupils"].sum(), 1)
    parts = [text]
    if private > 0:
        parts.append(_("{share} of them in private schools").format(share=share(private)))
    if story.by_status:
        others = now[now["status"] != story.area.statuses[0].status].groupby("status")["pupils"].sum()
        parts += [
            _("{share} are {status}").format(share=share(n / now["pupils"].sum()), status=story.statuses[str(status)])
            for status, n in others.items()
        ]
    return [_(", ").join(parts) + _(".")]


def _demand(story: Story) -> list[str]:
    found = story.get("demand")
    if found is None:
        return []
    sums = interval(found.by_stage().sum([CATCHMENT, TIER]).transpose(YEAR, STAGE, DRAW))
    text = story.by_basis(
        _(
            "{stage}: demand for public seats is highest in {year}, at {number} children "
            "(80% interval {low} to {high}), and {last} in {end}."
        ),
        _(
            "{stage}: the schools that serve a catchment are expected to have most pupils in {year}, {number} "
            "(80% interval {low} to {high}), and {last} in {end}."
        ),
    )
    rising = story.by_basis(
        _(
            "{stage}: demand for public seats rises to {number} children in {year}, the last year of the forecast "
            "(80% interval {low} to {high})."
        ),
        _(
            "{stage}: the schools that serve a catchment are expected to have most pupils in {year}, the last year of "
            "the forecast, {number} (80% interval {low} to {high})."
        ),
    )
    said = []
    for stage in story.taught:
        rows = sums[(sums[STAGE] == stage) & sums[YEAR].isin(story.years)]
        if rows.empty:
            continue
        peak, end = rows.iloc[int(rows["expected"].argmax())], rows.iloc[-1]
        numbers = {
            name: story.people(peak[key]) for name, key in (("number", "expected"), ("low", "low"), ("high", "high"))
        }
        said.append(
            (rising if peak[YEAR] == end[YEAR] else text).format(
                stage=capital(story.stages[stage]),
                year=school_year(int(peak[YEAR])),
                last=story.people(end["expected"]),
                end=school_year(int(end[YEAR])),
                **numbers,
            )
        )
    return [sentences(said)] if said else []


def _shortfall(story: Story) -> list[str]:
    found, worst = story.shortfall, story.worst()
    if found is None:
        return []
    if worst is None:
        return [nothing_short(story)]
    year, stage = worst
    here = found.unplaced.sel({YEAR: year, STAGE: stage})
    row = interval(here.sum([CATCHMENT, TIER]).expand_dims(all=[0])).iloc[0]
    text = story.by_basis(
        _(
            "Without further measures, the shortfall is largest in {year}: {number} children ({stage}) are "
            "expected to find no public seat within reach (80% interval {low} to {high})."
        ),
        _(
            "Without further measures, the shortfall is largest in {year}: schools ({stage}) are expected to be short "
            "of {number} seats for their own pupils (80% interval {low} to {high})."
        ),
    ).format(
        year=school_year(year), stage=story.stages[stage],
        number=story.people(row["expected"]), low=story.people(row["low"]), high=story.people(row["high"]),
    )  # fmt: skip
    places = here.sum(TIER).mean(DRAW).to_series().sort_values(ascending=False, kind="stable")
    names = story.area.catchment_names()
    named = [str(names[place]) for place in places[places >= ONE_CHILD].index[:MOST_NAMED]]
    said = [text]
    if named:
        said.append(_("The largest numbers are in {places}.").format(places=join(named)))
    if story.by_status:
        who = here.sum(CATCHMENT).groupby(STATUS).sum(TIER).mean(DRAW).to_series()
        for status in (s.status for s in story.area.statuses[1:]):
            part = who[status] / who.sum()
            form = story.by_basis(_("{share} of them are {status} children."), _("{share} of them: {status} pupils."))
            if part > 0.995:
                form = story.by_basis(_("All of them are {status} children."), _("All of them: {status} pupils."))
            said.append(form.format(share=share(part), status=story.statuses[status]))
    return [sentences(said)]


def _idle(story: Story) -> list[str]:
    if story.shortfall is None:
        return []
    last = story.years[-1]
    seats = story.shortfall.idle.sel({YEAR: last}).sum(SCHOOL).mean(DRAW).to_series()
    parts = [
        _("{number} ({stage})").format(number=count(seats[stage]), stage=story.stages[stage])
        for stage in story.taught
        if seats[stage] >= ONE_CHILD
    ]
    if not parts:
        return []
    text = _("In {year}, public seats are expected to stand idle: {parts}.")
    return [text.format(year=school_year(last), parts=join(parts))]


def _plan(story: Story) -> list[str]:
    plan = story.get("plan")
    if plan is None:
        return []
    if not plan.options:
        return [_("No option pays for itself at the accepted risk; the plan starts none.")]
    child_years = plan.remaining().query("status == 'all'")[["before", "after"]].sum()
    started = n_("The plan starts {n} option.", "The plan starts {n} options.", len(plan.options))
    text = story.by_basis(
        _(
            "From {first} to {last} it costs {cost}, and the expected child-years without a public seat fall from "
            "{before} to {after}."
        ),
        _(
            "From {first} to {last} it costs {cost}, and the seat-years expected to be short fall from {before} to "
            "{after}."
        ),
    ).format(
        first=story.years[0], last=story.years[-1], cost=money(plan.cost()["cost"].sum(), story.area.money),
        before=count(child_years["before"]), after=count(child_years["after"]),
    )  # fmt: skip
    return [sentences([started.format(n=len(plan.options)), text])]


def _quality(story: Story) -> list[str]:
    found = (story.get(topic) for topic in ("hindcast", "backtest"))
    return [_sentence(noun) for noun in found if noun is not None]


def _sentence(result: Any) -> str:
    return str(result.summary().sentence)
