"""Unpacks zip and tar archives from outside: nothing escapes the folder, nothing grows without limit."""

from __future__ import annotations

import lzma
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Generator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import BaseModel, ConfigDict, Field

from geodata.tables import TableError

CHUNK_BYTES = 1 << 18
RATIO_FROM_BYTES = 1 << 20  # below this a steep ratio harms nobody
BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


Members = Generator[tuple[str, IO[bytes]], None, None]


class Limits(BaseModel):
    """What an archive may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    total_bytes: int = Field(default=8_000_000_000, ge=1, description="size of all files, unpacked")
    files: int = Field(default=10_000, ge=1, description="number of files")
    ratio: float = Field(
        default=200.0, ge=1, description="unpacked size over the archive's, from 1 MiB of unpacked size on"
    )


DEFAULT = Limits()


def unpack(path: Path, folder: Path, limits: Limits = DEFAULT) -> list[Path]:
    """Return the files of an archive, unpacked into a folder that is new or empty.

    Sizes are counted while writing, whatever the archive declares. The files come to a temporary folder
    beside `folder`, which takes its name when all is well; after a fault nothing is left.

    Parameters
    ----------
    path : Path
        A zip or tar archive (gzip, bzip2 or xz allowed).
    folder : Path
        Where to; it is made, parents too.
    limits : Limits
        Largest total size [bytes], number of files and ratio.

    Returns
    -------
    list of Path
        The files in `folder`, sorted.

    Raises
    ------
    TableError
        No archive, damaged or encrypted; a name that leads out of the folder; a link or device; a limit
        passed; a folder that holds something; no space.
    """
    if not path.is_file():
        raise TableError(f"{path}: there is no such file, expected a zip or tar archive")
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise TableError(f"{path}: {folder} is there already, expected a new or empty folder to unpack into")
    try:
        names = _into_new_folder(path, folder, limits)
    except BROKEN as error:
        raise TableError(f"{path}: damaged archive ({error}); cut off? Get it again") from None
    except OSError as error:
        raise TableError(f"{path}: cannot be unpacked into {folder} ({error.strerror or error})") from None
    return sorted(folder / name for name in names)


def _into_new_folder(path: Path, folder: Path, limits: Limits) -> set[str]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f"{folder.name}.part-", dir=folder.parent))
    try:
        new = temporary / "files"
        new.mkdir()
        names = _write(path, new, limits)
        if folder.is_dir():
            folder.rmdir()
        os.replace(new, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return names


def _write(path: Path, folder: Path, limits: Limits) -> set[str]:
    names: set[str] = set()
    total_bytes = 0
    most_bytes = min(limits.total_bytes, max(RATIO_FROM_BYTES, limits.ratio * path.stat().st_size))
    with closing(_members(path)) as members:
        for raw, stream in members:
            with closing(stream):
                name = _safe_name(raw, path)
                if name in names:
                    raise TableError(f"{path}: {name} stands twice in the archive")
                if len(names) >= limits.files:
                    raise TableError(f"{path}: more than {limits.files} files, the limit for an archive")
                names.add(name)
                total_bytes = _copy(stream, folder / name, total_bytes, most_bytes, path)
    if not names:
        raise TableError(f"{path}: the archive holds no file")
    return names


def _copy(stream: IO[bytes], target: Path, total_bytes: int, most_bytes: float, path: Path) -> int:
    """Write one file and return the bytes written of all; stop when they pass the limit."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as out:
        while chunk := stream.read(CHUNK_BYTES):
            total_bytes += len(chunk)
            if total_bytes > most_bytes:
                raise TableError(
                    f"{path}: unpacks to more than {most_bytes:,.0f} bytes from {path.stat().st_size:,}, "
                    "the limit of size or ratio; a zip bomb?"
                )
            out.write(chunk)
    return total_bytes


def _members(path: Path) -> Members:
    """Yield name and open stream of each file; folders are left out, links and devices refused."""
    if zipfile.is_zipfile(path):
        return _zip_members(path)
    if tarfile.is_tarfile(path):
        return _tar_members(path)
    raise TableError(f"{path}: found no zip or tar archive, expected one")


def _zip_members(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            kind = stat.S_IFMT(member.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise TableError(f"{path}: {member.filename} is a link or device, expected files only")
            if member.flag_bits & 1:
                raise TableError(f"{path}: {member.filename} is encrypted; unpack it by hand")
            if not member.filename.endswith("/"):
                yield member.filename, archive.open(member)


def _tar_members(path: Path) -> Members:
    with tarfile.open(path, "r:*") as archive:
        for member in archive:
            if not member.isfile() and not member.isdir():
                raise TableError(f"{path}: {member.name} is a link or device, expected files only")
            stream = archive.extractfile(member)
            if stream is not None:
                yield member.name, stream


def _safe_name(name: str, path: Path) -> str:
    """Return the name with slashes and no dots, or refuse one that leads out of the folder."""
    slashed = PurePosixPath(name.replace("\\", "/"))
    outside = slashed.is_absolute() or ".." in slashed.parts or not slashed.parts
    if outside or ":" in name or "\0" in name:
        raise TableError(f"{path}: the name {name!r} leads out of the folder; nothing was unpacked")
    return slashed.as_posix()
