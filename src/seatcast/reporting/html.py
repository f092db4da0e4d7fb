"""The web page: one file that asks nothing of any network."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from seatcast.language import _
from seatcast.reporting.cells import Hidden, stored
from seatcast.reporting.content import Atlas, Content, Heading, KeyFigures, Note, Paragraph, Picture, Table
from seatcast.reporting.numbering import headed, heading_number

if TYPE_CHECKING:
    from jinja2 import Template

_LANG = {"en": "en", "zh": "zh-CN"}
_SCRIPTS = ("tables.js", "atlas.js")
_KINDS: dict[type, str] = {
    Paragraph: "paragraph",
    Heading: "heading",
    Note: "note",
    KeyFigures: "keys",
    Table: "table",
    Atlas: "atlas",
    Picture: "picture",
}
# What would end the element that holds the data, or begin another, is written as JSON's own escape.
_RISKY = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def to_html(content: Content) -> bytes:
    """Return the page: everything inside it, styles, script and pictures; the browser is told to fetch nothing.

    The policy of the page (Content-Security-Policy) names the hash of its one script and of its one style sheet, so
    that no other text in the page can run, whatever a school is called.
    """
    text = _template().render(
        content=content,
        lang=_LANG[content.language],
        kind=lambda block: _KINDS[type(block)],
        number=heading_number,
        headed=headed,
        atlas=_atlas,
        json=as_json,
        words=as_json(_words()),
        label=_label,
        contents=_("Contents"),
        skip=_("Skip to the report"),
        sort_hint=_("sort by this column"),
        choose={"stage": _("Stage"), "year": _("Year"), "measure": _("Measure")},
        map_name=_("Map of the catchments; arrow keys move from one to the next, Enter marks its row"),
        key_name=_("Key"),
    )
    return text.encode()


def as_json(data: Any) -> str:
    r"""Return data as JSON that may stand inside a script element.

    Examples
    --------
    >>> print(as_json(["</script>"]))
    ["\u003c/script\u003e"]
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_RISKY)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    folder = files("seatcast.reporting") / "templates"
    style = (folder / "report.css").read_text("utf-8")
    script = '"use strict";\n' + "\n".join((folder / name).read_text("utf-8") for name in _SCRIPTS)
    template = environment.from_string((folder / "report.html").read_text("utf-8"))
    template.globals.update(style=style, script=script, style_hash=_hash(style), script_hash=_hash(script))
    return template


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _label(svg: str) -> str:
    """Return a figure without the parts that its alternative text stands for: it is one picture to a screen reader."""
    return re.sub(r"<svg", '<svg aria-hidden="true" focusable="false"', svg, count=1)


def _words() -> dict[str, str]:
    return {
        "search": _("Search"),
        "all": _("all"),
        "rows": _("{shown} of {all} rows"),
        "hidden": _("hidden"),
        "unknown": _("not known"),
        "none": _("none"),
        "to": _("{low} to {high}"),
    }


def _atlas(block: Atlas) -> dict[str, Any]:
    """Return what the script needs to draw map and table again: numbers once, by stage and year."""
    from seatcast import charts

    keys = [column.key for column in block.columns]
    slices: dict[str, list[list[Any]]] = {}
    frame = block.frame[["stage", "year", "catchment", *(key for key in keys if key != "year")]]
    for row in frame.to_dict("records"):
        cells = [_value(row[column.key], column.kind) for column in block.columns]
        slices.setdefault(f"{row['stage']}|{row['year']}", []).append([row["catchment"], *cells])
    measures = []
    for measure in block.measures:
        at = keys.index(measure.key)
        numbers = [value for value in block.frame[measure.key] if isinstance(value, int | float)]
        scale = charts.scale(numbers or [0.0], measure.colors)
        measures.append(
            {
                "at": at + 1,
                "name": block.columns[at].heading,
                "kind": block.columns[at].kind,
                "edges": scale.edges,
                "colors": scale.colors,
                "none": scale.none,
                "unknown": scale.unknown,
            }
        )
    first = block.frame.iloc[0]
    return {
        "kinds": [column.kind for column in block.columns],
        "place": keys.index("place") + 1,
        "slices": slices,
        "measures": measures,
        "says": {f"{stage}|{year}": text for (stage, year), text in block.says.items()},
        "first": [str(first["stage"]), int(first["year"])],
    }


def _value(value: Any, kind: Any) -> Any:
    """Return a number, or in a list the text that stands in place of a hidden one."""
    return [value.text] if isinstance(value, Hidden) else stored(value, kind)
