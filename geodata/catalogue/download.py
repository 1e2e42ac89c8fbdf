"""Gets one file over HTTP: retries, goes on after a cut, checks SHA-256; never a half file under its name."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pooch
import requests
from pydantic import BaseModel, ConfigDict, Field
from requests import exceptions as http
from urllib3 import exceptions as wire

from geodata.catalogue.http_replies import (
    CutError,
    DownloadError,
    NoAnswerError,
    NoSpaceError,
    Wanted,
    check_reply,
    chunks,
    drop,
    network_fault,
)
from geodata.catalogue.sources import digest

FULL = (errno.ENOSPC, errno.EDQUOT)
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "siting-planner"}


class Settings(BaseModel):
    """How a download is tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    retries: int = Field(default=3, ge=0, description="tries after the first one")
    backoff_s: float = Field(default=1.0, ge=0, description="wait before the second try; doubles each time")
    connect_timeout_s: float = Field(default=10.0, gt=0, description="longest wait for a connection")
    read_timeout_s: float = Field(default=30.0, gt=0, description="longest silence of a server")
    redirects: int = Field(default=5, ge=0, description="redirects that are followed, http and https only")
    max_bytes: int = Field(default=4_000_000_000, ge=1, description="largest file that is taken")


DEFAULT = Settings()


def session(settings: Settings = DEFAULT) -> requests.Session:
    """Return a connection pool with our headers and limit of redirects, to be closed by the caller."""
    web = requests.Session()
    web.headers.update(HEADERS)
    web.max_redirects = settings.redirects
    return web


def check_room(folder: Path, size_bytes: int) -> None:
    """Raise NoSpaceError where the disk of the folder has less than `size_bytes` free."""
    free = shutil.disk_usage(folder).free
    if size_bytes > free:
        raise NoSpaceError(f"{folder}: {size_bytes:,} bytes are needed, {free:,} are free on this disk")


def download(wanted: Wanted, web: requests.Session, settings: Settings, moved: Callable[[int], None]) -> None:
    """Put the file in its place, checked.

    It grows as `<name>.part` beside its place. After a cut or an interrupt the part is kept where a
    checksum is known, and the next try or run goes on from there if the server offers ranges. After a wrong
    checksum, on a full disk, or without a checksum nothing is kept.

    Parameters
    ----------
    wanted : Wanted
        Address, place, SHA-256 and size.
    web : requests.Session
        See `session`.
    settings : Settings
        Tries, waits and limits.
    moved : callable
        Told the bytes by which the file grew (negative: it begins anew).

    Raises
    ------
    DownloadError
        What went wrong; `NoSpaceError` or `NoAnswerError` where others would fail alike.
    """
    pooch.get_logger().setLevel(logging.WARNING)
    known = f"sha256:{wanted.sha256}" if wanted.sha256 else None
    transfer = _Transfer(wanted, web, settings, moved)
    try:
        pooch.retrieve(wanted.url, known, wanted.path.name, wanted.path.parent, downloader=transfer)
    except NoSpaceError:
        drop(wanted.part)
        raise
    except OSError as error:
        raise _disk_fault(wanted, error) from None
    finally:
        if not wanted.sha256 or _size(wanted.part) == 0:
            drop(wanted.part)


