"""The command line: what it prints, how it leaves, and that nothing stays behind when it fails."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from optim.tables import TimeLimitError
from siting import __version__, planning
from siting.planning import Plan
from tests.siting.conftest import Run, tree

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


def test_version(siting: Run) -> None:
    assert siting("--version").stdout.strip() == __version__


@pytest.mark.slow
def test_a_plan_from_the_templates_to_the_report(siting: Run, own: Path, tmp_path: Path) -> None:
    more = set_to("optim.supply.direct=true", "optim.supply.battery=true", "optim.hours.days_max=2")
    asked = ["--out", "run", "--json", "--gap", "0.01", "--lang", "zh"]
    done = siting("plan", own / "scenario.yaml", *more, *asked)
    assert done.exit_code == 0
    assert done.stderr == ""
    about = json.loads(done.stdout)
    assert about["headline"]["it_mw"] + about["headline"]["unserved_it_mw"] == pytest.approx(900)
    assert about["audit"]["failed"] == 0
    assert about["run"] == "run"
    assert 'lang="zh"' in (tmp_path / "run/report.html").read_text(encoding="utf-8")
    assert siting("check", "run").stdout.startswith("run: all ")
    assert all(row["ok"] for row in json.loads(siting("check", "run", "--json").stdout))
    assert siting("map", "run", "--out", "m.html", "--column", "elevation_m").exit_code == 0
    assert siting("report", "run", "--out", "r.html", "--lang", "en").exit_code == 0
    assert 'lang="en"' in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert siting("plan", own / "scenario.yaml", "--out", "run").exit_code == 2
    assert siting("plan", "run/scenario.yaml", "--out", "run", "--force").exit_code == 0


@pytest.mark.slow
def test_a_plan_without_any_rule(siting: Run, own: Path) -> None:
    done = siting("plan", own / "scenario.yaml", "--set", "geodata.policy.none=true", "--out", "run")
    assert done.exit_code == 0
    assert "run" in done.stdout


@pytest.mark.slow
def test_the_tiny_scenario_plans(siting: Run, tmp_path: Path) -> None:
    small = set_to("optim.hours.days_max=1", "optim.supply.battery=false")
    done = siting("plan", ROOT / "scenarios" / "tiny.yaml", *small)
    assert done.exit_code == 0
    assert (tmp_path / "runs/tiny/run.json").is_file()


@pytest.mark.slow
def test_check_of_a_scenario(siting: Run, own: Path) -> None:
    assert "usable, with 3 candidates and 31 zones" in siting("check", own / "scenario.yaml").stdout
    assert json.loads(siting("check", own / "scenario.yaml", "--json").stdout)["rows"]["candidates"] == 3


@pytest.mark.slow
def test_a_tampered_run_fails_its_check(siting: Run, run_folder: Path) -> None:
    path = run_folder / "tables/costs.csv"
    head, first, *rest = path.read_text().splitlines()
    words = first.split(",")
    words[-1] = str(float(words[-1]) + 1)
    path.write_text("\n".join([head, ",".join(words), *rest]) + "\n")
    result = siting("check", run_folder)
    assert result.exit_code == 1
    assert re.search(r"the audit found \d+ of \d+ checks wrong", result.stderr)


def test_data_list(siting: Run) -> None:
    assert "missing" in siting("data", "list").stdout
    rows = json.loads(siting("data", "list", "--data", DATA, "--json").stdout)
    assert all(row["present"] and row["checksum"] for row in rows if row["files"])


@pytest.mark.slow
def test_a_place_is_explained_and_the_survey_written_from_one_survey(siting: Run, tmp_path: Path) -> None:
    result = siting("survey", "--explain", "Zhangbei", "--json", "--out", "survey")
    assert json.loads(result.stdout)["site"]["site_id"] == "area-zhangbei"
    assert (tmp_path / "survey/tables/candidates.csv").is_file()
    unknown = siting("survey", "--explain", "Atlantis", "--out", "other")
    assert unknown.exit_code == 2
    assert not (tmp_path / "other").exists()


def test_json_of_a_survey_needs_a_place(siting: Run, tmp_path: Path) -> None:
    result = siting("survey", "--json", "--out", "survey")
    assert result.exit_code == 2
    assert "--json: expected with --explain SITE" in result.stderr
    assert not (tmp_path / "survey").exists()


@pytest.mark.slow
def test_survey_rebuilds_the_built_in_table(siting: Run, tmp_path: Path) -> None:
    result = siting("survey", "--data", DATA, "--out", "survey")
    assert result.exit_code == 0
    assert "the shipped tables, rebuilt from this data folder, are the same" in result.stdout
    assert (tmp_path / "survey/tables/candidates.csv").is_file()
    assert (tmp_path / "survey/builtin/attributes.csv").is_file()
    points = gpd.read_file(tmp_path / "survey/candidates.gpkg", layer="candidates")
    assert points.crs.to_epsg() == 4326
    assert len(points) == len(gpd.read_parquet(tmp_path / "survey/candidates.parquet")) == 352
    dictionary = pd.read_csv(tmp_path / "survey/data-dictionary.csv")
    assert {"tables/candidates", "candidates.gpkg:candidates"} <= set(dictionary["table"])


@pytest.mark.slow
def test_the_time_limit_has_its_own_code(siting: Run, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object) -> None:
        raise TimeLimitError("the time limit of 1 s ended the search before any plan was found")

    monkeypatch.setattr(planning, "optimise", late)
    before = tree(own.parent)
    result = siting("plan", own / "scenario.yaml")
    assert result.exit_code == 3
    assert "time limit" in result.stderr
    assert tree(own.parent) == before


@pytest.mark.slow
def test_an_interrupt_leaves_nothing(siting: Run, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(planning, "audit", stop)
    before = tree(own.parent)
    result = siting("plan", own / "scenario.yaml")
    assert result.exit_code == 130
    assert tree(own.parent) == before


@pytest.mark.slow
def test_a_wrong_audit_is_told_and_kept(siting: Run, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"check": "total", "place": "x", "expected": 1.0, "found": 2.0, "error": 1.0, "ok": False}
    monkeypatch.setattr(planning, "audit", lambda *_: [row])
    result = siting("plan", own / "scenario.yaml", "--out", "run")
    assert result.exit_code == 1
    assert "found 2.0, expected 1.0" in result.stderr
    assert json.loads(Path("run/audit.json").read_text()) == [row]


def spoil(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return a change of a file of one's own scenario: every `old` becomes `new`."""

    def change(own: Path) -> None:
        path = own / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def nothing(own: Path) -> None:
    """Leave the scenario as it is."""


