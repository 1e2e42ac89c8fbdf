"""An hourly energy model of sites, written as Pyomo rules and for each peer; see `benchmarks.build`.

minimise sum over s, t of price[s,t] purchase[s,t] + sum over s of what solar, battery and connection cost,

    purchase + direct + discharge = demand[s,t] + charge
    direct + curtailed = share[s,t] x solar_mw[s]
    stored[s,t] = keep x stored[s,t-1] + eta x charge - discharge / eta, the hours being a ring
    stored <= battery_mwh[s],  charge + discharge <= rate x battery_mwh[s],  purchase <= grid_mw[s]

with six columns and six rows for each site and hour, and three columns for each site.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np

KEEP, ETA, RATE = 0.999, 0.95, 0.25
BY_HOUR = ("purchase", "direct", "charge", "discharge", "stored", "curtailed")
COSTS = {"solar_mw": 900.0, "battery_mwh": 150.0, "grid_mw": 40.0}


@dataclass(frozen=True)
class Data:
    """What every contestant starts from: sites, and price, demand and share of solar by site and hour."""

    sites: list[str]
    hours: int
    price: np.ndarray
    demand: np.ndarray
    share: np.ndarray


def data(sites: int, hours: int) -> Data:
    """Return numbers drawn from a fixed seed; no share is 0, so that all matrices have the same entries."""
    draw = np.random.default_rng(7)
    shape = (sites, hours)
    names = [f"site{k}" for k in range(sites)]
    return Data(
        names, hours, draw.uniform(20, 90, shape), draw.uniform(5, 30, shape), draw.uniform(0.02, 1, shape)
    )


def rules(m: Any, given: Data, param: Any, dense: bool) -> Any:
    """Declare the model on `m`, as ordinary Pyomo.

    Parameters
    ----------
    m : ConcreteModel or ArrayModel
        Empty.
    given : Data
        Numbers.
    param : callable
        Makes a Param of two Sets and an array.
    dense : bool
        Whether Pyomo makes all variables at once.
    """
    import pyomo.environ as pyo

    m.S = pyo.Set(initialize=given.sites)
    m.T = pyo.Set(initialize=range(given.hours))
    m.before = pyo.Param(
        m.T, initialize={t: (t - 1) % given.hours for t in range(given.hours)}, within=pyo.Any
    )
    for name in ("price", "demand", "share"):
        m.add_component(name, param(m.S, m.T, getattr(given, name)))
    for name in BY_HOUR:
        m.add_component(name, pyo.Var(m.S, m.T, domain=pyo.NonNegativeReals, dense=dense))
    for name in COSTS:
        m.add_component(name, pyo.Var(m.S, domain=pyo.NonNegativeReals, dense=dense))
    m.balance = pyo.Constraint(
        m.S,
        m.T,
        rule=lambda m, s, t: (
            m.purchase[s, t] + m.direct[s, t] + m.discharge[s, t] == m.demand[s, t] + m.charge[s, t]
        ),
    )
    m.supply = pyo.Constraint(
        m.S, m.T, rule=lambda m, s, t: m.direct[s, t] + m.curtailed[s, t] == m.share[s, t] * m.solar_mw[s]
    )
    m.level = pyo.Constraint(
        m.S,
        m.T,
        rule=lambda m, s, t: (
            m.stored[s, t] == KEEP * m.stored[s, m.before[t]] + ETA * m.charge[s, t] - m.discharge[s, t] / ETA
        ),
    )
    m.energy = pyo.Constraint(m.S, m.T, rule=lambda m, s, t: m.stored[s, t] <= m.battery_mwh[s])
    m.power = pyo.Constraint(
        m.S, m.T, rule=lambda m, s, t: m.charge[s, t] + m.discharge[s, t] <= RATE * m.battery_mwh[s]
    )
    m.grid = pyo.Constraint(m.S, m.T, rule=lambda m, s, t: m.purchase[s, t] <= m.grid_mw[s])
    m.cost = pyo.Objective(
        rule=lambda m: (
            sum(m.price[s, t] * m.purchase[s, t] for s in m.S for t in m.T)
            + sum(COSTS["solar_mw"] * m.solar_mw[s] for s in m.S)
            + sum(COSTS["battery_mwh"] * m.battery_mwh[s] for s in m.S)
            + sum(COSTS["grid_mw"] * m.grid_mw[s] for s in m.S)
        )
    )
    return m


def arrays(given: Data) -> Any:
    """Return HiGHS with the rules compiled over arrays."""
    from optim.arrays import ArrayModel, ArrayParam, compile_model, pass_model

    model = rules(ArrayModel(), given, lambda *args: ArrayParam(*args[:2], initialize=args[2]), dense=False)
    highs = quiet()
    pass_model(compile_model(model), highs)
    return highs


def plain(given: Data) -> Any:
    """Return the plain Pyomo model, with Params from dictionaries."""
    import pyomo.environ as pyo

    def param(sites: Any, hours: Any, values: np.ndarray) -> Any:
        rows = zip(given.sites, values.tolist(), strict=True)
        return pyo.Param(sites, hours, initialize={(s, t): v for s, row in rows for t, v in enumerate(row)})

    return rules(pyo.ConcreteModel(), given, param, dense=True)


def appsi(given: Data) -> Any:
    """Return HiGHS as Pyomo's appsi_highs fills it."""
    from pyomo.contrib.appsi.solvers import Highs

    solver = Highs()
    solver.set_instance(plain(given))
    return solver._solver_model


