"""The maps of sweeps, fronts and differences in a browser with the network off: every control used."""

from __future__ import annotations

import pandas as pd
import pytest

from maps.difference_page import Change, draw_differences
from maps.offline import to_html
from maps.page import Settings
from maps.panel_page import Ground, Head
from maps.pareto_page import FrontView, draw_front
from maps.place_tables import places_of
from maps.style import DASH
from maps.sweep_page import Axis, SweepView, draw_sweep, groups
from tests.pages import browser, visit

pytestmark = pytest.mark.browser
LARGEST_BYTES = 3_000_000
ODD = "<script>alert(1)</script>{{ 7*7 }}"
CARBON, PATH = f"carbon{ODD}", "path"
MW = {"s000": [100, 100, 0, 0], "s001": [0, 10, 50, 90], "s002": [0, 0, 0, 40]}
PROVINCE = {"s000": "Inner Mongolia", "s001": "Guizhou", "s002": "Gansu"}


def _sweep(survey):
    sites = [(f"{k}", "site", site, mw[k]) for site, mw in MW.items() for k in range(4)]
    provinces = [(case, "province", PROVINCE[site], mw) for case, _, site, mw in sites]
    power = pd.DataFrame(sites + provinces, columns=["case", "level", "place", "it_mw"])
    figures = pd.DataFrame({f"cost{ODD}": [4.0, 3.0, 2.0, 1.0], "west": [0.5, 0.5, 0.25, 0.25]})
    axes = [Axis(CARBON, [0, 0, 100, 100]), Axis(PATH, ["low", "high", "low", "high"])]
    return SweepView([str(k) for k in range(4)], axes, figures, power, 20.0, ["west"])


def _front():
    columns = ["point", "status", "cost_m_cny", "carbon_mt", "carbon_price_cny_per_tco2", "knee"]
    rows = [
        (0, "proven", 100.0, 9.0, None, False),
        (1, "proven", 110.0, 5.0, 2.5, True),
        (2, "proven", 150.0, 4.0, 40.0, False),
        (3, "dominated", 155.0, 4.5, None, False),
        (4, "timed_out", 130.0, 4.8, None, False),
        (5, "infeasible", None, None, None, False),
    ]
    power = [
        (k, site, PROVINCE[site], "west", year, mw[k] * share)
        for k in range(3)
        for site, mw in MW.items()
        for year, share in ((2029, 0.5), (2030, 1.0))
        if mw[k] > 0
    ]
    names = ["point", "site_id", "province", "side", "year", "it_mw"]
    goals = [("cost_m_cny", "Cost [M CNY]"), ("carbon_mt", f"Carbon{ODD} [Mt]")]
    prices = [("carbon_price_cny_per_tco2", "Price [CNY/t]")]
    return FrontView(goals, prices, pd.DataFrame(rows, columns=columns), pd.DataFrame(power, columns=names))


def _change(survey, name, after):
    """Return a plan that has other power than a base of 100, 50 and 0 MW."""
    sites = survey.candidates.set_index("site_id")
    rows = [
        ("site", site, base * share, mw * share, year)
        for year, share in ((2029, 0.5), (2030, 1.0))
        for site, base, mw in zip(MW, (100.0, 50.0, 0.0), after, strict=True)
    ]
    rows += [("province", PROVINCE[site], base, mw, year) for _, site, base, mw, year in rows]
    table = pd.DataFrame(rows, columns=["level", "place", "base_mw", "run_mw", "year"])
    back = {province: site for site, province in PROVINCE.items()}
    facts = sites.loc[[back.get(place, place) for place in table["place"]]].reset_index()
    named = facts[["name_en", "name_zh", "longitude", "latitude", "province"]]
    good = ["base" if place == "s002" else "" for place in table["place"]]
    totals = [[f"Cost{ODD}", "1", "2", "+1"]]
    return Change(name, table.join(named).assign(as_good_in=good), totals, [f"It differs{ODD}."])


@pytest.fixture(scope="module")
def pages(tmp_path_factory, survey):
    folder = tmp_path_factory.mktemp("panels")
    changes = [_change(survey, f"plan{ODD}", (60.0, 0.0, 40.0)), _change(survey, "other", (100.0, 80.0, 0.0))]
    head = Head(f"Title{ODD}", [f"Told{ODD}"], "Open", [f"Left{ODD}"])
    found = {}
    for language in ("en", "zh"):
        ground = Ground(places_of(survey), Settings(language=language))
        made = {
            "sweep": draw_sweep(ground, head, _sweep(survey)),
            "pareto": draw_front(ground, head, _front()),
            "difference": draw_differences(ground, head, f"base{ODD}", changes),
        }
        for name, page_map in made.items():
            found[name, language] = folder / f"{name}-{language}.html"
            found[name, language].write_text(to_html(page_map), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def started():
    with browser() as one:
        yield one


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["sweep", "pareto", "difference"])
def test_each_page_is_small_asks_for_nothing_and_keeps_names_as_text(started, pages, name, language):
    file = pages[name, language]
    assert file.stat().st_size < LARGEST_BYTES
    with visit(started, file) as opened:
        opened.page.locator(".weak summary").click()
        shown = opened.page.evaluate("() => document.body.innerText")
        for text in ("Title", "Told", "Left"):
            assert text + ODD in shown
        assert opened.page.locator("path.spot").count() >= 1
        assert opened.requests == [file.as_uri()]
        assert opened.complaints == []
        assert opened.page.get_attribute("html", "lang") == language


