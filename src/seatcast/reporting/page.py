"""What the faces on paper share: the width of the text, and the date that keeps the same report the same file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatcast.reporting.content import Drawing

CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""In the properties of every file: the folder tells when it was written, its contents need not."""
WIDE = 156.0
"""Millimetres of the text block of an official document (GB/T 9704-2012)."""
_INCH = 25.4


def picture_width(drawing: Drawing, tallest: float) -> float:
    """Return the millimetres at which a drawing is set: as drawn, within the text block, no taller than asked.

    Examples
    --------
    >>> from seatcast.reporting.content import Drawing
    >>> picture_width(Drawing("<svg/>", 8, 4), 120.0), picture_width(Drawing("<svg/>", 5, 10), 120.0)
    (156.0, 60.0)
    """
    return float(min(drawing.wide * _INCH, WIDE, tallest * drawing.wide / drawing.high))
