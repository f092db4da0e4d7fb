"""One style for every chart: quiet axes, colours that the colour-blind tell apart, faces for every character."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal
from unicodedata import east_asian_width

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seatcast.charts.fonts import families

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axis import Axis

# Okabe and Ito (2008), Color universal design; distinguishable with any common deficiency of colour vision.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
)
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)
INK, MUTED, FAINT, EDGE = "#1F2933", "#52606D", "#D9DEE3", "#A9B2BB"
NO_DATA, NONE = "#E4E7EB", "#FCFCFA"
WIDE = (7.4, 3.9)
MARKERS = "os^Dv*"

Colors = Literal["shortfall", "share", "idle", "filled", "change", "children"]
SCALES: dict[Colors, str] = {
    "shortfall": "OrRd", "share": "YlOrBr", "idle": "Blues", "filled": "PuOr_r", "change": "PuOr_r",
    "children": "Greens",
}  # fmt: skip
"""Numbers missing; shares of 1, written as percentages; numbers to spare; how full something is, which may be above
1, where the colour turns from purple to orange (Brewer's scale for the colour-blind); growth and loss, around 0;
children."""
PERCENTAGES: tuple[Colors, ...] = ("share", "filled")


class Drawing(Axes):
    """Axes that a notebook shows as a picture when they are the value of a cell."""

    def _repr_png_(self) -> bytes:
        target = BytesIO()
        figure = self.get_figure(root=True)
        if figure is not None:
            figure.savefig(target, format="png", dpi=110)
        return target.getvalue()


def canvas(ax: Axes | None, *, size: tuple[float, float] = WIDE) -> Axes:
    """Return `ax`, or the Axes of a new Figure of `size` inches that no global state knows of."""
    return Figure(figsize=size, layout="constrained").add_subplot(axes_class=Drawing) if ax is None else ax


def dress(ax: Axes, *, title: str = "", unit: str = "", grid: str = "y") -> Axes:
    """Finish a chart: title, unit above the axis, spines, grid, and a face for every text on it.

    Raises
    ------
    FontError
        If a text is Chinese and no face for it is found.
    """
    if title:
        ax.set_title(title, loc="left", fontsize=11, color=INK, pad=20 if unit else 10)
    if unit:
        ax.annotate(unit, (0, 1), xytext=(0, 5), xycoords="axes fraction", textcoords="offset points", fontsize=9)
        ax.texts[-1].set_color(MUTED)
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom" and grid == "y")
        spine.set_color(MUTED)
    ax.set_axisbelow(True)
    if grid in ("x", "y"):
        ax.grid(visible=True, axis="x" if grid == "x" else "y", color=FAINT, linewidth=0.7)
    ax.tick_params(length=0, labelsize=9, labelcolor=INK)
    ax.xaxis.label.set(color=MUTED, fontsize=9)
    ax.yaxis.label.set(color=MUTED, fontsize=9)
    return dress_texts(ax)


def dress_texts(ax: Axes) -> Axes:
    """Give every text of `ax` its face, and take its characters as they are: a `$` in a name is a `$`."""
    texts = [text for text in ax.findobj(Text) if isinstance(text, Text)]
    faces = families([text.get_text() for text in texts])
    for text in texts:
        text.set_fontfamily(faces)
        text.set_parse_math(False)
    ax.tick_params(labelfontfamily=faces)
    return ax


def ink_on(color: Any) -> str:
    """Return the text colour, dark or white, that reads better on `color`.

    The relative luminance of WCAG 2.2 decides: black has the higher contrast above 0.18, and ink, which is not quite
    black, above 0.2.

    Examples
    --------
    >>> ink_on("#FFFFFF"), ink_on(BLUE)
    ('#1F2933', 'white')
    """
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color))
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.2 else "white"


def legend(ax: Axes, *, columns: int = 1, outside: bool = False) -> None:
    """Add a plain legend, beside the data or, with `outside`, under the chart."""
    handles, labels = ax.get_legend_handles_labels()
    if not handles:
        return
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "borderaxespad": 2.4} if outside else {"loc": "best"}
    ax.legend(handles, labels, ncols=columns, fontsize=8.5, frameon=False, labelcolor=INK, **place)


def label_inches(labels: Iterable[object]) -> float:
    """Return the width of the longest label as it is printed beside an axis.

    Examples
    --------
    >>> round(label_inches(["Elm", "Harbor"]), 2), label_inches([])
    (0.42, 0.0)
    """
    widths = (sum(2 if east_asian_width(letter) in "WF" else 1 for letter in str(label)) for label in labels)
    return 0.07 * max(widths, default=0)


def whole_years(axis: Axis, *, most: int = 10) -> None:
    """Mark whole years only, `most` of them."""
    axis.set_major_locator(MaxNLocator(integer=True, nbins=most, min_n_ticks=2))
    axis.set_major_formatter(FuncFormatter(lambda year, _position: f"{year:.0f}"))


def counts(axis: Axis) -> None:
    """Write numbers with a comma at the thousands and a real hyphen, which every face has."""
    axis.set_major_formatter(FuncFormatter(lambda number, _position: f"{number:,.10g}"))


def percents(axis: Axis) -> None:
    """Write shares as percentages."""
    axis.set_major_formatter(FuncFormatter(lambda share, _position: f"{100 * share:.0f}%"))
