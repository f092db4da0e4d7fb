"""Questions to the tables of people: whose places, ages and flows must be told without a gap or an overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seatcast.inputs.convert import has
from seatcast.language import _, join

if TYPE_CHECKING:
    from seatcast.inputs.convert import Typed
    from seatcast.inputs.schema import Problem


def check_people(tables: dict[str, Typed], problems: list[Problem]) -> None:
    """Ask births, moves, women, dwellings and projections what one row alone cannot answer."""
    placed = {
        "births": _("births belong to a place"),
        "migration": _("moves belong to a place"),
        "women": _("women belong to a place"),
    }
    for name, rule in placed.items():
        typed = tables.get(name)
        if typed is not None and not {"catchment", "district"} & set(typed.frame):
            found = _("there is neither a column 'catchment' nor a column 'district'")
            problems.append(typed.problem("catchment", [], found, rule))
    for name in ("migration", "projection", "women"):
        typed = tables.get(name)
        if typed is not None and not {"age", "age_to"} & typed.faults:
            _age_groups(typed, problems)
    if "migration" in tables:
        _flows(tables["migration"], problems)
    if "transitions" in tables:
        _changes_of_status(tables["transitions"], problems)
    if "housing" in tables:
        _yields(tables["housing"], tables.get("child_yield"), problems)


def _age_groups(typed: Typed, problems: list[Problem]) -> None:
    """Age groups end after they begin and do not overlap, so that no child is counted twice."""
    frame = typed.frame
    if "age_to" not in frame:
        return
    if "age" not in frame:
        found = _("the column 'age' is missing")
        problems.append(typed.problem("age_to", [], found, _("an age group is given by its first and last age")))
        return
    turned = frame["age_to"] < frame["age"]
    if turned.any():
        found = _("an age group ends before it begins")
        problems.append(typed.problem("age_to", frame.index[turned], found, _("age_to is the last age of the group")))
        return
    key = [name for name in typed.table.key if name in frame and name != "age"]
    ordered = frame.sort_values([*key, "age"])
    end = ordered.groupby(key, dropna=False)["age_to"].shift()
    overlap = ordered.index[ordered["age"] <= end]
    if len(overlap):
        found = _("an age stands in two groups")
        problems.append(typed.problem("age", overlap, found, _("each child is counted once")))


def _flows(moves: Typed, problems: list[Problem]) -> None:
    """Ask that moves are told by arrivals and departures, or by their difference; never by both."""
    gross = {"arrivals", "departures"} & set(moves.frame)
    rule = _("moves are given as arrivals and departures, or as net")
    if gross and "net" in moves.frame:
        found = _("net stands beside arrivals and departures")
        problems.append(moves.problem("net", [], found, rule, _("leave out net, which follows from the others")))
    elif "net" not in moves.frame and len(gross) < 2:
        lacking = [name for name in ("arrivals", "departures") if name not in gross]
        found = _("without net, the column {names} is missing").format(names=join(lacking))
        problems.append(moves.problem(lacking[0], [], found, rule))


def _changes_of_status(changes: Typed, problems: list[Problem]) -> None:
    if not has(changes, "from_status", "to_status"):
        return
    same = changes.frame["from_status"] == changes.frame["to_status"]
    if same.any():
        found = _("'{status}' stands before and after").format(status=changes.frame["to_status"][same].iloc[0])
        rows = changes.frame.index[same]
        problems.append(changes.problem("to_status", rows, found, _("a change leads to another status")))


def _yields(housing: Typed, yields: Typed | None, problems: list[Problem]) -> None:
    """Each type of dwelling has its children."""
    if "dwelling" in housing.faults or "dwelling" not in housing.frame:
        return
    known = set() if yields is None or "dwelling" not in yields.frame else set(yields.frame["dwelling"])
    unknown = ~housing.frame["dwelling"].isin(known)
    if unknown.any():
        kinds = join([str(kind) for kind in pd.unique(housing.frame["dwelling"][unknown])[:5]])
        found = _("the table child_yield tells nothing of {kinds}").format(kinds=kinds)
        rule = _("children come with dwellings by a yield that is known, not guessed")
        remedy = _("add its children per dwelling, by age and years since completion, to child_yield")
        problems.append(housing.problem("dwelling", housing.frame.index[unknown], found, rule, remedy))
