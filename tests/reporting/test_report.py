"""The report: four faces of one content, in two languages, of which none runs or fetches anything."""

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import docx
import openpyxl
import pytest

from reporting.reading import Page, numbers_in, pdf_lines, unversioned
from reporting.small_bureau import FORMULA, SCRIPT, inputs, results
from seatcast.charts import FontError
from seatcast.language import speaking
from seatcast.planning.optimize import optimize_plan
from seatcast.reporting import Report, pdf
from seatcast.reporting.cells import stored
from seatcast.reporting.content import Atlas, Note, Paragraph
from seatcast.reporting.docx import to_docx
from seatcast.reporting.html import to_html
from seatcast.reporting.markdown import to_markdown
from seatcast.reporting.pdf import to_pdf
from seatcast.reporting.xlsx import to_xlsx
from seatcast.seats.alerts import alerts
from seatcast.seats.allocation import allocate

FACES = {".html": to_html, ".pdf": to_pdf, ".docx": to_docx, ".xlsx": to_xlsx}
LANGUAGES = ("en", "zh")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# Names, units of code and abbreviations that both languages share.
SHARED = re.compile(
    r"seatcast( run)?|--lang zh|BUREAU|OUT|--\w+|run\.json|XLSX|PDF|SHA-256|utf-8|\w+\.csv|West|Oak|\bm\b|"
    r"\b[0-9a-f]{12}\b|Python|numpy|scipy|pandas|xarray|numba|highspy|" + "|".join(map(re.escape, (SCRIPT, FORMULA)))
)


@pytest.fixture(scope="module")
def given():
    return inputs()


@pytest.fixture(scope="module")
def nouns(given):
    return results(given)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def content(given, nouns, language):
    with speaking(language):
        return Report(given, *nouns).content()


@pytest.fixture(scope="module")
def faces(content, language):
    with speaking(language):
        return {suffix: face(content) for suffix, face in FACES.items()}


def printed(tables):
    """Return heading and rows of every table, as text."""
    return [[[c.heading for c in t.columns], *map(list, t.rows())] for t in tables]


def test_the_web_page_shows_the_tables(content, faces):
    everything = [t if isinstance(t, Atlas) else replace(t, most=len(t.frame)) for t in content.tables()]

    assert Page(faces[".html"].decode()).tables == printed(everything)


def test_the_word_document_shows_the_tables_in_real_tables(content, faces):
    document = docx.Document(BytesIO(faces[".docx"]))
    # A heading may be broken into lines of its own.
    shown = [[[cell.text.replace("\n", "") for cell in row.cells] for row in table.rows] for table in document.tables]

    assert shown[1:] == printed(content.tables())  # the first holds the key figures
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables[1:])
    assert sum(p.style.name == "Heading 1" for p in document.paragraphs) == len(content.sections)


def test_the_workbook_stores_the_numbers_that_are_printed(content, faces):
    book = openpyxl.load_workbook(BytesIO(faces[".xlsx"]))

    assert len(book.worksheets) == 3 + len(content.tables())
    for sheet, table in zip(book.worksheets[3:], content.tables(), strict=True):
        rows = [list(row)[: len(table.columns)] for row in sheet.iter_rows(min_row=5, values_only=True)]
        expected = [
            [stored(value, c.kind) for c, value in zip(table.columns, row, strict=True)]
            for row in table.frame[[c.key for c in table.columns]].itertuples(index=False, name=None)
        ]
        assert rows[: len(expected)] == expected
        assert sheet.freeze_panes == "B5"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the PDF back, and is not installed")
def test_the_pdf_shows_the_tables(content, faces, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(faces[".pdf"])
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)  # noqa: S607
    shown = re.sub(r"\s+", "", text.stdout.decode())

    for table in content.tables():
        for row in table.rows():
            for cell in row:
                if len(cell) < 12:  # longer ones are broken over lines
                    assert cell.replace(" ", "") in shown


def test_the_pdf_carries_its_faces_and_a_chinese_one_where_chinese_is_spoken(faces, language):
    fonts = set(re.findall(rb"/BaseFont/([\w+-]+)", faces[".pdf"].replace(b" ", b"")))

    assert faces[".pdf"].startswith(b"%PDF-")
    if language == "zh" and fonts:
        assert any(re.search(rb"CJK|Song|SC|SimHei", font) for font in fonts)


