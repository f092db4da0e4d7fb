"""Deaths of children: few, and the same for every place until a bureau's own are known."""

from __future__ import annotations

import numpy as np

DEATH_RATES = {0: 0.0057286, 1: 0.0004127, 5: 0.0002654, 10: 0.0002895, 15: 0.0003586}
"""Central death rates from each age on, both sexes, China 2020-2025: UN World Population Prospects 2024 (CC BY 3.0
IGO). Between the bureau's counts and these rates lies less than one child in a thousand a year after infancy."""


def death_rate(age: int) -> float:
    """Return deaths a year per child at `age`, the age reached by the end of the year.

    Examples
    --------
    >>> death_rate(7)
    0.0002654
    """
    return DEATH_RATES[max(start for start in DEATH_RATES if start <= max(age, 0))]


def survival(*ages: int) -> float:
    """Return the share of children who live through the years in which they reach these ages.

    Examples
    --------
    >>> round(survival(1, 2, 3), 6)
    0.998762
    """
    return float(np.prod([1 - death_rate(age) for age in ages]))