def write(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda own: (own / name).write_bytes(data)


def keep_head(own: Path) -> None:
    path = own / "sites.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")


def not_a_workbook(own: Path) -> None:
    spoil("scenario.yaml", "demand.csv", "demand.xlsx")(own)
    (own / "demand.xlsx").write_text("no workbook", encoding="utf-8")


def set_to(*pairs: str) -> list[str]:
    return [word for pair in pairs for word in ("--set", pair)]


HARD = set_to("optim.workload.allow_unserved=false", "optim.resilience.largest_province_share=0.1")
BAD: dict[str, tuple[Callable[[Path], object], list[str], str]] = {
    "unknown key in the file": (spoil("scenario.yaml", "geodata:", "geodatas:"), [], "did you mean geodata"),
    "unknown key set": (
        nothing,
        set_to("optim.solve.gap=1"),
        "optim.solve.gap: unknown key; did you mean .*gap_share",
    ),
    "wrong unit in a key": (nothing, set_to("optim.campus.campus_min_gw=1"), "did you mean campus_min_mw"),
    "wrong unit in a table": (spoil("sites.csv", "600,330", "600,0.33"), [], "sites.csv.*CNY per kWh.*row 1"),
    "missing column": (spoil("demand.csv", "it_mw", "it_gw"), [], "demand.csv.*missing column it_mw"),
    "empty number": (spoil("demand.csv", "2026,100", "2026,"), [], r"demand.csv.*column it_mw: .*\(row 1"),
    "not a number": (spoil("demand.csv", "2026,100", "2026,nan"), [], r"demand.csv.*column it_mw"),
    "swapped coordinates": (
        spoil("sites.csv", "113.15,40.95", "40.95,113.15"),
        [],
        r"sites.csv.*swapped.*row 1",
    ),
    "year out of range": (spoil("demand.csv", "2026", "2062"), [], "demand.csv.*column year: found 2062"),
    "planning year out of range": (nothing, set_to("geodata.demand.last_year=2062"), "last_year: found 2062"),
    "map year out of range": (
        nothing,
        set_to("maps.year=2035"),
        "maps.year: found 2035, expected a year of 2026",
    ),
    "negative demand": (
        spoil("demand.csv", "2028,400", "2028,-400"),
        [],
        r"demand.csv.*column it_mw: found -400",
    ),
    "no demand": (write("demand.csv", b"zone_id,class_id,year,it_mw\n"), [], "demand.csv.*no rows"),
    "demand in kW": (spoil("demand.csv", "2028,400", "2028,4e9"), [], "demand.csv.*is it in kW.*row 3"),
    "unknown zone": (
        spoil("demand.csv", "Guangdong", "Narnia"),
        [],
        r"demand.csv.*found Narnia.*\(row 7, 8\)",
    ),
    "demand charge by kW": (spoil("prices.csv", "south,,,390", "south,,40,"), [], "prices.csv.*CNY per kW"),
    "price by GWh": (spoil("prices.csv", "390", "390000"), [], "prices.csv.*above 10000 CNY/MWh"),
    "price per kWh": (spoil("prices.csv", "390", "0.0009"), [], "prices.csv.*CNY per kWh"),
    "round trip in microseconds": (
        spoil("round-trips.csv", "4.0", "4000"),
        [],
        "round-trips.csv.*microseconds",
    ),
    "round trips with a strange column": (
        spoil("round-trips.csv", "source", "origin"),
        [],
        "unknown column origin",
    ),
    "campus swapped": (
        spoil("campuses.csv", "113.10,40.99", "40.99,113.10"),
        [],
        "campuses.csv.*swapped.*row 1",
    ),
    "campus abroad": (
        spoil("campuses.csv", "113.10,40.99", "2.35,48.85"),
        [],
        "campuses.csv.*more than 500 km",
    ),
    "same-city load beyond its province": (
        write("demand.csv", b"zone_id,class_id,year,it_mw\nBeijing,rt_edge,2026,5000\n"),
        [],
        "5000 MW of same-city load in 2026 stand at own-example-north and cannot be left unserved",
    ),
    "a table of no known name": (
        write("costz.csv", b"item\n"),
        set_to("geodata.tables=own"),
        "geodata.tables .*costz.csv has the name of no built-in table",
    ),
    "life of none": (
        nothing,
        set_to("optim.costs.items={shell_life_years: 0}"),
        "shell_life_years: expected more",
    ),
    "no candidates": (keep_head, [], "sites.csv.*no rows, expected one site a row"),
    "infeasible": (nothing, HARD, "optim.workload.allow_unserved = false"),
    "unknown solver": (nothing, ["--solver", "abacus"], "abacus"),
    "gap out of range": (nothing, ["--gap", "7"], "key optim.solve.gap_share: found 7"),
    "no address": (
        nothing,
        ["--set", "optim.solve.scheduler=foo"],
        "found 'foo', expected .* tcp://HOST:PORT",
    ),
    "unknown language": (nothing, ["--lang", "fr"], "found 'fr', expected to be 'en' or 'zh'"),
    "no such table": (spoil("scenario.yaml", "demand.csv", "demands.csv"), [], "demands.csv"),
    "not a text": (write("demand.csv", b"\xff\xfe\x00\x81"), [], "demand.csv.*UTF"),
    "not a workbook": (not_a_workbook, [], "demand.xlsx: not a readable Excel file"),
    "table cut off": (spoil("sites.csv", ",400,\n", "\n"), [], "sites.csv.*cut off"),
    "empty table": (write("prices.csv", b""), [], "prices.csv.*empty"),
    "empty scenario": (write("scenario.yaml", b""), [], "scenario.yaml: found an empty file"),
    "broken scenario": (write("scenario.yaml", b"a: ["), [], "scenario.yaml: is not valid YAML"),
    "no data folder": (nothing, ["--data", "nowhere"], "nowhere"),
    "out is a file": (nothing, ["--out", "own/sites.csv"], "sites.csv: is a file"),
    "out holds other files": (nothing, ["--out", "own", "--force"], "own: holds other files"),
    "out below a file": (nothing, ["--out", "own/sites.csv/run"], "cannot be made"),
}