def test_a_pdf_in_chinese_without_a_chinese_face_is_refused_with_a_remedy(content, language, monkeypatch):
    monkeypatch.setattr(pdf, "BODY", ())
    monkeypatch.setattr(pdf, "HEADING", ())

    if language == "zh":
        with pytest.raises(FontError, match=r'pip install "seatcast\[zh\]"'):
            to_pdf(content)


def test_a_face_that_typst_does_not_know_is_an_error_not_a_box(content, language, monkeypatch):
    faces = pdf.Faces(*[("No Such Face",)] * 3, ())
    monkeypatch.setattr(pdf, "_faces", lambda **_: faces)

    with speaking(language), pytest.raises(FontError, match=r"no such face"):
        to_pdf(content)


def test_the_same_figures_stand_in_all_eight_files(given, nouns):
    """Four faces in two languages, read back: names and headings differ, no number does."""
    seen = {}
    for language in LANGUAGES:
        with speaking(language):
            content = Report(given, *nouns).content()
            kinds = [[c.kind for c in t.columns] for t in content.tables()]
            for suffix, face in FACES.items():
                seen[language, suffix] = [
                    [
                        [text for text, kind in zip(row, kind_of, strict=True) if kind != "text"]
                        for row in rows
                    ]
                    for rows, kind_of in zip(numbers_in(face, content), kinds, strict=True)
                ]  # fmt: skip
    first = seen["en", ".html"]

    assert sum(len(rows) for rows in first) > 40
    for which, tables in seen.items():
        told = [[[cell.replace("少于", "<") for cell in row] for row in rows] for rows in tables]
        assert told == first, which


def test_all_faces_say_that_the_data_are_invented(faces, content):
    (warning,) = content.warnings
    document = docx.Document(BytesIO(faces[".docx"]))
    cover = openpyxl.load_workbook(BytesIO(faces[".xlsx"])).worksheets[0]

    assert warning in "".join(Page(faces[".html"].decode()).text)
    assert warning in [p.text for p in document.paragraphs[:4]]
    assert warning in [cell.value for row in cover.iter_rows(max_row=6) for cell in row]


def test_real_data_are_not_called_invented(given, nouns):
    real = given.replace(area=given.area.replace(invented=False))

    assert Report(real, *nouns).content().warnings == ()


def test_a_name_that_is_a_script_stays_text_in_the_page(faces):
    page = Page(faces[".html"].decode())

    assert [attributes for tag, attributes in page.tags if tag == "script" and "type" not in attributes] == [{}]
    assert SCRIPT in "".join(page.text)


def test_a_name_that_is_a_formula_stays_text_in_the_workbook(faces):
    book = openpyxl.load_workbook(BytesIO(faces[".xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert any(cell.value == FORMULA for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_names_that_bite_are_plain_text_in_the_word_document_and_the_pdf(faces, content):
    with ZipFile(BytesIO(faces[".docx"])) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith((".xml", ".rels"))}
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)|w:instr=\"([^\"]*)", "".join(parts.values()))
    pdf = faces[".pdf"]

    assert {"".join(field).split()[0] for field in fields} <= {"TOC", "SEQ", "PAGE"}
    assert not any('TargetMode="External"' in text for text in parts.values())
    assert not any(
        word in pdf for word in (b"/JavaScript", b"/JS", b"/URI", b"/Launch", b"/OpenAction", b"/SubmitForm")
    )
    assert {SCRIPT, FORMULA} <= {cell for rows in numbers_in(to_docx, content) for row in rows for cell in row}
    assert all(any(name in line for line in pdf_lines(pdf)) for name in (SCRIPT, FORMULA))


def test_the_page_fetches_nothing_and_its_ids_are_its_own(faces, language):
    page = Page(faces[".html"].decode())
    tags = [tag for tag, _ in page.tags]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [a[name] for _, a in page.tags for name in ("href", "src", "xlink:href", "action", "data") if name in a]

    assert all(link.startswith(("#", "data:")) for link in links)
    assert "url(http" not in faces[".html"].decode()
    assert not {"iframe", "object", "embed", "base", "form"} & set(tags)
    assert any("default-src 'none'" in (a.get("content") or "") for _, a in page.tags)
    assert len(ids) == len(set(ids))
    assert page.tags[0][1]["lang"] == {"en": "en", "zh": "zh-CN"}[language]
    assert tags.count("caption") == tags.count("table")
    assert all(a.get("aria-label") for _, a in page.tags if a.get("role") == "img")


