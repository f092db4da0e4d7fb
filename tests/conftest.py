"""Compile the language catalogues before the tests, so that they speak of the sentences as they stand."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import settings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


def pytest_configure() -> None:
    for source in (ROOT / "src/seatcast/language").rglob("*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as text, compiled.open("wb") as out:
                write_mo(out, read_po(text, locale=source.parents[1].name))


@pytest.fixture(scope="session")
def shared():
    """Return the folder of real data, which the project does not carry."""
    if not SHARED.exists():
        pytest.skip("the real data of ../shared/data are not here")
    return SHARED
