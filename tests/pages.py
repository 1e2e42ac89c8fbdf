"""Opening a page offline in a browser, with all that it asks for and complains about written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import find_browser

_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_PATIENCE_MS = 180_000  # a busy machine is no fault of the page
SCREENSHOTS = Path(__file__).parents[1] / "test-artefacts" / "screenshots"


class Visit:
    """A page that is open, the addresses it asked for, and what it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._console)
        page.on("dialog", self._dialog)

    def keep(self, name: str) -> None:
        """Keep a screenshot of what is seen, for people to look at: test-artefacts/screenshots/NAME.png."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name.replace(' ', '-')}.png")

    def _console(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a headless browser."""
    program = find_browser()  # before: it may ask Playwright itself, which does not run within itself
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        yield started
        started.close()


@contextmanager
def visit(
    started: Browser, file: Path, width: int = 1300, height: int = 850, offline: bool = True
) -> Iterator[Visit]:
    """Open a file with the network off, unless its tiles are served on the loopback."""
    context = started.new_context(offline=offline, viewport={"width": width, "height": height})
    context.set_default_timeout(_PATIENCE_MS)
    opened = Visit(context.new_page())
    opened.page.goto(file.as_uri())
    yield opened
    context.close()
