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
from seatcast.enrollment.progression import shrunk_ratios
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
    own, district : float
        The ratios of the last six years taken together, later ones weighing more: of the school's grade (NaN: none is
        known), and of the district's, drawn to that of all districts. See `progression_ratios`.
    shrunk : float
        The ratio that the forecast uses: between the two, but never below 0.3 or above 3.
    """

    topic: ClassVar[str] = "ratios"
    school: str
    grade: int
    table: pd.DataFrame
    own: float
    district: float
    shrunk: float

    def to_frame(self) -> pd.DataFrame:
        """Return the ratios by year."""
        return self.table

    def summary(self) -> Summary:
        """Return the school's ratio as it is weighted, its district's, and what the forecast makes of them."""
        if np.isnan(self.own):
            text = _(
                "Grade {grade} of {school} has no ratio of its own in the last years; the forecast uses {shrunk:.3f}, "
                "where its district has {district:.3f} pupils for each in the grade below a year earlier."
            )
        else:
            text = _(
                "Grade {grade} of {school}: {own:.3f} pupils for each in the grade below a year earlier, "
                "{district:.3f} in its district, later years weighing more; the forecast uses {shrunk:.3f}."
            )
        said = text.format(
            grade=self.grade, school=self.school, own=self.own, district=self.district, shrunk=self.shrunk
        )
        return Summary(said, self.table.round(3))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the school's ratios as points as large as the cohort, the district's as a line, and the ratio used."""
        from seatcast import charts

        title = _("Progression to grade {grade}, {school}").format(grade=self.grade, school=self.school)
        return charts.shrinkage(
            self.table.set_index("year"), self.shrunk, own=self.own, district=self.district, ax=ax, title=title
        )


def progression_history(history: pd.DataFrame, *, school: str, grade: int) -> RatioHistory:
    """Return the progression ratios of a school's grade, and what the forecast shrinks them to.

    Parameters
    ----------
    history : DataFrame
        year, district, school, grade, pupils: as for `forecast_enrollment`.
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
    own, district, used = (float(values[cell]) for values in shrunk_ratios(panel))
    return RatioHistory(school, grade, table, own, district, used)
