"""A part over its whole, where there may be no whole."""

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
