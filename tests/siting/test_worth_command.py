"""`siting worth`: sentences, tables, files, curves, and how it leaves."""

from __future__ import annotations

import dataclasses
import json

import pandas as pd
import pytest

from maps.style import DASH
from optim.optimise import optimise
from optim.settings import CostSettings
from optim.warm import Planner
from optim.worth import Limit, group_of, worth
from siting.artefacts import write_run
from siting.planning import Plan
from siting.scenario import Scenario
from siting.worth_page import Found, WorthText, page, place_table, sentences, step_table
from siting.worth_rows import place_rows, step_rows
from tests import world
from tests.pages import browser, visit

SHELL = CostSettings(west_shell_factor=0.9, east_shell_factor=1.1)


@pytest.fixture(scope="module")
def plan():
    survey = world.survey(headroom=world.headroom(east_mw=625.0), demand=world.demand(real_time_mw=0.0))
    scenario = Scenario(name="worth", title="Worth <world>", optim=world.settings(costs=SHELL))
    return Plan(scenario, survey, optimise(survey, scenario.optim), [], 1.0)


@pytest.fixture(scope="module")
def found(plan):
    with Planner(plan.survey, plan.scenario.optim) as planner:
        group = group_of(plan.survey.candidates, "west")
        steps = list(worth(planner, group, [0.5, 0.1], Limit()))
    return Found(plan, group, Limit(), steps, step_rows(steps, group), place_rows(steps))


def test_the_sentences_tell_cost_split_moves_and_what_cannot_be_met(found):
    lines = "\n".join(sentences(WorthText(found, "en")))
    assert "Capping the west at 50 % of all IT power in 2027 costs" in lines
    assert "With the tariff the same everywhere it costs" in lines
    assert "goes with the tariff" in lines
    assert "At 50 % the load goes to East +300 MW" in lines
    assert "Without a limit the west holds 100.0 % in 2027" in lines
    # The east takes 625 MW at the meter = 500 MW of IT; 90 % of 600 MW would be 540.
    assert "10 % cannot be met as things are, from 2027 on, without leaving 40.0 MW more unserved" in lines


def test_every_step_has_a_row_and_those_not_met_say_since_when(found):
    rows = {(row[0], row[1]): row for row in step_table(WorthText(found, "en")).rows}
    assert len(rows) == 12
    assert rows["as it is", "10 %"][2] == "infeasible from 2027"
    assert rows["as it is", "50 %"][5] == "50.0 %"
    assert rows["as it is", "no limit"][3] == "0 M CNY"
    doubtful = dataclasses.replace(found, rows=found.rows.assign(known=False))
    assert {row[3] for row in step_table(WorthText(doubtful, "en")).rows} == {"0 M CNY", "≈ 0", DASH}
    places = {row[0]: row[1:] for row in place_table(WorthText(found, "en")).rows}
    assert places["East"] == ["0", "300"]


def test_where_the_shell_is_the_same_already_it_is_told_and_not_solved_again(plan):
    told = []
    same = plan.scenario.optim.model_copy(update={"costs": CostSettings()})
    with Planner(plan.survey, same) as planner:
        group = group_of(plan.survey.candidates, "west")
        steps = list(worth(planner, group, [0.5], Limit(), told.append))
    assert len(told) == 4
    scenario = plan.scenario.model_copy(update={"optim": same})
    other = Plan(scenario, plan.survey, plan.results, [], 1.0)
    made = Found(other, group, Limit(), steps, step_rows(steps, group), place_rows(steps))
    assert "none of the advantage is of the shell" in "\n".join(sentences(WorthText(made, "en")))
    assert {row[0] for row in step_table(WorthText(made, "en")).rows} == {"as it is", "same tariff"}


@pytest.fixture(scope="module")
def run(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    write_run(plan, folder)
    return folder


@pytest.mark.slow
def test_the_command_writes_and_gives_json(siting, run, tmp_path):
    done = siting("worth", run, "--group", "West", "--cap", "0.2,0.5", "--out", "out")
    assert done.exit_code == 0, done.stderr
    assert "# Cost of the limit\nCurve\tLimit" in done.stdout
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"worth.csv", "worth-places.csv", "worth.html", "worth.json"}
    table = pd.read_csv(tmp_path / "out/worth.csv")
    assert table["limit_share"].dropna().unique().tolist() == [0.5, 0.2]
    told = json.loads(
        siting("worth", run, "--force", "0.3", "--group", "East", "--years", "all", "--json").stdout
    )
    assert (told["limit"], told["years"], told["sites"]) == ("at_least", "all", ["e"])
    assert told["parts_m_cny"]["0.3"]["whole"] > 0
    assert (run / "worth.html").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--cap", "0.5", "--force", "0.5"], "expected one of them"),
        (["--cap", "50"], "expected shares from 0 to 1"),
        (["--cap", "half"], "expected shares from 0 to 1"),
        (["--group", "Atlantis"], "no such place"),
        (["--lang", "fr"], "expected en or zh"),
        (["--set", "geodata.demand.path=low"], "expected a key that begins with optim."),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_is_written(siting, run, tmp_path, words, message):
    done = siting("worth", run, *words, "--out", "out")
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_asks_for_nothing(found, tmp_path, language):
    file = tmp_path / "worth.html"
    file.write_text(page(WorthText(found, language)), encoding="utf-8")
    with browser() as started, visit(started, file) as opened:
        assert opened.requests == [file.as_uri()]
        assert opened.complaints == []
        assert opened.page.locator("figure svg").count() == 1
        assert "Worth <world>" in opened.page.evaluate("() => document.body.innerText")
