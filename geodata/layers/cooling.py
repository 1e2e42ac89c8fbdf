"""Efficiency of cooling technologies from climate: one relation per technology, evaluated over the year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from geodata.layers.hours import typical_year
from geodata.layers.psychrometrics import (
    enthalpy_kj_per_kg,
    humidity_ratio,
    pressure_hpa,
    ratio_at_wet_bulb,
    saturation_pressure_hpa,
)
from geodata.read import builtin
from geodata.tables import TableError

Array = NDArray[np.float64]
Values = dict[str, float]

HEAT_OF_AIR = 3600 / 1.006  # kg K of air that one kWh warms
LATENT_KJ_PER_KG = 2501.0


@dataclass(frozen=True)
class Air:
    """Outdoor air: arrays of dry bulb [C], wet bulb [C] and pressure [hPa] that broadcast."""

    dry: Array
    wet: Array
    pressure: Array


@dataclass(frozen=True)
class Effort:
    """What cooling takes: power [kW per kW IT] and water [L per kWh of IT]."""

    power: Array
    water: Array


class Settings(BaseModel):
    """What is asked of the cooling relations."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part_load_loss_share: float = Field(
        0.0,
        ge=0,
        le=0.3,
        description="extra electrical loss of halls that run far below design load [kW per kW IT]",
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
        Long: `site_id`, `technology`, `pue_mean` (mean over the hours of the typical year at steady IT load),
        `pue_peak` (design dry bulb and design wet bulb at once, so on the safe side; never below the mean),
        `wue` (L per kWh of IT, mean).
    """
    year = typical_year(climate)
    weather = Air(year.dry_bulb_c, year.wet_bulb_c, year.pressure_hpa)
    hot, wet = climate["temperature_hot_c"].to_numpy(), climate["wet_bulb_hot_c"].to_numpy()
    design = Air(hot, np.minimum(wet, hot), pressure_hpa(climate["elevation_m"].to_numpy()))
    parameters = read_parameters(tables)
    parts = []
    for technology, relation in RELATIONS.items():
        values = parameters[technology]
        steady = 1 + values["loss_share"] + values["lighting_share"] + settings.part_load_loss_share
        effort = relation(weather, values)
        mean = effort.power @ year.weight_share
        columns = {
            "site_id": climate.index.astype(str),
            "technology": technology,
            "pue_mean": steady + mean,
            "pue_peak": steady + np.maximum(relation(design, values).power, mean),
            "wue": effort.water @ year.weight_share,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True).sort_values(["site_id", "technology"]).reset_index(drop=True)


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


def chilled_water(air: Air, p: Values) -> Effort:
    """Return the effort of water-cooled chillers all year: fans, pumps, tower, chiller at COP by lift."""
    heat = _heat(p)
    chiller = heat / _cop_water(air, p)
    fixed = p["fan_share"] + p["pump_share"] + p["tower_fan_share"]
    return Effort(fixed + chiller, _tower_water(air, heat + chiller, p))


def water_economiser(air: Air, p: Values) -> Effort:
    """Return the effort of a warm-water loop: tower alone when cold, both in a band, else chiller."""
    heat = _heat(p)
    chiller = heat * (1 - _ramp_down(air.wet, p["free_full_c"], p["free_none_c"])) / _cop_water(air, p)
    fixed = p["fan_share"] + p["pump_share"] + p["tower_fan_share"]
    return Effort(fixed + chiller, _tower_water(air, heat + chiller, p))


def air_economiser(air: Air, p: Values) -> Effort:
    """Return the effort of outdoor air: as it is when cool, moistened when warm, chilled for what remains."""
    heat, supply = _heat(p), p["supply_air_c"]
    reach = p["humidifier_share"] * (air.dry - air.wet)
    moistened = np.clip(air.dry - supply, 0, reach)
    chilled = np.clip((air.dry - moistened - supply) / p["air_rise_k"], 0, 1)
    water = p["latent_l_per_kwh"] * p["blowdown"] * heat * moistened / p["air_rise_k"] * (chilled < 1)
    power = p["fan_share"] + p["pump_share"] + heat * chilled / _cop_air(air, p)
    return Effort(power, water + _winter_moisture(air, heat, p))


def indirect_evaporative(air: Air, p: Values) -> Effort:
    """Return the effort of an air-to-air exchanger: dry when cool, outdoor side moistened when warm."""
    heat = _heat(p)
    spray = 1 - _ramp_down(air.dry, p["dry_limit_c"], p["dry_limit_c"] + p["spray_band_k"])
    moistened = spray * p["humidifier_share"] * (air.dry - air.wet)
    reached = air.dry - moistened + p["exchanger_approach_k"]
    chilled = np.clip((reached - p["supply_air_c"]) / p["air_rise_k"], 0, 1)
    water = p["latent_l_per_kwh"] * p["blowdown"] * heat * moistened / p["air_rise_k"]
    return Effort(p["fan_share"] + p["pump_share"] + heat * chilled / _cop_air(air, p), water)


def liquid_tower(air: Air, p: Values) -> Effort:
    """Return the effort of cold plates on a tower, which carries the liquid's heat; trim above W32."""
    heat = _heat(p)
    captured = heat * p["captured_share"]
    over = np.clip((air.wet + p["tower_approach_k"] - p["water_supply_c"]) / p["air_rise_k"], 0, 1)
    trim = captured * over / _cop_water(air, p)
    fixed = p["fan_share"] + p["pump_share"] + p["tower_fan_share"]
    return Effort(fixed + trim + _residual(air, heat - captured, p), _tower_water(air, captured + trim, p))


