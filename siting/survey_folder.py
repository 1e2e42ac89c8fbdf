"""The survey folder: the tables of a survey, files for a GIS, and the shipped tables rebuilt."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.read import builtin, read_table
from geodata.rebuilding.rebuild import TABLES, rebuilt
from geodata.survey import Say
from geodata.tables import MODELS, DataWarning, ExcludedCells, Survey, TableError
from siting.artefacts import survey_tables
from siting.dictionary import survey_dictionary
from siting.folder import fresh_folder, write_text
from siting.gis import exclusion_raster
from siting.gis.geopackage import write_survey_layers
from siting.json_text import to_json
from siting.scenario import Scenario, dump_scenario, load_scenario
from siting.table_files import digest, file_of, write_tables

MARKER = "survey.json"
SCENARIO = "scenario.yaml"
MAPPED = (
    "candidates", "attributes", "cooling", "cells", "exclusions", "figures", "zones", "classes", "demand",
    "places",
)  # fmt: skip


def write_survey(
    scenario: Scenario, found: Survey, out: Path, force: bool = False, say: Say = lambda _: None
) -> pd.DataFrame:
    """Write a scenario's survey; with a data folder also the shipped tables rebuilt from its layers.

    Parameters
    ----------
    scenario : Scenario
        `geodata.data` names the data folder, if any.
    found : Survey
        Its survey.
    out : Path
        Folder to be; it appears whole or not at all.
    force : bool
        Replace an older survey there.
    say : callable
        Called with a short text at each step.

    Returns
    -------
    DataFrame
        How the rebuilt tables differ from the built-in ones: see `differences`; a table of which the data
        folder lacks layers has one row, column `*`.
    """
    with fresh_folder(out, MARKER, force) as part:
        say("writing")
        hashes = write_tables(survey_tables(found), part / "tables")
        shown = scenario.maps
        layers = [write_survey_layers(found, part, shown.column, shown.language)]
        if found.excluded is not None:
            raster = part / exclusion_raster.NAME
            layers.append(exclusion_raster.write_excluded(found.excluded, found.exclusions, raster))
            hashes[raster.name] = digest(raster)
        _write_csv(pd.concat([survey_dictionary("tables"), *layers]), part / "data-dictionary.csv")
        different = _rebuild(scenario, part / "builtin", say)
        _write_csv(different, part / "differences.csv")
        write_text(part / SCENARIO, dump_scenario(scenario))
        write_text(part / MARKER, to_json({"scenario": scenario.name, "survey_sha256": hashes}))
    return different


def read_survey(
    folder: Path, overrides: Sequence[str] = (), names: Sequence[str] = MAPPED
) -> tuple[Scenario, Survey]:
    """Return the scenario and the survey of a survey folder; tables that are not asked for stay empty.

    A survey without raster cells, or of an older version, has no `exclusions.tif`: then it is not known which
    rule rules out which cell.

    Parameters
    ----------
    folder : Path
        A folder written by `write_survey`.
    overrides : sequence of str
        `key=value` changes to its scenario.
    names : sequence of str
        Tables to read: those that a map needs. The others, hours above all, are many times as large.

    Raises
    ------
    TableError
        A file is missing, was changed or is unreadable.
    ScenarioError
        The scenario or an override is unusable.
    """
    told = _told(folder / MARKER)
    if not (folder / SCENARIO).is_file():
        raise TableError(f"{folder}: holds no {SCENARIO}; an older survey? Survey again with --force")
    empty = {name: pd.DataFrame(columns=list(model.to_schema().columns)) for name, model in MODELS.items()}
    tables = {name: _read(folder, name, told) for name in names}
    excluded = _excluded(folder, told)
    return load_scenario(folder / SCENARIO, overrides), Survey(**empty | tables, excluded=excluded)


def _excluded(folder: Path, told: dict[str, Any]) -> ExcludedCells | None:
    if exclusion_raster.NAME not in told:
        return None
    path = folder / exclusion_raster.NAME
    found = exclusion_raster.read_excluded(path)
    _tell_changed(path, told)
    return found


def _told(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        hashes = told["survey_sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TableError(
            f"{path}: cannot be read as the mark of a survey ({error!r}); survey again"
        ) from None
    if not isinstance(hashes, dict):
        raise TableError(
            f"{path}: key survey_sha256: found {hashes!r}, expected a hash a table; survey again"
        )
    return hashes


def _read(folder: Path, name: str, told: dict[str, Any]) -> pd.DataFrame:
    path = file_of(folder / "tables" / name)
    if not path.is_file():
        raise TableError(f"{path}: is missing from the survey folder; survey again with --force")
    _tell_changed(path, told)
    return read_table(path, MODELS[name], "survey folder")


def _tell_changed(path: Path, told: dict[str, Any]) -> None:
    """Warn where a file is not as it was written: tables are marked by their name without its end."""
    if digest(path) != told.get(path.name, told.get(path.stem)):
        text = f"{path}: is not as `siting survey` wrote it; the map shows what it holds now"
        warnings.warn(text, DataWarning, stacklevel=4)


def _rebuild(scenario: Scenario, folder: Path, say: Say) -> pd.DataFrame:
    parts = []
    if scenario.geodata.data is not None:
        say("rebuilding the shipped tables")
        folder.mkdir()
        tables = rebuilt(scenario.geodata.data, scenario.geodata.tables)
        for name, fresh in tables.items():
            _write_csv(fresh, folder / f"{name}.csv")
            parts.append(differences(fresh, builtin(name)).assign(table=name))
        lost = [{"table": t, "column": "*", "rows": len(builtin(t)), "example": ""} for t in TABLES]
        parts.append(pd.DataFrame([row for row in lost if row["table"] not in tables]))
    columns = ["table", "column", "rows", "largest", "example"]
    return pd.concat([pd.DataFrame(columns=columns), *(p for p in parts if len(p))])[columns]


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def differences(fresh: pd.DataFrame, shipped: pd.DataFrame, tolerance: float = 1.5e-6) -> pd.DataFrame:
    """Return, for each column, in how many rows two tables differ, and the largest difference.

    Parameters
    ----------
    fresh, shipped : DataFrame
        Tables with the same columns, of which the fewest first ones that do not repeat name a row.
    tolerance : float
        Numbers nearer than this are the same, or as near relative to their size.

    Returns
    -------
    DataFrame
        `column`, `rows` (that differ), `largest` (empty for text), `example` (name of a row); rows that only
        one table holds are counted under the names, and a column that `fresh` lacks differs wherever it had
        a value, without example. No rows: no difference.
    """
    keys = _keys(shipped)
    lost = shipped.columns.difference(fresh.columns)
    fresh = fresh.reindex(columns=shipped.columns)
    both = fresh.merge(shipped, on=keys, suffixes=("", "_shipped"), how="outer", indicator=True)
    alone = both[both["_merge"] != "both"]
    shared = both[both["_merge"] == "both"].reset_index(drop=True)
    rest = [c for c in shipped.columns if c not in keys]
    rows = [_difference(shared, column, keys, tolerance) for column in rest]
    rows.append((" ".join(keys), len(alone), float("nan"), _names(alone, keys)))
    table = pd.DataFrame(rows, columns=["column", "rows", "largest", "example"])
    table["example"] = table["example"].mask(table["column"].isin(lost), "")
    return table[table["rows"] > 0].reset_index(drop=True)


def _keys(table: pd.DataFrame) -> list[str]:
    """Return the columns that name a row: the fewest first ones without a repetition."""
    for count in range(1, len(table.columns) + 1):
        if not table.duplicated(list(table.columns[:count])).any():
            return list(table.columns[:count])
    return list(table.columns)


def _names(rows: pd.DataFrame, keys: list[str]) -> str:
    return " ".join(str(v) for v in rows[keys].iloc[0]) if len(rows) else ""


def _difference(
    both: pd.DataFrame, column: str, keys: list[str], tolerance: float
) -> tuple[str, int, float, str]:
    new, old = both[column], both[f"{column}_shipped"]
    if not pd.api.types.is_numeric_dtype(old):
        wrong = new != old
        return column, int(wrong.sum()), float("nan"), _names(both[wrong], keys)
    away = (new - old).abs()
    wrong = (away > tolerance * old.abs().clip(lower=1)) | (new.isna() != old.isna())
    most = both.loc[[away.fillna(0).idxmax()]] if wrong.any() else both.iloc[:0]
    return column, int(wrong.sum()), float(away.max()), _names(most, keys)