@pytest.mark.parametrize("name", ["sweep", "pareto", "difference"])
def test_a_phone_shows_map_and_panel_one_above_the_other(started, pages, name):
    with visit(started, pages[name, "zh"], width=390, height=844) as opened:
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
        drawn, panel = (opened.page.locator(part).bounding_box() for part in (".leaflet-container", ".panel"))
        assert drawn["height"] > 300
        assert panel["y"] >= drawn["y"] + drawn["height"] - 1
        assert panel["width"] <= 390
        assert opened.complaints == []


def _cells(page, table):
    return page.locator(table).evaluate_all(
        "found => found.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )


PLACES = "section:has(.choice) table.figures tbody tr"


def test_a_sweep_counts_the_points_in_which_a_place_is_chosen(started, pages):
    with visit(started, pages["sweep", "en"]) as opened:
        page = opened.page
        assert [row[1:] for row in _cells(page, PLACES)] == [
            ["50 %", "50.0", f"0 {DASH} 100"],
            ["50 %", "37.5", f"0 {DASH} 90.0"],
            ["25 %", "10.0", f"0 {DASH} 40.0"],
        ]
        page.locator(".panel select").first.select_option(label="100")
        assert "2 of 4 points are used" in page.locator(".panel").inner_text()
        assert [row[1] for row in _cells(page, PLACES)] == ["100 %", "50 %"]
        assert page.locator("path.frequency").count() == 2
        page.get_by_role("slider").fill("60")
        assert page.locator("path.frequency").count() == 1
        page.get_by_role("slider").fill("0")
        page.get_by_role("radio", name="Provinces").check()
        assert [row[0] for row in _cells(page, PLACES)] == ["Guizhou", "Gansu"]
        page.get_by_role("button", name="Guizhou", exact=True).click()
        popup = page.locator(".popup")
        assert "100 % of 2 points" in popup.inner_text()
        assert popup.locator(".dot-of").count() == 4
        assert popup.locator(".dot-of.pale").count() == 2
        page.locator(".panel select").first.select_option(label="all")
        assert "50 % of 4 points" in popup.inner_text()
        page.get_by_label("Charts over").select_option(label=PATH)
        assert "low" in popup.locator("svg").text_content()
        assert opened.complaints == []


def test_a_sweep_without_points_of_the_wanted_values_says_so(started, pages):
    with visit(started, pages["sweep", "en"]) as opened:
        figures = _cells(opened.page, ".panel section:nth-of-type(2) tbody tr")
        assert figures == [[f"cost{ODD}", "1.00", "2.50", "4.00"], ["west", "25.0 %", "37.5 %", "50.0 %"]]


def _here(page):
    return page.locator("output").inner_text(), page.locator("path.site").count()


def test_the_slider_goes_along_the_front_by_hand_and_by_keys(started, pages):
    with visit(started, pages["pareto", "en"]) as opened:
        page = opened.page
        assert _here(page) == ("1 of 3", 1)
        page.keyboard.press("ArrowRight")
        assert _here(page) == ("2 of 3", 2)
        assert "knee" in page.locator(".badge.knee").inner_text()
        page.get_by_role("button", name="Next point").click()
        assert _here(page) == ("3 of 3", 1)
        page.keyboard.press("ArrowRight")
        assert _here(page) == ("3 of 3", 1)
        page.keyboard.press("ArrowLeft")
        slider = page.get_by_role("slider")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        assert _here(page) == ("1 of 3", 1)
        slider.fill("2")
        goals = _cells(page, ".panel section:nth-of-type(2) tbody tr")
        assert goals == [
            ["Cost [M CNY]", "150", "+50.00 %"],
            [f"Carbon{ODD} [Mt]", "4.00", "-55.56 %"],
            ["Price [CNY/t]", "40.0", ""],
        ]
        where = _cells(page, ".panel section:nth-of-type(3) tbody tr")
        assert [row[1:] for row in where] == [["50.0", "+50.0"], ["0", "-100"]]
        assert page.locator("path.ghost").count() == 1
        page.get_by_label("Year").select_option(label="2029")
        assert _cells(page, ".panel section:nth-of-type(3) tbody tr")[0][1] == "25.0"
        assert opened.complaints == []


def test_proven_dominated_and_timed_out_points_are_told_apart(started, pages):
    with visit(started, pages["pareto", "en"]) as opened:
        page = opened.page
        counts = {k: page.locator(f".dot-of.{k}").count() for k in ("proven", "dominated", "timed_out")}
        assert counts == {"proven": 3, "dominated": 1, "timed_out": 1}
        told = (
            "on the front: 3; beaten by another point: 1; not proven in time: 1; no plan meets its limits: 1"
        )
        assert told in page.locator(".panel").inner_text()
        page.locator(".dot-of.dominated").click()
        shown = page.locator(".panel").inner_text()
        assert "Sites are kept of points on the front only." in shown
        assert "155" in shown
        assert page.locator("path.site").count() == 0
        page.locator(".dot-of.proven").nth(1).click()
        assert page.locator("path.site").count() == 2


def test_a_site_of_the_front_tells_its_power_along_it(started, pages):
    with visit(started, pages["pareto", "en"]) as opened:
        opened.page.locator("path.site").click()
        popup = opened.page.locator(".popup")
        assert "100 MW" in popup.inner_text()
        assert popup.locator(".dot-of").count() == 3
        opened.page.keyboard.press("Escape")
        assert opened.complaints == []


KINDS = "table.kinds tr"


def test_a_difference_shows_what_is_gained_lost_grown_shrunk_and_the_same(started, pages):
    with visit(started, pages["difference", "en"]) as opened:
        page = opened.page
        assert _cells(page, KINDS) == [
            ["gained", "1", "+40.0 MW"],
            ["grown", "0", "0 MW"],
            ["unchanged", "0", ""],
            ["shrunk", "1", "-40.0 MW"],
            ["lost", "1", "-50.0 MW"],
        ]
        for kind, count in (("gained", 1), ("shrunk", 1), ("lost", 1), ("same", 0)):
            assert page.locator(f"path.change.{kind}").count() == count
        page.get_by_role("checkbox", name="lost").uncheck()
        assert page.locator("path.change.lost").count() == 0
        page.locator("path.change.gained").click()
        assert "As good within the gap in base" in page.locator(".popup").inner_text()
        provinces = _cells(page, ".panel section:nth-of-type(3) tbody tr")
        assert provinces[0][1:] == ["50.0", "0", "-50.0"]
        assert provinces[-1] == ["All", "150", "100", "-50.0"]
        assert f"It differs{ODD}." in page.locator(".panel").inner_text()
        page.get_by_label("Compared with").select_option(label="other")
        assert [row[1] for row in _cells(page, KINDS)] == ["0", "1", "1", "0", "0"]
        page.get_by_label("Year").select_option(label="2029")
        assert _cells(page, KINDS)[1] == ["grown", "1", "+15.0 MW"]
        assert opened.complaints == []


def test_either_plan_and_both_under_the_handle(started, pages):
    with visit(started, pages["difference", "en"]) as opened:
        page = opened.page
        modes = page.get_by_role("radio")
        modes.nth(1).check()
        assert (page.locator("path.change").count(), page.locator("path.plan").count()) == (0, 2)
        modes.nth(2).check()
        assert page.locator("path.plan").count() == 2
        modes.nth(3).check()
        assert page.locator("path.plan").count() == 4
        handle = page.get_by_role("slider", name="Swipe")
        clips = "() => ['left', 'right'].map((s) => document.querySelector(`.leaflet-${s}-pane`).style.clip)"
        before = page.evaluate(clips)
        assert all(clip.startswith("rect(") for clip in before)
        box = handle.bounding_box()
        page.mouse.move(box["x"] + 22, box["y"] + 200)
        page.mouse.down()
        page.mouse.move(box["x"] + 222, box["y"] + 200)
        page.mouse.up()
        assert handle.bounding_box()["x"] == pytest.approx(box["x"] + 200, abs=2)
        assert page.evaluate(clips) != before
        handle.focus()
        page.keyboard.press("ArrowLeft")
        assert handle.bounding_box()["x"] < box["x"] + 199
        modes.nth(0).check()
        assert not handle.is_visible()
        assert opened.complaints == []


def test_the_search_finds_a_site_and_opens_what_is_shown(started, pages, survey):
    pinyin = survey.candidates.set_index("site_id").loc["s000", "pinyin"]
    for name in ("sweep", "pareto", "difference"):
        with visit(started, pages[name, "en"]) as opened:
            opened.page.get_by_role("searchbox").fill(pinyin)
            opened.page.locator(".search li").first.click()
            assert opened.page.locator(".popup h2").count() == 1
            assert opened.complaints == []


def test_values_of_an_axis_are_grouped_when_there_are_many():
    assert groups([400, 0, 100.0, 0]) == (["0", "100", "400"], [2, 0, 1, 0])
    assert groups(["b", "a", "b"]) == (["b", "a"], [0, 1, 0])
    assert groups([True, None]) == (["True", DASH], [0, 1])
    labels, group = groups([float(k) for k in range(30)])
    assert len(labels) == 3
    assert [group.count(k) for k in range(3)] == [10, 10, 10]
