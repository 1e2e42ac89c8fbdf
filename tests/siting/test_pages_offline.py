"""Every page that the product writes, of names that try to be more than text: opened with the network off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages import browser, visit
from tests.siting import odd_names

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OF_RUNS = (
    "map",
    "report",
    "compare",
    "difference",
    "robust",
    "alternatives",
    "rules",
    "worth",
    "explain",
)
OF_SCENARIOS = ("sweep", "sweep map", "pareto", "pareto map", "futures", "sensitivity")
MAPS = {"map", "difference", "sweep map", "pareto map"}
SHOWN = "() => document.body ? document.body.innerText : document.documentElement.textContent"


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("odd")
    made = odd_names.of_runs(folder) | odd_names.of_scenarios(folder)
    assert set(made) == {*OF_RUNS, *OF_SCENARIOS}
    return made


@pytest.fixture(scope="module")
def started():
    with browser() as one:
        yield one


@pytest.mark.parametrize("name", [*OF_RUNS, *OF_SCENARIOS])
def test_odd_names_stay_text(started, pages, name):
    with visit(started, pages[name]) as opened:
        opened.keep(name)
        opened.page.eval_on_selector_all("details", "found => found.forEach((one) => { one.open = true; })")
        shown = opened.page.evaluate(SHOWN)
        if name != "explain":  # a figure of levers, without names of the user's
            assert "<script>alert(1)</script></script>{{ 7*7 }}\"'" in shown
            assert "&amp;<b>" in shown
        assert "49\"'" not in shown
        assert opened.complaints == []
        assert opened.requests == [pages[name].as_uri()]


@pytest.mark.parametrize("name", [*OF_RUNS, *OF_SCENARIOS])
def test_a_phone_needs_no_sideways_scrolling(started, pages, name):
    with visit(started, pages[name], width=390, height=844) as opened:
        opened.keep(f"{name} phone")
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert opened.complaints == []
        assert opened.requests == [pages[name].as_uri()]
        if name in MAPS:
            assert opened.page.locator(".leaflet-container").bounding_box()["height"] > 250


@pytest.mark.parametrize("name", ["difference", "sweep map", "pareto map"])
def test_odd_names_stay_text_in_popups_and_search(started, pages, name):
    with visit(started, pages[name]) as opened:
        opened.page.get_by_role("searchbox").fill("<script>")
        opened.page.locator(".search li").first.click()
        assert odd_names.ODD.partition("\u2028")[0] in opened.page.locator(".popup h2").inner_text()
        assert opened.complaints == []
