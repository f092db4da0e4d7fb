"""What counts as a number where somebody may have given a text."""

from __future__ import annotations

from typing import TypeGuard

import numpy as np

Number = int | float | np.number


def is_number(value: object) -> TypeGuard[Number]:
    """Return whether a value is a number and no text that looks like one.

    Examples
    --------
    >>> is_number(2027), is_number(np.float32(0.5)), is_number("2027")
    (True, True, False)
    """
    return isinstance(value, Number)


def is_whole(value: object) -> bool:
    """Return whether a value is a whole number, as 3 and 3.0 are.

    Examples
    --------
    >>> is_whole(3.0), is_whole(3.5), is_whole("3")
    (True, False, False)
    """
    return is_number(value) and float(value).is_integer()
