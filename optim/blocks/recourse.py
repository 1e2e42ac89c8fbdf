"""Recourse: stands for the plants' energy in the master problem, as cuts on its least cost."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.terms import Term

LOWEST_M_CNY = -1e5


def add(m: pyo.ConcreteModel) -> list[Term]:
    """Return the cost of energy as a free variable that cuts hold up; declare `m.recourse`.

    energy_m_cny[s,c,y] >= value + gradient x (halls - point) for every cut (see `optim.cuts`).

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.sets`.
    """
    b = m.recourse = pyo.Block()
    b.energy_m_cny = pyo.Var(m.PY, domain=pyo.Reals, bounds=(LOWEST_M_CNY, None), dense=False)
    return [Term("energy_cut", "cost", m.PY, lambda s, c, y: b.energy_m_cny[s, c, y])]
