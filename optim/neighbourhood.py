"""What stays of a plan or of the relaxation in an integer search near it, so that the search is small."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from optim.session import Array, Session

_NOTHING_GW = 1e-3
_LARGE_GW = 0.15


def empty_sites(session: Session, m: pyo.ConcreteModel, relaxed: Array) -> dict[int, float]:
    """Return the integers of the sites where the relaxation builds nothing in any year: column to 0."""
    built = _built(session, m, relaxed)
    return {k: 0.0 for k in session.integers.tolist() if built[_site(session, k)] <= _NOTHING_GW}


def near(session: Session, m: pyo.ConcreteModel, plan: Array) -> dict[int, float]:
    """Return the integers that stay as in a plan: column to value.

    Sites without a hall stay closed, technologies that a site does not build stay away, and campuses over
    150 MW stay open as they are. Free are the openings of the smaller, where a plan is least sure, and the
    voltages and modules of all that are open.

    Parameters
    ----------
    session : Session
        Of the master problem.
    m : ConcreteModel
        Its model.
    plan : array
        Value of each column.
    """
    built = _built(session, m, plan)
    modules: dict[Any, float] = defaultdict(float)
    for s, c, y in m.NEW_Y:
        modules[s, c] = max(modules[s, c], session.at(m.compute.modules, (s, c, y), plan))
    held = empty_sites(session, m, plan)
    for k in session.integers.tolist():
        kind, index = session.owner(k)
        is_large = kind is m.compute.opened and built[index[0]] > _LARGE_GW
        is_away = kind is m.compute.modules and modules[index[:2]] < 0.5
        if is_large or is_away:
            held[k] = float(round(plan[k]))
    return held


def _built(session: Session, m: pyo.ConcreteModel, values: Array) -> dict[str, float]:
    """Return the most IT power that each site builds [GW]; unbounded for what is no site."""
    built: dict[str, float] = defaultdict(lambda: float("inf"))
    for s in m.S:
        built[s] = max(session.at(m.compute.it_new_gw, (s, y), values) for y in m.Y)
    return built


def _site(session: Session, column: int) -> str:
    index = session.owner(column)[1]
    return str(index[0] if isinstance(index, tuple) else index)
