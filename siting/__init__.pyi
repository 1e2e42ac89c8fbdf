from geodata.tables import PlannerError as PlannerError
from siting.api.places import survey as survey
from siting.api.run import plan as plan
from siting.api.run import read_run as read_run
from siting.api.scenarios import SCENARIOS as SCENARIOS
from siting.api.scenarios import load_scenario as load_scenario
from siting.api.studies import compare as compare
from siting.api.studies import pareto as pareto
from siting.api.sweeps import sweep as sweep

__version__: str
