import hashlib
import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geodata.tables import MODELS as SURVEY
from geodata.tables import TableError
from optim.tables import MODELS as RESULTS
from siting import artefacts, table_files
from siting.artefacts import read_run, write_run
from siting.folder import OutputError
from siting.json_text import to_json
from siting.planning import Plan
from tests.siting.conftest import tree


@pytest.mark.slow
def test_a_plan_comes_back_the_same(tiny_plan: Plan, run_folder: Path) -> None:
    back = read_run(run_folder)
    for name in SURVEY:
        pd.testing.assert_frame_equal(getattr(back.survey, name), getattr(tiny_plan.survey, name))
    for name in RESULTS:
        pd.testing.assert_frame_equal(getattr(back.results, name), getattr(tiny_plan.results, name))
    assert back.results.solution == tiny_plan.results.solution
    assert back.scenario == tiny_plan.scenario
    assert back.audit == json.loads(to_json(tiny_plan.audit))
    assert back.seconds == tiny_plan.seconds


def test_run_json_tells_the_run(tiny_plan: Plan, run_folder: Path) -> None:
    about = json.loads((run_folder / "run.json").read_text())
    assert about["solution"]["status"] == "optimal"
    assert about["solution"]["bound_m_cny"] <= about["solution"]["objective_m_cny"] * (1 + 1e-9)
    assert about["headline"]["siting_cost_m_cny"] == tiny_plan.results.solution.siting_cost_m_cny
    assert about["audit"] == {"checks": len(tiny_plan.audit), "failed": 0}
    assert about["peak_memory_mib"] > 10
    assert set(about["survey_sha256"]) == set(SURVEY)
    assert set(about["tables_sha256"]) == set(RESULTS)
    for part in ("survey", "tables"):
        for name, digest in about[f"{part}_sha256"].items():
            found = next((run_folder / part).glob(f"{name}.*"))
            assert hashlib.sha256(found.read_bytes()).hexdigest() == digest


def test_sites_are_a_geopackage(run_folder: Path) -> None:
    sites = gpd.read_file(run_folder / "sites.gpkg", layer="sites")
    candidates = gpd.read_file(run_folder / "sites.gpkg", layer="candidates")
    assert sites.crs.to_epsg() == 4326
    assert set(candidates["site_id"]) == {"w", "m", "e"}
    assert set(sites["site_id"]) <= set(candidates["site_id"])
    assert (sites.geometry.x == sites["longitude"]).all()
    assert sites["site_id"].is_unique
    assert (sites["it_mw"] > 0).any()
    assert (sites["purchase_mwh"] > 0).all()
    assert (sites["hall_liquid_dry_mw"] == sites["it_mw"]).all()


def test_sites_and_candidates_are_geoparquet_too(tiny_plan: Plan, run_folder: Path) -> None:
    for name in ("sites", "candidates"):
        there = gpd.read_parquet(run_folder / f"{name}.parquet")
        package = gpd.read_file(run_folder / "sites.gpkg", layer=name)
        assert there.crs.to_epsg() == 4326
        assert list(there["site_id"]) == list(package["site_id"])
        assert there.geometry.geom_equals(package.geometry).all()


@pytest.mark.slow
def test_a_site_with_several_plants_is_one_point(tiny_plan: Plan, tmp_path: Path) -> None:
    operation = tiny_plan.results.operation
    more = operation.assign(technology="chilled_water")
    both = replace(tiny_plan.results, operation=pd.concat([operation, more], ignore_index=True))
    write_run(replace(tiny_plan, results=both), tmp_path / "run")
    sites = gpd.read_file(tmp_path / "run/sites.gpkg", layer="sites")
    assert sites["site_id"].is_unique
    last = operation[operation["year"] == operation["year"].max()]
    assert sites["purchase_mwh"].sum() == pytest.approx(2 * last["purchase_mwh"].sum())


@pytest.mark.slow
def test_large_tables_are_parquet(tiny_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "CSV_ROWS_MAX", 2)
    write_run(tiny_plan, tmp_path / "run")
    assert (tmp_path / "run/survey/links.parquet").is_file()
    pd.testing.assert_frame_equal(read_run(tmp_path / "run").survey.links, tiny_plan.survey.links)


@pytest.mark.slow
def test_a_changed_parquet_is_found(tiny_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "CSV_ROWS_MAX", 2)
    write_run(tiny_plan, tmp_path / "run")
    assert all(told == now for told, now in artefacts.read_hashes(tmp_path / "run").values())
    path = tmp_path / "run/tables/dispatch.parquet"
    table = pd.read_parquet(path)
    table.loc[0, "purchase_mw"] += 1e-9
    table.to_parquet(path, index=False)
    wrong = [name for name, (told, now) in artefacts.read_hashes(tmp_path / "run").items() if told != now]
    assert wrong == ["tables/dispatch"]


