"""Pictures as dots, for the faces that cannot show SVG: the drawing of the other faces, not another one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from seatcast.reporting.content import Drawing

DPI = 180


def pngs(drawings: dict[str, Drawing]) -> dict[str, bytes]:
    """Return each drawing as PNG, `DPI` dots an inch."""
    import typst

    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="seatcast-") as name:
        page = Path(name) / "page.typ"
        for key, drawing in drawings.items():
            (Path(name) / "drawing.svg").write_text(drawing.svg, "utf-8")
            size = f"width: {drawing.wide}in, height: {drawing.high}in"
            page.write_text(f'#set page({size}, margin: 0pt)\n#image("drawing.svg", width: 100%)\n', "utf-8")
            found[key] = bytes(typst.compile(str(page), root=name, format="png", ppi=float(DPI)))
    return found
