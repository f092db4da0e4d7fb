"""Draw the picture of README.md: python docs/images/make.py."""

from pathlib import Path

from matplotlib.figure import Figure

import seatcast as sc
from seatcast import charts

inputs = sc.load_example()
shortfall = sc.forecast(inputs, sc.Scenario("baseline", draws=500, seed=2026)).shortfall
plan = sc.optimize_plan(shortfall, inputs.options, budget=inputs.budget, risk=0.10)

figure = Figure(figsize=(10, 4), layout="constrained")
left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
before, after = (x.seats.sum(["catchment", "stage"]).isel(year=slice(1, None)) for x in (plan.before, plan.after))
charts.fan(before, ax=left, color="#d55e00", label="as things stand", title="Children without a public seat")
charts.fan(after, ax=left, color="#0072b2", label="with the plan")
worst = shortfall.expected().sum("catchment").sel(stage="junior").idxmax("year").astype(int).item()
values = shortfall.expected().sel(stage="junior", year=worst).to_series()
charts.area_map(inputs.geometry, values, ax=right, title=f"Expected shortfall, junior stage, {worst}")
figure.savefig(Path(__file__).with_name("readme.png"), dpi=110, metadata={"Software": None})
