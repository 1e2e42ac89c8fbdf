"""The user's own hourly wind and sun."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.layers.renewable_weather import HOURS
from geodata.read import builtin, numbers, read_file
from geodata.tables import DataWarning, TableError

Single = NDArray[np.float32]

WHERE = "renewables.hours_file"
KINDS = ("solar", "wind")
SHOWN = 5


def own_output(places: pd.DataFrame, path: Path | None) -> dict[str, Single]:
    """Return the user's series of each place, "solar" and "wind", NaN where there is none.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`.
    path : Path, optional
        `site_id` or `province`, `hour` 0 to 8759, and `solar`, `wind` or both as output over capacity.

    Returns
    -------
    dict
        Arrays (n_places, 8760), rows as in `places`.

    Raises
    ------
    TableError
        Every fault of the file: columns, hours missing or twice, output outside 0 to 1, no such province.
    """
    found = {kind: np.full((len(places), HOURS), np.nan, np.float32) for kind in KINDS}
    if path is None:
        return found
    key, table = _table(path)
    _check(table, key, path)
    _check_names(table[key], key, places, path)
    wide = table.sort_values([key, "hour"])
    names = wide[key].to_numpy()[::HOURS]
    row = pd.Series(np.arange(len(names)), index=names).reindex(places[key].to_numpy())
    given = row.notna().to_numpy()
    for kind in [k for k in KINDS if k in table]:
        found[kind][given] = wide[kind].to_numpy().reshape(-1, HOURS)[row[given].astype(int)]
    return found


def _table(path: Path) -> tuple[str, pd.DataFrame]:
    table = read_file(path, WHERE)
    keys = [c for c in ("site_id", "province") if c in table.columns]
    kinds = [k for k in KINDS if k in table.columns]
    if len(keys) != 1 or not kinds or "hour" not in table.columns:
        raise TableError(
            f"{WHERE} ({path}): found columns {', '.join(table.columns)}; expected site_id or province, "
            "hour, and solar, wind or both"
        )
    table = numbers(table, ["hour", *kinds], f"{WHERE} ({path})")
    return keys[0], table.assign(**{keys[0]: table[keys[0]].astype("str")})


def _check(table: pd.DataFrame, key: str, path: Path) -> None:
    faults = []
    whole = table.groupby(key)["hour"].agg(lambda h: len(h) == HOURS and set(h) == set(range(HOURS)))
    if not whole.all():
        shown = ", ".join(map(str, whole.index[~whole.astype(bool)][:SHOWN]))
        faults.append(f"{shown}: expected each hour from 0 to {HOURS - 1} once (a year of 365 days)")
    for kind in [k for k in KINDS if k in table]:
        wrong = ~table[kind].between(0, 1)
        if wrong.any():
            rows = ", ".join(str(i + 1) for i in table.index[wrong][:SHOWN])
            faults.append(f"column {kind}: expected output over capacity from 0 to 1 (row {rows})")
    if faults:
        raise TableError(f"{WHERE} ({path}): " + "; ".join(faults))


def _check_names(names: pd.Series, key: str, places: pd.DataFrame, path: Path) -> None:
    known = set(places[key]) | (set(builtin("provinces")["province"]) if key == "province" else set())
    strange = sorted(set(names) - known)
    if not strange:
        return
    text = f"{WHERE} ({path}): {', '.join(strange[:SHOWN])}"
    if key == "province":
        raise TableError(f"{text} is no province, expected names as Inner Mongolia")
    warnings.warn(f"{text} is no site of this survey; its series is not used", DataWarning, stacklevel=3)