class _Transfer:
    """A downloader for pooch that tries often and goes on where it was cut."""

    def __init__(
        self, wanted: Wanted, web: requests.Session, settings: Settings, moved: Callable[[int], None]
    ) -> None:
        self.wanted, self.web, self.settings, self.moved = wanted, web, settings, moved
        self.told_bytes = 0
        self.resumed = False

    def __call__(self, url: str, output_file: str, caller: object, check_only: bool = False) -> None:
        """Write the file to `output_file`, which pooch checks once more and gives its name."""
        self._try_often()
        if self.resumed and _checksum_fault(self.wanted):  # the part may have been of another version
            self.wanted.part.unlink()
            self._try_often()
        if fault := _checksum_fault(self.wanted):
            self.wanted.part.unlink()
            raise DownloadError(fault)
        os.replace(self.wanted.part, output_file)

    def _try_often(self) -> None:
        tries = self.settings.retries + 1
        for again in range(tries):
            try:
                return self._try()
            except CutError as error:
                if again == self.settings.retries:
                    kind = NoAnswerError if error.no_answer else DownloadError
                    raise kind(f"{error} ({tries} tries){_kept(self.wanted)}") from None
            time.sleep(self.settings.backoff_s * 2**again)

    def _try(self) -> None:
        start = _usable(self.wanted)
        self._tell(start)
        if start and start == self.wanted.size_bytes:
            self.resumed = True
            return
        headers = {"Range": f"bytes={start}-"} if start else {}
        times = (self.settings.connect_timeout_s, self.settings.read_timeout_s)
        try:
            reply = self.web.get(self.wanted.url, headers=headers, stream=True, timeout=times)
        except (http.RequestException, wire.HTTPError, ValueError) as error:
            raise network_fault(self.wanted, error) from None
        with reply:
            check_reply(reply, self.wanted, start)
            self._store(reply, start if reply.status_code == 206 else 0)

    def _store(self, reply: requests.Response, start: int) -> None:
        """Append what comes to the part, or begin it anew."""
        declared = reply.headers.get("Content-Length", "")
        if declared.isdecimal():
            self._check_size(start + int(declared))
            check_room(self.wanted.path.parent, int(declared))
        self.resumed = start > 0
        with self.wanted.part.open("ab" if start else "wb") as out:
            position = start
            for chunk in chunks(reply, self.wanted):
                position += len(chunk)
                self._check_size(position)
                _append(out, chunk)
                self._tell(position)
        if not declared and position < self.wanted.size_bytes:
            raise CutError(f"{self.wanted.url} ended after {position:,} bytes")

    def _check_size(self, size: int) -> None:
        """Raise, and drop the part, where the file is larger than known or allowed."""
        most = self.wanted.size_bytes or self.settings.max_bytes
        if size > min(most, self.settings.max_bytes):
            drop(self.wanted.part)
            known = f"expected {most:,}" if self.wanted.size_bytes else "the limit"
            known = known if most <= self.settings.max_bytes else f"{self.settings.max_bytes:,} are the limit"
            raise DownloadError(f"{self.wanted.url} has {size:,} bytes or more, {known}: another version?")

    def _tell(self, position: int) -> None:
        self.moved(position - self.told_bytes)
        self.told_bytes = position


def _append(out: IO[bytes], chunk: bytes) -> None:
    out.write(chunk)


def _disk_fault(wanted: Wanted, error: OSError) -> DownloadError:
    if error.errno in FULL:
        drop(wanted.part)
        return NoSpaceError(f"{wanted.path}: no space left on the disk; nothing was kept")
    return DownloadError(f"{wanted.path}: cannot be written ({error.strerror or error})")


def _checksum_fault(wanted: Wanted) -> str:
    """Return what is wrong with the part, else nothing."""
    sha256, size = digest(wanted.part)
    if wanted.sha256 in ("", sha256):
        return ""
    known = f"expected {wanted.sha256} ({wanted.size_bytes:,} bytes)"
    return (
        f"wrong checksum at {wanted.url}: found SHA-256 {sha256} ({size:,} bytes), {known}; nothing was kept"
    )


def _usable(wanted: Wanted) -> int:
    """Return how many bytes of the part may stay; drop a part that cannot."""
    size = _size(wanted.part)
    if not wanted.sha256 or size > wanted.size_bytes:
        drop(wanted.part)
        return 0
    return size


def _kept(wanted: Wanted) -> str:
    size = _size(wanted.part)
    if not size or not wanted.sha256:
        return ""
    return f"; {size:,} of {wanted.size_bytes:,} bytes are kept in {wanted.part.name}, fetch again to go on"


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
