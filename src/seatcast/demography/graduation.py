"""Counts of age groups, spread over single years of age."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatcast.demography.figures import marked, outside, refuse
from seatcast.language import _

Floats = npt.NDArray[np.float64]


def graduate(groups: pd.DataFrame, *, end: int) -> pd.DataFrame:
    r"""Split age groups of any width into single years, none of them negative.

    .. math:: P_x = F(x + 1) - F(x), \qquad F(a) = \text{people younger than } a

    with :math:`F` the cubic spline through the bounds of the groups, its slopes limited so that it never falls (Hyman
    1983): groups are met exactly, and one that nobody is in stays empty. Smoother methods (Sprague, Beers) give
    negative children where counts are small. What differs between single years within a group (a baby boom, a missed
    age 0) no method can bring back. Leave out an open group: it has no end.

    Parameters
    ----------
    groups : DataFrame (age, column), people
        By the first age of each group, such as 0, 1, 5, 10; a column a place, a status, a sex.
    end : int
        First age beyond the last group, such as 15 for 10-14.

    Returns
    -------
    DataFrame (age, column), people
        Single years from the first age to `end` less one.

    Raises
    ------
    FigureError
        Negative or unknown counts, ages out of order.

    Examples
    --------
    >>> groups = pd.DataFrame({"East": [90.0, 400.0, 500.0]}, index=[0, 1, 5])
    >>> graduate(groups, end=10)["East"].round(1).tolist()[:5]
    [90.0, 95.2, 99.2, 102.0, 103.6]
    """
    bounds = np.append(pd.to_numeric(pd.Series(groups.index), errors="coerce").to_numpy(float), end)
    refuse(
        outside(
            _("age groups"), groups, low=0, remedy=_("A count of people is 0 or more; leave out groups not known.")
        ),
        marked(
            not (np.isfinite(bounds).all() and (np.diff(bounds) > 0).all() and (bounds == bounds.round()).all()),
            _("age groups"),
            _("their first ages do not rise in whole years to the end. Sort them, and give the age after the last."),
        ),
    )
    from scipy.interpolate import CubicHermiteSpline

    counts = groups.to_numpy(float)
    slopes = counts / np.diff(bounds)[:, None]
    total = np.vstack([np.zeros(counts.shape[1]), np.cumsum(counts, axis=0)])
    ages = np.arange(int(bounds[0]), end + 1)
    younger = CubicHermiteSpline(bounds, total, _tangents(slopes, np.diff(bounds)), axis=0)(ages)
    single = np.maximum(np.diff(younger, axis=0), 0.0)  # the last digit of a difference may fall below 0
    return pd.DataFrame(single, pd.Index(ages[:-1], name="age"), groups.columns)


def _tangents(slopes: Floats, widths: Floats) -> Floats:
    """Return the spline's slopes at the bounds, (bound, column), limited so that every piece rises.

    The ends keep the third derivative of the cubic through the four bounds next to them (Forsythe et al. 1977).
    """
    n = len(slopes)
    if n == 1:
        return np.vstack([slopes, slopes])
    h = widths[:, None]
    system, right = np.zeros((n + 1, n + 1)), np.zeros((n + 1, slopes.shape[1]))
    system[0, :2] = system[-1, -2:] = 1.0
    right[0], right[-1] = 2 * slopes[0], 2 * slopes[-1]
    if n >= 3:
        right[0] += _third(slopes[:3], h[:3]) * h[0] ** 2
        right[-1] += _third(slopes[-3:], h[-3:]) * h[-1] ** 2
    for i in range(1, n):
        system[i, i - 1 : i + 2] = widths[i], 2 * (widths[i - 1] + widths[i]), widths[i - 1]
        right[i] = 3 * (widths[i] * slopes[i - 1] + widths[i - 1] * slopes[i])
    lesser = np.minimum(np.vstack([slopes[:1], slopes]), np.vstack([slopes, slopes[-1:]]))
    return np.asarray(np.clip(np.linalg.solve(system, right), 0.0, 3 * lesser))


def _third(slopes: Floats, h: Floats) -> Floats:
    """Return the divided difference of four bounds, (column), from slopes and widths of the groups between."""
    first, second = ((slopes[i + 1] - slopes[i]) / (h[i] + h[i + 1]) for i in (0, 1))
    return np.asarray((second - first) / h.sum())
