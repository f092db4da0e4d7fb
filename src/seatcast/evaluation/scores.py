"""Scores: how far a forecast was off, and how often its interval held."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def wape(actual: ArrayLike, forecast: ArrayLike) -> float:
    r"""Return the weighted absolute percentage error, :math:`100 \sum |y - \hat y| / \sum y`, percent of what came.

    It can be added up over schools of any size and stays defined where single counts are zero. NaN where nothing came.

    Examples
    --------
    >>> wape([100, 0], [90, 5])
    15.0
    """
    y, x = np.asarray(actual, float), np.asarray(forecast, float)
    return _percent(np.abs(y - x).sum(), y.sum())


def bias(actual: ArrayLike, forecast: ArrayLike) -> float:
    r"""Return the signed error, :math:`100 \sum (\hat y - y) / \sum y`, percent of what came; positive = too many.

    Examples
    --------
    >>> bias([100, 100], [90, 105])
    -2.5
    """
    y, x = np.asarray(actual, float), np.asarray(forecast, float)
    return _percent((x - y).sum(), y.sum())


def mape(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Return the mean absolute percentage error over counts above 0; small places weigh as much as large ones.

    Examples
    --------
    >>> mape([100, 50, 0], [75, 75, 5])
    37.5
    """
    y, x = np.asarray(actual, float), np.asarray(forecast, float)
    here = y > 0
    return _percent(float((np.abs(y - x)[here] / y[here]).sum()), float(here.sum()))


def pit(actual: ArrayLike, draws: ArrayLike) -> Floats:
    """Return the probability integral transform: the share of draws (..., draw) below what came, ties counted half.

    Of forecasts whose intervals keep their word these shares are spread evenly over 0 to 1 (Dawid 1984).

    Examples
    --------
    >>> pit([2.0, 5.0], [[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]])
    array([0.375, 1.   ])
    """
    y, x = np.asarray(actual, float)[..., None], np.asarray(draws, float)
    return np.asarray((x < y).mean(-1) + (x == y).mean(-1) / 2)


def crps(actual: ArrayLike, draws: ArrayLike) -> Floats:
    r"""Return the continuous ranked probability score of every forecast, in its own unit; 0 is perfect.

    .. math:: \frac{1}{n} \sum_k |x_k - y| - \frac{1}{2 n^2} \sum_{k, l} |x_k - x_l|

    (Gneiting and Raftery 2007). Of a single draw it is the absolute error.

    Parameters
    ----------
    actual : (...)
    draws : (..., draw)

    Examples
    --------
    >>> crps([10.0, 10.0], [[10.0, 10.0], [8.0, 12.0]])
    array([0., 1.])
    """
    y, x = np.asarray(actual, float), np.sort(np.asarray(draws, float), axis=-1)
    n = x.shape[-1]
    rank = 2 * np.arange(1, n + 1) - n - 1
    return np.asarray(np.abs(x - y[..., None]).mean(-1) - (x * rank).sum(-1) / n**2)


def interval(draws: ArrayLike, share: float = 0.8) -> tuple[Floats, Floats]:
    """Return the lower and upper end (...) of the central interval of draws (..., draw) that holds `share` of them.

    Examples
    --------
    >>> [float(end) for end in interval(np.arange(11.0), 0.8)]
    [1.0, 9.0]
    """
    tail = (1 - share) / 2
    low, high = np.quantile(np.asarray(draws, float), np.round([tail, 1 - tail], 12), axis=-1)
    return np.asarray(low), np.asarray(high)


def coverage(actual: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Return the percentage of counts that lie within their interval, ends included. NaN where there is no count.

    Examples
    --------
    >>> coverage([1, 5, 9], [2, 2, 2], [9, 9, 9]).__round__(1)
    66.7
    """
    y = np.asarray(actual, float)
    return _percent(float(((y >= np.asarray(low)) & (y <= np.asarray(high))).sum()), float(y.size))


def _percent(part: float, whole: float) -> float:
    return float(100 * part / whole) if whole else float("nan")
