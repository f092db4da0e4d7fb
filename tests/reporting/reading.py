"""Every face read back as a reader would: the tables of a report as rows of text."""

import re
import shutil
import subprocess
import tempfile
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest

from seatcast.reporting.cells import EXCEL_FORMATS, NOTHING, written
from seatcast.reporting.docx import to_docx
from seatcast.reporting.html import to_html
from seatcast.reporting.pdf import to_pdf
from seatcast.reporting.xlsx import to_xlsx


def unversioned(text):
    """Return the text of a report without the versions that it was made with."""
    return re.sub(r"(Made with seatcast|Computed with) .*?(?= from| Scenario|\n)", r"\1 VERSION", text)


class Page(HTMLParser):
    """What a browser would see: tables by their caption, every tag with its attributes, and the text."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.tags, self.text = [], [], []
        self._cell, self._raw = None, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._raw = tag in ("script", "style")
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag):
        self._raw = False
        if tag in ("td", "th"):
            self.tables[-1][-1].append("".join(self._cell).strip())
            self._cell = None

    def handle_data(self, data):
        if not self._raw:
            self.text.append(data)
        if self._cell is not None:
            self._cell.append(data)


def numbers_in(face, content):
    """Return the rows of every table of a report, as the face shows them, no more than are printed on paper."""
    found = {to_html: _html, to_docx: _docx, to_xlsx: _xlsx, to_pdf: _pdf}[face](face(content), content)
    return [rows[: table.most] for rows, table in zip(found, content.tables(), strict=True)]


def _html(made, _content):
    return [rows[1:] for rows in Page(made.decode()).tables]


def _docx(made, content):
    tables = docx.Document(BytesIO(made)).tables[-len(content.tables()) :]
    return [[[cell.text for cell in row.cells] for row in table.rows[1:]] for table in tables]


def _xlsx(made, content):
    kinds = {form: kind for kind, form in EXCEL_FORMATS.items()}
    book = openpyxl.load_workbook(BytesIO(made))
    found = []
    for sheet, table in zip(book.worksheets[3:], content.tables(), strict=True):
        cells = sheet.iter_rows(min_row=5, max_row=4 + len(table.frame), max_col=len(table.columns))
        found.append([[_cell(cell, kinds) for cell in row] for row in cells])
    return found


def _cell(cell, kinds):
    if cell.value is None:
        return "" if kinds[cell.number_format] == "text" else NOTHING
    return str(cell.value) if isinstance(cell.value, str) else written(cell.value, kinds[cell.number_format])


def _pdf(made, content):
    """Return the rows of which the lines of the PDF hold every cell in its order; names may be broken over lines."""
    lines = pdf_lines(made)
    return [[list(row) for row in table.rows() if _printed(row, table, lines)] for table in content.tables()]


def pdf_lines(made):
    """Return the lines of a PDF, without blanks."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext reads the PDF back, and is not installed (Debian: poppler-utils)")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(made)
        run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)  # noqa: S607
    return [re.sub(r"\s", "", line) for line in run.stdout.decode().splitlines()]


def _printed(row, table, lines):
    numbers = [text for text, column in zip(row, table.columns, strict=True) if column.kind != "text"]
    pattern = re.compile(".*?".join(map(re.escape, numbers)))
    return any(pattern.search(line) for line in lines)
