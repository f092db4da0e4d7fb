"""Streams of random numbers, one a name, so that scenarios share every draw they do not change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Streams:
    """Independent generators that depend on the seed and their name alone.

    A stream is the same whatever other streams are drawn from, in whatever order, by however many threads.

    Examples
    --------
    >>> streams = Streams(2026)
    >>> bool(streams["births"].random() == Streams(2026)["births"].random())
    True
    >>> bool(streams["births"].random() == streams["migration"].random())
    False
    """

    seed: int

    def __getitem__(self, name: str) -> np.random.Generator:
        """Return a fresh generator at the start of the stream `name`."""
        word = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=(word,))))
