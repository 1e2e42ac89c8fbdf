"""A first plan from the relaxation: what it uses is opened, then modules are rounded up."""

from __future__ import annotations

import math

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from optim.session import Session
from optim.tables import InfeasibleError

Array = NDArray[np.float64]
_USED = 1e-3
_LEAST_CAMPUS = 0.1
_PASSED = 1.1


def dive(session: Session, m: pyo.ConcreteModel, values: Array) -> bool:
    """Return whether a plan was found; if so its integers are held in the session, and it is solved.

    Parameters
    ----------
    session : Session
        Of the master problem.
    m : ConcreteModel
        Its model.
    values : array
        Solution of the relaxation.
    """
    _hold(session, _opened(session, m, values) | _raised(session, m, values))
    try:
        session.solve_relaxed()
        _hold(session, _modules(session, m, session.values()))
        rest = [v for v in m.component_data_objects(pyo.Var) if not v.is_continuous()]
        loose = [
            v
            for v in rest
            if v.parent_component() not in (m.compute.opened, m.compute.modules, m.grid.raised)
        ]
        if loose:
            return False
        session.solve_relaxed()
    except InfeasibleError:
        session.free(session.integers)
        return False
    return True


def _hold(session: Session, values: dict[int, float]) -> None:
    columns = np.asarray(list(values), dtype=np.int32)
    session.fix(columns, np.asarray(list(values.values()), dtype=float))


def _at(session: Session, variable: pyo.Var, key: object, values: Array) -> float:
    column = session.column.get(id(variable[key]), -1)
    return float(values[column]) if column >= 0 else 0.0


def _opened(session: Session, m: pyo.ConcreteModel, values: Array) -> dict[int, float]:
    """Return 1 from the year in which the relaxation builds more than a tenth of the least campus."""
    least = max(_LEAST_CAMPUS * m.compute.campus_min_gw.value, _USED * m.compute.module_gw.value)
    held: dict[int, float] = {}
    for s in m.S:
        opened = 0.0
        for y in m.Y:
            opened = max(opened, float(_at(session, m.compute.it_new_gw, (s, y), values) > least))
            held[session.column[id(m.compute.opened[s, y])]] = opened
    return held


def _raised(session: Session, m: pyo.ConcreteModel, values: Array) -> dict[int, float]:
    """Return 1 where the connection passes the voltage below by more than a little."""
    held = {}
    for (s, k, y), variable in m.grid.raised.items():
        below = m.grid.base_gw[s] + sum(m.grid.gain_gw[s, j] for j in m.grid.RAISES_OF[s, y] if j < k)
        over = _at(session, m.grid.connection_gw, (s, y), values) > _PASSED * below
        held[session.column[id(variable)]] = float(over)
    return held


def _modules(session: Session, m: pyo.ConcreteModel, values: Array) -> dict[int, float]:
    """Return modules rounded up, within the site's most; modules stay."""
    held: dict[int, float] = {}
    for s in m.S:
        before = dict.fromkeys(m.NEW_OF[s], 0)
        for y in m.Y:
            exact = {c: _at(session, m.compute.modules, (s, c, y), values) for c in m.NEW_OF[s]}
            whole = {c: max(before[c], math.ceil(v - 1e-6)) for c, v in exact.items()}
            over = sum(whole.values()) - int(m.compute.modules_max[s])
            for c in sorted(whole, key=lambda c: exact[c] - whole[c])[: max(0, over)]:
                whole[c] = max(before[c], whole[c] - 1)
            before = whole
            held |= {session.column[id(m.compute.modules[s, c, y])]: float(v) for c, v in whole.items()}
    return held
