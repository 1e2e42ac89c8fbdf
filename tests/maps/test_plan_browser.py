"""The map of a plan in a browser with the network off."""

import dataclasses
import re

import pytest

from maps.offline import to_html
from maps.page import Settings
from maps.plan_page import draw_plan
from maps.style import number
from tests.maps import plan_extras, world
from tests.maps.world import YEARS
from tests.pages import browser, visit

pytestmark = pytest.mark.browser
FIRST, SECOND = "<script>alert(1)</script>", "</script><img src=x onerror=alert(3)>"
FLOOR_MW = 10.0


@pytest.fixture(scope="module")
def started():
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def files(tmp_path_factory, survey, results):
    folder = tmp_path_factory.mktemp("plans")
    large, quotas = world.survey(350), plan_extras.with_quotas(survey)
    settings = Settings(flows_min_mw=FLOOR_MW)
    zh = settings.model_copy(update={"language": "zh"})
    one = dataclasses.replace(
        results, build=results.build.query("year == 2030"), halls=results.halls.query("year == 2030")
    )
    pages = {
        "en": draw_plan(quotas, results, settings, plan_extras.extras()),
        "zh": draw_plan(quotas, results, zh),
        "large": draw_plan(large, world.results(large, 150, 3000), settings),
        "one year": draw_plan(survey, one, settings),
    }
    for name, page_map in pages.items():
        (folder / f"{name}.html").write_text(to_html(page_map), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


def _clean(opened):
    assert len(opened.requests) == 1
    assert opened.complaints == []


def _open(opened, name):
    opened.page.get_by_role("searchbox").fill(name)
    opened.page.locator(".search li").first.click()
    assert opened.page.locator(".panel h2").inner_text() == name


def _section(opened, title):
    return opened.page.locator(
        ".panel section", has=opened.page.get_by_role("heading", name=title, exact=True)
    )


def _cells(table):
    return [row.locator("td").all_inner_texts() for row in table.locator("tr").all()]


def _to_first_year(opened):
    opened.page.get_by_role("slider").focus()
    opened.page.keyboard.press("ArrowLeft")
    assert opened.page.locator(".years .now").inner_text() == str(YEARS[0])


@pytest.mark.parametrize("name", ["en", "zh", "large", "one year"])
def test_the_page_asks_for_nothing_and_complains_of_nothing(started, files, name):
    with visit(started, files[name]) as opened:
        opened.keep(f"plan map {name}")
        assert opened.page.locator(".leaflet-marker-icon.site").count() == (150 if name == "large" else 6)
        assert opened.page.locator(".legend").is_visible()
        assert opened.page.locator(".years .track").is_visible() == (name != "one year")
        _clean(opened)


def test_the_slider_moves_sites_flows_and_headline(started, files, results):
    with visit(started, files["en"]) as opened:
        late = opened.page.locator(".headline").inner_text()
        assert "IT power placed by 2030" in late
        size = results.build.set_index(["site_id", "year"])["it_mw"]
        label = opened.page.locator(".site").last.get_attribute("aria-label")
        assert label.endswith(f": {number(size['s005', 2030])} MW")
        _to_first_year(opened)
        assert "IT power placed by 2029" in opened.page.locator(".headline").inner_text()
        label = opened.page.locator(".site").last.get_attribute("aria-label")
        assert label.endswith(f": {number(size['s005', 2029])} MW")
        assert opened.page.get_by_role("slider").get_attribute("aria-valuetext") == "2029"
        opened.page.get_by_role("button", name="2030").click()
        assert opened.page.locator(".headline").inner_text() == late
        _clean(opened)


def test_playing_goes_through_the_years_and_ends(started, files):
    with visit(started, files["en"]) as opened:
        opened.page.get_by_role("button", name="Play the years").click()
        assert opened.page.locator(".years .now").inner_text() == "2029"
        opened.page.get_by_role("button", name="Play the years").wait_for()
        assert opened.page.locator(".years .now").inner_text() == "2030"
        opened.page.locator("h1").click()
        opened.page.keyboard.press(" ")
        opened.page.get_by_role("button", name="Pause").click()
        assert opened.page.locator(".years .now").inner_text() == "2029"
        _clean(opened)


def test_the_ring_is_the_mix_of_the_year(started, files, results):
    with visit(started, files["en"]) as opened:
        rows = results.operation.query("site_id == 's005' and year == 2030").sum(numeric_only=True)
        whole = rows["purchase_mwh"] + rows["direct_mwh"] + rows["discharge_mwh"]
        ring = opened.page.locator(".site").last.locator("[data-part]")
        parts = {
            part.get_attribute("data-part"): part.get_attribute("stroke-dasharray") for part in ring.all()
        }
        shares = {name: float(dash.split()[0]) / 100 for name, dash in parts.items()}
        green = min(rows["certificates_mwh"], rows["purchase_mwh"])
        expected = {
            "grid": rows["purchase_mwh"] - green,
            "green": green,
            "direct": rows["direct_mwh"],
            "battery": rows["discharge_mwh"],
        }
        assert shares == pytest.approx({name: mwh / whole for name, mwh in expected.items()}, abs=1e-4)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zhangjiakou", "Braces {{ 7 * 7 }} {% if %} $x$"),
        ("呼和", 'O\'Neil "Bay" & Co. \\ `x`'),
        ("PLACE 7", "Place 7"),
        ("didian7", "Place 7"),
        ("<script>", FIRST),
        ("贵安", "Gui'an"),
    ],
)
def test_search_finds_chinese_pinyin_and_english(started, files, typed, name):
    with visit(started, files["en"]) as opened:
        opened.page.get_by_role("searchbox").fill(typed)
        opened.page.locator(".search li").first.click()
        assert opened.page.locator(".panel h2:visible, .popup h2").inner_text() == name
        _clean(opened)


