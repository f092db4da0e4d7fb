"""The page in a real browser: it asks nothing of any network, answers to keys, and tells a screen reader all."""

import json
from pathlib import Path

import pytest

from reporting.small_bureau import SCRIPT, inputs, results
from seatcast.reporting import Report
from seatcast.reporting.content import Atlas

pytestmark = pytest.mark.browser
By = pytest.importorskip("selenium.webdriver.common.by", reason='the extra "browser" is not installed').By
ActionChains = pytest.importorskip("selenium.webdriver.common.action_chains").ActionChains
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
axe_core_python = pytest.importorskip("axe_core_python", reason='the extra "browser" is not installed')

MOST = 6_000_000  # bytes of the page of the bundled bureau


@pytest.fixture
def page(browser, written):
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(written[2].as_uri())
    browser.execute_script("document.documentElement.style.scrollBehavior = 'auto'")
    return browser


def one(page, selector):
    return page.find_element(By.CSS_SELECTOR, selector)


def texts(page, selector):
    """Return the texts of all elements that are shown, as the reader finds them."""
    shown = "[...document.querySelectorAll(arguments[0])].filter(e => e.offsetParent)"
    return page.execute_script(f"return {shown}.map(e => e.textContent.trim())", selector)


def choose(page, name, value):
    """Choose as a reader does: the browser tells the page of it."""
    find = "const s = document.querySelector(`select[name=${arguments[0]}]`); s.value = arguments[1];"
    page.execute_script(find + "s.dispatchEvent(new Event('change'))", name, str(value))


def fills(page):
    return page.execute_script("return [...document.querySelectorAll('.map path')].map(p => p.getAttribute('fill'))")


def test_the_page_is_small_asks_for_nothing_and_reports_no_error(page, written):
    asked = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    sent = [m["params"] for m in asked if m["method"] == "Network.requestWillBeSent"]
    own = [request for request in sent if not request["documentURL"].startswith("chrome:")]  # the browser's own pages
    urls = {request["request"]["url"] for request in own}

    assert {url for url in urls if not url.startswith("data:")} <= {written[2].as_uri()}
    assert page.get_log("browser") == []
    assert written[2].stat().st_size <= MOST


def test_a_stage_a_year_and_a_measure_change_map_table_and_sentence(page, written):
    _language, content, _path = written
    (atlas,) = (table for table in content.tables() if isinstance(table, Atlas))
    frame = atlas.frame
    seen = set()
    for stage, year in (("primary", 2028), ("junior", 2033)):
        choose(page, "stage", stage)
        choose(page, "year", year)
        rows = frame[(frame["stage"] == stage) & (frame["year"] == year)]
        expected = list(type(atlas)(atlas.key, "", atlas.columns, rows, most=99).rows())
        cells = texts(page, ".atlas tbody tr > *")
        assert cells == [cell for row in expected for cell in row]
        assert one(page, ".says").text == atlas.says[stage, year]
        seen.add((tuple(fills(page)), tuple(cells)))
        choose(page, "measure", 3)
        seen.add((tuple(fills(page)), "children"))
        choose(page, "measure", 0)
    assert len(seen) == 4


def test_headings_sort_and_search_and_choice_filter(page):
    table = page.find_elements(By.CSS_SELECTOR, "table[data-most]")
    alerts = next(t for t in table if t.find_elements(By.XPATH, "ancestor::section[@aria-labelledby='alerts']"))
    heads = alerts.find_elements(By.CSS_SELECTOR, "thead th")
    at = next(i for i, head in enumerate(heads) if "count" in head.get_attribute("class"))
    column = (
        "return [...arguments[0].tBodies[0].rows].filter(r => !r.hidden).map(r => r.cells[arguments[1]].textContent)"
    )

    def shown(i):
        return page.execute_script(column, alerts, i)

    button = heads[at].find_element(By.TAG_NAME, "button")
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    rising = [int(text.replace(",", "")) for text in shown(at) if text[0].isdigit()]
    assert rising == sorted(rising)
    assert heads[at].get_attribute("aria-sort") == "ascending"
    button.click()
    assert [int(text.replace(",", "")) for text in shown(at) if text[0].isdigit()] == sorted(rising, reverse=True)
    everything = len(shown(0))
    tools = alerts.find_element(By.XPATH, "ancestor::div[1]/preceding-sibling::div[1]")
    year = shown(0)[0]
    tools.find_element(By.CSS_SELECTOR, f"option[value='{year}']").click()
    assert set(shown(0)) == {year}
    assert len(shown(0)) < everything
    name = shown(1)[0]
    tools.find_element(By.CSS_SELECTOR, "input").send_keys(name)
    assert all(name in row for row in page.execute_script(column.replace("r.cells[arguments[1]]", "r"), alerts, 0))
    assert str(len(shown(0))) in tools.find_element(By.CSS_SELECTOR, "[role=status]").text


def test_a_keyboard_alone_reaches_everything(page):
    wanted = page.execute_script(
        "window.reached = new Set(); addEventListener('focusin', e => reached.add(e.target.dataset.at));"
        "document.activeElement.blur(); scrollTo(0, 0);"
        "return [...document.querySelectorAll('a[href], button, select, input, [tabindex=\"0\"]')]"
        ".filter(e => e.getClientRects().length).map((e, i) => e.dataset.at = String(i))"
    )
    ActionChains(page).send_keys(Keys.TAB * (len(wanted) + 5)).perform()
    assert set(wanted) <= set(page.execute_script("return [...reached]"))
    areas = len(page.find_elements(By.CSS_SELECTOR, ".map path"))
    page.execute_script("document.querySelector('.map path[tabindex=\"0\"]').focus()")
    names = set()
    for _ in range(areas):
        page.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
        names.add(page.execute_script("return document.activeElement.getAttribute('aria-label')"))
        assert one(page, ".tip").is_displayed()
        assert one(page, ".tip").text in names
    assert len(names) == areas
    page.switch_to.active_element.send_keys(Keys.ENTER)
    assert one(page, ".atlas tr.chosen").is_displayed()
    page.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not one(page, ".tip").is_displayed()


def test_axe_finds_no_violation_of_level_aa(page):
    script = Path(axe_core_python.__file__).with_name("axe.min.js").read_text("utf-8")
    page.execute_script(script)
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
    page.set_script_timeout(120)
    found = page.execute_async_script("axe.run(document, arguments[0]).then(arguments[1])", rules)

    assert [(v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"]) for v in found["violations"]] == []
    assert found["passes"]


def test_a_school_named_like_a_script_runs_nothing(browser, tmp_path):
    given = inputs()
    path = Report(given, *results(given)).write(tmp_path / "report.html")
    browser.get_log("browser")
    browser.get(path.as_uri())

    assert browser.get_log("browser") == []
    assert browser.execute_script("return document.querySelectorAll('script').length") == 3
    assert SCRIPT in browser.execute_script("return document.body.innerText")


def test_a_script_that_is_not_the_pages_own_does_not_run(browser, written, tmp_path):
    text = written[2].read_text("utf-8").replace("</main>", "<script>document.title = 'ran'</script></main>")
    (tmp_path / "page.html").write_text(text, "utf-8")
    browser.get((tmp_path / "page.html").as_uri())

    assert browser.title != "ran"
    browser.get_log("browser")
