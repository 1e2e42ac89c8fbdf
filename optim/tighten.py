"""Rounds of cuts: until the energy of plants in the master is short by little."""

from __future__ import annotations

import numpy as np

from optim.decompose import Master, Say
from optim.plant_energy import Array
from optim.tables import InfeasibleError

_EMPTY_GW = 1e-3
_BUILT_ROUNDS = 10
_ALL, _MOST = 0.995, 0.97  # of the IT power
_ENOUGH, _FALL = 0.5, 0.15
_EXACT = 1e-6
_LOST_SHARE = 1e-4


def tighten_relaxed(master: Master, gap_share: float, rounds: int, say: Say) -> float:
    """Return a bound of the relaxation, whose cuts are short by at most a share of it.

    Each round prices the energy at a central point of the relaxation's optima, where cuts are deepest; then
    some with all campuses closed that the central point leaves empty, which are several times faster. The
    bound is worked out from the duals of the last point (`optim.certificate`), which the session holds.

    Parameters
    ----------
    master : Master
        Gets the cuts.
    gap_share : float
        Share of the discounted cost by which cuts may be short.
    rounds : int
        Most solves with all campuses.
    say : callable
        Takes one line a solve.
    """
    session = master.session
    tighten_centre(master, gap_share, rounds, say)
    cost = session.cost_of(session.centre(min(_EXACT, _tolerance(gap_share))))
    bound = session.lower_bound(known=cost + abs(cost))
    if bound < cost - _LOST_SHARE * abs(cost):
        return session.solve_relaxed(method="interior").objective
    return bound


def tighten_centre(master: Master, gap_share: float, rounds: int, say: Say) -> tuple[Array, float]:
    """Return a central point of the relaxation, and the share of its cost by which cuts are short there.

    Parameters as of `tighten_relaxed`, whose rounds these are.
    """
    session, tolerance = master.session, _tolerance(gap_share)
    for _ in range(rounds):
        values = session.centre(tolerance)
        short = _short(master, values, say, _ALL)
        if short <= gap_share:
            break
        tighten_built(master, values, (max(_ENOUGH * gap_share, _FALL * short), tolerance), say)
    return values, short


def _tolerance(gap_share: float) -> float:
    """Return the relative gap at which an interior point stops."""
    return min(5e-4, max(1e-8, gap_share / 10))


def tighten_built(master: Master, values: Array, exact: tuple[float, float], say: Say) -> None:
    """Tighten to exact[0], at points to exact[1], with the campuses closed that are empty at `values`."""
    m, session = master.model.pyomo, master.session
    it_gw = values[session.columns_at(m.compute.it_new_gw, m.SY)]
    opened = session.columns_at(m.compute.opened, m.SY)
    empty = opened[(it_gw < _EMPTY_GW) & (session.lower[opened] <= 0)]
    session.fix(empty, np.zeros(len(empty)))
    try:
        for _ in range(_BUILT_ROUNDS):
            if _short(master, session.centre(exact[1]), say, _MOST) <= exact[0]:
                break
    except InfeasibleError:
        say("a rule needs campuses that the relaxation leaves all but empty")
    finally:
        session.free(empty)


def tighten_plan(master: Master, gap_share: float, rounds: int, say: Say) -> Array:
    """Return a vertex at which cuts are short by at most a share of the cost; parameters as above."""
    master.session.solve_relaxed(method="interior")
    for _ in range(rounds):
        values = master.session.values()
        if _short(master, values, say) <= gap_share:
            break
        master.session.solve_relaxed()
    return values


def _short(master: Master, values: Array, say: Say, covered_share: float = 1.0) -> float:
    """Return the share of the cost by which the cuts in the master are short at `values`; missing enter."""
    cost = master.session.cost_of(values)
    master.learn(values, covered_share)
    missing = master.cuts.broken(values)
    short = master.shortfall(missing)
    say(f"master {cost:,.0f} M CNY, energy short by {short:,.0f}, {len(master.cuts.standing):,} cuts")
    master.cuts.enter(list(missing))
    return short / max(abs(cost), _EXACT)
