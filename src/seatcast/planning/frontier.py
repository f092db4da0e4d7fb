"""What more money buys: the best plans from cheap to complete, cost against children without a seat and idle seats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.result import Result, Summary
from seatcast.language import _
from seatcast.planning.option import PlanError, money
from seatcast.planning.programme.cover import Cover
from seatcast.planning.programme.milp import Solution

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.planning.plan import Plan


@dataclass(frozen=True, eq=False, repr=False)
class Frontier(Result):
    """The best plan at each of several prices of a child-year without a seat, from cheap to complete.

    Attributes
    ----------
    plan : Plan
        Whose options, money and limits are taken.
    covers : tuple of Cover
        One a point, cheapest first, weighed at the plan's own price; none is both dearer and leaves more children out
        than another.
    proofs : tuple of (float, Solution)
        Of each point the price at which it was found, as a share of the plan's own, and the answer at that price.
    """

    topic: ClassVar[str] = "frontier"
    plan: Plan
    covers: tuple[Cover, ...]
    proofs: tuple[tuple[float, Solution], ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a row a point.

        Returns
        -------
        DataFrame
            point, options, cost (expected and discounted, less what keeps a value), left (expected child-years without
            a seat), idle (expected seat-years that stand idle), price (money for each child-year less without a seat
            than at the point before; missing for the first).
        """
        programme = self.plan.programme
        rows = [
            (k, len(cover.starts), programme.spent(cover.starts), programme.left(cover), programme.idle_seats(cover))
            for k, cover in enumerate(self.covers)
        ]
        frame = pd.DataFrame(rows, columns=["point", "options", "cost", "left", "idle"])
        frame["price"] = frame["cost"].diff() / -frame["left"].diff()
        return frame

    def pick(self, point: int) -> Plan:
        """Return the plan of a point, simulated in every draw; its proof is one at the price of the point.

        Raises
        ------
        PlanError
            If there is no such point.
        """
        if not 0 <= point < len(self.covers):
            said = _("There is no point {point}; choose from 0 to {last}.")
            raise PlanError.of([said.format(point=point, last=len(self.covers) - 1)])
        share, proof = self.proofs[point]
        programme = self.plan.programme
        there = replace(programme, price=programme.price * share)
        return self.plan.instead(replace(self.covers[point], solution=proof), there)

    def summary(self) -> Summary:
        """Return what the first and the last money buy, and the points."""
        frame = self.to_frame()
        first, last = frame.iloc[0], frame.iloc[-1]
        unit = self.plan.simulation.area.money
        if len(frame) < 2:
            sentence = _("One plan is best at every price: {left:,.0f} child-years remain without a seat.").format(
                left=first["left"]
            )
        else:
            expected = _(
                "From {cheap} to {dear}, expected child-years without a seat fall from {most:,.0f} to {least:,.0f}; "
                "idle seat-years go from {idle:,.0f} to {idle_last:,.0f}."
            )
            at_risk = _(
                "From {cheap} to {dear}, child-years without a seat at the accepted risk fall from {most:,.0f} to "
                "{least:,.0f}; idle seat-years go from {idle:,.0f} to {idle_last:,.0f}."
            )
            sentence = (expected if self.plan.over_futures else at_risk).format(
                cheap=money(first["cost"], unit), dear=money(last["cost"], unit), most=first["left"],
                least=last["left"], idle=first["idle"], idle_last=last["idle"],
            )  # fmt: skip
        return Summary(sentence, frame)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw children without a seat, and idle seats beyond those of the cheapest point, against cost."""
        from seatcast import charts

        frame = self.to_frame().set_index("cost")[["left", "idle"]]
        frame["idle"] -= frame["idle"].iloc[0]
        labels = {"left": _("child-years without a seat"), "idle": _("idle seat-years, beyond those of point 0")}
        unit = self.plan.simulation.area.money
        paid = _("cost, {money}").format(money=unit) if unit else _("cost")
        return charts.trade_off(frame, ax=ax, title=_("What money buys"), labels=labels, paid=paid)


def trace_frontier(plan: Plan, *, points: int = 8, nodes: int = 1_000) -> Frontier:
    """Trace the best plans from doing nothing to the plan that leaves the fewest children out.

    Parameters
    ----------
    plan : Plan
        Its options, money, teachers and limits hold for all points.
    points : int
        2 or more: prices of a child-year without a seat that are tried, from 0 to the plan's own, in even ratios.
    nodes : int
        Branches that the solver may look at for each.

    Returns
    -------
    Frontier
        Points that cost more and leave as many out as another are dropped, so that there may be fewer.

    Raises
    ------
    PlanError
        If fewer than two points are asked for.

    Notes
    -----
    Weighted sums reach the convex part of the frontier alone (Geoffrion 1968, Journal of Mathematical Analysis and
    Applications 22): a plan between two points that is worse than every mixture of the two is not among them.

    Examples
    --------
    ::

        seatcast.trace_frontier(plan, points=5).plot()
    """
    if points < 2:
        raise PlanError.of([_("points is {points}; choose 2 or more.").format(points=points)])
    programme = plan.programme
    points_found = [(plan.cover, (1.0, plan.cover.solution))]
    for share in (*np.geomspace(1e-3, 1.0, points - 1)[-2::-1].tolist(), 0.0):
        there = replace(programme, price=programme.price * share).solve(nodes=nodes, gap=1e-3)
        points_found.append((programme.weigh(there.starts), (share, there.solution)))
    kept: list[tuple[Cover, tuple[float, Solution]]] = []
    for cover, proof in sorted(points_found, key=lambda of: (programme.spent(of[0].starts), programme.left(of[0]))):
        if not kept or programme.left(cover) < programme.left(kept[-1][0]) - 1e-6:
            kept.append((cover, proof))
    return Frontier(plan, tuple(cover for cover, _proof in kept), tuple(proof for _cover, proof in kept))
