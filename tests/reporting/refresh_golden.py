"""Write tests/golden/report.md anew, on purpose: `python -m reporting.refresh_golden` in tests/."""

import re
from pathlib import Path

from reporting.small_bureau import inputs, results
from seatcast.reporting import Report
from seatcast.reporting.markdown import to_markdown

if __name__ == "__main__":
    given = inputs()
    text = to_markdown(Report(given, *results(given)).content())
    golden = Path(__file__).parents[1] / "golden" / "report.md"
    golden.write_text(re.sub(r"Made with seatcast \S+", "Made with seatcast VERSION", text), "utf-8")
