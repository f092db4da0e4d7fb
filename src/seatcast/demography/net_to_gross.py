"""Arrivals and departures where only the net of them is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatcast.demography.figures import marked, outside, refuse
from seatcast.language import _

Floats = npt.NDArray[np.float64]

MOST_PASSES = 10_000


def net_to_gross(net: npt.ArrayLike, arrivals: npt.ArrayLike, departures: npt.ArrayLike) -> tuple[Floats, Floats]:
    r"""Return the likeliest arrivals and departures with a given net.

    Arrivals and departures are taken as Poisson around what was expected of them, :math:`a` and :math:`b`; given their
    difference :math:`n` the mode is where in :math:`\cdot` out :math:`= ab`:

    .. math:: \mathit{in} = \tfrac12\left(n + \sqrt{n^2 + 4ab}\right), \qquad \mathit{out} = \mathit{in} - n

    Parameters
    ----------
    net : (...), people
    arrivals, departures : (...), people
        Expected without knowledge of the net, such as last year's; 0 or more.

    Returns
    -------
    arrivals, departures : (...), people
        Their difference is `net`; neither is negative. Within one person of the whole-number mode (Skellam 1946).

    Raises
    ------
    FigureError
        Unknown or negative figures.

    Examples
    --------
    >>> came, left = net_to_gross(10, 40, 60)
    >>> float(came.round(3)), float(left.round(3))
    (54.244, 44.244)
    """
    refuse(
        outside(_("net"), net, remedy=_("Give the net of every place; what is unknown cannot be split.")),
        *(
            outside(name, values, low=0, remedy=_("A count of moves is 0 or more."))
            for name, values in ((_("arrivals"), arrivals), (_("departures"), departures))
        ),
    )
    n, a, b = np.broadcast_arrays(*(np.asarray(x, float) for x in (net, arrivals, departures)))
    # The smaller of the two flows comes from their product: the difference of two near numbers would lose its digits.
    larger = (np.abs(n) + np.sqrt(n**2 + 4 * a * b)) / 2
    smaller = np.divide(a * b, larger, out=np.zeros(n.shape), where=larger > 0)
    return np.where(n >= 0, larger, smaller), np.where(n >= 0, smaller, larger)


def flow_difference(
    net: npt.ArrayLike,
    population: npt.ArrayLike,
    *,
    arrivals: npt.ArrayLike,
    departures: npt.ArrayLike,
    turnover: float = 0.001,
    response: float = 0.5,
    least: float = 0.0001,
    cap: float = 0.8,
) -> tuple[Floats, Floats]:
    r"""Return arrivals and departures by age from net totals, each with a schedule of its own.

    .. math:: A = \max(b_0 P + b_1 N,\; mP,\; mP + N), \qquad D = A - N

    .. math:: A_x = A\,a_x, \qquad D_x = D\,d_x P_x / \textstyle\sum_y d_y P_y

    The flow-difference method (Sevcikova, Raymer and Raftery 2024, arXiv:2411.09878): people leave in proportion to
    those who are there. No age loses more than `cap` of its people; what one age cannot give the others do.

    Parameters
    ----------
    net : (...), people a year
    population : (..., age), people
    arrivals, departures : (age) or (..., age)
        Schedules: any scale; shares of arrivals, and propensities to leave.
    turnover, response, least : float
        :math:`b_0, b_1, m`. The defaults are bayesPop's for China; Kuwait has 0.05, 0.5, 0.005.
    cap : float
        Between 0 and 1.

    Returns
    -------
    arrivals, departures : (..., age), people a year
        Their difference adds up to `net` in every place.

    Raises
    ------
    FigureError
        Negative figures, a schedule that sums to nothing, a net loss that the capped ages cannot meet.

    Examples
    --------
    >>> came, left = flow_difference(-20, [100, 300], arrivals=[1, 1], departures=[2, 1])
    >>> came.round(2).tolist(), left.round(2).tolist(), float((came - left).sum().round(9))
    ([0.02, 0.02], [8.02, 12.02], -20.0)
    """
    n, people = np.asarray(net, float), np.asarray(population, float)
    coming, leaving = (np.asarray(x, float) for x in (arrivals, departures))
    counts = _("A count of people is 0 or more.")
    refuse(
        outside(_("net"), n, remedy=_("Give the net of every place; what is unknown cannot be split.")),
        outside(_("population"), people, low=0, remedy=counts),
        outside(
            _("turnover, response, least and cap"),
            [turnover, response, least, cap],
            low=0,
            high=1,
            remedy=_("They are shares of the people, or of the net."),
        ),
        *(
            outside(name, schedule, low=0, remedy=_("A schedule holds shares by age, 0 or more."))
            for name, schedule in ((_("schedule of arrivals"), coming), (_("schedule of departures"), leaving))
        ),
    )
    total = people.sum(-1)
    came = np.maximum.reduce([turnover * total + response * n, least * total, least * total + n])
    left = np.asarray(came - n)
    limit = cap * people * (leaving > 0)
    short = left > limit.sum(-1)
    empty = np.asarray((coming.sum(-1) <= 0) & (came > 0))
    refuse(
        marked(empty, _("schedule of arrivals"), _("it sums to nothing where people arrive. Give a share to an age.")),
        marked(
            short,
            _("net"),
            _(
                "more would leave than {cap:.0%} of the people whom the schedule of departures lets go. Check the net "
                "and the population, or the schedule."
            ).format(cap=cap),
        ),
    )
    by_arrivals = came[..., None] * coming / np.where(coming.sum(-1) > 0, coming.sum(-1), 1.0)[..., None]
    propensity = leaving * people
    out = np.zeros(np.broadcast_shapes(by_arrivals.shape, people.shape))
    for _age in range(people.shape[-1]):  # each pass fills at least one age, so as many as there are ages are enough
        room = np.where(out < limit, propensity, 0.0)
        weight = room.sum(-1, keepdims=True)
        rest = (left - out.sum(-1))[..., None]
        out = np.minimum(out + rest * np.divide(room, weight, out=np.zeros_like(out), where=weight > 0), limit)
    return np.broadcast_to(by_arrivals, out.shape).copy(), out


def flows_between(seed: npt.ArrayLike, net: npt.ArrayLike) -> Floats:
    r"""Return the flows between places nearest to `seed` that have given net totals.

    .. math:: n_{ij} = m_{ij}\,\alpha_j / \alpha_i, \qquad \textstyle\sum_i n_{ij} - \sum_k n_{jk} = N_j

    by solving each place in turn as in `net_to_gross`, until all agree. Of all tables with these nets it has the least
    information beyond the seed (Kullback's distance, with the seed as a measure of totals too).

    Parameters
    ----------
    seed : (origin, destination), people
        0 where nobody can move.
    net : (place), people
        Sums to 0.

    Returns
    -------
    (origin, destination), people

    Raises
    ------
    FigureError
        Nets that do not sum to 0, or that the zeros of the seed do not allow.

    Examples
    --------
    >>> flows = flows_between([[0, 10], [10, 0]], [5, -5])
    >>> flows.round(3).tolist()
    [[0.0, 7.808], [12.808, 0.0]]
    """
    m, n = np.asarray(seed, float), np.asarray(net, float)
    refuse(
        outside(_("flows"), m, low=0, remedy=_("A count of moves is 0 or more.")),
        outside(_("net"), n, remedy=_("Give the net of every place; what is unknown cannot be split.")),
    )
    scale = np.abs(n).sum() + m.sum()
    unequal = np.asarray(abs(n.sum()) > 1e-9 * scale)
    stuck = np.where(n > 0, m.sum(0) == 0, (n < 0) & (m.sum(1) == 0))
    refuse(
        marked(unequal, _("net"), _("the nets of all places do not sum to 0. Add the rest of the world as a place.")),
        marked(stuck, _("net"), _("no move of the seed leads there or from there. Give the seed a small flow.")),
    )
    alpha = np.ones(len(n))
    for _pass in range(MOST_PASSES):
        for i in range(len(n)):
            a, b = (m[:, i] / alpha).sum(), (m[i] * alpha).sum()
            if a > 0 and b > 0:
                came, left = net_to_gross(n[i], a, b)
                alpha[i] = came / a if n[i] >= 0 else b / left
        flows = m * alpha / alpha[:, None]
        miss = np.abs(flows.sum(0) - flows.sum(1) - n)
        if miss.max() <= 1e-13 * scale:
            return np.asarray(flows)
    refuse(
        marked(
            miss > 1e-9 * scale,
            _("net"),
            _("the zeros of the seed do not let it be reached. Give the seed a small flow there."),
        )
    )
    return np.asarray(flows)
