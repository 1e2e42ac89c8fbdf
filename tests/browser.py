"""A Chromium for the page tests: found on the machine, else fetched; `python -m tests.browser` prints it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from siting.chromium import NAMES, VARIABLE

NONE_FOUND = (
    "No Chromium for the page tests: none on the PATH, `playwright install chromium` did not work, and the "
    f"system's package could not be installed. Install chromium or Chrome, or set {VARIABLE} to its path."
)


def find() -> str | None:
    """Return the path of a Chromium: that of the variable, one on the PATH, or Playwright's own."""
    named = os.environ.get(VARIABLE)
    if named:
        return named
    return (
        next((path for path in map(shutil.which, NAMES) if path and _starts(path)), None)
        or _playwrights_own()
    )


def find_browser() -> str:
    """Return the path of a Chromium for the page tests, or say what to do."""
    path = find()
    if path is None:
        raise RuntimeError(NONE_FOUND)
    return path


def _starts(path: str) -> bool:
    try:
        return (
            subprocess.run([path, "--version"], timeout=60, capture_output=True, check=False).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() and _starts(path) else None


def _run(command: list[str], timeout_s: float) -> bool:
    print("browser:", " ".join(command), file=sys.stderr)
    try:
        return subprocess.run(command, timeout=timeout_s, stdout=sys.stderr, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install() -> str | None:
    if _run([sys.executable, "-m", "playwright", "install", "chromium"], 600) and (path := find()):
        return path
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        _run(["apt-get", "update"], 300)
        _run(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"], 900)
    return find()


def main() -> None:
    """Print the browser found or installed, or say what to do."""
    path = find() or _install()
    if path is None:
        sys.exit(NONE_FOUND)
    print(path)


if __name__ == "__main__":
    main()
