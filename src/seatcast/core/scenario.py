"""A scenario: how far, how many futures, and every assumption that may be changed, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from seatcast.core.notebook import card
from seatcast.core.number import is_number, is_whole
from seatcast.core.refused import RefusedError
from seatcast.core.streams import Streams
from seatcast.language import _, n_

Admission = Literal["tiers", "equal"]
_WHOLE = {"draws": 1, "seed": 0, "horizon": 1}
"""What counts something, and the least of it."""


@dataclass(frozen=True)
class Scenario:
    """A named set of assumptions; vary it with `replace`, never in place.

    Attributes
    ----------
    name : str
        How tables and reports call it.
    draws : int
        Joint futures drawn, 1 or more.
    seed : int
        Same seed, same numbers; two scenarios of one seed share every draw that they do not change.
    horizon : int or None
        Years forecast after the last record; None: the bureau's own horizon.
    arrivals, departures : float
        Migration of children into and out of the area, as multiples of what the history shows.
    return_flow : float
        Departures of children registered elsewhere at the end of a stage, as far as they exceed those of the ages
        around, as a multiple of what the history shows.
    induced : float
        Share of the children left behind who join their parents in a year because admission eases. 0 to 1; those who
        join anyway are in the history.
    elasticity : float
        Of joining: by how much the share of the children left behind who join in a year lies above `induced`, in
        percentage points per percentage point by which the share admitted rises. Goes with `admitted_rise`.
    admitted_rise : float, or mapping of year to float
        By how much the share of children admitted lies above that of the record, 0 to 1; by year, each holds to the
        next year named, and nothing before the first; whole years, each once. Kept as pairs of year and rise.
    new_dwellings : float
        Dwellings to be completed, as a multiple of those planned; what exceeds the record's average brings children.
    births : float
        Births after the last record, as a multiple of the trend.
    participation : float
        Children who seek a public seat, as a multiple of the share observed; shares end at 1.
    admission : {"tiers", "equal"}
        The order of admission: the bureau's tiers, or all children together, drawn by lot.
    committed : bool
        Whether projects already decided, given as seats of later years, are built.

    Raises
    ------
    RefusedError
        If a number is none, or lies outside its range, or `admission` is neither of the two; all problems at once.

    Examples
    --------
    >>> boom = Scenario("baseline").replace(name="boom", arrivals=1.3)
    >>> boom.changes(Scenario("baseline"))
    {'name': 'boom', 'arrivals': 1.3}
    >>> eased = Scenario(elasticity=0.5, admitted_rise={2027: 0.1, 2029: 0.2})
    >>> [eased.joining(year) for year in (2026, 2028, 2029)]
    [0.0, 0.05, 0.1]
    """

    name: str = "baseline"
    draws: int = 500
    seed: int = 2026
    horizon: int | None = None
    arrivals: float = 1.0
    departures: float = 1.0
    return_flow: float = 1.0
    induced: float = 0.0
    elasticity: float = 0.0
    admitted_rise: float | Mapping[int, float] | Sequence[tuple[int, float]] = 0.0
    new_dwellings: float = 1.0
    births: float = 1.0
    participation: float = 1.0
    admission: Admission = "tiers"
    committed: bool = True

    def __post_init__(self) -> None:
        wrong = [*self._problems_of_numbers()]
        problem = self._ordered_rise()
        if problem:
            wrong.append(problem)
        elif is_number(self.induced) and is_number(self.elasticity):
            wrong += self._problems_of_joining()
        if self.admission not in ("tiers", "equal"):
            wrong.append(_('admission is "{value}"; choose "tiers" or "equal".').format(value=self.admission))
        if wrong:
            raise RefusedError("Scenario: " + " ".join(wrong))

    def _problems_of_numbers(self) -> Iterator[str]:
        """Yield what is no number, not whole where it counts something, or too low; whole numbers are kept as int."""
        multiples = ("arrivals", "departures", "return_flow", "new_dwellings", "births", "participation")
        least = {**_WHOLE, **dict.fromkeys((*multiples, "induced", "elasticity"), 0)}
        for field, low in least.items():
            value = getattr(self, field)
            if value is None and field == "horizon":
                continue
            if not is_number(value):
                yield _("{field} is {value!r}; it must be a number. Give it without quotation marks.").format(
                    field=field, value=value
                )
            elif field in _WHOLE and not is_whole(value):
                yield _("{field} is {value}; it must be a whole number.").format(field=field, value=value)
            elif not value >= low:
                yield _("{field} is {value}; it must be at least {least}.").format(field=field, value=value, least=low)
            elif field in _WHOLE:
                object.__setattr__(self, field, int(value))

    def _ordered_rise(self) -> str:
        """Keep the rise as a number, or as pairs of year and rise in order; return what is wrong with it."""
        given = self.admitted_rise
        try:
            if isinstance(given, int | float):
                object.__setattr__(self, "admitted_rise", float(given))
            else:
                pairs = given.items() if isinstance(given, Mapping) else given
                rises = [(float(year), float(rise)) for year, rise in pairs]
                years = [year for year, _rise in rises]
                for year in years:
                    if not year.is_integer():
                        return _("admitted_rise names the year {year}; a year is a whole number.").format(year=year)
                    if years.count(year) > 1:
                        said = _("admitted_rise names the year {year} more than once; give each year one number.")
                        return said.format(year=int(year))
                object.__setattr__(self, "admitted_rise", tuple(sorted((int(year), rise) for year, rise in rises)))
        except (TypeError, ValueError):
            return _("admitted_rise is {value}; give a number, or numbers by year.").format(value=given)
        return ""

    def _rises(self) -> tuple[tuple[int, float], ...]:
        return ((0, self.admitted_rise),) if isinstance(self.admitted_rise, float) else tuple(self.admitted_rise)  # type: ignore[arg-type]

    def _problems_of_joining(self) -> Iterator[str]:
        rises = [rise for _year, rise in self._rises()]
        for rise in rises:
            if not 0 <= rise <= 1:
                yield _("admitted_rise is {value}; a rise in a share is within 0 and 1.").format(value=rise)
        if (self.elasticity > 0) != any(rise > 0 for rise in rises):
            yield _("elasticity and admitted_rise do nothing alone; give both.")
        most = self.induced + self.elasticity * max(rises, default=0.0)
        if self.induced > 1:
            yield _("induced is {value}; a share of children is at most 1.").format(value=self.induced)
        elif most > 1:
            yield _(
                "induced and elasticity times admitted_rise let {share:.2f} of the children left behind join in a "
                "year; at most 1 can. Lower one of them."
            ).format(share=most)

    def joining(self, year: int) -> float:
        """Return the share of the children left behind who join their parents in a year because admission eases.

        induced + elasticity x rise in the share admitted.
        """
        rise = next((rise for since, rise in reversed(self._rises()) if since <= year), 0.0)
        return self.induced + self.elasticity * rise

    @property
    def streams(self) -> Streams:
        """Random numbers by name; see `Streams`."""
        return Streams(self.seed)

    def _repr_html_(self) -> str:
        import pandas as pd

        changed = self.changes(type(self)())
        table = pd.DataFrame({_("assumption"): list(asdict(self)), _("value"): [str(v) for v in asdict(self).values()]})
        said = n_(
            "Scenario {name}: {n} assumption differs from the baseline.",
            "Scenario {name}: {n} assumptions differ from the baseline.",
            others := len(changed.keys() - {"name"}),
        ).format(name=self.name, n=others)
        return card(said, table[[name in changed for name in asdict(self)]])

    def replace(self, **changes: Any) -> Scenario:
        """Return the scenario with some assumptions changed."""
        return replace(self, **changes)

    def changes(self, other: Scenario) -> dict[str, Any]:
        """Return the assumptions that differ from `other`, with this scenario's values."""
        mine, theirs = asdict(self), asdict(other)
        return {field: value for field, value in mine.items() if value != theirs[field]}
