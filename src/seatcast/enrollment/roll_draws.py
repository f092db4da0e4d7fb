"""Joint futures: every school of a draw takes the whole error path of some school of the past, all grades together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.core.threads import side_by_side
from seatcast.enrollment.error_scale import ErrorScale
from seatcast.enrollment.hindcast import LEADS, Hindcast
from seatcast.enrollment.panel import sums
from seatcast.enrollment.shocks import CommonShocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seatcast.core.streams import Streams
    from seatcast.enrollment.panel import Bools, Floats, Ints, RollPanel

    SmallInts = NDArray[np.int32] | NDArray[np.int8]

_FEWEST_DONORS = 30  # below which any school of the past serves, of whatever grades
_SYNTHETIC = 400  # donors made up where the history has none
_TOGETHER = 0.5  # of the variance of their errors: what the grades of a school share


def draw_rolls(
    point: Floats, hindcast: Hindcast, *, present: Bools, draws: int, streams: Streams
) -> NDArray[np.float32]:
    r"""Return joint futures around the point forecast.

    .. math:: Y_{h,c,k} = \hat Y_{h,c} \exp(S_{h,k} + D_{h,d,k} + \sigma_{h,c} z_{h,c,k} - m_{h,c})

    :math:`S, D` are the shocks of the whole and of the district (`CommonShocks`), :math:`\sigma` the size of the
    error to be expected (`ErrorScale`), and :math:`z` the errors of one past origin and school, standardized: the same
    donor for all grades and years of a school, so that the dependence between them is kept. :math:`m` puts the median
    of every cell on the point.

    Parameters
    ----------
    point : (horizon, cell), pupils
    hindcast : Hindcast
        Of the same panel.
    present : (cell,)
        The cells to draw.
    draws : int
        Number of futures.
    streams : Streams
        Named random numbers; keyed by the order of the labels.

    Returns
    -------
    (horizon, present cell, draw), pupils, float32
        Never negative; 0 where the point is 0.
    """
    panel = hindcast.panel
    shocks = CommonShocks.learn(hindcast)
    scale = ErrorScale.learn(hindcast, shocks.past)
    donors = Donors.collect(hindcast, shocks.past, scale, streams)
    cells = np.flatnonzero(present)
    donor, place = donors.assign(panel, cells, draws, streams)
    districts = int(panel.district_code.max()) + 1
    common = shocks.paths(streams, districts=districts, horizon=len(point), draws=draws)

    out = np.zeros((len(point), len(cells), draws), np.float32)

    def draw_year(lead: int) -> None:
        path = donors.errors[min(lead, donors.leads) - 1]
        sigma = scale.at(panel, point[lead - 1], lead)[cells].astype(np.float32)
        rolls = out[lead - 1]  # errors first, and in place: the largest tables there are
        np.multiply(path[donor, place], sigma[:, None], out=rolls, casting="same_kind")
        rolls += common[lead - 1].astype(np.float32)[panel.district_code[cells]]
        rolls -= np.median(rolls, axis=1, keepdims=True)
        np.exp(np.clip(rolls, -3.0, 1.5, out=rolls), out=rolls)
        rolls *= point[lead - 1, cells, None].astype(np.float32)
        rolls *= _recentred(rolls, point[lead - 1, cells], panel.district_code[cells])[:, None]

    side_by_side(draw_year, range(1, len(point) + 1))
    return out


def _recentred(rolls: NDArray[np.float32], point: Floats, district: Ints) -> NDArray[np.float32]:
    """Return (cell,): the factor that puts the median of each district's total on its point.

    Errors are skewed, so a sum of medians lies below the median of a sum.
    """
    starts = np.flatnonzero(np.append(True, district[1:] != district[:-1]))
    median = np.median(np.add.reduceat(rolls, starts, axis=0, dtype=np.float64), axis=1)
    total = np.add.reduceat(point, starts)
    factor = ratio(total, median, otherwise=1.0)
    return np.repeat(factor, np.diff(np.append(starts, len(district)))).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Donors:
    """Standardized error paths of past schools.

    Attributes
    ----------
    errors : (lead, donor, place), float32
        By place of the grade in the school, lowest first.
    size : (donor,)
        Places filled.
    span : (donor,)
        Number of the lowest grade and the count of grades together; donors are sorted by it.
    """

    errors: NDArray[np.float32]
    size: Ints
    span: Ints

    @property
    def leads(self) -> int:
        """Years of a path."""
        return len(self.errors)

    @classmethod
    def collect(cls, hindcast: Hindcast, past: Floats, scale: ErrorScale, streams: Streams) -> Donors:
        """Take every past origin and school whose errors are complete; without enough of them, invent plain ones.

        Paths are as long as the history allows for at least thirty donors; a longer forecast keeps their last error
        and lets its size grow.
        """
        if not len(hindcast.origins):
            return _invented(streams)
        panel = hindcast.panel
        schools = int(panel.school_code.max()) + 1
        standard = np.stack(
            [
                (hindcast.log_error(lead) - past[:, lead - 1]) / scale.past(hindcast, lead)
                for lead in range(1, LEADS + 1)
            ]
        )
        live = panel.live[hindcast.origins]
        missing = (live & ~np.isfinite(standard)).cumsum(0) > 0
        broken = np.stack([[sums(row, panel.school_code, schools) > 0 for row in year] for year in missing])
        open_ = np.stack([sums(row, panel.school_code, schools) > 0 for row in live])
        complete = open_ & ~broken
        enough = [lead for lead in range(LEADS) if complete[lead].sum() >= _FEWEST_DONORS]
        if not enough:
            return _invented(streams)
        leads = enough[-1] + 1
        origin, school = np.nonzero(complete[leads - 1])
        place, size, lowest = _places(panel, live)
        number = np.full(complete[0].shape, -1)
        span = _span(lowest[origin, school], size[origin, school])
        order = np.argsort(span, kind="stable")
        number[origin[order], school[order]] = np.arange(len(order))
        errors = np.zeros((leads, len(order), int(size.max())), np.float32)
        at, cell = np.nonzero(live & (number[:, panel.school_code] >= 0))
        errors[:, number[at, panel.school_code[cell]], place[at, cell]] = standard[:leads, at, cell]
        return cls(errors, size[origin, school][order], span[order])

    def assign(self, panel: RollPanel, cells: Ints, draws: int, streams: Streams) -> tuple[SmallInts, SmallInts]:
        """Return (cell, draw) the donor of each cell's school, and the place there that answers to the cell's grade.

        Donors have the same lowest grade and number of grades where at least thirty do; else any donor serves, its
        places stretched over the school's.
        """
        here = np.zeros(len(panel.grade), bool)
        here[cells] = True
        place, size, lowest = (row[0] for row in _places(panel, here[None]))
        schools, school = np.unique(panel.school_code[cells], return_inverse=True)
        span = _span(lowest[schools], size[schools])
        first, last = np.searchsorted(self.span, span, "left"), np.searchsorted(self.span, span, "right")
        few = last - first < _FEWEST_DONORS
        first, last = np.where(few, 0, first), np.where(few, len(self.span), last)
        lot = streams["rolls: donors"].random((len(schools), draws))
        donor = (first[:, None] + np.floor(lot * (last - first)[:, None])).astype(np.int32)
        along = (place[cells] / np.maximum(size[schools] - 1, 1)[school]).astype(np.float32)
        last_place = (self.size[donor] - 1).astype(np.float32)
        return donor[school], np.rint(along[:, None] * last_place[school]).astype(np.int8)


def _places(panel: RollPanel, offered: Bools) -> tuple[Ints, Ints, Ints]:
    """Return place (row, cell) of each offered grade in its school, and size and lowest grade (row, school)."""
    starts = panel.school_starts
    count = np.cumsum(offered, axis=1)
    block = np.searchsorted(starts, np.arange(len(panel.grade)), side="right") - 1
    before = np.concatenate([np.zeros((len(offered), 1), np.int64), count], axis=1)[:, starts]
    place = count - 1 - before[:, block]
    schools = int(panel.school_code.max()) + 1
    size = np.stack([sums(row, panel.school_code, schools) for row in offered]).astype(np.int64)
    lowest = np.full((len(offered), schools), 99)
    row, cell = np.nonzero(offered)
    np.minimum.at(lowest, (row, panel.school_code[cell]), panel.grade[cell])
    return place, size, lowest


def _span(lowest: Ints, size: Ints) -> Ints:
    return lowest * 100 + size


def _invented(streams: Streams) -> Donors:
    """Return donors for a history too short to have errors: half of a school's error is common to its grades."""
    rng = streams["rolls: invented donors"]
    school = rng.standard_t(5, (_SYNTHETIC, 1))
    cell = rng.standard_t(5, (_SYNTHETIC, 20))
    # A standard error here has a geometric mean size of 1, as the learned ones do.
    errors = 1.7 * (np.sqrt(_TOGETHER) * school + np.sqrt(1 - _TOGETHER) * cell)
    size = np.full(_SYNTHETIC, errors.shape[1])
    return Donors(errors[None].astype(np.float32), size, np.full(_SYNTHETIC, -1))