def test_search_by_keyboard_and_for_nothing(started, files):
    with visit(started, files["zh"]) as opened:
        box = opened.page.get_by_role("searchbox")
        box.fill("xyzzy")
        assert opened.page.locator(".search li").inner_text() == "没有找到该地点"
        box.fill("didian")
        box.press("ArrowDown")
        box.press("Enter")
        assert opened.page.locator(".panel h2").inner_text() == "地点4"
        _clean(opened)


def test_figures_of_a_place_have_unit_source_and_confidence(started, files, survey):
    with visit(started, files["en"]) as opened:
        opened.page.get_by_label("Candidates").check()
        places = opened.page.locator("path.candidate")
        assert places.count() == len(survey.candidates)
        places.nth(1).dispatch_event("click")
        popup = opened.page.locator(".popup").inner_text()
        assert popup.startswith(SECOND)
        _open(opened, SECOND)
        opened.page.locator(".panel details.figures summary").click()
        for shown in (popup, opened.page.locator(".panel details.figures").inner_text()):
            assert "337 CNY/MWh" in shown
            assert "low confidence" in shown
            assert "Own notice of s001 <b>; 2026-09; borrowed" in shown
        _clean(opened)


def test_the_layer_control_switches_each_layer(started, files, results):
    with visit(started, files["en"]) as opened:
        boxes = opened.page.locator(".leaflet-control-layers-overlays input")
        assert boxes.count() == 15
        for place in range(boxes.count()):
            boxes.nth(place).set_checked(False)
        assert opened.page.locator("path.leaflet-interactive, .leaflet-marker-icon").count() == 0
        for place in range(boxes.count()):
            boxes.nth(place).set_checked(True)
        drawn = results.flows.query(f"year == 2030 and it_mw >= {FLOOR_MW}")
        assert opened.page.locator("path.flow").count() == len(drawn)
        assert opened.page.locator("path.equivalent").count() == 3
        assert opened.page.locator("path.given").count() == 5
        assert opened.page.locator("path.stock").count() == 1
        assert opened.page.locator("path.uhv").count() == 2
        assert opened.page.locator(".limit .gauge.headroom").count() == 2
        assert opened.page.locator(".limit .gauge.quota").count() == 2
        _clean(opened)


