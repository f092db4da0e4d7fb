"""Nowcast: pupils registered so far for the coming autumn update the draws, and the cohorts behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.core.labels import DISTRICT, GRADE, SCHOOL, YEAR
from seatcast.core.rates import ratio
from seatcast.enrollment.bureau_rolls import roll_history
from seatcast.enrollment.cohort_factors import along_cohorts
from seatcast.enrollment.registration_table import checked_registrations, known_rolls
from seatcast.enrollment.rolls import EnrollmentForecast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seatcast.inputs.read import Inputs

    Floats = NDArray[np.float64]

_PRIOR_SPREAD, _PRIOR_SCHOOLS = 0.15, 5.0
"""Logarithmic error of a school's count foretold from its registrations, where the past has shown none."""
_LEAST = 0.5  # pupils, below which logarithms say nothing


@dataclass(frozen=True, eq=False)
class RegistrationPace:
    """How counts in autumn have followed from the registrations of the same date before them.

    Attributes
    ----------
    gain : float
        Logarithm of the autumn count over the registrations, mean by pupils.
    spread : float
        Its standard deviation between schools and years.
    """

    gain: float
    spread: float

    @classmethod
    def learn(cls, registrations: pd.DataFrame, history: pd.DataFrame) -> RegistrationPace:
        """Compare past registrations with the counts that came; without any, every row has a share of its own."""
        both = registrations.merge(known_rolls(history), on=[YEAR, SCHOOL, GRADE])
        both = both[(both["pupils"] > 0) & (both["registered"] > 0)]
        if both.empty:
            return cls(0.0, _PRIOR_SPREAD)
        gain = np.log(both["pupils"].to_numpy(float) / both["registered"].to_numpy(float))
        mean = float(np.average(gain, weights=both["pupils"]))
        squares = float(((gain - mean) ** 2).sum()) + _PRIOR_SCHOOLS * _PRIOR_SPREAD**2
        return cls(mean, float(np.sqrt(squares / (len(gain) + _PRIOR_SCHOOLS))))


def with_registrations(rolls: EnrollmentForecast, inputs: Inputs) -> EnrollmentForecast:
    """Return the bureau's rolls updated by its registrations for the first year; the same where it has none."""
    first = int(rolls.draws[YEAR].values[0])
    told = inputs.registrations
    if told is None or not (told[YEAR] == first).any():
        return rolls
    return nowcast(rolls, told[told[YEAR] <= first], roll_history(inputs))


def nowcast(rolls: EnrollmentForecast, registrations: pd.DataFrame, history: pd.DataFrame) -> EnrollmentForecast:
    r"""Return the forecast of rolls, given what has been registered so far for its first year.

    Every draw of a cell with registrations is moved towards what these foretell,

    .. math:: x' = x + K\,(\log R + g + \epsilon - x), \qquad K = v / (v + \sigma^2)

    with :math:`x` the logarithm of its pupils, :math:`v` its variance over the draws, :math:`g, \sigma` the pace of
    past years (`RegistrationPace`) and :math:`\epsilon` a draw of its error (the ensemble Kalman filter with perturbed
    observations; Burgers, van Leeuwen and Evensen 1998). The entry cells of the district that have no registrations
    move by their regression on those that have, and all cohorts take the change along; so draws stay joint.

    Parameters
    ----------
    rolls : EnrollmentForecast
    registrations : DataFrame
        year, school, grade, registered (pupils so far); of the first year of the forecast, and, to learn the pace, of
        past years at the same date. Or share: of the count expected, what has usually registered by then.
    history : DataFrame
        year, school, grade, pupils.

    Returns
    -------
    EnrollmentForecast

    Raises
    ------
    HistoryError
        With every problem of the tables; see `checked_registrations`.
    """
    registrations = checked_registrations(registrations, rolls.draws, history)
    first = int(rolls.draws[YEAR].values[0])
    now = registrations[(registrations[YEAR] == first) & registrations["registered"].notna()]
    cells = pd.MultiIndex.from_arrays([rolls.draws[SCHOOL].values, rolls.draws[GRADE].values])
    place = cells.get_indexer(pd.MultiIndex.from_frame(now[[SCHOOL, GRADE]]))
    if not len(place):  # all are blank
        return rolls
    pace = RegistrationPace.learn(registrations[registrations[YEAR] < first], history)
    share = now["share"].to_numpy(float)
    gain = np.where(share > 0, -np.log(np.where(share > 0, share, 1.0)), pace.gain)
    x = np.log(np.maximum(rolls.draws.values[0].astype(float), _LEAST))
    registered = np.maximum(now["registered"].to_numpy(float), _LEAST)
    to_come = np.maximum(np.expm1(gain), 0.0) * np.exp(-2 * gain) / registered  # of a count not yet made, as Poisson
    spread = np.sqrt(pace.spread**2 + to_come)
    lot = rolls.scenario.streams["rolls: registrations"].standard_normal((len(place), x.shape[1]))
    told = (np.log(registered) + gain)[:, None] + spread[:, None] * lot
    variance = x[place].var(1)
    trust = ratio(variance, variance + spread**2, otherwise=0.0)[:, None]
    moved = trust * (told - x[place])
    factors = np.full(rolls.draws.shape, np.nan)
    factors[0, place] = np.exp(moved)
    _tell_others(factors[0], x, moved, place, rolls)
    return rolls.replace(draws=along_cohorts(rolls.draws, factors))


def _tell_others(
    factors: Floats, x: Floats, moved: Floats, place: NDArray[np.int64], rolls: EnrollmentForecast
) -> None:
    """Move cells of the same grade and district that have no registrations, by their regression on those that have."""
    district, grade = rolls.draws[DISTRICT].to_numpy(), rolls.draws[GRADE].to_numpy()
    keys = pd.MultiIndex.from_arrays([district, grade]).factorize()[0]
    has = np.zeros(len(keys), bool)
    has[place] = True
    for key in np.unique(keys[place]):
        mine = keys[place] == key
        mean, shift = x[place[mine]].mean(0), moved[mine].mean(0)
        around = mean - mean.mean()
        spread = float((around**2).sum())
        others = np.flatnonzero((keys == key) & ~has)
        if spread > 0 and len(others):
            slope = ((x[others] - x[others].mean(1, keepdims=True)) * around).sum(1) / spread
            factors[others] = np.exp(np.clip(slope, 0.0, 1.0)[:, None] * shift)
