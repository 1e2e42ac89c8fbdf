"""Reads the user's file of sites, whatever its format: our columns, WGS 84, and what was mended is told."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geodata.read import numbers, read_file
from geodata.readers.extent import rows
from geodata.readers.gcj02 import Datum, from_datum
from geodata.readers.postgis import is_address, shown
from geodata.readers.repairs import told_with
from geodata.readers.site_cells import mended_cells
from geodata.readers.vector import read_vector
from geodata.tables import DataWarning, TableError

WHERE = "geodata.candidates.sites_file"
NEEDED = ("name", "longitude", "latitude")
LIMITS = ("it_max_mw", "site_headroom_mw", "price_negotiated_cny_per_mwh")
OPTIONAL = ("name_zh", "province", "prefecture", *LIMITS)
NUMERIC = ("longitude", "latitude", *LIMITS)
TEXT = ("name", "name_zh", "province", "prefecture")
STEMS = {
    "it_max_mw": "it_max",
    "site_headroom_mw": "site_headroom",
    "price_negotiated_cny_per_mwh": "price_negotiated",
}
NOT_MW = re.compile(r"(?:^|[^a-z])(kw|gw|w|kva|mva)\W*$", re.IGNORECASE)
OTHER_UNIT = {
    "it_max_mw": NOT_MW,
    "site_headroom_mw": NOT_MW,
    "price_negotiated_cny_per_mwh": re.compile(r"(kwh|千瓦时|度|usd|eur|美元|\$)", re.IGNORECASE),
}


@dataclass(frozen=True)
class Source:
    """Where the sites are, and how to read them."""

    path: Path | str
    layer: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    datum: Datum = "wgs84"

    @property
    def where(self) -> str:
        """Begins every message: scenario key and file."""
        return f"{WHERE} ({shown(str(self.path)) if is_address(self.path) else self.path})"


def read_site_rows(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sites with our columns in WGS 84, and the table as it came, for hints at its datum.

    Raises
    ------
    TableError
        Unreadable file, columns missing or in another unit, cells that are no numbers, geometries without a
        place, and the faults of any layer (`geodata.readers.vector.read_vector`).
    """
    tabular = _is_table(source.path)
    raw = _table(source) if tabular else _layer(source)
    table, told = _named(raw, source, tabular)
    table, mended = mended_cells(table, TEXT, NUMERIC)
    table = numbers(table, list(NUMERIC), source.where)
    table = table.assign(**{c: table[c].fillna("").astype("str") for c in TEXT})
    table, placed = _in_wgs84(table, source, tabular)
    table, merged = _without_repeats(table)
    told = [*raw.attrs.get("told", []), *told, *mended, *placed, *merged]
    if told:
        warnings.warn(f"{source.where}: " + "; ".join(told), DataWarning, stacklevel=2)
    return table, raw


def _is_table(path: Path | str) -> bool:
    """Return whether the sites are cells with coordinates, not geometries."""
    if is_address(path):
        return False
    ending = Path(path).suffix.lower()
    if ending != ".parquet":
        return ending in (".csv", ".xlsx", ".xls", ".txt", "")
    try:
        return b"geo" not in (pq.read_schema(path).metadata or {})
    except (OSError, ValueError):
        return True  # told by the reader of tables


def _table(source: Source) -> pd.DataFrame:
    path = Path(source.path)
    with told_with(WHERE):
        table = read_file(path, WHERE)
    if path.suffix.lower() == ".xlsx":
        table.attrs["told"] = _sheets(path, source.where)
    return table


def _sheets(path: Path, where: str) -> list[str]:
    """Return what was not read of a workbook; formulas whose result was never stored are a fault."""
    with pd.ExcelFile(path, engine="openpyxl", engine_kwargs={"data_only": False}) as book:
        names = [str(name) for name in book.sheet_names]
        formulas = book.parse(names[0], dtype="str", keep_default_na=False)
    with pd.ExcelFile(path, engine="openpyxl") as book:
        results = book.parse(names[0], dtype="str", keep_default_na=False)
    lost = (results == "") & formulas.map(lambda cell: str(cell).startswith("="))
    if lost.any(axis=None):
        columns = ", ".join(str(c) for c in lost.columns[lost.any()])
        at = rows(lost.index[lost.any(axis=1)])
        raise TableError(
            f"{where}: column {columns}: formulas without a stored result (row {at}); open the file in a "
            "spreadsheet program and save it, or paste the values"
        )
    return [f"read the first sheet, {names[0]}, of {len(names)}"] if len(names) > 1 else []


