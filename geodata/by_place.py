"""Where a layer's column comes from: one row for it, and a row of its own for each place that differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import ArrayLike

from geodata.measured import Measured, measured

Row = dict[str, str]
Part = tuple[dict[str, object], list[Row]]  # values by column, and their figures
Case = tuple[Any, str, str]  # mask over the places, confidence, note

SILENT = "the layer says nothing here"


def told(general: Row, site_ids: ArrayLike, cases: Sequence[Case]) -> list[Row]:
    """Return the general row of a column, and a row for each place that differs from it.

    Parameters
    ----------
    general : dict
        Result of `geodata.measured.figure`.
    site_ids : array_like
        The places, in order.
    cases : list of tuple
        Mask over the places, confidence, note; of those that hold for a place the first counts.
    """
    rows: dict[str, Row] = {}
    for mask, confidence, note in cases:
        for site in np.asarray(site_ids, dtype=object)[np.asarray(mask, dtype=bool)]:
            rows.setdefault(
                str(site), general | {"site_id": str(site), "confidence": confidence, "note": note}
            )
    return [general, *(row for row in rows.values() if row | {"site_id": ""} != general)]


def cases_of(confidence: pd.Series, note: pd.Series, void: ArrayLike, silent: str = SILENT) -> list[Case]:
    """Return the cases of `told` for places of which each has its own confidence and note, or no value.

    Parameters
    ----------
    confidence, note : Series
        In the order of the places.
    void : array_like
        Places without a value: missing.
    silent : str
        Note of those.
    """
    pairs = pd.DataFrame({"confidence": confidence.to_numpy(), "note": note.to_numpy()}).astype("str")
    distinct = pairs.drop_duplicates().itertuples(index=False)
    known = [((pairs == pair).all(axis=1).to_numpy(), str(pair[0]), str(pair[1])) for pair in distinct]
    return [(void, "missing", silent), *known]


def joined(places: pd.DataFrame, parts: Sequence[Part], model: type[pa.DataFrameModel]) -> Measured:
    """Return a layer's result from its parts: columns side by side, figures one after the other."""
    columns = {name: values for part in parts for name, values in part[0].items()}
    return measured(places, columns, [row for part in parts for row in part[1]], model)
