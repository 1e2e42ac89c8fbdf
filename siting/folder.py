"""Folders and files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from geodata.tables import PlannerError


class OutputError(PlannerError, ValueError):
    """The output cannot be written where it was asked for; nothing was changed."""


def check_free(out: Path, marker: str, force: bool = False) -> None:
    """Raise an error unless a folder can be made at `out`.

    Parameters
    ----------
    out : Path
        The folder to be; an empty one may stand there.
    marker : str
        File that tells an older folder of the same kind, which `force` may replace.
    force : bool
        Replace such a folder. One that lacks the marker is never replaced.

    Raises
    ------
    OutputError
        Something else stands there, or nothing can be written beside it.
    """
    if out.is_dir() and any(out.iterdir()):
        if not (out / marker).is_file():
            raise OutputError(f"{out}: holds other files (no {marker} among them); choose another folder")
        if not force:
            raise OutputError(f"{out}: is there already; choose another folder, or replace it with --force")
    elif out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is a file, expected a folder to be made there")
    beside = next(parent for parent in out.absolute().parents if parent.exists())
    if not beside.is_dir() or not os.access(beside, os.W_OK):
        raise OutputError(f"{out}: cannot be made, since {beside} is not a folder that may be written to")


@contextmanager
def fresh_folder(out: Path, marker: str, force: bool = False) -> Iterator[Path]:
    """Yield a temporary folder beside `out`; it takes that name when the block ends, and goes on any error.

    Raises
    ------
    OutputError
        As `check_free`; or the disk refuses.
    """
    check_free(out, marker, force)
    part = out.absolute().with_name(f".{out.absolute().name}.{secrets.token_hex(4)}.part")
    try:
        part.mkdir(parents=True)
        yield part
        _take_place(part, out.absolute())
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _take_place(part: Path, out: Path) -> None:
    """Rename `part` to `out`; an older folder goes aside first and comes back if that fails."""
    old = part.with_suffix(".old")
    if out.exists():
        out.rename(old)
    try:
        part.rename(out)
    except BaseException:
        with suppress(FileNotFoundError):
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, in UTF-8 with plain line ends.

    Raises
    ------
    OutputError
        The disk refuses.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    OutputError
        The disk refuses.
    """
    part = path.absolute().with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        part.unlink(missing_ok=True)


def write_files(files: Mapping[str, str], folder: Path, marker: str, fresh: bool, force: bool) -> None:
    """Write text files into a folder of their own, or beside what stands in one; each whole or not at all.

    Parameters
    ----------
    files : Mapping
        Name to text.
    folder : Path
        Where to.
    marker : str
        File that tells an older folder of the same kind.
    fresh : bool
        Make the folder anew; it then appears whole or not at all.
    force : bool
        Replace an older one.

    Raises
    ------
    OutputError
        As `fresh_folder`; or the disk refuses.
    """
    if not fresh:
        for name, text in files.items():
            write_text(folder / name, text)
        return
    with fresh_folder(folder, marker, force) as part:
        for name, text in files.items():
            write_text(part / name, text)
