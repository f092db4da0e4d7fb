"""How a number is written: rounded once, the same on every face."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from seatcast.language import _

Kind = Literal["text", "year", "count", "decimal", "share", "share1", "points"]

NOTHING = "–"
EXCEL_FORMATS: dict[Kind, str] = {
    "text": "@",
    "year": "0",
    "count": "#,##0",
    "decimal": "#,##0.0",
    "share": "0%",
    "share1": "0.0%",
    "points": "+0.0;-0.0;0.0",
}
_PLACES: dict[Kind, int] = {"year": 0, "count": 0, "decimal": 1, "share": 2, "share1": 3, "points": 1}


@dataclass(frozen=True)
class Hidden:
    """A cell whose number is not given out, and what stands in its place."""

    text: str

    def __str__(self) -> str:
        return self.text


def is_missing(value: Any) -> bool:
    """Return whether a cell is empty: unknown is not zero."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("<NA>", "NaT")


def stored(value: Any, kind: Kind) -> str | int | float | None:
    """Return the value that a workbook stores: rounded as it is printed; None where it is missing or infinite.

    Examples
    --------
    >>> stored(1234.5678, "decimal"), stored(0.123, "share"), stored(float("nan"), "count")
    (1234.6, 0.12, None)
    """
    if is_missing(value):
        return None
    if kind == "text" or isinstance(value, Hidden):
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        return None
    rounded = round(number, _PLACES[kind]) + 0.0  # + 0.0: a rounded -0.2 is 0, not -0
    return int(rounded) if _PLACES[kind] == 0 else rounded


def written(value: Any, kind: Kind) -> str:
    """Return the value as text.

    Examples
    --------
    >>> written(1234.4, "count"), written(0.123, "share"), written(None, "count"), written(2026, "year")
    ('1,234', '12%', '–', '2026')
    """
    kept = stored(value, kind)
    if kept is None:
        return NOTHING
    if isinstance(kept, str):
        return kept
    forms = {
        "year": "{:d}",
        "count": "{:,d}",
        "decimal": "{:,.1f}",
        "share": "{:.0%}",
        "share1": "{:.1%}",
        "points": "{:+.1f}" if kept else "{:.1f}",
    }
    return forms[kind].format(kept)


def count(number: float) -> str:
    """Return a number of children, seats or money inside a sentence."""
    return written(number, "count")


def share(part: float) -> str:
    """Return a share inside a sentence, as a percentage."""
    return written(part, "share")


def capital(text: str) -> str:
    """Return a text with its first letter as a sentence begins.

    Examples
    --------
    >>> capital("primary")
    'Primary'
    """
    return text[:1].upper() + text[1:]


def school_year(year: int) -> str:
    """Return the school year that begins in `year`.

    Examples
    --------
    >>> school_year(2026)
    '2026/27'
    """
    return _("{first}/{last:02d}").format(first=year, last=(year + 1) % 100)
