"""Labels of a map: where in an area a text fits, and in how many lines."""

from __future__ import annotations

from itertools import product
from textwrap import wrap

import numpy as np
import numpy.typing as npt

from seatcast.charts.fonts import has_chinese

Points = npt.NDArray[np.float64]

LABELS = (7.5, 6.0)  # points, the larger where it fits


def placed(
    text: str, rings: list[Points], areas: list[list[Points]], size: tuple[float, float]
) -> tuple[float, float, str, float] | None:
    """Return where a label lies inside its area, its lines (as few as fit) and its points; None where nothing fits.

    `size` is that of the drawn map, all `areas`, in inches.
    """
    (left, low), (right, high) = bounds(areas)
    degrees_wide, degrees_tall = (right - left) / size[0], (high - low) / size[1]  # to an inch
    x, y = _inside(rings)
    for points, most in product(LABELS, (1, 2, 3)):
        lines = _broken(text, most)
        step = points / 72 * 1.15 * degrees_tall
        middles = y + (np.arange(len(lines))[::-1] - (len(lines) - 1) / 2) * step
        spans = [_span(rings, x, middle + edge) for middle in middles for edge in (-0.4 * step, 0.4 * step)]
        found = [span for span in spans if span is not None]
        if len(found) < len(spans):
            continue
        west, east = max(span[0] for span in found), min(span[1] for span in found)
        if max(_inches(line, points) for line in lines) * degrees_wide < east - west:
            return (west + east) / 2, y, "\n".join(lines), points
    return None


def _broken(text: str, most: int) -> list[str]:
    """Return a text in at most so many lines, broken at spaces, the longest as short as it can be."""
    words = text.split()
    longest = max(map(len, words), default=1)
    widths = range(longest, len(text) + 1)
    return next((lines for lines in (wrap(text, width) for width in widths) if len(lines) <= most), [text])


def _inches(text: str, size: float) -> float:
    return sum(1.8 if has_chinese(character) else 1.0 for character in text) * 0.0076 * size


def _span(rings: list[Points], x: float, y: float) -> tuple[float, float] | None:
    """Return from where to where the area lies around `x` at the height `y`."""
    crossings = []
    for ring in rings:
        (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
        cut = (y0 <= y) != (y1 <= y)
        crossings.append(x0[cut] + (y - y0[cut]) * (x1[cut] - x0[cut]) / (y1[cut] - y0[cut]))
    ordered = np.sort(np.concatenate(crossings))
    at = int(np.searchsorted(ordered, x))
    return (float(ordered[at - 1]), float(ordered[at])) if at % 2 else None


def bounds(areas: list[list[Points]]) -> tuple[Points, Points]:
    """Return the south-western and the north-eastern corner of all areas."""
    points = np.concatenate([ring for rings in areas for ring in rings])
    return points.min(0), points.max(0)


def _inside(rings: list[Points]) -> tuple[float, float]:
    """Return the centroid of the largest ring, by the shoelace formula."""

    def doubled(ring: Points) -> Points:
        x, y = ring.T
        return np.asarray(x[:-1] * y[1:] - x[1:] * y[:-1])

    ring = max(rings, key=lambda candidate: abs(doubled(candidate).sum()))
    cross = doubled(ring)
    if not cross.sum():
        return float(ring[:, 0].mean()), float(ring[:, 1].mean())
    x, y = (((axis[:-1] + axis[1:]) * cross).sum() / (3 * cross.sum()) for axis in ring.T)
    return float(x), float(y)
