"""The best point of a solve before, where it still keeps all rows and bounds."""

from __future__ import annotations

import numpy as np

from optim.certificate import programme_of
from optim.decompose import Master
from optim.plant_energy import Array
from optim.warm.sharing import own_rows, taken

_OFF = 1e-7


def kept(master: Master, values: Array) -> Array | None:
    """Return a point of before with nothing taken of budgets; None if it breaks a row or a bound of now.

    Rows of budgets are not looked at: those are shared out anew. Nor are cuts: energy is priced anew.
    """
    programme = programme_of(master.session.highs)
    if len(values) != len(programme.cost):
        return None
    point, budgets = values.copy(), np.concatenate([taken(master, key) for key in master.keys])
    point[budgets] = programme.lower[budgets]
    looked_at = own_rows(master, programme)
    looked_at &= np.diff(programme.rows[:, budgets].tocsr().indptr) == 0
    sums, size = programme.rows @ point, abs(programme.rows) @ abs(point)
    off = _OFF * np.maximum(1.0, size)
    keeps = (sums >= programme.row_lower - off) & (sums <= programme.row_upper + off)
    inside = (point >= programme.lower - _OFF) & (point <= programme.upper + _OFF)
    return point if keeps[looked_at].all() and inside.all() else None
