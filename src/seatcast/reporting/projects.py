"""The project list (项目库) of a plan: who builds what, where, when and for how much, as a file of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from seatcast.language import _, join, language
from seatcast.reporting.content import Column, Content, Paragraph, Section, Table
from seatcast.reporting.numbering import numbered
from seatcast.reporting.project_table import project_frame
from seatcast.reporting.report import write

if TYPE_CHECKING:
    from seatcast.planning.plan import Plan


def write_projects(plan: Plan, path: str | os.PathLike[str]) -> Path:
    """Write a plan's options as a list of projects, in the language in force.

    Parameters
    ----------
    plan : Plan
    path : path
        Ends in .xlsx, or in .html, .pdf or .docx; missing folders are made.

    Returns
    -------
    Path
        The file written: a row a project, with what it is, where, the responsible unit (blank to be filled in where
        the options table names none), money in all and by year, start, first and last year in service, seats,
        teachers.

    Raises
    ------
    ValueError
        If the suffix is none of these.

    Examples
    --------
    ::

        seatcast.write_projects(plan, "projects.xlsx")
    """
    if Path(path).suffix.lower() not in (".xlsx", ".html", ".pdf", ".docx"):
        raise ValueError(
            _('A list of projects cannot be written to "{name}": its suffix must be one of {suffixes}.').format(
                name=Path(path).name, suffixes=join([".xlsx", ".html", ".pdf", ".docx"])
            )
        )
    area, years = plan.simulation.area, plan.programme.years
    columns = (
        Column("number", _("no."), "count"), Column("name", _("project")), Column("kind_name", _("kind")),
        Column("stage_name", _("stage")), Column("place", _("place")), Column("responsible", _("responsible unit")),
        Column("seats", _("seats"), "count"), Column("teachers", _("teachers"), "count"),
        Column("start", _("start"), "year"), Column("opens", _("first in service"), "year"),
        Column("ends", _("last in service"), "year"), Column("total", _("cost {first}-{last}").format(
            first=years[0], last=years[-1]), "count"),
        *(Column(f"y{year}", str(year), "count") for year in years),
    )  # fmt: skip
    table = Table(
        "projects", _("Projects of the plan"), columns, project_frame(plan),
        unit=_("Unit: seats; {money}; teachers").format(money=area.money),
        notes=(_("Cost is that of the works and of service, in the years in which it falls due; negative where money "
                 "is saved. Seats are missing where they follow from others."),), most=200,
    )  # fmt: skip
    content = Content(
        title=_("{area}: projects of the plan").format(area=area.label),
        subtitle=_("{first}-{last}").format(first=years[0], last=years[-1]),
        warnings=(_("The data of this bureau are invented."),) if area.invented else (),
        sections=numbered([Section("projects", _("Projects"), (Paragraph(plan.summary().sentence), table))]),
        language=language(),
    )
    return write(content, path)
