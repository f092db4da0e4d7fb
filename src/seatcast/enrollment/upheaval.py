"""What upheavals did to the record: years unlike the others, and entrants displaced as schools opened or closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import beyond, ratio
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Bools, Floats, Ints, RollPanel

_USUAL = 0.05
"""By how much ratios and entrants of a district's grade differ from year to year without an upheaval."""
_FEWEST = 3  # transitions among which one can stand out


def outlying(upper: Floats, lower: Floats, group: Ints) -> Floats:
    r"""Return (transition, cell): the logarithm by which a group's pupils came up beyond, or short of, its usual ratio.

    The usual ratio is the median of the transitions; what chance and an ordinary year make is no upheaval. A closed
    school's pupils, counted in those that took them, are no growth of these; a shock that hit all schools once is none
    of what is to come.

    Parameters
    ----------
    upper, lower : (transition, cell), pupils
        In a grade, and those due from the grade below a year earlier; 0 where they do not compare.
    group : (cell,)
    """
    came, due = (np.stack([sums(row, group) for row in rows]) for rows in (upper, lower))
    known = (came > 0) & (due > 0)
    log = np.where(known, np.log(np.where(known, came, 1.0) / np.where(known, due, 1.0)), np.nan)
    enough = known.sum(0) >= _FEWEST
    usual = np.nanmedian(np.where(enough, log, 0.0), axis=0)
    chance = np.sqrt(1 / np.maximum(came, 1.0) + 1 / np.maximum(due, 1.0))  # one deviation: most of a grade stays
    return beyond(np.where(known & enough, log - usual, 0.0), _USUAL + chance)[:, group]


def displaced(panel: RollPanel, entry: Bools) -> Floats:
    """Return (year, cell): the logarithm by which entry counts of the last three years compare with now.

    Where a school opened or closed, its district's others lost or won entrants: by no more than they were seen to, and
    by no more than that school has.
    """
    counts = np.nan_to_num(panel.pupils[-3:]) * panel.live[-3:] * entry
    shut = np.stack([sums(~(row == 0), panel.school_code) == 0 for row in panel.pupils[-3:]])[:, panel.school_code]
    out = np.zeros(counts.shape)
    for at in range(len(counts) - 1, 0, -1):
        before, after = counts[at - 1], counts[at]
        both = (before > 0) & (after > 0)
        was, is_ = sums(before * both, panel.group), sums(after * both, panel.group)
        closed, opened = (
            sums(row * (row > 0) * gone, panel.group) for row, gone in ((before, shut[at]), (after, shut[at - 1]))
        )
        known = (was > 0) & (is_ > 0)
        seen = np.log(np.where(known, is_, 1.0) / np.where(known, was, 1.0))
        most = np.log1p(ratio(closed, was, otherwise=0.0)) - np.log1p(ratio(opened, is_, otherwise=0.0))
        moved = np.clip(seen, np.minimum(most, 0.0), np.maximum(most, 0.0))
        out[:at] += beyond(moved, _USUAL)[panel.group]
    return out
