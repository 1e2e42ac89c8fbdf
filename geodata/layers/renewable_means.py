"""Mean output of wind and sun at a place: observed hours of its province, scaled to the place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from geodata.layers.renewable_weather import GHI_FILE, HOURS
from geodata.measured import layer_file
from geodata.read import builtin, numbers, read_file
from geodata.readers.sampling import sample
from geodata.tables import TableError

Array = NDArray[np.float64]

FULL_LOAD_COLUMNS = ["province", "full_load_h"]
UNCORRECTED = "ERA5 of 2020, uncorrected"


class Settings(BaseModel):
    """How wind and sun are corrected and scaled, and the user's own series."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    solar_correction: bool = Field(True, description="bring sun to the observed full-load hours")
    wind_correction: bool = Field(True, description="bring wind to the observed full-load hours")
    solar_full_load_hours_file: Path | None = Field(
        None,
        description="own full-load hours of sun before curtailment (CSV, XLSX, Parquet): province, "
        "full_load_h; provinces that it leaves out keep the built-in ones",
    )
    wind_full_load_hours_file: Path | None = Field(
        None, description="own full-load hours of wind before curtailment, likewise"
    )
    hours_file: Path | None = Field(
        None,
        description="own hourly output over capacity (CSV, Parquet): site_id or province, hour 0 to 8759 "
        "from 1 January, China Standard Time, and solar, wind or both; it replaces the series as it is",
    )
    solar_place_factor_min: float = Field(0.6, gt=0, le=1, description="least radiation over province's mean")
    solar_place_factor_max: float = Field(1.4, ge=1, description="most radiation over the province's mean")
    wind_place_exponent: float = Field(
        0.4,
        ge=0,
        le=1,
        description="of the reanalysis output of the prefecture over that of the province; 0: no scaling",
    )
    wind_place_factor_min: float = Field(0.7, gt=0, le=1, description="least factor, before the mean is kept")
    wind_place_factor_max: float = Field(1.3, ge=1, description="most factor, before the mean is kept")
    curtailment_period: str = Field("2025", description="of the curtailment: 2024, 2025 or 2026-Q1")


def solar_means(
    places: pd.DataFrame, settings: Settings, data: Path | None, tables: Path | None = None
) -> pd.DataFrame:
    """Return the mean output of sun over capacity at each place.

    Parameters
    ----------
    places : DataFrame
        `province`, `longitude`, `latitude`.
    settings : Settings
        Correction, own full-load hours, bounds of the factor.
    data : Path, optional
        Data folder; without its radiation grid the mean is empty.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        Rows as in `places`: `mean` (NaN: not known), source, vintage, confidence, note.

    Notes
    -----
    mean = full-load hours of the province / 8760 x radiation at the place / mean radiation on the province's
    installable land, the last quotient within its bounds.
    """
    factor = np.full(len(places), np.nan)
    path = layer_file(data, GHI_FILE)
    if path is not None:
        ghi = sample(path, places["longitude"], places["latitude"], [1])[:, 0]
        mean = builtin("province_resource", tables).set_index("province")["ghi_kwh_per_m2"]
        factor = ghi / places["province"].map(mean).to_numpy(dtype=float)
    factor = np.clip(factor, settings.solar_place_factor_min, settings.solar_place_factor_max)
    return _scaled(places, factor, provincial_means("solar", settings, tables))


def wind_means(places: pd.DataFrame, settings: Settings, tables: Path | None = None) -> pd.DataFrame:
    """Return the mean output of wind over capacity at each place.

    Parameters
    ----------
    places : DataFrame
        `province`, `prefecture`.
    settings : Settings
        Correction, own full-load hours, exponent and bounds of the factor.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        As of `solar_means`.

    Notes
    -----
    mean = full-load hours of the province / 8760 x factor of the prefecture, see `wind_factors`. A prefecture
    that the table does not know has the factor 1, and the note says so.
    """
    factors = wind_factors(settings, tables)
    keys = pd.MultiIndex.from_frame(places[["province", "prefecture"]])
    factor = factors.reindex(keys).to_numpy(dtype=float)
    rows = _scaled(places, np.nan_to_num(factor, nan=1.0), provincial_means("wind", settings, tables))
    unknown = np.isnan(factor) & rows["mean"].notna().to_numpy()
    return rows.assign(note=rows["note"].mask(unknown, "prefecture not known: the province's mean"))


