"""Time to build a scenario's model and hand it to HiGHS, against the usual way through an LP file.

    .venv/bin/python -m benchmarks.build scenarios/china-2030.yaml

Both start from the same Pyomo model; CPU seconds of this process, the least of three runs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import highspy
import pyomo.environ as pyo

from geodata.survey import survey
from optim.inputs import prepare
from optim.model import build_model
from optim.solve import make_solver
from siting.scenario import load_scenario

RUNS = 3


def least_seconds(work: Callable[[], object]) -> float:
    """Return the least CPU seconds of `RUNS` runs."""
    found = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def through_lp_file(model: pyo.ConcreteModel) -> None:
    """Write an LP file and let HiGHS read it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.lp"
        model.write(str(path))
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.readModel(str(path))


def main(path: Path) -> None:
    """Print seconds of each phase and their ratio."""
    scenario = load_scenario(path)
    places = survey(scenario.geodata)
    options = scenario.optim
    inputs = prepare(places, options.cooling, options.latency, options.costs)
    model = build_model(inputs, options.campus, options.workload).pyomo
    build = least_seconds(lambda: build_model(inputs, options.campus, options.workload))
    direct = least_seconds(lambda: make_solver(options.solve).set_instance(model))
    file = least_seconds(lambda: through_lp_file(model))
    columns = sum(len(variable) for variable in model.component_objects(pyo.Var))
    print(f"{columns} columns; build {build:.2f} s")
    print(f"pass directly {direct:.2f} s, through an LP file {file:.2f} s, ratio {file / direct:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
