"""A migration schedule fitted to counts by age, held by priors where the counts are silent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from seatcast.core.labels import AGE, DRAW
from seatcast.demography.figures import FigureError, marked, outside, refuse
from seatcast.demography.schedules import COMPONENTS, RogersCastro
from seatcast.language import _, join

Floats = npt.NDArray[np.float64]

PRIORS: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("a1", "a2", "a3", "a4", "c"), (0.0, 0.1)),
    **dict.fromkeys(("alpha1", "alpha2", "alpha3", "lambda2", "lambda3"), (0.0, 1.0)),
    "mu2": (25.0, 1.0),
    "mu3": (65.0, 1.0),
    "lambda4": (0.0, 0.01),
}
"""Mean and standard deviation of normal priors, cut off at 0: those of rcbayes (Alexander, Yeung and Riffe 2022);
for c, of which we know none, that of a height."""


@dataclass(frozen=True, eq=False)
class ScheduleFit:
    """The likeliest schedule, and how surely it is known.

    Attributes
    ----------
    schedule : RogersCastro
        At the mode of the logarithms of its parameters, given counts and priors.
    parameters : tuple of str
        Those fitted, in the order of `covariance`.
    covariance : (parameter, parameter)
        Of their logarithms: the inverse of the expected information.
    """

    schedule: RogersCastro
    parameters: tuple[str, ...]
    covariance: Floats

    def draws(self, ages: npt.ArrayLike, draws: int, rng: np.random.Generator) -> xr.DataArray:
        """Draw whole curves, normal in the logarithms of the parameters: (age, draw), per person a year."""
        x = np.asarray(ages, float)
        at = np.log([getattr(self.schedule, name) for name in self.parameters])
        logs = rng.multivariate_normal(at, self.covariance, draws, method="cholesky")
        curves = [_curve(dict(zip(self.parameters, np.exp(z), strict=True)), x).sum(0) for z in logs]
        return xr.DataArray(np.array(curves).T, {AGE: np.asarray(ages)}, (AGE, DRAW))


def fit_schedule(
    moves: npt.ArrayLike,
    at_risk: npt.ArrayLike,
    ages: npt.ArrayLike,
    *,
    components: Collection[str] = ("child", "labor"),
    priors: Mapping[str, tuple[float, float]] | None = None,
) -> ScheduleFit:
    r"""Fit a schedule to counts of moves by age.

    .. math:: M_x \sim \mathrm{Poisson}(P_x\, m(x)), \qquad \theta \sim N^+(\text{mean}, \text{sd}^2)

    The likelihood times the priors is made largest in the logarithms of the parameters. Without priors eleven of them
    are not identified: a flat wave of work and one of retirement trade places (for Florida the maximum likelihood puts
    retirement at age 89 and the likelihood is better by half a unit only), so there is no fit without them.

    Parameters
    ----------
    moves : (age), people
        Whole or estimated counts, 0 or more.
    at_risk : (age), people
        From whom they came.
    ages : (age), years
        Need not be in line, and need not reach further than the children.
    components : of "child", "labor", "retirement", "elderly"
        The constant is always fitted. Ages 0-17 carry "child" alone.
    priors : mapping of parameter to (mean, standard deviation), optional
        Replaces those of `PRIORS` that it names, such as the age at which people enter work.

    Returns
    -------
    ScheduleFit

    Raises
    ------
    FigureError
        Arrays that do not match, negative counts, moves of nobody, no moves at all, components that are not known.

    Examples
    --------
    >>> from seatcast.demography.schedules import FUNDAMENTAL
    >>> ages = np.arange(18)
    >>> fit = fit_schedule(50_000 * FUNDAMENTAL.child.rates(ages), np.full(18, 50_000), ages, components=["child"])
    >>> round(fit.schedule.a1, 3), round(fit.schedule.alpha1, 2), round(fit.schedule.c, 3)
    (0.02, 0.1, 0.003)
    """
    from scipy.optimize import minimize

    m, p, x = (np.asarray(values, float) for values in (moves, at_risk, ages))
    counts = _("A count of people is 0 or more.")
    given = dict(priors or {})
    strange = [name for name in components if name not in COMPONENTS] + [name for name in given if name not in PRIORS]
    if strange or not m.shape == p.shape == x.shape or m.ndim != 1:
        raise FigureError(
            [
                *(
                    _(
                        "'{name}' is not known; components are {components}, parameters {parameters}. Correct it."
                    ).format(name=name, components=join(list(COMPONENTS)), parameters=join(list(PRIORS)))
                    for name in strange
                ),
                *(
                    [_("moves, people at risk and ages are not of one length. Give one of each an age.")]
                    if not m.shape == p.shape == x.shape or m.ndim != 1
                    else []
                ),
            ]
        )
    names = (*(name for component in COMPONENTS if component in components for name in COMPONENTS[component]), "c")
    refuse(
        outside(_("moves"), m, low=0, remedy=counts),
        outside(_("people at risk"), p, low=0, remedy=counts),
        outside(_("age"), x, low=0, remedy=_("An age is given in years.")),
        marked((m > 0) & (p == 0), _("moves"), _("people moved where nobody was at risk. Correct either.")),
        marked(not m.sum() > 0, _("moves"), _("nobody moved, so there is no schedule. Give years with moves.")),
        *(
            marked(not given[name][1] > 0, name, _("a prior's standard deviation is above 0. Widen it."))
            for name in given
        ),
    )
    mean, sd = np.array([given.get(name, PRIORS[name]) for name in names]).T

    def parts(z: Floats) -> tuple[Floats, Floats, Floats]:
        theta = np.exp(z)
        slope = _slopes(dict(zip(names, theta, strict=True)), x)
        return theta, np.maximum(_curve(dict(zip(names, theta, strict=True)), x).sum(0), 1e-300), slope

    def loss(z: Floats) -> tuple[float, Floats]:
        theta, rate, slope = parts(z)
        value = (p * rate - m * np.log(rate)).sum() + (((theta - mean) / sd) ** 2 / 2 - z).sum()
        return float(value), slope @ (p - m / rate) + (theta - mean) * theta / sd**2 - 1

    def information(z: Floats) -> Floats:
        theta, rate, slope = parts(z)
        return np.asarray(
            (slope * p / rate) @ slope.T + np.diag((theta / sd) ** 2 + np.abs((theta - mean) * theta) / sd**2)
        )

    level = m.sum() / p.sum()
    usual = {"a1": level / 2, "a2": level, "a3": level / 4, "a4": level / 10, "c": level / 4, "lambda4": 0.005}
    usual |= {"alpha1": 0.1, "alpha2": 0.1, "alpha3": 0.2, "lambda2": 0.3, "lambda3": 0.2}
    start = np.log([usual.get(name) or max(centre, 1e-3) for name, centre in zip(names, mean, strict=True)])
    found = minimize(
        loss, start, jac=True, hess=information, method="trust-exact", options={"gtol": 1e-6, "maxiter": 2000}
    )
    z = found.x
    covariance = np.linalg.inv(information(z))
    schedule = RogersCastro(**dict(zip(names, np.exp(z).tolist(), strict=True)))
    return ScheduleFit(schedule, names, (covariance + covariance.T) / 2)


def _curve(theta: Mapping[str, float], x: Floats) -> Floats:
    """Return the components at the ages, (component, age)."""
    constant = theta["c"]
    alone = [{name: theta[name] for name in names} for names in COMPONENTS.values() if names[0] in theta]
    return np.array([RogersCastro(**one).rates(x) for one in alone] + [np.full(len(x), constant)])


def _slopes(theta: Mapping[str, float], x: Floats) -> Floats:
    """Return how the curve changes with the logarithm of each parameter, (parameter, age)."""
    rows: list[Floats] = []
    for names, part in zip((n for n in COMPONENTS.values() if n[0] in theta), _curve(theta, x)[:-1], strict=True):
        rows.append(part)
        if len(names) == 4:
            descent, middle, ascent = (theta[name] for name in names[1:])
            rise = ascent * np.exp(np.minimum(-ascent * (x - middle), 700.0))
            steps = (-descent * (x - middle), middle * (descent - rise), (x - middle) * rise)
            rows += [np.asarray(part * step) for step in steps]
        else:
            sign = -1 if names[0] == "a1" else 1
            rows.append(np.asarray(sign * theta[names[1]] * x * part))
    return np.array([*rows, np.full(len(x), theta["c"])])
