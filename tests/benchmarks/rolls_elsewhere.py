"""Rolls forecast elsewhere, and without each part: medians against reference methods on every panel of the real data.

python tests/benchmarks/rolls_elsewhere.py FOLDER              (ten to fifteen minutes on one core)
python tests/benchmarks/rolls_elsewhere.py FOLDER --ablation   (ten minutes)

FOLDER holds maryland-msde, england-la and eau-claire-wi. The rules are those of `seatcast.backtest`: a school is scored
if its live grades stayed the same over the last three years of record and at the target. Every figure but Maryland's
WAPE is ours over a reference's, a geometric mean over the panels of a family; `best` is the better of no change and
shrunk ratios, chosen panel by panel after the event; `won` is the share of panels where both are beaten.
"""

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from roll_panels import everything

from seatcast.enrollment import combination, progression, upheaval, weights
from seatcast.enrollment.combination import Parts
from seatcast.enrollment.correction import Correction
from seatcast.enrollment.entry import Births, CohortShare
from seatcast.enrollment.hindcast import PastParts
from seatcast.enrollment.history import checked_history
from seatcast.enrollment.openings import grades_to_come
from seatcast.enrollment.panel import RollPanel
from seatcast.enrollment.traits import Traits
from seatcast.enrollment.weights import Weights
from seatcast.evaluation.references import no_change, references

LEADS = (1, 3, 5)
LEVELS = ("cell", "school", "district")


def known_at(case, origin):
    """Return the panel and the births as they were known at the origin."""
    history = case.history[case.history["year"] <= origin]
    births = None if case.births is None else case.births[case.births["entry_year"] <= origin + 4]
    births = None if births is None or births.empty else births
    tidy = checked_history(history, births)
    panel = RollPanel.from_frame(tidy)
    panel = RollPanel.from_frame(pd.concat([tidy, grades_to_come(panel)]))
    return panel, None if births is None else Births.from_frame(births, panel)


def ours(panel, births):
    """Return the medians (lead, cell) of `forecast_enrollment`, without drawing."""
    past = PastParts.run(panel, births)
    learned = Weights.learn(past)
    parts = Parts.of(panel, horizon=max(LEADS), births=births)
    point = parts.average(panel, cells=learned.cells, totals=learned.totals)
    return Correction.learn(past.averaged(learned.cells, learned.totals)).apply(Traits.of(panel), point)


REFERENCES = {
    "no_change": lambda panel, _births: no_change(panel, max(LEADS)),
    "shrunk": lambda panel, _births: references(panel, max(LEADS))["ratio_shrunk"],
    "ratios_321": lambda panel, _births: references(panel, max(LEADS))["ratio_321"],
}


def errors(case, methods):
    """Return absolute errors and pupils by level, lead and method, over all origins of a case."""
    whole = RollPanel.from_frame(checked_history(case.history))
    rows = []
    for origin in case.origins:
        at = origin - int(whole.years[0])
        if at < 2 or origin >= whole.origin or not whole.live[at].any():
            continue
        panel, births = known_at(case, origin)
        steady = whole.unchanged(at, at - 1) & whole.unchanged(at, at - 2)
        index = pd.MultiIndex.from_arrays([panel.school, panel.grade])
        points = {name: method(panel, births) for name, method in methods.items()}
        for lead in LEADS:
            if origin + lead > whole.origin:
                continue
            cells = np.flatnonzero(steady[whole.school_code] & whole.comparable(at, at + lead))
            if not len(cells):
                continue
            place = index.get_indexer(pd.MultiIndex.from_arrays([whole.school[cells], whole.grade[cells]]))
            came = whole.pupils[at + lead, cells]
            for name, point in points.items():
                missed = point[lead - 1, place] - came
                for where, codes in zip(
                    LEVELS, (np.arange(len(cells)), whole.school_code[cells], whole.district_code[cells]), strict=True
                ):
                    rows.append((where, lead, name, np.abs(np.bincount(codes, missed)).sum(), came.sum()))
    return pd.DataFrame(rows, columns=["level", "lead", "method", "missed", "pupils"])


def scores(cases, methods):
    """Return WAPE by family, place, level, lead (rows) and method (columns)."""
    tables = [errors(case, methods).assign(family=case.family, place=case.name) for case in cases]
    total = pd.concat(tables).groupby(["family", "place", "level", "lead", "method"], sort=False)[["missed", "pupils"]]
    total = total.sum()
    return (100 * total["missed"] / total["pupils"]).unstack("method")


