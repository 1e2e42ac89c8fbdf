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


def budget_excess(inputs: Inputs, operation: pd.DataFrame) -> str:
    """Return, in words, the first budget that a plan passes; empty: none."""
    asked = inputs.asked.budgets
    sides = [
        ("carbon_max_mt", emitted_mt(operation), asked.carbon_max_mt, "Mt CO2 are emitted"),
        (
            "water_max_million_m3",
            drawn_million_m3(operation),
            asked.water_max_million_m3,
            "million m3 are drawn",
        ),
    ]
    for name, used, most, what in sides:
        if most is not None and used > most + _NEAR * max(1.0, most):
            return f"{used:.6g} {what} at the least, optim.budgets.{name} = {most:g}"
    return ""
