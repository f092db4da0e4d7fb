"""What a review says in sentences: how far the forecast was off, in what, and what has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatcast.evaluation.change import ERROR_PARTS, part_labels
from seatcast.language import _, n_, sentences

if TYPE_CHECKING:
    import pandas as pd

    from seatcast.evaluation.review import Review


def of_review(found: Review, first: pd.Series) -> str:
    """Return the error of the first year both have, its largest part, the interval, the change and the decisions.

    Parameters
    ----------
    first : Series
        year, wape, bias and coverage_80 of that year.
    """
    said = [
        _(
            "The forecast made in {base} missed the school rolls of {year} by {wape:.1f} percent of pupils "
            "({direction}); {coverage:.0f} percent of the counts by grade lay within their 80 percent interval."
        ).format(
            base=found.base_year, year=int(first["year"]), wape=first["wape"], direction=_direction(first["bias"]),
            coverage=first["coverage_80"],
        )
    ]  # fmt: skip
    if len(found.unmatched):
        text = n_(
            "{n} count that was forecast is not on record.",
            "{n} counts that were forecast are not on record.",
            len(found.unmatched),
        )
        said.append(text.format(n=len(found.unmatched)))
    said.append(_largest(found.error_parts(), int(first["year"])))
    if found.change is not None:
        said.append(found.change.summary().sentence)
    if number := len(found.decisions):
        text = n_("{n} decision is logged with it.", "{n} decisions are logged with it.", number)
        said.append(text.format(n=number))
    return sentences(said)


def _largest(schools: pd.DataFrame, year: int) -> str:
    """Return the sentence on the part that makes up most of the schools' errors in a year."""
    sizes = schools.loc[schools["year"] == year, list(ERROR_PARTS)].abs().sum()
    text = _("Of the errors of its schools, {share:.0f} percent lie in {part}.")
    whole = float(sizes.sum())
    return text.format(
        part=part_labels()[str(sizes.idxmax())], share=100 * float(sizes.max()) / whole if whole else 0.0
    )


def _direction(signed: float) -> str:
    if abs(signed) < 0.05:
        return _("neither too many nor too few")
    if signed > 0:
        return _("{percent:.1f} percent too many").format(percent=signed)
    return _("{percent:.1f} percent too few").format(percent=-signed)
