"""Questions about seats and the order of admission: shares, tiers without children, rooms, teachers, ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seatcast.inputs.schema import Problem
from seatcast.language import _, join

if TYPE_CHECKING:
    from seatcast.inputs.bureau import Bureau
    from seatcast.inputs.convert import Typed


def check_admission(tables: dict[str, Typed], bureau: Bureau, problems: list[Problem]) -> None:
    """Ask every question; columns in which something was wrong before are left alone."""
    tiers, seats = tables.get("tiers"), tables.get("seats")
    if (
        tiers is not None
        and not {"status", "share", "since"} & tiers.faults
        and {"status", "share"} <= set(tiers.frame)
    ):
        _shares(tiers, bureau, problems)
        _tiers_without_children(tiers, tables, problems)
    if seats is not None and not seats.faults and {"school", "stage", "year"} <= set(seats.frame):
        _buildings(seats, problems)
        _teachers(seats, bureau, problems)
        _ends(seats, problems)


def _shares(tiers: Typed, bureau: Bureau, problems: list[Problem]) -> None:
    since = tiers.frame["since"].fillna(0) if "since" in tiers.frame else pd.Series(0, tiers.frame.index)
    for year, rows in tiers.frame.groupby(since):
        sums = rows.groupby("status")["share"].sum()
        for status in bureau.statuses:
            total = float(sums.get(status.status, 0.0))
            if abs(total - 1) > 1e-6:
                at = rows.index[rows["status"] == status.status]
                found = _("the shares of {status} add up to {total:g}").format(status=status.status, total=total)
                if year:
                    found = _("from {year} on {found}").format(year=int(str(year)[:4]), found=found)
                problems.append(tiers.problem("share", at, found, _("the shares of each status add up to 1")))


def _tiers_without_children(tiers: Typed, tables: dict[str, Typed], problems: list[Problem]) -> None:
    empty = tiers.frame.index[tiers.frame["share"] == 0]
    if len(empty):
        rule = _("a tier has children")
        remedy = _("delete the row, or give the share of the status that claims by it")
        problems.append(tiers.problem("share", empty, _("a tier without children"), rule, remedy))
    for name, amount in (("children", "children"), ("enrollment", "pupils")):
        given = tables.get(name)
        if given is None or not {"status", amount} <= set(given.frame) or {"status", amount} & given.faults:
            continue
        there = given.frame.groupby("status")[amount].sum()
        for status, rows in tiers.frame.groupby("status"):
            if float(there.get(status, 0.0)) == 0 and status in set(given.frame["status"]):
                found = _("a tier without children: {table} has none of the status {status}").format(
                    table=name, status=status
                )
                remedy = _("delete the tier and the status, or give their counts")
                problems.append(tiers.problem("status", rows.index, found, remedy=remedy))


def _buildings(seats: Typed, problems: list[Problem]) -> None:
    if not {"building", "rooms"} <= set(seats.frame):
        return  # where no rooms are told, a building is a name and limits nothing
    rooms = seats.frame["rooms"].astype(float)
    named = seats.frame[seats.frame["building"].notna()]
    rule = _("rows of one building and year state its rooms, the same in each")
    for (building, _year), rows in named.groupby(["building", "year"]):
        there = rooms[rows.index]
        if there.isna().any() or len(set(there)) > 1:
            said = join(sorted({_("none") if pd.isna(n) else f"{n:g}" for n in there}))
            found = _("building {building} has the rooms {rooms}").format(building=building, rooms=said)
            problems.append(seats.problem("rooms", rows.index, found, rule))


def _teachers(seats: Typed, bureau: Bureau, problems: list[Problem]) -> None:
    if "teachers" not in seats.frame:
        return
    without = {stage.stage for stage in bureau.stages if stage.pupils_per_teacher is None}
    bad = seats.frame["teachers"].notna() & seats.frame["stage"].isin(without)
    if bad.any():
        stage = seats.frame["stage"][bad].iloc[0]
        found = _("teachers are given, but the stage {stage} has no pupils_per_teacher").format(stage=stage)
        remedy = _("add pupils_per_teacher to the [[stage]] in bureau.toml, with the standard in force")
        problems.append(seats.problem("teachers", seats.frame.index[bad], found, remedy=remedy))


def _ends(seats: Typed, problems: list[Problem]) -> None:
    if "until" not in seats.frame:
        return
    bad = seats.frame["until"] < seats.frame["year"]
    if bad.any():
        found = _("the row ends before it begins")
        problems.append(seats.problem("until", seats.frame.index[bad], found, _("until is the row's year or later")))