def test_the_legend_speaks_of_what_is_on_and_counts_flows(started, files, results):
    with visit(started, files["en"]) as opened:
        lines = opened.page.locator(".legend").get_by_text("in service in the year")
        assert not lines.is_visible()
        opened.page.get_by_label("Ultra-high-voltage lines").check()
        assert lines.is_visible()
        mine = results.flows.query("year == 2030 and class_id == 'training'")
        some = mine[mine["it_mw"] >= FLOOR_MW]
        share = number(100 * some["it_mw"].sum() / mine["it_mw"].sum(), 0)
        told = opened.page.locator("[data-flows='2']").inner_text()
        assert told == f"{len(some)} of {len(mine)}, {share} % of load"


def test_a_line_later_than_the_year_is_dotted(started, files):
    with visit(started, files["en"]) as opened:
        opened.page.get_by_label("Ultra-high-voltage lines").check()
        dashes = "found => found.map(one => one.getAttribute('stroke-dasharray'))"
        late = opened.page.eval_on_selector_all("path.uhv", dashes)
        _to_first_year(opened)
        early = opened.page.eval_on_selector_all("path.uhv", dashes)
        assert late[0] == late[1] == early[0] != early[1]


def test_pointing_at_a_flow_tells_class_mw_and_round_trip(started, files):
    with visit(started, files["en"]) as opened:
        opened.page.locator("path.flow").first.dispatch_event("mouseover")
        told = opened.page.locator(".leaflet-tooltip").inner_text()
        assert re.search(r"real-time </script>: [\d.]+ MW", told)
        assert "round trip 12.0 ms (band 10.0 to 15.0 ms), one way 6.0 ms, modelled" in told
        _clean(opened)


@pytest.mark.parametrize("year", YEARS)
def test_the_waterfall_adds_up_to_the_cost_of_the_site(started, files, results, year):
    with visit(started, files["en"]) as opened:
        _open(opened, FIRST)
        costs = results.costs[results.costs["site_id"] == "s000"]
        if year == YEARS[0]:
            _to_first_year(opened)
        for tab, told in (("All years, discounted", costs["discounted_m_cny"]), (str(year), None)):
            _section(opened, "Cost").get_by_role("button", name=tab).click()
            bars = opened.page.eval_on_selector_all(
                ".waterfall rect", "found => found.map(one => Number(one.dataset.amount))"
            )
            whole = costs.loc[costs["year"] == year, "cost_m_cny"] if told is None else told
            assert sum(bars[:-1]) == pytest.approx(bars[-1])
            assert bars[-1] == pytest.approx(whole.sum(), rel=1e-4)
            assert opened.page.locator(".waterfall text.total").last.text_content() == number(whole.sum())
        _clean(opened)


def test_the_hours_are_those_of_the_plan_and_balance(started, files, results):
    with visit(started, files["en"]) as opened:
        _open(opened, SECOND)
        for day in range(3):
            _section(opened, "Supply and hours").get_by_role("combobox").select_option(str(day))
            drawn = opened.page.evaluate(f"siting.plan.hoursOf(1, {day})")
            told = results.dispatch.query(f"site_id == 's001' and year == 2030 and day == {day}").sort_values(
                "hour"
            )
            for name in ("purchase", "direct", "discharge", "charge"):
                assert drawn[name] == pytest.approx(told[f"{name}_mw"].tolist(), abs=0.01)
            assert drawn["load"] == pytest.approx(told["facility_mw"].tolist(), abs=0.04)
        day_picture = opened.page.locator(".day")
        assert day_picture.locator("[data-series='direct']").count() == 8
        assert day_picture.locator("[data-series='charge']").count() == 1
        day_picture.locator("[data-hour='12']").click()
        told = opened.page.locator(".panel .hour").inner_text()
        assert told.endswith("load 42.0 · grid 26.0 · direct 20.0 · battery out 0 · battery in 4.00 MW")
        assert told.startswith("12:00")
        _clean(opened)


def test_the_figures_of_the_site_follow_the_year(started, files):
    with visit(started, files["en"]) as opened:
        _open(opened, FIRST)
        late = dict(_cells(_section(opened, "The site in 2030").locator("table")))
        assert late["New IT power of the campus"] == "40.0 MW"
        assert late["Grid connection bought"] == "52.0 MW, 220 kV"
        assert late["Battery"] == "5.00 MW / 10.0 MWh"
        assert late["Grid energy"] == "640 GWh"
        _to_first_year(opened)
        early = dict(_cells(_section(opened, "The site in 2029").locator("table")))
        assert early["New IT power of the campus"] == "20.0 MW"