def liquid_dry(air: Air, p: Values) -> Effort:
    """Return the effort of cold plates on dry coolers: more fan as it warms, spray above the limit."""
    heat = _heat(p)
    captured = heat * p["captured_share"]
    limit = p["water_supply_c"] - p["cooler_approach_k"]
    fan = p["cooler_fan_share"] + p["cooler_fan_hot_share"] * np.clip(air.dry / limit, 0, 1)
    sprayed = np.clip((air.dry - limit) / p["cooler_rise_k"], 0, 1)
    water = p["latent_l_per_kwh"] * p["blowdown"] * captured * sprayed
    fixed = p["fan_share"] + p["pump_share"] + fan
    return Effort(fixed + _residual(air, heat - captured, p), water)


RELATIONS: dict[str, Callable[[Air, Values], Effort]] = {
    "chilled_water": chilled_water,
    "water_economiser": water_economiser,
    "air_economiser": air_economiser,
    "indirect_evaporative": indirect_evaporative,
    "liquid_tower": liquid_tower,
    "liquid_dry": liquid_dry,
}


def _heat(p: Values) -> float:
    """Return the heat to be removed [kW per kW IT]: IT, electrical loss, lighting and hall fans."""
    return 1 + p["loss_share"] + p["lighting_share"] + p["fan_share"]


def _ramp_down(value: Array, full: float, none: float) -> Array:
    return np.clip((none - value) / (none - full), 0, 1)


def _cop(evaporating_c: float, condensing_c: Array, carnot: float, p: Values) -> Array:
    """Return heat moved per work of a chiller: a share of Carnot, share x Te / (Tc - Te), at a least lift."""
    lift = np.maximum(condensing_c - evaporating_c, p["lift_min_k"])
    return carnot * (evaporating_c + 273.15) / lift


def _cop_water(air: Air, p: Values) -> Array:
    water = np.maximum(air.wet + p["tower_approach_k"], p["tower_water_min_c"])
    return _cop(p["evaporating_c"], water + p["condenser_rise_k"], p["carnot_share"], p)


def _cop_air(air: Air, p: Values) -> Array:
    return _cop(p["evaporating_c"], air.dry + p["air_condenser_rise_k"], p["carnot_air_share"], p)


def _residual(air: Air, heat: float, p: Values) -> Array:
    """Return the power for the heat left in the air: economiser coil when cool, air-cooled chiller above."""
    return heat * (1 - _ramp_down(air.dry, p["coil_full_c"], p["coil_none_c"])) / _cop_air(air, p)


def _tower_water(air: Air, heat: Array | float, p: Values) -> Array:
    """Return the make-up water of a cooling tower [L per kWh of IT].

    The air leaves saturated, some kelvin above the wet bulb; the rise of its humidity over the rise of its
    enthalpy is the share of the heat that evaporates (above 1 where hot dry air is cooled on the way).
    """
    leaving = air.wet + p["leaving_air_k"]
    ratio_in = ratio_at_wet_bulb(air.dry, air.wet, air.pressure)
    ratio_out = humidity_ratio(saturation_pressure_hpa(leaving), air.pressure)
    rise = enthalpy_kj_per_kg(leaving, ratio_out) - enthalpy_kj_per_kg(air.dry, ratio_in)
    share = LATENT_KJ_PER_KG * (ratio_out - ratio_in) / rise
    return p["latent_l_per_kwh"] * p["blowdown"] * heat * np.clip(share, 0, 1.2)


def _winter_moisture(air: Air, heat: float, p: Values) -> Array:
    """Return the water that keeps the supply above the least dew point [L per kWh of IT]."""
    least = humidity_ratio(saturation_pressure_hpa(p["dew_point_min_c"]), air.pressure)
    lacking = np.maximum(least - ratio_at_wet_bulb(air.dry, air.wet, air.pressure), 0)
    warming = np.maximum(p["supply_air_c"] + p["air_rise_k"] - air.dry, p["air_rise_k"])
    return lacking * heat * HEAT_OF_AIR / warming