def _layer(source: Source) -> pd.DataFrame:
    """Return the attributes of a layer with longitude and latitude of a point in each geometry."""
    frame = read_vector(source.path, WHERE, source.layer, crs=source.crs)
    shapes = frame.geometry.to_numpy()
    lines = shapely.get_dimensions(shapes) == 1
    if lines.any():
        raise TableError(
            f"{source.where}: lines (row {rows(frame.index[lines])}), expected a point or polygon for each "
            "site"
        )
    spread = (shapely.get_dimensions(shapes) > 0) | (shapely.get_num_geometries(shapes) > 1)
    points = frame.geometry.representative_point()
    own = [c for c in frame.columns if c not in ("longitude", "latitude", frame.geometry.name)]
    table = pd.DataFrame(frame[own]).assign(longitude=points.x, latitude=points.y)
    gone = [c for c in ("longitude", "latitude") if c in frame.columns]
    table.attrs["told"] = (
        [f"took {spread.sum()} sites at a point inside their polygons"] if spread.any() else []
    )
    table.attrs["told"] += [f"columns {', '.join(gone)} not used: the geometries say where"] if gone else []
    return table


def _named(raw: pd.DataFrame, source: Source, tabular: bool) -> tuple[pd.DataFrame, list[str]]:
    """Return the columns under our names, and which were left; those that lack or mislead are a fault."""
    ours = {theirs: name for name, theirs in source.columns.items()}
    faults = [
        f"sites_columns: {n} is no column of ours" for n in source.columns if n not in NEEDED + OPTIONAL
    ]
    faults += ["sites_columns: one column stands for two of ours"] if len(ours) < len(source.columns) else []
    faults += [
        f"no column {theirs} (for {name})" for theirs, name in ours.items() if theirs not in raw.columns
    ]
    faults += [
        f"column {theirs} looks like another unit than that of {name}; convert it"
        for theirs, name in ours.items()
        if name in OTHER_UNIT and OTHER_UNIT[name].search(theirs)
    ]
    renamed = raw.drop(columns=[n for n in source.columns if n in raw.columns and n not in ours])
    table = renamed.rename(columns=ours)
    faults += [f"missing column {c}" for c in NEEDED if c not in table.columns and c not in source.columns]
    left = [str(c) for c in table.columns if c not in NEEDED + OPTIONAL]
    wrong = left if tabular and not source.columns else [c for c in left if _near_miss(c)]
    faults += [f"unknown column {c}" for c in wrong]
    if faults:
        raise TableError(f"{source.where}: {'; '.join(faults)}; {_expected(raw, tabular)}")
    if table.empty:
        raise TableError(f"{source.where}: no rows, expected one site a row")
    kept = table.reindex(columns=[*NEEDED, *OPTIONAL])
    empty = {c: "" for c in OPTIONAL if c not in table.columns}
    return kept.assign(**empty), [f"columns {', '.join(left)} not used"] if left else []


def _near_miss(column: str) -> bool:
    """Return whether a column has the name of one of ours with another unit, such as it_max_kw."""
    return any(column.lower().startswith(stem) for stem in STEMS.values())


def _expected(raw: pd.DataFrame, tabular: bool) -> str:
    needed = NEEDED if tabular else NEEDED[:1]
    text = f"expected {', '.join(needed)} and, if known, {', '.join(OPTIONAL)}"
    if any(str(c).startswith("Unnamed:") for c in raw.columns):
        text += " in one header row at the top: is the header merged, or are there lines above it?"
    found = ", ".join(str(c) for c in raw.columns[:12])
    return f"{text} (found {found}; geodata.candidates.sites_columns says which column is which)"


def _in_wgs84(table: pd.DataFrame, source: Source, tabular: bool) -> tuple[pd.DataFrame, list[str]]:
    lon, lat, told = table["longitude"].to_numpy(), table["latitude"].to_numpy(), []
    if tabular and source.crs is not None:
        try:
            crs = CRS.from_user_input(source.crs)
        except CRSError:
            raise TableError(
                f"{WHERE[:-4]}crs: {source.crs!r} is no projection, expected one such as EPSG:4326"
            ) from None
        lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(lon, lat)
    if source.datum != "wgs84":
        lon, lat = from_datum(lon, lat, source.datum)
        told = [f"brought {len(table)} sites from {source.datum.upper()} to WGS 84"]
    return table.assign(longitude=lon, latitude=lat), told


def _without_repeats(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    again = table.duplicated()
    told = [f"left out rows that repeat another in every cell (row {rows(table.index[again])})"]
    return table[~again], told if again.any() else []
