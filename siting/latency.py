"""Latency of the user's own pairs of places: reading, modelling, comparing with what was measured."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.layers.latency import COLUMNS, Settings, model_pairs
from geodata.layers.round_trips import SLOWEST_MS
from geodata.read import numbers, read_file
from geodata.readers.extent import rows
from geodata.tables import DataWarning, TableError

WHERE = "pairs of places"
ENDS = ["from_lat", "from_lon", "to_lat", "to_lon"]
MEASURED = "measured_rtt_ms"
SHORT_KM = 400.0
CHINA = (73.0, 136.0, 17.0, 54.0)  # west, east, south, north


def read_pairs(path: Path) -> pd.DataFrame:
    """Return the pairs of a CSV, XLSX or Parquet file, further columns as they are.

    Parameters
    ----------
    path : Path
        from_lat, from_lon, to_lat, to_lon [degrees]; optional rtt_ms: measured round trip [ms], may be empty.

    Returns
    -------
    DataFrame
        As the file, `rtt_ms` under the name `measured_rtt_ms`.

    Raises
    ------
    TableError
        Every fault of the file in one message.
    """
    where = f"{WHERE} ({path})"
    table = read_file(path, WHERE)
    lost = [c for c in ENDS if c not in table.columns]
    if lost:
        raise TableError(
            f"{where}: missing column {', '.join(lost)}; found {', '.join(table.columns) or 'none'}; "
            f"expected {', '.join(ENDS)} in degrees and, if measured, rtt_ms"
        )
    if table.empty:
        raise TableError(f"{where}: no rows, expected one pair a row")
    table = numbers(table, [*ENDS, *(c for c in ("rtt_ms",) if c in table)], where)
    faults = _faults(table)
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    return table.rename(columns={MEASURED: f"given_{MEASURED}"}).rename(columns={"rtt_ms": MEASURED})


def compare(pairs: pd.DataFrame, settings: Settings, data: Path | None = None) -> pd.DataFrame:
    """Return the pairs with the model's columns behind; one of the user's of such a name becomes `given_...`.

    Warns of measured round trips that are faster than light in fibre over the great circle; they stay.
    """
    start, end = (pairs[[f"{e}_lon", f"{e}_lat"]].to_numpy(float) for e in ("from", "to"))
    model = model_pairs(start, end, settings, data).set_index(pairs.index)
    table = pd.concat([pairs.rename(columns={c: f"given_{c}" for c in model}), model], axis=1)
    if MEASURED in table:
        fast = table[MEASURED] < 2 * settings.fibre_ms_per_km * table["distance_km"]
        if fast.any():
            message = (
                f"{WHERE}: row {rows(table.index[fast])}: measured round trip faster than light in "
                "fibre over the great circle; is it one way (double it), or are the places wrong? "
                "It counts in the mean error"
            )
            warnings.warn(message, DataWarning, stacklevel=2)
    return table


def summary(table: pd.DataFrame) -> dict[str, float | int | None]:
    """Return how far the model is from what was measured; None where nothing was.

    Parameters
    ----------
    table : DataFrame
        Result of `compare`.

    Returns
    -------
    dict
        measured_pairs (count), mean_absolute_error_ms of the round trip, the same of pairs under 400 km,
        mean of model less measured (bias_ms), share of measured values inside the band.
    """
    known = table[table[MEASURED].notna()] if MEASURED in table else table[:0].assign(**{MEASURED: np.nan})
    error, short = known["rtt_ms"] - known[MEASURED], known["distance_km"] < SHORT_KM
    inside = known[MEASURED].between(known["rtt_low_ms"], known["rtt_high_ms"])
    return {
        "measured_pairs": len(known),
        "mean_absolute_error_ms": _mean(error.abs()),
        "measured_pairs_under_400km": int(short.sum()),
        "mean_absolute_error_under_400km_ms": _mean(error[short].abs()),
        "bias_ms": _mean(error),
        "inside_band_share": _mean(inside.astype(float)),
    }


def cells(table: pd.DataFrame) -> pd.DataFrame:
    """Return the result of `compare` as text: the user's columns as given, the model's to 0.1."""
    texts = {c: table[c].map(_modelled if c in COLUMNS else _given) for c in table.columns}
    return pd.DataFrame(texts, index=table.index)


def _given(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return "" if np.isnan(value) else f"{value:g}"


def _modelled(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _mean(values: pd.Series) -> float | None:
    return float(values.mean()) if len(values) else None


def _faults(table: pd.DataFrame) -> list[str]:
    ends = [(table[f"{end}_lat"], table[f"{end}_lon"]) for end in ("from", "to")]
    swapped = pd.concat([_swapped(*end) for end in ends], axis=1).any(axis=1)
    off = pd.concat([(lat.abs() > 90) | (lon.abs() > 180) for lat, lon in ends], axis=1).any(axis=1)
    checks = {
        "latitude or longitude is empty": table[ENDS].isna().any(axis=1),
        "latitude and longitude look swapped": swapped,
        "latitude beyond 90 or longitude beyond 180 degrees": off & ~swapped,
        "coordinates (0, 0)": pd.concat([(lat == 0) & (lon == 0) for lat, lon in ends], axis=1).any(axis=1),
    }
    if "rtt_ms" in table:
        checks["rtt_ms that is not above 0"] = table["rtt_ms"] <= 0
        checks[f"rtt_ms above {SLOWEST_MS:g}: is it in microseconds?"] = table["rtt_ms"] > SLOWEST_MS
    return [f"{what} (row {rows(table.index[wrong])})" for what, wrong in checks.items() if wrong.any()]


def _swapped(latitude: pd.Series, longitude: pd.Series) -> pd.Series:
    """Return where a point is on no globe, or not in China, but is with its coordinates exchanged."""
    west, east, south, north = CHINA
    on_globe = (latitude.abs() > 90) & (latitude.abs() <= 180) & (longitude.abs() <= 90)
    in_china = latitude.between(west, east) & longitude.between(south, north)
    return on_globe | in_china
