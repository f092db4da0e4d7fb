"""The web page: one file that asks nothing of any network."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from seatcast.language import _
from seatcast.reporting.content import Content, KeyFigures, Note, Paragraph, Picture, Table, heading_number

if TYPE_CHECKING:
    from jinja2 import Template

_LANG = {"en": "en", "zh": "zh-CN"}


def to_html(content: Content) -> bytes:
    """Return the page: everything inside it, styles, script and pictures; the browser is told to fetch nothing."""
    text = _template().render(
        content=content,
        lang=_LANG[content.language],
        kind=_kind,
        number=heading_number,
        picture=_picture,
        contents=_("Contents"),
        skip=_("Skip to the report"),
        sort_hint=_("sort by this column"),
    )
    return text.encode()


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    folder = files("seatcast.reporting") / "templates"
    style, script = ((folder / name).read_text("utf-8") for name in ("report.css", "report.js"))
    template = environment.from_string((folder / "report.html").read_text("utf-8"))
    template.globals.update(style=style, script=script)
    return template


def _kind(block: Any) -> str:
    names = {Paragraph: "paragraph", Note: "note", KeyFigures: "keys", Table: "table", Picture: "picture"}
    return names[type(block)]


def _picture(block: Picture) -> str:
    """Return the picture as an SVG element; its ids begin with its key, since ids are unique in a page."""
    from seatcast import charts

    figure: Any = block.draw().get_figure()
    return charts.svg(figure, prefix=f"{block.key}-")
