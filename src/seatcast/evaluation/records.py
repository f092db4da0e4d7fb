"""Records of past forecasts: what was forecast of each place, by every method, beside what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.enrollment.panel import sums
from seatcast.evaluation.scores import crps, pit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatcast.enrollment.panel import Bools, Floats, RollPanel
    from seatcast.enrollment.rolls import EnrollmentForecast

LEVELS = ("cell", "school", "district")
SIZES = ("small", "medium", "large")
_KEYS = {"cell": ["district", "school", "grade"], "school": ["district", "school"], "district": ["district"]}
_ENDS = {"low95": 0.025, "low": 0.1, "low50": 0.25, "forecast": 0.5, "high50": 0.75, "high": 0.9, "high95": 0.975}


@dataclass(frozen=True, eq=False)
class Origin:
    """One year that was forecast from.

    Attributes
    ----------
    panel : RollPanel
        All that is known today.
    origin : int
        The year.
    forecast : EnrollmentForecast
        Made with nothing later than the origin.
    references : dict of (horizon, cell), pupils
        What each reference method would have said.
    class_size : mapping of grade to pupils
        Pupils to a class; grades left out have none.
    """

    panel: RollPanel
    origin: int
    forecast: EnrollmentForecast
    references: dict[str, Floats]
    class_size: Mapping[int, float]

    def matched(self, target: int) -> tuple[Bools, pd.DataFrame]:
        """Return (cell,) what compares in `target`, and the schools at the origin that do not."""
        panel = self.panel
        at, to = self.origin - int(panel.years[0]), target - int(panel.years[0])
        same = panel.unchanged(at, to)
        for before in range(max(at - 2, 0), at):
            same &= panel.unchanged(at, before)
        live = panel.live[at]
        other = live & ~same[panel.school_code]
        left_out = pd.DataFrame({"district": panel.district[other], "school": panel.school[other]}).drop_duplicates()
        return panel.comparable(at, to) & same[panel.school_code], left_out

    def records(self, target: int, matched: Bools) -> list[pd.DataFrame]:
        """Return the records of a target year at each level; totals are sums of draws, then quantiles."""
        panel, cells = self.panel, np.flatnonzero(matched)
        first = int(panel.years[0])
        drawn = self.forecast.draws
        at = pd.MultiIndex.from_arrays([drawn["school"].to_numpy(), drawn["grade"].to_numpy()])
        place = at.get_indexer(pd.MultiIndex.from_arrays([panel.school[cells], panel.grade[cells]]))
        paths = drawn.sel(year=target).to_numpy()[place].astype(float)
        labels = pd.DataFrame({name: getattr(panel, name)[cells] for name in _KEYS["cell"]})
        now, actual = panel.pupils[self.origin - first][cells], panel.pupils[target - first][cells]
        a_class = labels["grade"].map(dict(self.class_size)).to_numpy(float)
        numbers = {name: rows[target - self.origin - 1][cells] for name, rows in self.references.items()}
        numbers |= {"now": now, "actual": actual, "_in_classes": a_class * now}
        kept = {
            "grade_type": np.where(panel.until(self.origin).continuing[cells], "continuing", "entry"),
            "size": self._sizes()[cells],
        }
        by_level = {"cell": ("grade_type", "size"), "school": ("size",), "district": ()}
        out = []
        for level in LEVELS:
            keys = _KEYS[level]
            starts = np.flatnonzero(~labels.duplicated(keys)) if len(labels) else np.zeros(0, int)
            frame = labels.iloc[starts][keys].reset_index(drop=True)
            frame = frame.assign(level=level, origin=self.origin, year=target)
            if len(starts):
                x = np.add.reduceat(paths, starts, axis=0)
                frame = frame.assign(
                    **{name: kept[name][starts] for name in by_level[level]},
                    **{name: np.add.reduceat(values, starts) for name, values in numbers.items()},
                    **dict(zip(_ENDS, np.quantile(x, list(_ENDS.values()), axis=1), strict=True)),
                )
                frame["crps"], frame["pit"] = crps(frame["actual"], x), pit(frame["actual"], x)
                # a school's class is the mean of its grades', by pupils; a district is too wide for one
                mean = frame.pop("_in_classes") / frame["now"].where(frame["now"] > 0)
                if level == "district":
                    mean = mean * np.nan
                frame["class_size"] = mean
                if level == "cell":
                    full = np.ceil(frame["now"] / mean - 1e-9) * mean
                    frame["more_classes"] = np.where(mean.notna(), (x > full.to_numpy()[:, None]).mean(1), np.nan)
            out.append(frame)
        return out

    def _sizes(self) -> np.ndarray:
        """Return (cell,): whether the school is of the smallest, middle or largest third at the origin."""
        panel = self.panel
        total = sums(np.nan_to_num(panel.pupils[self.origin - int(panel.years[0])]), panel.school_code)
        here = total[total > 0]
        ends = np.quantile(here, [1 / 3, 2 / 3]) if len(here) else np.zeros(2)
        return np.array(SIZES, object)[np.searchsorted(ends, total, side="left")][panel.school_code]
