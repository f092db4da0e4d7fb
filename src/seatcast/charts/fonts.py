"""Chinese faces: the system's first, else those of the extra `zh`, else a refusal that says what to do."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from seatcast.language import _, language

Kind = Literal["sans", "serif"]

# The faces that Windows, macOS and Linux bring along, in that order; none of them is shipped with seatcast.
SANS = (
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
LATIN = "DejaVu Sans"
_CHINESE = re.compile(r"[\u2e80-\u2fdf\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f]")
_SAMPLE = "缺口学位预警随迁子女"


class FontError(RuntimeError):
    """No installed face can draw Chinese; boxes are never drawn in place of characters."""


def has_chinese(text: str) -> bool:
    """Return whether `text` needs a Chinese face.

    Examples
    --------
    >>> has_chinese("缺口 12"), has_chinese("Elm Grove")
    (True, False)
    """
    return _CHINESE.search(text) is not None


def families(texts: list[str]) -> list[str]:
    """Return the families to draw `texts` with, best first; Chinese ones only where Chinese is spoken or written.

    Raises
    ------
    FontError
        If Chinese is needed and no face for it is found.
    """
    if language() == "zh" or any(map(has_chinese, texts)):
        return [*_chinese_families(tuple(mpl.rcParams["font.sans-serif"])), LATIN]
    return [LATIN]


def chinese_font_files() -> dict[Kind, Path]:
    """Return the font files of the extra `zh`, by kind; empty where the extra is not installed."""
    try:
        import pylopdf_fonts_zh_cn as extra
    except ImportError:
        return {}
    return {"sans": Path(extra.sans_path()), "serif": Path(extra.serif_path())}


def missing_font() -> FontError:
    """Return the refusal to draw Chinese without a face for it."""
    return FontError(
        _("No font for Chinese was found on this computer. Install one, or the open fonts: {command}").format(
            command='pip install "seatcast[zh]"'
        )
    )


@cache
def _chinese_families(preferred: tuple[str, ...]) -> tuple[str, ...]:
    """Return at most one face of the system and the extra's, so that a rare character still finds its glyph."""
    installed = {entry.name: entry for entry in reversed(font_manager.fontManager.ttflist)}
    found = [name for name in (*preferred, *SANS) if name in installed and _covers(installed[name])][:1]
    extra = chinese_font_files().get("sans")
    if extra is not None:
        name = font_manager.FontProperties(fname=extra).get_name()
        if name not in installed:
            font_manager.fontManager.addfont(extra)
        found += [name] if name not in found else []
    if not found:
        raise missing_font()
    return tuple(found)


def _covers(entry: font_manager.FontEntry) -> bool:
    try:
        face = FT2Font(entry.fname, face_index=getattr(entry, "index", 0))
    except (OSError, RuntimeError, TypeError):
        return False
    return all(face.get_char_index(ord(character)) for character in _SAMPLE)
