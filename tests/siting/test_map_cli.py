"""`siting map` of a survey folder and of a scenario file."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.survey import Settings as GeodataSettings
from siting.scenario import Scenario
from siting.survey_folder import MAPPED, read_survey, write_survey
from tests.maps import cell_world
from tests.siting.conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a survey folder of 60 made-up raster cells."""
    cells = {"enabled": True, "resolution_deg": cell_world.CELL_DEG}
    geodata = GeodataSettings.model_validate({"cells": cells})
    scenario = Scenario(name="made-up", title="Made up", title_zh="虚构", geodata=geodata)
    write_survey(scenario, cell_world.survey(60), tmp_path / "survey")
    return tmp_path / "survey"


def test_a_survey_folder_is_read_back_with_its_scenario(folder: Path) -> None:
    scenario, found = read_survey(folder, ["maps.language=zh"])
    assert (scenario.title_zh, scenario.maps.language) == ("虚构", "zh")
    made = cell_world.survey(60)
    for name in MAPPED:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(made, name), check_dtype=False)
    assert found.links.empty


def test_map_of_a_survey_folder(siting: Run, folder: Path) -> None:
    done = siting("map", "survey", "--column", "substation_km")
    assert (done.exit_code, done.stdout.strip(), done.stderr) == (0, "survey/candidates.html", "")
    page = (folder / "candidates.html").read_text(encoding="utf-8")
    assert "<h1>Candidate places for AI computing: Made up</h1>" in page
    assert '"column":"substation_km"' in page
    assert '"cell_deg":0.05' in page
    assert siting("map", "survey", "--lang", "zh", "--out", "zh.html").exit_code == 0
    assert "虚构</h1>" in Path("zh.html").read_text(encoding="utf-8")


def test_an_unknown_column_leaves_no_page(siting: Run, folder: Path) -> None:
    done = siting("map", "survey", "--column", "substation")
    assert done.exit_code == 2
    assert "map column 'substation' is not one of this survey's" in done.stderr
    assert "did you mean substation_k" in done.stderr
    assert not (folder / "candidates.html").exists()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "survey.json").write_text("{"), "cannot be read as the mark of a survey"),
        (lambda f: (f / "survey.json").write_text('{"survey_sha256": 3}'), "expected a hash a table"),
        (lambda f: (f / "scenario.yaml").unlink(), "holds no scenario.yaml; an older survey?"),
        (lambda f: (f / "tables" / "figures.csv").unlink(), "figures.csv: is missing from the survey folder"),
        (lambda f: (f / "tables" / "zones.csv").write_text("zone_id\n"), "missing"),
    ],
)
def test_a_spoilt_survey_folder_is_named(siting: Run, folder: Path, spoil, message: str) -> None:
    spoil(folder)
    done = siting("map", "survey")
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (folder / "candidates.html").exists()


def test_a_table_that_was_edited_is_told(siting: Run, folder: Path) -> None:
    path = folder / "tables" / "candidates.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Hebei 0", "Own <b>"), encoding="utf-8")
    done = siting("map", "survey")
    assert done.exit_code == 0
    assert "note: survey/tables/candidates.csv: is not as `siting survey` wrote it" in done.stderr


@pytest.mark.slow
def test_map_of_a_scenario_file(siting: Run, own: Path, tmp_path: Path) -> None:
    done = siting("map", own / "scenario.yaml", "--column", "province")
    assert done.exit_code == 0
    assert done.stdout.strip() == "scenario-candidates.html"
    assert '"column":"province"' in (tmp_path / "scenario-candidates.html").read_text(encoding="utf-8")


def test_columns_that_are_left_out_are_told(siting: Run, folder: Path) -> None:
    path = folder / "scenario.yaml"
    text = path.read_text(encoding="utf-8")
    assert "page_max_mb: 8.0" in text
    path.write_text(text.replace("page_max_mb: 8.0", "page_max_mb: 0.28"), encoding="utf-8")
    done = siting("map", "survey")
    assert done.exit_code == 0, done.stderr
    assert "to stay within 0.28 MB (maps.candidates.page_max_mb); left out:" in done.stderr
    assert (folder / "candidates.html").stat().st_size <= 280_000


def test_a_scenario_that_is_not_there_is_named(siting: Run) -> None:
    done = siting("map", "nowhere.yaml")
    assert done.exit_code == 2
    assert "nowhere.yaml: there is no such file, expected a scenario" in done.stderr
