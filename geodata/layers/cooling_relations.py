"""What each cooling technology takes of power and water in given outdoor air: one relation each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.layers.psychrometrics import (
    enthalpy_kj_per_kg,
    humidity_ratio,
    ratio_at_wet_bulb,
    saturation_pressure_hpa,
)

Array = NDArray[np.float64]
Values = dict[str, Any]  # a number each; an array by hour where the load is one

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
