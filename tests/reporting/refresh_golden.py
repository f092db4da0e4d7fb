"""Write tests/golden/report.md anew, on purpose: `python -m reporting.refresh_golden` in tests/."""

from pathlib import Path

from reporting.reading import unversioned
from reporting.small_bureau import inputs, results
from seatcast.reporting import Report
from seatcast.reporting.markdown import to_markdown

if __name__ == "__main__":
    given = inputs()
    text = to_markdown(Report(given, *results(given)).content())
    golden = Path(__file__).parents[1] / "golden" / "report.md"
    golden.write_text(unversioned(text), "utf-8")
