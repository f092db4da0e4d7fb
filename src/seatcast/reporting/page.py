"""What the faces on paper share: the width of the text, and the date that keeps the same report the same file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""In the properties of every file: the folder tells when it was written, its contents need not."""
WIDE = 156.0
"""Millimetres of the text block of an official document (GB/T 9704-2012)."""
_INCH = 25.4


def picture_width(figure: Any, tallest: float) -> float:
    """Return the millimetres at which a figure is set: as it was drawn, within the text block and no taller than asked.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> picture_width(Figure(figsize=(8, 4)), 120.0), picture_width(Figure(figsize=(5, 10)), 120.0)
    (156.0, 60.0)
    """
    wide, high = figure.get_figwidth(), figure.get_figheight()
    return float(min(wide * _INCH, WIDE, tallest * wide / high))
