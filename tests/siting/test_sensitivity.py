"""`siting sensitivity`: what it writes, and points without a plan."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"
SMALL = ["optim.hours.days_max=1", "optim.solve.workers=1"]
FIGURES = [
    {"key": "optim.costs.items.staff_per_mw", "name": "staff", "low": 0.9, "high": 1.1, "times": True},
    {"key": "geodata.demand.factor", "name": "demand", "low": 0.8, "high": 1.0},
]


def run(siting, folder: Path, figures: list, *words: str):
    path = folder / "u.yaml"
    path.write_text(yaml.safe_dump({"title": "T", "note": "made up", "uncertain": figures}), encoding="utf-8")
    small = [word for text in SMALL for word in ("--set", text)]
    return siting("sensitivity", TINY, "--uncertain", path, *small, "--out", "found", *words)


@pytest.mark.slow
def test_what_the_command_writes(siting, tmp_path: Path):
    done = run(siting, tmp_path, FIGURES, "--trajectories", "2", "--province", "Guizhou", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["points"] == 2 * 3
    assert told["failed"] == 0
    table = pd.read_csv(tmp_path / "found" / "indices.csv").set_index(["figure", "name"])
    assert set(table.index.get_level_values("figure")) == {
        *("cost_m_cny", "unserved_mw", "west_share", "emissions_mt", "water_million_m3", "purchase_twh"),
        "Guizhou [MW]",
    }
    assert table.loc[("cost_m_cny", "demand"), "effect"] > table.loc[("cost_m_cny", "staff"), "effect"] > 0
    points = pd.read_parquet(tmp_path / "found" / "points.parquet")
    assert points["geodata.demand.factor"].between(0.8, 1.0).all()
    cost = points.groupby("geodata.demand.factor")["cost_m_cny"].mean()
    assert cost.is_monotonic_increasing
    page = (tmp_path / "found" / "sensitivity.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 7
    assert "http://" not in page.replace("http://www.w3.org", "")


@pytest.mark.slow
def test_the_effect_of_a_choice_of_two_values_is_their_difference(siting, tmp_path: Path):
    key = "optim.costs.items.staff_per_mw"
    figures = [{"key": key, "name": "staff", "distribution": "choice", "values": [0.6, 1.0]}]
    done = run(siting, tmp_path, figures, "--trajectories", "2")
    assert done.exit_code == 0, done.output
    points = pd.read_csv(tmp_path / "found" / "points.csv")
    low, high = points.groupby(key)["cost_m_cny"].mean()
    row = pd.read_csv(tmp_path / "found" / "indices.csv").set_index("figure").loc["cost_m_cny"]
    assert row["effect"] == pytest.approx(high - low, rel=1e-6)
    assert "if it is a choice" in (tmp_path / "found" / "sensitivity.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_points_without_a_plan_are_rows(siting, tmp_path: Path):
    # without the connection of 10 GW nothing may be unserved, which some demand needs
    figures = [FIGURES[0], {"key": "geodata.demand.factor", "name": "demand", "low": 1.0, "high": 60.0}]
    done = run(
        siting, tmp_path, figures, "--set", "optim.workload.allow_unserved=false", "--trajectories", "3"
    )
    assert done.exit_code == 0, done.output
    points = pd.read_csv(tmp_path / "found" / "points.csv")
    bad = points["status"].str.startswith("InfeasibleError")
    assert bad.any()
    assert (points.loc[~bad, "status"] == "ok").all()
    assert points.loc[bad, "cost_m_cny"].isna().all()
    assert "without a plan" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--method", "sobol", "--samples", "3"], "found 3, expected a power of 2"),
        (["--province", "Atlantis"], "found Atlantis, expected provinces of the candidates"),
    ],
)
def test_what_the_command_refuses(siting, tmp_path: Path, words: list[str], message: str):
    done = run(siting, tmp_path, FIGURES, *words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (tmp_path / "found").exists()
