"""The plan of the bundled bureau, as a table that a reviewer can read."""

import os

from seatcast.core.scenario import Scenario
from seatcast.datasets import load_example
from seatcast.planning.optimize import optimize_plan
from seatcast.workflow import forecast


def test_the_plan_of_qingting_is_the_one_reviewed(request):
    inputs = load_example()
    shortfall = forecast(inputs, Scenario(draws=40, seed=2026, horizon=6)).shortfall

    plan = optimize_plan(shortfall, inputs.options, budget=inputs.budget, gap=0.0)

    golden = request.config.rootpath / "tests" / "golden" / "plan.csv"
    text = plan.schedule().to_csv(index=False, lineterminator="\n", float_format="%g")
    if os.environ.get("SEATCAST_REFRESH"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
    assert plan.gap <= 0.001
    assert plan.cost()["carried"].min() >= 0
    remaining = plan.remaining().query("status == 'all'")
    assert remaining["after"].sum() < 0.5 * remaining["before"].sum()
