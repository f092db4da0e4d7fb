"""First-order autoregression of a rate, place by place, by least squares."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from seatcast.demography.figures import outside, refuse
from seatcast.language import _, join

SHORTEST = 4  # years: three pairs, for two coefficients and a spread


def autoregression(rates: pd.DataFrame) -> pd.DataFrame:
    r"""Fit a first-order autoregression to each place by itself.

    .. math:: r_t - \mu = \phi\,(r_{t-1} - \mu) + \epsilon_t, \qquad \epsilon_t \sim N(0, \sigma^2)

    by least squares of each year on the year before; :math:`\sigma^2` is the residual sum of squares over the pairs
    less two. A plain yardstick: with less than some fifteen years phi is biased downward by about (1 + 3 phi) / T
    (Kendall 1954) and mu runs away as phi nears 1; `autoregressive_hierarchy` is the model to project with.

    Parameters
    ----------
    rates : DataFrame (year, place), of any unit
        Consecutive years down, a column a place. NaN = unknown: pairs without both years are left out.

    Returns
    -------
    DataFrame
        A row a place: mu, phi, sigma, in the unit of the rates (phi has none). NaN where fewer than three pairs are
        known, or where the rate never changes.

    Raises
    ------
    FigureError
        Years that do not follow one another, fewer than four of them, or infinite rates.

    Examples
    --------
    >>> rates = pd.DataFrame({"East": [0.01, 0.02, 0.01, 0.03, 0.02]}, index=range(2021, 2026))
    >>> autoregression(rates).round(3).to_dict("index")
    {'East': {'mu': 0.019, 'phi': -0.364, 'sigma': 0.009}}
    """
    refuse(
        years_in_line(rates, SHORTEST),
        outside(_("rates"), rates, unknown=True, remedy=_("Leave blank what is not known.")),
    )
    values = rates.to_numpy(float)
    before, after = values[:-1], values[1:]
    known = np.isfinite(before) & np.isfinite(after)
    pairs = known.sum(0)
    x, y = np.where(known, before, 0.0), np.where(known, after, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y = (np.where(known, v - v.sum(0) / pairs, 0.0) for v in (x, y))
        phi = np.where(pairs >= SHORTEST - 1, (x * y).sum(0) / (x**2).sum(0), np.nan)
        mean_before, mean_after = (np.where(known, v, 0.0).sum(0) / pairs for v in (before, after))
        mu = (mean_after - phi * mean_before) / (1 - phi)
        sigma = np.sqrt(((y - phi * x) ** 2).sum(0) / (pairs - 2.0))
    return pd.DataFrame({"mu": mu, "phi": phi, "sigma": sigma}, index=rates.columns)


def years_in_line(rates: pd.DataFrame, shortest: int) -> Iterator[str]:
    """Yield what keeps the index of `rates` from being at least `shortest` years, one after the other."""
    years = pd.to_numeric(pd.Series(rates.index), errors="coerce").to_numpy(float)
    if not np.isfinite(years).all() or (np.diff(years) != 1).any():
        yield _(
            "years: {found}; years follow one another without a gap. Add the missing years, blank if unknown."
        ).format(found=join([str(year) for year in rates.index[:12]]))
    if len(years) < shortest:
        yield _("years: {n} given; {shortest} or more are needed. Add the rates of earlier years.").format(
            n=len(years), shortest=shortest
        )
    if not rates.columns.is_unique:
        twice = rates.columns[rates.columns.duplicated()][0]
        yield _("places: '{place}' occurs twice; each place has one column. Rename or merge it.").format(place=twice)
