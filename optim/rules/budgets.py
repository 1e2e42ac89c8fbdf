"""Budgets: what all sites together may emit, draw and keep users waiting, over all years."""

from __future__ import annotations

import math

import pyomo.environ as pyo

from optim.inputs import Inputs
from optim.terms import Term

EVERYWHERE = "all"


def add(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return no term; declare `m.budgets`, a row for each budget with a number (one index: all, last year).

    carbon: sum of carbon_mt <= number; water: sum of water_mm3 <= number; rtt: sum over arcs of
    (rtt_ms - number) x load served <= 0, so that the mean is that of the load served.

    Parameters
    ----------
    m : ConcreteModel
        With `m.halls` and `m.workload`.
    inputs : Inputs
        Numbers and round trips.
    """
    b = m.budgets = pyo.Block()
    asked = inputs.asked.budgets
    b.ALL = pyo.Set(dimen=2, initialize=[(EVERYWHERE, inputs.years[-1])])
    halls = m.halls
    if is_number(asked.carbon_max_mt):
        b.carbon_max_mt = pyo.Param(initialize=asked.carbon_max_mt)
        b.carbon = pyo.Constraint(
            b.ALL,
            rule=lambda b, place, last: (
                sum(halls.carbon_mt[s, c, y] for s, c, y in halls.CARBON) <= b.carbon_max_mt
            ),
        )
    if is_number(asked.water_max_million_m3):
        b.water_max_mm3 = pyo.Param(initialize=asked.water_max_million_m3)
        b.water = pyo.Constraint(
            b.ALL,
            rule=lambda b, place, last: (
                sum(halls.water_mm3[s, c, y] for s, c, y in halls.WATER) <= b.water_max_mm3
            ),
        )
    if asked.rtt_mean_max_ms is not None and is_number(asked.rtt_mean_max_ms):
        _rtt(m, inputs.rtt_ms, asked.rtt_mean_max_ms)
    return []


def is_number(limit: float | None) -> bool:
    """Return whether a budget is a limit, not one that is only counted (infinity) or none at all."""
    return limit is not None and math.isfinite(limit)


def _rtt(m: pyo.ConcreteModel, rtt_ms: dict[tuple[str, str, str, int], float], number: float) -> None:
    b, w = m.budgets, m.workload
    over = {arc: rtt_ms[arc] - number for arc in w.ARCS_Y}
    b.over_ms = pyo.Param(w.ARCS_Y, initialize=over, within=pyo.Reals)
    b.rtt = pyo.Constraint(
        b.ALL,
        rule=lambda b, place, last: (
            sum(b.over_ms[s, d, c, y] * w.serve_gw[s, d, c, y] for s, d, c, y in w.ARCS_Y) <= 0
        ),
    )