NO_CAMPUS = {
    "optim.resilience.largest_province_share=0.2": "largest_province_share = 0.2 cannot hold with sites in 3",
    "optim.cooling.technologies=[chilled_water]": "PUE-07 .PUE 1.2. closes 3 of 3 sites.*chilled_water",
    "optim.campus.campus_max_mw=1": "less than a campus must hold",
}


@pytest.mark.slow
@pytest.mark.parametrize("pair", NO_CAMPUS)
def test_a_plan_of_standing_halls_alone_tells_why_no_campus_is_built(
    pair: str, siting: Run, own: Path
) -> None:
    result = siting("plan", own / "scenario.yaml", *set_to(pair), "--out", "run")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith("siting: note: no new campus finds a place")
    assert re.search(NO_CAMPUS[pair], result.stderr, re.DOTALL)
    assert siting("check", "run").exit_code == 0


@pytest.mark.slow
def test_a_plan_of_no_load_at_all_is_refused(siting: Run, own: Path) -> None:
    bare = set_to("optim.campus.campus_max_mw=1", "geodata.stock.enabled=false")
    before = tree(own.parent)
    result = siting("plan", own / "scenario.yaml", *bare)
    assert result.exit_code == 2, result.output
    assert "no load finds a place at all: optim.campus.campus_max_mw = 1 MW" in result.stderr
    assert tree(own.parent) == before


