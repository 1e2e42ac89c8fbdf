"""The report: every part there, figures from the tables, names as text, clean in a browser."""

import dataclasses
import re
from pathlib import Path

import pandas as pd
import pytest

from maps.texts import texts
from siting.chromium import pdf_of
from siting.report import Settings, report
from siting.report_energy import green_shares
from siting.report_tables import Source, place_name
from tests.browser import find_browser
from tests.maps import world
from tests.pages import browser, visit

AUDIT = [{"check": "cost total", "place": "all", "expected": 1.0, "found": 1.0, "error": 0.0, "ok": True}]
META = {
    "program": "siting-planner",
    "version": "0.1",
    "scenario": "x<y",
    "seconds": 12.3,
    "survey_sha256": {"candidates": "ab" * 32},
}
TITLE = "China 2030 <script>alert(9)</script>"


@pytest.fixture(scope="module")
def survey():
    return world.survey(20)


@pytest.fixture(scope="module")
def results(survey):
    return world.results(survey)


@pytest.fixture(scope="module")
def pages(survey, results):
    return {
        lang: report(survey, results, AUDIT, Settings(language=lang), TITLE, META) for lang in ("en", "zh")
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_part_is_there_in_order(pages, language):
    words = texts(language)
    parts = (
        "headline",
        "provinces",
        "sites",
        "cooling",
        "supply",
        "operation",
        "two_costs",
        "cost",
        "bandwidth",
        "accelerators",
        "stock",
        "unserved",
        "headroom",
        "draws",
        "equivalents",
        "gap",
        "rules",
        "prices",
        "figure_sources",
        "cost_sources",
        "rule_sources",
    )
    places = [pages[language].index(f">{words[f'report.{part}']}</h3>") for part in parts]
    assert places == sorted(places)
    assert pages[language].index(words["exec.weak"]) < places[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_chapters_stand_in_order_and_the_contents_lead_to_each_part(pages, language):
    words = texts(language)
    chapters = [
        "brief",
        "map",
        "plan",
        "robust",
        "rules",
        "confidence",
        "audit",
        "method",
        "sources",
        "run",
    ]
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", pages[language]) == [words[f"chapter.{c}"] for c in chapters]
    links = re.findall(r'href="#([^"]*)"', pages[language].split("</nav>")[0])
    anchors = re.findall(r'<h[23] id="([^"]*)"', pages[language])
    assert links == anchors
    assert len(set(anchors)) == len(anchors)


def test_figures_come_from_the_tables(pages, survey, results):
    page = pages["en"]
    build = results.build.query("year == 2030")
    province = survey.candidates.set_index("site_id")["province"]
    totals = (build["it_mw"] + build["given_it_mw"]).groupby(build["site_id"].map(province)).sum()
    row = re.search(r"<tr><td[^>]*>Hebei</td>.*?</tr>", page)[0]
    assert f"<td>{totals['Hebei']:.0f}</td>" in row
    assert "90.0 bn CNY" in page
    assert "0.077 % = 0.070 bn CNY" in page
    assert "3 of 12 sites without a campus would do as well" in page
    assert "does not prove that they are as good" in page
    assert "ab" * 32 in page


def cells(page, text):
    """Return the cells of the first row that has a text."""
    row = next(row for row in re.findall(r"<tr>(?:(?!</tr>).)*</tr>", page) if text in row)
    return re.findall(r"<td[^>]*>(.*?)</td>", row)


def section(page, words, key):
    """Return the part of the page below a heading."""
    return re.split(r"<h[23] ", page.split(f">{words[f'report.{key}']}</h3>")[1])[0]


def test_cooling_is_told_by_technology(pages):
    part = section(pages["en"], texts("en"), "cooling")
    assert cells(part, "chilled water") == ["chilled water", "5.00", "10.0", "1.3 %", "1", "1.20", "0.300"]
    assert cells(part, "existing halls")[2] == "15.0"


def test_supply_peaks_and_green_share_add_the_plants(pages, results):
    energy = results.operation.query("year == 2030").select_dtypes("number").sum()
    part = section(pages["en"], texts("en"), "supply")
    row = cells(part, '<td class="text">2030</td>')
    assert row[1:5] == ["180", "120", "30.0", "60.0"]
    assert row[5] == f"{energy['purchase_mwh'] / 1e6:.2f} TWh"
    assert "A typical day (2020-01-15) at the largest site, Place 5, in 2030" in part
    assert "<svg" in part
    peaks = next(rows for rows in re.findall(r"<tbody>.*?</tbody>", part, re.DOTALL)[1:])
    assert f"{energy['billed_peak_mw']:.0f}" in peaks


def test_green_share_by_month_counts_no_more_than_the_use(survey, results):
    made = results.dispatch.assign(direct_mw=0.0, export_mw=500.0, purchase_mw=1.0)
    shares = green_shares(Source(survey, dataclasses.replace(results, dispatch=made), "en", 2030))
    used = results.operation.query("year == 2030")[["purchase_mwh", "direct_mwh"]].sum().sum()
    plants = len(results.operation.query("year == 2030"))
    assert shares.loc[2030, "monthly"] == pytest.approx(8760 * plants / used)
    assert shares.loc[2030, "hourly"] == pytest.approx(0.5 / 3.7)
    assert shares.loc[2030, "annual"] == pytest.approx(0.6 / 3.7)
    assert shares.loc[2030, "certificates"] == pytest.approx(1.6 / 3.7)


def test_both_costs_of_energy_and_what_they_rest_on(pages, results):
    part = section(pages["en"], texts("en"), "two_costs")
    count = len(results.redispatch)
    row = cells(part, "Cost of energy")
    assert row[1:] == [
        f"{0.16 * count:.2f} bn CNY",
        f"{0.168 * count:.2f} bn CNY",
        f"{0.008 * count:.3f} bn CNY",
        "5.00 %",
    ]
    assert "chosen on representative days (3)" in part
    assert "shipped days laid out" in part
    assert "more than the meters give" not in part


@pytest.mark.slow
def test_what_the_year_lacks_is_said(survey, results):
    lacking = dataclasses.replace(results, redispatch=results.redispatch.assign(short_mwh=2e5))
    part = section(report(survey, lacking, AUDIT, Settings(), "t", META), texts("en"), "two_costs")
    assert "The year needs 1.60 TWh more than the meters give." in part


def test_duplicate_capital_is_said_in_words_and_by_side(pages):
    part = section(pages["en"], texts("en"), "stock")
    assert "0.040 GW of existing halls stand idle in the east and 0 GW in the west" in part
    assert "0.450 GW are built in the east and 0.440 GW in the west" in part
    assert cells(part, "Guangdong") == ["Guangdong", "east", "100", "40.0", "15.0", "5.00", "40.0", "170"]
    assert "40.0" in cells(part, '<td class="text">All</td><td class="text">east</td>')


def test_bandwidth_and_replaced_cards(pages, results):
    assert cells(section(pages["en"], texts("en"), "bandwidth"), "Leased waves") == [
        "Leased waves",
        "72",
        "72",
        "0.012 bn CNY",
    ]
    assert "300,000" in section(pages["en"], texts("en"), "accelerators")


@pytest.mark.slow
def test_an_open_choice_of_accelerators_is_an_item_of_cost(survey, results):
    chosen = pd.DataFrame([("s000", "chip<b>", 2030, 40.0), ("s002", "chip<b>", 2030, 60.0)])
    chosen.columns = ["site_id", "accelerator_id", "year", "it_mw"]
    page = report(
        survey, dataclasses.replace(results, accelerator_sites=chosen), AUDIT, Settings(), "t", META
    )
    assert texts("en")["report.accelerators_open"] in page
    assert texts("en")["report.cost_note_open"] in page
    assert cells(page, "60.0 %")[:2] == ["Chip &lt;b&gt;A&lt;/b&gt;", "100"]


def test_the_method_and_the_days_are_told(pages):
    assert "7 rounds with 123 cuts; representative days: 3 of the 3 in the survey" in pages["en"]


def test_rules_show_value_limit_miss_and_price(pages):
    rows = re.findall(r"<tr>(?:(?!</tr>).)*LAY-05(?:(?!</tr>).)*</tr>", pages["en"])
    assert len(rows) == 2
    assert "Notice &lt;b&gt;1&lt;/b&gt;" in rows[1]
    row = rows[0]
    for cell in ("2030", "0.580", "0.600", "0.020", "yes", "1.25", "1.50", "kept"):
        assert f"<td>{cell}</td>" in row


def test_places_of_rules_and_limits_have_names(survey, results):
    source = Source(survey, results, "zh", 2030)
    shown = [place_name(source, place) for place in ("all", "Hebei", "GZ", "s005", "199 sites", "elsewhere")]
    assert shown == ["全部", "河北", "贵州枢纽", "地点5", "199 处地点", "elsewhere"]


def test_only_limits_that_save_are_listed(pages):
    part = section(pages["en"], texts("en"), "prices")
    assert "0.830" in part
    assert "Gansu" not in part


def test_names_are_text(pages):
    for page in pages.values():
        assert "<script" not in page
        assert "&lt;script&gt;alert" in page
        assert "<b>A</b>" not in page


@pytest.mark.slow
def test_a_failed_audit_is_shown_and_a_missing_one_said(survey, results):
    wrong = [*AUDIT, AUDIT[0] | {"check": "headroom", "found": 2.0, "ok": False}]
    page = report(survey, results, wrong, Settings(), "t", {})
    assert "1 of 2 checks do not hold" in page
    assert re.search(r"<td[^>]*>headroom</td>", page)
    assert "was not audited" in report(survey, results, [], Settings(), "t", {})


def test_a_plan_without_ties_rules_and_misses_says_so(survey, results):
    bare = dataclasses.replace(
        results,
        rules=results.rules.head(0),
        prices=results.prices.head(0),
        unserved=results.unserved.head(0),
        equivalents=results.equivalents.assign(within_gap=False),
        redispatch=results.redispatch.head(0),
        stock=results.stock.head(0),
        supply=results.supply.head(0),
        bandwidth=results.bandwidth.head(0),
        dispatch=results.dispatch.head(0),
    )
    page = report(survey, bare, AUDIT, Settings(), "t", META)
    for key in (
        "rules_none",
        "prices_none",
        "unserved_none",
        "equivalents_none",
        "two_costs_none",
        "stock_none",
    ):
        assert texts("en")[f"report.{key}"] in page


@pytest.mark.slow
def test_lists_are_cut_at_the_number_asked_for(survey, results):
    page = report(survey, results, AUDIT, Settings(sites_shown=2, equivalents_shown=1), "t", META)
    assert "The 2 largest of 6 campuses" in page


@pytest.mark.slow
def test_the_same_plan_gives_the_same_report(pages, survey, results):
    assert report(survey, results, AUDIT, Settings(language="zh"), TITLE, META) == pages["zh"]


@pytest.fixture(scope="module")
def started():
    with browser() as one:
        yield one


def _file(folder, page):
    file = folder / "report.html"
    file.write_text(page, encoding="utf-8")
    return file


SIZES = [("en", 1400), ("en", 1200), ("zh", 1400), ("en", 390), ("zh", 390)]


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), SIZES)
def test_the_report_is_clean_in_a_browser(started, pages, tmp_path, language, width):
    file = _file(tmp_path, pages[language])
    with visit(started, file, width=width) as opened:
        assert opened.page.get_attribute("html", "lang") == language
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.page.locator("figure svg text").count() > 10
        assert opened.page.locator("h1").inner_text() == TITLE
        assert opened.page.locator("body script, body img").count() == 0
        shown = opened.page.locator(".picture svg text").all_text_contents()
        assert ("Guizhou hub </script>" in shown) == (language == "en")
        assert opened.requests == [file.as_uri()]
        assert opened.complaints == []


