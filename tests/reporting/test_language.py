"""The bundled bureau's report and messages in one language: no word of the other in any face, names aside."""

import re
from io import BytesIO

import docx
import openpyxl

from reporting.reading import Page
from seatcast.language import speaking
from seatcast.reporting.docx import to_docx
from seatcast.reporting.html import to_html
from seatcast.reporting.xlsx import to_xlsx

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
# Commands, file names, encodings and abbreviations that both languages share, and names of sheets, which are keys.
SHARED = re.compile(
    r"seatcast( run)?|--lang \w\w|BUREAU|OUT|--\w+|run\.json|XLSX|PDF|HTML|SHA-256|utf-8|\w+\.(csv|geojson)|"
    r"\b[0-9a-f]{12}\b|^\d+ [a-z-]+$|Python|numpy|scipy|pandas|xarray|numba|highspy"
)
SAID = ("aria-label", "title", "alt", "placeholder")


def _texts(content):
    page = Page(to_html(content).decode())
    yield from page.text
    yield from (value for _tag, attributes in page.tags for key, value in attributes.items() if key in SAID)
    document = docx.Document(BytesIO(to_docx(content)))
    yield from (paragraph.text for paragraph in document.paragraphs)
    yield from (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    book = openpyxl.load_workbook(BytesIO(to_xlsx(content)))
    for sheet in book:
        yield from (cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str))


def test_every_face_of_the_demo_speaks_one_language(written):
    language, content, _path = written
    with speaking(language):
        texts = {SHARED.sub("", text.strip()) for text in _texts(content)}
    other = CHINESE if language == "en" else ENGLISH

    assert len(texts) > 500
    assert sorted(text for text in texts if other.search(text)) == []
