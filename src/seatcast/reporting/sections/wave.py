"""The wave: large cohorts pass from one stage to the next, and leave seats behind them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from seatcast.core.labels import AGE, CATCHMENT, DRAW, STATUS, YEAR
from seatcast.language import _, clauses
from seatcast.reporting.cells import capital
from seatcast.reporting.content import Block, Heading, Paragraph, Picture
from seatcast.reporting.story import Story

LEAST = 2  # groups of ages that a wave can pass through


def wave(story: Story) -> list[Block]:
    """Return when each age group is largest, and a picture of the cohorts' size in each; nothing without children."""
    children, record = story.get("children"), story.inputs.children
    if children is None or record is None:
        return []
    groups = _groups(story, children)
    past = record[record["year"] <= story.inputs.base_year].groupby(["year", "age"])["children"].sum().unstack("age")
    ahead = children.children.sum([CATCHMENT, STATUS]).mean(DRAW).transpose(YEAR, AGE).to_pandas().loc[story.years]
    both = pd.concat([past, pd.DataFrame(ahead)])
    sizes = pd.DataFrame(
        {label: both[list(ages)].mean(axis=1, skipna=False) for label, ages in groups.items() if set(ages) <= set(both)}
    )
    if sizes.shape[1] < LEAST:
        return []
    from seatcast import charts

    base = story.inputs.base_year
    said = [_peak(sizes[label], str(label), base) for label in sizes]
    text = _("Large cohorts move through the stages. {parts}.").format(parts=capital(clauses(said)))
    caption = _("Children to a year of age, by age group")
    alt = _("Lines from {first} to {last}. {said}").format(first=sizes.index[0], last=sizes.index[-1], said=text)
    draw = partial(charts.lines, sizes, unit=_("children to a year of age"), since=base + 0.5)
    return [Heading(_("The wave through the stages")), Paragraph(text), Picture("wave", caption, alt, draw)]


def _groups(story: Story, children: Any) -> dict[str, range]:
    stages = [story.area.stage(stage) for stage in story.taught]
    entry, last = stages[0].entry_age, stages[-1].age(stages[-1].grades[-1])
    oldest = int(children.children[AGE].max())
    groups = {_("ages {first} to {last}").format(first=entry - 3, last=entry - 1): range(entry - 3, entry)}
    groups |= {stage.label: range(stage.age(stage.grades[0]), stage.age(stage.grades[-1]) + 1) for stage in stages}
    if last < oldest:
        groups[_("ages {first} to {last}").format(first=last + 1, last=oldest)] = range(last + 1, oldest + 1)
    return groups


def _peak(sizes: pd.Series, label: str, base: int) -> str:
    year, last = int(str(sizes.idxmax())), int(sizes.index[-1])
    share = 100 * (sizes[last] / sizes[base] - 1)
    change = _("down {share:.0f}%") if share < 0 else _("up {share:.0f}%")
    form = _("{group}: most in {year}, {change} from {base} to {last}")
    return form.format(group=label, year=year, change=change.format(share=abs(share)), base=base, last=last)
