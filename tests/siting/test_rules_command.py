"""`siting rules`: what it prints and writes, the duals and documents, and how it leaves."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from maps.texts import texts
from optim.optimise import optimise
from optim.rule_costs import rule_costs
from optim.warm import Planner
from siting.artefacts import write_run
from siting.planning import Plan
from siting.rule_page import RuleText, cost_table, page, part_table, sentences
from siting.rule_rows import ALL, rule_rows
from siting.scenario import Scenario
from tests import world
from tests.pages import browser, visit

NUMBER = "发改数据\u30142023\u30151779号"
DOCUMENT = f"Opinions on <deepening> it ({NUMBER}), NDRC and others, 2023-12-25"
HUBS = {"scope": "hubs", "hub_scope": "province"}
RULES = (
    {"rule_id": "H", "kind": "hub_share", "number": 0.5, "document": DOCUMENT, **HUBS},
    {"rule_id": "L", "kind": "large_in_hub_only", "large_from_mw": 7.5, "enabled": False, **HUBS},
    {
        "rule_id": "C",
        "kind": "pue_cap",
        "number": 1.9,
        "large_from_mw": 7.5,
        "document": f"same opinions ({NUMBER}), NDRC, 2024-07",
        "hard": False,
        "price_m_cny_per_unit": 5.0,
    },
)


@pytest.fixture(scope="module")
def ruled():
    survey = world.survey(rules=world.rules(*RULES), headroom=world.headroom(west_mw=0.0))
    scenario = Scenario(name="ruled", title="Ruled <world>", optim=world.settings())
    return Plan(scenario, survey, optimise(survey, scenario.optim), [], 1.0)


@pytest.fixture(scope="module")
def rows(ruled):
    with Planner(ruled.survey, ruled.scenario.optim) as planner:
        return rule_rows(rule_costs(planner), ruled.survey, ruled.results)


def test_a_row_has_cost_effect_and_document(rows):
    assert rows["rule_id"].tolist() == ["H", "C", ALL]
    row = rows.set_index("rule_id").loc["H"]
    assert row["cost_m_cny"] > 100
    assert row["known"]
    assert row["cost_m_cny"] == pytest.approx(row["paid_m_cny"])
    assert (row["gains"], row["losses"]) == ("East +400 MW", "Middle -400 MW")
    assert row["title"] == "Opinions on <deepening> it"
    assert (row["document_number"], row["date"]) == (NUMBER, "2023-12-25")


def test_a_document_that_says_same_takes_its_title_from_its_number(rows):
    row = rows.set_index("rule_id").loc["C"]
    assert row["title"] == "Opinions on <deepening> it"
    assert row["date"] == "2024-07"


def test_the_dual_is_that_of_the_run_or_its_lack_is_told(rows, ruled):
    text = RuleText(rows, "en")
    told = {row[0]: row[3] for row in part_table(text).rows}
    used = ruled.results.rules.query("rule_id == 'H' and year == 2027")["dual_long_run_m_cny"].max()
    assert used > 0
    assert told["H"] == f"{used:.2f} M CNY per MW and year"
    assert told["C"] == "none: nothing that it speaks of is in this run"
    plants = rows.assign(dual_word="plant")
    assert "each plant keeps it" in part_table(RuleText(plants, "en")).rows[0][3]


def test_the_sentences_tell_the_package_and_what_is_free(rows):
    lines = "\n".join(sentences(RuleText(rows, "en"), (0.5, 0.25), integers=False))
    assert "All rules together cost" in lines
    assert "not known to differ from nought: C." in lines
    assert "from 50.0 % to 25.0 %" in lines
    assert "stays allowed" in lines
    table = {row[0]: row for row in cost_table(RuleText(rows, "en")).rows}
    assert table["C"][2] == "≈ 0"
    assert table["H"][2].startswith("+")


@pytest.fixture
def run(ruled, tmp_path):
    write_run(ruled, tmp_path / "ruled")
    return tmp_path / "ruled"


@pytest.mark.slow
def test_the_command_writes_into_the_run_and_gives_json(siting, run):
    done = siting("rules", run)
    assert done.exit_code == 0, done.stderr
    assert "# Cost of each rule\nRule\tWhat it asks" in done.stdout
    assert "# Documents" in done.stdout
    table = pd.read_csv(run / "rules.csv")
    assert table["rule_id"].tolist() == ["H", "C", ALL]
    assert (run / "rules.html").is_file()
    report = (run / "report.html").read_text(encoding="utf-8")
    assert texts("en")["rules.section.effects"] in report
    assert "siting rules RUN" not in report
    assert "All rules together cost" in (run / "summary.md").read_text(encoding="utf-8")
    assert siting("check", run).exit_code == 0
    told = json.loads(siting("rules", run, "--json", "--integers", "--out", "apart").stdout)
    assert told["integers"]
    assert told["rules"][0]["rule_id"] == "H"
    assert siting("rules", run, "--out", "apart").exit_code == 2


@pytest.mark.slow
def test_figures_of_an_older_version_are_refused_with_what_to_do(siting, run):
    (run / "rules.json").write_text('{"rules": [], "integers": false}', encoding="utf-8")
    before = (run / "report.html").read_bytes()
    done = siting("report", run)
    assert done.exit_code == 2
    assert f"run `siting rules {run}` again" in done.stderr
    assert (run / "report.html").read_bytes() == before


@pytest.mark.slow
def test_a_run_without_rules_says_so(siting, tmp_path):
    survey = world.survey()
    scenario = Scenario(name="free", optim=world.settings())
    write_run(Plan(scenario, survey, optimise(survey, scenario.optim), [], 1.0), tmp_path / "free")
    done = siting("rules", "free")
    assert done.exit_code == 0, done.stderr
    assert "No rule is in force" in done.stdout


def test_what_is_no_run_is_refused(siting, tmp_path):
    done = siting("rules", tmp_path)
    assert done.exit_code == 2
    assert "not a run folder" in done.stderr


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_asks_for_nothing(rows, tmp_path, language):
    text = RuleText(rows, language)
    file = tmp_path / "rules.html"
    file.write_text(page(text, "Ruled <world>", sentences(text, (0.5, 0.2), False)), encoding="utf-8")
    with browser() as started, visit(started, file) as opened:
        assert opened.requests == [file.as_uri()]
        assert opened.complaints == []
        assert opened.page.locator("figure svg").count() == 1
        assert "Opinions on <deepening> it" in opened.page.evaluate("() => document.body.innerText")
