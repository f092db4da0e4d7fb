"""A real browser with no way out: every name but that of a file fails to resolve."""

import shutil

import pytest

from seatcast.core.scenario import Scenario
from seatcast.datasets import load_example
from seatcast.enrollment.bureau_rolls import entry_births, roll_history
from seatcast.evaluation.backtest import backtest
from seatcast.language import speaking
from seatcast.planning.optimize import optimize_plan
from seatcast.reporting import Report
from seatcast.workflow import forecast

ALONE = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1300,1500"
)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver", reason='the extra "browser" is not installed')
    chromium, driver = (shutil.which(name) for name in ("chromium", "chromedriver"))
    if not (chromium and driver):
        pytest.skip("no Chromium with its driver is installed here (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    for argument in (*ALONE.split(), "--host-resolver-rules=MAP * ~NOTFOUND"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()


@pytest.fixture(scope="session")
def bundled():
    """Return inputs and results of the bundled bureau."""
    inputs = load_example()
    outcome = forecast(inputs, Scenario(draws=40))
    plan = optimize_plan(outcome.shortfall, inputs.options, budget=inputs.budget)
    past = backtest(roll_history(inputs), origins=[2024], horizon=2, draws=40, seed=1, births=entry_births(inputs))
    return inputs, [*outcome.results(), plan, past]


@pytest.fixture(scope="session", params=["en", "zh"])
def written(request, bundled, tmp_path_factory):
    """Return a report's language, content and page."""
    inputs, results = bundled
    with speaking(request.param):
        report = Report(inputs, *results)
        return request.param, report.content(), report.write(tmp_path_factory.mktemp("page") / "report.html")
