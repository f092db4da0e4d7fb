"""Numbers of headings, tables and figures, as each language writes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from seatcast.language import Language
from seatcast.reporting.content import Block, Heading, Picture, Section, Table


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return the sections with tables and figures numbered through."""
    tables = pictures = 0
    done = []
    for section in sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Table):
                tables += 1
                blocks.append(replace(block, number=tables))
            elif isinstance(block, Picture):
                pictures += 1
                blocks.append(replace(block, number=pictures))
            else:
                blocks.append(block)
        done.append(replace(section, blocks=tuple(blocks)))
    return tuple(done)


def heading_number(at: int, language: Language, under: int = 0) -> str:
    """Return the number of a heading: 一、 and （一） in Chinese official documents, 1. and 1.1 in English.

    Parameters
    ----------
    under : int
        The number of the section, for a heading of the second level.

    Examples
    --------
    >>> heading_number(12, "zh"), heading_number(3, "en"), heading_number(2, "zh", 3), heading_number(2, "en", 3)
    ('十二、', '3. ', '（二）', '3.2 ')
    """
    if language != "zh":
        return f"{under}.{at} " if under else f"{at}. "
    digits = "零一二三四五六七八九"
    tens = "十" if at >= 10 else ""
    number = tens + (digits[at % 10] if at % 10 else "")
    return f"（{number}）" if under else f"{number}、"


def headed(section: Section, at: int, language: Language) -> list[Block]:
    """Return the blocks of section number `at`, its headings of the second level numbered."""
    blocks: list[Block] = []
    second = 0
    for block in section.blocks:
        if isinstance(block, Heading):
            second += 1
            blocks.append(Heading(heading_number(second, language, at) + block.text))
        else:
            blocks.append(block)
    return blocks
