"""`siting pareto`: its tables, its page and folder, and what is wrong in what was asked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from maps.texts import texts
from optim.pareto.front import STATUSES
from optim.stop import Stop
from optim.tables import StoppedError, TimeLimitError
from siting.front_page import front_page, knee_sentence
from siting.pareto_run import objectives, pareto, write_pareto
from siting.scenario import Scenario, ScenarioError
from siting.table_files import digest
from tests.optim.test_budgets import emitted_mt, one_year, options


@pytest.fixture(scope="module")
def runs():
    """Return fronts of the tiny world: of two goals and of three."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("siting.pareto_run.survey", lambda _: one_year())
        scenario = Scenario(name="tiny-world", title="Tiny <world>", optim=options())
        two = pareto(scenario, ["cost", "carbon"], 7, gap_share=1e-7)
        return two, pareto(scenario, ["cost", "carbon", "latency"], 9, gap_share=1e-7)


def front_of(run):
    table = run.tables["pareto"]
    return table[table["status"] == "proven"].sort_values("cost_m_cny").reset_index(drop=True)


def test_points_have_goals_sides_and_labels(runs):
    table = runs[0].tables["pareto"]
    assert table["point"].tolist() == list(range(9))
    assert set(table["status"]) <= set(STATUSES)
    front = front_of(runs[0])
    assert front["carbon_mt"].iloc[0] == pytest.approx(emitted_mt(200, 200), rel=1e-4)
    held = front.dropna(subset=["side_carbon_mt"])
    assert (held["carbon_mt"] <= held["side_carbon_mt"] * (1 + 1e-6)).all()
    assert front["cost_m_cny"].is_monotonic_increasing
    assert front["carbon_mt"].is_monotonic_decreasing


def test_a_price_is_what_the_step_from_the_next_point_costs(runs):
    front = front_of(runs[0])
    steps = front["cost_m_cny"].diff() / -front["carbon_mt"].diff()
    found = front["carbon_price_cny_per_tco2"]
    assert np.isnan(found.iloc[0])
    assert found.iloc[1:].to_list() == pytest.approx(steps.iloc[1:].to_list())
    assert (found.iloc[1:].diff().dropna() > -1e-3).all()  # the front of a relaxation is convex


def test_prices_of_three_goals_are_along_one_side_at_a_time(runs):
    table = runs[1].tables["pareto"].dropna(subset=["side_carbon_mt"])
    priced = table.dropna(subset=["carbon_price_cny_per_tco2"])
    assert len(priced) > 0
    row = priced.iloc[0]
    wider = table[
        (table["side_latency_ms"] == row["side_latency_ms"])
        & (table["side_carbon_mt"] > row["side_carbon_mt"])
    ]
    next_one = wider.sort_values("side_carbon_mt").iloc[0]
    expected = (row["cost_m_cny"] - next_one["cost_m_cny"]) / (next_one["carbon_mt"] - row["carbon_mt"])
    assert row["carbon_price_cny_per_tco2"] == pytest.approx(expected)


def test_places_and_payoff_are_those_of_the_points(runs):
    run = runs[0]
    places = run.tables["places"]
    assert set(places["point"]) == set(front_of(run)["point"])
    cheapest = places[places["point"] == front_of(run)["point"].iloc[0]].set_index("site_id")["it_mw"]
    assert cheapest.to_dict() == pytest.approx({"w": 200, "m": 200}, rel=1e-4)
    assert run.tables["payoff"]["first"].tolist() == ["cost", "carbon"]
    assert run.tables["payoff"]["carbon_mt"].is_monotonic_decreasing


