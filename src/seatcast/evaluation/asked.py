"""What a backtest is asked for: origins and classes, checked against the rolls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from seatcast.core.number import is_number, is_whole
from seatcast.core.refused import RefusedError
from seatcast.enrollment.panel import RollPanel
from seatcast.language import _, join, sentences


def checked_request(
    origins: Iterable[int], class_size: Mapping[int, float] | float | None, panel: RollPanel
) -> tuple[list[int], dict[int, float]]:
    """Return the origins in order, each once, and pupils of a class by grade (empty: none given).

    Raises
    ------
    RefusedError
        If an origin is no year with rolls before and after it, or a class has no pupils; all problems at once.
    """
    chosen: list[Any] = list(origins) if isinstance(origins, Iterable) else [origins]
    sizes = class_size if isinstance(class_size, Mapping) else {} if class_size is None else dict.fromkeys(
        panel.grade.tolist(), class_size)  # fmt: skip
    problems = [*_of_origins(chosen, panel), *_of_classes(sizes)]
    if problems:
        raise RefusedError(sentences(problems))
    return sorted({int(origin) for origin in chosen}), {int(grade): float(size) for grade, size in sizes.items()}


def _of_origins(origins: list[int], panel: RollPanel) -> Iterator[str]:
    first, last = int(panel.years[0]) + 1, int(panel.years[-1]) - 1
    outside = [str(origin) for origin in origins if not (is_whole(origin) and first <= origin <= last)]
    if outside or not origins:
        yield _(
            "origins: {found}; an origin has rolls of a year before and a year after it. Choose from {first} to {last}."
        ).format(found=join(list(dict.fromkeys(outside))) or _("nothing"), first=first, last=last)


def _of_classes(sizes: Mapping[int, float]) -> Iterator[str]:
    grades = [repr(g) for g in sizes if not is_whole(g)]
    if grades:
        yield _(
            "class_size: {found}; classes are given by grade, a whole number: 0 is kindergarten. Correct the grade."
        ).format(found=join(grades))
    wrong = [repr(s) for s in sizes.values() if not (is_number(s) and np.isfinite(s) and s > 0)]
    if wrong:
        yield _("class_size: {found}; a class has more than 0 pupils. Correct the number, or leave it out.").format(
            found=join(list(dict.fromkeys(wrong)))
        )
