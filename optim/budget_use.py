"""What plants use of the budgets over all years, from the table of their operation."""

from __future__ import annotations

import pandas as pd

from optim.inputs import Inputs

UNITS_PER_MILLION = 1e6
_NEAR = 1e-6


def emitted_mt(operation: pd.DataFrame) -> float:
    """Return what plants emit over all years [Mt CO2]."""
    return float(operation["emissions_tco2"].sum()) / UNITS_PER_MILLION


def drawn_million_m3(operation: pd.DataFrame) -> float:
    """Return the water that plants draw over all years [million m3]."""
    return float(operation["water_m3"].sum()) / UNITS_PER_MILLION


def budget_excess(inputs: Inputs, emissions_mt: float, water_million_m3: float) -> str:
    """Return, in words, the first budget that the use over all years passes; empty: none."""
    asked = inputs.asked.budgets
    sides = [
        ("carbon_max_mt", emissions_mt, asked.carbon_max_mt, "emits", "Mt CO2"),
        (
            "water_max_million_m3",
            water_million_m3,
            asked.water_max_million_m3,
            "draws",
            "million m3 of water",
        ),
    ]
    for name, used, most, does, unit in sides:
        if most is not None and used > most + _NEAR * max(1.0, most):
            return f"the nearest found {does} {used:.6g} {unit}, optim.budgets.{name} = {most:g}"
    return ""