def test_whom_it_serves_is_told_by_class_and_zone(started, files, results):
    with visit(started, files["en"]) as opened:
        _open(opened, FIRST)
        mine = results.flows.query("site_id == 's000' and year == 2030 and class_id == 'rt_infer'")
        table = _section(opened, "Whom it serves").locator("details").first
        ordered = mine.sort_values("it_mw", ascending=False)
        expected = [
            [zone, f"{number(mw)} MW, 12.0 ms"]
            for zone, mw in zip(ordered["zone_id"], ordered["it_mw"], strict=True)
        ]
        shown = [[name.removesuffix(" *"), told] for name, told in _cells(table.locator("table"))]
        assert sorted(shown) == sorted(expected)
        assert opened.page.locator("path.flow.own").count() == len(mine)
        assert f"{number(mine['it_mw'].sum())} MW" in table.locator("summary").inner_text()


def test_equally_good_places_lead_to_their_panel(started, files):
    with visit(started, files["en"]) as opened:
        _open(opened, FIRST)
        places = _section(opened, "Which sites would do as well").locator("li button")
        assert places.count() == 3
        name = places.first.inner_text().split(" · ")[0]
        places.first.click()
        assert opened.page.locator(".panel h2").inner_text() == name
        assert "The plan puts no load here in any year." in opened.page.locator(".panel").inner_text()
        assert "which is within the gap" in opened.page.locator(".panel").inner_text()
        _clean(opened)


def test_why_here_is_told_where_it_was_worked_out(started, files):
    with visit(started, files["en"]) as opened:
        _open(opened, FIRST)
        why = _section(opened, "Why here")
        assert why.locator("p").all_inner_texts() == ["It <script>alert(9)</script> stays.", "Second."]
        assert why.locator("tbody td").all_inner_texts()[:4] == [
            "Energy price [CNY/MWh]",
            "400",
            "440",
            "+10.0 %",
        ]
        _open(opened, SECOND)
        assert _section(opened, "Why here").locator("code").inner_text() == "siting explain RUN s001"
        _clean(opened)


def test_limits_are_listed_and_follow_the_year(started, files):
    with visit(started, files["en"]) as opened:
        opened.page.get_by_role("button", name="Headroom and water").click()
        rows = opened.page.locator(".limit-row").all_inner_texts()
        assert [row.split("\n")[0] for row in rows] == [
            "Hebei",
            "Gansu",
            "Huai <i> · basin",
            "Hebei · province",
        ]
        assert "2,000 of 2,000 MW, of it 120 MW upgrades" in rows[0]
        assert rows[0].endswith("100 %")
        assert "of 720,000 m³" in rows[3]
        assert opened.page.locator(".limit-row .gauge.full").count() == 2
        _to_first_year(opened)
        assert opened.page.locator(".limit-row").count() == 1
        opened.page.get_by_role("button", name="Headroom and water").click()
        assert not opened.page.locator(".panel").is_visible()
        _clean(opened)


def test_a_site_opens_and_closes_by_keyboard(started, files):
    with visit(started, files["en"]) as opened:
        opened.page.locator(".leaflet-marker-icon.site").first.focus()
        opened.page.keyboard.press("Enter")
        assert opened.page.locator(".panel h2").inner_text() == FIRST
        assert opened.page.evaluate("document.activeElement.tagName") == "H2"
        opened.page.keyboard.press("Escape")
        assert not opened.page.locator(".panel").is_visible()
        assert opened.page.locator("path.flow.own").count() == 0
        _clean(opened)


def test_focus_and_what_was_unfolded_outlast_a_change(started, files):
    with visit(started, files["en"]) as opened:
        _open(opened, FIRST)
        served = _section(opened, "Whom it serves").locator("details")
        served.nth(1).locator("summary").click()
        _section(opened, "Cost").get_by_role("button", name="2030").focus()
        opened.page.keyboard.press("Enter")
        assert opened.page.evaluate("document.activeElement.textContent") == "2030"
        assert served.nth(1).get_attribute("open") is not None
        _open(opened, SECOND)
        assert served.nth(1).get_attribute("open") is None
        _clean(opened)


