"""Tables of a folder as files: CSV, or Parquet where they are long; each known by the SHA-256 of its file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from siting.folder import write_text

CSV_ROWS_MAX = 20_000


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, str]:
    """Write tables into a new folder and return the SHA-256 of each file."""
    folder.mkdir()
    return {name: digest(_written(table, folder / name)) for name, table in tables.items()}


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV text."""
    return table.to_csv(index=False, lineterminator="\n")


def file_of(stem: Path) -> Path:
    """Return the file of a table: the CSV unless there is a Parquet alone."""
    csv, parquet = stem.with_suffix(".csv"), stem.with_suffix(".parquet")
    return parquet if parquet.is_file() and not csv.is_file() else csv


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _written(table: pd.DataFrame, stem: Path) -> Path:
    if len(table) > CSV_ROWS_MAX:
        path = stem.with_suffix(".parquet")
        table.to_parquet(path, index=False, compression="zstd")
        return path
    path = stem.with_suffix(".csv")
    write_text(path, as_csv(table))
    return path