def pyomo_highs(given: Data) -> Any:
    """Return HiGHS as Pyomo's newer interface `highs` fills it."""
    from pyomo.contrib.solver.solvers.highs import Highs

    solver = Highs()
    solver.set_instance(plain(given))
    return solver._solver_model


def quiet() -> Any:
    """Return an empty HiGHS without output."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    return highs


def _linopy(given: Data) -> Any:
    import linopy
    import pandas as pd
    import xarray as xr

    sites, hours = pd.Index(given.sites, name="s"), pd.RangeIndex(given.hours, name="t")
    price, demand, share = (
        xr.DataArray(values, coords=[sites, hours]) for values in (given.price, given.demand, given.share)
    )
    m = linopy.Model()
    x = {name: m.add_variables(lower=0, coords=[sites, hours], name=name) for name in BY_HOUR}
    y = {name: m.add_variables(lower=0, coords=[sites], name=name) for name in COSTS}
    m.add_constraints(x["purchase"] + x["direct"] + x["discharge"] - x["charge"] == demand, name="balance")
    m.add_constraints(x["direct"] + x["curtailed"] - share * y["solar_mw"] == 0, name="supply")
    before = x["stored"].roll(t=1)
    level = x["stored"] - KEEP * before - ETA * x["charge"] + x["discharge"] / ETA
    m.add_constraints(level == 0, name="level")
    m.add_constraints(x["stored"] - y["battery_mwh"] <= 0, name="energy")
    m.add_constraints(x["charge"] + x["discharge"] - RATE * y["battery_mwh"] <= 0, name="power")
    m.add_constraints(x["purchase"] - y["grid_mw"] <= 0, name="grid")
    m.add_objective((price * x["purchase"]).sum() + sum(cost * y[name].sum() for name, cost in COSTS.items()))
    return m


def linopy_direct(given: Data) -> Any:
    """Return HiGHS as linopy fills it without a file, and without names."""
    from linopy.io import to_highspy

    return to_highspy(_linopy(given), set_names=False)


def linopy_file(given: Data) -> Any:
    """Return HiGHS that has read the LP file of linopy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.lp"
        _linopy(given).to_file(path, progress=False)
        highs = quiet()
        highs.readModel(str(path))
    return highs
