"""What the climate says beside the candidate table: cool and hot hours, and how it was checked."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.layers.climate import STATION, VINTAGES, doubt_note, own_source, wet_bulb_doubt
from geodata.layers.cooling import weather_of
from geodata.layers.hours import HOURS, quantile
from geodata.measured import Measured, figure, measured
from geodata.schemas.layers import Climate

Array = NDArray[np.float64]

FREE_WET_BULB_C = 12.0  # a warm-water loop needs no compressor below it: free_full_c of cooling.csv
WARM_C, HOT_C = 27.0, 32.0  # upper end of the recommended supply air, and of class A1, as commonly known
P99 = 0.99

STATIONS = "CRU CL 2.0 (New et al. 2002), stations within 100 km and 500 m of height"
DRY = "derived: typical year from monthly temperature (ITU-R P.1510-1) and daily range (CRU CL 2.0)"
WET = (
    "derived: typical year from monthly temperature (ITU-R P.1510-1), relative humidity and daily range "
    "(CRU CL 2.0)"
)
ABOUT = {  # unit, source, vintage
    "climate_station_km": ("km", STATIONS, "1961-1990"),
    "temperature_check_c": (
        "C",
        f"ITU-R P.1510-1 (1979-2014), less {STATIONS}",
        "1961-1990, brought to 1979-2014",
    ),
    "wet_bulb_check_c": ("C", f"{WET}, less the one from ITU-R P.836-6", VINTAGES["wet_bulb_hot_c"]),
    "wet_bulb_p99_c": ("C", WET, VINTAGES["wet_bulb_hot_c"]),
    "free_cooling_h": ("hours a year", WET, VINTAGES["wet_bulb_hot_c"]),
    "dry_above_27c_h": ("hours a year", DRY, VINTAGES["temperature_hot_c"]),
    "dry_above_32c_h": ("hours a year", DRY, VINTAGES["temperature_hot_c"]),
}


def measure_climate_layer(climate: pd.DataFrame) -> Measured:
    """Return the columns of `geodata.schemas.layers.Climate`.

    Parameters
    ----------
    climate : DataFrame
        Result of `geodata.layers.climate.measure_climate`, which read the layers or the user's EPW files.
    """
    table = pd.DataFrame(_counted(climate), index=climate.index).assign(
        climate_station_km=climate["station_km"],
        temperature_check_c=climate["check_c"],
        wet_bulb_check_c=climate["wet_bulb_check_c"],
    )
    columns: dict[str, object] = {str(name): table[name].to_numpy(dtype=float) for name in table}
    return measured(climate.reset_index(), columns, _rows(climate, table), Climate)


def _counted(climate: pd.DataFrame) -> dict[str, Array]:
    names = ["wet_bulb_p99_c", "free_cooling_h", "dry_above_27c_h", "dry_above_32c_h"]
    found = np.empty((len(names), len(climate)))
    for rows, air, weight in weather_of(climate):
        found[0, rows] = quantile(air.wet, weight, P99)
        found[1, rows] = (air.wet < FREE_WET_BULB_C) @ weight * HOURS
        found[2, rows] = (air.dry > WARM_C) @ weight * HOURS
        found[3, rows] = (air.dry > HOT_C) @ weight * HOURS
    return dict(zip(names, found, strict=True))


def _rows(climate: pd.DataFrame, table: pd.DataFrame) -> list[dict[str, str]]:
    general = [_figure(column, "", "medium", "") for column in ABOUT]
    odd = ((climate["confidence"] == "low") | (climate["note"] != "")).to_numpy()
    rows = climate.join(table.isna().add_prefix("no_"))[odd].reset_index().to_dict("records")
    doubted = climate.loc[wet_bulb_doubt(climate) & ~odd, "wet_bulb_check_c"]
    wet = [_figure("wet_bulb_p99_c", str(site), "low", doubt_note(c)) for site, c in doubted.items()]
    return general + [_named(column, row) for row in rows for column in ABOUT] + wet


def _named(column: str, row: dict[Hashable, Any]) -> dict[str, str]:
    confidence = "missing" if row[f"no_{column}"] else row["confidence"]
    return _figure(column, str(row["site_id"]), confidence, row["note"]) | own_source(row["epw_file"])


def _figure(column: str, site_id: str, confidence: str, note: str) -> dict[str, str]:
    unit, source, vintage = ABOUT[column]
    return figure(column, unit, source, vintage, confidence, note, site_id, STATION)
