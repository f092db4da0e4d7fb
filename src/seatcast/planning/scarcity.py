"""What one more unit of what is scarce would bring: money or teachers of a year, in children seated."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.labels import YEAR
from seatcast.core.result import Result, Summary
from seatcast.language import _, n_, sentences
from seatcast.planning.option import PlanError, money

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.planning.plan import Plan


@dataclass(frozen=True, eq=False, repr=False)
class Scarcity(Result):
    """What more of a scarce thing in a year would bring, all else as planned.

    Attributes
    ----------
    plan : Plan
    table : DataFrame
        year, what ("budget", "teachers"), more (the step), seated (child-years seated more, expected), better (by how
        much the objective falls).
    """

    topic: ClassVar[str] = "scarcity"
    plan: Plan
    table: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> Summary:
        """Return where more would bring most, in words, and all years in a table."""
        found = self.table[self.table["seated"] >= 1.0]
        said = [self._sentence(row) for row in found.nlargest(2, "seated").to_dict("records")]
        if not said:
            said = [_("More money or teachers in any one year would seat nobody more: the options are what is scarce.")]
        return Summary(sentences(said), self.to_frame())

    def _sentence(self, row: dict[Hashable, Any]) -> str:
        seated = round(row["seated"])
        if row["what"] == "teachers":
            said = n_(
                "{more:,.0f} more teachers in {year} would seat {n:,.0f} child-year more.",
                "{more:,.0f} more teachers in {year} would seat {n:,.0f} child-years more.",
                seated,
            )
            return said.format(more=row["more"], year=int(row[YEAR]), n=seated)
        said = n_(
            "{more} more in {year} would seat {n:,.0f} child-year more.",
            "{more} more in {year} would seat {n:,.0f} child-years more.",
            seated,
        )
        return said.format(more=money(row["more"], self.plan.simulation.area.money), year=int(row[YEAR]), n=seated)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the child-years that more money would seat, by the year in which it comes."""
        from seatcast import charts

        by_year = self.table[self.table["what"] == "budget"].set_index(YEAR)[["seated"]]
        title = _("What more money would bring, by year")
        return charts.bars(by_year, ax=ax, title=title, unit=_("child-years seated"))


def worth_of_more(plan: Plan, *, share: float = 0.1, nodes: int = 1_000) -> Scarcity:
    """Solve the programme again with more of each year's money, and of its teachers, one at a time.

    Options come whole, so the worth of a little more is not the price of a fraction: what is told is what the best plan
    with the larger sum brings, and every figure is one of a plan that could be carried out.

    Parameters
    ----------
    plan : Plan
    share : float
        Above 0. Of the mean yearly money (of the mean yearly new teachers) that is added to a single year.
    nodes : int
        Branches that the solver may look at for each year; the best plan found by then counts.

    Returns
    -------
    Scarcity
        Years in which nothing limits money or teachers are left out; none of the rows is worse than the plan.

    Raises
    ------
    PlanError
        If the share is not above 0.

    Examples
    --------
    What a tenth more of each year's money would bring::

        seatcast.worth_of_more(plan, share=0.1).to_frame()
    """
    if not share > 0:
        raise PlanError.of([_("share is {share}; choose one above 0, such as 0.1.").format(share=share)])
    programme = plan.programme
    rows = []
    for what in ("budget", "teachers"):
        have = getattr(programme, what)
        known = np.isfinite(have)
        if not known.any():
            continue
        more = share * float(have[known].mean()) or share
        for t in np.flatnonzero(known):
            richer = have + more * (np.arange(len(have)) == t)
            other = replace(programme, **{what: richer})
            cover = other.solve(nodes=nodes, gap=1e-3, begin=plan.cover.starts)
            better = plan.objective - cover.solution.objective
            seated = programme.left(plan.cover) - programme.left(cover) if better > 1e-9 else 0.0
            rows.append((programme.years[t], what, more, seated, max(better, 0.0)))
    table = pd.DataFrame(rows, columns=[YEAR, "what", "more", "seated", "better"])
    return Scarcity(plan, table.astype({"more": float, "seated": float, "better": float}))
