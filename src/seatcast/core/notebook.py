"""How a noun looks in a notebook: a sentence, a small table, a small picture; and bars while something lasts."""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROWS = 8  # of a table: enough to see what it is, and `to_frame()` has the rest
_DPI, _WIDTH = 90, 460  # of a picture: drawn finer than it is shown, for sharp screens
_SECONDS = 2.0  # before a bar appears: what is over sooner needs none

Item = TypeVar("Item")


def card(
    sentence: str, table: pd.DataFrame | None = None, picture: Callable[[], Axes] | None = None, *, note: str = ""
) -> str:
    """Return a noun as HTML that asks for nothing: names in it are text, never markup.

    Examples
    --------
    >>> card("Elm <b> is short.")
    '<p>Elm &lt;b&gt; is short.</p>'
    """
    parts = [f"<p>{escape(sentence)}</p>"]
    if table is not None and len(table):
        shown = table.head(ROWS)
        parts.append(str(shown.to_html(index=False, border=0, escape=True, float_format="{:,.2f}".format, na_rep="–")))
        if len(table) > ROWS:
            parts.append(f"<p>… {len(table):,}</p>")
    if note:
        parts.append(f"<p><small>{escape(note)}</small></p>")
    if picture is not None:
        parts.append(_image(picture, sentence))
    return "".join(parts)


def _image(picture: Callable[[], Axes], sentence: str) -> str:
    """Return a picture as an image element; nothing where this computer has no font for it."""
    from seatcast import charts

    try:
        figure = picture().get_figure(root=True)
    except charts.FontError:
        return ""
    if figure is None:
        return ""
    data = b64encode(charts.png(figure, dpi=_DPI)).decode()
    return f'<img width="{_WIDTH}" alt="{escape(sentence, quote=True)}" src="data:image/png;base64,{data}">'


def watched(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Yield the items, with a bar in a notebook where they take long; elsewhere without a word.

    The command line shows its own steps, and a script none.
    """
    if "ipykernel" not in sys.modules or find_spec("ipywidgets") is None:
        yield from items
        return
    from tqdm.auto import tqdm

    yield from tqdm(items, desc=what, delay=_SECONDS, leave=False)