@pytest.mark.browser
def test_the_contents_lead_to_the_parts_and_headings_stay_in_view(started, pages, tmp_path):
    file = _file(tmp_path, pages["en"])
    with visit(started, file, width=1400, height=800) as opened:
        opened.page.locator('.contents a[href="#gap"]').click()
        box = opened.page.locator("h3#gap").bounding_box()
        assert 0 <= box["y"] < 400
        assert opened.page.locator("h2#chapter-robust").bounding_box()["y"] == pytest.approx(0, abs=1)
        assert opened.page.locator(".contents").bounding_box()["y"] == pytest.approx(0, abs=1)
        opened.page.keyboard.press("Tab")
        assert opened.complaints == []


A4_TEXT_PX = (180 / 25.4 * 96, 262 / 25.4 * 96)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_page_fits_a_sheet_of_paper(started, pages, tmp_path, language):
    file = _file(tmp_path, pages[language])
    with visit(started, file, width=round(A4_TEXT_PX[0])) as opened:
        opened.page.emulate_media(media="print")
        end = opened.page.evaluate("document.querySelector('.brief').getBoundingClientRect().bottom")
        assert end <= A4_TEXT_PX[1]
        assert not opened.page.locator(".contents").is_visible()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= A4_TEXT_PX[0] + 1


@pytest.mark.browser
def test_on_paper_the_report_has_pages_with_fonts_and_an_outline(pages):
    pdf = pdf_of(pages["zh"], Path(find_browser()))
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", pdf)) > 5
    assert b"/Outlines" in pdf
    sizes = {tuple(map(float, size)) for size in re.findall(rb"/MediaBox \[0 0 (\S+) (\S+)\]", pdf)}
    assert [round(side) for side in sizes.pop()] == [595, 842]
    assert not sizes
