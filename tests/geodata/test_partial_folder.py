"""A data folder that lacks layers, or holds files that are cut off: told, and the survey goes on."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import all_places
from geodata.layers.climate import Settings as ClimateSettings
from geodata.layers.climate import measure_climate
from geodata.layers.grid_table import LOAD_FILE, NAMES_FILE, build_grid, can_build
from geodata.layers.renewable_weather import FILES, GHI_FILE
from geodata.layers.survey_climate import LAYERS, lacking
from geodata.rebuilding import rebuild
from geodata.survey import Settings, survey
from geodata.tables import DataWarning, TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
EARTHQUAKES = "land/ngdc-significant-earthquakes/significant_earthquakes_cn_bbox.csv"


def linked(folder: Path, *layers: str) -> Path:
    """Return a data folder with only some layers."""
    for layer in layers:
        (folder / layer).parent.mkdir(parents=True, exist_ok=True)
        (folder / layer).symlink_to(DATA / layer)
    return folder


def test_without_a_climate_layer_the_shipped_climate_is_read(tmp_path: Path) -> None:
    places = all_places().iloc[:5]
    data = linked(tmp_path, *LAYERS[1:])
    assert lacking(data) == [LAYERS[0]]
    with pytest.warns(DataWarning, match=rf"lacks {LAYERS[0]}: the shipped climate is read"):
        found = measure_climate(places, ClimateSettings(), data)
    pd.testing.assert_frame_equal(found, measure_climate(places, ClimateSettings()))


@pytest.mark.slow
def test_a_folder_with_one_layer_that_is_cut_off(tmp_path: Path) -> None:
    quakes = tmp_path / EARTHQUAKES
    quakes.parent.mkdir(parents=True)
    lines = (DATA / EARTHQUAKES).read_text(encoding="utf-8").splitlines()
    quakes.write_text("\n".join(lines[:100]) + "\n", encoding="utf-8")
    own = tmp_path / "sites.csv"
    own.write_text("name,longitude,latitude\nPark,113.30,40.00\n", encoding="utf-8")
    candidates = CandidateSettings(sites_file=own, replace_builtin=True)
    with pytest.warns(DataWarning) as told:
        found = survey(Settings(candidates=candidates, data=tmp_path))
    notes = [str(note.message) for note in told]
    assert any(f"{EARTHQUAKES}: smaller than in the catalogue" in note for note in notes)
    assert any("the shipped climate is read" in note for note in notes)
    assert any(f"lacks {FILES['solar']}, {FILES['wind']}, {GHI_FILE}" in note for note in notes)
    assert any(f"{tmp_path} lacks the layers of " in note and "river_km" in note for note in notes)
    missing = found.figures.query("confidence == 'missing'")["column"]
    assert {"substation_km", "river_km", "relief_m"} <= set(missing)
    assert "earthquakes_100km_count" not in set(missing)


def test_names_of_provinces_missing_or_cut_off(tmp_path: Path) -> None:
    data = linked(tmp_path, LOAD_FILE)
    assert not can_build(data)
    (data / NAMES_FILE).parent.mkdir(parents=True)
    lines = (DATA / NAMES_FILE).read_text(encoding="utf-8").splitlines()
    (data / NAMES_FILE).write_text("\n".join(lines[:20]) + "\n", encoding="utf-8")
    assert can_build(data)
    with pytest.raises(TableError, match=r"crosswalk\.csv: names no load of .*expected every province"):
        build_grid(data)


def test_what_cannot_be_rebuilt_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = all_places().iloc[:3]
    monkeypatch.setattr(rebuild, "all_places", lambda tables: few)
    monkeypatch.setattr(rebuild, "builtin_places", lambda tables: few)
    with pytest.warns(DataWarning, match="the shipped climate is read"):
        tables = rebuild.rebuilt(linked(tmp_path, EARTHQUAKES))
    assert list(tables) == ["attributes", "attribute_figures"]
    assert "earthquakes_100km_count" in tables["attributes"]
    assert "river_km" not in tables["attributes"]
