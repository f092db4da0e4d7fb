"""The names that others rely on; a change here is a change for them."""

import subprocess
import sys

import seatcast as sc

PROMISED = {
    "read_inputs", "load_example", "Scenario", "project_migration", "project_children", "project_demand", "allocate",
    "optimize_plan", "simulate_plan", "backtest", "review", "Report", "forecast", "forecast_enrollment",
}  # fmt: skip


def test_the_promised_names_are_there():
    assert set(sc.__all__) >= PROMISED


def test_public_names_are_pinned():
    assert sorted(sc.__all__) == [
        "Access", "AdmissionRule", "AdmissionRuleError", "AlertRule", "Alerts", "Allocation", "Alternatives",
        "Backtest", "Capacity", "Carried", "CatchmentMap", "ChildHindcast", "ChildPopulation", "Definition",
        "EnrollmentDemand", "EnrollmentForecast", "Expected", "Forecast", "Foresight", "Frontier", "Gaussian",
        "GroupForecast", "HistoryError", "InputError", "Inputs", "Limits", "MapCheck", "MapError",
        "MigrationProjection", "MissingTableError", "NoSchoolInReachError", "Plan", "PlanComparison", "PlanError",
        "RatioHistory", "Report", "Review", "RollEvents", "Round", "RuleComparison", "Scarcity", "Scenario",
        "Shortfall", "Simulation", "SmallAreas", "Stage", "Status", "Steps", "StudyArea", "Timing", "Utilization",
        "access", "alerts", "allocate", "backtest", "carry", "check_map", "compare_plans", "compare_rules",
        "decide_now", "detect_events", "example_rule", "find_alternatives", "forecast", "forecast_enrollment",
        "forecast_groups", "hindcast_children", "load_example", "log_decision", "optimize_plan", "outside_forecast",
        "progression_history", "project_children", "project_demand", "project_migration", "project_rolls",
        "read_inputs", "read_map", "review", "seat_capacity", "simulate_plan", "speaking", "trace_frontier",
        "utilization", "worth_of_foresight", "worth_of_more", "write_projects",
    ]  # fmt: skip


def test_every_public_name_is_documented():
    assert [name for name in sc.__all__ if not (getattr(sc, name).__doc__ or "").strip()] == []


def test_importing_loads_nothing_heavy():
    heavy = {
        "matplotlib",
        "numba",
        "scipy",
        "sklearn",
        "statsmodels",
        "geopandas",
        "shapely",
        "pyproj",
        "pandera",
        "highspy",
        "typst",
        "docx",
    }
    code = f"import sys, seatcast; print(sorted({heavy!r} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"
