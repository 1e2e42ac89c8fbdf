"""Pages and runs as a notebook shows them, in a browser with the network off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from siting.api.page import Page
from siting.api.run import Run
from siting.planning import Plan
from tests.pages import browser, visit

pytestmark = pytest.mark.browser
HEAD = '<!DOCTYPE html><html><head><meta charset="utf-8"><link rel="icon" href="data:,"></head><body>'


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with browser() as one:
        yield one


def _notebook(path: Path, *shown: object) -> Path:
    """Write a page with what Jupyter would put below the cells."""
    parts = "".join(f"<div>{each._repr_html_()}</div>" for each in shown)  # type: ignore[attr-defined]
    path.write_text(f"{HEAD}{parts}</body></html>", encoding="utf-8")
    return path


def test_a_map_and_a_report_work_inside_a_notebook(started: Browser, tiny_plan: Plan, tmp_path: Path) -> None:
    run = Run(tiny_plan)
    file = _notebook(tmp_path / "nb.html", run, run.map(), run.report(), run.scenario, run.places)
    with visit(started, file) as opened:
        drawn = opened.page.frame_locator("iframe >> nth=0")
        drawn.locator(".leaflet-marker-icon.site").first.wait_for()
        drawn.locator("input[type=search], input").first.fill("a")
        opened.page.locator("iframe").nth(1).scroll_into_view_if_needed()
        opened.page.frame_locator("iframe >> nth=1").locator("h1").wait_for()
        assert opened.requests == [file.as_uri()]
        assert opened.complaints == []
        assert opened.page.locator("h4").count() == 3


def test_a_page_cannot_see_the_notebook(started: Browser, tmp_path: Path) -> None:
    reach = "<p>waiting</p><script>try { parent.document.body.id = 'mine'; } catch (error) {}"
    file = _notebook(
        tmp_path / "nb.html", Page(f"{reach}document.querySelector('p').textContent = 'tried'</script>")
    )
    with visit(started, file) as opened:
        opened.page.frame_locator("iframe").get_by_text("tried").wait_for()
        assert opened.page.evaluate("document.body.id") == ""


def test_a_map_in_a_frame_without_a_size_draws_once_it_has_one(
    started: Browser, tiny_plan: Plan, tmp_path: Path
) -> None:
    hidden = (
        Run(tiny_plan).map()._repr_html_().replace('style="height:560px', 'style="display:none;height:560px')
    )
    file = tmp_path / "nb.html"
    file.write_text(f"{HEAD}{hidden}</body></html>".replace(' loading="lazy"', ""), encoding="utf-8")
    with visit(started, file) as opened:
        frame = opened.page.frame_locator("iframe")
        frame.locator(".leaflet-marker-icon.site").first.wait_for(state="attached")
        opened.page.evaluate("document.querySelector('iframe').style.display = ''")
        frame.locator(".leaflet-marker-icon.site").first.wait_for()
        assert opened.complaints == []
