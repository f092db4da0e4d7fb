"""Events that the rolls themselves show: schools that opened, closed, merged or changed their grades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.rates import ratio
from seatcast.core.result import Result, Summary
from seatcast.enrollment.history import checked_history
from seatcast.enrollment.panel import RollPanel, sums
from seatcast.language import _, join, n_, sentences

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.enrollment.panel import Bools, Floats

KINDS = ("open", "close", "merge", "change_grades")
COLUMNS = ["year", "event", "school", "others", "from_grade", "to_grade", "share", "pupils", "district"]
_MOST_OF = 0.5  # of a closed school's pupils, that others must have gained for a merger
_NOTED = 0.1  # of its own pupils, by which a school must have grown to count as one that took them in


@dataclass(frozen=True, eq=False, repr=False)
class RollEvents(Result):
    """What happened to schools, as far as their rolls tell.

    Attributes
    ----------
    table : DataFrame
        year, event (open, close, merge, change_grades), school, others (schools that took its pupils), from_grade and
        to_grade (taught from then on), share (of the pupils due elsewhere, those found in the others), pupils (of
        the school before it closed, or after it opened or changed), district; in the form that `forecast_enrollment`
        reads.
    """

    topic: ClassVar[str] = "events"
    table: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the events in the order of years."""
        return self.table

    def summary(self) -> Summary:
        """Return how many events of each kind, and the largest merger."""
        if self.table.empty:
            said = _("No school opened, closed, merged or changed its grades.")
            return Summary(said, self.table)
        kind = self.table["event"].value_counts()
        parts = [_counted(name, int(kind[name])) for name in KINDS if name in kind]
        first, last = int(self.table["year"].min()), int(self.table["year"].max())
        said = _("From {first} to {last}, as the rolls tell: {events}.").format(
            first=first, last=last, events=join(parts)
        )
        merged = self.table[self.table["event"] == "merge"]
        if len(merged):
            most = merged.sort_values("pupils", kind="stable").to_dict("records")[-1]
            more = _("The largest merger: {school} into {others}, {year}, {pupils:,.0f} pupils.").format(
                school=most["school"], others=join(list(most["others"])), year=most["year"], pupils=most["pupils"]
            )
            said = sentences([said, more])
        return Summary(said, self.table.drop(columns="district"))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the pupils concerned by year and kind of event."""
        from seatcast import charts

        kinds = [kind for kind in KINDS if (self.table["event"] == kind).any()]
        frame = self.table.pivot_table(index="year", columns="event", values="pupils", aggfunc="sum")[kinds].fillna(0.0)
        labels = {"open": _("opened"), "close": _("closed"), "merge": _("merged"), "change_grades": _("changed grades")}
        return charts.bars(frame, ax=ax, title=_("Pupils of schools that changed"), unit=_("pupils"), labels=labels)


def detect_events(history: pd.DataFrame) -> RollEvents:
    """Name the openings, closures, mergers and changes of grades that a history of rolls shows.

    A school merges where, in the year after its last pupils, one or two schools of its district gained, beyond
    what their own cohorts and the district's progression explain, at least half of the pupils it would have had. Counts
    that are unknown show nothing: neither an opening nor a closure. A new school that adds a grade a year is one
    opening; a school with fewer than five pupils in a grade does not offer it.

    Parameters
    ----------
    history : DataFrame
        year, district, school, grade, pupils, as for `forecast_enrollment`.

    Returns
    -------
    RollEvents

    Raises
    ------
    HistoryError
        As `forecast_enrollment` does.

    Examples
    --------
    >>> rows = [(year, "East", "Elm", grade, 60.0) for year in (2025, 2026) for grade in (1, 2)]
    >>> rows += [(2025, "East", "Oak", grade, 20.0) for grade in (1, 2)]
    >>> history = pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"])
    >>> detect_events(history).to_frame()[["year", "event", "school", "pupils"]].to_dict("records")
    [{'year': 2026, 'event': 'close', 'school': 'Oak', 'pupils': 40.0}]
    """
    panel = RollPanel.from_frame(checked_history(history))
    finder = _Finder(panel)
    rows = [row for t in range(1, len(panel.years)) for row in finder.year(t)]
    return RollEvents(pd.DataFrame(rows, columns=COLUMNS))


class _Finder:
    """Looks at the rolls of one year after another."""

    def __init__(self, panel: RollPanel) -> None:
        self.panel = panel
        self.schools = int(panel.school_code.max()) + 1
        self.first_cell = np.unique(panel.school_code, return_index=True)[1]
        self.counts = np.nan_to_num(panel.pupils)
        self.known = np.isfinite(panel.pupils)
        self.open = np.stack([self._any(row) for row in panel.live])
        self.hidden = np.stack([self._any(~row) for row in self.known])
        self.filling: set[int] = set()

    def _any(self, cells: Bools) -> Bools:
        return np.asarray(sums(cells, self.panel.school_code, self.schools) > 0)

    def year(self, t: int) -> list[dict[str, object]]:
        """Return the events of the year at position `t`."""
        panel = self.panel
        ever, later = self.open[:t].any(0) | self.hidden[:t].any(0), self.open[t:].any(0) | self.hidden[t:].any(0)
        opened, closed = self.open[t] & ~ever, self.open[t - 1] & ~later
        rows = []
        for school in np.flatnonzero(opened).tolist():
            self.filling.add(school)
            rows.append(self._row(t, "open", school, panel.live[t], pupils_at=t))
        rows += self._leavers(t, np.flatnonzero(closed).tolist(), opened)
        both = self.open[t] & self.open[t - 1]
        added = panel.live[t] & self.known[t - 1] & (self.counts[t - 1] == 0)
        dropped = panel.live[t - 1] & self.known[t] & (self.counts[t] == 0)
        for school in np.flatnonzero(both & self._any(added | dropped)).tolist():
            mine = panel.school_code == school
            now, before = (panel.grade[mine & panel.live[at]] for at in (t, t - 1))
            grows = school in self.filling and now.max() == before.max() + 1 and now.min() == before.min()
            if not grows:
                self.filling.discard(school)
                rows.append(self._row(t, "change_grades", school, panel.live[t], pupils_at=t))
        return rows

    def _gain(self, t: int, opened: Bools) -> Floats:
        """Return (cell,): pupils beyond what the school's own cohorts explain; all pupils of a school that opened."""
        panel, counts = self.panel, self.counts
        below, lower = panel.below, counts[t - 1, panel.below]
        same = panel.live[t] & (below >= 0) & panel.live[t - 1, below]
        rates = ratio(sums(counts[t] * same, panel.group), sums(lower * same, panel.group), otherwise=1.0)[panel.group]
        usual = np.where((below >= 0) & (lower > 0), lower * np.minimum(rates, 1.1), counts[t - 1])
        gain = np.where(panel.live[t], counts[t] - usual, 0.0)
        return np.where(opened[panel.school_code], counts[t], gain)

    def _leavers(self, t: int, closed: list[int], opened: Bools) -> list[dict[str, object]]:
        """Return closures, and mergers where others gained most of the pupils; what is gained is claimed once.

        The clearest case comes first; then what is left of the gains is looked at again.
        """
        rows = []
        gain = self._gain(t, opened) if closed else np.zeros(0)
        while closed:
            found = [self._takers(t, school, gain) for school in closed]
            at = int(np.argmax([share for share, _taken, _near in found]))
            (share, taken, near), school = found[at], closed.pop(at)
            mine = (self.panel.school_code == school) & self.panel.live[t - 1]
            if share < _MOST_OF:
                rows.append(self._row(t, "close", school, mine, pupils_at=t - 1))
                continue
            others = tuple(str(self.panel.school[self.first_cell[one]]) for one in taken)
            merged = {"others": others, "share": min(share, 1.0)}
            rows.append(self._row(t, "merge", school, mine, pupils_at=t - 1) | merged)
            gain = np.where(near & np.isin(self.panel.school_code, taken), gain * (1 - 1 / max(share, 1.0)), gain)
        return rows

    def _takers(self, t: int, school: int, gain: Floats) -> tuple[float, list[int], Bools]:
        """Return the share of a closed school's pupils that others gained, these schools, and the cells looked at."""
        panel, before = self.panel, self.counts[t - 1]
        mine = (panel.school_code == school) & panel.live[t - 1]
        fed = mine & (panel.below >= 0) & mine[panel.below]
        due = float(before[np.where(fed, panel.below, np.arange(len(before)))][mine].sum())
        near = (panel.district_code == panel.district_code[mine][0]) & np.isin(panel.grade, panel.grade[mine]) & ~mine
        gained = sums(np.where(near, gain, 0.0), panel.school_code, self.schools)
        usual = sums(before, panel.school_code, self.schools)
        gained = np.where(gained > np.maximum(_NOTED * usual, _NOTED * due), gained, 0.0)
        best = np.argsort(-gained, kind="stable")[:2].tolist()
        taken = best[:1] if gained[best[0]] >= _MOST_OF * due else [one for one in best if gained[one] > 0]
        return (float(gained[taken].sum()) / due if due else 0.0), taken, near

    def _row(self, t: int, event: str, school: int, cells: Bools, *, pupils_at: int) -> dict[str, object]:
        panel = self.panel
        mine = (panel.school_code == school) & cells
        first = self.first_cell[school]
        return {
            "year": int(panel.years[t]), "event": event, "school": str(panel.school[first]), "others": (),
            "from_grade": int(panel.grade[mine].min()), "to_grade": int(panel.grade[mine].max()), "share": np.nan,
            "pupils": float(self.counts[pupils_at, mine].sum()), "district": str(panel.district[first]),
        }  # fmt: skip


def _counted(kind: str, number: int) -> str:
    match kind:
        case "open":
            text = n_("{n} school opened", "{n} schools opened", number)
        case "close":
            text = n_("{n} closed", "{n} closed", number)
        case "merge":
            text = n_("{n} merged into others", "{n} merged into others", number)
        case _:
            text = n_("{n} changed its grades", "{n} changed their grades", number)
    return text.format(n=number)
