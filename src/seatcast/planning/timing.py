"""What must be decided now and what can wait: the first year's starts that are right in nearly all futures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.result import Result, Summary
from seatcast.language import _, join, sentences
from seatcast.planning.attitude import programme_of_many
from seatcast.planning.programme.milp import Floats
from seatcast.planning.programme.programme import Programme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.planning.plan import Plan

NOW, LATER, TRIGGER, OPEN = "now", "later", "trigger", "open"


@dataclass(frozen=True, eq=False, repr=False)
class Timing(Result):
    """What to decide in the first year of a plan.

    Attributes
    ----------
    plan : Plan
    table : DataFrame
        option, name, stage, now (share of the futures in which starting it in the first year is best), ever (in which
        it starts at all), decision ("now"; "later": in nearly all, but not yet; "trigger": if more than `above`
        children of the stage lack a seat in the year `in_year`; "open": no single figure tells), in_year, above.
    agree : float
        The share of futures that counts as nearly all.
    """

    topic: ClassVar[str] = "timing"
    plan: Plan
    table: pd.DataFrame
    agree: float

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> Summary:
        """Return what to start now, what to watch, and the table."""
        first = self.plan.programme.years[0]
        now = self.table[self.table["decision"] == NOW]
        watched = self.table[self.table["decision"] == TRIGGER]
        said = [
            _("Start in {year}, best in at least {agree:.0%} of the futures: {names}.").format(
                year=first, agree=self.agree, names=join(list(now["name"]))
            )
            if len(now)
            else _("No start in {year} is best in {agree:.0%} of the futures.").format(year=first, agree=self.agree)
        ]
        area = self.plan.simulation.area
        said += [
            _(
                "{name} can wait until {year}: start it if more than {above:,.0f} children ({stage}) lack a seat."
            ).format(
                name=row["name"], year=int(row["in_year"]), above=row["above"], stage=area.stage(row["stage"]).label
            )
            for row in watched.to_dict("records")[:3]
        ]
        return Summary(sentences(said), self.to_frame())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw, for each option, the share of the futures in which it starts at once, and at all."""
        from seatcast import charts

        shares = self.table.set_index("name")[["now", "ever"]].rename(
            columns={"now": _("in the first year"), "ever": _("at all")}
        )
        return charts.heat_table(shares, ax=ax, title=_("How surely an option is best"))


def decide_now(plan: Plan, *, groups: int = 5, agree: float = 0.9, nodes: int = 1_000) -> Timing:
    """Solve the plan anew for groups of like futures, as if each were known, and see where the first year agrees.

    Parameters
    ----------
    plan : Plan
        Made with `risk=Expected(...)`, so that its programme has futures to tell apart.
    groups : int
        Of futures, by the children without a seat in each stage and year.
    agree : float
        Share of the futures in which a start must be best to be made now.
    nodes : int
        Branches that the solver may look at for each group.

    Returns
    -------
    Timing
        A start that is best in every group is one that no news can make a mistake; those that are best in some only
        can wait for the figure that tells the groups apart, where a single one does.

    Raises
    ------
    PlanError
        If the plan was made for a single future.

    Notes
    -----
    Groups by k-means on the standardised needs. The trigger is the split of a decision tree of depth one by the
    children of the option's stage without a seat in the second year of the plan.

    Examples
    --------
    ::

        plan = seatcast.optimize_plan(found, inputs.options, budget=inputs.budget, risk=seatcast.Expected())
        seatcast.decide_now(plan).summary()
    """
    programme = programme_of_many(plan)
    needs = _needs(programme)
    of = _groups(needs, programme.weight, groups)
    wanted = np.zeros((len(programme.weight), len(programme.options), 2), bool)
    for g in np.unique(of):
        cover = programme.of_futures(np.flatnonzero(of == g)).solve(nodes=nodes, gap=5e-3, begin=plan.cover.starts)
        for j, option in enumerate(programme.options):
            start = cover.starts.get(option.option)
            wanted[of == g, j] = start == programme.years[0], start is not None
    stages = list(dict.fromkeys(stage for _z, stage in programme.places))
    soon = min(1, len(programme.years) - 1)
    rows = []
    for j, option in enumerate(programme.options):
        now, ever = (min(float(programme.weight @ wanted[:, j, k]), 1.0) for k in (0, 1))
        if ever > 0:
            told = needs[:, stages.index(option.stage), soon]
            above = _threshold(told, wanted[:, j, 1], programme.weight) if now < agree > ever else np.nan
            decision = NOW if now >= agree else LATER if ever >= agree else OPEN if np.isnan(above) else TRIGGER
            year = programme.years[soon] if decision == TRIGGER else np.nan
            rows.append((option.option, option.label, option.stage, now, ever, decision, year, above))
    columns = ["option", "name", "stage", "now", "ever", "decision", "in_year", "above"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["now", "ever"], ascending=False, kind="stable")
    return Timing(plan, table.reset_index(drop=True), agree)


def _needs(programme: Programme) -> Floats:
    """Return the children without a seat by future, stage and year."""
    stages = list(dict.fromkeys(stage for _z, stage in programme.places))
    need = programme.need.sum(axis=1)
    here = np.array([stages.index(stage) for _z, stage in programme.places])
    return np.stack([need[:, here == e].sum(axis=1) for e in range(len(stages))], axis=1)


def _groups(needs: Floats, weight: Floats, groups: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    flat = needs.reshape(len(needs), -1)
    scaled = (flat - flat.mean(axis=0)) / np.maximum(flat.std(axis=0), 1e-9)
    found = KMeans(min(groups, len(np.unique(scaled, axis=0))), n_init=10, random_state=0).fit(
        scaled, sample_weight=weight
    )
    return np.asarray(found.labels_)


def _threshold(told: Floats, start: np.ndarray, weight: Floats) -> float:
    """Return the number above which the option starts in most futures, and below which in few; missing if none is."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_depth=1, random_state=0).fit(told[:, None], start, sample_weight=weight).tree_
    if tree.node_count < 3:
        return float("nan")
    few, most = tree.value[[tree.children_left[0], tree.children_right[0]], 0, 1]
    return float(tree.threshold[0]) if most > 0.5 >= few else float("nan")
