"""Age schedules of migration: how likely people of each age are to move, as a curve of few parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from seatcast.demography.figures import marked, outside, refuse
from seatcast.language import _

Floats = npt.NDArray[np.float64]

COMPONENTS = {
    "child": ("a1", "alpha1"),
    "labor": ("a2", "alpha2", "mu2", "lambda2"),
    "retirement": ("a3", "alpha3", "mu3", "lambda3"),
    "elderly": ("a4", "lambda4"),
}
"""The parameters of each component; with the constant c they make the schedules of 7 (child, labor), 9 (and elderly),
11 (and retirement) or 13 parameters (all)."""


@dataclass(frozen=True, kw_only=True)
class RogersCastro:
    r"""A model migration schedule; a component whose height is 0 is not there.

    .. math::

        m(x) = a_1 e^{-\alpha_1 x}
             + a_2 e^{-\alpha_2 (x - \mu_2) - e^{-\lambda_2 (x - \mu_2)}}
             + a_3 e^{-\alpha_3 (x - \mu_3) - e^{-\lambda_3 (x - \mu_3)}}
             + a_4 e^{\lambda_4 x} + c

    Young children move with their parents, fewer as they grow up; people move most as they enter work; some at
    retirement and in old age (Rogers and Castro 1981, Model Migration Schedules, IIASA RR-81-30).

    Attributes
    ----------
    a1, alpha1 : float
        Children: height at age 0, and decline per year of age. Alone (with c) it is a schedule of ages 0-17.
    a2, alpha2, mu2, lambda2 : float
        Work: height, decline, position in years of age, steepness of ascent.
    a3, alpha3, mu3, lambda3 : float
        Retirement: likewise.
    a4, lambda4 : float
        Old age: height at age 0, and growth per year of age.
    c : float
        At every age.

    Raises
    ------
    FigureError
        Parameters that are no numbers, heights below 0.

    Examples
    --------
    >>> FUNDAMENTAL.rates([0, 6, 20]).round(4).tolist()
    [0.023, 0.014, 0.0278]
    >>> FUNDAMENTAL.child.shares(range(18)).sum().round(12).item()
    1.0
    """

    a1: float = 0.0
    alpha1: float = 0.0
    a2: float = 0.0
    alpha2: float = 0.0
    mu2: float = 0.0
    lambda2: float = 0.0
    a3: float = 0.0
    alpha3: float = 0.0
    mu3: float = 0.0
    lambda3: float = 0.0
    a4: float = 0.0
    lambda4: float = 0.0
    c: float = 0.0

    def __post_init__(self) -> None:
        heights = {"a1", "a2", "a3", "a4", "c"}
        refuse(
            *(
                outside(
                    f.name,
                    getattr(self, f.name),
                    low=0 if f.name in heights else -np.inf,
                    remedy=_("A height is a rate, 0 or more; every parameter is a number."),
                )
                for f in fields(self)
            )
        )

    def rates(self, ages: npt.ArrayLike) -> Floats:
        """Return the rate at each age, (...), per person a year."""
        x = np.asarray(ages, float)
        return np.asarray(self.a1 * np.exp(-self.alpha1 * x) + sum(self._waves(x)) + self.c)

    def shares(self, ages: npt.ArrayLike) -> Floats:
        """Return the rates as shares of their sum over `ages`, which is then 1.

        Raises
        ------
        FigureError
            If the schedule sums to nothing over these ages.
        """
        rates = self.rates(ages)
        total = rates.sum()
        refuse(marked(total <= 0, _("schedule"), _("it sums to nothing over these ages. Give it a height above 0.")))
        return np.asarray(rates / total)

    @property
    def child(self) -> RogersCastro:
        """The component of children alone, with the constant."""
        return RogersCastro(a1=self.a1, alpha1=self.alpha1, c=self.c)

    def indices(self) -> dict[str, float]:
        """Return what characterizes the schedule; NaN where it lacks the component.

        Returns
        -------
        dict
            peaking (mu2, years of age); child_dependency (a1 / a2) and its inverse labor_dependency: how many children
            move with those who work; labor_asymmetry (lambda2 / alpha2): how much steeper the ascent than the descent;
            regularity (alpha1 / alpha2): whether children's rates fall as their parents' do.

        Examples
        --------
        >>> FUNDAMENTAL.indices()["labor_asymmetry"]
        4.0
        """
        return {
            "peaking": self.mu2 if self.a2 else float("nan"),
            "child_dependency": _over(self.a1, self.a2),
            "labor_dependency": _over(self.a2, self.a1),
            "labor_asymmetry": _over(self.lambda2, self.alpha2),
            "regularity": _over(self.alpha1, self.alpha2),
        }

    def _waves(self, x: Floats) -> Iterator[Floats]:
        """Yield the components that rise, where there are any: exp would overflow far from a wave that is not there."""
        for height, descent, middle, ascent in (
            (self.a2, self.alpha2, self.mu2, self.lambda2),
            (self.a3, self.alpha3, self.mu3, self.lambda3),
        ):
            if height:
                yield height * np.exp(-descent * (x - middle) - np.exp(np.minimum(-ascent * (x - middle), 700.0)))
        if self.a4:
            yield self.a4 * np.exp(self.lambda4 * x)


def _over(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


FUNDAMENTAL = RogersCastro(a1=0.02, alpha1=0.1, a2=0.06, alpha2=0.1, mu2=20.0, lambda2=0.4, c=0.003)
"""The fundamental schedule of Rogers and Castro (1981): a mean of the schedules of many regions, not of any one."""
