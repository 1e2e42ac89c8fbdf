"""The report: every part there, figures from the tables, names as text, clean in a browser."""

import dataclasses
import re

import pytest

from maps.texts import texts
from siting.report import Settings, report
from siting.report_tables import Source, place_name
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
        "provinces",
        "sites",
        "equivalents",
        "cost",
        "accelerators",
        "operation",
        "unserved",
        "rules",
        "prices",
        "headroom",
        "gap",
        "audit",
        "sources",
        "facts",
    )
    places = [pages[language].index(f"<h2>{words[f'report.{part}']}</h2>") for part in parts]
    assert places == sorted(places)
    assert pages[language].index(words["report.weak"]) < places[0]


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
    section = pages["en"].split("What one more MW would save</h2>")[1].split("<h2>")[0]
    assert "0.830" in section
    assert "Gansu" not in section


def test_names_are_text(pages):
    for page in pages.values():
        assert "<script" not in page
        assert "&lt;script&gt;alert" in page
        assert "<b>A</b>" not in page


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
    )
    page = report(survey, bare, AUDIT, Settings(), "t", META)
    for key in ("rules_none", "prices_none", "unserved_none", "equivalents_none"):
        assert texts("en")[f"report.{key}"] in page


def test_lists_are_cut_at_the_number_asked_for(survey, results):
    page = report(survey, results, AUDIT, Settings(sites_shown=2, equivalents_shown=1), "t", META)
    assert "The 2 largest of 6 campuses" in page


def test_the_same_plan_gives_the_same_report(pages, survey, results):
    assert report(survey, results, AUDIT, Settings(language="zh"), TITLE, META) == pages["zh"]


@pytest.mark.browser
def test_the_report_is_clean_in_a_browser(pages, tmp_path):
    with browser() as started:
        for language, width in (("en", 1200), ("zh", 390)):
            file = tmp_path / f"{language}.html"
            file.write_text(pages[language], encoding="utf-8")
            with visit(started, file, width=width) as opened:
                assert opened.requests == [file.as_uri()]
                assert opened.complaints == []
                assert opened.page.get_attribute("html", "lang") == language
                assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
                assert opened.page.locator("figure svg text").count() > 10
                assert opened.page.locator("h1").inner_text() == TITLE
