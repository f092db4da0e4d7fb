"""The language of every sentence, label and message: English in the code, Chinese in a gettext catalogue."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, get_args

__all__ = [
    "LANGUAGES",
    "Language",
    "_",
    "clauses",
    "join",
    "language",
    "n_",
    "named",
    "sentences",
    "sourced",
    "speaking",
]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_LOCALES = {"zh": "zh_CN"}
_spoken: ContextVar[Language] = ContextVar("seatcast_language", default="en")


def language() -> Language:
    """Return the language in force, "en" unless `speaking` says otherwise."""
    return _spoken.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak `language` inside the block.

    Parameters
    ----------
    language : {"en", "zh"}

    Raises
    ------
    ValueError
        If there is no catalogue for the language.

    Examples
    --------
    >>> with speaking("zh"):
    ...     print(_("plan"))
    方案
    """
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is not spoken here; choose one of {', '.join(LANGUAGES)}.")
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("seatcast", Path(__file__).parent, [_LOCALES[language]])


def _(message: str) -> str:
    """Return `message`, an English sentence with {named} fields, in the language in force."""
    return _catalogue(language()).gettext(message)


def n_(one: str, many: str, n: int) -> str:
    """Return the form of a sentence that goes with the number `n`.

    Examples
    --------
    >>> n_("{n} catchment is short", "{n} catchments are short", 1).format(n=1)
    '1 catchment is short'
    """
    return _catalogue(language()).ngettext(one, many, n)


def named(name: str, name_zh: str | None) -> str:
    """Return the name of a place or school in the language in force; `name` where there is no Chinese one."""
    return name_zh if language() == "zh" and isinstance(name_zh, str) and name_zh else name


def join(names: list[str]) -> str:
    """Return names as a list inside a sentence.

    Examples
    --------
    >>> join(["Elm", "Oak", "Ash"])
    'Elm, Oak and Ash'
    """
    if language() == "zh":
        return "、".join(names)
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)


def clauses(parts: list[str]) -> str:
    """Return clauses one after the other, a semicolon between them.

    Examples
    --------
    >>> clauses(["one", "two"])
    'one; two'
    """
    return _("; ").join(parts)


def sentences(parts: list[str]) -> str:
    """Return sentences one after the other: with a space between them, none in Chinese.

    Examples
    --------
    >>> sentences(["One.", "Two."])
    'One. Two.'
    """
    return ("" if language() == "zh" else " ").join(parts)


def sourced(source: str) -> str:
    """Return the sentence that names a source, with one full stop, whether it ends in one or not.

    Examples
    --------
    >>> sourced("Notice 7 of 2022."), sourced("Notice 7")
    ('Source: Notice 7 of 2022.', 'Source: Notice 7.')
    """
    return _("Source: {source}.").format(source=source.rstrip(".。 "))
