"""`siting sweep`: what it writes and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from siting.scenario import draft
from siting.sweeps.solving import Job, Solving
from tests.siting.conftest import Run
from tests.siting.sweep_world import CARBON, DEMAND, FOUR, read

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"


@pytest.mark.slow
def test_a_grid_is_written_whole(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, *FOUR, "--out", "s")
    assert done.exit_code == 0
    assert "solved\t4" in done.stdout
    table = read(tmp_path / "s", "summary")
    assert table["siting_cost_m_cny"].tolist() == [100, 200, 200, 300]
    assert table[[DEMAND, CARBON]].to_numpy().tolist() == [[1, 0], [1, 100], [2, 0], [2, 100]]
    assert set(table["status"]) == {"optimal"}
    assert set(table["method"]) == {"relaxation"}
    assert pd.read_parquet(tmp_path / "s/summary.parquet")["case"].tolist() == table["case"].tolist()
    places = read(tmp_path / "s", "places").query("case == '0002' and level == 'province'")
    assert places[["place", "it_mw"]].to_numpy().tolist() == [["West", 200.0], ["East", 100.0]]
    about = json.loads((tmp_path / "s/points/0003/run.json").read_text())
    assert about["keys"] == {DEMAND: 2, CARBON: 0}
    assert sorted(quick) == ["0001", "0002", "0003", "0004"]


@pytest.mark.slow
def test_critical_values_are_between_two_points(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, "--axis", f"{CARBON}=60,0,40,20", "--out", "s", "--json")
    told = json.loads(done.stdout)
    assert told["status"]["solved"] == 4
    assert [
        (row["level"], row["from_value"], row["to_value"], row["gained"]) for row in told["critical"]
    ] == [
        ("province", 40, 60, "East"),
        ("site", 40, 60, "East-1"),
    ]
    text = (tmp_path / "s/sweep.html").read_text(encoding="utf-8")
    assert f"{CARBON} between 40 and 60: in: East" in text


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone_with_its_charts(
    siting: Run, quick: list[str], tmp_path: Path, language: str
) -> None:
    assert siting("sweep", TINY, *FOUR, "--out", "s", "--lang", language).exit_code == 0
    text = (tmp_path / "s/sweep.html").read_text(encoding="utf-8")
    assert f'lang="{language}"' in text
    assert "http" not in text.replace("http://www.w3.org", "")
    plots = {path.stem for path in (tmp_path / "s/plots").glob("*.svg")}
    assert {"tornado", f"heat-siting_cost_m_cny-{DEMAND}-{CARBON}", f"lines-emissions_mt-{CARBON}"} <= plots
    assert text.count("<svg") == len(plots)


def test_infeasible_and_lost_points_are_rows(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, "--axis", f"{DEMAND}=1,6,7", "--out", "s")
    assert done.exit_code == 0
    table = read(tmp_path / "s", "summary")
    assert table["status"].tolist() == ["optimal", "infeasible", "failed"]
    assert table["message"].tolist()[1:] == ["no plan meets all hard rules", "its process ended"]
    quick.clear()
    assert siting("sweep", TINY, "--axis", f"{DEMAND}=1,6,7", "--out", "s", "--retry").exit_code == 0
    assert quick == ["0003"]


def test_without_any_answer_it_leaves_with_an_error(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, "--axis", f"{DEMAND}=6,8", "--out", "s")
    assert done.exit_code == 2
    assert "no point has an answer; the first: no plan meets" in done.stderr
    assert read(tmp_path / "s", "summary")["status"].tolist() == ["infeasible"] * 2


TECHNOLOGIES = "optim.cooling.technologies"
LISTS = f"{TECHNOLOGIES}=[liquid_dry],[liquid_dry,air_economiser]"


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--grid"], ["--each"], ["--zip"]])
def test_lists_are_values_of_an_axis(siting: Run, quick: list[str], tmp_path: Path, words: list[str]) -> None:
    done = siting("sweep", TINY, "--axis", LISTS, "--axis", f"{CARBON}=0,100", *words, "--out", "s")
    assert done.exit_code == 0
    known = read(tmp_path / "s", "summary")[TECHNOLOGIES].dropna().unique().tolist()
    assert known == ["[liquid_dry]", "[liquid_dry, air_economiser]"]
    assert "[liquid_dry, air_economiser]" in (tmp_path / "s/sweep.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "s/points/0001/run.json").read_text())["status"] == "optimal"
    assert siting("map", "s").exit_code == 0


@pytest.mark.slow
def test_lists_may_stand_in_cells_of_a_design(siting: Run, quick: list[str], tmp_path: Path) -> None:
    text = f'{TECHNOLOGIES},{CARBON}\n[liquid_dry],0\n"[liquid_dry, air_economiser]",\n[liquid_dry],100\n'
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    assert siting("sweep", TINY, "--design", "points.csv", "--out", "s").exit_code == 0
    about = json.loads((tmp_path / "s/points/0002/run.json").read_text())
    assert about["keys"] == {TECHNOLOGIES: ["liquid_dry", "air_economiser"]}
    (found,) = read(tmp_path / "s", "critical").query("level == 'province'").to_dict("records")
    assert (found["axis"], found["others"]) == (CARBON, f"{TECHNOLOGIES}=[liquid_dry]")


def test_an_address_without_a_port_is_refused_before_anything(siting: Run, quick: list[str]) -> None:
    done = siting("sweep", TINY, *FOUR, "--scheduler", "foo", "--out", "s")
    assert done.exit_code == 2
    assert done.stderr == (
        "siting: --scheduler: found 'foo', expected the address of a Dask scheduler, tcp://HOST:PORT\n"
    )


def test_faults_are_told_before_anything_is_written(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, "--axis", "geodata.demand.fcator=1,2", "--out", "s")
    assert done.exit_code == 2
    assert "--axis geodata.demand.fcator: unknown key; did you mean factor?" in done.stderr
    done = siting("sweep", TINY, "--axis", "optim.costs.items.carbon=1,2", "--out", "s")
    assert done.exit_code == 2
    assert "carbon" in done.stderr
    done = siting("sweep", TINY, "--axis", "geodata.policy.numbers.GRN-99=0.5", "--out", "s")
    assert "no rule GRN-99" in done.stderr
    assert "--zip, --each: expected one of them" in siting("sweep", TINY, *FOUR, "--zip", "--each").stderr
    assert not (tmp_path / "s").exists()
    assert not quick


def test_a_number_of_a_rule_that_is_off_is_told(siting: Run, quick: list[str]) -> None:
    words = ["--axis", "geodata.policy.numbers.GRN-01=0.5,0.6", "--rule", "GRN-01=off", "--out", "s"]
    assert "GRN-01: the rule is off, so this changes nothing" in siting("sweep", TINY, *words).stderr


def test_each_value_alone_is_compared_with_the_scenario(
    siting: Run, quick: list[str], tmp_path: Path
) -> None:
    words = ["--each", "--axis", f"{DEMAND}=0.5,2", "--axis", f"{CARBON}=80"]
    assert siting("sweep", TINY, *words, "--out", "s").exit_code == 0
    assert json.loads((tmp_path / "s/sweep.json").read_text())["base"] == {DEMAND: 1.0, CARBON: 0.0}
    table = read(tmp_path / "s", "summary")
    assert table["siting_cost_m_cny"].tolist() == [100, 50, 200, 180]
    found = read(tmp_path / "s", "critical").query("level == 'province'")
    assert found[["axis", "from_value", "to_value", "gained"]].to_numpy().tolist() == [
        [CARBON, 0, 80, "East"]
    ]


@pytest.mark.slow
def test_bisection_comes_near_the_value_at_which_provinces_change(
    siting: Run, quick: list[str], tmp_path: Path
) -> None:
    words = ["sweep", TINY, "--axis", f"{CARBON}=0,128", "--refine", "0.02", "--out", "s"]
    assert siting(*words).exit_code == 0
    (found,) = read(tmp_path / "s", "critical").query("level == 'province'").to_dict("records")
    assert found["from_value"] < 50 <= found["to_value"] == found["from_value"] + 2
    assert len(read(tmp_path / "s", "summary")) == 2 + 6
    quick.clear()
    assert siting(*words, "--resume").exit_code == 0
    assert not quick
    refused = siting("sweep", TINY, *FOUR, "--refine", "0.1", "--out", "t")
    assert "--refine: expected one axis of numbers; found " in refused.stderr


@pytest.mark.slow
def test_bisection_leaves_out_a_scenario_without_the_key(
    siting: Run, quick: list[str], tmp_path: Path
) -> None:
    axis = ["--axis", "optim.budgets.carbon_max_mt=0.3,0.7"]
    assert siting("sweep", TINY, "--each", *axis, "--refine", "0.5", "--out", "s").exit_code == 0
    assert quick == ["0001", "0002", "0003"]


@pytest.mark.slow
def test_the_tiny_world_in_two_processes(siting: Run, tmp_path: Path) -> None:
    small = ["--set", "optim.hours.days_max=1", "--set", "optim.supply.battery=false"]
    done = siting("sweep", TINY, "--axis", f"{DEMAND}=0.5,1,40", *small, "--out", "s")
    assert done.exit_code == 0
    table = read(tmp_path / "s", "summary")
    assert table["status"].tolist() == ["optimal"] * 3
    cost = table["siting_cost_m_cny"]
    assert 1.5 * cost[0] < cost[1]
    assert table["unserved_mw"].tolist()[:2] == [0, 0]
    assert table["unserved_mw"][2] > 0


@pytest.mark.slow
def test_whole_plans_cost_no_less_than_their_relaxation(siting: Run, tmp_path: Path) -> None:
    words = ["sweep", TINY, "--axis", f"{CARBON}=0,100", "--set", "optim.hours.days_max=1", "--workers", "1"]
    assert siting(*words, "--out", "relaxed").exit_code == 0
    assert siting(*words, "--out", "whole", "--integers").exit_code == 0
    relaxed, whole = (read(tmp_path / name, "summary") for name in ("relaxed", "whole"))
    assert set(whole["method"]) == {"integers"}
    assert (whole["objective_m_cny"] >= relaxed["objective_m_cny"] - 1e-3).all()
    assert (whole["objective_m_cny"] <= 1.1 * relaxed["objective_m_cny"]).all()
    shared = ["emissions_mt", "purchase_twh", "water_million_m3", "mean_rtt_ms", "it_mw", "west_share"]
    assert whole[shared].to_numpy() == pytest.approx(relaxed[shared].to_numpy(), rel=0.3)


@pytest.mark.slow
def test_a_point_is_the_same_on_the_way_and_from_scratch() -> None:
    """Costs, rows, demand, tables and form of the model change along the way."""
    start = draft(TINY, ["optim.hours.days_max=1"])
    points = [
        {DEMAND: 1.0, "geodata.policy.numbers.GRN-01": 0.5},
        {DEMAND: 0.6, "geodata.policy.numbers.GRN-01": 0.9, "geodata.tariffs.energy_factor": 1.2},
        {CARBON: 200, "optim.solve.method": "decomposed"},
        {CARBON: 100, "optim.solve.method": "decomposed", "optim.costs.time_of_use_factor": 0.5},
        {"geodata.grid.band": "low", "optim.supply.battery": False, "optim.solve.method": "whole"},
    ]
    way = Solving(Job(start, integers=False))
    for number, keys in enumerate(points):
        warm = way.record(str(number), keys)
        cold = Solving(Job(start, integers=False)).record(str(number), keys)
        assert (warm["status"], warm["message"]) == (cold["status"], "")
        assert warm["figures"]["objective_m_cny"] == pytest.approx(
            cold["figures"]["objective_m_cny"], rel=2e-4
        )