def test_no_word_of_the_other_language(content, language):
    text = SHARED.sub("", to_markdown(content))

    if language == "en":
        assert set(CHINESE.findall(text)) <= {"样例"}  # the source of the definition, given in Chinese only
    else:
        assert not re.findall(r"[A-Za-z]{2,}", text)


def test_the_small_report_reads_as_agreed(given, nouns, request):
    text = to_markdown(Report(given, *nouns).content())

    golden = request.config.rootpath / "tests" / "golden" / "report.md"
    assert unversioned(text) == golden.read_text("utf-8")


@pytest.mark.parametrize("suffix", FACES)
def test_the_suffix_decides_and_the_same_report_is_the_same_file(given, nouns, faces, tmp_path, language, suffix):
    with speaking(language):
        written = Report(given, *nouns).write(tmp_path / "new" / f"report{suffix}")

    assert written.read_bytes() == faces[suffix]


def test_a_report_keeps_the_language_it_was_made_in(given, nouns, tmp_path):
    with speaking("zh"):
        report = Report(given, *nouns)

    assert "小城" in report.write(tmp_path / "report.html").read_text("utf-8")


def test_an_unknown_suffix_is_refused_with_the_list(given, tmp_path):
    with pytest.raises(ValueError, match=r'"report\.odt".*\.html, \.pdf, \.docx and \.xlsx'):
        Report(given).write(tmp_path / "report.odt")


def test_a_failed_writing_leaves_the_earlier_file_and_nothing_else(given, tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    target.write_text("earlier")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        Report(given).write(target)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert target.read_text() == "earlier"


def test_without_results_every_section_says_so(given, language):
    with speaking(language):
        bare = Report(given.replace(enrollment=given.enrollment, options=None, budget=None)).content()

    for section in bare.sections:
        assert any(isinstance(block, Paragraph | Note) for block in section.blocks), section.key


def test_where_no_status_is_told_apart_nothing_is_said_of_migrants(language):
    given = inputs(statuses=("all",), invented=False)
    with speaking(language):
        text = to_markdown(Report(given, *results(given)).content())

    told = text.replace("随迁子女", "") if language == "zh" else text
    assert "migrant" not in told.lower()
    assert "随迁" not in told
    assert "户籍" not in told.replace("不作为迁移户籍和购房的依据", "")


def test_where_the_demand_follows_the_rolls_seats_are_short_and_no_child_lacks_one(language):
    given = inputs(statuses=("all",))
    children = results(given)
    demand = children[0].replace(basis="rolls")
    allocation = allocate(demand, given.seats)
    shortfall = allocation.shortfall()
    plan = optimize_plan(shortfall, given.options, budget=given.budget)
    with speaking(language):
        text = to_markdown(Report(given, demand, allocation, shortfall, alerts(shortfall), plan).content())
        text += plan.summary().sentence + shortfall.summary().sentence

    assert {"en": "for their own pupils", "zh": "容纳本校学生"}[language] in text
    for phrase in (
        "public seat,",
        "a public seat",
        "no public seat",
        "Unit: children",
        "未获",
        "没有公办学位",
        "申请公办",
    ):
        assert phrase not in text


def test_pupils_are_held_against_the_seats_of_their_own_schools_alone(given, nouns):
    """A school without a seat on record must not fill those of the others."""
    fewer = given.replace(seats=given.seats[given.seats["school"] == "elm"])
    pupils = given.enrollment.query("year == 2026 and school == 'elm'")["pupils"].sum()

    tables = {table.key: table.frame for table in Report(fewer, *nouns).content().tables()}

    assert tables["seats"]["pupils"].tolist() == [pupils]
    assert tables["seats"]["full"].tolist() == [round(pupils / 90, 2)]


def test_the_order_of_results_is_irrelevant(given, nouns):
    assert to_markdown(Report(given, *nouns).content()) == to_markdown(Report(given, *nouns[::-1]).content())
