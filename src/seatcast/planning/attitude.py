"""The attitude to risk in which futures are weighed one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatcast.language import _
from seatcast.planning.option import PlanError

if TYPE_CHECKING:
    from seatcast.planning.plan import Plan
    from seatcast.planning.programme.programme import Programme


@dataclass(frozen=True)
class Expected:
    """Plan for what is left out on average over the futures, and more for the worst of them if so wished.

    Attributes
    ----------
    scenarios : int
        Futures that the programme sees at most; more draws than these are stood for by some of their own, which
        resemble them most (k-medoids), each weighed by the draws it stands for.
    tail_weight : float
        From 0 to 1: weight of the mean of the worst futures (conditional value at risk) beside the mean over all.
    tail : float
        The share of the futures that are the worst ones.

    Examples
    --------
    >>> Expected(tail_weight=0.3).problems()
    []
    """

    scenarios: int = 100
    tail_weight: float = 0.0
    tail: float = 0.1

    def problems(self) -> list[str]:
        """Return what is wrong with it, a sentence each."""
        wrong = []
        if self.scenarios < 1:
            wrong.append(_("scenarios is {number}; at least one future is needed.").format(number=self.scenarios))
        if not 0 <= self.tail_weight <= 1:
            wrong.append(_("tail_weight is {share}; choose a share from 0 to 1.").format(share=self.tail_weight))
        if not 0 < self.tail <= 1:
            wrong.append(_("tail is {share}; choose a share above 0, up to 1.").format(share=self.tail))
        return wrong


def programme_of_many(plan: Plan) -> Programme:
    """Return the programme of a plan that was weighed over many futures.

    Raises
    ------
    PlanError
        If the plan was made for a single one.
    """
    if not plan.over_futures:
        raise PlanError.of([_("The plan was made for a single future; make it with risk=Expected() to ask this.")])
    return plan.programme
