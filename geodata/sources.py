"""The catalogue of layers: what each is, who publishes it, its terms, and whether a data folder holds it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from geodata.read import builtin

CHUNK = 1 << 20


def catalogue() -> pd.DataFrame:
    """Return one row per layer or group of layers, in the order of their paths.

    Returns
    -------
    DataFrame
        `name`, `theme`, `what`, `address` (of the publisher), `licence`, `attribution`, `vintage`, `path`
        (file or folder, relative to a data folder), `sha256` and `size_bytes` (of a folder: see `digest`),
        `read_here` (True where the survey reads it), `confidence`.
    """
    table = builtin("sources")
    return table.assign(size_bytes=table["size_bytes"].astype(int), read_here=table["read_here"] == "true")


def available(data: Path | None) -> pd.DataFrame:
    """Return the catalogue with what the data folder holds.

    Parameters
    ----------
    data : Path or None
        Data folder; None: nothing is there.

    Returns
    -------
    DataFrame
        The catalogue with `present`, and `checksum` (True: same content; False: another version, or not
        there).
    """
    table = catalogue()
    present = [data is not None and (data / p).exists() for p in table["path"]]
    same = [
        bool(there) and data is not None and digest(data / p) == (s, b)
        for there, p, s, b in zip(present, table["path"], table["sha256"], table["size_bytes"], strict=True)
    ]
    return table.assign(present=present, checksum=same)


def digest(path: Path) -> tuple[str, int]:
    """Return SHA-256 and size [bytes]; of a folder: of its `sha256  relative/path` lines, sorted by path."""
    if path.is_file():
        return _file_digest(path), path.stat().st_size
    files = sorted(p for p in path.rglob("*") if p.is_file())
    lines = "".join(f"{_file_digest(p)}  {p.relative_to(path).as_posix()}\n" for p in files)
    return hashlib.sha256(lines.encode()).hexdigest(), sum(p.stat().st_size for p in files)


def _file_digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()
