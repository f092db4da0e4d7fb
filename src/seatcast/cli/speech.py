"""What a command says, how much of it, and how it refuses."""

from __future__ import annotations

import locale
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from seatcast.core.refused import RefusedError
from seatcast.language import Language, _, speaking

INPUTS_AT_FAULT, STOPPED = 1, 130
say = Console(stderr=True, highlight=False)
tell = Console(highlight=False, soft_wrap=True)


@dataclass
class Loudness:
    """How much is said besides the outcome: -q nothing, -v the seconds of each step as well."""

    quiet: bool = False
    verbose: bool = False


loudness = Loudness()


def asked_language(words: Sequence[str]) -> Language:
    """Return the language of a call: that of --lang, else that of this computer.

    Examples
    --------
    >>> asked_language(["demo", "--lang", "zh"]), asked_language(["demo", "--lang=en"])
    ('zh', 'en')
    """
    for at, word in enumerate(words):
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang" and at + 1 < len(words):
            value = words[at + 1]
        if value in ("zh", "en"):
            return "zh" if value == "zh" else "en"
    return chosen_language(None)


def chosen_language(lang: Language | None) -> Language:
    """Return `lang`, or the language of this computer where none is named."""
    if lang is not None:
        return lang
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    named = named or locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


@contextmanager
def command(lang: Language | None) -> Iterator[None]:
    """Speak the language of the call; turn faults of the inputs into their message and exit 1, Ctrl-C into 130."""
    from seatcast.charts.fonts import FontError
    from seatcast.run import OutputError

    with speaking(chosen_language(lang)):
        try:
            yield
        except OutputError as fault:
            raise typer.BadParameter(str(fault), param_hint="--out") from None
        except (RefusedError, FontError, OSError) as fault:
            tell.print(str(fault), markup=False)
            raise typer.Exit(INPUTS_AT_FAULT) from None
        except KeyboardInterrupt:
            say.print(_("Stopped; nothing was written."), markup=False)
            raise typer.Exit(STOPPED) from None


def out(sentence: str) -> None:
    """Say what was found, unless told to be quiet."""
    if not loudness.quiet:
        tell.print(sentence, markup=False)


def wrong(sentence: str, option: str) -> typer.BadParameter:
    """Return the refusal of a call: exit 2."""
    return typer.BadParameter(sentence, param_hint=option)


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Show the step at work; on a plain terminal or in a file, a line a step, with its seconds if asked for."""
    name, since = "", time.perf_counter()

    def ended() -> None:
        if name and loudness.verbose:
            seconds = time.perf_counter() - since
            say.print(_("{step}: {seconds:.1f} s").format(step=name, seconds=seconds), markup=False)

    with say.status("") as status:

        def step(key: str) -> None:
            nonlocal name, since
            ended()
            name, since = named_step(key) if key else "", time.perf_counter()
            if loudness.quiet or not key:
                return
            if say.is_terminal:
                status.update(f"{name} …")
            elif not loudness.verbose:
                say.print(f"{name} …", markup=False)

        yield step
        ended()


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
        "alternatives": _("other plans as good"),
        "frontier": _("what money buys"),
        "backtest": _("backtest"),
        "hindcast": _("children forecast from the past"),
        "review": _("an earlier forecast against what came"),
        "kept": _("report, kept for other formats and languages"),
        "tables": _("tables"),
    }
    return names.get(step) or _("report, {format}").format(format=step.removeprefix("report."))


def chosen_formats(formats: str) -> list[str]:
    """Return the formats named, or refuse the call."""
    from seatcast.run import FORMATS

    chosen = [word.strip() for word in formats.split(",") if word.strip()]
    unknown = [word for word in chosen if word not in FORMATS]
    if unknown:
        text = _("{unknown} is no format; choose from {formats}")
        raise wrong(text.format(unknown=", ".join(unknown), formats=", ".join(FORMATS)), "--formats")
    return chosen


def write_table(frame: object, path: Path | None) -> None:
    """Write a table where it was asked for, whole or not at all."""
    import pandas as pd

    if path is None:
        return
    assert isinstance(frame, pd.DataFrame)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        frame.to_csv(beside, index=False, encoding="utf-8-sig", lineterminator="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    out(_("The table lies in {path}.").format(path=path))


def plain_output() -> None:
    """Write UTF-8 wherever the output goes: a pipe on Chinese Windows is GBK otherwise."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and not stream.isatty():
            stream.reconfigure(encoding="utf-8")
