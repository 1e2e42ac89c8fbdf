"""Files of futures, samples, and the command: what it writes, what it says, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from geodata.resurvey import Resurvey
from siting.futures.files import Draw, Uncertain, read_tree, read_uncertain
from siting.futures.sampling import draws, read_sample, value_at
from siting.futures.worlds import base_of, mean_values, values_of
from siting.scenario import ScenarioError, draft

ROOT = Path(__file__).parents[2]
TINY = ROOT / "scenarios" / "tiny.yaml"
SMALL = ["optim.hours.days_max=1", "optim.solve.workers=1"]
TREE = {
    "title": "Two futures",
    "note": "made up",
    "decision_year": 2026,
    "branches": [
        {"name": "slow", "probability": 0.25, "set": {"geodata.demand.factor": 0.5}},
        {
            "name": "fast",
            "probability": 0.75,
            "times": {"optim.costs.energy_price_factor": 1.5},
            "branches": [
                {"name": "dry", "probability": 0.4, "set": {"optim.costs.items.carbon_cny_per_tco2": 50}},
                {"name": "wet", "probability": 0.6, "note": "made up"},
            ],
        },
    ],
}


def written(folder: Path, data: object, name: str = "tree.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def sets() -> list[str]:
    return [word for text in SMALL for word in ("--set", text)]


def test_a_tree_multiplies_its_probabilities_and_joins_its_changes(tmp_path: Path):
    ends = read_tree(written(tmp_path, TREE)).draws()
    assert [draw.name for draw in ends] == ["slow", "fast, dry", "fast, wet"]
    assert [draw.probability for draw in ends] == pytest.approx([0.25, 0.3, 0.45])
    assert ends[1].set == {"optim.costs.items.carbon_cny_per_tco2": 50}
    assert ends[1].times == ends[2].times == {"optim.costs.energy_price_factor": 1.5}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"branches": [{"name": "a", "probability": 0.4}]}, "sum to 0.4, expected 1"),
        ({"branches": [{"name": "a", "probability": 0.5}] * 2}, "future a: found twice"),
        ({"decision_year": None}, "key decision_year: found nothing, expected to be a valid integer"),
        ({"branch": []}, "key branch: unknown key"),
        ({"branches": []}, "key branches: found none, expected at least one"),
        ({"branches": [{"name": "a", "probability": 1.5}]}, "less than or equal to 1"),
        ({"aim": {"kind": "mean"}}, "key aim.kind: "),
    ],
)
def test_a_tree_that_cannot_be_used(tmp_path: Path, change: dict, message: str):
    with pytest.raises(ScenarioError, match=message):
        read_tree(written(tmp_path, TREE | change))


def test_files_that_are_none(tmp_path: Path):
    with pytest.raises(ScenarioError, match="there is no such file"):
        read_tree(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ScenarioError, match="is not valid YAML"):
        read_tree(tmp_path / "bad.yaml")
    one = {"uncertain": [{"key": "a.b", "low": 0, "high": 1}]}
    with pytest.raises(ScenarioError, match=r"found a\.b twice"):
        read_uncertain([written(tmp_path, one, "1.yaml"), written(tmp_path, one, "2.yaml")])


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ({"low": 1.0}, "uniform lacks high"),
        ({"low": 2.0, "high": 1.0}, "found low 2, expected less than high 1"),
        (
            {"distribution": "triangular", "low": 0.0, "high": 1.0, "mode": 2.0},
            "found mode 2, expected 0 to 1",
        ),
        ({"distribution": "normal", "mean": 1.0}, "normal lacks deviation"),
        ({"distribution": "choice"}, "choice lacks values"),
        ({"distribution": "choice", "values": [1, 2], "weights": [1.0]}, "as many weights as values"),
    ],
)
def test_figures_that_are_not_complete(tmp_path: Path, figure: dict, message: str):
    with pytest.raises(ScenarioError, match=message):
        read_uncertain([written(tmp_path, {"uncertain": [{"key": "a.b", **figure}]})])


def test_values_of_each_distribution():
    # a triangle on 0 to 4 with its top at 1 has a quarter of its area left of the top
    triangle = Uncertain(key="k", distribution="triangular", low=0.0, mode=1.0, high=4.0)
    assert value_at(triangle, 0.25) == pytest.approx(1.0)
    normal = Uncertain(key="k", distribution="normal", mean=10.0, deviation=2.0, low=7.0)
    assert value_at(normal, 0.5) == pytest.approx(10.0)
    assert value_at(normal, 0.8413447) == pytest.approx(12.0, abs=1e-5)
    assert value_at(normal, 0.001) == 7.0
    assert value_at(
        Uncertain(key="k", distribution="lognormal", mean=3.0, deviation=0.5), 0.5
    ) == pytest.approx(3)
    choice = Uncertain(key="k", distribution="choice", values=("a", "b"), weights=(3.0, 1.0))
    assert [value_at(choice, u) for u in (0.0, 0.74, 0.76, 1.0)] == ["a", "a", "b", "b"]


def test_a_latin_hypercube_has_one_point_in_each_stratum():
    figures = (Uncertain(key="a", low=0.0, high=1.0), Uncertain(key="b", low=0.0, high=10.0, times=True))
    found = draws(figures, read_sample("lhs:20"), seed=3)
    assert sum(draw.probability for draw in found) == pytest.approx(1.0)
    for values, width in (([d.set["a"] for d in found], 1 / 20), ([d.times["b"] for d in found], 0.5)):
        assert sorted(np.floor(np.array(values) / width)) == list(range(20))
    assert found == draws(figures, ("lhs", 20), seed=3)
    assert found != draws(figures, ("lhs", 20), seed=4)
    assert len({draw.set["a"] for draw in draws(figures, ("random", 5), 1)}) == 5


@pytest.mark.parametrize("text", ["lhs", "lhs:0", "lhs:x", "grid:4"])
def test_samples_that_are_none(text: str):
    with pytest.raises(ScenarioError, match=r"expected lhs:N or random:N"):
        read_sample(text)


@pytest.mark.slow
def test_factors_are_on_the_scenarios_own_value_and_means_on_all():
    base = base_of(draft(TINY, [*SMALL, "optim.costs.energy_price_factor=2.0"]), Resurvey())
    item = "optim.costs.items.staff_per_mw"
    own = base.value(item)
    assert own == float(base.survey.costs.set_index("item")["value"]["staff_per_mw"])
    values = values_of(base, Draw("a", 0.5, {}, {item: 1.5, "optim.costs.energy_price_factor": 1.5}))
    assert values == {item: pytest.approx(1.5 * own), "optim.costs.energy_price_factor": 3.0}
    means, kept = mean_values(
        base,
        [
            (0.25, {item: 2.0, "geodata.grid.upgrade_delay_years": 4, "geodata.demand.path": "low"}),
            (0.75, {"optim.costs.energy_price_factor": 4.0}),
        ],
    )
    assert means == {
        item: pytest.approx(0.25 * 2.0 + 0.75 * own),
        "geodata.grid.upgrade_delay_years": 1,
        "optim.costs.energy_price_factor": pytest.approx(3.5),
    }
    assert kept == ["geodata.demand.path"]
    with pytest.raises(ScenarioError, match="expected a number to multiply"):
        values_of(base, Draw("a", 1.0, {}, {"geodata.demand.path": 2.0}))
    with pytest.raises(ScenarioError, match="has no such value"):
        values_of(base, Draw("a", 1.0, {}, {"geodata.demand.facto": 2.0}))


@pytest.mark.slow
def test_what_the_command_writes(siting, tmp_path: Path):
    tree = written(tmp_path, TREE)
    done = siting("futures", TINY, "--tree", tree, *sets(), "--out", "study", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["method"] == "extensive"
    values = told["values"]
    assert values["ws_m_cny"] <= values["rp_m_cny"] <= values["eev_m_cny"]
    assert values["vss_m_cny"] == pytest.approx(values["eev_m_cny"] - values["rp_m_cny"])
    folder = tmp_path / "study"
    about = json.loads((folder / "futures.json").read_text(encoding="utf-8"))
    assert about["values"] == values
    names = ("futures", "plans", "costs", "provinces", "sites", "site_years", "first_stage")
    for name in names:
        table = pd.read_csv(folder / f"{name}.csv")
        assert len(table) == len(pd.read_parquet(folder / f"{name}.parquet")) > 0
    costs = pd.read_csv(folder / "costs.csv")
    assert set(costs["plan"]) == {
        "two-stage",
        *("slow", "fast, dry", "fast, wet"),
        *("mean of futures", "scenario as it is"),
    }
    mine = costs[costs["plan"] == "two-stage"]
    assert (mine["probability"] * mine["cost_m_cny"]).sum() == pytest.approx(values["rp_m_cny"])
    page = (folder / "futures.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "made up" in page
    assert "cheaper than the one found" not in page


@pytest.mark.slow
def test_places_are_counted_by_probability(siting, tmp_path: Path):
    done = siting("futures", TINY, "--tree", written(tmp_path, TREE), *sets(), "--out", "study")
    assert done.exit_code == 0, done.output
    sites = pd.read_csv(tmp_path / "study" / "site_years.csv")
    table = pd.read_csv(tmp_path / "study" / "provinces.csv").set_index("province")
    weight = {"slow": 0.25, "fast, dry": 0.3, "fast, wet": 0.45}
    last = sites[sites["year"] == 2028].groupby(["province", "future"])["it_mw"].sum()
    for province, row in table.iterrows():
        stands = [name for name, mw in last.get(province, pd.Series(dtype=float)).items() if mw >= 1]
        share = sum(weight[name] for name in stands)
        assert row["end_share"] == pytest.approx(share)
        assert row["stands_in_most"] == (share >= 0.9)
        assert row["end_least_mw"] <= row["end_mean_mw"] <= row["end_most_mw"]
    assert "Build the same until 2026" in done.stdout


@pytest.mark.slow
def test_samples_and_benders_from_the_command_line(siting, tmp_path: Path):
    uncertain = written(
        tmp_path, {"uncertain": [{"key": "geodata.demand.factor", "low": 0.6, "high": 1.2}]}, "u.yaml"
    )
    words = ["futures", TINY, "--sample", "lhs:2", "--uncertain", uncertain, *sets(), "--json"]
    words += ["--decision-year", "2026", "--gap", "1e-8"]
    whole, cuts = (
        json.loads(siting(*words, "--out", method, "--method", method).stdout)
        for method in ("extensive", "benders")
    )
    assert cuts["method"] == "benders"
    assert cuts["rounds"] > 0
    assert cuts["values"]["rp_m_cny"] == pytest.approx(whole["values"]["rp_m_cny"], rel=1e-6)


@pytest.mark.slow
def test_a_gap_that_is_left_is_told_with_the_answer(siting, tmp_path: Path):
    tree = written(tmp_path, TREE)
    words = (
        "futures",
        TINY,
        "--tree",
        tree,
        *sets(),
        "--method",
        "benders",
        "--rounds",
        "1",
        "--gap",
        "1e-9",
    )
    done = siting(*words, "--out", "study")
    assert done.exit_code == 0, done.output
    values = json.loads((tmp_path / "study" / "futures.json").read_text(encoding="utf-8"))["values"]
    assert values["gap_m_cny"] > 0.01 * values["evpi_m_cny"]
    assert f"up to {values['gap_m_cny']:,.1f} M CNY cheaper than the one found" in " ".join(
        done.stdout.split()
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "expected --tree FILE, or --sample lhs:N with --uncertain FILE"),
        (["--sample", "lhs:3"], "expected --tree FILE, or --sample"),
        (
            ["--tree", "tree.yaml", "--decision-year", "2031"],
            "decision_year: found 2031, expected a year of 2026",
        ),
        (["--tree", "tree.yaml", "--alpha", "2"], "alpha: found 2.0"),
        (["--tree", "wrong.yaml"], "future a: .*key geodata.demand.facto: unknown key"),
    ],
)
def test_what_the_command_refuses(siting, tmp_path: Path, words: list[str], message: str):
    written(tmp_path, TREE)
    wrong = {"name": "a", "probability": 1.0, "set": {"geodata.demand.facto": 1.0}}
    written(tmp_path, TREE | {"branches": [wrong]}, "wrong.yaml")
    done = siting("futures", TINY, *sets(), *words, "--out", "study")
    assert done.exit_code == 2
    assert pd.Series([done.stderr]).str.contains(message, regex=True).all(), done.stderr
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize("name", ["tiny", "china-2030"])
def test_shipped_trees_can_be_read_and_say_that_they_are_made_up(name: str):
    tree = read_tree(ROOT / "scenarios" / "futures" / f"{name}.yaml")
    assert "made up" in tree.note
    assert sum(draw.probability for draw in tree.draws()) == pytest.approx(1.0)
    scenario = TINY if name == "tiny" else ROOT / "scenarios" / "china-2030-quick.yaml"
    for draw in tree.draws():
        draft(scenario).having(tree.set | draw.set).scenario()


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios" / "futures").glob("*uncertain*.yaml")))
def test_shipped_ranges_can_be_read(path: Path):
    file = read_uncertain([path])
    assert "made up" in file.note
    scenario = TINY if path.stem.startswith("tiny") else ROOT / "scenarios" / "china-2030-quick.yaml"
    keys = {figure.key: value_at(figure, 0.5) for figure in file.uncertain if not figure.times}
    draft(scenario).having(file.set | keys).scenario()
