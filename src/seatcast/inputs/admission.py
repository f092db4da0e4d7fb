"""The sections [admission] of bureau.toml: how seats are given out; the order itself stands in the table `tiers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatcast.core.admission import Round
from seatcast.inputs.keys import KeyReader
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from seatcast.core.study_area import Status

_KEYS = ("since", "tie", "lottery", "reserved", "round", "overflow", "lock_years", "source")
FIRST_YEAR, LAST_YEAR = 1900, 2999


def read_admission(take: KeyReader, document: Dict[str, Any], statuses: Sequence[Status]) -> tuple[dict[str, Any], ...]:
    """Return what each section states, by the year from which it holds: the attributes of `AdmissionRule`.

    One section [admission] holds always; several [[admission]] hold each from its year `since` on, in full: what one
    does not name is as if it were never named.
    """
    given = document.get("admission", [])
    sections = [given] if isinstance(given, dict) else given
    if not isinstance(sections, list) or not all(isinstance(section, dict) for section in sections):
        rule = _("it is a section [admission], or one [[admission]] for each year in which it changes")
        take.problem("admission", repr(given), rule)
        return ()
    since = [_read_since(take, section) for section in sections]
    stated = [_read_section(take, *pair, statuses) for pair in zip(sections, since, strict=True)]
    years = [year for year in since if year is not None]
    for year in sorted({year for year in years if years.count(year) > 1}):
        found = _("two sections hold since {year}").format(year=year) if year else _("two sections name no year")
        take.problem("admission.since", found, _("each [[admission]] holds since a year of its own"))
    return tuple(sorted(stated, key=lambda section: int(section["since"])))


def _read_since(take: KeyReader, section: Dict[str, Any]) -> int | None:
    """Return the year from which a section holds, 0 where it names none; None where it cannot be read."""
    since: int | None = take.take("admission", section, "since", int, None if "since" in section else 0)
    if since and not FIRST_YEAR <= since <= LAST_YEAR:
        rule = _("a year lies between {first} and {last}, such as 2028").format(first=FIRST_YEAR, last=LAST_YEAR)
        take.problem("admission.since", str(since), rule)
        return None
    return since


def _read_section(
    take: KeyReader, section: Dict[str, Any], since: int | None, statuses: Sequence[Status]
) -> dict[str, Any]:
    take.known("admission", section, _KEYS)
    tie = take.take("admission", section, "tie", str, "lot")
    if tie not in ("lot", "distance"):
        take.problem("admission.tie", repr(tie), _('the rule among equals is "lot" or "distance"'))
        tie = "lot"
    lottery = take.take("admission", section, "lottery", int, None)
    if lottery is not None and (lottery < 0 or tie == "distance"):
        rule = _("a seed is 0 or more, and nobody draws lots where the nearer is served first")
        take.problem("admission.lottery", str(lottery), rule)
        lottery = None
    names = tuple(status.status for status in statuses)
    reserved = take.take("admission", section, "reserved", dict, {})
    take.known("admission.reserved", reserved, names)
    kept = {name: take.take("admission.reserved", reserved, name, float, 0.0) for name in names if name in reserved}
    if len(kept) > 1 or any(not 0 <= share <= 1 for share in kept.values()):
        rule = _("seats are reserved for one status, a share between 0 and 1")
        take.problem("admission.reserved", ", ".join(f"{name} = {share:g}" for name, share in kept.items()), rule)
        kept = {}
    numbers = {"overflow": take.take("admission", section, "overflow", float, 0.0)}
    numbers["lock_years"] = take.take("admission", section, "lock_years", int, 0)
    for key, value in numbers.items():
        if value < 0:
            take.problem(f"admission.{key}", f"{value:g}", _("a number of metres or years is 0 or more"))
            numbers[key] = 0
    return {
        "since": since or 0,
        "tie": tie,
        "lottery": lottery,
        "reserved": kept,
        "rounds": _rounds(take, section),
        **numbers,
        "source": take.take("admission", section, "source", str, ""),
    }


def _rounds(take: KeyReader, section: Dict[str, Any]) -> tuple[Round, ...]:
    rounds = []
    for row in take.take("admission", section, "round", list, []):
        if not isinstance(row, dict):
            take.problem("admission.round", repr(row), _("each round is a section [[admission.round]]"))
            continue
        take.known("admission.round", row, ("schools", "metres"))
        schools = take.take("admission.round", row, "schools", int, None)
        metres = take.take("admission.round", row, "metres", float, None)
        if (schools is not None and schools < 1) or (metres is not None and metres < 0):
            take.problem("admission.round", str(row), _("a round names at least 1 school, and 0 metres or more"))
        else:
            rounds.append(Round(schools, metres))
    return tuple(rounds) or (Round(),)
