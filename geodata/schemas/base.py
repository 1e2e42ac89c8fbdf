"""What all tables have in common: columns that are declared, no others, and types that are kept."""

from __future__ import annotations

import pandera.pandas as pa

CONFIDENCE = ("high", "medium", "low")
COOLING = (
    "chilled_water",
    "water_economiser",
    "air_economiser",
    "indirect_evaporative",
    "liquid_tower",
    "liquid_dry",
)
SIDES = ("east", "west")
KINDS = ("seat", "start_area", "own", "cell")


class TableModel(pa.DataFrameModel):
    """A table whose columns are all declared."""

    class Config:
        """Unknown columns are refused, types are converted where that is possible."""

        strict = True
        coerce = True
