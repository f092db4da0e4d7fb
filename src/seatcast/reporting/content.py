"""What a report says, before any face is given to it: sections of sentences, tables and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from seatcast.language import Language, _, speaking
from seatcast.reporting.cells import Kind, written

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Paragraph:
    """One or a few sentences."""

    text: str


@dataclass(frozen=True)
class Note:
    """A sentence set apart: a definition, a limit of what was done, a disclaimer."""

    text: str


@dataclass(frozen=True)
class KeyFigures:
    """A handful of numbers for the hurried reader: what, how many, and a remark."""

    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: the data's name for it, its heading, and what kind of number it holds."""

    key: str
    heading: str
    kind: Kind = "text"


@dataclass(frozen=True, eq=False)
class Table:
    """A table: typed columns over the rows of `frame`.

    Attributes
    ----------
    key : str
        A short Latin name, for file and sheet names.
    unit : str
        The line above the table that names what it counts, such as "Unit: children".
    most : int
        Rows printed on paper and screen; the workbook has them all, and the table says so.
    number : int
        Its place among the tables of the report, given when the report is put together.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    unit: str = ""
    notes: tuple[str, ...] = ()
    most: int = 40
    number: int = 0

    @property
    def title(self) -> str:
        """Number and caption."""
        return _("Table {number}. {caption}").format(number=self.number, caption=self.caption)

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes under the table, and whether rows were left out."""
        if len(self.frame) <= self.most:
            return self.notes
        cut = _("The first {shown} of {all} rows; the workbook (XLSX) has all of them.")
        return (*self.notes, cut.format(shown=self.most, all=len(self.frame)))

    def left(self) -> tuple[bool, ...]:
        """Return whether each column is set to the left: texts, and a year that names the row."""
        return tuple(c.kind == "text" or (c.kind == "year" and at == 0) for at, c in enumerate(self.columns))

    def weights(self) -> tuple[float, ...]:
        """Return how wide the columns are to each other on paper: by their longest cell, headings wrapped."""
        rows = list(self.rows())
        cells = zip(*rows, strict=True) if rows else [()] * len(self.columns)
        widths = []
        for column, texts in zip(self.columns, cells, strict=True):
            head = max(map(_head_width, column.heading.split()), default=1)
            widths.append(min(max([head, *map(text_width, texts)]), 26) + 3.0)
        return tuple(widths)

    def rows(self, most: int | None = None) -> Iterator[tuple[str, ...]]:
        """Yield the rows as text, no more than `most` (the table's own limit, if not given)."""
        shown = self.frame.head(self.most if most is None else most)
        for row in shown[[column.key for column in self.columns]].itertuples(index=False, name=None):
            yield tuple(written(value, column.kind) for value, column in zip(row, self.columns, strict=True))


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure: a caption, a text for those who do not see it, and how it is drawn."""

    key: str
    caption: str
    alt: str
    draw: Callable[[], Axes]
    number: int = 0

    @property
    def title(self) -> str:
        """Number and caption."""
        return _("Figure {number}. {caption}").format(number=self.number, caption=self.caption)


Block = Paragraph | Note | KeyFigures | Table | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Content:
    """A whole report in one language.

    Attributes
    ----------
    warnings : tuple of str
        Printed on top of every face, such as that the data are invented.
    """

    title: str
    subtitle: str
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    language: Language

    def tables(self) -> list[Table]:
        """Return all tables, in order."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, Table)]

    def pictures(self) -> list[Picture]:
        """Return all figures, in order."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, Picture)]


def text_width(text: str) -> int:
    """Return the width in characters of a Latin face; one of Chinese takes two.

    Examples
    --------
    >>> text_width("Elm"), text_width("榆树")
    (3, 4)
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _head_width(word: str) -> int:
    """Return the width a word of a heading asks for: whole and in bold, or four characters of Chinese a line."""
    return min(round(1.2 * len(word)), 14) if text_width(word) == len(word) else min(text_width(word), 8)


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return the sections with tables and figures numbered through."""
    tables = pictures = 0
    done = []
    for section in sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Table):
                tables += 1
                blocks.append(replace(block, number=tables))
            elif isinstance(block, Picture):
                pictures += 1
                blocks.append(replace(block, number=pictures))
            else:
                blocks.append(block)
        done.append(replace(section, blocks=tuple(blocks)))
    return tuple(done)


def heading_number(at: int, language: Language) -> str:
    """Return the number of a first-level heading: 一、 in Chinese official documents, 1. in English.

    Examples
    --------
    >>> heading_number(12, "zh"), heading_number(3, "en")
    ('十二、', '3. ')
    """
    if language != "zh":
        return f"{at}. "
    digits = "零一二三四五六七八九"
    tens = "十" if at >= 10 else ""
    return tens + (digits[at % 10] if at % 10 else "") + "、"


def to_markdown(content: Content) -> str:
    """Return the report as Markdown, figures by their text alternative: for reading over and for comparison."""
    with speaking(content.language):
        return _markdown_of(content)


def _markdown_of(content: Content) -> str:
    lines = [f"# {content.title}", "", content.subtitle, ""]
    lines += [f"> **{warning}**\n" for warning in content.warnings]
    for section in content.sections:
        lines += [f"## {section.heading}", ""]
        for block in section.blocks:
            lines += [*_markdown(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def _markdown(block: Block) -> list[str]:
    match block:
        case Paragraph(text):
            return [text]
        case Note(text):
            return [f"> {text}"]
        case KeyFigures(figures):
            return [f"- {label}: **{value}** {remark}".rstrip() for label, value, remark in figures]
        case Picture():
            return [f"*{block.title}*", "", f"[{block.alt}]"]
        case Table():
            head = " | ".join(column.heading for column in block.columns)
            rule = " | ".join("---" if column.kind == "text" else "---:" for column in block.columns)
            rows = [f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in block.rows()]
            unit = [block.unit, ""] if block.unit else []
            remarks = [line for remark in block.remarks for line in ("", remark)]
            return [f"*{block.title}*", "", *unit, f"| {head} |", f"| {rule} |", *rows, *remarks]
