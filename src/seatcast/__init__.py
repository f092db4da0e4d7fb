"""Which children will lack a public school seat, where, when and how surely; and the plan that seats them."""

from seatcast.catchments.carry import Carried, carry
from seatcast.catchments.checks import MapCheck, check_map
from seatcast.catchments.faults import MapError
from seatcast.catchments.map import CatchmentMap, read_map
from seatcast.catchments.overlay import SmallAreas
from seatcast.core.admission import AdmissionRule, AdmissionRuleError, Round
from seatcast.core.scenario import Scenario
from seatcast.core.study_area import Definition, Stage, Status, StudyArea
from seatcast.datasets import load_example
from seatcast.demography.cohort_component import ChildPopulation, project_children
from seatcast.demography.migration import MigrationProjection, project_migration
from seatcast.enrollment.bureau_rolls import project_rolls
from seatcast.enrollment.demand import EnrollmentDemand, project_demand
from seatcast.enrollment.detection import RollEvents, detect_events
from seatcast.enrollment.groups import GroupForecast, forecast_groups
from seatcast.enrollment.outside import outside_forecast
from seatcast.enrollment.ratio_history import RatioHistory, progression_history
from seatcast.enrollment.rolls import EnrollmentForecast, forecast_enrollment
from seatcast.enrollment.told import HistoryError
from seatcast.evaluation.backtest import Backtest, backtest
from seatcast.evaluation.decisions import log_decision
from seatcast.evaluation.hindcast import ChildHindcast, hindcast_children
from seatcast.evaluation.review import Review, review
from seatcast.inputs.read import Inputs, MissingTableError, read_inputs
from seatcast.inputs.schema import InputError
from seatcast.language import speaking
from seatcast.planning.alternatives import Alternatives, find_alternatives
from seatcast.planning.attitude import Expected
from seatcast.planning.compare import PlanComparison, compare_plans
from seatcast.planning.foresight import Foresight, worth_of_foresight
from seatcast.planning.frontier import Frontier, trace_frontier
from seatcast.planning.limits import Limits
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.option import PlanError
from seatcast.planning.plan import Plan
from seatcast.planning.scarcity import Scarcity, worth_of_more
from seatcast.planning.simulate import Simulation, simulate_plan
from seatcast.planning.timing import Timing, decide_now
from seatcast.reporting.projects import write_projects
from seatcast.reporting.report import Report
from seatcast.seats.access import Access, Gaussian, Steps, access
from seatcast.seats.alert_rule import AlertRule
from seatcast.seats.alerts import Alerts, alerts
from seatcast.seats.allocation import Allocation, allocate
from seatcast.seats.capacity import Capacity, seat_capacity
from seatcast.seats.comparison import RuleComparison, compare_rules
from seatcast.seats.examples import example_rule
from seatcast.seats.shortfall import Shortfall
from seatcast.seats.unreached import NoSchoolInReachError
from seatcast.seats.utilization import Utilization, utilization
from seatcast.workflow import Forecast, forecast

__version__ = "0.1.0"

# fmt: off
__all__ = [  # noqa: RUF022 - grouped as the work goes
    # givens
    "read_inputs", "Inputs", "load_example", "Scenario", "StudyArea", "Stage", "Status", "Definition", "speaking",
    # the forecast, step by step
    "project_migration", "MigrationProjection", "project_children", "ChildPopulation",
    "detect_events", "RollEvents", "progression_history", "RatioHistory", "forecast_enrollment", "project_rolls",
    "outside_forecast", "EnrollmentForecast", "forecast_groups", "GroupForecast", "project_demand", "EnrollmentDemand",
    "seat_capacity", "Capacity", "allocate", "Allocation", "Shortfall", "alerts", "Alerts", "AlertRule",
    "utilization", "Utilization", "access", "Access", "Steps", "Gaussian",
    # the rule of admission
    "AdmissionRule", "Round", "example_rule", "compare_rules", "RuleComparison",
    # maps
    "read_map", "check_map", "CatchmentMap", "MapCheck", "carry", "Carried", "SmallAreas",
    # all of it
    "forecast", "Forecast",
    # plans
    "optimize_plan", "Expected", "Limits", "simulate_plan", "compare_plans", "Plan", "Simulation", "PlanComparison",
    # questions to a plan
    "find_alternatives", "Alternatives", "worth_of_more", "Scarcity", "decide_now", "Timing", "trace_frontier",
    "Frontier", "worth_of_foresight", "Foresight", "write_projects",
    # how good it is, and what people read
    "backtest", "Backtest", "hindcast_children", "ChildHindcast", "review", "Review", "log_decision", "Report",
    # errors
    "InputError", "MapError", "MissingTableError", "HistoryError", "NoSchoolInReachError", "AdmissionRuleError",
    "PlanError",
]
# fmt: on
