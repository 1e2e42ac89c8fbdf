"""One check: two series compared item by item, reported by its worst item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Check:
    """A check and its worst item; `error` is relative to the larger of the two sides, or absolute below 1."""

    check: str
    items: int
    place: str
    expected: float
    found: float
    error: float
    ok: bool


def equal(name: str, expected: pd.Series, found: pd.Series) -> Check:
    """Return the check that two series agree; an index missing on one side counts as 0."""
    both = pd.concat([expected.rename("expected"), found.rename("found")], axis=1).fillna(0.0)
    return _worst(name, both, (both["found"] - both["expected"]).abs())


def at_most(name: str, found: pd.Series, limit: pd.Series) -> Check:
    """Return the check that `found` does not exceed `limit`; what one side lacks counts as 0 there.

    So nothing is allowed where there is no limit: a plan whose tables lack rows fails, and is not a crash.
    """
    lost = found.index.difference(limit.index)
    if len(lost):
        limit = pd.concat([limit, pd.Series(0.0, index=lost)])
    both = pd.concat([limit.rename("expected"), found.rename("found")], axis=1).fillna({"found": 0.0})
    return _worst(name, both, (both["found"] - both["expected"]).clip(lower=0))


def _worst(name: str, both: pd.DataFrame, difference: pd.Series) -> Check:
    if both.empty:
        return Check(name, 0, "", 0.0, 0.0, 0.0, True)
    sides = both[["expected", "found"]].abs().replace(np.inf, 0.0)
    error = (difference / sides.max(axis=1).clip(lower=1.0)).fillna(np.inf)
    at = int(error.to_numpy().argmax())
    key = both.index[at]
    place = " ".join(str(k) for k in key) if isinstance(key, tuple) else str(key)
    row = both.iloc[at]
    worst = float(error.iloc[at])
    return Check(
        name, len(both), place, float(row["expected"]), float(row["found"]), worst, worst <= TOLERANCE
    )


def keyed(table: pd.DataFrame, keys: list[str], value: str) -> pd.Series:
    """Return the sums of a column by keys."""
    return table.groupby(keys)[value].sum().astype(float)


def steps(table: pd.DataFrame, place: list[str], value: str, years: list[int]) -> pd.DataFrame:
    """Return cumulative values as a table of places by years; years without a row are 0."""
    wide = table.astype({value: float}).pivot_table(index=place, columns="year", values=value, aggfunc="sum")
    return wide.reindex(columns=years).fillna(0.0)


def never_falls(name: str, wide: pd.DataFrame) -> Check:
    """Return the check that no row of a place-by-year table falls."""
    return at_most(name, in_rows(wide.shift(axis=1, fill_value=0.0)), in_rows(wide))


def in_rows(wide: pd.DataFrame) -> pd.Series:
    """Return the values of a place-by-year table, one below the other, by place and year."""
    rows = wide.stack()
    assert isinstance(rows, pd.Series)
    return rows


def at(places: pd.Index | pd.Series, column: pd.Series) -> np.ndarray:
    """Return the values of a column at each place, as floats, also where there is no place."""
    return column.reindex(places).to_numpy(dtype=float)
