"""The first page and the summary: sentences from the tables, text that stays text."""

import dataclasses
import re

import pytest

from maps.texts import texts
from siting.executive import executive
from siting.pages import Part
from siting.report import PLAIN, More, Settings, report
from siting.report_tables import Source
from siting.summary import plain, summary
from tests.maps import world

AUDIT = [{"check": "cost", "place": "all", "expected": 1.0, "found": 1.0, "error": 0.0, "ok": True}]
TITLE = "Plan | <script>alert(1)</script> *x*"


@pytest.fixture(scope="module")
def survey():
    return world.survey(20)


@pytest.fixture(scope="module")
def results(survey):
    return world.results(survey)


def told(survey, results, language="en"):
    return executive(Source(survey, results, language, 2030), Part(["drawn"]), "audited")


def test_the_decision_names_what_the_tables_hold(survey, results):
    build = results.build.query("year == 2030")
    text = told(survey, results)
    campus = build["it_mw"].sum() / 1e3
    assert text.decision[0].startswith("By 2030 the plan places")
    assert f"{campus:.3f} GW in {(build['it_mw'] > 0).sum()} new campuses" in text.decision[0]
    assert "90.0 bn CNY" in " ".join(text.decision)
    assert (
        text.decision[-1]
        == "No plan under the same rules can cost more than 0.070 bn CNY (0.077\u00a0%) less."
    )
    assert len(text.figures) == 5
    assert text.robust == ["drawn", "audited"]
    assert 1 <= len(text.weak) <= 7


def test_parts_that_are_nought_are_left_out(survey, results):
    bare = dataclasses.replace(results, build=results.build.assign(given_it_mw=0.0))
    assert "own city" in told(survey, results).decision[0]
    assert "own city" not in told(survey, bare).decision[0]


def test_what_is_not_served_is_said(survey, results):
    served = dataclasses.replace(results, unserved=results.unserved.head(0))
    assert "All demand is served." in told(survey, served).decision
    assert any("find no site" in line for line in told(survey, results).decision)


def test_long_lines_are_cut_at_a_word(survey, results):
    long = Part(["; ".join(f"province {n}" for n in range(60))])
    line = executive(Source(survey, results, "en", 2030), long, "ok").robust[0]
    assert len(line) < 240
    assert re.search(r"province \d+ …$", line)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_summary_says_the_same_as_the_first_page(survey, results, language):
    settings = Settings(language=language)
    text = summary(survey, results, AUDIT, settings, TITLE, {"version": "0.1"}, PLAIN)
    words = texts(language)
    page = report(survey, results, AUDIT, settings, TITLE, {}, PLAIN)
    for heading in ("exec.robust", "exec.weak", "report.provinces", "report.cost"):
        assert f"## {words[heading]}" in text
    for label, value in told(survey, results, language).figures:
        assert f"| {plain(label)} | {plain(value)} |" in text
        assert f"<dd>{value}</dd>" in page


def test_a_summary_is_markdown_whose_names_are_text(survey, results):
    text = summary(survey, results, AUDIT, Settings(), TITLE, {}, More(ruled=Part(["- a <b>rule</b>"])))
    assert text.startswith("# Plan \\| \\<script\\>alert(1)\\</script\\> \\*x\\*\n")
    assert not re.search(r"(?<!\\)<", text)
    assert "- \\- a \\<b\\>rule\\</b\\>" in text
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = [re.sub(r"\\.", "", line) for line in block.splitlines()]
        assert len({line.count("|") for line in lines}) == 1


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\nb  c", "a b c"),
        ("m_cny", "m_cny"),
        ("_x_", r"\_x\_"),
        ("1. x", r"\1. x"),
        ("# x", r"\# x"),
        ("[a](b)", r"\[a\](b)"),
    ],
)
def test_plain_text_has_no_marks(given, shown):
    assert plain(given) == shown
