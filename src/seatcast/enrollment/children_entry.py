"""Entry blended with the children who live around a school: each weighs as its own past forecasts deserve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.core.labels import AGE, CATCHMENT, GRADE, SCHOOL, STAGE, STATUS, YEAR
from seatcast.core.rates import ratio
from seatcast.enrollment.bureau_rolls import entry_births, roll_history
from seatcast.enrollment.cohort_factors import along_cohorts
from seatcast.enrollment.entry import Births
from seatcast.enrollment.hindcast import LEADS, PastParts
from seatcast.enrollment.history import checked_history
from seatcast.enrollment.panel import RECENT_WEIGHTS, RollPanel
from seatcast.enrollment.rolls import EnrollmentForecast
from seatcast.enrollment.weights import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seatcast.demography.cohort_component import ChildPopulation
    from seatcast.inputs.read import Inputs

    Floats = NDArray[np.float64]

_PRIOR_ORIGINS = 2.0  # past forecasts that an even weight counts for
_WEIGHTS = np.array(RECENT_WEIGHTS)


@dataclass(frozen=True, eq=False)
class EntryEvidence:
    """What past forecasts of entry say of the two ways to make one.

    Attributes
    ----------
    weight : (lead,)
        Of the children; the rest is that of the rolls.
    """

    weight: Floats

    def at(self, lead: int) -> float:
        """Return the weight of the children; past the last lead that was measured it is held."""
        return float(self.weight[min(lead, len(self.weight)) - 1])


def follow_children(rolls: EnrollmentForecast, inputs: Inputs, children: ChildPopulation) -> EnrollmentForecast:
    r"""Return the rolls with entry blended with the children of the catchments that each school serves.

    .. math:: \log E_{t+h} = (1 - w_h) \log E^{rolls}_{t+h} + w_h \log \Big(\bar E_t \, C_{t+h} / \bar C_t\Big)

    with :math:`C` the children of the entry age in the catchments for which the school is the first choice (in its
    district where there is none) and :math:`\bar E, \bar C` the 3-2-1 means of the last years. The weight
    :math:`w_h` is that of Bates and Granger (1969), from the errors of both at past origins; see `entry_evidence`. Each
    draw takes the children of its own future, and the part of the rolls' error that is left; what entry gains or loses
    goes up with its cohort.

    Parameters
    ----------
    rolls : EnrollmentForecast
    inputs : Inputs
        With children.
    children : ChildPopulation
        Of as many draws as the rolls.

    Returns
    -------
    EnrollmentForecast
        The same, where the children of the entry age are not known.
    """
    record, panel = _record(inputs)
    cells = np.flatnonzero(panel.grade == panel.entry_grade)
    stage = inputs.area.stage(inputs.area.stage_of[panel.entry_grade])
    age = stage.age(panel.entry_grade)
    if age not in children.children[AGE].values or children.children.sizes["draw"] != rolls.draws.sizes["draw"]:
        return rolls
    served = _served(inputs, panel, cells, stage.stage)
    evidence = entry_evidence(panel, record, cells, served, age, births=_births(inputs, panel))
    counted = np.nan_to_num(record[-3:, :, age][::-1])
    weights = _WEIGHTS[: len(counted)]
    entered = np.nan_to_num(panel.pupils[-3:, cells])[::-1]
    usual_entry = _mean(entered, weights, entered > 0)
    usual_children = _mean(counted @ served, weights, (counted @ served) > 0)
    ahead = children.children.sel({AGE: age}).sum(STATUS).transpose(YEAR, CATCHMENT, "draw")
    ahead = ahead.reindex({CATCHMENT: inputs.area.catchments.index.to_numpy()}, fill_value=0.0)
    place = pd.MultiIndex.from_arrays([rolls.draws[SCHOOL].values, rolls.draws[GRADE].values]).get_indexer(
        pd.MultiIndex.from_arrays([panel.school[cells], panel.grade[cells]])
    )
    known = (place >= 0) & (usual_entry > 0) & (usual_children > 0)
    factors = np.full(rolls.draws.shape, np.nan)
    for t, year in enumerate(rolls.draws[YEAR].values):
        if year not in ahead[YEAR].values:
            break
        live = np.einsum("zk,zs->sk", ahead.sel({YEAR: year}).values, served)[known]
        own = np.maximum(rolls.draws.values[t, place[known]].astype(float), 0.5)
        target = usual_entry[known, None] * np.maximum(live, 0.5) / usual_children[known, None]
        factors[t, place[known]] = _blended(np.log(own), np.log(target), evidence.at(t + 1)) / own
    return rolls.replace(draws=along_cohorts(rolls.draws, factors))


def _blended(rolls: Floats, children: Floats, weight: float) -> Floats:
    """Return the blend (cell, draw) of two logarithms, with the variance that the best combination has."""
    middle, around = np.median(rolls, axis=1, keepdims=True), np.median(children, axis=1, keepdims=True)
    mine, theirs = rolls - middle, children - around
    left = (1 - weight) - weight**2 * ratio(theirs.var(1), mine.var(1), otherwise=0.0)
    keep = np.sqrt(np.clip(left, (1 - weight) ** 2, 1.0))[:, None]
    return np.asarray(np.exp(middle + weight * (around - middle) + keep * mine + weight * theirs))


def entry_evidence(
    panel: RollPanel, record: Floats, cells: NDArray[np.int64], served: Floats, age: int, *, births: Births | None
) -> EntryEvidence:
    r"""Return the weight of the children by lead, from what both ways of forecasting entry missed at past origins.

    .. math:: w = \frac{\sum e_r (e_r - e_c)}{\sum (e_r - e_c)^2}

    over origins and schools, weighted by pupils, which minimizes the error of the blend; joined with an even weight
    worth two origins; between 0 and 1. The children of a past origin are those counted then, moved up by the ratio at
    which the last cohorts grew; the rolls are those of `PastParts`.

    Parameters
    ----------
    panel : RollPanel
    record : (year, catchment, age), children
        In the panel's years; NaN where not known.
    cells : (school,)
        The entry cells.
    served : (catchment, school)
        1 where the school is a catchment's first choice.
    age : int
        At entry.
    """
    past = PastParts.run(panel, births)
    learned = Weights.learn(past)
    hindcast = past.averaged(learned.cells, learned.totals)
    weights = []
    for lead in range(1, LEADS + 1):
        top, bottom, origins = 0.0, 0.0, 0
        for at, origin in enumerate(hindcast.origins.tolist()):
            matched = hindcast.matched[at, lead - 1, cells]
            if lead > age or not matched.any() or origin < lead:
                continue
            ages = record[: origin + 1]
            young, then = ages[origin, :, age - lead], ages[origin - lead, :, age - lead]
            growth = np.nansum(ages[origin, :, age]) / max(np.nansum(then), 1.0)
            base = ages[max(origin - 2, 0) : origin + 1, :, age][::-1]
            usual = _WEIGHTS[: len(base)]
            entered = np.nan_to_num(panel.pupils[max(origin - 2, 0) : origin + 1][:, cells])[::-1]
            level, around = _mean(entered, usual, entered > 0), _mean(base @ served, usual, (base @ served) > 0)
            ahead = (young @ served) * growth
            good = matched & (level > 0) & (around > 0) & (ahead > 0) & np.isfinite(ahead)
            if not good.any():
                continue
            came = panel.pupils[origin + lead, cells][good]
            by_rolls = np.log(hindcast.forecast[at, lead - 1, cells][good] / came)
            by_children = np.log(level[good] * ahead[good] / around[good] / came)
            share = came / came.sum()
            gap = by_rolls - by_children
            top += float((share * by_rolls * gap).sum())
            bottom += float((share * gap**2).sum())
            origins += 1
        own = bottom / origins if origins else 1.0
        weights.append(float(np.clip((top + _PRIOR_ORIGINS * 0.5 * own) / (bottom + _PRIOR_ORIGINS * own), 0.0, 1.0)))
    return EntryEvidence(np.array(weights))


def _mean(values: Floats, weights: Floats, known: NDArray[np.bool_]) -> Floats:
    weight = weights[:, None] * known
    return ratio((weight * np.where(known, values, 0.0)).sum(0), weight.sum(0), otherwise=0.0)


def _record(inputs: Inputs) -> tuple[Floats, RollPanel]:
    """Return the children of record (year, catchment, age) in the years of the rolls, and the rolls."""
    assert inputs.children is not None
    panel = RollPanel.from_frame(checked_history(roll_history(inputs)))
    zones, ages = inputs.area.catchments.index, int(inputs.children[AGE].max()) + 1
    record = np.full((len(panel.years), len(zones), ages), np.nan)
    counts = inputs.children.groupby([YEAR, CATCHMENT, AGE])["children"].sum(min_count=1).reset_index()
    year = counts[YEAR].to_numpy() - int(panel.years[0])
    here = (year >= 0) & (year < len(record))
    at = zones.get_indexer(pd.Index(counts[CATCHMENT]))
    record[year[here], at[here], counts[AGE].to_numpy()[here]] = counts["children"].to_numpy(float)[here]
    return record, panel


def _served(inputs: Inputs, panel: RollPanel, cells: NDArray[np.int64], stage: str) -> Floats:
    """Return (catchment, school): 1 where the school is a first choice there; else where it lies in its district."""
    zones = inputs.area.catchments
    first = inputs.area.reach[(inputs.area.reach["rank"] == 1) & (inputs.area.reach[STAGE] == stage)]
    served = np.zeros((len(zones), len(cells)))
    for column, cell in enumerate(cells):
        mine = first.loc[first[SCHOOL] == panel.school[cell], CATCHMENT]
        served[:, column] = zones.index.isin(mine)
        if not served[:, column].any():
            district = (zones["district"].astype(str) == panel.district[cell]).to_numpy()
            served[:, column] = district if district.any() else 1.0
    return served


def _births(inputs: Inputs, panel: RollPanel) -> Births | None:
    births = entry_births(inputs)
    return None if births is None else Births.from_frame(births, panel)
