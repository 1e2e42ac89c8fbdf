"""A first plan from the relaxation: fixed costs as slopes, what is used is opened, modules are rounded."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from optim.session import Session
from optim.tables import InfeasibleError

Array = NDArray[np.float64]
Modules = dict[tuple[str, str, int], float]
_USED_GW = 1e-4
_EMPTY_GW = 1e-3
_LITTLE_GW = 2e-3
_SLOPES = 2
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
    if not _all_held(session, m):
        return False
    try:
        values = _sloped(session, m, values)
        _hold(session, m.compute.opened, _opened(session, m, values))
        _hold(session, m.grid.raised, _raised(session, m, values))
        session.solve_relaxed(method="interior")
        exact = _modules(session, m, session.values())
        if any(_is_plan(session, m, _rounded(m, exact, together)) for together in (True, False)):
            return True
        session.free(session.integers)
        return False
    except InfeasibleError:
        session.free(session.integers)
        return False


def _sloped(session: Session, m: pyo.ConcreteModel, values: Array) -> Array:
    """Return the relaxation with what it costs to open a campus as a cost per GW, at the GW it had before.

    The relaxation opens each campus by the share that it uses of the largest size, so that small ones look
    cheap. A slope of cost / GW in use counts all of it (dynamic slope scaling, Kim and Pardalos 1999).
    """
    keys = list(m.SY)
    opened = session.columns_at(m.compute.opened, keys)
    it_gw = session.columns_at(m.compute.it_new_gw, keys)
    order = {y: k for k, y in enumerate(m.Y)}
    pace = m.compute.site_rate_gw.value
    most = np.asarray([min(m.compute.it_max_gw[s], pace * (order[y] + 1)) for s, y in keys])
    slope = session.cost[opened] / np.maximum(most, _LITTLE_GW)
    empty = opened[values[it_gw] < _EMPTY_GW]
    session.fix(empty, np.zeros(len(empty)))
    try:
        for _ in range(_SLOPES):
            used = values[it_gw]
            slope = np.where(used > _USED_GW, session.cost[opened] / np.maximum(used, _LITTLE_GW), slope)
            session.change_costs(opened, np.zeros(len(opened)))
            session.change_costs(it_gw, session.cost[it_gw] + slope)
            values = session.centre()
    finally:
        session.free(empty)
        session.change_costs(opened, session.cost[opened])
        session.change_costs(it_gw, session.cost[it_gw])
    return values


def _all_held(session: Session, m: pyo.ConcreteModel) -> bool:
    """Return whether the integers are those of campuses and voltages alone."""
    known = (m.compute.opened, m.compute.modules, m.grid.raised)
    return all(session.owner(k)[0] in known for k in session.integers.tolist())


def _is_plan(session: Session, m: pyo.ConcreteModel, modules: Modules) -> bool:
    """Return whether there is a plan with these modules, which stay held; the session is left solved."""
    _hold(session, m.compute.modules, modules)
    try:
        session.solve_relaxed(method="interior")
    except InfeasibleError:
        return False
    return True


def _hold(session: Session, component: Any, values: dict[Any, float]) -> None:
    session.fix(session.columns_at(component, values), np.asarray(list(values.values()), dtype=float))


def _opened(session: Session, m: pyo.ConcreteModel, values: Array) -> dict[Any, float]:
    """Return 1 from the year in which the relaxation builds anything."""
    held: dict[Any, float] = {}
    for s in m.S:
        opened = 0.0
        for y in m.Y:
            opened = max(opened, float(session.at(m.compute.it_new_gw, (s, y), values) > _USED_GW))
            held[s, y] = opened
    return held


def _raised(session: Session, m: pyo.ConcreteModel, values: Array) -> dict[Any, float]:
    """Return 1 where the connection passes the voltage below by more than a little."""
    held = {}
    for s, k, y in m.grid.raised.index_set():
        below = m.grid.base_gw[s] + sum(m.grid.gain_gw[s, j] for j in m.grid.RAISES_OF[s, y] if j < k)
        over = session.at(m.grid.connection_gw, (s, y), values) > _PASSED * below
        held[s, k, y] = float(over)
    return held


def _modules(session: Session, m: pyo.ConcreteModel, values: Array) -> Modules:
    """Return modules as the relaxation has them."""
    return {key: session.at(m.compute.modules, key, values) for key in m.NEW_Y}


def _rounded(m: pyo.ConcreteModel, exact: Modules, together: bool) -> Modules:
    """Return whole modules, within each site's most; modules stay.

    Together: what is rounded up at one site is saved at the next of its province, which is cheaper. One by
    one: each site has room for what it had.
    """
    found: Modules = {}
    for sites in m.SITES.values():
        over: dict[tuple[str, int], float] = defaultdict(float)
        for s in sites:
            before = dict.fromkeys(m.NEW_OF[s], 0)
            for y in m.Y:
                wanted = {c: exact[s, c, y] - together * over[c, y] for c in m.NEW_OF[s]}
                whole = _whole(wanted, before, int(m.compute.modules_max[s]), _least(m, exact, s, y))
                for c in whole:
                    found[s, c, y] = float(whole[c])
                    over[c, y] += whole[c] - exact[s, c, y]
                before = whole
    return found


def _least(m: pyo.ConcreteModel, exact: Modules, site: str, year: int) -> int:
    """Return how many modules a campus has at least, if it is open."""
    if sum(exact[site, c, year] for c in m.NEW_OF[site]) < 1e-6:
        return 0
    return math.ceil(m.compute.campus_min_gw.value / m.compute.module_gw.value - 1e-6)


def _whole(wanted: dict[str, float], before: dict[str, int], most: int, least: int) -> dict[str, int]:
    """Return numbers rounded up, no fewer than before, their sum between `least` and `most`."""
    whole = {c: max(before[c], math.ceil(v - 1e-6)) for c, v in wanted.items()}
    for c in sorted(whole, key=lambda c: wanted[c] - whole[c])[: max(0, sum(whole.values()) - most)]:
        whole[c] = max(before[c], whole[c] - 1)
    if whole and sum(whole.values()) < least:
        whole[max(wanted, key=lambda c: wanted[c])] += least - sum(whole.values())
    return whole
