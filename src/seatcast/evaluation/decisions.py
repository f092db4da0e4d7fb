"""A log of decisions beside a forecast: what was decided on its grounds, by which office, and why."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from seatcast.language import _

FILE = "decisions.csv"
COLUMNS = ["year", "role", "decision", "reason"]


def decisions(run: str | Path) -> pd.DataFrame:
    """Return the decisions logged in a run's folder: year, role (an office, not a name), decision, reason.

    Empty where none has been logged.

    Raises
    ------
    ValueError
        If the file has other columns, or a row leaves one empty.
    """
    path = Path(run) / FILE
    if not path.is_file():
        return pd.DataFrame(columns=COLUMNS)
    table = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    if list(table.columns) != COLUMNS or table.isna().to_numpy().any():
        raise ValueError(
            _("{file}: each decision has {columns}, none of them empty. Correct the file.").format(
                file=path, columns=", ".join(COLUMNS)
            )
        )
    return table.astype({"year": int})


def log_decision(run: str | Path, *, year: int, role: str, decision: str, reason: str) -> pd.DataFrame:
    """Add a decision to the log in a run's folder, and return the log.

    The log is kept when the run is made again, and `review` shows it beside what came.

    Parameters
    ----------
    run : path
        Folder of a run.
    year : int
        In which it was decided.
    role : str
        The office that decided, such as "planning division"; no names of people.
    decision, reason : str

    Returns
    -------
    DataFrame
        year, role, decision, reason: the whole log, one row a decision.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If a text is empty.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())  # of a run: it holds the run's record
    >>> _characters = (folder / "run.json").write_text("{}")
    >>> said = {"role": "planning division", "decision": "lease rooms", "reason": "the wave passes"}
    >>> log_decision(folder, year=2026, **said)["decision"].to_list()
    ['lease rooms']
    """
    folder = Path(run)
    if not (folder / "run.json").is_file():
        raise FileNotFoundError(_("{folder} is not the folder of a run.").format(folder=folder))
    if not all(text.strip() for text in (role, decision, reason)):
        raise ValueError(_("A decision has a role, what was decided, and a reason; none may be empty."))
    row = pd.DataFrame([[int(year), role.strip(), decision.strip(), reason.strip()]], columns=COLUMNS)
    log = pd.concat([decisions(folder), row], ignore_index=True)
    log.to_csv(folder / FILE, index=False, encoding="utf-8-sig", lineterminator="\n")
    return log
