"""WRI Aqueduct 4.0, where the user has it: baseline water stress at the place, or of its province."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from geodata.by_place import Part, cases_of, told
from geodata.geometry.nearest_shape import nearest_shape, shape_at
from geodata.layers.aqueduct_tables import VALUES, by_province, in_range
from geodata.measured import figure, missing
from geodata.readers.vector import box_around, read_vector
from geodata.readers.vector_files import IN_ARCHIVE, layer_names
from geodata.tables import DataWarning, TableError

WHERE = "geodata.water.aqueduct_file"
SOURCE = "user's file: WRI Aqueduct 4.0 (CC BY 4.0, Kuzma et al. 2023), baseline water stress"
VINTAGE = "1979-2019"
VECTOR = (".gdb", ".gpkg", ".shp")
TABLES = (".csv", ".xlsx")
EDGE_KM = 25.0  # the coast of the polygons is coarse
NAMES = {"aqueduct_stress_share": "demand over available supply (bws_raw)", "aqueduct_stress_score": "0 to 5"}
PROVINCE = "mean of the province: hides what differs inside"
BESIDE = f"of the nearest sub-basin, within {EDGE_KM:g} km"
ARID = "arid and low water use: Aqueduct sets 1 and the highest score"
SILENT = "Aqueduct has no value here"


def aqueduct(path: Path | None, places: pd.DataFrame) -> Part:
    """Return aqueduct_stress_share and aqueduct_stress_score from any of Aqueduct's files.

    Parameters
    ----------
    path : Path, optional
        The annual baseline as GeoDatabase, GeoPackage or Shapefile (by place) or as CSV (by province), the
        rankings as XLSX (by province, only the score), or a ZIP archive with one of these. None: no file.
    places : DataFrame
        `site_id`, `province`, `longitude`, `latitude`.

    Raises
    ------
    TableError
        Not one of these files, a missing column, or a value out of its range.
    """
    if path is None:
        return {}, missing(list(NAMES), "WRI Aqueduct, the user's file", f"give one by {WHERE}")
    values, confidence, note = _read(path, places)
    arid = (values["bws_raw"] == 1.0) & (values["bws_score"] == 5.0)  # elsewhere a ratio of 1 scores 4.3
    note = note.mask(arid, ARID)
    columns: dict[str, object] = {}
    rows = []
    for column, (theirs, unit) in zip(NAMES, zip(VALUES, NAMES.values(), strict=True), strict=True):
        columns[column] = values[theirs].to_numpy()
        general = figure(column, unit, SOURCE, VINTAGE, "low" if (confidence == "low").all() else "medium")
        rows += told(general, places["site_id"], cases_of(confidence, note, values[theirs].isna(), SILENT))
    return columns, rows


def _read(path: Path, places: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return values, confidence and note, in the order of the places."""
    suffix, place = path.suffix.lower(), f"{WHERE} ({path})"
    if not path.exists():
        raise TableError(f"{WHERE}: no file {path}")
    if suffix == ".zip":
        return _from_archive(path, places)
    if suffix in VECTOR:
        return _by_polygon(path, places)
    if suffix not in TABLES:
        kinds = ", ".join((*VECTOR, *TABLES, ".zip"))
        raise TableError(f"{place}: found a {suffix or 'nameless'} file, expected one of {kinds}")
    with path.open("rb") as file:
        return _to_places(by_province(file, path.name, place), places, place)


def _from_archive(path: Path, places: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    place = f"{WHERE} ({path})"
    with _archive(path, place) as archive:
        names = archive.namelist()
        shapes = sorted({inner for name in names if (inner := _vector_in(name))})
        if shapes:
            return _by_polygon(Path(f"{IN_ARCHIVE}{{{path.resolve()}}}/{shapes[0]}"), places)
        tables = [n for n in names if n.lower().endswith(TABLES) and _is_wanted(n)]
        if not tables:
            shown = ", ".join(names[:5]) or "nothing"
            raise TableError(f"{place}: found {shown}; expected Aqueduct's annual baseline or rankings in it")
        with archive.open(tables[0]) as file:
            return _to_places(by_province(file, tables[0], f"{place}, {tables[0]}"), places, place)


def _is_wanted(name: str) -> bool:
    return any(word in name.lower() for word in ("baseline_annual", "rankings"))


def _vector_in(name: str) -> str:
    """Return the part of a name in an archive that is a vector layer; "": none."""
    parts = PurePosixPath(name).parts
    ends = [i for i, part in enumerate(parts) if part.lower().endswith(VECTOR)]
    return "/".join(parts[: ends[0] + 1]) if ends else ""


@contextmanager
def _archive(path: Path, place: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError) as error:
        raise TableError(f"{place}: not a readable ZIP archive ({error}); get it again") from None


def _by_polygon(path: Path, places: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    annual = next((name for name in layer_names(path) if "baseline_annual" in name.lower()), None)
    box = box_around(lon, lat, 1.0)
    layer = read_vector(path, WHERE, annual, box, VALUES, kind="polygon")
    values = in_range(pd.DataFrame(layer[VALUES]), f"{WHERE} ({path})")
    shapes = layer.geometry.to_numpy()
    row = shape_at(shapes, lon, lat)
    beside = row < 0
    if beside.any():
        near, km = nearest_shape(shapes, lon[beside], lat[beside])
        row[beside] = np.where(km <= EDGE_KM, near, -1)
    note = pd.Series(np.where(beside, BESIDE, ""), dtype="str")
    return values.reindex(row).reset_index(drop=True), note.map({BESIDE: "low", "": "medium"}), note


def _to_places(
    mean: pd.DataFrame, places: pd.DataFrame, place: str
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    lost = sorted(set(places["province"]) - set(mean.index))
    if lost:
        warnings.warn(f"{place}: no row for {', '.join(map(repr, lost))}", DataWarning, stacklevel=6)
    values = mean.reindex(places["province"].to_numpy()).reset_index(drop=True)
    return values, pd.Series("low", index=values.index), pd.Series(PROVINCE, index=values.index)
