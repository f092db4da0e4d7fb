"""The official rule of alert as data: children over the entry seats of the normal intake plan."""

from __future__ import annotations

from dataclasses import dataclass

from seatcast.core.study_area import StudyArea
from seatcast.language import _, join, n_, named, sentences, sourced


@dataclass(frozen=True)
class AlertRule:
    """An official rule of alert: children over the entry seats of the normal intake plan.

    Attributes
    ----------
    yellow, red : float
        Ratios from which on the level is given; equal: there is no yellow.
    statuses : tuple of str or None
        Whose children are counted; None: those of the area's first status, the locally registered. An empty tuple
        counts all.
    years_ahead : int
        How far the alert looks.
    source, source_zh : str
        Where the rule stands.
    assumed : bool
        The source prints no ratio: yellow and red are assumed, and `said` says so.
    """

    name: str = ""
    yellow: float = 0.9
    red: float = 1.0
    statuses: tuple[str, ...] | None = None
    years_ahead: int = 3
    source: str = ""
    name_zh: str | None = None
    source_zh: str | None = None
    assumed: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.yellow <= self.red or self.years_ahead < 1:
            raise ValueError(_("An alert turns yellow above 0, red no lower, and looks 1 year ahead or more."))

    def counted(self, area: StudyArea) -> tuple[str, ...]:
        """Return the statuses of the area whose children are counted; none: all."""
        return (area.statuses[0].status,) if self.statuses is None else self.statuses

    def said(self, area: StudyArea) -> str:
        """Return what the rule divides by what, its levels and its reach in a sentence, and its source in another.

        Examples
        --------
        >>> from seatcast.testing import toy_area
        >>> print(AlertRule(red=1.1, years_ahead=2).said(toy_area()))
        The official rule divides the children expected to enter (local) by the entry seats of the normal intake plan: \
yellow from 90%, red from 110%, up to 2 years ahead.
        """
        names = {status.status: status.label for status in area.statuses}
        counted = [names.get(status, status) for status in self.counted(area)] if len(names) > 1 else []
        ahead = n_("up to {n} year ahead", "up to {n} years ahead", self.years_ahead).format(n=self.years_ahead)
        steps = _("yellow from {yellow}, red from {red}") if self.yellow < self.red else _("red from {red}")
        text = _(
            "The official rule{name} divides the children expected to enter{statuses} by the entry seats of the normal "
            "intake plan: {levels}, {ahead}."
        ).format(
            name=_(" ({name})").format(name=named(self.name, self.name_zh)) if self.name else "",
            statuses=_(" ({name})").format(name=join(counted)) if counted else "",
            levels=steps.format(yellow=f"{100 * self.yellow:g}%", red=f"{100 * self.red:g}%"),
            ahead=ahead,
        )
        source = named(self.source, self.source_zh)
        if not source:
            return text
        assumed = [_("The source prints no ratio; the levels are assumed here.")] if self.assumed else []
        return sentences([text, sourced(source), *assumed])


HANGZHOU = AlertRule(
    "Hangzhou, 2023", name_zh="杭州市2023年", source="Hangzhou Daily, 2023-04-13", source_zh="《杭州日报》2023年4月13日"
)
"""Registered children of school age over the normal intake plan: red from 1.0, yellow from 0.9, 3 years ahead."""
HUANGPU = AlertRule(
    "Huangpu, Guangzhou, 2023", yellow=1.0, red=1.0, years_ahead=1, name_zh="广州市黄埔区2023年",
    source="Education Bureau of Huangpu, Guangzhou, 2023-01-12", source_zh="广州市黄埔区教育局，2023年1月12日",
    assumed=True,
)  # fmt: skip
"""A list of schools whose seats are tight, a year ahead, by registered children; the bureau prints no ratio: that
of 1.0 is assumed."""
