"""Paper and pictures from our own pages: a Chromium of the user's, started without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from siting.folder import OutputError

VARIABLE = "SITING_BROWSER"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_PATIENCE_S = 300
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
)


def find_chromium(given: Path | None = None) -> Path:
    """Return the program that makes PDF and PNG.

    Parameters
    ----------
    given : Path, optional
        What the user named; else the variable SITING_BROWSER, else the first of `NAMES` that is there.

    Raises
    ------
    OutputError
        None is there; the message says how to get one.
    """
    named = str(given) if given else os.environ.get(VARIABLE, "")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return Path(found)
    told = f"{named}: is not a program" if named else "no Chromium, Chrome or Edge was found"
    raise OutputError(
        f"{told}, and PDF and PNG need one: install it (such as `apt install chromium`), or name it with "
        f"--chromium PATH or the variable {VARIABLE}; HTML and SVG need none"
    )


def pdf_of(page: str, program: Path) -> bytes:
    """Return a page (HTML) as PDF, on paper as its own style says, with page numbers and an outline.

    Raises
    ------
    OutputError
        The program fails, or makes nothing.
    """
    options = ["--no-pdf-header-footer", "--generate-pdf-document-outline"]
    return _made(page, "print.pdf", "--print-to-pdf", options, program)


def png_of(page: str, size: tuple[int, int], scale: float, program: Path) -> bytes:
    """Return a page (HTML) as PNG of a size [px], with `scale` points of the picture to a px."""
    options = [f"--window-size={size[0]},{size[1]}", f"--force-device-scale-factor={scale:g}"]
    return _made(page, "shot.png", "--screenshot", options, program)


def _made(page: str, name: str, wish: str, options: Sequence[str], program: Path) -> bytes:
    with tempfile.TemporaryDirectory(prefix="siting-") as place:
        folder = Path(place)
        file, out = folder / "page.html", folder / name
        file.write_text(page, encoding="utf-8")
        profile = f"--user-data-dir={folder / 'profile'}"
        _run([str(program), *_OPTIONS, *_unboxed(), profile, *options, f"{wish}={out}", file.as_uri()])
        if not out.is_file():
            raise OutputError(
                f"{program}: made no {out.suffix[1:].upper()}; is it a Chromium of 2023 or later?"
            )
        return out.read_bytes()


def _unboxed() -> list[str]:
    """Return the option without which Chromium does not start for the superuser, as in containers."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        raise OutputError(f"{command[0]}: gave no answer in {_PATIENCE_S} seconds") from None
    except OSError as error:
        raise OutputError(f"{command[0]}: cannot be started ({error.strerror or error})") from None
    if done.returncode:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise OutputError(f"{command[0]}: failed with code {done.returncode} ({last})")