def test_pages_are_written_and_escaped(run_folder: Path) -> None:
    for name in ("map.html", "report.html"):
        text = (run_folder / name).read_text(encoding="utf-8")
        assert "Tiny <world>" not in text
        assert "Tiny &lt;world&gt;" in text


@pytest.mark.slow
def test_an_older_run_is_replaced_only_by_force(tiny_plan: Plan, run_folder: Path) -> None:
    before = tree(run_folder.parent)
    with pytest.raises(OutputError, match="is there already"):
        write_run(tiny_plan, run_folder)
    assert tree(run_folder.parent) == before
    (run_folder / "stale.txt").write_text("old")
    write_run(tiny_plan, run_folder, force=True)
    assert not (run_folder / "stale.txt").exists()
    assert [path.name for path in run_folder.parent.iterdir()] == ["run"]


def test_a_folder_of_another_kind_is_never_replaced(tiny_plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/a.jpg").write_text("x")
    with pytest.raises(OutputError, match="holds other files"):
        write_run(tiny_plan, tmp_path / "photos", force=True)
    assert (tmp_path / "photos/a.jpg").read_text() == "x"


@pytest.mark.slow
@pytest.mark.parametrize("error", [RuntimeError("stop"), KeyboardInterrupt()])
@pytest.mark.parametrize("old", [False, True])
def test_nothing_half_written_is_left(
    tiny_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, old: bool
) -> None:
    if old:
        write_run(tiny_plan, tmp_path / "run")
    before = tree(tmp_path)

    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr(artefacts, "report_pages", fail)
    with pytest.raises(type(error)):
        write_run(tiny_plan, tmp_path / "run", force=True)
    assert tree(tmp_path) == before


@pytest.mark.slow
def test_an_older_run_comes_back_when_the_rename_fails(
    tiny_plan: Plan, run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(run_folder.parent)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.suffix == ".part":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OutputError, match="No space left"):
        write_run(tiny_plan, run_folder, force=True)
    assert tree(run_folder.parent) == before


def cut(path: Path, share: float = 0.5) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def cut_at(path: Path, last: str) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex(last)], encoding="utf-8")


SPOILT = {
    "not a run": (lambda run: (run / "run.json").unlink(), "not a run folder"),
    "run.json cut off": (lambda run: cut(run / "run.json"), r"run\.json: cannot be read as JSON"),
    "run.json emptied": (lambda run: (run / "run.json").write_text("{}"), "rows, solution, headline"),
    "audit missing": (lambda run: (run / "audit.json").unlink(), r"audit\.json: is missing"),
    "table missing": (lambda run: (run / "tables/build.csv").unlink(), r"build\.csv: is missing"),
    "table cut in a row": (lambda run: cut_at(run / "survey/links.csv", ","), r"links\.csv.*cut off"),
    "table cut in a cell": (lambda run: cut_at(run / "tables/costs.csv", "."), r"costs\.csv.*cut off"),
    "table empty": (lambda run: (run / "tables/costs.csv").write_text(""), r"costs\.csv.*empty"),
    "table of bytes": (
        lambda run: (run / "tables/costs.csv").write_bytes(b"\xff\x00\x01"),
        r"costs\.csv.*UTF-8",
    ),
}


@pytest.mark.parametrize("case", SPOILT)
def test_spoilt_runs_are_refused_in_words(run_folder: Path, case: str) -> None:
    spoil, message = SPOILT[case]
    spoil(run_folder)
    with pytest.raises(TableError, match=message):
        read_run(run_folder)


def test_a_table_that_lost_whole_rows_is_refused(run_folder: Path) -> None:
    path = run_folder / "tables/costs.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(TableError, match=r"costs\.csv: found \d+ rows, expected \d+"):
        read_run(run_folder)


@pytest.mark.slow
def test_a_spoilt_parquet_is_refused(
    tiny_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "CSV_ROWS_MAX", 2)
    write_run(tiny_plan, tmp_path / "run")
    cut(tmp_path / "run/survey/links.parquet")
    with pytest.raises(TableError, match=r"links\.parquet: not a readable Parquet"):
        read_run(tmp_path / "run")


def test_solution_without_a_key_is_refused(run_folder: Path) -> None:
    about = json.loads((run_folder / "run.json").read_text())
    del about["solution"]["status"]
    (run_folder / "run.json").write_text(json.dumps(about))
    with pytest.raises(TableError, match="key solution: status"):
        read_run(run_folder)


def test_numbers_that_are_not_finite_become_null() -> None:
    assert json.loads(to_json({"a": [float("nan"), float("inf"), 1.5]})) == {"a": [None, None, 1.5]}


@pytest.mark.slow
def test_the_seconds_are_those_of_the_plan(tiny_plan: Plan, tmp_path: Path) -> None:
    write_run(replace(tiny_plan, seconds=3.25), tmp_path / "run")
    assert read_run(tmp_path / "run").seconds == 3.25
