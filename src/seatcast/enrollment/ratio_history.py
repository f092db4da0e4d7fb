"""The progression ratios of a school's grade, year by year, and what they are shrunk to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.rates import ratio
from seatcast.core.result import Result, Summary
from seatcast.enrollment.history import checked_history
from seatcast.enrollment.panel import RollPanel
from seatcast.enrollment.progression import progression_ratios
from seatcast.language import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class RatioHistory(Result):
    """Pupils of a grade per pupil one grade below a year earlier, in a school and in its district.

    Attributes
    ----------
    school : str
    grade : int
    table : DataFrame
        year, below (pupils of the grade below, a year earlier), own, district (ratios); NaN where a count is not known
        or too small.
    shrunk : float
        The ratio that the forecast uses.
    """

    topic: ClassVar[str] = "ratios"
    school: str
    grade: int
    table: pd.DataFrame
    shrunk: float

    def to_frame(self) -> pd.DataFrame:
        """Return the ratios by year."""
        return self.table

    def summary(self) -> Summary:
        """Return the mean of the school's ratios, of its district's, and what the forecast makes of them."""
        said = _(
            "Grade {grade} of {school}: {own:.3f} pupils for each in the grade below a year earlier, {district:.3f} in "
            "its district; the forecast uses {shrunk:.3f}."
        ).format(
            grade=self.grade, school=self.school, own=self.table["own"].mean(), district=self.table["district"].mean(),
            shrunk=self.shrunk,
        )  # fmt: skip
        return Summary(said, self.table.round(3))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the school's ratios as points as large as the cohort, the district's as a line, and the ratio used."""
        from seatcast import charts

        title = _("Progression to grade {grade}, {school}").format(grade=self.grade, school=self.school)
        return charts.shrinkage(self.table.set_index("year"), self.shrunk, ax=ax, title=title)


def progression_history(history: pd.DataFrame, *, school: str, grade: int) -> RatioHistory:
    """Return the progression ratios of a school's grade, and what `progression_ratios` shrinks them to.

    Parameters
    ----------
    history : DataFrame
        As for `forecast_enrollment`.
    school : str
    grade : int
        One that the school's own grade below feeds.

    Raises
    ------
    HistoryError
        As `forecast_enrollment` does.
    KeyError
        If the school has no such grade, or none below it.

    Examples
    --------
    >>> rows = [(year, "East", "Elm", grade, 50.0 - grade) for year in range(2021, 2027) for grade in (1, 2)]
    >>> history = pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"])
    >>> round(progression_history(history, school="Elm", grade=2).shrunk, 2)
    0.98
    """
    panel = RollPanel.from_frame(checked_history(history))
    found = np.flatnonzero((panel.school == school) & (panel.grade == grade))
    if not len(found) or panel.below[found[0]] < 0:
        raise KeyError(_("School {school} has no grade {grade} that follows from one below it.").format(
            school=school, grade=grade))  # fmt: skip
    cell = int(found[0])
    below = panel.below
    both = panel.live[1:] & panel.live[:-1, below] & (below >= 0)
    upper, lower = (np.where(both, np.nan_to_num(x), 0.0) for x in (panel.pupils[1:], panel.pupils[:-1, below]))
    near = panel.group == panel.group[cell]
    table = pd.DataFrame({
        "year": panel.years[1:], "below": lower[:, cell],
        "own": ratio(upper[:, cell], lower[:, cell], otherwise=np.nan),
        "district": ratio(upper[:, near].sum(1), lower[:, near].sum(1), otherwise=np.nan),
    })  # fmt: skip
    return RatioHistory(school, grade, table, float(progression_ratios(panel)[cell]))
