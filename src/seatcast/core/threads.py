"""Work shared out over the processors of this computer."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


def side_by_side(work: Callable[..., T], *inputs: Iterable[object]) -> list[T]:
    """Return what `work` returns for each of the inputs, in their order, whoever is done first.

    As many at a time as `threads` says; the first error is raised.

    Examples
    --------
    >>> side_by_side(pow, [2, 3], [5, 2])
    [32, 9]
    """
    with ThreadPoolExecutor(threads()) as pool:
        return list(pool.map(work, *inputs))


def threads() -> int:
    """Return the number of processors, or the environment's OMP_NUM_THREADS where that is set.

    Examples
    --------
    >>> threads() >= 1
    True
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    return max(int(told), 1) if told.isdecimal() else os.cpu_count() or 1
