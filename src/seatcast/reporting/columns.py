"""How wide the columns of a table are on paper, and how large its letters: no word and no number is ever broken."""

from __future__ import annotations

import re
from dataclasses import dataclass

from seatcast.reporting.content import Column, Table, text_width

SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)  # points, the largest first
MOST, CHINESE_HEAD, CHINESE_CELL = 34.0, 8, 10  # widths of Latin letters: of a text in a line; of one that may break
BOLD = 1.12  # times as wide as plain letters
COMFORT = 0.7  # of what lies between the least width and a line a cell: a larger letter must leave as much
POINT = 25.4 / 72  # millimetres
# What a line may not part: a run of Latin letters and digits, a character with the mark before or after it.
PIECE = re.compile(r"[（“]*(?:[!-~]+|.)[）”：，、·]*")


@dataclass(frozen=True)
class Setting:
    """The size of the letters, in points, the width of each column, in millimetres, and its heading, in lines."""

    size: float
    widths: tuple[float, ...]
    heads: tuple[str, ...]


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
    inner = [unit * least + more + rest for (least, _full), more in pairs]
    heads = tuple(
        "\n".join(evenly(column.heading, width / (unit * BOLD)))
        for column, width in zip(table.columns, inner, strict=True)
    )
    return Setting(size, tuple(width + padding for width in inner), heads)


def evenly(text: str, wide: float) -> list[str]:
    """Return a heading in lines no wider than `wide` letters, in Chinese as long as each other.

    Left to itself, Chinese fills the first line and leaves a single character to the second. Latin words and digits
    stay whole, and a bracket or a colon stays where it belongs; a text without Chinese breaks by itself.

    Examples
    --------
    >>> evenly("公办学校学生", 10.0), evenly("平均每校：随迁", 11.0), evenly("public share", 8.0)
    (['公办学', '校学生'], ['平均每校：', '随迁'], ['public share'])
    """
    pieces = PIECE.findall(text)
    chinese = text_width(text) > len(text)
    if not chinese or text_width(text) <= wide or max(map(text_width, pieces)) > int(wide):
        return [text]
    fewest = len(_filled(pieces, int(wide)))
    by_sense = re.split(r"(?<=：)|(?=（)", text)
    if len(by_sense) == fewest and max(map(text_width, by_sense)) <= wide:
        return by_sense
    least = max(map(text_width, pieces))
    return next(lines for most in range(least, int(wide) + 1) if len(lines := _filled(pieces, most)) == fewest)


def _filled(pieces: list[str], most: int) -> list[str]:
    """Return the pieces in lines of at most so many letters, each as full as it can be."""
    lines = [""]
    for piece in pieces:
        if lines[-1] and text_width(lines[-1] + piece) > most:
            lines.append("")
        lines[-1] += piece
    return lines


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
