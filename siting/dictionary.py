"""The data dictionary of a run: every column of every table with unit and meaning."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from geodata.schemas.base import COOLING
from geodata.tables import MODELS as SURVEY_MODELS
from optim.tables import MODELS as RESULT_MODELS

UNITS = {
    "m_cny": "million CNY",
    "cny": "CNY",
    "mwh": "MWh",
    "kwh": "kWh",
    "mw": "MW",
    "gw": "GW",
    "kw": "kW",
    "kv": "kV",
    "km2": "km2",
    "ha": "ha",
    "km": "km",
    "m3": "m3",
    "m2": "m2",
    "m": "m",
    "ms": "ms",
    "s": "s",
    "h": "h",
    "deg": "degrees",
    "c": "degrees C",
    "gbps": "Gbit/s",
    "pflops": "PFLOPS, dense BF16",
    "tco2": "t CO2",
    "mt": "Mt CO2",
    "share": "share, 0 to 1",
    "capacity_factor": "output over capacity, 0 to 1",
    "persons": "persons",
    "count": "number",
    "days": "days",
    "years": "years",
    "mtokens": "million tokens",
    "mb": "MB, million bytes",
    "g": "g, 9.81 m/s2",
}
PER = {"mw_month": "MW and month", "year": "year", "card": "card", "unit": "unit of the rule", "s": "s"}
BARE = {
    "pue_mean": "1",
    "pue_peak": "1",
    "pue_from": "1",
    "pue_factor": "1",
    "wue": "L/kWh",
    "load_factor": "1",
    "earthquake_100km_magnitude": "magnitude",
    "longitude": "degrees",
    "latitude": "degrees",
    **{f"pue_{technology}": "1" for technology in COOLING},
    **{f"wue_{technology}": "L/kWh" for technology in COOLING},
}

ENTRIES = {**UNITS, **PER}

_NAMES = "|".join(sorted(UNITS, key=len, reverse=True))
_BELOW = "|".join(sorted(ENTRIES, key=len, reverse=True))
_SUFFIX = re.compile(rf"(?:^|_)(?P<above>{_NAMES})(?:_per_(?P<below>{_BELOW}))?(?:_max|_min)?$")


def unit_of(name: str) -> str:
    """Return the unit that ends a column's or setting's name, in words; empty if it carries none.

    Examples
    --------
    >>> unit_of("price_m_cny_per_mw"), unit_of("one_way_ms_max"), unit_of("site_id")
    ('million CNY per MW', 'ms', '')
    """
    if name in BARE:
        return BARE[name]
    found = _SUFFIX.search(name)
    if not found:
        return ""
    below = found["below"]
    return UNITS[found["above"]] + (f" per {ENTRIES[below]}" if below else "")


def data_dictionary() -> pd.DataFrame:
    """Return the columns table, column, type, unit, may_be_empty and meaning, for all tables of a run."""
    results = [row for name, model in RESULT_MODELS.items() for row in _rows(f"tables/{name}", model)]
    return pd.concat([survey_dictionary("survey"), pd.DataFrame(results)], ignore_index=True)


def survey_dictionary(folder: str) -> pd.DataFrame:
    """Return the same for the tables of a survey that lie in a folder of that name."""
    return pd.DataFrame(
        [row for name, model in SURVEY_MODELS.items() for row in _rows(f"{folder}/{name}", model)]
    )


def _rows(table: str, model: Any) -> list[dict[str, object]]:
    return [
        {
            "table": table,
            "column": name,
            "type": str(column.dtype),
            "unit": unit_of(name),
            "may_be_empty": bool(column.nullable),
            "meaning": column.description or "",
        }
        for name, column in model.to_schema().columns.items()
    ]
