"""The city and its laws in positions, as the compiled admission reads them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


class City(NamedTuple):
    """Who may ask where, in positions: what does not change from draw to draw.

    Attributes
    ----------
    reach : (stage, catchment, rank), the school; -1 where there is none
    places : (year, stage, catchment, rank), how many children from there the school may have: 0 while it takes no new
        ones, infinite where only its seats limit them
    pool : (stage, catchment, rank, 2), first and last but one of the ranks among which children are drawn by lot
    grades : (stage, 2), first and last but one of the stage's grades
    entry : (grade,), whether the grade is its stage's first
    building : (school, stage), the building; -1 where rooms are not shared
    rooms : (year, building), classes it holds
    size : (stage,), pupils to a class
    """

    reach: Whole
    places: Floats
    pool: Whole
    grades: Whole
    entry: Flags
    building: Whole
    rooms: Floats
    size: Floats


class Laws(NamedTuple):
    """The rules in force, in positions.

    Attributes
    ----------
    of_year : (year,), which rule
    served : (rule, 2, order, tier), whether a tier is served in its turn; tiers of one order are served together. The
        second is of the turns in which reserved seats are given out
    locked : (rule, tier), share of the entrants whose home has used its seat: they are placed last, or not at all
    reserved : (rule,), share of the entry seats kept for one status
    offered : (rule, round, stage, catchment, rank), whether the school is asked in that round
    last : (rule,), the round in which the bureau places those who are left; -1 where it does not
    queue : (rule, stage, link, 2), the links in the order in which they are served: catchment, rank
    groups : (rule, stage, group, 4), the links that ask one school as equals: the school, the position in the queue
        after the last of them (once more at the end), whether the school is drawn by lot from a pool, whether a step
        begins
    lottery : (rule,), seed of the lots; -1 where seats are shared in proportion
    """

    of_year: Whole
    served: Flags
    locked: Floats
    reserved: Floats
    offered: Flags
    last: Whole
    queue: Short
    groups: Short
    lottery: Whole


class Turn(NamedTuple):
    """What one stage's links are in one round of one year, and who is served in it.

    Attributes
    ----------
    reach, places, pool : (catchment, rank), as in `City`
    queue : (link, 2), as in `Laws`
    groups : (group, 4), as in `Laws`
    limits : (link,), how many children the school takes in this round: 0 where it is not asked
    served : (order, tier), whose turn it is, order by order
    start, last : int
        First and last but one of the grades that are served.
    lottery : int
        As in `Laws`.
    key : int
        What tells the turn's lots from those of other turns.
    """

    reach: Whole
    places: Floats
    pool: Whole
    queue: Short
    groups: Short
    limits: Floats
    served: Flags
    start: int
    last: int
    lottery: int
    key: int


class Taken(NamedTuple):
    """Where a year's and stage's seats that are given are written.

    Attributes
    ----------
    seated : (school, tier, draw at hand), pupils
    placed : (grade, tier, rank, catchment), pupils, sums over draws; catchments innermost, since a step goes through
        them in any order
    first : int
        The first of the draws at hand.
    again : bool
        Whether anybody asks later who sits where: another year, a link with few places, or a building that is shared.
    """

    seated: Floats
    placed: Floats
    first: int
    again: bool
