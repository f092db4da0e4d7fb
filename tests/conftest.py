"""Compile the language catalogues before the tests, so that they speak of the sentences as they stand."""

import shutil
from pathlib import Path

import pandas as pd
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


def pytest_collection_modifyitems(items) -> None:
    """Begin with whole runs, the longest of all, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: item.path.parent != Path(__file__).parent)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep tests that share fixtures on one worker: those of a file, and of a folder that has fixtures of its own."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = Path(nodeid.split("::")[0])
            shares = file.parent != Path("tests") and (ROOT / file.with_name("conftest.py")).exists()
            return str(file.parent if shares else file)

    config.option.loadscopereorder = False  # in the order of collection, not by the number of tests
    return Together(config, log)


@pytest.fixture(scope="session")
def brief(tmp_path_factory):
    """Return a folder of the bundled bureau's last years, without options: a run that takes seconds."""
    from seatcast.datasets import example_folder

    folder = tmp_path_factory.mktemp("brief") / "bureau"
    shutil.copytree(example_folder(), folder, ignore=shutil.ignore_patterns("options.csv", "budget.csv", "*.py"))
    for name, years in {"enrollment": 5, "children": 4, "migration": 3}.items():
        table = pd.read_csv(folder / f"{name}.csv", dtype=str)
        kept = table["year"].astype(int) > table["year"].astype(int).max() - years
        table[kept].to_csv(folder / f"{name}.csv", index=False)
    named = (folder / "bureau.toml").read_text("utf-8")
    (folder / "bureau.toml").write_text(named[: named.index("[tables.options]")], "utf-8")
    return folder


@pytest.fixture(scope="session")
def planning(brief, tmp_path_factory):
    """Return a folder as `brief`, with options and their budget."""
    from seatcast.datasets import example_folder

    folder = tmp_path_factory.mktemp("planning") / "bureau"
    shutil.copytree(brief, folder)
    for name in ("options.csv", "budget.csv", "bureau.toml"):
        shutil.copy(example_folder() / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def shared():
    """Return the folder of real data, which the project does not carry."""
    if not SHARED.exists():
        pytest.skip("the real data of ../shared/data are not here")
    return SHARED
