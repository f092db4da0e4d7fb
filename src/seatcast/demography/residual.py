"""Net migration between two counts: what survival does not explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatcast.demography.figures import marked, outside, refuse
from seatcast.language import _

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ResidualMigration:
    """Net migration of each cohort over the years between two counts.

    Attributes
    ----------
    forward : (...), people
        Of those who would be alive at the end: migrants who died meanwhile are not among them.
    reverse : (...), people
        Of those alive at the start, migrants who died afterwards included.
    """

    forward: Floats
    reverse: Floats

    @property
    def average(self) -> Floats:
        """Their mean, (...), people: moves spread evenly over the years between."""
        return np.asarray((self.forward + self.reverse) / 2)


def residual_migration(before: npt.ArrayLike, after: npt.ArrayLike, survival: npt.ArrayLike) -> ResidualMigration:
    r"""Return the net migration of cohorts counted twice.

    .. math:: M^{\mathit{forward}} = P_1 - S P_0, \qquad M^{\mathit{reverse}} = P_1 / S - P_0

    (Siegel and Hamilton 1952; United Nations 1970, Manual VI.) Errors of either count go into the result in full: an
    undercount of young children in the first count looks like arrivals. Census survival ratios (a country's later count
    over its earlier one) cancel what is miscounted everywhere alike, and may then exceed 1.

    Parameters
    ----------
    before, after : (...), people
        The same cohorts; those born between the counts stand in `before` with their births. NaN = unknown.
    survival : (...), share or census survival ratio
        Above 0.

    Returns
    -------
    ResidualMigration
        NaN where a count is unknown.

    Raises
    ------
    FigureError
        Negative counts, a survival that is not above 0.

    Examples
    --------
    >>> moved = residual_migration([77135.0], [132870.0], [0.9087])  # Bombay 1941-1951, men of 0-4 in 1941
    >>> moved.forward.round(1).tolist(), moved.reverse.round(1).tolist()
    ([62777.4], [69084.9])
    """
    start, end, s = np.broadcast_arrays(*(np.asarray(x, float) for x in (before, after, survival)))
    counts = _("A count of people is 0 or more; leave blank what is not known.")
    refuse(
        outside(_("people before"), start, low=0, unknown=True, remedy=counts),
        outside(_("people after"), end, low=0, unknown=True, remedy=counts),
        outside(_("survival"), s, low=0, unknown=True, remedy=_("Survival is a share of the cohort.")),
        marked(s == 0, _("survival"), _("0; a cohort without survivors says nothing of its moves. Leave it out.")),
    )
    return ResidualMigration(end - s * start, end / s - start)


def child_migration(
    children: npt.ArrayLike,
    women: npt.ArrayLike,
    women_moved: npt.ArrayLike,
    *,
    age: npt.ArrayLike,
    years: float,
) -> Floats:
    r"""Return the net migration of children born between two counts, who moved with their mothers.

    .. math:: M_x = \frac{x}{t} \cdot \frac{C_x}{W_x} \cdot M^W_x

    The child-woman ratio at the second count times the women's net migration, times the share of the interval that the
    children had lived: a quarter at 0-4 and three quarters at 5-9 after ten years (United Nations 1992, Preparing
    Migration Data, table 6). Not to be used where many children stay behind when mothers leave: it makes them move.

    Parameters
    ----------
    children : (...), people
        At the second count.
    women : (...), people
        At the second count, of the ages the mothers then have: women of 15-44 for children of 0-4, of 20-49 for 5-9.
    women_moved : (...), people
        Net migration of these women between the counts (`residual_migration`).
    age : (...), years
        The middle of the children's age group: 2.5 for 0-4, 7.5 for 5-9, x + 0.5 for a single age.
    years : float
        Between the counts.

    Returns
    -------
    (...), people

    Raises
    ------
    FigureError
        Negative counts, no women where there are children, an age not born between the counts.

    Examples
    --------
    >>> child_migration(600.0, 1000.0, -100.0, age=2.5, years=10).item()
    -15.0
    """
    c, w, m, x = np.broadcast_arrays(*(np.asarray(v, float) for v in (children, women, women_moved, age)))
    counts = _("A count of people is 0 or more; leave blank what is not known.")
    refuse(
        outside(_("children"), c, low=0, unknown=True, remedy=counts),
        outside(_("women"), w, low=0, unknown=True, remedy=counts),
        outside(_("women moved"), m, unknown=True, remedy=_("Leave blank what is not known.")),
        outside(
            _("age"),
            x,
            low=0,
            high=years,
            remedy=_("Older children were alive at the first count; use residual_migration for them."),
        ),
        marked((w == 0) & (c > 0), _("women"), _("none, where there are children. Give those of the mothers' ages.")),
    )
    return np.asarray(x / years * np.divide(c, w, out=np.zeros(c.shape), where=w != 0) * m)
