"""The survey folder: the tables of a survey, candidates with geometry, and the shipped tables rebuilt."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.read import builtin
from geodata.rebuilding.rebuild import TABLES, rebuilt
from geodata.survey import Say
from geodata.tables import Survey
from siting.artefacts import survey_tables
from siting.folder import fresh_folder, write_text
from siting.json_text import to_json
from siting.scenario import Scenario
from siting.table_files import write_tables

MARKER = "survey.json"


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
        points = as_points(found)
        points.to_file(part / "candidates.gpkg", layer="candidates", driver="GPKG")
        points.to_parquet(part / "candidates.parquet", index=False)
        different = _rebuild(scenario, part / "builtin", say)
        _write_csv(different, part / "differences.csv")
        write_text(part / MARKER, to_json({"scenario": scenario.name, "survey_sha256": hashes}))
    return different


def as_points(survey: Survey) -> gpd.GeoDataFrame:
    """Return the candidates with all that the layers say of them, as points in WGS 84."""
    table = survey.candidates.merge(survey.attributes, on="site_id")
    points = gpd.points_from_xy(table["longitude"], table["latitude"])
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


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
