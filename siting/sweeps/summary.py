"""All points of a sweep in tables: one row a point, and the power in each place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from siting.folder import OutputError, write_text
from siting.sweeps.solving import Record
from siting.table_files import as_csv

PLACES = ["case", "level", "place", "it_mw"]


def summary_table(points: Mapping[str, Mapping[str, Any]], records: Mapping[str, Record]) -> pd.DataFrame:
    """Return one row a point: case, keys, status (`waiting`: not yet), method, figures, seconds, message.

    Parameters
    ----------
    points : dict
        case -> values of keys.
    records : dict
        case -> what is known of the points that have ended.
    """
    keys = list(dict.fromkeys(key for point in points.values() for key in point))
    figures = list(dict.fromkeys(name for each in records.values() for name in each["figures"]))
    rows = [_row(case, point, keys, figures, records.get(case)) for case, point in points.items()]
    return pd.DataFrame(rows)


def _row(
    case: str, point: Mapping[str, Any], keys: list[str], figures: list[str], record: Record | None
) -> dict[str, Any]:
    found: Record = record or {"status": "waiting", "method": "", "figures": {}, "message": ""}
    return {
        "case": case,
        **{key: point.get(key) for key in keys},
        "status": found["status"],
        "method": found["method"],
        **{name: found["figures"].get(name) for name in figures},
        "seconds": found.get("seconds"),
        "message": found["message"],
    }


def places_table(records: Mapping[str, Record]) -> pd.DataFrame:
    """Return the IT power of each point in each province and at each site, in the last year [MW]."""
    rows = [
        (case, level, place, mw)
        for case, record in sorted(records.items())
        for level, name in (("province", "provinces"), ("site", "sites"))
        for place, mw in record[name].items()
    ]
    return pd.DataFrame(rows, columns=PLACES).astype({"it_mw": float})


def write_pair(table: pd.DataFrame, folder: Path, name: str) -> None:
    """Write a table as CSV and as Parquet; columns of mixed kinds become text in Parquet."""
    write_text(folder / f"{name}.csv", as_csv(table))
    plain = table.copy()
    for column in plain:
        if pd.api.types.is_object_dtype(plain[column]) and not _is_plain(list(plain[column])):
            plain[column] = plain[column].map(lambda v: None if v is None else str(v))
    part = folder / f".{name}.parquet.part"
    try:
        plain.to_parquet(part, index=False, compression="zstd")
        part.replace(folder / f"{name}.parquet")
    except OSError as error:
        raise OutputError(f"{folder / name}: cannot be written ({error.strerror or error})") from error
    finally:
        part.unlink(missing_ok=True)


def _is_plain(column: Sequence[Any]) -> bool:
    kinds = {type(value) for value in column if value is not None}
    return len(kinds) <= 1 and not kinds & {list, dict, tuple}
