"""What every noun answers: a table, a sentence with a table, a picture, and how it looks in a notebook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd
import xarray as xr

from seatcast.core.labels import DRAW
from seatcast.core.notebook import card

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, eq=False)
class Summary:
    """A sentence that says what was found, the small table that shows it, and perhaps a note on what is counted."""

    sentence: str
    table: pd.DataFrame
    note: str = ""

    def __str__(self) -> str:
        note = f"\n\n{self.note}" if self.note else ""
        return f"{self.sentence}\n\n{self.table.to_string(index=False)}{note}"

    def _repr_html_(self) -> str:
        return card(self.sentence, self.table, note=self.note)


class Result(ABC):
    """A step's outcome: frozen, labelled, able to present itself.

    Attributes
    ----------
    topic : str
        The part of the report in which it speaks, such as "demand" or "plan".
    """

    topic: ClassVar[str]

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the outcome as a tidy table, one row a fact."""

    @abstractmethod
    def summary(self) -> Summary:
        """Return what was found: one sentence and a small table."""

    @abstractmethod
    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the outcome and return the Axes; nothing is shown."""

    def definition_note(self) -> str:
        """Return who is called what by the definition of `area`, where figures tell statuses apart, or nothing."""
        area = getattr(self, "area", None)
        return "" if area is None else str(area.said_of_statuses())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.summary().sentence}>"

    def _repr_html_(self) -> str:
        found = self.summary()
        return card(found.sentence, found.table, self.plot, note=found.note)


def quantile_frame(draws: xr.DataArray, quantiles: tuple[float, ...] = QUANTILES) -> pd.DataFrame:
    """Return the mean and quantiles over the draws, one row a combination of the other labels.

    Parameters
    ----------
    draws : DataArray (..., draw)
        Sum over whatever should be added up first: quantiles come last and are never added up.
    quantiles : tuple of float
        Between 0 and 1.

    Returns
    -------
    DataFrame
        A column a dimension (and the coordinates that ride on it), then `mean`, then `q10`, `q50` and so on.

    Examples
    --------
    >>> draws = xr.DataArray([[1.0, 2.0, 3.0]], {"year": [2027]}, ("year", "draw"))
    >>> quantile_frame(draws, (0.5,)).to_dict("list")
    {'year': [2027], 'mean': [2.0], 'q50': [2.0]}
    """
    columns = {"mean": draws.mean(DRAW)}
    columns |= {f"q{100 * q:g}": draws.quantile(q, DRAW).drop_vars("quantile") for q in quantiles}
    dims = [str(dim) for dim in draws.dims if dim != DRAW]
    return xr.Dataset(columns).to_dataframe(dim_order=dims).reset_index()
