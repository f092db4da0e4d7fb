"""One run: a bureau's folder in, a folder with report, tables and record out, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from seatcast.charts.fonts import FontError, families
from seatcast.core.result import Result
from seatcast.core.scenario import Scenario
from seatcast.enrollment.bureau_rolls import entry_births, roll_history
from seatcast.evaluation.backtest import Backtest, backtest
from seatcast.evaluation.hindcast import ChildHindcast, hindcast_children, hindcast_origins
from seatcast.evaluation.review import Review, review
from seatcast.inputs.read import Inputs
from seatcast.language import LANGUAGES, _, speaking
from seatcast.planning.alternatives import find_alternatives
from seatcast.planning.frontier import trace_frontier
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.plan import Plan
from seatcast.record import write_record, write_tables
from seatcast.reporting import archive
from seatcast.reporting.content import Content
from seatcast.reporting.report import SUFFIXES, Report
from seatcast.workflow import Forecast, forecast

FORMATS = tuple(suffix.removeprefix(".") for suffix in SUFFIXES)
RECORD, TABLES, KEPT = "run.json", "tables", "report.json.gz"
ORIGINS, HORIZON = 6, 5  # of the backtest: the years it forecasts from, and how far ahead
PAST_DRAWS = 200  # of the children's: enough to see whether an 80 percent interval holds
NODES = 50  # branches to look at for each further plan
POINTS = 5  # plans between the cheapest and the one that seats most
LEAST_HISTORY = 5  # years that a past forecast must have had to learn from


class OutputError(ValueError):
    """The folder for the results cannot be used."""


@dataclass(frozen=True)
class Run:
    """What a run left, and where.

    Attributes
    ----------
    out : Path
        The folder: report.*, tables/*.csv, run.json, and the report as data (report.json.gz), from which
        `seatcast report` makes other formats and languages.
    forecast : Forecast
    plan : Plan or None
        None where the bureau has no options.
    backtest : Backtest or None
        None where the bureau has no enrollment, or too few years of it.
    sentences : tuple of str
        What it found, in the language of the run.
    """

    out: Path
    forecast: Forecast
    plan: Plan | None
    backtest: Backtest | None
    sentences: tuple[str, ...]


@dataclass
class _Clock:
    """Says each step as it begins, and remembers how long it took."""

    say: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)
    _step: str = ""
    _since: float = 0.0

    def __call__(self, step: str) -> None:
        now = time.perf_counter()
        if self._step:
            self.seconds[self._step] = round(self.seconds.get(self._step, 0.0) + now - self._since, 3)
        self._step, self._since = step, now
        if step:
            self.say(step)


def run(
    inputs: Inputs,
    out: Path,
    *,
    scenario: Scenario,
    formats: Sequence[str] = FORMATS,
    last: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Run:
    """Forecast, plan, test on the past, and write report, tables and record.

    Parameters
    ----------
    inputs : Inputs
    out : Path
        A new folder, or that of an earlier run, which is replaced once the new one is whole.
    scenario : Scenario
    formats : sequence of str
        Of "html", "pdf", "docx", "xlsx".
    last : path, optional
        Folder of an earlier run: the report says how its forecast came out, and why this one differs.
    progress : callable, optional
        Told each step as it begins, by its key, such as "migration" or "report.pdf".

    Returns
    -------
    Run

    Raises
    ------
    OutputError
        If `out` exists and is not a run's: nothing of it is touched.
    FontError
        If no font on this computer can write the language in force.
    FileNotFoundError, ReviewError
        If `last` is no run, or has no year in common with the counts that came since.
    """
    refuse_foreign_folder(out)
    if set(formats) - {"xlsx"}:
        families([_("seats")])  # raises before the work, not after it, where the language has no font
    clock = _Clock(progress or (lambda step: None))
    looked_back = _review(last, inputs, clock)
    outcome = forecast(inputs, scenario, progress=clock)
    plan = _plan(inputs, outcome, clock)
    answers = [] if plan is None else _ask(plan, clock)
    past = past_forecasts(inputs, scenario, clock)
    proof = _hindcast(inputs, scenario, clock)
    results = [*outcome.results(), *answers, *(noun for noun in (plan, past, proof, looked_back) if noun is not None)]
    with _whole_folder(out) as folder:
        report = Report(inputs, *results)
        for suffix in formats:
            clock(f"report.{suffix}")
            report.write(folder / f"report.{suffix}")
        clock("kept")
        archive.save(_in_every_language(inputs, results, report.content()), folder / KEPT)
        clock("tables")
        write_tables(folder / TABLES, results, outcome)
        clock("")
        write_record(folder / RECORD, outcome, clock.seconds)
    sentences = tuple(noun.summary().sentence for noun in (outcome.shortfall, plan or past) if noun is not None)
    return Run(out, outcome, plan, past, sentences)


def _in_every_language(inputs: Inputs, results: Sequence[Result], spoken: Content) -> Iterator[Content]:
    """Yield the report in the language in force, then in every other that this computer has a font for."""
    yield spoken
    for other in (name for name in LANGUAGES if name != spoken.language):
        with speaking(other):
            try:
                content = Report(inputs, *results).content()
                archive.draw(content)
            except FontError:
                continue
            yield content


def refuse_foreign_folder(out: Path) -> None:
    """Raise OutputError where `out` holds anything but an earlier run, or cannot be made."""
    if out.exists() and not (out.is_dir() and ((out / RECORD).exists() or not any(out.iterdir()))):
        raise OutputError(
            _("{folder} exists and is not the folder of an earlier run; name a new one.").format(folder=out)
        )
    beside = next(parent for parent in out.absolute().parents if parent.exists())
    if not (beside.is_dir() and os.access(beside, os.W_OK)):
        raise OutputError(_("Nothing can be written to {folder}; name another place.").format(folder=beside))


def _review(last: Path | None, inputs: Inputs, clock: Callable[[str], None]) -> Review | None:
    """Hold the forecast of an earlier run against the counts, before anything else takes its time."""
    if last is None:
        return None
    clock("review")
    return review(last, inputs)


def _plan(inputs: Inputs, outcome: Forecast, clock: Callable[[str], None]) -> Plan | None:
    if inputs.options is None:
        return None
    clock("plan")
    return optimize_plan(outcome.shortfall, inputs.options, budget=inputs.budget)


def _ask(plan: Plan, clock: Callable[[str], None]) -> list[Result]:
    """Ask the plan for others nearly as good, and for what less money would do."""
    clock("alternatives")
    found = find_alternatives(plan, number=2, nodes=NODES)
    clock("frontier")
    return [found, trace_frontier(plan, points=POINTS, nodes=NODES)]


def past_forecasts(
    inputs: Inputs,
    scenario: Scenario,
    progress: Callable[[str], None],
    *,
    origins: int = ORIGINS,
    horizon: int = HORIZON,
) -> Backtest | None:
    """Hold forecasts from past years against what happened, where the history is long enough; else return None.

    Parameters
    ----------
    origins : int
        Past years to forecast from, at most; each had at least five years to learn from.
    horizon : int
        Years ahead.
    """
    if inputs.enrollment is None:
        return None
    history = roll_history(inputs)
    first = int(history["year"].min()) + LEAST_HISTORY - 1
    years = [year for year in range(inputs.base_year - origins, inputs.base_year) if year >= first]
    if not years:
        return None
    progress("backtest")
    sizes = {grade: float(stage.class_size) for stage in inputs.area.stages for grade in stage.grades}
    return backtest(
        history, origins=years, horizon=horizon, draws=scenario.draws, seed=scenario.seed,
        births=entry_births(inputs), class_size=sizes,
    )  # fmt: skip


def _hindcast(inputs: Inputs, scenario: Scenario, clock: Callable[[str], None]) -> ChildHindcast | None:
    """Hold past forecasts of the children against those who came, where the demand follows children."""
    origins = hindcast_origins(inputs, most=ORIGINS)
    if not origins:
        return None
    clock("hindcast")
    draws = min(scenario.draws, PAST_DRAWS)
    return hindcast_children(inputs, origins=origins, horizon=HORIZON, draws=draws, seed=scenario.seed)


@contextmanager
def _whole_folder(out: Path) -> Iterator[Path]:
    """Give a new folder beside `out`, and move it into place when all is written; else nothing remains of it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield folder
        folder.chmod(0o755)
        if out.exists():
            earlier = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent)) / out.name
            out.rename(earlier)
            try:
                folder.rename(out)
            except OSError:
                earlier.rename(out)
                earlier.parent.rmdir()
                raise
            _keep_foreign(earlier, out)
            shutil.rmtree(earlier.parent)
        else:
            folder.rename(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep_foreign(earlier: Path, out: Path) -> None:
    """Move what a person has laid beside an earlier run's files into the new folder."""
    names = ("report", *(f"report-{other}" for other in LANGUAGES))
    own = {RECORD, TABLES, KEPT, *(f"{name}.{suffix}" for name in names for suffix in FORMATS)}
    for path in earlier.iterdir():
        if path.name not in own:
            path.rename(out / path.name)
