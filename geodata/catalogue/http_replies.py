"""What a server answers, as bytes or as a fault: one that may pass, or one that will not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import requests
from requests import exceptions as http
from urllib3 import exceptions as wire

from geodata.tables import TableError

CHUNK_BYTES = 1 << 16
PASSING = (408, 425, 429, 500, 502, 503, 504)  # HTTP states that are worth another try


class DownloadError(TableError):
    """A file could not be had; nothing stands under its name."""


class NoSpaceError(DownloadError):
    """The disk is full: trying other files is of no use."""


class NoAnswerError(DownloadError):
    """The host cannot be reached: trying its other files is of no use."""


class CutError(Exception):
    """A fault that may pass: worth another try."""

    def __init__(self, message: str, no_answer: bool = False) -> None:
        super().__init__(message)
        self.no_answer = no_answer


@dataclass(frozen=True)
class Wanted:
    """A file to get; an empty checksum, or a size of 0, is not known."""

    url: str
    path: Path
    sha256: str = ""
    size_bytes: int = 0

    @property
    def part(self) -> Path:
        """The file that grows beside its place."""
        return self.path.with_name(f"{self.path.name}.part")


def chunks(reply: requests.Response, wanted: Wanted) -> Iterator[bytes]:
    """Yield the bytes as they were stored: not unpacked where a server says `Content-Encoding: gzip`."""
    try:
        yield from reply.raw.stream(CHUNK_BYTES, decode_content=False)
    except (wire.HTTPError, http.RequestException) as error:
        raise network_fault(wanted, error) from None


def check_reply(reply: requests.Response, wanted: Wanted, start: int) -> None:
    """Raise where the reply is not the file, or not its rest from `start` on."""
    status = f"HTTP {reply.status_code} {reply.reason or ''}".strip()
    if wanted.url.startswith("https:") and not reply.url.startswith("https:"):
        raise DownloadError(f"{wanted.url} redirects to {reply.url}, which is not encrypted")
    other_rest = reply.status_code == 206 and _range_start(reply) != start
    if reply.status_code == 416 or other_rest:
        drop(wanted.part)
        raise CutError(f"{status} at {wanted.url}: the server does not go on at byte {start:,}")
    if reply.status_code in PASSING:
        raise CutError(f"{status} at {wanted.url}")
    if reply.status_code not in (200, 206):
        raise DownloadError(f"{status} at {wanted.url}")


def _range_start(reply: requests.Response) -> int:
    found = re.match(r"bytes (\d+)-", reply.headers.get("Content-Range", ""))
    return int(found[1]) if found else -1


def network_fault(wanted: Wanted, error: Exception) -> Exception:
    """Return the fault as one that may pass, or as one that will not."""
    if isinstance(error, http.TooManyRedirects):
        return DownloadError(f"{wanted.url} redirects too often")
    if isinstance(error, http.InvalidSchema):
        return DownloadError(f"{wanted.url} redirects to another scheme; only http and https are followed")
    if isinstance(error, http.Timeout | wire.TimeoutError):
        no_answer = isinstance(error, http.ConnectTimeout | wire.ConnectTimeoutError)
        return CutError(f"{wanted.url}: no answer in time", no_answer)
    if isinstance(error, http.SSLError):
        return DownloadError(f"{wanted.url}: the certificate is not accepted ({error})")
    if isinstance(error, http.ConnectionError):
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        no_answer = isinstance(reason, wire.NewConnectionError)
        return CutError(f"{wanted.url}: {'no connection' if no_answer else 'connection cut'}", no_answer)
    if isinstance(error, wire.ProtocolError | http.ChunkedEncodingError):
        return CutError(f"{wanted.url}: connection cut")
    return DownloadError(f"{wanted.url}: {error}")


def drop(path: Path) -> None:
    """Delete the file if it is there and can be."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
