"""What several commands take: declared once, explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from seatcast.language import _

# The texts are in English here; `seatcast.cli.program` says them in the language asked for.
Lang = Annotated[
    Literal["zh", "en"] | None, typer.Option(help=_("Language of report and messages; else that of this computer."))
]
Draws = Annotated[int, typer.Option(min=1, help=_("Joint futures drawn."))]
Seed = Annotated[int, typer.Option(min=0, help=_("Same seed, same numbers."))]
Horizon = Annotated[int | None, typer.Option(min=1, help=_("Years beyond the last record; else the bureau's own."))]
Formats = Annotated[str, typer.Option(help=_("Any of html, pdf, docx, xlsx, separated by commas."))]
Data = Annotated[Path | None, typer.Option(help=_("Folder in which the bureau's files are looked for."))]
Bureau = Annotated[Path, typer.Argument(help=_("Folder with bureau.toml."))]
Out = Annotated[Path, typer.Option(help=_("Folder for the results."))]
Table = Annotated[Path | None, typer.Option("--out", help=_("Write the table behind it to this CSV file."))]
Run = Annotated[Path, typer.Argument(help=_("Folder of a finished run."))]
ScenarioFile = Annotated[
    Path | None,
    typer.Option("--scenario", help=_("TOML file with the assumptions to change, such as `arrivals = 1.3`.")),
]
Last = Annotated[
    Path | None,
    typer.Option(help=_("An earlier run: the report says how its forecast came out, and why this one differs.")),
]
ALL_FORMATS = "html,pdf,docx,xlsx"


def examples(*lines: str) -> str:
    """Return the lines that a command's help ends with, each in a line of its own."""
    return "\n\n".join(lines)
