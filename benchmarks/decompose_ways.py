"""The contestants of `benchmarks.decompose`: each takes the problem and returns cost and bound [M CNY].

continuous: the siting model with integers relaxed; integer: as it is; energy: that of given plants alone.
"""

from __future__ import annotations

import warnings

import numpy as np
import pyomo.environ as pyo

from benchmarks.decompose_cases import GAPS, Problem, asked
from benchmarks.plant_cases import PENALTY_M_CNY_PER_GW, PLANT, Case
from optim.arrays import ArrayModel, compile_model
from optim.decompose import Asked, Master, make_energy, start_cuts
from optim.hot import HotModel
from optim.marginals import relaxed_marginals
from optim.model import build_model, build_plants, fill_model
from optim.plant_energy import Array, Key, alike, asked_of, plant_models
from optim.search import search_decomposed
from optim.session import Session
from optim.stop import Stop
from optim.tighten import tighten_plan, tighten_relaxed
from optim.whole import search_whole
from optim.workers import workers

Found = tuple[float, float]
_ROUNDS = 500


def _silent(_: str) -> None:
    pass


def decomposed_continuous(given: Problem) -> Found:
    """Solve by cuts; the cost is of the last point, with the energy of all plants priced exactly."""
    model = fill_model(ArrayModel(), given.inputs, given.survey.accelerators, given.options, "master")
    session = Session(model.pyomo)
    keys = [key for key, first in alike(given.inputs).items() if key[2] == first]
    models = plant_models(given.inputs, keys, given.options.penalty_m_cny_per_gw)
    with workers(1, make_energy, models) as plants:
        master = Master(given.inputs, model, session, plants)
        start_cuts(master, _silent)
        share = GAPS["continuous"] / 4
        tighten_relaxed(master, share, _ROUNDS, _silent)
        values = tighten_plan(master, share, _ROUNDS, _silent)
        bound = session.cost_of(values)
        return bound + _short(master, values), bound


def _short(master: Master, values: Array) -> float:
    """Return by how much the energy of all plants, empty ones too, costs more than the master holds."""
    discount = master.inputs.discount
    priced = master.price({key: master.point(key, values) for key in master.keys})
    lack = ((cost - values[master.theta[key]]) * discount[key[2]] for key, ((cost, _), _) in priced.items())
    return max(0.0, float(sum(lack)))


def arrays_continuous(given: Problem) -> Found:
    """Solve as one matrix, by dual simplex, which is quicker here than the interior point."""
    run = _whole(given).solve_relaxed()
    return run.objective, run.bound


def pyomo_continuous(given: Problem) -> Found:
    """Solve as one plain Pyomo model through its interface `highs`."""
    model = build_model(given.inputs, given.survey.accelerators, given.options)
    solve = given.options.solve.model_copy(update={"time_limit_s": 1e9})
    cost = relaxed_marginals(model.pyomo, solve, fixed=False).objective
    return cost, cost


def decomposed_integer(given: Problem) -> Found:
    """Search by cuts, and price the plan site by site, with tables."""
    found = search_decomposed(*_asked(given), _silent, Stop())
    return found.objective, found.bound


def arrays_integer(given: Problem) -> Found:
    """Search over one matrix."""
    solve = given.options.solve
    run = _whole(given).solve_integer(solve.gap_share, solve.time_limit_s, None, solve.heuristic_share)
    return run.objective, run.bound


def pyomo_integer(given: Problem) -> Found:
    """Search over one plain Pyomo model, and price the plan, with tables."""
    found = search_whole(*_asked(given), _silent, Stop())
    return found.objective, found.bound


def parts_energy(given: Problem) -> Found:
    """Solve the energy of each plant for itself."""
    keys = [_key(given, case) for case in given.cases]
    models = plant_models(given.free, keys, PENALTY_M_CNY_PER_GW)
    m = build_plants(given.free, [key[:2] for key in keys], given.free.years, PENALTY_M_CNY_PER_GW).pyomo
    solve = make_energy(models)
    cost = sum(
        solve(key, Asked([_point(given, m, key, case)]))[0][0][0]
        for key, case in zip(keys, given.cases, strict=True)
    )
    return cost, cost


def arrays_energy(given: Problem) -> Found:
    """Solve the energy of all plants as one matrix."""
    keys = [_key(given, case) for case in given.cases]
    plants = [key[:2] for key in keys]
    m = build_plants(given.free, plants, given.free.years, PENALTY_M_CNY_PER_GW, rooms_given=True).pyomo
    compiled = compile_model(m)
    hot = HotModel(compiled)
    for key, case in zip(keys, given.cases, strict=True):
        columns = [compiled.columns.at(*each) for each in asked_of(m, key[:2], key[2])]
        hot.fix(np.asarray(columns, dtype=np.int32), _point(given, m, key, case))
    cost = hot.solve_relaxed().objective
    return cost, cost


def pypsa_energy(given: Problem) -> Found:
    """Solve the energy of all plants as one PyPSA network."""
    from linopy.config import LinopySemanticsWarning

    from benchmarks.pypsa_extras import Peer
    from benchmarks.pypsa_sites import plants_of

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LinopySemanticsWarning)
        first, *others = plants_of(given.cases, given.ruleless)
        made = Peer(first)
        for plant in others:
            made.complete(plant)
        cost = made.least_cost()
    return cost, cost


def _key(given: Problem, case: Case) -> Key:
    return case.site, PLANT, given.free.years[0]


def _point(given: Problem, m: pyo.ConcreteModel, key: Key, case: Case) -> Array:
    values = asked(given, case)
    names = [
        index[2] if component.local_name == "run_gw" else component.local_name
        for component, index in asked_of(m, key[:2], key[2])
    ]
    return np.asarray([values[name] for name in names])


def _whole(given: Problem) -> HotModel:
    model = fill_model(ArrayModel(), given.inputs, given.survey.accelerators, given.options)
    return HotModel(compile_model(model.pyomo))


def _asked(given: Problem) -> tuple:
    return given.inputs, given.survey.accelerators, given.options, given.options.solve
