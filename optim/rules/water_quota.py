"""Water quotas: what the plants of a basin, province or cluster may draw in a year."""

from __future__ import annotations

import pandas as pd
import pyomo.environ as pyo

from optim.terms import Term


def add(m: pyo.ConcreteModel, quotas: pd.DataFrame) -> list[Term]:
    """Return no term; declare `m.water_quota`: the sum of the plants' water_mm3 fits each quota and year.

    Parameters
    ----------
    m : ConcreteModel
        With `m.halls`.
    quotas : DataFrame
        quota_id, year, water_mm3, sites.
    """
    b = m.water_quota = pyo.Block()
    rows = {
        (str(q), int(y)): (float(v), [(s, c) for s, c in m.PLANTS if s in set(sites)])
        for q, y, v, sites in quotas[["quota_id", "year", "water_mm3", "sites"]].itertuples(
            index=False, name=None
        )
    }
    held = {key: row for key, row in rows.items() if row[1]}
    b.QUOTAS = pyo.Set(dimen=2, initialize=list(held))
    b.quota_mm3 = pyo.Param(b.QUOTAS, initialize={key: row[0] for key, row in held.items()})
    b.DRAWERS = pyo.Set(b.QUOTAS, dimen=2, initialize={key: row[1] for key, row in held.items()})
    b.row = pyo.Constraint(
        b.QUOTAS,
        rule=lambda b, q, y: sum(m.halls.water_mm3[s, c, y] for s, c in b.DRAWERS[q, y]) <= b.quota_mm3[q, y],
    )
    return []
