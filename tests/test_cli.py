"""The command line: every command does its one thing, says what is wrong, and leaves nothing half-written."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from seatcast.cli import app
from seatcast.datasets import example_folder
from seatcast.language import _, speaking

CHINESE = re.compile("[\u4e00-\u9fff]")
SMALL = ("--draws", "12", "--horizon", "2")
COMMANDS = ("demo", "init", "check", "run", "backtest", "plan", "report", "review")


def command(*words):
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200", "LANG": "en_US.UTF-8"})


def process(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "seatcast.cli", *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": "src", **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def finished(planning, tmp_path_factory):
    out = tmp_path_factory.mktemp("cli") / "run"
    result = command("run", planning, "--out", out, "--formats", "html", "--lang", "en", *SMALL)
    assert result.exit_code == 0, result.output
    return out


@pytest.mark.parametrize(("lang", "word"), [("en_US.UTF-8", "Usage"), ("zh_CN.UTF-8", "用法")])
def test_help_speaks_the_language_of_the_computer_and_names_every_command(lang, word):
    said = process("--help", LANG=lang, LC_ALL="").stdout

    assert word in said
    assert all(re.search(rf"^  {name} ", said, re.MULTILINE) for name in COMMANDS)
    assert "seatcast run mybureau --out reports/2026" in said


def test_every_command_explains_all_it_takes_in_both_languages_and_gives_an_example():
    commands = typer.main.get_command(app).commands

    assert set(commands) == set(COMMANDS)
    for name, found in commands.items():
        assert f"seatcast {name}" in found.epilog
        for text in (found.help, *(parameter.help for parameter in found.params)):
            assert text
            with speaking("zh"):
                assert CHINESE.search(_(text)), text


def test_check_as_json_lists_what_was_read_or_every_problem(tmp_path):
    good = command("check", example_folder(), "--json")
    bad = tmp_path / "bureau"
    shutil.copytree(example_folder(), bad)
    text = (bad / "seats.csv").read_text("utf-8").replace("S01", "S0I", 1)
    (bad / "seats.csv").write_text(text, "utf-8")
    found = command("check", bad, "--json")

    assert json.loads(good.stdout)["ok"] is True
    assert json.loads(good.stdout)["tables"]["seats"]["file"] == "seats.csv"
    assert found.exit_code == 1
    (problem,) = json.loads(found.stdout)["problems"]
    assert (problem["file"], problem["column"], problem["rows"]) == ("seats.csv", "school", [2])


def test_a_finished_run_gives_its_report_in_another_format_and_language_without_its_bureau(finished, tmp_path):
    result = command("report", finished, "--lang", "zh", "--formats", "html,xlsx", "--out", tmp_path)
    again = command("report", finished, "--lang", "en", "--formats", "html", "--out", tmp_path / "same")

    assert (result.exit_code, again.exit_code) == (0, 0), result.output
    assert "学位" in (tmp_path / "report.html").read_text("utf-8")
    assert (tmp_path / "report.xlsx").exists()
    assert (tmp_path / "same" / "report.html").read_bytes() == (finished / "report.html").read_bytes()


def test_the_report_of_a_folder_that_is_no_run_is_refused(tmp_path):
    result = command("report", tmp_path)

    assert result.exit_code == 1
    assert "run.json is missing" in result.output


def test_a_plan_like_a_finished_run_takes_its_scenario_and_refuses_other_files(finished, planning, tmp_path):
    words = ("plan", "--like", finished, "--risk", "0.2", "--seconds", "5", "--out", tmp_path / "plan.csv")
    result = command(*words, planning)
    other = tmp_path / "bureau"
    shutil.copytree(planning, other)
    (other / "budget.csv").write_text((other / "budget.csv").read_text("utf-8") + "\n", "utf-8")
    refused = command(*words, other)

    assert result.exit_code == 0, result.output
    assert "option" in pd.read_csv(tmp_path / "plan.csv").columns
    assert refused.exit_code == 1
    assert "budget changed since" in refused.output


def test_the_past_is_held_against_what_came(tmp_path):
    result = command("backtest", example_folder(), "--origins", "1", "--draws", "10", "--out", tmp_path / "scores.csv")

    assert result.exit_code == 0, result.output
    assert "wape" in pd.read_csv(tmp_path / "scores.csv").columns


def test_a_finished_run_is_reviewed_when_the_next_counts_are_there(finished, brief, tmp_path):
    earlier = tmp_path / "run"
    shutil.copytree(finished, earlier)
    record = json.loads((earlier / "run.json").read_text("utf-8"))
    rolls = pd.read_csv(earlier / "tables" / "rolls.csv")
    rolls["year"] -= 1
    rolls.to_csv(earlier / "tables" / "rolls.csv", index=False)
    (earlier / "run.json").write_text(json.dumps(record | {"base_year": record["base_year"] - 1}), "utf-8")

    result = command("review", earlier, brief, "--out", tmp_path / "misses.csv")
    words = ("run", brief, "--out", tmp_path / "new", "--last", earlier, "--formats", "html", "--lang", "en")
    looked_back = command(*words, *SMALL)
    missing = command(*words[:2], "--out", tmp_path / "none", "--last", tmp_path, *SMALL)
    early = command("review", finished, brief)

    assert result.exit_code == 0, result.output
    assert "The forecast made in 2025" in result.stdout
    assert len(pd.read_csv(tmp_path / "misses.csv"))
    assert early.exit_code == 1
    assert "no year is in both" in early.output
    assert looked_back.exit_code == 0, looked_back.output
    page = (tmp_path / "new" / "report.html").read_text("utf-8")
    assert "The forecast made in 2025" in page
    assert "since last year" in page
    assert missing.exit_code == 1
    assert not (tmp_path / "none").exists()


def test_a_scenario_file_changes_assumptions_and_every_fault_of_it_is_told(brief, tmp_path):
    (tmp_path / "boom.toml").write_text('arrivals = 1.3\nadmission = "equal"\n')
    (tmp_path / "bad.toml").write_text('arivals = 1.3\nbirths = "many"\ncommitted = 1\nseed = 3\n')
    words = ("run", brief, *SMALL, "--formats", "", "--out")

    done = command(*words, tmp_path / "out", "--scenario", tmp_path / "boom.toml")
    bad = command(*words, tmp_path / "bad", "--scenario", tmp_path / "bad.toml")
    gone = command(*words, tmp_path / "gone", "--scenario", tmp_path / "gone.toml")

    scenario = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["scenario"]
    assert done.exit_code == 0, done.output
    assert (scenario["name"], scenario["arrivals"], scenario["admission"]) == ("boom", 1.3, "equal")
    assert (bad.exit_code, gone.exit_code) == (1, 1)
    for told in ("4 problems", "did you mean 'arrivals'", "'many'", "committed", "seed"):
        assert told in bad.output
    assert "no such file" in gone.output
    assert not (tmp_path / "bad").exists()


def test_a_scenario_that_empties_cohorts_is_told_with_the_remedy(brief, tmp_path):
    (tmp_path / "gone.toml").write_text("departures = 200\n")

    told = command(
        "run", brief, *SMALL, "--formats", "", "--out", tmp_path / "out", "--scenario", tmp_path / "gone.toml"
    )

    assert told.exit_code == 1, told.output
    assert "Lower departures (200)" in told.output
    assert "Traceback" not in told.output
    assert not (tmp_path / "out").exists()


def test_quiet_says_nothing_and_verbose_says_how_long():
    quiet = command("-q", "check", example_folder())
    verbose = command("-v", "backtest", example_folder(), "--origins", "1", "--draws", "5")
    both = command("-q", "-v", "check", example_folder())

    assert (quiet.exit_code, quiet.output) == (0, "")
    assert re.search(r"backtest: \d+\.\d s", verbose.output)
    assert both.exit_code == 2


def test_a_run_that_is_stopped_leaves_nothing_and_says_so(tmp_path):
    started = subprocess.Popen(
        [sys.executable, "-m", "seatcast.cli", "demo", "--out", str(tmp_path / "out"), "--lang", "en"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "src"},
    )  # fmt: skip
    for line in started.stderr:
        if "migration" in line:
            break
    started.send_signal(signal.SIGINT)
    _stdout, said = started.communicate(timeout=60)

    assert started.returncode == 130
    assert "Stopped; nothing was written." in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_completion_for_the_shell_is_there():
    assert (
        "_SEATCAST_COMPLETE"
        in process("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1").stdout
    )
