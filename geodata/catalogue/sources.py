"""The catalogue of sources: what each is, its terms, its files, and which of them a data folder holds."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from geodata.read import builtin
from geodata.tables import TableError

CHUNK_BYTES = 1 << 20
OK, OTHER, TRUNCATED, MISSING = "ok", "another version", "truncated", "missing"
SAME, PART, UNKNOWN, YOURS = "same", "incomplete", "no checksum known", "yours to bring"


def catalogue() -> pd.DataFrame:
    """Return one row per source, in the order of the themes.

    Returns
    -------
    DataFrame
        `name`, `theme`, `what`, `address` (of the publisher), `download` (of a whole archive, else empty),
        `licence`, `attribution`, `vintage`, `path` (file or folder, relative to a data folder; empty: the
        user's own file, named in the scenario), `read_here` (True where the survey reads it), `confidence`,
        and of its files in `source_files`: `files` (how many), `size_bytes`, `sha256` (of a folder: see
        `digest`; empty without files).
    """
    table, files = builtin("sources"), source_files()
    own = [files[files["source"] == name] for name in table["name"]]
    return table.assign(
        read_here=table["read_here"] == "true",
        files=[len(part) for part in own],
        size_bytes=[int(part["size_bytes"].sum()) for part in own],
        sha256=[_group_digest(part, path) for part, path in zip(own, table["path"], strict=True)],
    )


def source_files() -> pd.DataFrame:
    """Return one row per file of the catalogue.

    Returns
    -------
    DataFrame
        `path` (relative to a data folder), `source` (its name in the catalogue), `size_bytes`, `sha256`,
        `download` (where these very bytes lie; empty: derived), `made_from` (of a derived file).
    """
    table = builtin("source_files")
    return table.assign(size_bytes=table["size_bytes"].astype(int))


def verified(data: Path | None) -> pd.DataFrame:
    """Return the files of the catalogue with what the data folder holds of each.

    Parameters
    ----------
    data : Path or None
        Data folder; None: nothing is there.

    Returns
    -------
    DataFrame
        `source_files` with `state` ("ok", "another version", "truncated": smaller than known, "missing")
        and `found_bytes` (0 where missing).

    Raises
    ------
    TableError
        Files that cannot be read.
    """
    table = source_files()
    paths = [None if data is None else data / path for path in table["path"]]
    known = zip(paths, table["sha256"], table["size_bytes"], strict=True)
    found = [(MISSING, 0) if path is None else _found(path, sha256, size) for path, sha256, size in known]
    return table.assign(state=[state for state, _ in found], found_bytes=[size for _, size in found])


def shortened(data: Path) -> list[str]:
    """Return the files that the survey reads which are smaller in a data folder than in the catalogue."""
    sources, files = builtin("sources"), source_files()
    read = sources.loc[sources["read_here"] == "true", "name"]
    known = files.loc[files["source"].isin(read), ["path", "size_bytes"]].itertuples(index=False)
    found = [(path, data / path, size) for path, size in known]
    return [path for path, file, size in found if file.is_file() and file.stat().st_size < size]


def available(data: Path | None) -> pd.DataFrame:
    """Return the catalogue with what the data folder holds of each source.

    Parameters
    ----------
    data : Path or None
        Data folder; None: nothing is there.

    Returns
    -------
    DataFrame
        The catalogue with `state` ("same", "another version", "incomplete": some files are missing,
        "missing", "no checksum known", "yours to bring"), `present` (any file is there) and `checksum`
        (True: every file is the one that the catalogue knows).

    Raises
    ------
    TableError
        Files that cannot be read.
    """
    table = catalogue()
    states = verified(data).groupby("source")["state"].agg(set).to_dict()
    there = [bool(path) and data is not None and (data / path).exists() for path in table["path"]]
    state = [
        _state(states[name]) if name in states else UNKNOWN if exists else YOURS
        for name, exists in zip(table["name"], there, strict=True)
    ]
    present = [each not in (MISSING, YOURS) for each in state]
    return table.assign(state=state, present=present, checksum=[each == SAME for each in state])


def _state(states: set[str]) -> str:
    if states & {OTHER, TRUNCATED}:
        return OTHER
    if states == {OK}:
        return SAME
    return PART if OK in states else MISSING


def _found(path: Path, sha256: str, size_bytes: int) -> tuple[str, int]:
    try:
        if not path.is_file():
            return (OTHER if path.exists() else MISSING), 0
        size = path.stat().st_size
        if size != size_bytes:
            return (TRUNCATED if size < size_bytes else OTHER), size
        return (OK if _file_digest(path) == sha256 else OTHER), size
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from None


def digest(path: Path) -> tuple[str, int]:
    """Return SHA-256 and size [bytes]; of a folder: of its `sha256  relative/path` lines, sorted by path."""
    if path.is_file():
        return _file_digest(path), path.stat().st_size
    files = sorted(p for p in path.rglob("*") if p.is_file())
    lines = [(_file_digest(p), p.relative_to(path).as_posix()) for p in files]
    return _lines_digest(lines), sum(p.stat().st_size for p in files)


def _group_digest(files: pd.DataFrame, path: str) -> str:
    if files.empty:
        return ""
    if files["path"].tolist() == [path]:
        return str(files["sha256"].iloc[0])
    return _lines_digest(
        [
            (sha256, file.removeprefix(f"{path}/"))
            for file, sha256 in sorted(zip(files["path"], files["sha256"], strict=True))
        ]
    )


def _lines_digest(lines: list[tuple[str, str]]) -> str:
    text = "".join(f"{sha256}  {path}\n" for sha256, path in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def _file_digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()
