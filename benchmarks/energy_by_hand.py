"""The model of `benchmarks.energy_sites` by hand, numpy and highspy alone: the floor of the others."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from benchmarks.energy_sites import BY_HOUR, COSTS, ETA, KEEP, RATE, Data, quiet


def by_hand(given: Data) -> Any:
    """Return HiGHS with the model written as one matrix of six blocks of rows."""
    sites, hours = given.price.shape
    n = sites * hours
    x = {name: (k * n + np.arange(n, dtype=np.int32)).reshape(sites, hours) for k, name in enumerate(BY_HOUR)}
    first = len(BY_HOUR) * n
    y = {name: first + k * sites + np.arange(sites, dtype=np.int32)[:, None] for k, name in enumerate(COSTS)}
    before = np.roll(x["stored"], 1, axis=1)
    blocks = [
        _block(n, (x["purchase"], 1), (x["direct"], 1), (x["discharge"], 1), (x["charge"], -1)),
        _block(n, (x["direct"], 1), (x["curtailed"], 1), (y["solar_mw"], -given.share)),
        _block(n, (x["stored"], 1), (before, -KEEP), (x["charge"], -ETA), (x["discharge"], 1 / ETA)),
        _block(n, (x["stored"], 1), (y["battery_mwh"], -1)),
        _block(n, (x["charge"], 1), (x["discharge"], 1), (y["battery_mwh"], -RATE)),
        _block(n, (x["purchase"], 1), (y["grid_mw"], -1)),
    ]
    starts = np.concatenate([[0], np.cumsum(np.repeat([block[2] for block in blocks], n))]).astype(np.int32)
    upper = np.zeros(6 * n)
    upper[:n] = given.demand.ravel()
    lower = np.concatenate([upper[: 3 * n], np.full(3 * n, -np.inf)])
    columns = first + len(COSTS) * sites
    cost = np.concatenate([given.price.ravel(), np.zeros(first - n), np.repeat(list(COSTS.values()), sites)])
    indices, factors = (np.concatenate([block[k] for block in blocks]) for k in (0, 1))
    highs = quiet()
    highs.passModel(
        columns,
        len(upper),
        len(indices),
        int(highspy.MatrixFormat.kRowwise),
        1,
        0.0,
        cost,
        np.zeros(columns),
        np.full(columns, np.inf),
        lower,
        upper,
        starts,
        indices,
        factors,
        np.zeros(columns, dtype=np.int32),
    )
    return highs


def _block(rows: int, *terms: tuple[np.ndarray, Any]) -> tuple[np.ndarray, np.ndarray, int]:
    """Return columns and factors of rows with one entry for each term, and their number of entries."""
    hours = max(column.shape[1] for column, _ in terms)
    shape = (rows // hours, hours, len(terms))
    indices, factors = np.empty(shape, np.int32), np.empty(shape)
    for k, (column, factor) in enumerate(terms):
        indices[..., k] = column
        factors[..., k] = factor
    return indices.ravel(), factors.ravel(), len(terms)
