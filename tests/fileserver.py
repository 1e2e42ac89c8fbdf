"""A file server on the loopback for tests, with faults by path; it serves a folder and offers ranges."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ALWAYS = 1_000_000


class FileServer(ThreadingHTTPServer):
    """`url` is its address; `faults[path]` is a list of [fault, times left]; `asked` holds what was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.faults: dict[str, list[list]] = {}
        self.asked: list[tuple[str, str]] = []
        self.closing = threading.Event()

    def fault(self, path: str, fault: str, times: int = ALWAYS) -> None:
        """Answer the next requests of a path with a fault of `Handler`."""
        self.faults.setdefault(path, []).append([fault, times])

    def ranges(self, path: str) -> list[str]:
        """Return the Range headers with which a path was asked, "" where none."""
        return [asked for found, asked in self.asked if found == path]

    def next_fault(self, path: str) -> str:
        waiting = [each for each in self.faults.get(path, []) if each[1] > 0]
        if not waiting:
            return ""
        waiting[0][1] -= 1
        return waiting[0][0]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that goes away is what some tests want."""


class Handler(BaseHTTPRequestHandler):
    """Answers GET with the file, its rest from a byte on, or a fault.

    Faults: an HTTP status; `redirect URL`; `hang_up` and `stall` (no answer), `half_stall`, `cut`,
    `cut_no_length` (half of it), `no_length`, `long_length`, `short_length` (a false Content-Length),
    `no_range`, `wrong_range`, `other` (one byte differs), `longer`, `text WORDS`, `gzip` (only says so).
    """

    server: FileServer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        self.server.asked.append((path, self.headers.get("Range", "")))
        kind, _, value = self.server.next_fault(path).partition(" ")
        if kind.isdecimal():
            self.send_error(int(kind))
        elif kind == "redirect":
            self.send_response(302)
            self.send_header("Location", value)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif kind == "stall":
            self.server.closing.wait(10)
        elif kind != "hang_up":
            self._send(self._content(path, kind, value), kind)

    def _content(self, path: str, kind: str, value: str) -> bytes | None:
        file = self.server.folder / path
        if not file.is_file():
            return None
        content = file.read_bytes()
        if kind == "other":
            return bytes([content[0] ^ 1]) + content[1:]
        return value.encode() if kind == "text" else content + b"more" if kind == "longer" else content

    def _send(self, content: bytes | None, kind: str) -> None:
        if content is None:
            self.send_error(404)
            return
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked and kind != "no_range" else 0
        self.send_response(206 if start else 200)
        if start:
            told = start + 1 if kind == "wrong_range" else start
            self.send_header("Content-Range", f"bytes {told}-{len(content) - 1}/{len(content)}")
        rest = content[start:]
        lie = {"long_length": 7, "short_length": -(len(rest) // 2)}.get(kind, 0)
        if kind not in ("no_length", "cut_no_length"):
            self.send_header("Content-Length", str(len(rest) + lie))
        if kind == "gzip":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        half = kind.startswith("cut") or kind == "half_stall"
        with suppress(OSError):
            self.wfile.write(rest[: len(rest) // 2] if half else rest)
            self.wfile.flush()
        if kind == "half_stall":
            self.server.closing.wait(10)


@contextmanager
def serve(folder: Path) -> Iterator[FileServer]:
    """Yield a running server of the folder."""
    server = FileServer(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
