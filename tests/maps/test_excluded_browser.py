"""Excluded cells on the candidate map in a browser with the network off."""

import numpy as np
import pytest

from maps.candidate_data import COLOURS
from maps.candidate_page import candidate_page
from maps.candidate_rules import SHADES
from maps.page import Settings
from tests.maps import cell_world
from tests.maps.test_candidate_browser import APP, clean, opened_page, painted, visited
from tests.pages import browser

pytestmark = pytest.mark.browser
TILE = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=#{z}/{x}/{y}"
BOTH, WEST, NORTH, FREE, KEPT = (42.5, 92.0), (41.5, 92.0), (42.5, 94.0), (41.5, 94.0), (41.725, 90.525)


@pytest.fixture(scope="module")
def started():
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def survey():
    return cell_world.excluded(cell_world.survey(60))


@pytest.fixture(scope="module")
def files(tmp_path_factory, survey):
    folder = tmp_path_factory.mktemp("excluded")
    asked = {
        "en": Settings(),
        "zh": Settings(language="zh"),
        "gcj02": Settings(tiles=TILE, tiles_datum="gcj02", tiles_attribution="own"),
    }
    for name, settings in asked.items():
        page = candidate_page(survey, settings, cell_deg=cell_world.CELL_DEG)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in asked}


def go(page, at, zoom):
    """Show a place, and return where on the screen it is."""
    return page.evaluate(
        f"""([at, zoom]) => {{ const map = {APP}.map; map.setView(at, zoom, {{ animate: false }});
        const box = map.getContainer().getBoundingClientRect(), p = map.latLngToContainerPoint(at);
        return [box.left + p.x, box.top + p.y]; }}""",
        [at, zoom],
    )


