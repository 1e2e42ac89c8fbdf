"""`siting map` of a sweep, a front, and a run against others: by the folder's marker; what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from geodata.resurvey import Resurvey
from siting.map_folders import kind_of
from siting.map_places import read_places
from siting.pareto_run import pareto, write_pareto
from siting.scenario import Scenario
from siting.sweeps import run as sweeps
from tests.optim.test_budgets import one_year, options
from tests.siting.conftest import Run, tree
from tests.siting.sweep_world import CARBON, DEMAND, record

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"
KNOWN = Resurvey()
SITE = "own-north"


def _walk(pieces, make, shared):
    """Yield answers with a site that the scenario has, and one that it lacks."""
    for piece in pieces:
        for case, keys in piece:
            found = record(case, keys, "infeasible" if keys.get(DEMAND) == 9 else "optimal")
            sites = found["sites"]
            yield case, found | {"sites": {SITE: sum(sites.values()), "lone": 5.0} if sites else {}}


@pytest.fixture
def sweep(siting: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(sweeps, "walk", _walk)
    monkeypatch.setattr(sweeps, "Resurvey", lambda: KNOWN)
    words = ["--axis", f"{DEMAND}=1,2,9", "--axis", f"{CARBON}=0,100"]
    assert siting("sweep", TINY, *words, "--out", "s").exit_code == 0
    return tmp_path / "s"


@pytest.fixture(scope="module")
def written_front(tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("siting.pareto_run.survey", lambda _: one_year())
        scenario = Scenario(name="tiny-world", title="Tiny <world>", optim=options())
        found = pareto(scenario, ["cost", "carbon"], 4, gap_share=1e-6)
    folder = tmp_path_factory.mktemp("front") / "front"
    write_pareto(found, folder)
    return folder


@pytest.fixture
def front(written_front: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written_front, tmp_path / "front")


def test_the_folder_decides_by_its_marker(sweep: Path, front: Path, run_folder: Path, tmp_path: Path):
    assert [kind_of(folder) for folder in (sweep, front, run_folder, tmp_path)] == [
        *("sweep", "pareto", "run", "run")
    ]


def test_a_sweep_keeps_where_its_places_are_and_is_drawn(siting: Run, sweep: Path):
    places = read_places(sweep, "")
    assert SITE in set(places.sites["site_id"])
    assert len(places.hubs) > 0
    done = siting("map", sweep)
    assert done.exit_code == 0, done.stderr
    page = (sweep / "map.html").read_text(encoding="utf-8")
    assert "4 of 6 points have a plan" in page
    assert "1 sites of some points are not among the scenario&#x27;s places" in page
    assert siting("map", sweep, "--lang", "zh", "--out", "zh.html").exit_code == 0
    assert 'lang="zh"' in Path("zh.html").read_text(encoding="utf-8")


def test_a_front_keeps_where_its_places_are_and_is_drawn(siting: Run, front: Path):
    before = tree(front)
    done = siting("map", front, "--out", "front.html")
    assert done.exit_code == 0, done.stderr
    page = Path("front.html").read_text(encoding="utf-8")
    assert "Tiny &lt;world&gt;: plans along the front" in page
    assert "siting.pareto(" in page
    assert tree(front) == before
    about = json.loads((front / "run.json").read_text(encoding="utf-8"))
    assert {"map/sites.csv", "map/hubs.csv"} <= set(about["sha256"])


@pytest.mark.slow
def test_a_run_against_another_is_drawn_beside_its_own_map(siting: Run, run_folder: Path, tmp_path: Path):
    other = shutil.copytree(run_folder, tmp_path / "other")
    own = (run_folder / "map.html").read_bytes()
    done = siting("map", run_folder, "--compare", other)
    assert done.exit_code == 0, done.stderr
    page = (run_folder / "difference.html").read_text(encoding="utf-8")
    assert "siting.difference(" in page
    assert "other and run cost the same" in page
    assert (run_folder / "map.html").read_bytes() == own


def test_an_older_folder_is_told_in_one_sentence(siting: Run, sweep: Path, front: Path):
    for folder, way in ((sweep, "siting sweep"), (front, "siting pareto")):
        shutil.rmtree(folder / "map")
        done = siting("map", folder)
        assert done.exit_code == 2
        assert "written by an earlier version, which kept no coordinates" in done.stderr
        assert way in done.stderr
        assert done.stderr.count("\n") == 1
        assert not (folder / "map.html").exists()


def test_a_sweep_that_goes_on_writes_the_places_that_are_missing(siting: Run, sweep: Path):
    shutil.rmtree(sweep / "map")
    words = ["--axis", f"{DEMAND}=1,2,9", "--axis", f"{CARBON}=0,100"]
    assert siting("sweep", TINY, *words, "--out", "s", "--resume").exit_code == 0
    assert siting("map", sweep).exit_code == 0


@pytest.mark.slow
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(
    siting: Run, sweep: Path, front: Path, run_folder: Path, tmp_path: Path
):
    before = tree(tmp_path)
    refused = [
        (("map", run_folder, "--compare", sweep), "is the folder of a sweep, expected a run"),
        (("map", front, "--compare", run_folder), "is the folder of a pareto, expected a run"),
        (("map", run_folder, "--tiles", "bing"), "expected none, osm, tianditu, gaode"),
        (("map", run_folder, "--tiles", "tianditu"), "SITING_TIANDITU_KEY"),
        (("map", sweep, "--boundaries", tmp_path / "none.gpkg"), "not a readable file of shapes"),
        (("map", sweep, "--set", "optim.hours.days_max=1"), "expected a key that begins with maps."),
        (("map", tmp_path), "not a run folder"),
    ]
    for words, message in refused:
        done = siting(*words)
        assert done.exit_code == 2, words
        assert message in done.stderr
    assert tree(tmp_path) == before


def test_a_spoiled_table_is_named(siting: Run, front: Path):
    (front / "places.csv").write_text("point\n1\n", encoding="utf-8")
    assert "places.csv: lacks the columns site_id" in siting("map", front).stderr
    (front / "run.json").write_text('{"kind": "pareto"}', encoding="utf-8")
    assert "run.json: cannot be read" in siting("map", front).stderr


def test_a_plan_with_tiles_that_need_a_key_is_refused_before_it_is_solved(
    siting: Run, own: Path, tmp_path: Path
):
    done = siting("plan", own / "scenario.yaml", "--set", "maps.tiles=tianditu", "--out", "run")
    assert done.exit_code == 2
    assert "SITING_TIANDITU_KEY" in done.stderr
    assert not (tmp_path / "run").exists()


def test_the_key_of_tiles_is_in_the_page_only(siting: Run, sweep: Path, monkeypatch: pytest.MonkeyPatch):
    done = siting("map", sweep, "--tiles", "tianditu", "--tiles-key", "k-secret")
    assert done.exit_code == 0
    assert "k-secret" not in done.stdout + done.stderr
    holding = [path.name for path in sweep.rglob("*") if path.is_file() and b"k-secret" in path.read_bytes()]
    assert holding == ["map.html"]
    monkeypatch.setenv("SITING_TIANDITU_KEY", "k-outside")
    assert siting("map", sweep, "--tiles", "tianditu").exit_code == 0
    assert "k-outside" in (sweep / "map.html").read_text(encoding="utf-8")


def test_ids_that_look_like_numbers_and_missing_stay_text(tmp_path: Path):
    (tmp_path / "map").mkdir()
    row = {
        "site_id": "007",
        "name_en": "NA",
        "name_zh": "",
        "pinyin": "",
        "province": "P",
        "province_zh": "P",
    }
    row |= {"side": "west", "longitude": 100, "latitude": 30}
    pd.DataFrame([row]).to_csv(tmp_path / "map/sites.csv", index=False)
    hub = {"place_id": "1", "kind": "hub", "longitude": 1, "latitude": 2, "it_mw": ""}
    pd.DataFrame([hub]).to_csv(tmp_path / "map/hubs.csv", index=False)
    site = read_places(tmp_path, "").sites.iloc[0]
    assert (site["site_id"], site["name_en"], site["name_zh"]) == ("007", "NA", "")
