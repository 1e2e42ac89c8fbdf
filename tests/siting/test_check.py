"""The check of a run: tables as written, headline figures; and whether a scenario is usable."""

import json
from pathlib import Path

import pytest

from geodata.tables import TableError
from optim.tables import SolverError
from siting.check import audited, usable
from siting.scenario import load_scenario

TABLES = [
    "survey/candidates",
    "survey/links",
    "tables/rules",
    "tables/prices",
    "tables/build",
    "tables/halls",
    "tables/dispatch",
    "tables/redispatch",
]


def wrong(run: Path) -> list[str]:
    return [row["check"] for row in audited(run).audit if not row["ok"]]


@pytest.mark.slow
def test_a_run_as_written_holds(run_folder: Path) -> None:
    assert wrong(run_folder) == []


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_a_changed_table_is_found(run_folder: Path, table: str) -> None:
    path = run_folder / f"{table}.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    rows = [*rows[1:], rows[0]] if len(rows) > 1 else [f"{row} " for row in rows]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    assert f"{table} as written" in wrong(run_folder)


@pytest.mark.slow
def test_a_row_that_stands_twice_is_found(run_folder: Path) -> None:
    path = run_folder / "tables/build.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:-1], lines[1]]) + "\n", encoding="utf-8")
    found = wrong(run_folder)
    assert {"tables/build as written", "rows of build are of the plan, each once"} <= set(found)


@pytest.mark.slow
@pytest.mark.parametrize(("part", "key"), [("headline", "it_mw"), ("solution", "gap_share")])
def test_a_changed_figure_of_the_run_is_found(run_folder: Path, part: str, key: str) -> None:
    about = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    about[part][key] = 0.777
    (run_folder / "run.json").write_text(json.dumps(about), encoding="utf-8")
    assert wrong(run_folder)


@pytest.mark.parametrize(
    ("key", "value"), [("rows", []), ("seconds", "x"), ("headline", None), ("tables_sha256", 1)]
)
def test_a_part_of_another_kind_is_told(run_folder: Path, key: str, value: object) -> None:
    about = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    (run_folder / "run.json").write_text(json.dumps(about | {key: value}), encoding="utf-8")
    with pytest.raises(TableError, match=f"{key}: missing or of another kind"):
        audited(run_folder)


@pytest.mark.slow
def test_a_scenario_whose_solver_or_cost_item_is_unknown_is_not_usable(own: Path) -> None:
    with pytest.raises(SolverError, match="abacus"):
        usable(load_scenario(own / "scenario.yaml", ["optim.solve.solver=abacus"]))
    with pytest.raises(TableError, match="found nosuch"):
        usable(load_scenario(own / "scenario.yaml", ["optim.costs.items={nosuch: 1}"]))
