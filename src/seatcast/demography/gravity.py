"""Flows between places explained by their sizes and distances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatcast.demography.figures import marked, outside, refuse
from seatcast.language import _

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gravity:
    """A gravity model of flows.

    Attributes
    ----------
    coefficients : DataFrame
        A row a term: coefficient, standard error that holds whatever the variance (HC0), and the model's.
    deviance : float
        Poisson; 0 where every flow is met.
    expected : Series, people
        Of each row given. With effects of origins or destinations, their totals are met exactly.
    """

    coefficients: pd.DataFrame
    deviance: float
    expected: pd.Series


def fit_gravity(
    flows: pd.Series, terms: pd.DataFrame, *, effects: pd.DataFrame | None = None, collinear: float = 1e-9
) -> Gravity:
    r"""Explain flows by log-linear terms, by Poisson pseudo-likelihood.

    .. math:: E(n_{ij}) = \exp(\beta_0 + \beta^\top x_{ij} + \alpha_i + \gamma_j)

    Right for flows of any variance as long as the mean is (Santos Silva and Tenreyro 2006); flows of 0 need no repair,
    as they would in logarithms. The model's standard errors hold for Poisson flows only and are far too small for
    migration; use HC0.

    Parameters
    ----------
    flows : Series, people
        One a pair of places; those within a place are usually left out.
    terms : DataFrame
        The same index: logarithms of sizes and distances, contiguity and the like.
    effects : DataFrame, optional
        The same index, columns of labels (origin, destination, year): each label but the first gets a coefficient.
    collinear : float
        Least singular value of the standardized design, relative to the largest.

    Returns
    -------
    Gravity

    Raises
    ------
    FigureError
        Negative flows, unknown or infinite terms, terms or labels that cannot be told apart, labels without any flow.

    Examples
    --------
    >>> table = pd.DataFrame({"flow": [80.0, 42.0, 19.0, 10.0], "distance": [1.0, 2.0, 4.0, 8.0]})
    >>> fit = fit_gravity(table["flow"], np.log(table[["distance"]]))
    >>> fit.coefficients["coefficient"].round(6).to_dict()
    {'intercept': 4.392799, 'distance': -1.008149}
    """
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    labels = pd.DataFrame(index=flows.index) if effects is None else effects
    refuse(
        outside(_("flows"), flows, low=0, remedy=_("A count of moves is 0 or more; leave out pairs that are unknown.")),
        *(
            outside(str(name), terms[name], remedy=_("Leave out pairs without it; a distance of 0 has no logarithm."))
            for name in terms
        ),
        *(
            marked(
                not frame.index.equals(flows.index),
                name,
                _("its rows are not those of the flows. Give one row a flow."),
            )
            for name, frame in ((_("terms"), terms), (_("effects"), labels))
        ),
        *(_silent(flows, labels[name]) for name in labels),
    )
    dummies = [pd.get_dummies(labels[name], prefix=str(name), drop_first=True, dtype=float) for name in labels]
    design = pd.concat([pd.Series(1.0, flows.index, name="intercept"), terms.astype(float), *dummies], axis=1)
    scale = np.sqrt((design.to_numpy() ** 2).mean(0))
    refuse(_collinear(design.to_numpy() / np.where(scale > 0, scale, 1.0), list(design.columns), collinear))
    fit = GLM(flows.to_numpy(float), design.to_numpy(), family=Poisson()).fit(
        method="IRLS", maxiter=200, tol=1e-9, tol_criterion="params"
    )
    robust = _robust_errors(design.to_numpy(), flows.to_numpy(float), np.asarray(fit.mu))
    table = pd.DataFrame({"coefficient": fit.params, "error": robust, "model_error": fit.bse}, index=design.columns)
    return Gravity(table, float(fit.deviance), pd.Series(np.asarray(fit.mu), flows.index, name="expected"))


def _robust_errors(x: Floats, y: Floats, mu: Floats) -> Floats:
    """Return the sandwich of White (1980) without a correction for the number of coefficients (HC0)."""
    bread = np.linalg.inv(x.T @ (mu[:, None] * x))
    meat = x.T @ (((y - mu) ** 2)[:, None] * x)
    return np.asarray(np.sqrt(np.diag(bread @ meat @ bread)))


def _silent(flows: pd.Series, labels: pd.Series) -> Iterator[str]:
    totals = flows.groupby(labels.to_numpy()).sum()
    for label in totals.index[totals == 0]:
        yield _("{effect} {label}: no flow at all; its effect has no bound. Leave its rows out.").format(
            effect=labels.name, label=label
        )


def _collinear(x: Floats, names: Sequence[str], least: float) -> Iterator[str]:
    """Yield the terms that the others make up."""
    size = np.linalg.svd(x, compute_uv=False)
    if len(x) < len(names) or size[-1] <= least * size[0]:
        direction = np.abs(np.linalg.svd(x, full_matrices=True)[2][-1])
        found = [name for name, part in zip(names, direction, strict=True) if part > 0.1 * direction.max()]
        yield _("terms {names}: they cannot be told apart in these flows. Leave one out.").format(
            names=", ".join(found)
        )