def test_the_folder_holds_tables_page_and_what_was_done(runs, tmp_path):
    write_pareto(runs[0], tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    tables = {f"{name}.{kind}" for name in ("pareto", "payoff", "places") for kind in ("csv", "parquet")}
    assert names == tables | {"map", "pareto.html", "run.json", "scenario.yaml"}
    about = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert about["objectives"] == ["cost", "carbon"]
    assert about["status"] == runs[0].about["status"]
    assert sum(about["status"].values()) == 9
    files = names - {"run.json", "map"} | {"map/sites.csv", "map/hubs.csv"}
    assert about["sha256"] == {name: digest(tmp_path / "out" / name) for name in files}
    csv, parquet = (read(tmp_path / "out" / f"pareto.{kind}") for kind, read in READERS.items())
    pd.testing.assert_frame_equal(csv, parquet, check_exact=False)


READERS = {"csv": pd.read_csv, "parquet": pd.read_parquet}


def test_an_error_while_writing_leaves_nothing(runs, tmp_path, monkeypatch):
    def fails(*_):
        raise RuntimeError("no page")

    monkeypatch.setattr("siting.pareto_run.digest", fails)
    with pytest.raises(RuntimeError):
        write_pareto(runs[0], tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone_and_shows_every_point(runs, language):
    for run, figures in zip(runs, (1, 4), strict=True):
        page = front_page(run.tables, run.about, "Tiny <world>", language)
        assert "Tiny &lt;world&gt;" in page
        assert page.count("<svg") == figures
        assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!data:)", page)
        assert page.count("<circle") == (figures if figures == 1 else 3) * len(
            run.tables["pareto"].dropna(subset=["cost_m_cny"])
        )
        words = texts(language)
        assert knee_sentence(run.tables["pareto"], run.about["objectives"], words) in page.replace(
            "&#34;", '"'
        )


def test_the_knee_is_told_in_words(runs):
    front = front_of(runs[0])
    knee = front[front["knee"]].iloc[0]
    share = 100 * (knee["carbon_mt"] / front["carbon_mt"].iloc[0] - 1)
    assert (
        runs[0].about["sentence"].startswith(f"The knee is point {knee['point']}: Cost, discounted [M CNY]")
    )
    assert f"Emissions of all years {share:+.2f} %" in runs[0].about["sentence"]
    assert runs[0].about["knee"]["point"] == knee["point"]


def test_goals_that_do_not_trade_are_said():
    table = pd.DataFrame(
        {"status": ["proven"], "point": [0], "cost_m_cny": [1.0], "carbon_mt": [1.0], "knee": [False]}
    )
    assert "do not trade" in knee_sentence(table, ["cost", "carbon"], texts("en"))


def test_objectives_are_names_and_cost_comes_first():
    assert objectives("latency, water,cost") == ["cost", "latency", "water"]
    for text in ("cost", "cost,cost", "cost,price", "", "cost,"):
        with pytest.raises(ScenarioError, match="expected two to four of cost, carbon, water, latency"):
            objectives(text)


@pytest.fixture
def tiny_survey(monkeypatch):
    monkeypatch.setattr("siting.pareto_run.survey", lambda _: one_year())


@pytest.mark.slow
@pytest.mark.usefixtures("tiny_survey")
def test_the_command_writes_a_folder(siting, own: Path, tmp_path: Path):
    asked = (
        "pareto",
        own / "scenario.yaml",
        "--objectives",
        "carbon,cost",
        "--points",
        "3",
        "--out",
        "front",
    )
    done = siting(*asked)
    assert done.exit_code == 0, done.output
    assert "Points on the front" not in done.stdout  # a table of tabs in a pipe
    assert "front: written" in done.stdout
    table = pd.read_csv(tmp_path / "front" / "pareto.csv")
    assert (table["status"] == "proven").any()
    again = siting(*asked)
    assert again.exit_code == 2
    assert "is there already" in again.output
    found = json.loads(siting(*asked, "--force", "--json").stdout)
    assert found["objectives"] == ["cost", "carbon"]
    assert len(found["rows"]) == len(table)


def test_what_is_wrong_is_told_before_anything_is_solved(siting, own: Path):
    done = siting("pareto", own / "scenario.yaml", "--objectives", "cost,price")
    assert done.exit_code == 2
    assert "expected two to four of cost, carbon, water, latency" in done.output
    assert siting("pareto", own / "scenario.yaml", "--points", "1").exit_code == 2


@pytest.mark.usefixtures("tiny_survey")
def test_a_time_limit_before_any_plan_is_not_infeasible(siting, own: Path, monkeypatch):
    def late(*_):
        raise TimeLimitError("no plan was found within the limit")

    monkeypatch.setattr("optim.warm.Planner.solve", late)
    done = siting("pareto", own / "scenario.yaml", "--out", "front")
    assert done.exit_code == 3
    assert not Path("front").exists()


@pytest.mark.usefixtures("tiny_survey")
@pytest.mark.parametrize("when", ["solve", "_hold_unserved"])
def test_an_interrupt_leaves_nothing(siting, own: Path, monkeypatch, when):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"optim.pareto.plans.PlanProblem.{when}", interrupted)
    done = siting("pareto", own / "scenario.yaml", "--out", "front")
    assert done.exit_code == 130
    assert "interrupted; nothing was written" in done.output
    assert not Path("front").exists()


def test_a_wish_to_stop_ends_the_solves(monkeypatch):
    monkeypatch.setattr("siting.pareto_run.survey", lambda _: one_year())
    stop = Stop()
    stop.ask()
    with pytest.raises(StoppedError):
        pareto(Scenario(name="tiny-world", optim=options()), ["cost", "carbon"], 3, stop=stop)
