"""A part over its whole, where there may be no whole; and a change, less what every year brings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def ratio(part: npt.ArrayLike, whole: npt.ArrayLike, *, otherwise: float) -> npt.NDArray[np.float64]:
    """Return `part` over `whole`, and `otherwise` where the whole is not above 0.

    Examples
    --------
    >>> ratio([1.0, 2.0], [4.0, 0.0], otherwise=1.0)
    array([0.25, 1.  ])
    """
    upper, lower = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    return np.asarray(np.divide(upper, lower, out=np.full(upper.shape, otherwise), where=lower > 0))


def beyond(change: npt.ArrayLike, bound: npt.ArrayLike) -> npt.NDArray[np.float64]:
    r"""Return what of a logarithmic change lies beyond a bound: :math:`x \max(1 - s^2 / x^2, 0)`.

    The nonnegative garrote: nothing of a small change, nearly all of a large one (Breiman 1995, Better subset
    regression using the nonnegative garrote).

    Examples
    --------
    >>> beyond([0.05, 0.2, -1.0], 0.1).round(2)
    array([ 0.  ,  0.15, -0.99])
    """
    x, s = np.broadcast_arrays(np.asarray(change, float), np.asarray(bound, float))
    large = np.abs(x) > s
    return np.where(large, x - s**2 / np.where(large, x, 1.0), 0.0)
