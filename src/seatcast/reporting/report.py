"""The report: one content, written as HTML, PDF, DOCX or XLSX."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from seatcast.language import _, join, language, speaking
from seatcast.reporting.content import Content, Section, Table
from seatcast.reporting.disclosure import guarded
from seatcast.reporting.numbering import numbered
from seatcast.reporting.sections import SECTIONS
from seatcast.reporting.story import Story

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatcast.core.result import Result
    from seatcast.inputs.read import Inputs

SUFFIXES = (".html", ".pdf", ".docx", ".xlsx")


class Report:
    """What was found, put together for readers, in the language in force.

    Parameters
    ----------
    inputs : Inputs
        What the bureau gave.
    *results : Result
        Any nouns, in any order; each speaks in the part of the report that its `topic` names, the last of a topic
        in place of earlier ones. A part without a noun says in a sentence that it has none.

    Examples
    --------
    A whole year in four lines, for an example bureau::

        inputs = seatcast.load_example("qingting")
        forecast = seatcast.forecast(inputs, seatcast.Scenario())
        Report(inputs, forecast.demand, forecast.shortfall).write("report.html")
    """

    def __init__(self, inputs: Inputs, *results: Result) -> None:
        self._story = Story(inputs, {result.topic: result for result in results})
        self._language = language()

    def _repr_html_(self) -> str:
        from seatcast.core.notebook import card

        content = self._content
        table = pd.DataFrame({_("section"): [section.heading for section in content.sections]})
        return card(f"{content.title}. {content.subtitle}", table)

    def content(self) -> Content:
        """Return what the report says, the same for every face."""
        return self._content

    @cached_property
    def _content(self) -> Content:
        story = self._story
        with speaking(self._language):
            sections = numbered(make(story) for make in SECTIONS)
            if len(story.taught) == 1:
                sections = tuple(_without_stage(section) for section in sections)
            sections = tuple(_guarded(section, story.area.smallest) for section in sections)
            return Content(
                title=_("{area}: forecast of school places").format(area=story.area.label),
                subtitle=story.subtitle(),
                warnings=story.warnings(),
                sections=sections,
                language=self._language,
            )

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the report to `path`; its suffix decides how. Nothing half-written is ever left there.

        Parameters
        ----------
        path : path
            Ends in .html, .pdf, .docx or .xlsx; missing folders are made.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        ValueError
            If the suffix is none of these.
        FontError
            If Chinese is to be drawn and no face for it is found.
        """
        suffix = Path(path).suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(
                _('A report cannot be written to "{name}": its suffix must be one of {suffixes}.').format(
                    name=Path(path).name, suffixes=join(list(SUFFIXES))
                )
            )
        return write(self._content, path)


def write(content: Content, path: str | os.PathLike[str]) -> Path:
    """Write what a report says to `path`, in its own language; see `Report.write`."""
    target = Path(path)
    with speaking(content.language):
        written = _renderer(target.suffix.lower())(content)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(written)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target


def _guarded(section: Section, smallest: int) -> Section:
    """Return the section with every table led through the door of disclosure."""
    blocks = (guarded(block, smallest) if isinstance(block, Table) else block for block in section.blocks)
    return replace(section, blocks=tuple(blocks))


def _without_stage(section: Section) -> Section:
    """Return the section without the column that says the same in every row: the only stage there is."""
    blocks = (
        replace(block, columns=tuple(column for column in block.columns if column.key != "stage_name"))
        if isinstance(block, Table)
        else block
        for block in section.blocks
    )
    return replace(section, blocks=tuple(blocks))


def _renderer(suffix: str) -> Callable[[Content], bytes]:
    """Return the face for a suffix; each brings a heavy library, so only the one asked for is imported."""
    if suffix == ".html":
        from seatcast.reporting.html import to_html

        return to_html
    if suffix == ".pdf":
        from seatcast.reporting.pdf import to_pdf

        return to_pdf
    if suffix == ".docx":
        from seatcast.reporting.docx import to_docx

        return to_docx
    from seatcast.reporting.xlsx import to_xlsx

    return to_xlsx
