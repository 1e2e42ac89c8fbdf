"""How far apart plans are, and a few of many that differ most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.plant_energy import Array


def distances(it_mw: pd.DataFrame) -> Array:
    """Return the share of IT power that stands at another site, for each two plans.

    Parameters
    ----------
    it_mw : DataFrame
        IT power of new campuses [MW], a row a plan, a column a site.
    """
    values = it_mw.to_numpy(dtype=float)
    whole = np.maximum(values.sum(axis=1), 1e-9)
    apart = np.abs(values[:, None, :] - values[None, :, :]).sum(axis=2) / 2.0
    found: Array = apart / np.maximum(whole[:, None], whole[None, :])
    return found


def farthest(apart: Array, count: int, first: int = 0) -> list[int]:
    """Return up to `count` plans: the first, then always the one farthest from all before it.

    >>> farthest(np.array([[0.0, 1.0, 4.0], [1.0, 0.0, 3.0], [4.0, 3.0, 0.0]]), 2)
    [0, 2]
    """
    chosen = [first]
    while len(chosen) < min(count, len(apart)):
        nearest = apart[:, chosen].min(axis=1)
        nearest[chosen] = -1.0
        best = int(nearest.argmax())
        if nearest[best] <= 1e-6:
            break
        chosen.append(best)
    return chosen