def summary(wape):
    """Return, by family, level and lead, ours over each reference, and the share of places won."""
    best = wape[["no_change", "shrunk"]].min(axis=1)
    frame = pd.DataFrame({name: np.log(wape["ours"] / wape[name]) for name in REFERENCES})
    frame = frame.assign(best=np.log(wape["ours"] / best))
    groups = ["family", "level", "lead"]
    table = np.exp(frame.groupby(groups, sort=False).mean()).round(3)
    table["won"] = (wape["ours"] < best).groupby(groups, sort=False).mean().round(2)
    table["wape"] = wape["ours"].groupby(groups, sort=False).median().round(2)
    table["places"] = wape["ours"].groupby(groups, sort=False).size()
    return table


@contextmanager
def changed(module, **values):
    """Give names of a module other values for a while."""
    kept = {name: getattr(module, name) for name in values}
    for name, value in values.items():
        setattr(module, name, value)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(module, name, value)


def without(part, usual):
    """Return the weights (lead, part) with one part's weight given to the others."""
    left = np.array(usual)
    left[:, combination.PARTS.index(part)] = 0
    return left / left.sum(1, keepdims=True)


class Shares:
    """Entries by their share of the district's cohort, where feeders would be learned."""

    fit = CohortShare.fit


class Uncorrected:
    """A correction that corrects nothing."""

    @classmethod
    def learn(cls, _hindcast):
        return cls()

    def apply(self, _panel, point):
        return point


def calm(panel):
    """Return progression ratios as if nothing were known of 2021, the year of the shock."""
    shock = (panel.years == 2021) & (panel.years < panel.origin)
    return progression.progression_ratios(replace(panel, pupils=np.where(shock[:, None], np.nan, panel.pupils)))


def still(panel, _births, horizon):
    """Return the factors of districts whose entrants have no trend."""
    return np.ones((horizon, int(panel.district_code.max()) + 1))


def ablations():
    """Return, by name, a context in which one part of the forecast is gone."""
    usual = {"USUAL_CELLS": weights.USUAL_CELLS, "_COHORTS": weights._COHORTS}
    gone = {part: {name: without(part, value) for name, value in usual.items()} for part in combination.PARTS}
    none = np.zeros(len(weights._STILL))
    gone["no change"] |= {"_STILL": none, "_STILL_SMALL": none, "_STILL_MOST": 0.0}
    return {
        "all": changed(weights),
        "without no change": changed(weights, **gone["no change"]),
        "without feeders: shares of the cohort": changed(combination, FeederFlows=Shares),
        "without feeders: levels": changed(weights, **gone["feeders"]),
        "without births": changed(weights),
        "without the trend of entrants": changed(combination, entry_trend=still),
        "upheavals left in": changed(upheaval, _USUAL=9.0),
        "small districts like large ones": changed(weights, _STILL_SMALL=none),
        "the mix of totals never learned": changed(weights, _SPREAD=np.full(2, 1e-6)),
        "weights never learned": changed(weights, _SHARPNESS=0.0, _SPREAD=np.full(2, 1e-6)),
        "without the correction": changed(sys.modules[__name__], Correction=Uncorrected),
        "ratios hardly shrunk": changed(progression, _pull=lambda own, *_rest, **_names: np.ones_like(own)),
        "ratios blind to 2021": changed(combination, progression_ratios=calm),
    }


def few(cases):
    """Return the cases and origins on which parts are compared."""
    whole = [
        case for case in cases if case.family in {"Maryland", "Eau Claire"} or case.name == "regions and authorities"
    ]
    systems = [case for case in cases if case.family == "Maryland systems"][::5]
    return [replace(case, origins=case.origins[1::4]) for case in [*whole, *systems]]


def main():
    cases = everything(Path(sys.argv[1]))
    if "--ablation" not in sys.argv:
        sys.stdout.write(summary(scores(cases, {"ours": ours, **REFERENCES})).to_string() + "\n")
        return
    for name, context in ablations().items():
        chosen = [replace(case, births=None) if name == "without births" else case for case in few(cases)]
        with context:
            wape = scores(chosen, {"ours": ours})["ours"]
        mean = wape.groupby(["family", "level", "lead"], sort=False).mean().unstack("lead").round(2)
        sys.stdout.write(f"\n{name}\n{mean.drop('district', level='level').to_string(header=False)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
