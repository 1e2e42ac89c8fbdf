"""Names of columns for people, with units, and what the columns mean."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geodata.tables import MODELS as SURVEY_MODELS
from maps.style import unit_of as shown_unit
from maps.texts import Language, named, texts
from optim.tables import MODELS as RESULT_MODELS
from siting.dictionary import unit_of

_FIRST = {
    "sites": ("build", "halls", "supply", "operation", "costs", "candidates"),
    "candidates": ("candidates", "attributes"),
    "flows": ("flows", "candidates"),
    "hubs": ("places",),
}


def aliases(layer: str, columns: Iterable[str], language: Language) -> dict[str, str]:
    """Return a name with its unit for each column of a layer; no two are alike."""
    found: dict[str, str] = {}
    for column in columns:
        name = alias(layer, column, language)
        found[column] = name if name not in found.values() else f"{name} ({column})"
    return found


def alias(layer: str, column: str, language: Language) -> str:
    """Return the name of a column with its unit.

    Examples
    --------
    >>> alias("sites", "connection_mw", "en"), alias("candidates", "river_km", "en")
    ('Grid connection bought [MW]', 'river [km]')
    >>> alias("candidates", "wind_speed_100m_m_per_s", "en"), alias("flows", "it_mw", "zh")
    ('wind speed 100m [m per s]', '服务的 IT 功率 [MW]')
    """
    unit = shown_unit(column, texts(language)) or unit_of(column)
    label = _label(layer, column, language)
    return f"{label} [{unit}]" if unit and unit not in ("1", "number") else label


def _label(layer: str, column: str, language: Language) -> str:
    words = texts(language)
    if column.startswith("hall_") and column.endswith("_mw"):
        return words["field.hall"].format(cooling=named(words, "cooling", column[len("hall_") : -len("_mw")]))
    keys = (f"field.{layer}.{column}", f"column.{column}", f"field.{column}")
    return next((words[key] for key in keys if key in words), _without_unit(column))


def _without_unit(column: str) -> str:
    """Return a column's name without the unit at its end, in words."""
    parts, unit = column.split("_"), unit_of(column)
    ends = range(len(parts) - 1, 0, -1)
    end = next((k for k in ends if unit and unit_of("_".join(parts[k:])) == unit), len(parts))
    return " ".join(parts[:end])


def meaning(layer: str, column: str, language: Language) -> str:
    """Return what a column of a layer means: what its table says of it, else its name."""
    models = RESULT_MODELS | SURVEY_MODELS
    for name in _FIRST[layer]:
        found = models[name].to_schema().columns.get(column)
        if found is not None and found.description:
            return str(found.description)
    return alias(layer, column, language)


def layer_rows(package: str, layer: str, table: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a data dictionary for a layer; columns as of `siting.dictionary.data_dictionary`."""
    return [
        {
            "table": f"{package}:{layer}",
            "column": str(column),
            "type": str(table[column].dtype),
            "unit": unit_of(str(column)),
            "may_be_empty": bool(table[column].isna().any()),
            "meaning": meaning(layer, str(column), "en")
            if column != "geometry"
            else "WGS 84, longitude and latitude",
        }
        for column in table.columns
    ]
