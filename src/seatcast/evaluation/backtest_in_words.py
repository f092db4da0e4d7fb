"""What a backtest says in sentences: how far schools were off, what was amiss, and which classes were foreseen."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seatcast.evaluation.references import reference_labels
from seatcast.language import _, clauses, join, n_, sentences

SLANT = 2.0
"""Percent of pupils forecast too many or too few that is worth a sentence."""
TOO_SELDOM = 65.0
"""Percent of counts within an interval that promises 80 below which it has failed."""


def of_schools(scores: pd.DataFrame, lead: int, made: pd.Series) -> str:
    """Return the sentence on school totals at one lead; `scores` by method."""
    own = scores.loc["forecast"].to_dict()
    text = _(
        "Forecasts of school rolls {years}, made {origins}, were off by {wape:.1f} percent of pupils, "
        "{comparison}; the 80 percent interval held for {coverage:.0f} percent of schools."
    ).format(
        origins=_years(made),
        years=_ahead(lead),
        wape=own["wape"],
        comparison=_against(own["wape"], scores["wape"].to_dict()["no_change"]),
        coverage=own["coverage_80"],
    )
    others = scores["wape"].drop(["forecast", "no_change"])
    if others.empty:
        return text
    best = str(others.idxmin())
    more = _("Of the progression ratios the best is {name}, off by {wape:.1f} percent.").format(
        name=reference_labels()[best], wape=others[best]
    )
    return sentences([text, more])


def of_faults(scores: pd.DataFrame) -> list[str]:
    """Return sentences on what was amiss at any level and lead: references that won, bias, and intervals too narrow."""
    own = scores[scores["method"] == "forecast"]
    said = [
        sentence
        for level, places in _places().items()
        for sentence in _winners(scores[scores["level"] == level], places)
    ]
    school = own[own["level"] == "school"]
    for sign, text in (
        (1, _("Too many pupils were forecast of schools: {found}.")),
        (-1, _("Too few pupils were forecast of schools: {found}.")),
    ):
        slanted = school[sign * school["bias"].round(1) > SLANT]
        by = _("{years} by {percent:.1f} percent")
        found = [by.format(years=_ahead(row["lead"]), percent=abs(row["bias"])) for row in _rows(slanted)]
        if found:
            said.append(text.format(found=join(found)))
    narrow = own[own["level"].isin(["school", "district"]) & (own["coverage_80"] < TOO_SELDOM)]
    if len(narrow):
        found = [
            n_(
                "of {places} {years} for {held:.0f} percent of {n} count",
                "of {places} {years} for {held:.0f} percent of {n} counts",
                int(row["n"]),
            ).format(places=_places()[row["level"]], years=_ahead(row["lead"]), held=row["coverage_80"], n=row["n"])
            for row in _rows(narrow)
        ]
        said.append(_("The 80 percent interval held too seldom: {found}.").format(found=clauses(found)))
    return said


def _winners(scores: pd.DataFrame, places: str) -> list[str]:
    """Return a sentence a reference method on the leads at which it was nearest of all, by the figures printed."""
    found: dict[str, list[str]] = {}
    for lead, by_method in scores.groupby("lead"):
        errors = by_method.set_index("method")["wape"].round(1)
        best = str(errors.drop("forecast").idxmin())
        if errors[best] < errors["forecast"]:
            text = _("{years} {wape:.1f} against {own:.1f} percent")
            told = text.format(years=_ahead(lead), wape=errors[best], own=errors["forecast"])
            found.setdefault(best, []).append(told)
    text = _('Of {places}, "{name}" was nearer: {found}.')
    return [text.format(places=places, name=reference_labels()[name], found=join(told)) for name, told in found.items()]


def _places() -> dict[str, str]:
    return {"cell": _("single grades"), "school": _("school totals"), "district": _("district totals")}


def _rows(scores: pd.DataFrame) -> list[dict[Any, Any]]:
    return scores.to_dict("records")


def _ahead(lead: Any) -> str:
    return n_("{n} year ahead", "{n} years ahead", int(lead)).format(n=lead)


def of_classes(needs: pd.Series) -> str:
    """Return the sentence on classes that were needed, foreseen, missed and falsely alarmed."""
    return n_(
        "Of {n} grade that came to need another class, {hits} were foreseen and {misses} missed; false alarms: "
        "{alarms}.",
        "Of {n} grades that came to need another class, {hits} were foreseen and {misses} missed; false alarms: "
        "{alarms}.",
        int(needs["needed"]),
    ).format(n=needs["needed"], hits=needs["hits"], misses=needs["misses"], alarms=needs["false_alarms"])


def _years(years: pd.Series) -> str:
    """Return years as a list inside a sentence: a run of three or more by its first and last."""
    distinct = sorted(int(year) for year in years.unique())
    if len(distinct) > 2 and distinct[-1] - distinct[0] == len(distinct) - 1:
        return _("from {first} to {last}").format(first=distinct[0], last=distinct[-1])
    return _("in {years}").format(years=join([str(year) for year in distinct]))


def _against(own: float, flat: float) -> str:
    """Return in words how an error compares with that of no change, as it is printed."""
    if f"{own:.1f}" == f"{flat:.1f}":
        return _('as much as "no change"')
    return _('against {flat:.1f} percent for "no change"').format(flat=flat)
