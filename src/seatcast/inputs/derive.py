"""What a mapping asks to be worked out: shared buildings split, rows added up, columns taken from the enrollment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from seatcast.language import _

if TYPE_CHECKING:
    from seatcast.inputs.bureau import Bureau
    from seatcast.inputs.convert import Typed
    from seatcast.inputs.mapping import Mapping
    from seatcast.inputs.schema import Problem

_AMOUNTS = ("whole", "number")


def worked_out(typed: Typed, mapping: Mapping, problems: list[Problem]) -> Typed:
    """Return the table with its shared amounts split, equal keys added up and unknown years written out."""
    frame = typed.frame.copy()
    for name, whole in typed.wholes.items():
        if name in frame:
            frame[name] = _split(typed, name, whole.loc[frame.index], problems)
    if mapping.add_up:
        frame = _added_up(typed, frame)
    if mapping.unknown_years and "year" in frame:
        frame = _with_unknown_years(typed, frame, mapping.unknown_years)
    return replace(typed, frame=frame)


def _split(typed: Typed, name: str, whole: pd.DataFrame, problems: list[Problem]) -> pd.Series:
    amounts = typed.frame[name]
    weights = pd.to_numeric(whole["weight"], errors="coerce")
    groups = whole["whole"]
    differing = amounts.groupby(groups).transform("nunique") > 1
    if differing.any():
        found = _("the rows of '{whole}' state different amounts").format(whole=groups[differing].iloc[0])
        problems.append(typed.problem(name, amounts.index[differing], found, _("a shared amount is the same in each")))
    total = weights.groupby(groups).transform(lambda part: part.sum(skipna=False))
    alone = groups.map(groups.value_counts()) == 1
    unknown = ~alone & ~(total > 0)
    if unknown.any():
        found = _("the weights of '{whole}' add up to nothing").format(whole=groups[unknown].iloc[0])
        problems.append(typed.problem(name, amounts.index[unknown], found, _("a shared amount is split by weights")))
    return (amounts * weights / total).where(~alone, amounts)


def _added_up(typed: Typed, frame: pd.DataFrame) -> pd.DataFrame:
    key = [name for name in typed.table.key if name in frame]
    amounts = [c.name for c in typed.table.columns if c.kind in _AMOUNTS and c.name in frame and c.name not in key]
    rows = pd.Series(frame.index, frame.index)
    groups = frame.groupby(key, sort=False, dropna=False)
    first = rows.groupby([frame[name] for name in key], dropna=False).transform("min")
    sums = groups[amounts].transform(lambda part: part.sum(skipna=False))
    return frame.assign(**{name: sums[name] for name in amounts})[rows == first]


def _with_unknown_years(typed: Typed, frame: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    key = [name for name in typed.table.key if name in frame and name != "year"]
    places = frame[key].drop_duplicates()
    more = [places.assign(year=year) for year in years if year not in set(frame["year"])]
    # Rows that stand in no file carry the row of their place, so that a problem still leads there.
    return pd.concat([frame, *more])[list(frame)] if more else frame


def schools_from_enrollment(schools: Typed, enrollment: Typed, bureau: Bureau, names: tuple[str, ...]) -> Typed:
    """Return the schools with `stages`, `opened` or `closes` filled, where they are blank, from the rolls.

    The stages are those of all grades ever taught. A school is open from the first to the last year in which the
    rolls name it, be the number known or not; `closes` stays unknown for schools on the last year's rolls.
    """
    frame, rolls = schools.frame.copy(), enrollment.frame
    by_school = rolls.groupby("school")
    if "stages" in names:
        taught = {
            school: tuple(stage.stage for stage in bureau.stages if set(stage.grades) & set(grades))
            for school, grades in by_school["grade"]
        }
        given = frame["stages"] if "stages" in frame else pd.Series([()] * len(frame), frame.index, dtype=object)
        found = frame["school"].map(taught)
        frame["stages"] = [a or (b if isinstance(b, tuple) else ()) for a, b in zip(given, found, strict=True)]
    first, last = by_school["year"].min(), by_school["year"].max()
    opened = first.where(first > rolls["year"].min()).astype(float)
    closes = (last + 1).where(last < rolls["year"].max()).astype(float)
    for name, derived in (("opened", opened), ("closes", closes)):
        if name in names:
            found = frame["school"].map(derived)
            frame[name] = frame[name].where(frame[name].notna(), found) if name in frame else found
    return replace(schools, frame=frame)


def seats_by_stage(seats: Typed, schools: Typed, enrollment: Typed, bureau: Bureau) -> Typed:
    """Return the seats with `stage` filled: a school of several stages has its seats split by its pupils of the year.

    The split leaves out grades whose pupils are unknown. A school of one stage needs no pupils; one of several
    stages and no pupils has an unknown stage, which the checks tell.
    """
    rolls = enrollment.frame.assign(stage=enrollment.frame["grade"].map(bureau.stage_of))
    pupils = rolls.groupby(["year", "school", "stage"])["pupils"].sum()
    whole = pupils.groupby(["year", "school"]).transform("sum")
    shares = (pupils / whole.where(whole > 0)).rename("_share").dropna().reset_index()
    frame = seats.frame.drop(columns="stage", errors="ignore").rename_axis("row").reset_index()
    taught = schools.frame.set_index("school")["stages"]
    single = {school: stages[0] for school, stages in taught.items() if len(stages) == 1}
    alone = frame["school"].isin(list(single))
    one = frame[alone].assign(stage=frame["school"].map(single))
    several = frame[~alone].merge(shares[shares["_share"] > 0], on=["year", "school"], how="left")
    for name in ("seats", "classes", "intake_classes"):
        if name in several:
            several[name] = several[name] * several["_share"]
    both = pd.concat([one, several.drop(columns="_share")]).set_index("row")
    return replace(seats, frame=both)
