"""Pictures of figures: the same bytes for the same figure, with nothing to fetch and no font to install."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_UNSIGNED: Any = dict.fromkeys(("Creator", "Date", "Format", "Type"))  # neither a date nor a version in the bytes
_IDS = re.compile(r'(\bid="|href="#|url\(#)')
_PATHS = re.compile(r'\bd="[^"]*"')
_DECIMALS = re.compile(r"(\d+\.\d\d)\d+")


def svg(figure: Figure, *, prefix: str = "") -> str:
    """Return the figure as an SVG element whose letters are outlines, so that it looks the same everywhere.

    Parameters
    ----------
    prefix : str
        Put before every id, so that several figures may stand in one page.
    """
    _settle(figure)
    target = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "seatcast", "svg.fonttype": "path"}):
        before, dpi = figure.canvas, figure.dpi
        canvas: Any = FigureCanvasSVG(figure)
        try:
            canvas.print_svg(target, metadata=_UNSIGNED)  # `savefig` would draw once more, to lay out what is settled
        finally:
            figure.set_canvas(before)
            figure.dpi = dpi
    text = target.getvalue().decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    # A style element would speak for the whole page that the figure stands in; what it says is inherited as well.
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", text, flags=re.DOTALL)
    text = text.replace("<svg", '<svg stroke-linejoin="round" stroke-linecap="butt"', 1)
    text = _IDS.sub(lambda match: match[1] + prefix, text)
    # A hundredth of a point is finer than any screen or printer shows; the rest would be a third of the file.
    text = _PATHS.sub(lambda match: _DECIMALS.sub(r"\1", match[0]), text)
    for gid, hover in _hovers(figure).items():
        mark = f'<g id="{prefix}{gid}">'
        text = text.replace(mark, f"{mark}<title>{escape(hover)}</title>")
    return text


def png(figure: Figure, *, dpi: int = 160) -> bytes:
    """Return the figure as a PNG of `dpi` dots an inch."""
    _settle(figure)
    target = BytesIO()
    figure.savefig(target, format="png", dpi=dpi, metadata={"Software": None})
    return target.getvalue()


def _settle(figure: Figure) -> None:
    """Lay the figure out once; laid out at every drawing, it would drift by a thousandth of a point each time."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")


def _hovers(figure: Figure) -> dict[str, str]:
    """Return, by id, the texts of the artists that carry both an id and a label that no legend shows."""

    def named(artist: Any) -> bool:
        return bool(artist.get_gid()) and str(artist.get_label()).startswith("_")

    return {str(artist.get_gid()): str(artist.get_label())[1:] for artist in figure.findobj(named)}
