"""Whole runs: the same bytes from the same seed, nothing half-written, faults told without a traceback."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seatcast.cli import app
from seatcast.core.admission import AdmissionRule, Round
from seatcast.core.scenario import Scenario
from seatcast.core.threads import threads
from seatcast.datasets import example_folder, load_example
from seatcast.inputs.read import read_inputs
from seatcast.record import rule_record
from seatcast.run import OutputError, _whole_folder, run
from seatcast.testing import toy_area

SMALL = Scenario(draws=24, horizon=4)
QUICK = ["--draws", "24", "--horizon", "4", "--formats", "xlsx"]


@pytest.fixture(scope="module")
def plain(brief, tmp_path_factory):
    """Return a run of a few years without a plan."""
    return run(read_inputs(brief), tmp_path_factory.mktemp("plain") / "out", scenario=SMALL, formats=[])


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return run(load_example(), tmp_path_factory.mktemp("run") / "out", scenario=SMALL, formats=["html"])


def tables(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "tables").iterdir())}


def test_a_run_leaves_its_report_its_tables_and_its_record(finished):
    record = json.loads((finished.out / "run.json").read_text(encoding="utf-8"))

    assert (finished.out / "report.html").stat().st_size > 10_000
    assert set(tables(finished.out)) >= {
        "shortfall.csv",
        "idle.csv",
        "demand.csv",
        "rolls.csv",
        "plan.csv",
        "backtest.csv",
        "hindcast.csv",
    }
    assert record["seed"] == 2026
    assert record["scenario"]["horizon"] == 4
    assert {len(source["sha256"]) for source in record["inputs"]} == {64}
    assert record["versions"]["seatcast"]
    assert record["seconds"]


def test_the_record_holds_the_rule_in_force(finished):
    record = json.loads((finished.out / "run.json").read_text(encoding="utf-8"))
    (rule,) = record["assumptions"]["rules_of_admission"]

    assert {"tie", "lottery", "reserved", "rounds", "overflow", "lock_years", "source", "since", "claims"} <= set(rule)
    assert {"tier", "order", "status", "share", "locked"} <= set(rule["claims"][0])
    assert sum(claim["share"] for claim in rule["claims"] if claim["status"] == "local") == pytest.approx(1)


def test_a_rule_is_recorded_in_full_and_without_infinities():
    claims = toy_area().tiers.assign(locked=[0.1, 0, 0], points=[None, 80, 60])
    rule = AdmissionRule(claims, lottery=3, reserved={"migrant": 0.2}, rounds=(Round(1, 500.0), Round()),
                         overflow=float("inf"), lock_years=6, source="Notice 7")  # fmt: skip

    told = json.loads(json.dumps(rule_record(rule), allow_nan=False))

    assert told["overflow"] == "inf"
    assert (told["lottery"], told["lock_years"], told["source"], told["reserved"]) == (
        3,
        6,
        "Notice 7",
        {"migrant": 0.2},
    )
    assert told["rounds"] == [{"schools": 1, "metres": 500.0}, {"schools": None, "metres": None}]
    assert [claim.get("points") for claim in told["claims"]] == [None, 80, 60]
    assert told["claims"][0]["locked"] == 0.1


def test_one_seed_gives_the_same_tables_byte_for_byte_on_any_number_of_threads(finished, tmp_path):
    count = "1" if threads() > 1 else "2"
    code = (
        "from pathlib import Path; import seatcast as sc; from seatcast.reporting import archive;"
        f"from seatcast.run import run; out = Path({str(tmp_path / 'again')!r}); archive.save = lambda *_: None;"
        "run(sc.load_example(), out, scenario=sc.Scenario(draws=24, horizon=4), formats=[])"
    )  # tables are compared, not pictures
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "OMP_NUM_THREADS": count})

    assert tables(tmp_path / "again") == tables(finished.out)


def test_the_english_report_needs_no_chinese_font(finished):
    assert re.findall("[\u4e00-\u9fff]+", (finished.out / "report.html").read_text(encoding="utf-8")) == []


def test_a_folder_that_is_not_a_run_is_not_touched(tmp_path):
    (tmp_path / "letter.txt").write_text("keep me")

    with pytest.raises(OutputError, match="is not the folder of an earlier run; name a new one"):
        run(load_example(), tmp_path, scenario=SMALL)

    assert (tmp_path / "letter.txt").read_text() == "keep me"


def test_an_earlier_run_stays_whole_when_the_new_one_fails(plain, brief, tmp_path, monkeypatch):
    out = tmp_path / "out"
    shutil.copytree(plain.out, out)
    before = tables(out)
    monkeypatch.setattr("seatcast.run.archive.save", lambda *_: None)
    monkeypatch.setattr("seatcast.run.write_record", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run(read_inputs(brief), out, scenario=SMALL.replace(seed=8), formats=[])

    assert tables(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_earlier_run_comes_back_when_the_new_one_cannot_be_moved_into_its_place(tmp_path, monkeypatch):
    out, move = tmp_path / "out", Path.rename
    out.mkdir()
    (out / "run.json").write_text("earlier")

    def rename(self, target):
        if Path(target) == out and self.name != "out":
            raise PermissionError(target)
        return move(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(PermissionError), _whole_folder(out) as folder:
        (folder / "run.json").write_text("new")

    assert (out / "run.json").read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.fixture(scope="module")
def replaced(plain, brief, tmp_path_factory):
    """Return a run put in the place of an earlier one, with another seed."""
    out = tmp_path_factory.mktemp("replaced") / "out"
    shutil.copytree(plain.out, out)
    (out / "my notes.txt").write_text("keep me")
    return run(read_inputs(brief), out, scenario=SMALL.replace(seed=8), formats=[])


def test_an_earlier_run_is_replaced_by_a_whole_one(replaced):
    assert (replaced.out / "my notes.txt").read_text() == "keep me"
    assert json.loads((replaced.out / "run.json").read_text(encoding="utf-8"))["seed"] == 8
    assert [path.name for path in replaced.out.parent.iterdir()] == ["out"]


def test_another_seed_gives_other_numbers(plain, replaced):
    assert tables(replaced.out)["shortfall.csv"] != tables(plain.out)["shortfall.csv"]


def command(*words):
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})


@pytest.mark.parametrize(("lang", "said"), [("en", "The report lies in"), ("zh", "报告")])
def test_demo_says_where_the_report_lies_and_what_it_found_in_three_sentences(
    planning, tmp_path, monkeypatch, lang, said
):
    monkeypatch.setattr("seatcast.datasets.example_folder", lambda: planning)

    result = command("demo", "--out", tmp_path / "out", "--lang", lang, *QUICK)

    assert result.exit_code == 0, result.output
    lines = result.stdout.strip().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(said)


def test_a_place_where_nothing_can_be_written_is_told_before_the_work_begins(tmp_path):
    (tmp_path / "file").write_text("")

    result = command("demo", "--out", tmp_path / "file" / "out", "--lang", "en", *QUICK)

    assert result.exit_code == 2
    assert "Nothing can be written to" in result.output
    assert "allocation" not in result.output


def test_a_bureau_without_enrollment_counts_every_child_of_school_age_as_enrolled(brief, tmp_path):
    given = read_inputs(brief)
    sources = tuple(source for source in given.sources if source.table != "enrollment")
    fewer = given.replace(enrollment=None, sources=sources)

    outcome = run(fewer, tmp_path / "out", scenario=SMALL, formats=["html"])

    assert outcome.backtest is None
    assert "every child of school age counts as enrolled" in (tmp_path / "out" / "report.html").read_text("utf-8")


def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "bureau"
    shutil.copytree(example_folder(), folder)
    seats = folder / "seats.csv"
    lines = seats.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("S01", "S0I")
    seats.write_text("\n".join(lines), encoding="utf-8")
    children = folder / "children.csv"
    lines = children.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].rsplit(",", 1)[0] + ",-2"
    children.write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize("verb", ["check", "run"])
def test_faults_of_the_inputs_are_all_told_with_exit_1_and_no_traceback(tmp_path, verb):
    words = [verb, broken(tmp_path), *(["--out", tmp_path / "out"] if verb == "run" else [])]

    result = command(*words, "--lang", "en")

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    for told in ("2 problems", "seats.csv", "row 2", "S0I", "S01", "children.csv", "row 3", "-2"):
        assert told in result.output
    assert not (tmp_path / "out").exists()


def test_a_wrong_call_exits_2(tmp_path):
    assert command("run", example_folder(), "--out", tmp_path / "out", "--formats", "html,odt").exit_code == 2
    assert command("run").exit_code == 2
    assert command("demo", "--out", tmp_path, "--draws", "0").exit_code == 2
    (tmp_path / "letter.txt").write_text("keep me")
    assert command("demo", "--out", tmp_path, *QUICK).exit_code == 2


def test_check_says_what_was_read():
    result = command("check", example_folder(), "--lang", "en")

    assert result.exit_code == 0
    assert "no problem was found" in result.stdout


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_init_writes_an_empty_bureau_once(tmp_path, lang):
    assert command("init", tmp_path / "new", "--lang", lang).exit_code == 0
    assert (tmp_path / "new" / "bureau.toml").exists()
    again = command("init", tmp_path / "new", "--lang", lang)
    assert again.exit_code in (1, 2)
    assert "Traceback" not in again.output
