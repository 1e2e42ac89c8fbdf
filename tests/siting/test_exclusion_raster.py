"""`exclusions.tif` of a survey folder: others can read it, and it comes back as it was."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from geodata.survey import Settings as GeodataSettings
from geodata.tables import DataWarning, Survey, TableError
from siting.gis.exclusion_raster import NAME, read_excluded, write_excluded
from siting.scenario import Scenario
from siting.survey_folder import read_survey, write_survey
from tests.maps import cell_world


@pytest.fixture(scope="module")
def made() -> Survey:
    return cell_world.excluded(cell_world.survey(60))


def folder_of(survey: Survey, path: Path) -> Path:
    cells = {"enabled": True, "resolution_deg": cell_world.CELL_DEG}
    geodata = GeodataSettings.model_validate({"cells": cells})
    write_survey(Scenario(name="made-up", title="Made up", title_zh="虚构", geodata=geodata), survey, path)
    return path


@pytest.fixture
def folder(made: Survey, tmp_path: Path) -> Path:
    return folder_of(made, tmp_path / "survey")


def test_the_raster_is_one_that_others_read(folder: Path, made: Survey) -> None:
    with rasterio.open(folder / NAME) as source:
        assert source.crs.to_epsg() == 4326
        assert tuple(source.bounds) == pytest.approx((90.0, 41.0, 95.0, 43.0))
        assert (source.nodata, source.dtypes, source.compression.value) == (65535, ("uint16",), "DEFLATE")
        assert source.descriptions[0].startswith("rules that rule the cell out")
        tags = source.tags(1)
        bits = source.read(1)
    rules = made.exclusions
    assert [tags[f"BIT_{k}"] for k in range(4)] == [
        *(rules["reason"] + ": " + rules["text"]),
        "force_include: free all the same",
    ]
    np.testing.assert_array_equal(bits, made.excluded.codes)


def test_the_folder_gives_it_back(folder: Path, made: Survey) -> None:
    found = read_survey(folder)[1].excluded
    np.testing.assert_array_equal(found.codes, made.excluded.codes)
    assert found.codes.dtype == made.excluded.codes.dtype
    assert (found.west, found.north, found.cell_deg) == (90.0, 43.0, cell_world.CELL_DEG)
    words = (
        pd.read_csv(folder / "data-dictionary.csv")
        .set_index("table")
        .loc[NAME]
        .set_index("column")["meaning"]
    )
    assert words["band 1, bit 1 (value 2)"] == "fibre: over 50 km from <fibre>"
    assert NAME in json.loads((folder / "survey.json").read_text())["survey_sha256"]


def test_a_survey_without_raster_cells_has_none(tmp_path: Path) -> None:
    folder = folder_of(cell_world.survey(60), tmp_path / "survey")
    assert not (folder / NAME).exists()
    assert NAME not in set(pd.read_csv(folder / "data-dictionary.csv")["table"])
    assert read_survey(folder)[1].excluded is None


def test_the_bits_of_many_rules_come_back(made: Survey, tmp_path: Path) -> None:
    wide = made.excluded.codes.astype(np.uint32) << 12
    rules = pd.concat([made.exclusions] * 8, ignore_index=True)
    write_excluded(type(made.excluded)(wide, 0.0, 2.0, 0.05), rules, tmp_path / "x.tif")
    np.testing.assert_array_equal(read_excluded(tmp_path / "x.tif").codes, wide)


@pytest.mark.slow
def test_a_spoilt_raster_is_told(folder: Path) -> None:
    path = folder / NAME
    with rasterio.open(path, "r+") as target:
        target.update_tags(note="edited")
    with pytest.warns(DataWarning, match=r"exclusions\.tif: is not as `siting survey` wrote it"):
        assert read_survey(folder)[1].excluded is not None
    with rasterio.open(path) as source:
        profile = source.profile | {"dtype": "float32", "nodata": None}
    path.unlink()
    with pytest.raises(TableError, match="is missing from the survey folder"):
        read_survey(folder)
    with rasterio.open(path, "w", **profile):
        pass
    with pytest.raises(TableError, match="found float32 in EPSG:4326, expected the bits"):
        read_survey(folder)
    path.write_bytes(b"II*")
    with pytest.raises(TableError, match="not a readable raster"):
        read_survey(folder)
