"""GeoPackages that open in QGIS as they should look: layers, styles, names of columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geodata.tables import Survey
from maps.texts import Language
from optim.tables import Results
from siting.gis.fields import aliases, layer_rows, meaning
from siting.gis.layers import run_layers, survey_layers
from siting.gis.qml import qml
from siting.gis.sld import sld
from siting.gis.styles import Style, candidate_style, flow_style, hub_style, site_style

STYLES, GEOMETRY = "layer_styles", "geom"
_COLUMNS = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))
"""
_EXTENSION = """
INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)
VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema',
  'read-write')
"""
_NAMED = """
INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) VALUES (?, ?, ?, ?, ?)
"""


def write_run_layers(
    survey: Survey, results: Results, folder: Path, column: str, language: Language
) -> pd.DataFrame:
    """Write sites.gpkg, and sites and candidates as GeoParquet, into a run folder.

    Parameters
    ----------
    survey, results : Survey, Results
        Places and plan.
    folder : Path
        The run folder.
    column : str
        Column that colours the candidates.
    language : str
        Of names in legends and column headings: en or zh.

    Returns
    -------
    DataFrame
        The layers' part of the data dictionary.
    """
    layers = run_layers(survey, results)
    styles = [
        site_style(layers["sites"], language),
        flow_style(layers["flows"], survey, language),
        hub_style(language),
        candidate_style(layers["candidates"], column, language),
    ]
    write_package(layers, styles, folder / "sites.gpkg", language)
    for name in ("sites", "candidates"):
        layers[name].to_parquet(folder / f"{name}.parquet", index=False)
    return _dictionary("sites.gpkg", layers)


def write_survey_layers(survey: Survey, folder: Path, column: str, language: Language) -> pd.DataFrame:
    """Write candidates.gpkg and candidates.parquet into a survey folder; parameters as of a run's."""
    layers = survey_layers(survey)
    styles = [candidate_style(layers["candidates"], column, language), hub_style(language)]
    write_package(layers, styles, folder / "candidates.gpkg", language)
    layers["candidates"].to_parquet(folder / "candidates.parquet", index=False)
    return _dictionary("candidates.gpkg", layers)


def _dictionary(package: str, layers: Mapping[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    return pd.DataFrame([row for name, table in layers.items() for row in layer_rows(package, name, table)])


def write_package(
    layers: Mapping[str, gpd.GeoDataFrame], styles: list[Style], path: Path, language: Language
) -> None:
    """Write layers into a new GeoPackage, each with its default style and names of its columns."""
    for name, table in layers.items():
        table.to_file(path, layer=name, driver="GPKG", GEOMETRY_NAME=GEOMETRY)
    pyogrio.write_dataframe(_styles(layers, styles, language), path, layer=STYLES, driver="GPKG", append=True)
    with closing(sqlite3.connect(path)) as database, database:
        _name_columns(database, layers, language)


def _styles(layers: Mapping[str, gpd.GeoDataFrame], styles: list[Style], language: Language) -> pd.DataFrame:
    """Return the table in which QGIS looks for styles."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": style.layer,
            "f_geometry_column": GEOMETRY,
            "styleName": style.layer,
            "styleQML": qml(style, aliases(style.layer, _columns(layers[style.layer]), language)),
            "styleSLD": sld(style),
            "useAsDefault": True,
            "description": "siting-planner",
            "owner": "",
            "ui": "",
            "update_time": now,
        }
        for style in styles
    ]
    return pd.DataFrame(rows)


def _columns(table: gpd.GeoDataFrame) -> list[str]:
    return [str(column) for column in table.columns if column != table.geometry.name]


def _name_columns(
    database: sqlite3.Connection, layers: Mapping[str, gpd.GeoDataFrame], language: Language
) -> None:
    """Write names, units and meanings of the columns, by the schema extension of GeoPackage."""
    database.execute(_COLUMNS)
    database.execute(_EXTENSION)
    rows = [
        (layer, column, name, name, meaning(layer, column, language))
        for layer, table in layers.items()
        for column, name in aliases(layer, _columns(table), language).items()
    ]
    database.executemany(_NAMED, rows)
