"""Tables as short columns for a page's script: numbers with few figures, years side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

_LEAST = 1e-6


def short(value: float, figures: int = 5) -> float | int | None:
    """Return a number with so many significant figures, a whole one without its point, None if missing."""
    if not math.isfinite(value):
        return None
    if abs(value) < _LEAST:
        return 0
    shown = round(float(value), figures - 1 - math.floor(math.log10(abs(value))))
    return int(shown) if shown == int(shown) else shown


def shorts(values: Iterable[Any], figures: int = 5) -> list[float | int | None]:
    """Return numbers as `short` does."""
    return [short(value, figures) for value in values]


def by_year(table: pd.DataFrame, keys: Sequence[str], column: str, years: Sequence[int]) -> pd.DataFrame:
    """Return sums of a column, one row for each group of `keys` and one column for each year, 0 if none."""
    sums = table.groupby([*keys, "year"])[column].sum().unstack("year", fill_value=0)
    return sums.reindex(columns=list(years), fill_value=0.0)


def year_lists(
    wide: pd.DataFrame, index: Sequence[Any], scale: float = 1.0
) -> list[list[float | int | None]]:
    """Return a list of years for each name in `index`, in its order; nothing known is 0."""
    return [shorts(row) for row in (wide.reindex(list(index), fill_value=0.0) / scale).to_numpy()]
