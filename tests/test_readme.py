"""What the README shows, runs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_ten_lines_run_and_write_the_report(tmp_path, monkeypatch):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.search(r"(?m)(^    import seatcast as sc\n(?:(?:    .*)?\n)+)", text).group(1)
    monkeypatch.chdir(tmp_path)

    exec(re.sub(r"(?m)^    ", "", lines), {})  # noqa: S102 - the README's own lines

    assert (tmp_path / "report.html").stat().st_size > 100_000


def test_links_of_both_readmes_lead_somewhere():
    for name in ("README.md", "README.zh-CN.md"):
        targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8"))
        assert [target for target in targets if not (ROOT / target).exists()] == []
