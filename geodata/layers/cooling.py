"""Efficiency of cooling technologies from climate: the relations, evaluated over the year at an IT load.

By the hour: `geodata.layers.cooling_hours`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from geodata.layers.cooling_relations import RELATIONS, Air, Values
from geodata.layers.epw import read_epw
from geodata.layers.hours import HOURS, PLACES_AT_ONCE, typical_year
from geodata.layers.psychrometrics import pressure_hpa
from geodata.read import builtin
from geodata.tables import TableError

Array = NDArray[np.float64]

PART_LOAD = ("loss_share", "fan_share", "pump_share", "tower_fan_share", "cooler_fan_share")


class Settings(BaseModel):
    """What is asked of the cooling relations."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part_load_loss_share: float = Field(
        0.0,
        ge=0,
        le=0.3,
        description="extra electrical loss at any load [kW per kW IT], on top of what part load costs",
    )
    load_share: float = Field(
        1.0,
        gt=0,
        le=1,
        description="mean IT load over the IT power of the design, at which pue_mean and wue are taken; "
        "pue_peak is at full load",
    )
    part_load_band: Literal["low", "central", "high"] = Field(
        "central",
        description="penalty of part load: which of fixed_share_low, _central and _high of cooling.csv holds",
    )


def measure_cooling(climate: pd.DataFrame, settings: Settings, tables: Path | None = None) -> pd.DataFrame:
    """Return PUE and WUE of each cooling technology at each place.

    Parameters
    ----------
    climate : DataFrame
        Result of `geodata.layers.climate.measure_climate`.
    settings : Settings
        Extra loss at part load.
    tables : Path, optional
        Folder whose `cooling.csv` stands in for the built-in parameters.

    Returns
    -------
    DataFrame
        Long: `site_id`, `technology`, `pue_mean` (mean over the hours of the year at a steady IT load of
        `load_share`), `pue_peak` (full load, design dry bulb and design wet bulb at once, so on the safe
        side; never below the mean at full load), `wue` (L per kWh of IT, mean at `load_share`). The hours are
        those of the typical year, or of the user's EPW file where the place has one.
    """
    parameters = read_parameters(tables)
    parts = [
        _efficiency(climate.iloc[rows], weather, weight, parameters, settings)
        for rows, weather, weight in weather_of(climate)
    ]
    return pd.concat(parts, ignore_index=True).sort_values(["site_id", "technology"]).reset_index(drop=True)


def weather_of(climate: pd.DataFrame) -> Iterator[tuple[list[int], Air, Array]]:
    """Yield rows of the climate, their weather (n_rows, n_hours), and the weight of each hour; sum 1.

    The typical year of some hundred places at a time, so that memory does not grow with their number; then
    each place that has an EPW file.
    """
    own = climate.get("epw_file", pd.Series("", climate.index)).to_numpy() != ""
    typical = np.flatnonzero(~own).tolist()
    for start in range(0, len(typical), PLACES_AT_ONCE):
        rows = typical[start : start + PLACES_AT_ONCE]
        year = typical_year(climate.iloc[rows])
        yield rows, Air(year.dry_bulb_c, year.wet_bulb_c, year.pressure_hpa), year.weight_share
    for row in np.flatnonzero(own).tolist():
        file = read_epw(climate["epw_file"].iloc[row], climate["epw_warming_c"].iloc[row])
        weather = Air(file.dry_bulb_c[None], file.wet_bulb_c[None], file.pressure_hpa[None])
        yield [row], weather, np.full(HOURS, 1 / HOURS)


def _efficiency(
    climate: pd.DataFrame, weather: Air, weight: Array, parameters: dict[str, Values], settings: Settings
) -> pd.DataFrame:
    hot, wet = climate["temperature_hot_c"].to_numpy(), climate["wet_bulb_hot_c"].to_numpy()
    design = Air(hot, np.minimum(wet, hot), pressure_hpa(climate["elevation_m"].to_numpy()))
    parts = []
    for technology, relation in RELATIONS.items():
        full = at_load(parameters[technology], 1.0, settings)
        part = at_load(parameters[technology], settings.load_share, settings)
        effort = relation(weather, part)
        mean = (effort if part == full else relation(weather, full)).power @ weight
        columns = {
            "site_id": climate.index.astype(str),
            "technology": technology,
            "pue_mean": steady(part, settings) + effort.power @ weight,
            "pue_peak": steady(full, settings) + np.maximum(relation(design, full).power, mean),
            "wue": effort.water @ weight,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts)


def steady(p: Values, settings: Settings) -> Any:
    """Return what PUE is before cooling: 1 + electrical loss + lighting."""
    return 1 + p["loss_share"] + p["lighting_share"] + settings.part_load_loss_share


def at_load(p: Values, load_share: Any, settings: Settings) -> Values:
    """Return the parameters of a technology at a part of its design load.

    Electrical loss, fans and pumps: per kW of IT, the design value times 1 + f (1 / load - 1), f the share of
    their power that runs whatever the load (`fixed_share_<band>`). Lighting: all of it, f = 1. Compressors
    take the heat there is at the COP of the design. At a load of 1 nothing changes.

    Parameters
    ----------
    p : dict
        Result of `read_parameters` for one technology.
    load_share : float or array
        IT load over the IT power of the design, above 0 to 1; an array (hours) gives arrays.
    settings : Settings
        Band.
    """
    idle = 1 / load_share - 1
    grown = 1 + p[f"fixed_share_{settings.part_load_band}"] * idle
    scaled = {name: p[name] * grown for name in PART_LOAD if name in p}
    return p | scaled | {"lighting_share": p["lighting_share"] * (1 + idle)}


def read_parameters(tables: Path | None = None) -> dict[str, Values]:
    """Return the parameters of each technology from `cooling.csv`, those of `all` included.

    Raises
    ------
    TableError
        A parameter of the built-in table is missing in the one given, twice there, or not known.
    """
    table = builtin("cooling", tables)
    _check(table, builtin("cooling"))
    common = table[table["technology"] == "all"]
    sets = {t: pd.concat([common, table[table["technology"] == t]]) for t in RELATIONS}
    return {t: dict(zip(s["parameter"], s["value"], strict=True)) for t, s in sets.items()}


def _check(table: pd.DataFrame, shipped: pd.DataFrame) -> None:
    found = (table["technology"] + "." + table["parameter"]).tolist()
    known = (shipped["technology"] + "." + shipped["parameter"]).tolist()
    faults = [f"missing {k}" for k in known if k not in found]
    faults += [f"unknown {k}" for k in found if k not in known]
    faults += [f"{k} given twice" for k in known if found.count(k) > 1]
    faults += [f"{k} without a value" for k, v in zip(found, table["value"].isna(), strict=True) if v]
    if faults:
        raise TableError(f"cooling.csv: {'; '.join(faults)}; start from a copy of the built-in table")
