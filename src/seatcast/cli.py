"""The command line: arguments in, one call, messages out."""

from __future__ import annotations

import locale
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from seatcast.inputs.schema import InputError
from seatcast.language import Language, _, n_, speaking

app = typer.Typer(
    help="Which children will lack a public school seat, where, when and how surely.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
say = Console(stderr=True, highlight=False)
tell = Console(highlight=False, soft_wrap=True)

INPUTS_AT_FAULT = 1

Lang = Annotated[
    Literal["zh", "en"] | None, typer.Option(help="Language of report and messages; else that of this computer.")
]
Draws = Annotated[int, typer.Option(min=1, help="Joint futures drawn.")]
Seed = Annotated[int, typer.Option(min=0, help="Same seed, same numbers.")]
Horizon = Annotated[int | None, typer.Option(min=1, help="Years beyond the last record; else the bureau's own.")]
Formats = Annotated[str, typer.Option(help="Any of html, pdf, docx, xlsx, separated by commas.")]
Data = Annotated[Path | None, typer.Option(help="Folder in which the bureau's files are looked for.")]
Bureau = Annotated[Path, typer.Argument(help="Folder with bureau.toml.")]


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("seatcast-demo"),
    draws: Draws = 500,
    seed: Seed = 2026,
    horizon: Horizon = None,
    lang: Lang = None,
    formats: Formats = "html,pdf,docx,xlsx",
) -> None:
    """Forecast, plan and report on the bundled bureau, an invented district."""
    from seatcast.datasets import example_folder

    _run(example_folder(), out, None, draws, seed, horizon, lang, formats)


@app.command()
def run(
    bureau: Bureau,
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    data: Data = None,
    draws: Draws = 500,
    seed: Seed = 2026,
    horizon: Horizon = None,
    lang: Lang = None,
    formats: Formats = "html,pdf,docx,xlsx",
) -> None:
    """Forecast, plan and report on a bureau's folder."""
    _run(bureau, out, data, draws, seed, horizon, lang, formats)


@app.command()
def check(bureau: Bureau, data: Data = None, lang: Lang = None) -> None:
    """Name every problem in a bureau's tables."""
    from seatcast.inputs.read import read_inputs

    with _speaking(lang), _refusals():
        inputs = read_inputs(bureau, data=data)
        rows = sum(source.rows for source in inputs.sources)
        tables = len(inputs.sources)
        tell.print(
            n_("{n} table of {area} was read", "{n} tables of {area} were read", tables).format(
                n=tables, area=inputs.area.label
            )
            + _(", {rows:,} rows; no problem was found.").format(rows=rows)
        )
        if inputs.missing():
            tell.print(_("Not given: {tables}.").format(tables=", ".join(inputs.missing())))
        looked = inputs.check_map()
        for fault in () if looked is None else looked.faults:
            tell.print(_("To look at on the map: {fault}").format(fault=fault))


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A new folder.")], lang: Lang = None) -> None:
    """Write an empty bureau, with every table's columns explained."""
    from seatcast.inputs.template import write_template

    with _speaking(lang), _refusals():
        write_template(folder, _language(lang))
        tell.print(
            _("An empty bureau lies in {folder}; fill its tables, then: seatcast check {folder}").format(folder=folder)
        )


def _run(
    bureau: Path,
    out: Path,
    data: Path | None,
    draws: int,
    seed: int,
    horizon: int | None,
    lang: Language | None,
    formats: str,
) -> None:
    with _speaking(lang), _refusals():
        from seatcast.core.scenario import Scenario
        from seatcast.inputs.read import read_inputs
        from seatcast.run import FORMATS, refuse_foreign_folder
        from seatcast.run import run as run_bureau

        chosen = [word.strip() for word in formats.split(",") if word.strip()]
        unknown = [word for word in chosen if word not in FORMATS]
        if unknown:
            raise typer.BadParameter(
                _("{unknown} is no format; choose from {formats}").format(
                    unknown=", ".join(unknown), formats=", ".join(FORMATS)
                ),
                param_hint="--formats",
            )
        with _progress() as step:
            refuse_foreign_folder(out)
            step("inputs")
            inputs = read_inputs(bureau, data=data)
            scenario = Scenario(draws=draws, seed=seed, horizon=horizon)
            outcome = run_bureau(inputs, out, scenario=scenario, formats=chosen, progress=step)
        if chosen:
            where = _("The report lies in {path}.").format(path=outcome.out / f"report.{chosen[0]}")
        else:
            where = _("The tables lie in {path}.").format(path=outcome.out / "tables")
        tell.print(where, markup=False)
        for sentence in outcome.sentences:
            tell.print(sentence, markup=False)


def named_step(step: str) -> str:
    """Return the name of a step of a run in the language in force."""
    names = {
        "inputs": _("reading and checking the tables"),
        "rolls": _("rolls by school and grade"),
        "migration": _("migration"),
        "children": _("children"),
        "demand": _("demand"),
        "allocation": _("allocation of seats"),
        "plan": _("plan"),
        "backtest": _("backtest"),
        "hindcast": _("children forecast from the past"),
        "tables": _("tables"),
    }
    return names.get(step) or _("report, {format}").format(format=step.removeprefix("report."))


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show the step at work; on a plain terminal or in a file, a line a step."""
    with say.status("") as status:

        def step(key: str) -> None:
            name = named_step(key)
            if say.is_terminal:
                status.update(name + " …")
            else:
                say.print(name + " …", markup=False)

        yield step


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn faults of the inputs into their message and exit 1, without a traceback."""
    from seatcast.charts.fonts import FontError
    from seatcast.enrollment.rolls import HistoryError
    from seatcast.inputs.read import MissingTableError
    from seatcast.run import OutputError
    from seatcast.seats.allocation import NoSchoolInReachError

    try:
        yield
    except (InputError, MissingTableError, HistoryError, NoSchoolInReachError, FontError, OSError) as fault:
        tell.print(str(fault), markup=False)
        raise typer.Exit(INPUTS_AT_FAULT) from None
    except OutputError as fault:
        raise typer.BadParameter(str(fault), param_hint="--out") from None


def _language(lang: Language | None) -> Language:
    if lang is not None:
        return lang
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def _speaking(lang: Language | None) -> AbstractContextManager[None]:
    return speaking(_language(lang))


def main() -> None:
    """Run the command line."""
    locale.setlocale(locale.LC_CTYPE, "")
    app()
