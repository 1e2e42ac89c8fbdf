"""The map in a browser with the network off."""

import re

import pytest

from maps.offline import to_html
from maps.page import Settings, draw
from tests.maps import world
from tests.pages import browser, visit

pytestmark = pytest.mark.browser
LARGEST_BYTES = 5_000_000
SHOWN = "() => document.body.innerText"


@pytest.fixture(scope="module")
def started():
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def files(tmp_path_factory, survey, results):
    folder = tmp_path_factory.mktemp("maps")
    large = world.survey(350)
    pages = {
        "en": draw(survey, results, Settings(flows_min_mw=10)),
        "zh": draw(survey, results, Settings(language="zh", flows_min_mw=10)),
        "large": draw(large, world.results(large, 150, 3000), Settings(flows_min_mw=1)),
        "places": draw(survey, None, Settings(column="price_negotiated_cny_per_mwh")),
    }
    for name, page_map in pages.items():
        (folder / f"{name}.html").write_text(to_html(page_map), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


def _clean(opened, file):
    assert opened.requests == [file.as_uri()]
    assert opened.complaints == []


@pytest.mark.parametrize("name", ["en", "zh", "large", "places"])
def test_the_page_asks_for_nothing_and_complains_of_nothing(started, files, name):
    assert files[name].stat().st_size < LARGEST_BYTES
    with visit(started, files[name]) as opened:
        assert opened.page.locator("path.candidate").count() == (350 if name == "large" else 12)
        assert opened.page.locator("path.site").count() == {"large": 150, "places": 0}.get(name, 6)
        assert opened.page.locator(".legend").is_visible()
        _clean(opened, files[name])


def test_the_layer_control_switches_each_layer(started, files):
    with visit(started, files["en"]) as opened:
        boxes = opened.page.locator(".leaflet-control-layers-overlays input")
        assert boxes.count() == 12
        for place in range(boxes.count()):
            boxes.nth(place).set_checked(False)
        assert opened.page.locator("path.leaflet-interactive, .leaflet-marker-icon").count() == 0
        for place in range(boxes.count()):
            boxes.nth(place).set_checked(True)
        assert opened.page.locator("path.flow").count() == 38
        assert opened.page.locator("path.equivalent").count() == 3
        _clean(opened, files["en"])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zhangjiakou", "Braces {{ 7 * 7 }} {% if %} $x$"),
        ("呼和", 'O\'Neil "Bay" & Co. \\ `x`'),
        ("PLACE 7", "Place 7"),
        ("didian7", "Place 7"),
        ("<script>", "<script>alert(1)</script>"),
        ("贵安", "Gui'an"),
    ],
)
def test_search_finds_chinese_pinyin_and_english(started, files, typed, name):
    with visit(started, files["en"]) as opened:
        opened.page.get_by_role("searchbox").fill(typed)
        opened.page.locator(".search li").first.click()
        assert opened.page.locator(".popup h2").inner_text() == name
        _clean(opened, files["en"])


def test_search_by_keyboard_and_for_nothing(started, files):
    with visit(started, files["zh"]) as opened:
        box = opened.page.get_by_role("searchbox")
        box.fill("xyzzy")
        assert opened.page.locator(".search li").inner_text() == "没有找到该地点"
        box.fill("didian")
        box.press("ArrowDown")
        box.press("Enter")
        assert opened.page.locator(".popup h2").inner_text() == "地点4"


def test_a_popup_shows_figure_unit_source_and_confidence(started, files):
    with visit(started, files["en"]) as opened:
        opened.page.get_by_role("searchbox").fill("onerror")
        opened.page.locator(".search li").first.click()
        opened.page.locator(".popup summary").click()
        shown = opened.page.locator(".popup").inner_text()
        assert "337 CNY/MWh" in shown
        assert "low confidence" in shown
        assert "Own notice of s001 <b>; 2026-09; borrowed" in shown
        assert "25.0 MW" in shown
        _clean(opened, files["en"])


def test_names_from_files_are_text_everywhere(started, files):
    with visit(started, files["en"]) as opened:
        assert opened.page.locator("body img[onerror], body script[src]").count() == 0
        assert "real-time </script>" in opened.page.locator(".leaflet-control-layers").inner_text()
        assert "Guizhou hub </script>" in opened.page.evaluate(SHOWN)
        opened.page.locator(".hub").first.click()
        assert opened.page.locator(".popup h2").inner_text() == "Guizhou hub </script>"
        _clean(opened, files["en"])


@pytest.mark.parametrize("name", ["en", "zh"])
def test_a_phone_sees_the_map_without_scrolling_sideways(started, files, name):
    with visit(started, files[name], width=390, height=780) as opened:
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert opened.page.locator(".leaflet-container").bounding_box()["height"] > 500
        assert not opened.page.locator(".leaflet-control-layers-list").is_visible()
        opened.page.locator(".leaflet-control-layers-toggle").click()
        assert opened.page.locator(".leaflet-control-layers-list").is_visible()
        opened.page.locator(".legend summary").click()
        box = opened.page.locator(".legend").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        _clean(opened, files[name])


def test_the_panels_do_not_lie_on_each_other(started, files):
    with visit(started, files["large"]) as opened:
        panels = [
            ".legend",
            ".search",
            ".leaflet-control-layers",
            ".leaflet-control-zoom",
            ".leaflet-control-scale",
        ]
        boxes = [opened.page.locator(panel).bounding_box() for panel in panels]
        pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :]]
        assert not any(_overlap(a, b) for a, b in pairs)


def _overlap(a, b):
    return all(a[p] < b[p] + b[s] and b[p] < a[p] + a[s] for p, s in (("x", "width"), ("y", "height")))


def test_the_chinese_page_is_chinese(started, files):
    with visit(started, files["zh"]) as opened:
        assert opened.page.get_attribute("html", "lang") == "zh"
        opened.page.locator(".weak summary").click()
        shown = opened.page.evaluate(SHOWN)
        assert "国家枢纽节点" in opened.page.locator(".leaflet-control-layers").inner_text()
        left = set(re.findall(r"[A-Za-z]{3,}", shown)) - {"script", "alert", "MWh", "CNY", "Leaflet"}
        assert left == set()
        titles = opened.page.eval_on_selector_all("[title]", "found => found.map(one => one.title)")
        assert not any(re.search("[A-Za-z]{3,}", title) for title in titles)
