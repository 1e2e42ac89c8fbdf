"""The user's own boundaries: any format and coordinate system, borders once, simplified to a budget."""

from __future__ import annotations

import json
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.tables import TableError
from maps.candidate_page import candidate_page
from maps.offline import to_html
from maps.overlays import boundaries
from maps.page import Settings
from maps.plan_page import draw_plan
from maps.texts import texts

SQUARES = [shapely.box(100, 30, 101, 31), shapely.box(101, 30, 102, 31)]


def _written(folder, name, crs="EPSG:4326", shapes=SQUARES):
    table = gpd.GeoDataFrame({"name": ["<b>"] * len(shapes)}, geometry=list(shapes), crs="EPSG:4326")
    table.to_crs(crs).to_file(folder / name)
    return folder / name


def _segments(lines):
    return [frozenset(map(tuple, pair)) for line in lines for pair in pairwise(line)]


@pytest.mark.parametrize("name", ["lines.gpkg", "lines.shp", "lines.geojson"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32648"])
def test_polygons_of_any_format_and_system_become_lines_drawn_once(tmp_path, name, crs):
    if name.endswith("geojson") and crs != "EPSG:4326":
        pytest.skip("GeoJSON is in WGS 84")
    found = boundaries.lines(_written(tmp_path, name, crs))
    points = {tuple(point) for line in found for point in line}
    corners = {(lat, lon) for lat in (30.0, 31.0) for lon in (100.0, 101.0, 102.0)}
    assert points == corners
    segments = _segments(found)
    assert len(segments) == len(set(segments)) == 7
    assert frozenset({(30.0, 101.0), (31.0, 101.0)}) in segments


def test_lines_and_a_single_feature_are_taken_and_points_left_out(tmp_path):
    shapes = [shapely.LineString([(100.00001, 30), (101, 31)]), shapely.Point(100, 30)]
    file = _written(tmp_path, "mixed.geojson", shapes=shapes)
    assert boundaries.lines(file) == [[[30.0, 100.0], [31.0, 101.0]]]


@pytest.mark.slow
def test_a_long_border_is_simplified_to_the_budget(tmp_path):
    angle = np.linspace(0, 2 * np.pi, 200_000)
    rough = 10 + np.random.default_rng(1).uniform(-0.05, 0.05, angle.size)
    ring = shapely.Polygon(
        np.column_stack([105 + rough * np.cos(angle), 35 + rough * np.sin(angle)]).tolist()
    )
    found = boundaries.lines(_written(tmp_path, "rough.gpkg", shapes=[shapely.LineString(ring.exterior)]))
    size = len(json.dumps(found, separators=(",", ":")))
    assert 100_000 < size <= boundaries.LARGEST_CHARACTERS
    lat = np.concatenate([np.asarray(line) for line in found])[:, 0]
    assert [lat.min(), lat.max()] == pytest.approx([25, 45], abs=0.2)


def test_what_cannot_be_simplified_enough_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(boundaries, "LARGEST_CHARACTERS", 20)
    with pytest.raises(TableError, match="even when they are simplified"):
        boundaries.lines(_written(tmp_path, "lines.gpkg"))


def test_bad_files_are_named(tmp_path):
    (tmp_path / "bad.geojson").write_text("{", encoding="utf-8")
    points = _written(tmp_path, "points.gpkg", shapes=[shapely.Point(100, 30)])
    lone = _written(tmp_path, "lone.shp")
    lone.with_suffix(".prj").unlink()
    for file, message in (
        (tmp_path / "bad.geojson", "not a readable file of shapes"),
        (tmp_path / "none.gpkg", "not a readable file of shapes"),
        (points, "no polygon or line"),
        (lone, "does not say its coordinate system"),
    ):
        with pytest.raises(TableError, match=message):
            boundaries.lines(file)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_legend_tells_who_answers_for_the_depiction(survey, results, tmp_path, language):
    file = _written(tmp_path, "own.gpkg")
    for page in _pages(survey, results, Settings(boundaries_file=file, language=language)):
        assert texts(language)["boundaries.note"].format(file="own.gpkg") in page
        assert "<b>" not in page.rpartition("<script>")[2]
    for page in _pages(survey, results, Settings()):
        assert "siting.boundaries(" not in page.rpartition("<script>")[2]


def _pages(survey, results, settings):
    return [to_html(draw_plan(survey, results, settings)), candidate_page(survey, settings)]
