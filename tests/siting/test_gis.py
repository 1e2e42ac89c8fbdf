"""Layers for a GIS: what QGIS looks for is there, its XML is sound, columns have names and units."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pytest

from siting.gis.fields import alias, aliases
from siting.gis.geopackage import write_run_layers, write_survey_layers
from siting.gis.qml import condition, qml
from siting.gis.styles import Sign, candidate_style
from tests.maps import world

COLUMN = "energy_price_posted_cny_per_mwh"
_TITLES = "SELECT column_name, title FROM gpkg_data_columns WHERE table_name = '{layer}'"
LAYERS = ["sites", "flows", "hubs", "candidates"]


@pytest.fixture(scope="module")
def survey():
    return world.survey(20)


@pytest.fixture(scope="module")
def results(survey):
    return world.results(survey)


@pytest.fixture(scope="module")
def folder(survey, results, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("gis")
    write_run_layers(survey, results, place, COLUMN, "en").to_csv(place / "run.csv", index=False)
    write_survey_layers(survey, place, COLUMN, "zh").to_csv(place / "survey.csv", index=False)
    return place


def ask(path: Path, words: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(words).fetchall()


def test_each_layer_has_one_default_style_where_qgis_looks(folder: Path) -> None:
    rows = ask(
        folder / "sites.gpkg",
        "SELECT f_table_name, f_geometry_column FROM layer_styles "
        "WHERE f_table_catalog = '' AND f_table_schema = '' AND useAsDefault = 1 ORDER BY fid",
    )
    assert rows == [(name, "geom") for name in LAYERS]
    columns = ask(folder / "sites.gpkg", "SELECT table_name, column_name FROM gpkg_geometry_columns")
    assert sorted(columns) == sorted(rows)
    assert ask(
        folder / "sites.gpkg", "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'"
    ) == [("attributes",)]


@pytest.mark.parametrize("package", ["sites.gpkg", "candidates.gpkg"])
def test_rules_and_symbols_fit_the_data(folder: Path, package: str) -> None:
    for layer, text in ask(folder / package, "SELECT f_table_name, styleQML FROM layer_styles"):
        root = ElementTree.fromstring(text)
        rules, symbols = list(root.iter("rule")), list(root.iter("symbol"))
        assert root.tag == "qgis"
        assert [rule.get("symbol") for rule in rules] == [symbol.get("name") for symbol in symbols]
        counts = [_count(folder / package, layer, rule.get("filter")) for rule in rules]
        assert sum(counts) == ask(folder / package, f"SELECT count(*) FROM {layer}")[0][0]
        kind = "line" if layer == "flows" else "marker"
        assert {symbol.get("type") for symbol in symbols} == {kind}


def _count(package: Path, layer: str, where: str | None) -> int:
    return ask(package, f"SELECT count(*) FROM {layer} WHERE {where}")[0][0]


def test_sld_is_sound_and_holds_the_same_classes(folder: Path) -> None:
    se = "{http://www.opengis.net/se}"
    for layer, text in ask(folder / "sites.gpkg", "SELECT f_table_name, styleSLD FROM layer_styles"):
        root = ElementTree.fromstring(text)
        rules = list(root.iter(f"{se}Rule"))
        symbol = "LineSymbolizer" if layer == "flows" else "PointSymbolizer"
        assert rules
        assert all(rule.find(f"{se}{symbol}") is not None for rule in rules)
        assert all(len(list(rule)[1]) == 1 for rule in rules)
    hubs = ask(folder / "sites.gpkg", "SELECT styleSLD FROM layer_styles WHERE f_table_name = 'hubs'")[0][0]
    literals = ElementTree.fromstring(hubs).iter("{http://www.opengis.net/ogc}Literal")
    assert [each.text for each in literals] == ["hub", "cluster"]


@pytest.mark.parametrize(("package", "table"), [("sites.gpkg", "run.csv"), ("candidates.gpkg", "survey.csv")])
def test_every_column_has_a_name_in_all_three_places(folder: Path, package: str, table: str) -> None:
    dictionary = pd.read_csv(folder / table, keep_default_na=False)
    for layer, text in ask(folder / package, "SELECT f_table_name, styleQML FROM layer_styles"):
        frame = gpd.read_file(folder / package, layer=layer)
        columns = [name for name in frame.columns if name != "geometry"]
        named = {each.get("field"): each.get("name") for each in ElementTree.fromstring(text).iter("alias")}
        titles = dict(ask(folder / package, _TITLES.format(layer=layer)))
        assert named == titles
        assert sorted(named) == sorted(columns)
        assert len(set(named.values())) == len(named)
        rows = dictionary[dictionary["table"] == f"{package}:{layer}"]
        assert sorted(rows["column"]) == sorted([*columns, "geometry"])
        assert (rows["meaning"] != "").all()


def test_flows_are_lines_from_site_to_zone(folder: Path, survey, results) -> None:
    lines = gpd.read_file(folder / "sites.gpkg", layer="flows")
    flows = results.flows.query("year == 2030 and it_mw > 0")
    assert len(lines) == len(flows)
    assert lines["it_mw"].sum() == pytest.approx(flows["it_mw"].sum())
    first = lines.iloc[0]
    site = survey.candidates.set_index("site_id").loc[first["site_id"]]
    zone = survey.zones.set_index("zone_id").loc[first["zone_id"]]
    assert list(first.geometry.coords) == [
        (site["longitude"], site["latitude"]),
        (zone["longitude"], zone["latitude"]),
    ]


def test_geoparquet_holds_what_the_package_holds(folder: Path, survey) -> None:
    there = gpd.read_parquet(folder / "candidates.parquet")
    assert there.crs.to_epsg() == 4326
    assert len(there) == len(survey.candidates)
    assert set(survey.attributes.columns) <= set(there.columns)


def test_names_with_quotes_stay_values(survey) -> None:
    sign = Sign('<b> "x"', "circle", "#ffffff", value="o'neil\"</rule>")
    style = replace(candidate_style(survey.candidates, COLUMN, "en"), signs=(sign,), column='a"b')
    root = ElementTree.fromstring(qml(style, {"it_mw": '<script> & "x"'}))
    rule = next(root.iter("rule"))
    assert rule.get("label") == '<b> "x"'
    assert rule.get("filter") == condition('a"b', sign) == '"a""b" = \'o\'\'neil"</rule>\''
    assert next(root.iter("alias")).get("name") == '<script> & "x"'


def test_places_without_a_figure_have_their_own_sign(survey) -> None:
    column = "price_negotiated_cny_per_mwh"
    empty = survey.candidates.assign(**{column: float("nan")})
    assert [sign.low for sign in candidate_style(empty, column, "en").signs] == [None]
    mixed = survey.candidates.assign(**{column: [300.0, *[float("nan")] * (len(survey.candidates) - 1)]})
    signs = candidate_style(mixed, column, "en").signs
    assert [(sign.low, sign.is_last) for sign in signs] == [(300.0, True), (None, False)]


def test_names_of_columns_carry_units_and_do_not_repeat() -> None:
    assert alias("sites", "purchase_mwh", "en") == "Grid energy [MWh]"
    assert alias("candidates", COLUMN, "zh").endswith("[元/MWh]")
    assert alias("sites", "hall_liquid_dry_mw", "zh").endswith("冷板液冷配干冷器 [MW]")
    assert aliases("candidates", ["river_km", "river"], "en") == {"river_km": "river [km]", "river": "river"}
    assert aliases("hubs", ["x_y", "x y"], "en") == {"x_y": "x y", "x y": "x y (x y)"}
