"""Reference methods that any forecast has to beat: no change, and the progression ratios of those who plan schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.combination import last_count
from seatcast.enrollment.entry import level
from seatcast.enrollment.panel import RECENT_WEIGHTS
from seatcast.enrollment.progression import HIGHEST, LOWEST, progression_ratios
from seatcast.evaluation.damped_trend import damped_entrants, damped_ratios
from seatcast.language import _

if TYPE_CHECKING:
    from seatcast.enrollment.entry import Births
    from seatcast.enrollment.panel import Bools, Floats, RollPanel

REFERENCES = (
    "no_change", "ratio_last", "ratio_mean", "ratio_321", "ratio_shrunk", "ratio_smoothed", "ratio_damped",
)  # fmt: skip
"""The reference methods, by the name of their column."""
SMOOTHING = 0.4
"""Weight of the last ratio: NCES, Projections of Education Statistics, appendix A, for grade progression rates."""


def reference_labels() -> dict[str, str]:
    """Return the names of the forecast and its references in the language in force."""
    return {
        "forecast": _("this forecast"),
        "no_change": _("no change"),
        "ratio_last": _("own ratios, last year"),
        "ratio_mean": _("own ratios, mean of 3 years"),
        "ratio_321": _("own ratios, 3-2-1"),
        "ratio_shrunk": _("ratios shrunk to the district"),
        "ratio_smoothed": _("smoothed ratios, as NCES"),
        "ratio_damped": _("damped trend of ratios, as London"),
    }


def references(panel: RollPanel, horizon: int, births: Births | None = None) -> dict[str, Floats]:
    """Return what each reference method would have forecast from the panel's last year.

    All but no change carry cohorts up by a progression ratio; entry grades keep the 3-2-1 mean of their counts, except
    in the last.

    - no_change: every cell keeps its last count.
    - ratio_last, ratio_mean, ratio_321: the cell's own ratio of the last transition, of the last three, of the last
      three weighted 3-2-1; no pooling, births or feeders.
    - ratio_shrunk: `progression_ratios`.
    - ratio_smoothed: the cell's own ratio, and its entrants, by single exponential smoothing at 0.4 (NCES).
    - ratio_damped: `damped_ratios` and `damped_entrants` (Greater London Authority).

    Parameters
    ----------
    panel : RollPanel
        Ends at the origin.
    horizon : int
        Years.
    births : Births, optional
        Read by ratio_damped alone.

    Returns
    -------
    dict of (horizon, cell), pupils
        By the names in `REFERENCES`.
    """
    usual = np.tile(level(panel), (horizon, 1))
    own = {
        "ratio_last": own_ratios(panel, (1.0,)),
        "ratio_mean": own_ratios(panel, (1.0, 1.0, 1.0)),
        "ratio_321": own_ratios(panel, RECENT_WEIGHTS),
        "ratio_shrunk": progression_ratios(panel),
    }
    smoothed, entrants = _smoothed_ratios(panel), _smoothed(np.nan_to_num(panel.pupils), panel.live)
    found = {"no_change": no_change(panel, horizon)}
    found |= {name: carried(panel, np.tile(values, (horizon, 1)), usual) for name, values in own.items()}
    found["ratio_smoothed"] = carried(
        panel,
        np.tile(smoothed, (horizon, 1)),
        np.where(np.isfinite(entrants), np.tile(entrants, (horizon, 1)), usual),
    )
    found["ratio_damped"] = carried(panel, damped_ratios(panel, horizon), damped_entrants(panel, horizon, births))
    return found


def no_change(panel: RollPanel, horizon: int) -> Floats:
    """Return (horizon, cell): every cell keeps its last count."""
    return np.tile(last_count(panel), (horizon, 1))


def carried(panel: RollPanel, progress: Floats, entrants: Floats) -> Floats:
    """Return (horizon, cell): cohorts carried up year by year, entry cells as given.

    Parameters
    ----------
    progress, entrants : (horizon, cell)
        Pupils per pupil one grade below a year earlier; pupils of the cells that nothing feeds.
    """
    years, before = [], last_count(panel)
    now, live = before, panel.live[-1]
    for up, entering in zip(progress, entrants, strict=True):
        before = np.where(panel.continuing, up * before[panel.below], np.where(live, entering, now))
        years.append(before)
    return np.stack(years)


def own_ratios(panel: RollPanel, weights: tuple[float, ...]) -> Floats:
    """Return (cell,): the cell's own progression ratio over the last transitions, `weights` from the latest back."""
    both = _moves(panel)[-len(weights) :]
    weight = np.array(weights[::-1])[-len(both) :, None] * both
    upper = (weight * np.nan_to_num(panel.pupils[1:][-len(weights) :])).sum(0)
    lower = (weight * np.nan_to_num(panel.pupils[:-1, panel.below][-len(weights) :])).sum(0)
    return np.clip(ratio(upper, lower, otherwise=1.0), LOWEST, HIGHEST)


def _moves(panel: RollPanel) -> Bools:
    """Return (transition, cell): grade and grade below are both live."""
    return np.asarray(panel.live[1:] & panel.live[:-1, panel.below] & (panel.below >= 0))


def _smoothed_ratios(panel: RollPanel) -> Floats:
    yearly = ratio(np.nan_to_num(panel.pupils[1:]), np.nan_to_num(panel.pupils[:-1, panel.below]), otherwise=1.0)
    found = _smoothed(yearly, _moves(panel))
    return np.where(np.isfinite(found), np.clip(found, LOWEST, HIGHEST), 1.0)


def _smoothed(values: Floats, known: Bools) -> Floats:
    """Return (cell,): the level of single exponential smoothing over the known years, from the first; NaN if none."""
    state = np.full(values.shape[1], np.nan)
    for row, seen in zip(values, known, strict=True):
        step = np.where(np.isnan(state), row, state + SMOOTHING * (row - state))
        state = np.where(seen, step, state)
    return state
