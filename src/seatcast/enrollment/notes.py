"""What a forecast of rolls could not take into account, said in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from seatcast.core.labels import DISTRICT, DRAW, SCHOOL, YEAR
from seatcast.enrollment.hindcast import LEADS
from seatcast.enrollment.told import SHOWN
from seatcast.inputs.roll_tables import LEAVING
from seatcast.language import _, clauses, join, n_, sentences

if TYPE_CHECKING:
    import xarray as xr

    from seatcast.enrollment.event_table import Event
    from seatcast.enrollment.rolls import EnrollmentForecast


@dataclass(frozen=True, eq=False)
class Known:
    """What a forecast was given besides the rolls, and what it had to learn from.

    Attributes
    ----------
    births : DataFrame (entry_year, district, births) or None
    events : tuple of Event
    leads : int
        Years ahead, at most five, at which the record tells errors of past forecasts.
    """

    births: pd.DataFrame | None
    events: tuple[Event, ...]
    leads: int


def roll_notes(rolls: EnrollmentForecast, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return a sentence for each thing that a forecast could not do or was not told, in the language in force.

    Parameters
    ----------
    rolls : EnrollmentForecast
        Of those made otherwise than by `forecast_enrollment` nothing is said of births, events and past errors.
    names : mapping, optional
        Of schools, to be said instead of their ids.
    """
    history, draws, known = rolls.history, rolls.draws, rolls.known
    said = [*_unknown(history, known)]
    if known is not None:
        place = dict(names or {})
        said += [*_absent(history, draws, known, place), *_births(draws, known), *_events(rolls.detected, known, place)]
        said += _past_errors(known, draws.sizes[YEAR])
    if draws.sizes[DRAW] == 1:
        said.append(_("A single draw is one possible future and tells no interval."))
    return tuple(said)


def _unknown(history: pd.DataFrame, known: Known | None) -> Iterator[str]:
    """Tell counts that are not known in the last year, and years without any."""
    base = int(history[YEAR].max())
    unknown = int(history.loc[history[YEAR] == base, "pupils"].isna().sum())
    if unknown:
        text = n_(
            "{n} count of {base} is not published and not in the pupils of that year.",
            "{n} counts of {base} are not published and not in the pupils of that year.",
            unknown,
        ).format(n=unknown, base=base)
        more = _("The forecast takes the level of the grade's own past.")
        yield text if known is None else sentences([text, more])
    counts = history.groupby(YEAR)["pupils"].count()
    if (counts == 0).any():
        yield _("No count of {years} is known: no ratio and no past error is learned across it.").format(
            years=join([str(year) for year in counts.index[counts == 0]])
        )


def _absent(history: pd.DataFrame, draws: xr.DataArray, known: Known, names: dict[str, str]) -> Iterator[str]:
    """Name the districts and schools that have nobody in the last year; not those that events have closed."""
    told = {event.school for event in known.events if event.event in LEAVING}
    counted = history[history["pupils"] > 0]
    last = counted.groupby([DISTRICT, SCHOOL])[YEAR].max().sort_values(ascending=False, kind="stable").reset_index()
    gone = last[~last[SCHOOL].isin({*draws[SCHOOL].values, *told})]
    districts = [name for name in gone[DISTRICT].unique() if name not in set(draws[DISTRICT].values)]
    schools = [names.get(name, name) for name in gone.loc[~gone[DISTRICT].isin(districts), SCHOOL]]
    base = int(history[YEAR].max())
    if districts:
        text = _("Districts without pupils in {base} are not forecast: {names}.")
        yield text.format(base=base, names=_some(districts))
    if schools:
        text = _("Schools without pupils in {base} are not forecast: {names}.")
        yield text.format(base=base, names=_some(schools))


def _births(draws: xr.DataArray, known: Known) -> Iterator[str]:
    """Tell districts that have no births where others do, and births that end before the forecast."""
    if known.births is None:
        return
    births = known.births[known.births["births"].notna()]
    last = births.groupby(births[DISTRICT].astype(str))["entry_year"].max()
    forecast = sorted(set(draws[DISTRICT].values))
    last = last[last.index.isin(forecast)].astype(int)
    without = [name for name in forecast if name not in last.index]
    if without:
        text = _("No births are known of {names}: their entry grades keep their level.")
        yield text.format(names=_some(without))
    end = int(last.max())
    if end < int(draws[YEAR].max()):
        text = _("Births are known of those who enter up to {year}; of later years the last are held.")
        yield text.format(year=end)
    early = last[last < min(end, int(draws[YEAR].max()))].sort_values()
    if len(early):
        text = _("Births end earlier than elsewhere, and entry grades keep their level afterwards, in {names}.")
        yield text.format(names=_some([f"{name} ({year})" for name, year in early.items()]))


def _events(detected: pd.DataFrame, known: Known, names: dict[str, str]) -> Iterator[str]:
    """Name what the record shows and no table of events says; see `detect_events`."""
    left = {event.school for event in known.events if event.event in LEAVING}
    opened = {event.school for event in known.events if event.event == "open"}
    table = detected.sort_values(YEAR, ascending=False, kind="stable")
    found: dict[str, list[str]] = {"merge": [], "close": [], "open": []}
    for event in table.to_dict("records"):
        kind, school = event["event"], event[SCHOOL]
        if kind not in found or school in (opened if kind == "open" else left):
            continue
        text = _("{school} into {others} ({year})") if kind == "merge" else _("{school} ({year})")
        others = join([names.get(other, other) for other in event["others"] or ()])
        found[kind].append(text.format(school=names.get(school, school), others=others, year=event[YEAR]))
    labels = {"merge": _("merged: {names}"), "close": _("closed: {names}"), "open": _("opened: {names}")}
    parts = [labels[kind].format(names=_some(schools)) for kind, schools in found.items() if schools]
    if not parts:
        return
    text = _("By the look of the rolls, though no table of events says so, schools {events}.")
    said = [text.format(events=clauses(parts))]
    if found["merge"]:
        said.append(_("Schools whose merger is told are counted as one from the start, so that it bends no ratio."))
    yield sentences(said)


def _past_errors(known: Known, horizon: int) -> list[str]:
    """Tell for which years ahead the width of the intervals is not learned from this record."""
    if known.leads >= min(horizon, LEADS):
        return []
    if not known.leads:
        text = _(
            "The record is too short to tell errors of past forecasts: intervals are as wide as is usual elsewhere."
        )
        return [text]
    return [
        n_(
            "The record tells errors of past forecasts {n} year ahead; beyond, the width of intervals leans on what is "
            "usual elsewhere.",
            "The record tells errors of past forecasts up to {n} years ahead; beyond, the width of intervals leans on "
            "what is usual elsewhere.",
            known.leads,
        ).format(n=known.leads)
    ]


def _some(names: list[str]) -> str:
    """Return the first names as a list, and how many others there are."""
    others = len(names) - SHOWN
    if others < 1:
        return join(names)
    more = n_("{n} other", "{n} others", others).format(n=others)
    return join([*names[:SHOWN], more])
