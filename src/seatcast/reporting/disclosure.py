"""Disclosure: the one door that every table passes before a face may show it.

Numbers of children or pupils from 1 to one less than the threshold are hidden, in forecasts as in counts, since a
forecast for a small place is close to a count of it; noughts are shown. Where one number hidden in a row, or in a
column that adds up to a figure printed elsewhere, could be had from the others by subtraction, the smallest of these is
hidden too, and so is whatever was worked out from a number hidden. What two tables tell when they are subtracted from
each other is not protected here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from seatcast.language import _, language
from seatcast.reporting.cells import Hidden, stored, written
from seatcast.reporting.content import Column, Table

Cells = dict[str, list[Any]]
MYRIAD = 10_000  # from which on Chinese statistical communiqués write 万人, with two decimals


def guarded(table: Table, smallest: int) -> Table:
    """Return the table as it may be shown: numbers rounded as they are printed, small ones of people hidden.

    Parameters
    ----------
    smallest : int
        The smallest number of people that is shown, besides 0; with 1 nothing is hidden.

    Returns
    -------
    Table
        With a note that says so, where something is hidden. Passing the door twice changes nothing.
    """
    fewer, other = Hidden(_("<{smallest}").format(smallest=smallest)), Hidden("*")
    cells: Cells = {column.key: _rounded(table.frame[column.key], column) for column in table.columns}
    for column in table.columns:
        if column.people:
            cells[column.key] = [fewer if _small(value, smallest) else value for value in cells[column.key]]
    _hide_parts(cells, table.columns, other)
    if table.adds_up:
        _hide_in_columns(cells, table, other)
    _hide_derived(cells, table.columns, other)
    frame = table.frame.assign(
        **{key: pd.Series(values, table.frame.index, dtype=object) for key, values in cells.items()}
    )
    hidden = {value for values in cells.values() for value in values if isinstance(value, Hidden)}
    notes = [note for note, mark in _notes(fewer, other, smallest) if mark in hidden and note not in table.notes]
    return replace(table, frame=frame, notes=(*table.notes, *notes))


def people(number: float, smallest: int) -> str:
    """Return a number of children or pupils as a sentence gives it: small ones hidden, in Chinese large ones in 万.

    Examples
    --------
    >>> people(3.2, 5), people(12345.4, 5), people(0.2, 5)
    ('fewer than 5', '12,345', '0')
    >>> from seatcast.language import speaking
    >>> with speaking("zh"):
    ...     people(12345.4, 5)
    '1.23万'
    """
    if _small(round(number), smallest):
        return _("fewer than {smallest}").format(smallest=smallest)
    if language() == "zh" and round(number) >= MYRIAD:
        return f"{number / MYRIAD:.2f}万"
    return written(number, "count")


def _notes(fewer: Hidden, other: Hidden, smallest: int) -> list[tuple[str, Hidden]]:
    return [
        (_("{mark}: from 1 to {most}, hidden.").format(mark=fewer, most=smallest - 1), fewer),
        (_("{mark}: hidden, because a hidden number would follow from it.").format(mark=other), other),
    ]


def _rounded(values: pd.Series, column: Column) -> list[Any]:
    return [value if isinstance(value, Hidden) else stored(value, column.kind) for value in values]


def _small(value: Any, smallest: int) -> bool:
    return isinstance(value, int | float) and 0 < value < smallest


def _hide_one_more(values: Sequence[Any], other: Hidden) -> list[Any]:
    """Return the values with the smallest one above 0 hidden, if exactly one is hidden so far."""
    if sum(isinstance(value, Hidden) for value in values) != 1:
        return list(values)
    shown = [value for value in values if isinstance(value, int | float) and value > 0]
    at = list(values).index(min(shown)) if shown else -1
    return [other if i == at else value for i, value in enumerate(values)]


def _hide_parts(cells: Cells, columns: tuple[Column, ...], other: Hidden) -> None:
    for total in {column.total for column in columns if column.total}:
        parts = [column.key for column in columns if column.total == total]
        for row in range(len(cells[total])):
            if isinstance(cells[total][row], Hidden):
                continue
            for key, value in zip(parts, _hide_one_more([cells[key][row] for key in parts], other), strict=True):
                cells[key][row] = value


def _hide_in_columns(cells: Cells, table: Table, other: Hidden) -> None:
    frame = table.frame.reset_index(drop=True)
    for rows in frame.groupby(list(table.adds_up), sort=False).indices.values():
        for column in table.columns:
            if column.people and column.adds:
                found = _hide_one_more([cells[column.key][row] for row in rows], other)
                for row, value in zip(rows, found, strict=True):
                    cells[column.key][row] = value


def _hide_derived(cells: Cells, columns: tuple[Column, ...], other: Hidden) -> None:
    for column in columns:
        for source in column.of:
            pairs = zip(cells[column.key], cells[source], strict=True)
            cells[column.key] = [other if isinstance(found, Hidden) else value for value, found in pairs]
