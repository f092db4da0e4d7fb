"""A few futures that stand for many: k-medoids."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seatcast.planning.programme.milp import Floats, Numbers


def representatives(features: Floats, number: int) -> tuple[Numbers, Floats]:
    """Return which futures stand for all, rising, and the share of the futures that each stands for.

    Built up greedily, then improved by exchanging one for another as long as the futures come nearer to those that
    stand for them (PAM: Kaufman & Rousseeuw 1990, Finding Groups in Data; exchanges are weighed as by Schubert &
    Rousseeuw 2021, Information Systems 101).

    Parameters
    ----------
    features : (future, feature)
        Futures are as far apart as the sum of the differences of these.
    number : int
        How many shall stand for all.

    Examples
    --------
    >>> representatives(np.array([[0.0], [1.0], [1.5], [9.0]]), 2)
    (array([1, 3]), array([0.75, 0.25]))
    """
    apart = np.array([np.abs(features - one).sum(axis=1) for one in features])
    chosen: list[int] = []
    nearest = np.full(len(apart), np.inf)
    for _k in range(min(number, len(apart))):
        gains = np.minimum(apart, nearest[:, None]).sum(axis=0)
        gains[chosen] = np.inf
        chosen.append(int(gains.argmin()))
        nearest = np.minimum(nearest, apart[:, chosen[-1]])
    medoids = np.array(chosen)
    while (better := _exchange(apart, medoids)) is not None:
        medoids = better
    medoids.sort()
    stands = apart[:, medoids].argmin(axis=1)
    return medoids, np.bincount(stands, minlength=len(medoids)) / len(apart)


def _exchange(apart: Floats, medoids: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return the medoids after the best exchange of one for another, None if none helps."""
    if len(medoids) < 2:
        return None
    near = apart[:, medoids]
    order = np.argsort(near, axis=1, kind="stable")
    own, first = order[:, 0], np.take_along_axis(near, order[:, :1], 1)[:, 0]
    second = np.take_along_axis(near, order[:, 1:2], 1)[:, 0]
    best, exchange = -1e-9 * float(apart.max()), None
    for candidate in np.setdiff1d(np.arange(len(apart)), medoids):
        there = apart[:, candidate]
        gain = np.minimum(there - first, 0.0)
        change = gain.sum() + np.bincount(own, np.minimum(there, second) - first - gain, len(medoids))
        if change.min() < best:
            best, exchange = float(change.min()), (int(change.argmin()), int(candidate))
    if exchange is None:
        return None
    medoids = medoids.copy()
    medoids[exchange[0]] = exchange[1]
    return medoids
