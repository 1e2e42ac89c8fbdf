"""Aqueduct's tables without geometry, annual baseline (CSV) and rankings (XLSX), to means of provinces."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import PurePath
from typing import IO

import numpy as np
import pandas as pd

from geodata.read import builtin, numbers
from geodata.tables import DataWarning, TableError

VALUES = ["bws_raw", "bws_score"]
BASELINE = [*VALUES, "name_1", "gid_0"]
RANKING = ["name_1", "gid_0", "indicator_name", "weight", "score"]
SHEET = "province_baseline"
CHUNK = 20_000
UNREADABLE = (
    pd.errors.ParserError,
    pd.errors.EmptyDataError,
    UnicodeDecodeError,
    OSError,
    zipfile.BadZipFile,
    KeyError,
)
NO_DATA = -9999.0
NO_SUPPLY = 9999.0  # raw where there is hardly any supply: the ratio has no bound
NO_SCORE = (NO_DATA, -5.0, -1.0)
GADM_NAMES = {
    "Nei Mongol": "Inner Mongolia",
    "Ningxia Hui": "Ningxia",
    "Xinjiang Uygur": "Xinjiang",
    "Xinjiang Uyghur": "Xinjiang",
    "Guangxi Zhuang": "Guangxi",
    "Xizang": "Tibet",
}


def by_province(file: IO[bytes], name: str, where: str) -> pd.DataFrame:
    """Return the mean bws_raw and bws_score of each province, by its name in the built-in tables.

    Parameters
    ----------
    file : binary file
        The annual baseline as CSV (read in parts, only the columns needed; pieces weigh by area_km2), or the
        rankings as XLSX (sheet province_baseline, weighted by total demand; without bws_raw).
    name : str
        Name of the file; its ending tells which.
    where : str
        Begins every message.

    Raises
    ------
    TableError
        Another file, a missing column, a value out of its range, or no row of China.
    """
    read = _baseline if PurePath(name).suffix.lower() == ".csv" else _ranking
    try:
        rows = read(file, where)
    except UNREADABLE as error:
        raise TableError(f"{where}: not one of Aqueduct's files ({error})") from None
    if rows.empty:
        raise TableError(f"{where}: no row of China (gid_0 CHN) with water stress (bws, weight Tot)")
    rows = rows.assign(province=_provinces(rows["name_1"]))
    known = sorted(set(rows["province"]) - {""})
    return pd.DataFrame({column: _mean(rows, column) for column in VALUES}).reindex(known)


def in_range(rows: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return bws_raw and bws_score as numbers, empty where Aqueduct says that it has none (-9999).

    Raises
    ------
    TableError
        A word, a raw value below 0, a score outside 0 to 5.
    """
    number = numbers(rows, VALUES, where)
    share = number["bws_raw"].mask((number["bws_raw"] == NO_DATA) | (number["bws_raw"] >= NO_SUPPLY))
    score = number["bws_score"].mask(number["bws_score"].isin(NO_SCORE))
    checks = {
        f"bws_raw: found {share.min():g}, expected 0 or more, or -9999": share < 0,
        f"bws_score: found {score.min():g} to {score.max():g}, expected 0 to 5, or -9999": (score < 0)
        | (score > 5),
    }
    faults = [text for text, wrong in checks.items() if wrong.any()]
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    return pd.DataFrame({"bws_raw": share, "bws_score": score})


def _baseline(file: IO[bytes], where: str) -> pd.DataFrame:
    """Return the pieces of China."""
    wanted = {*BASELINE, "area_km2"}
    parts = pd.read_csv(
        file, usecols=wanted.__contains__, chunksize=CHUNK, keep_default_na=False, encoding="utf-8-sig"
    )
    rows = pd.concat([_china(part, BASELINE, where) for part in parts], ignore_index=True)
    if "area_km2" not in rows:
        text = f"{where}: no column area_km2, so the pieces of a province count alike"
        warnings.warn(text, DataWarning, stacklevel=5)
        rows = rows.assign(area_km2=1.0)
    area = numbers(rows, ["area_km2"], where)["area_km2"]
    return in_range(rows, where).assign(name_1=rows["name_1"], area_km2=area)


def _ranking(file: IO[bytes], where: str) -> pd.DataFrame:
    """Return the provinces of China, weighted by total demand."""
    try:
        sheet = pd.read_excel(
            io.BytesIO(file.read()), sheet_name=SHEET, dtype="str", keep_default_na=False, engine="openpyxl"
        )
    except ValueError as error:
        raise TableError(f"{where}: {error}; expected Aqueduct's rankings") from None
    rows = _china(sheet, RANKING, where)
    chosen = rows[(rows["indicator_name"] == "bws") & (rows["weight"].str.lower() == "tot")]
    values = in_range(chosen.assign(bws_raw=np.nan, bws_score=chosen["score"]), where)
    return values.assign(name_1=chosen["name_1"], area_km2=1.0)


def _china(part: pd.DataFrame, needed: list[str], where: str) -> pd.DataFrame:
    lost = [c for c in needed if c not in part]
    if lost:
        found = ", ".join(map(str, part.columns)) or "none of them"
        raise TableError(f"{where}: missing column {', '.join(lost)} of Aqueduct; found {found}")
    return part[part["gid_0"] == "CHN"]


def _provinces(names: pd.Series) -> pd.Series:
    """Return our names of GADM's provinces; "": none of ours."""
    ours = {name.replace(" ", ""): name for name in builtin("provinces")["province"]}
    plain = names.astype("str").str.strip()
    return plain.map(GADM_NAMES).fillna(plain.str.replace(" ", "").map(ours)).fillna("")


def _mean(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return the mean of each province over its pieces with a value, by area."""
    known = rows[rows[column].notna() & (rows["area_km2"] > 0)]
    weighted = (known[column] * known["area_km2"]).groupby(known["province"]).sum()
    return weighted / known["area_km2"].groupby(known["province"]).sum()
