"""The bundled bureau, for a first look, for the documents and for tests."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from seatcast.inputs.read import Inputs, read_inputs

BUNDLED = ("qingting",)


def example_folder(name: str = "qingting") -> Path:
    """Return the folder of a bundled bureau.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists those there are.
    """
    if name not in BUNDLED:
        raise ValueError(f"There is no bundled bureau {name!r}; there is {', '.join(BUNDLED)}.")
    installed = Path(str(files("seatcast"))) / "data" / name
    return installed if installed.exists() else Path(__file__).parents[2] / "data" / name


def load_example(name: str = "qingting") -> Inputs:
    """Read a bundled bureau: "qingting", an invented district of a receiving city.

    Parameters
    ----------
    name : {"qingting"}

    Returns
    -------
    Inputs

    Raises
    ------
    KeyError
        If no bureau of that name is bundled.

    Examples
    --------
    >>> load_example().area.invented
    True
    """
    return read_inputs(example_folder(name))