@pytest.mark.slow
@pytest.mark.parametrize("case", BAD)
def test_bad_input_ends_in_one_message_and_nothing_left(case: str, siting: Run, own: Path) -> None:
    change, words, message = BAD[case]
    change(own)
    before = tree(own.parent)
    result = siting("plan", own / "scenario.yaml", *words)
    assert result.exit_code == 2, result.output
    assert re.search(message, result.stderr, re.DOTALL), result.stderr
    assert result.stderr.startswith("siting: ")
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert tree(own.parent) == before


@pytest.mark.parametrize("command", ["check", "map", "report"])
@pytest.mark.parametrize("what", ["missing", "not a run", "cut off"])
def test_bad_runs_end_in_one_message(command: str, what: str, siting: Run, run_folder: Path) -> None:
    if what == "cut off":
        path = run_folder / "tables/build.csv"
        path.write_bytes(path.read_bytes()[:-5])
    if what == "not a run":
        (run_folder / "run.json").unlink()
    before = tree(run_folder.parent)
    result = siting(command, "nowhere" if what == "missing" else run_folder)
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("siting: ")
    assert tree(run_folder.parent) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["--column", "beauty"], ["--lang", "fr"], ["--out", "no/such/folder/m.html"]]
)
def test_bad_ways_to_draw(words: list[str], siting: Run, run_folder: Path) -> None:
    before = tree(run_folder.parent)
    result = siting("map", run_folder, *words)
    assert result.exit_code == 2, result.output
    assert words[1].split("/")[0] in result.stderr
    assert tree(run_folder.parent) == before


@pytest.mark.slow
def test_plan_speaks_of_each_step(own: Path, tiny_plan: Plan) -> None:
    said: list[str] = []
    planning.plan(tiny_plan.scenario.model_copy(update={"geodata": _own_geodata(own)}), said.append)
    assert said[0] == "surveying places"
    assert said[-1] == "auditing"


def _own_geodata(own: Path):
    from siting.scenario import load_scenario

    return load_scenario(own / "scenario.yaml").geodata


@pytest.mark.slow
def test_a_search_that_ended_early_is_told(
    siting: Run, own: Path, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = replace(tiny_plan.results.solution, status="time_limit", gap_share=0.25)
    whole = replace(tiny_plan, results=replace(tiny_plan.results, solution=late))
    monkeypatch.setattr(planning, "plan", lambda *_: whole)
    result = siting("plan", own / "scenario.yaml", "--out", "run")
    assert result.exit_code == 0
    assert "ended early (time_limit), at a gap of 25.00%; asked 0.00%" in result.stderr
