"""The table of births by entry year, checked beside the rolls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from seatcast.enrollment.told import SHOWN, told_columns, told_each, told_rows
from seatcast.language import _, join, sentences

COLUMNS = ("entry_year", "district", "births")
_AHEAD = 6  # years after the last rolls in which those who are born by then enter
_MANY, _LEAP = 100, 3  # births, from which on a change of so many times in a year is a slip


def birth_problems(births: pd.DataFrame, districts: set[str], years: list[int]) -> list[str]:
    """Return every problem of births by entry year and district, beside rolls of those districts and years.

    Parameters
    ----------
    years : list of int
        Of the rolls; empty where these are at fault themselves.

    Examples
    --------
    >>> births = pd.DataFrame({"entry_year": [2027, 2028], "district": "East", "births": [400, 0]})
    >>> birth_problems(births, {"East"}, [2025, 2026])
    ['births · row 2: 0; beside counts above 100 this is a count not yet made. Leave it blank.']
    """
    problems = told_columns(births, COLUMNS, name=_("births"))
    if problems:
        return problems
    if not len(births):
        return [_("births: no rows; leave births out, and the entry grade follows its level.")]
    entry = pd.to_numeric(births["entry_year"], errors="coerce").to_numpy(float)
    wrong = ~(np.isfinite(entry) & (np.floor(entry) == entry))
    if wrong.any():
        rule = sentences([_("a year is a whole number such as 2026."), _("Correct the code.")])
        return [*told_rows(births, "entry_year", wrong, rule, name=_("births · entry_year"))]
    if years and (entry.max() < years[0] or entry.min() > years[-1] + _AHEAD):
        problems.append(
            _(
                "births · entry_year: {first:.0f} to {last:.0f}, but the rolls are of {low} to {high}; it is the "
                "school year in which the children enter, not that of birth. Use the years of the rolls."
            ).format(first=entry.min(), last=entry.max(), low=years[0], high=years[-1])
        )
    count = pd.to_numeric(births["births"], errors="coerce").to_numpy(float)
    wrong = (~np.isfinite(count) | (count < 0)) & ~births["births"].isna().to_numpy()
    rule = _("a count of births is 0 or more, and blank where unknown. Correct the count.")
    problems += told_rows(births, "births", wrong, rule, name=_("births"))
    twice = births.duplicated(["entry_year", "district"]).to_numpy()
    shown = births["district"].astype(str) + " · " + births["entry_year"].astype(str)
    rule = _("a district and entry year occur once. Remove the row, or add the counts up.")
    problems += told_rows(births.assign(key=shown), "key", twice, rule, name=_("births · district, entry_year"))
    places = set(births["district"].astype(str))
    if districts and not places & districts:
        problems.append(
            _("births · district: {found}; none is a district of the rolls ({known}). Use the same names.").format(
                found=join(sorted(places)[:SHOWN]), known=join(sorted(districts)[:SHOWN])
            )
        )
    if not np.isfinite(count).any():
        problems.append(_("births: no count is known; leave births out, and the entry grade follows its level."))
    elif not problems and not (count > 0).any():
        problems.append(_("births: every count is 0; leave births out, and the entry grade follows its level."))
    return problems or [*_not_counted(births, count), *_leaps(births, count)]


def _not_counted(births: pd.DataFrame, count: np.ndarray) -> Iterator[str]:
    """Yield zeros of a district that has many births in other years."""
    most = pd.Series(count).groupby(births["district"].astype(str).to_numpy()).transform("max").to_numpy()
    rule = _("beside counts above {many} this is a count not yet made. Leave it blank.").format(many=_MANY)
    yield from told_rows(births, "births", (count == 0) & (most > _MANY), rule, name=_("births"))


def _leaps(births: pd.DataFrame, count: np.ndarray) -> Iterator[str]:
    """Yield districts whose births change from one year to the next as no births do."""
    tidy = pd.DataFrame({
        "district": births["district"].astype(str).to_numpy(),
        "year": pd.to_numeric(births["entry_year"]).to_numpy(int),
        "births": count,
    })  # fmt: skip
    tidy = tidy[tidy["births"] > 0].sort_values(["district", "year"], ignore_index=True)
    after = tidy.shift(-1)
    low, high = np.minimum(tidy["births"], after["births"]), np.maximum(tidy["births"], after["births"])
    next_to = (tidy["district"] == after["district"]) & (tidy["year"] + 1 == after["year"])
    leaps = tidy.assign(after=after["births"])[next_to & (high >= _MANY) & (high > _LEAP * low)]
    said = [
        _("{district}: {before:,.0f} for {year}, {after:,.0f} for {next}").format(
            district=row["district"], before=row["births"], year=row["year"], after=row["after"], next=row["year"] + 1
        )
        for row in leaps.to_dict("records")
    ]
    rule = _(
        "births of a year are no more than {times} times those of the next. Correct the count; leave one not yet "
        "complete blank."
    ).format(times=_LEAP)
    yield from told_each(_("births of"), said, rule)
