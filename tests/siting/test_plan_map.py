"""The map of a run: long lines with a source, and what `siting explain` wrote."""

import json
from pathlib import Path

import pytest

from geodata.read import builtin
from siting.plan_map import map_page, read_whys, uhv_lines
from siting.planning import Plan
from tests.siting.conftest import Run, tree

TOLD = {
    "site_id": "w",
    "status": "out",
    "sentences": ["West has no campus </script>."],
    "gap_m_cny": 3.0,
    "gap_share_of_siting_cost": None,
    "needs": [{"name": "land", "what": "price of land", "unit": "CNY/m2", "now": 2.0, "needed": 1.0}],
}


def _write(run: Path, text: str) -> None:
    (run / "explain").mkdir()
    (run / "explain" / "w.json").write_text(text, encoding="utf-8")


def test_only_lines_whose_ends_have_a_source_are_drawn():
    lines, unsourced = uhv_lines()
    whole = builtin("uhv_lines")
    assert len(lines) + unsourced == len(whole)
    bare = whole[whole["source"].str.startswith("unsourced")]
    assert unsourced == (~bare["note"].str.contains("terminals from")).sum() > 0
    assert not set(lines["line_id"]) & {"Puqiao", "JDN_JM"}


def test_a_country_without_lines_has_none(tmp_path: Path):
    header = builtin("uhv_lines").head(0)
    header.to_csv(tmp_path / "uhv_lines.csv", index=False)
    lines, unsourced = uhv_lines(tmp_path)
    assert (len(lines), unsourced) == (0, 0)


def test_the_map_of_a_new_run_has_its_years_and_no_explanation(run_folder: Path, tiny_plan: Plan):
    page = (run_folder / "map.html").read_text(encoding="utf-8")
    assert page == map_page(tiny_plan)
    assert '"whys":{}' in page


@pytest.mark.slow
def test_the_map_tells_what_was_explained(siting: Run, run_folder: Path):
    _write(run_folder, json.dumps(TOLD))
    assert siting("map", run_folder).exit_code == 0
    page = (run_folder / "map.html").read_text(encoding="utf-8")
    assert '"whys":{"w":{"lines":["West has no campus \\u003c/script\\u003e."]' in page
    assert siting("map", run_folder, "--lang", "zh").exit_code == 0
    assert "在此建园区比不建多花 3.00 百万元" in (run_folder / "map.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("text", ["{", "[]", json.dumps(TOLD | {"needs": 3}), json.dumps({"site_id": "w"})])
def test_a_spoilt_explanation_is_named(text: str, siting: Run, run_folder: Path):
    _write(run_folder, text)
    before = tree(run_folder.parent)
    result = siting("map", run_folder)
    assert result.exit_code == 2, result.output
    assert "explain/w.json: is not what `siting explain` writes" in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.stderr
    assert tree(run_folder.parent) == before


def test_a_run_that_was_not_explained_has_no_whys(tmp_path: Path):
    assert read_whys(tmp_path) == {}