def colours(page, places):
    """Return the colour of the layer at places, "" where nothing is drawn, once the next picture is done."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate(
        f"""(places) => {{ const one = document.querySelector("canvas.excluded"), map = {APP}.map;
        const copy = document.createElement("canvas");
        Object.assign(copy, {{ width: one.width, height: one.height }});
        const context = copy.getContext("2d", {{ willReadFrequently: true }});
        const hex = (v) => v.toString(16).padStart(2, "0"), box = one.getBoundingClientRect();
        const pane = map.getPane("mapPane").getBoundingClientRect(), origin = map.getPixelOrigin();
        context.drawImage(one, 0, 0);
        return places.map((place) => {{
          const p = map.project(place).subtract(origin), x = p.x + pane.left - box.left;
          const point = [Math.floor(x), Math.floor(p.y + pane.top - box.top)];
          const [red, green, blue, seen] = context.getImageData(...point, 1, 1).data;
          return seen ? "#" + hex(red) + hex(green) + hex(blue) : ""; }}); }}""",
        [list(place) for place in places],
    )


def expected(survey, rule=None):
    """Return places at a tenth of a cell from the corners of some cells, and the colour of each."""
    rng = np.random.default_rng(2)
    ruled, side = survey.excluded.ruled(len(survey.exclusions)), cell_world.CELL_DEG
    rows, columns = rng.integers(0, 40, 300), rng.integers(0, 100, 300)
    corner = rng.choice([0.15, 0.85], size=(2, 300))
    places = np.column_stack([43 - (rows + corner[0]) * side, 90 + (columns + corner[1]) * side])
    found = ruled[rows, columns].astype(int)
    count = np.bitwise_count(found)
    if rule is not None:
        count = np.where(found >> rule & 1, count, 0)
    return places.tolist(), [["", *SHADES][k] for k in count]


def show(page):
    page.get_by_text("What ruled cells out").click()
    page.get_by_label("Show excluded cells on the map").check()
    page.wait_for_function("siting.candidates.excluded.layer._shades")


def test_the_layer_is_off_at_first_and_on_by_the_layer_control(started, files, survey):
    with visited(started, files["en"]) as opened:
        page = opened_page(opened)
        assert painted(page) > 0
        assert page.locator("canvas.excluded").count() == 0
        page.locator(".leaflet-control-layers").hover()
        layer = page.locator(".leaflet-control-layers-overlays").get_by_label("Excluded cells")
        layer.check()
        page.wait_for_function("siting.candidates.excluded.layer._shades")
        assert page.locator("#excluded").is_checked()
        go(page, (42.0, 92.5), 8)
        places, shades = expected(survey)
        assert colours(page, places) == shades
        assert set(shades) == {"", SHADES[0], SHADES[1]}
        page.locator(".leaflet-control-layers").hover()
        layer.uncheck()
        assert page.locator("canvas.excluded").count() == 0
        assert not page.locator("#excluded").is_checked()
        clean(opened)


@pytest.mark.parametrize("zoom", [5.25, 7, 11])
def test_cells_lie_where_the_map_has_them_at_every_zoom(started, files, survey, zoom):
    with visited(started, files["en"]) as opened:
        page = opened_page(opened)
        show(page)
        places, shades = expected(survey)
        go(page, (42.0, 92.5), zoom)
        seen = [page.evaluate(f"(p) => {APP}.map.getBounds().contains(p)", place) for place in places]
        found = colours(page, [place for place, each in zip(places, seen, strict=True) if each])
        wrong = sum(
            a != b
            for a, b in zip(found, [s for s, each in zip(shades, seen, strict=True) if each], strict=True)
        )
        assert len(found) >= 8
        assert wrong <= (0.05 * len(found) if zoom < 6 else 0), "a cell is smaller than two points far out"
        clean(opened)


def test_a_rule_that_is_pressed_shows_its_cells_and_is_in_the_link(started, files, survey):
    with visited(started, files["en"]) as opened:
        page = opened_page(opened)
        page.get_by_text("What ruled cells out").click()
        rule = page.get_by_role("button", name="too far from fibre")
        rule.click()
        page.wait_for_function("siting.candidates.excluded.layer._shades")
        assert rule.get_attribute("aria-pressed") == "true"
        assert page.locator("#excluded").is_checked()
        go(page, (42.0, 92.5), 8)
        places, shades = expected(survey, 1)
        assert colours(page, places) == shades
        tail = page.evaluate("location.hash").lstrip("#")
        assert "excluded=1" in tail
        page.get_by_role("button", name="too high above the sea").click()
        assert rule.get_attribute("aria-pressed") == "false"
        assert colours(page, [BOTH, WEST, NORTH, FREE, KEPT]) == [SHADES[1], SHADES[0], "", "", ""]
        page.get_by_role("button", name="too high above the sea").click()
        assert colours(page, [BOTH, WEST, NORTH, FREE, KEPT]) == [SHADES[1], SHADES[0], SHADES[0], "", ""]
        again = opened_page(opened, tail)
        again.wait_for_function("siting.candidates.excluded.layer._shades")
        assert again.get_by_role("button", name="too far from fibre").get_attribute("aria-pressed") == "true"
        assert colours(again, [BOTH, WEST, NORTH]) == [SHADES[1], "", SHADES[0]]
        assert "excluded=9" in opened_page(opened, "excluded=9").locator("#strange").inner_text()
        clean(opened)


def test_a_click_on_an_excluded_cell_tells_its_rules_with_thresholds(started, files):
    with visited(started, files["en"]) as opened:
        page = opened_page(opened)
        page.mouse.click(*go(page, BOTH, 9))
        assert page.locator(".popup").count() == 0, "the layer is off"
        show(page)
        page.mouse.click(*go(page, BOTH, 9))
        said = page.locator(".popup").inner_text()
        assert "Excluded cell" in said
        assert "2 rules rule it out:" in said
        assert page.locator(".popup li").all_inner_texts() == [
            "too high above the sea\nabove 3050 m; h.tif (0.08 degrees)",
            "too far from fibre\nover 50 km from <fibre>; rail",
        ]
        page.keyboard.press("Escape")
        page.mouse.click(*go(page, NORTH, 9))
        page.get_by_text("One rule rules it out:").wait_for()
        page.wait_for_function("document.querySelectorAll('.popup').length === 1")
        page.locator(".leaflet-popup-close-button").click()
        page.locator(".popup").wait_for(state="detached")
        for place in (FREE, KEPT):
            page.mouse.click(*go(page, place, 11))
            assert page.locator(".popup").count() == 0
        page.mouse.click(*go(page, page.evaluate(f"[{APP}.table.latitude[5], {APP}.table.longitude[5]]"), 11))
        assert "Excluded cell" not in page.locator(".popup").inner_text(), "places lie above"
        clean(opened)


def test_the_rules_of_a_place_are_told_by_keyboard(started, files):
    with visited(started, files["en"]) as opened:
        page = opened_page(opened)
        page.get_by_text("What ruled cells out").click()
        page.locator("#excluded").focus()
        page.keyboard.press("Space")
        page.wait_for_function("siting.candidates.excluded.layer._shades")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "middle"
        go(page, WEST, 9)
        page.keyboard.press("Enter")
        page.get_by_text("One rule rules it out:").wait_for()
        page.wait_for_function("document.activeElement.classList.contains('popup')")
        page.keyboard.press("Escape")
        page.wait_for_function("document.activeElement.id === 'middle'")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.locator('.rules [aria-pressed="true"]').inner_text() == "too high above the sea"
        page.locator("#middle").focus()
        go(page, FREE, 9)
        page.keyboard.press("Enter")
        page.get_by_text("No rule rules it out, or it lies outside the study area.").wait_for()
        clean(opened)


def test_a_phone_shows_layer_rules_and_popup_in_chinese(started, files):
    with visited(started, files["zh"], width=390, height=844) as opened:
        page = opened_page(opened)
        page.locator(".fold > summary").click()
        page.get_by_text("栅格排除原因").click()
        page.get_by_label("在地图上显示被排除的栅格").check()
        page.wait_for_function("siting.candidates.excluded.layer._shades")
        for control in page.locator(".part.ruled input, .part.ruled button").all():
            control.scroll_into_view_if_needed()
            box = control.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        page.mouse.click(*go(page, BOTH, 9))
        assert "被 2 条规则排除" in page.locator(".popup").inner_text()
        box = page.locator(".leaflet-popup").bounding_box()
        assert box["x"] >= -1
        assert box["x"] + box["width"] <= 391
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        clean(opened)


def test_cells_are_shifted_to_tiles_in_gcj02_and_told_by_their_true_place(started, files, survey):
    with visited(started, files["gcj02"]) as opened:
        page = opened_page(opened)
        show(page)
        go(page, (42.0, 92.5), 9)
        places, shades = expected(survey)
        inside = [k for k, (lat, lng) in enumerate(places) if abs(lat - 42) < 0.7 and abs(lng - 92.5) < 1]
        assert len(inside) > 30
        found = colours(page, [places[k] for k in inside])
        wrong = sum(a != shades[k] for a, k in zip(found, inside, strict=True))
        assert wrong == 0
        page.mouse.click(*go(page, (42.02, 92.48), 11))
        assert "42.025°N 92.475°E" in page.locator(".popup").inner_text()
        asked = {url.split("#")[0] for url in opened.requests if not url.startswith("data:")}
        assert asked == {opened.file.as_uri()}
        assert opened.complaints == []


def test_the_shades_are_none_of_the_colours_of_places():
    assert not set(SHADES) & {
        *COLOURS["scale"],
        *COLOURS["classes"],
        *(v for v in COLOURS.values() if isinstance(v, str)),
    }
