"""How wide the columns of a table are on paper, and how large its letters: no word and no number is ever broken."""

from __future__ import annotations

from dataclasses import dataclass

from seatcast.reporting.content import Column, Table, text_width

SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)  # points, the largest first
MOST, CHINESE_HEAD, CHINESE_CELL = 34.0, 8, 10  # widths of Latin letters: of a text in a line; of one that may break
BOLD = 1.12  # times as wide as plain letters
COMFORT = 0.7  # of what lies between the least width and a line a cell: a larger letter must leave as much
POINT = 25.4 / 72  # millimetres


@dataclass(frozen=True)
class Setting:
    """The size of the letters, in points, and the width of each column, in millimetres."""

    size: float
    widths: tuple[float, ...]


def setting(table: Table, wide: float, *, letter: float, padding: float) -> Setting:
    """Return size and widths that fill a line of `wide` millimetres.

    Parameters
    ----------
    letter : float
        Width of a Latin letter or a digit of the face, in parts of its size; a Chinese character is two of them.
    padding : float
        Millimetres to the left and right of a cell, together.
    """
    needs = [_need(column, [row[at] for row in table.rows()]) for at, column in enumerate(table.columns)]
    room = wide - padding * len(needs)
    comfortable = sum(least + COMFORT * (full - least) for least, full in needs)
    size = next((size for size in SIZES if comfortable * size * letter * POINT <= room), SIZES[-1])
    unit = size * letter * POINT
    spare = room - unit * sum(least for least, _full in needs)
    wanted = [unit * (full - least) for least, full in needs]
    # What is left when every cell has its line is shared alike, so that numbers stand near their headings.
    given = [part * min(spare / sum(wanted), 1.0) for part in wanted] if sum(wanted) > 0 else [0.0] * len(wanted)
    rest = (spare - sum(given)) / len(needs)
    pairs = zip(needs, given, strict=True)
    return Setting(size, tuple(unit * least + more + rest + padding for (least, _full), more in pairs))


def _need(column: Column, cells: list[str]) -> tuple[float, float]:
    """Return the least width of a column, in Latin letters, and that at which no cell needs a second line."""
    head = BOLD * max(_least(word, CHINESE_HEAD) for word in column.heading.split() or [""])
    if column.kind == "text":
        least = max([head, *(_least(word, CHINESE_CELL) for cell in cells for word in cell.split())])
    else:
        least = max([head, *map(text_width, cells)])
    full = max([BOLD * text_width(column.heading) / 2, *map(text_width, cells)])
    return least, max(least, min(full, MOST))


def _least(word: str, chinese: int) -> int:
    """Return the width below which a word would break; Chinese may break anywhere, but not to single characters."""
    return len(word) if text_width(word) == len(word) else min(text_width(word), chinese)
