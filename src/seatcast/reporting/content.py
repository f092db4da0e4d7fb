"""What a report says, before any face is given to it: sections of sentences, tables and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from unicodedata import east_asian_width

from seatcast.language import Language, _
from seatcast.reporting.cells import Kind, written

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from seatcast.charts.atlas import Outlines


@dataclass(frozen=True)
class Heading:
    """A heading of the second level, within a section."""

    text: str


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
    """A column of a table: the data's name for it, its heading, and what kind of number it holds.

    Attributes
    ----------
    people : bool
        Whether it counts children or pupils, so that small numbers in it are hidden.
    of : tuple of str
        Keys of the columns that it is worked out from, so that it is hidden where one of them is.
    total : str
        Key of the column to which it adds up with the others that name it.
    adds : bool
        Whether its rows add up, within the table's `adds_up`, to a number that the report prints elsewhere.
    """

    key: str
    heading: str
    kind: Kind = "text"
    people: bool = False
    of: tuple[str, ...] = ()
    total: str = ""
    adds: bool = False


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
        Rows printed on paper; the web page and the workbook have them all, and the table says so.
    adds_up : tuple of str
        Keys of the columns within whose values the rows of some columns add up to a number printed elsewhere.
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
    adds_up: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Number and caption."""
        return _("Table {number}. {caption}").format(number=self.number, caption=self.caption)

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes under the table, and whether rows were left out."""
        if len(self.frame) <= self.most:
            return self.notes
        cut = _("The first {shown} of {all} rows; the web page and the workbook (XLSX) have all of them.")
        return (*self.notes, cut.format(shown=self.most, all=len(self.frame)))

    def left(self) -> tuple[bool, ...]:
        """Return whether each column is set to the left: texts, and a year that names the row."""
        return tuple(c.kind == "text" or (c.kind == "year" and at == 0) for at, c in enumerate(self.columns))

    def rows(self, most: int | None = None) -> Iterator[tuple[str, ...]]:
        """Yield the rows as text, no more than `most` (the table's own limit, if not given)."""
        shown = self.frame.head(self.most if most is None else most)
        for row in shown[[column.key for column in self.columns]].itertuples(index=False, name=None):
            yield tuple(written(value, column.kind) for value, column in zip(row, self.columns, strict=True))


@dataclass(frozen=True)
class Measure:
    """What a map may show: the key of a column, and the scale of its colours."""

    key: str
    colors: Literal["shortfall", "share", "idle", "children"]


@dataclass(frozen=True, eq=False)
class Atlas(Table):
    """A table of every place, stage and year, with a map, for a page that responds.

    On paper it is a table, of which the first rows, those of one stage and year, are printed.

    Attributes
    ----------
    frame : DataFrame
        Also `catchment` and `stage`, the keys of the place and of the stage.
    shapes : Outlines or None
        Of the places, by catchment; None where none are known.
    measures : tuple of Measure
        Those a reader may choose from.
    stages : dict of str to str
        The stages' names.
    says : dict of (stage, year) to str
        What stands beside the map, in a sentence or two.
    """

    shapes: Outlines | None = None
    measures: tuple[Measure, ...] = ()
    stages: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[tuple[str, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawing:
    """A figure drawn: SVG whose letters are outlines, and its size in inches."""

    svg: str
    wide: float
    high: float


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure: a caption, a text for those who do not see it, and how it is drawn.

    Attributes
    ----------
    draw : callable
        Returns the Axes, of which the whole figure is taken; or the drawing, where it was made before.
    """

    key: str
    caption: str
    alt: str
    draw: Callable[[], Axes | Drawing]
    number: int = 0

    @cached_property
    def drawing(self) -> Drawing:
        """The drawing, made once for all faces; its ids begin with the key, since ids are unique in a page."""
        from seatcast import charts

        drawn = self.draw()
        if isinstance(drawn, Drawing):
            return drawn
        figure = drawn.get_figure(root=True)
        assert figure is not None
        return Drawing(charts.svg(figure, prefix=f"{self.key}-"), *map(float, figure.get_size_inches()))

    @property
    def title(self) -> str:
        """Number and caption."""
        return _("Figure {number}. {caption}").format(number=self.number, caption=self.caption)


def untitled(draw: Callable[[], Axes]) -> Axes:
    """Draw without the title of the Axes, for a caption says it."""
    ax = draw()
    ax.set_title("", loc="left")
    return ax


Block = Paragraph | Note | Heading | KeyFigures | Table | Picture


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
