"""Gets the files of an order into the data folder; every fault is told at the end, good files stay."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from geodata.catalogue.download import DEFAULT, Settings, check_room, download, session
from geodata.catalogue.fetch_order import Order
from geodata.catalogue.http_replies import NoAnswerError, NoSpaceError, Wanted, drop
from geodata.catalogue.sources import digest
from geodata.readers.archives import unpack
from geodata.tables import TableError

FULL = "no space left on the disk"


@dataclass(frozen=True)
class Fetched:
    """What was got and what went wrong."""

    files: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def fetch(
    ordered: Order,
    settings: Settings = DEFAULT,
    say: Callable[[str], None] = lambda _: None,
    moved: Callable[[int], None] = lambda _: None,
) -> Fetched:
    """Get the files of an order, one after another; a fault does not stop the others.

    Parameters
    ----------
    ordered : Order
        See `geodata.catalogue.fetch_order.order`.
    settings : Settings
        Tries, waits and limits of each download.
    say : callable
        Told the terms of each source before its files, and what is worth a line.
    moved : callable
        Told the bytes by which the files grew.

    Returns
    -------
    Fetched
        Paths that were got, and a sentence for each fault, the order's own first.

    Raises
    ------
    TableError
        The folder cannot be made, or its disk has no room for all files: nothing was got.
    """
    done = Fetched(faults=list(ordered.faults))
    rows = ordered.files.to_dict("records")
    if not rows:
        return done
    _make(ordered.folder)
    check_room(ordered.folder, int(ordered.files["size_bytes"].sum()))
    told, left = "", Counter[str]()
    with session(settings) as web:
        for row in rows:
            silent = f"{urlsplit(row['url']).netloc} does not answer"
            if why := {FULL, silent} & set(left):
                left.update(why)
                continue
            if row["source"] != told:
                say(row["terms"])
                told = row["source"]
            try:
                _get(row, ordered.folder, web, settings, say, moved)
                done.files.append(row["path"])
            except TableError as error:
                done.faults.append(f"{row['path']}: {error}")
                left.update(_hopeless(error, silent))
    done.faults.extend(f"{n - 1} more files were not tried: {why}" for why, n in left.items() if n > 1)
    return done


def _hopeless(error: TableError, silent: str) -> list[str]:
    """Return why other files need not be tried after this fault."""
    if isinstance(error, NoSpaceError):
        return [FULL]
    return [silent] if isinstance(error, NoAnswerError) else []


def _get(
    row: dict,
    folder: Path,
    web: requests.Session,
    settings: Settings,
    say: Callable[[str], None],
    moved: Callable[[int], None],
) -> None:
    path = folder / row["path"]
    _make(path.parent)
    if row["unpack"]:
        drop(path)
    download(Wanted(row["url"], path, row["sha256"], int(row["size_bytes"])), web, settings, moved)
    if row["unpack"]:
        sha256, size = digest(path)
        say(f"{row['path']}: no checksum is known; {size:,} bytes came with SHA-256 {sha256}")
        _unpack_new(path, folder / row["unpack"])


def _unpack_new(archive: Path, folder: Path) -> None:
    """Unpack beside the folder, then take its place; the archive goes."""
    new = folder.with_name(f"{folder.name}.new")
    try:
        unpack(archive, new)
        if folder.exists():
            shutil.rmtree(folder)
        new.rename(folder)
    except OSError as error:
        raise TableError(f"{folder}: cannot be written ({error.strerror or error})") from None
    finally:
        shutil.rmtree(new, ignore_errors=True)
        archive.unlink(missing_ok=True)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TableError(f"{folder}: the folder cannot be made ({error.strerror or error})") from None
