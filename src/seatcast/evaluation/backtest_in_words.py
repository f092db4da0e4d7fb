"""What a backtest says in sentences: how far schools were off, and which classes were foreseen."""

from __future__ import annotations

import pandas as pd

from seatcast.evaluation.references import reference_labels
from seatcast.language import _, join, n_, sentences


def of_schools(scores: pd.DataFrame, lead: int, made: pd.Series) -> str:
    """Return the sentence on school totals at one lead; `scores` by method."""
    own = scores.loc["forecast"].to_dict()
    text = _(
        "Forecasts of school rolls {years}, made {origins}, were off by {wape:.1f} percent of pupils, "
        "{comparison}; the 80 percent interval held for {coverage:.0f} percent of schools."
    ).format(
        origins=_years(made),
        years=n_("{n} year ahead", "{n} years ahead", lead).format(n=lead),
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
