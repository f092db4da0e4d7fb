"""The names of dimensions, and arrays that are checked against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

YEAR = "year"
DISTRICT = "district"
CATCHMENT = "catchment"
SCHOOL = "school"
GRADE = "grade"
STAGE = "stage"
AGE = "age"
STATUS = "status"
TIER = "tier"
CELL = "cell"
DRAW = "draw"


class LabelError(ValueError):
    """An array does not carry the labels that its place asks for."""


def labelled(array: xr.DataArray, *dims: str, unit: str) -> xr.DataArray:
    """Return `array` with its dimensions in the order given, a unit, and read-only values.

    Parameters
    ----------
    array : DataArray
        Any order of dimensions; every dimension carries labels, except `draw`, which may go without.
    dims : str
        The dimensions it must have, no more and no fewer.
    unit : str
        What the numbers count: "children", "seats", "1" for shares.

    Raises
    ------
    LabelError
        If a dimension is missing, is one too many, or carries no labels or the same label twice.

    Examples
    --------
    >>> labelled(xr.DataArray([[1.0, 2.0]], {"age": [6], "year": [2026, 2027]}), "year", "age", unit="children").dims
    ('year', 'age')
    """
    if set(array.dims) != set(dims):
        raise LabelError(
            f"An array of {unit} has the dimensions {', '.join(map(str, array.dims))}; "
            f"expected {', '.join(dims)}. Select or sum the others first."
        )
    for dim in dims:
        if dim == DRAW:
            continue
        if dim not in array.coords:
            raise LabelError(f"The dimension {dim!r} of an array of {unit} carries no labels; give it coordinates.")
        if not array.indexes[dim].is_unique:
            twice = array.indexes[dim][array.indexes[dim].duplicated()][0]
            raise LabelError(f"The label {twice} occurs twice in {dim!r} of an array of {unit}; labels are unique.")
    ordered = array.transpose(*dims).assign_attrs(unit=unit)
    values = np.ascontiguousarray(ordered.values)
    if values.flags.writeable:
        values = values.view()
        values.flags.writeable = False
    return ordered.copy(data=values)


def catchments_by_year(array: xr.DataArray, stage: str, years: Iterable[int] | None = None) -> pd.DataFrame:
    """Return one stage of an array (catchment, stage, year) as a table: a row a catchment, a column a year.

    Parameters
    ----------
    years : iterable of int, optional
        All unless given.

    Examples
    --------
    >>> counts = xr.DataArray([[[3.0], [5.0]]], {"stage": ["primary"], "year": [2027, 2028], "catchment": ["C01"]})
    >>> catchments_by_year(counts, "primary", [2028]).loc["C01", 2028].item()
    5.0
    """
    shown = array.sel({STAGE: stage} if years is None else {STAGE: stage, YEAR: list(years)})
    return pd.DataFrame(shown.transpose(CATCHMENT, YEAR).to_pandas())


def dense(
    table: pd.DataFrame, column: str, coords: Mapping[str, Iterable[Any]], *, absent: float = 0.0
) -> xr.DataArray:
    """Return a tidy table's counts as an array over all combinations of labels.

    Parameters
    ----------
    table : DataFrame
        A column a dimension, and `column`. Rows of one combination are added up; an empty value stays unknown.
    coords : mapping of dimension to labels
        Rows with other labels are left out.
    absent : float
        The value of a combination without a row: 0 where tables list only what there is.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [6, 7], "children": [10, 12]})
    >>> dense(table, "children", {"age": [6, 7, 8]}).values
    array([10., 12.,  0.])
    """
    labels = {dim: pd.Index(list(values)) for dim, values in coords.items()}
    shape = tuple(len(index) for index in labels.values())
    at = [index.get_indexer(table[dim]) for dim, index in labels.items()]
    inside = np.logical_and.reduce([position >= 0 for position in at])
    cell = np.ravel_multi_index([position[inside] for position in at], shape)
    counts = table[column].to_numpy(float)[inside]
    size = int(np.prod(shape))
    known = ~np.isnan(counts)
    values = np.bincount(cell[known], counts[known], size).astype(float)  # of no rows numpy makes whole numbers
    values[np.bincount(cell, minlength=size) == 0] = absent
    values[(np.bincount(cell, minlength=size) > 0) & (np.bincount(cell[known], minlength=size) == 0)] = np.nan
    return xr.DataArray(values.reshape(shape), {dim: list(index) for dim, index in labels.items()}, tuple(labels))