def test_names_from_files_are_text_everywhere(started, files):
    with visit(started, files["en"]) as opened:
        assert "real-time </script>" in opened.page.locator(".leaflet-control-layers").inner_text()
        opened.page.locator(".leaflet-marker-icon .hub").click()
        assert opened.page.locator(".popup h2").inner_text() == "Guizhou hub </script>"
        for box in opened.page.locator(".leaflet-control-layers-overlays input").all():
            box.check()
        opened.page.locator("path.uhv").first.dispatch_event("mouseover")
        assert plan_extras.HOSTILE in opened.page.locator(".leaflet-tooltip").inner_text()
        _open(opened, SECOND)
        assert opened.page.locator("body img[onerror], body script[src], .panel b b").count() == 0
        _clean(opened)


@pytest.mark.parametrize("name", ["en", "zh"])
def test_a_phone_sees_the_map_before_legend_and_layers(started, files, name):
    with visit(started, files[name], width=390, height=844) as opened:
        opened.keep(f"plan map phone {name}")
        assert opened.page.locator(".leaflet-container").bounding_box()["height"] > 500
        assert not opened.page.locator(".leaflet-control-layers-list").is_visible()
        assert not opened.page.locator(".legend .sizes").is_visible()
        opened.page.locator(".legend summary").first.click()
        box = opened.page.locator(".legend").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        _clean(opened)


@pytest.mark.parametrize("name", ["en", "zh"])
def test_a_phone_has_a_sheet_below_the_map(started, files, name):
    with visit(started, files[name], width=390, height=844) as opened:
        opened.page.get_by_role("searchbox").fill("s")
        opened.page.get_by_role("searchbox").fill("zhangjiakou")
        opened.page.locator(".search li").first.click()
        sheet = opened.page.locator(".panel").bounding_box()
        assert sheet["x"] == 0
        assert sheet["width"] == 390
        assert sheet["y"] > 844 * 0.35
        chosen = opened.page.locator(".site svg.chosen").bounding_box()
        assert chosen["y"] + chosen["height"] < sheet["y"]
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
        close = opened.page.locator(".panel .close").bounding_box()
        assert min(close["width"], close["height"]) >= 44
        opened.page.locator(".panel .close").click()
        opened.page.locator(".leaflet-control-layers-toggle").click()
        assert opened.page.locator(".leaflet-control-layers-list").is_visible()
        opened.page.get_by_role("searchbox").click(position={"x": 20, "y": 15})
        assert not opened.page.locator(".leaflet-control-layers-list").is_visible()
        _clean(opened)


def test_the_panels_do_not_lie_on_each_other(started, files):
    with visit(started, files["large"]) as opened:
        opened.page.locator(".limits-button").click()
        parts = [".legend", ".search", ".leaflet-control-layers", ".leaflet-control-zoom", ".panel", ".years"]
        boxes = [opened.page.locator(part).bounding_box() for part in parts]
        assert not any(_overlap(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def _overlap(a, b):
    return all(a[p] < b[p] + b[s] and b[p] < a[p] + a[s] for p, s in (("x", "width"), ("y", "height")))


def test_the_chinese_page_is_chinese(started, files):
    with visit(started, files["zh"]) as opened:
        assert opened.page.get_attribute("html", "lang") == "zh"
        titles = opened.page.eval_on_selector_all("[title]", "found => found.map(one => one.title)")
        assert not any(re.search("[A-Za-z]{3,}", title) for title in titles)
        known = {"script", "alert", "MWh", "GWh", "CNY", "Leaflet", "Place"}
        opened.page.locator(".weak summary").click()
        opened.page.get_by_role("searchbox").fill("didian4")
        opened.page.locator(".search li").first.click()
        shown = opened.page.evaluate("() => document.body.innerText")
        assert "服务去向" in shown
        known |= {"siting", "explain", "RUN", "map", "calm"}  # a command, and a day as the survey names it
        assert set(re.findall(r"[A-Za-z]{3,}", shown)) - known == set()
        opened.page.locator(".limits-button").click()
        shown = opened.page.evaluate("() => document.body.innerText")
        assert set(re.findall(r"[A-Za-z]{3,}", shown)) - known - {"Huai"} == set()
        _clean(opened)