def wind_factors(settings: Settings, tables: Path | None = None) -> pd.Series:
    """Return each prefecture's factor on the province's mean, by province and prefecture.

    (output of the prefecture / output of the province) ** exponent, within bounds, over the mean of that by
    area, so that the mean by area over the province is 1. Across provinces without much relief observed hours
    go with reanalysis output to the power 0.4 to 0.6, over all provinces with no power of it: hence the small
    exponent.
    """
    table = builtin("wind_prefecture", tables).set_index(["province", "prefecture"])
    output, area = table["reanalysis_output_share"], table["area_share"]
    mean = (output * area).groupby("province").transform("sum")
    raw = ((output / mean) ** settings.wind_place_exponent).clip(
        settings.wind_place_factor_min, settings.wind_place_factor_max
    )
    return raw / (raw * area).groupby("province").transform("sum")


def provincial_means(kind: str, settings: Settings, tables: Path | None = None) -> pd.DataFrame:
    """Return the mean output of each province and where it comes from, by province.

    Parameters
    ----------
    kind : str
        "solar" or "wind".
    settings : Settings
        Correction and own full-load hours.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.
    """
    era5 = builtin("province_resource", tables).set_index("province")[f"era5_{kind}_share"]
    if not getattr(settings, f"{kind}_correction"):
        told = {"source": UNCORRECTED, "vintage": "2020", "confidence": "low", "note": ""}
        return era5.rename("mean").to_frame().assign(**told)
    table = builtin("full_load_hours", tables).set_index("province")
    table = table.loc[table["technology"] == kind, ["full_load_h", "source", "vintage", "confidence", "note"]]
    own = getattr(settings, f"{kind}_full_load_hours_file")
    if own is not None:
        hours = _own_full_load_hours(own, f"renewables.{kind}_full_load_hours_file", era5)
        told = {"source": "user's full-load hours", "vintage": "", "confidence": "medium", "note": ""}
        table.loc[hours.index, ["full_load_h", *told]] = [[h, *told.values()] for h in hours]
    return table.assign(mean=table["full_load_h"].astype(float) / HOURS).drop(columns="full_load_h")


def _own_full_load_hours(path: Path, where: str, provinces: pd.Series) -> pd.Series:
    table = read_file(path, where)
    lacking = [c for c in FULL_LOAD_COLUMNS if c not in table.columns]
    if lacking:
        raise TableError(f"{where} ({path}): missing column {', '.join(lacking)}")
    hours = numbers(table, ["full_load_h"], f"{where} ({path})").set_index("province")["full_load_h"]
    strange = sorted(set(hours.index) - set(provinces.index))
    faults = [f"{', '.join(strange)} is no province, expected names as {provinces.index[0]}"] * bool(strange)
    if hours.index.has_duplicates:
        faults.append(f"{', '.join(sorted(set(hours.index[hours.index.duplicated()])))} stands twice")
    if not hours.between(1, HOURS - 1).all():
        faults.append(f"column full_load_h: expected hours of the year, 1 to {HOURS - 1}")
    if faults:
        raise TableError(f"{where} ({path}): " + "; ".join(faults))
    return hours


def _scaled(places: pd.DataFrame, factor: Array, provincial: pd.DataFrame) -> pd.DataFrame:
    rows = provincial.reindex(places["province"].to_numpy()).reset_index(drop=True)
    text = ["source", "vintage", "confidence", "note"]
    rows[text] = rows[text].fillna("")
    return rows.assign(mean=np.minimum(rows["mean"].to_numpy(dtype=float) * factor, 1.0))
