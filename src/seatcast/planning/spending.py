"""What an option costs and how many teachers it ties up, year by year: reckoned here, for all who ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from seatcast.core.study_area import StudyArea
from seatcast.planning.option import Option

Floats = npt.NDArray[np.float64]


class Spending(NamedTuple):
    """An option's money and teachers by year.

    Attributes
    ----------
    building : (year,), money
        The cost, as it falls due.
    running : (year,), money
        Running cost in the years of service, and the cost of the end in the year after; negative where money is saved.
    teachers : (year,), teachers
    salvage : float
        What is left at the end of the last year of what keeps a value.
    """

    building: Floats
    running: Floats
    teachers: Floats
    salvage: float

    @property
    def cost(self) -> Floats:
        """All money by year."""
        return self.building + self.running


def spending(option: Option, start: int, years: Sequence[int], late: int = 0) -> Spending:
    """Return what an option started in `start` spends in each of `years`.

    Parameters
    ----------
    option : Option
    start : int
        One of the years.
    years : sequence of int
        Rising without gaps; what falls due after the last is left out.
    late : int
        Years by which it opens late. The cost is due by the calendar of the works as planned; running cost and
        teachers begin when it opens.

    Notes
    -----
    Of what keeps a value, the share `salvage` of the money paid, (life - years served) / life is left at the end.

    Examples
    --------
    >>> from seatcast.planning.options import Extension
    >>> wing = Extension(option="E1", name="Wing", stage="primary", school="elm", seats=90, cost=60, running_cost=5,
    ...                  lead_years=2, life_years=10, salvage=0.5)
    >>> spending(wing, 2027, range(2027, 2031)).cost
    array([30., 30.,  5.,  5.])
    >>> spending(wing, 2027, range(2027, 2031)).salvage
    24.0
    """
    year = np.asarray(years)
    due = option.spread or (1.0 / max(option.lead_years, 1),) * max(option.lead_years, 1)
    building = np.array([option.cost * due[k] if 0 <= k < len(due) else 0.0 for k in year - start], float)
    service = option.service(start, late)
    served = (year >= service.start) & (year < service.stop)
    running: Floats = option.running_cost * served + option.end_cost * (year == service.stop)
    teachers: Floats = np.asarray(option.posts * served, float)
    aged = min(max(int(year[-1]) + 1 - service.start, 0), option.life_years)
    left = option.salvage * float(building.sum()) * (1.0 - aged / option.life_years)
    return Spending(building, running, teachers, left)


def discount_factors(area: StudyArea, years: Sequence[int]) -> Floats:
    """Return the value, in the year before the first of `years`, of money paid in each of them.

    Examples
    --------
    >>> from seatcast.testing import toy_area
    >>> discount_factors(toy_area().replace(discount=0.25), [2027, 2028])
    array([0.8 , 0.64])
    """
    return np.array([(1.0 + area.discount) ** -(k + 1) for k in range(len(years))])
