"""One check: two sides compared item by item, reported by its worst item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

TOLERANCE = 1e-6
FLOOR = 10.0  # below it errors are absolute: a solver keeps its rows to some 10 W
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Check:
    """A check and its worst item; `error` is relative to the larger side, or to 10 if both are less."""

    check: str
    items: int
    place: str
    expected: float
    found: float
    error: float
    ok: bool


def equal(name: str, expected: pd.Series, found: pd.Series) -> Check:
    """Return the check that two series agree; an index missing on one side counts as 0."""
    index, sides = _aligned(expected, found)
    first, second = (np.nan_to_num(side, nan=0.0, posinf=np.inf) for side in sides)
    return same(name, first, second, lambda k: _text(index[k]))


def at_most(name: str, found: pd.Series, limit: pd.Series) -> Check:
    """Return the check that `found` does not exceed `limit`; what one side lacks counts as 0 there.

    So nothing is allowed where there is no limit: a plan whose tables lack rows fails, and is not a crash.
    """
    if not found.index.equals(limit.index):
        lost = found.index.difference(limit.index)
        limit = pd.concat([limit, pd.Series(0.0, index=lost)]) if len(lost) else limit
    index, (limits, values) = _aligned(limit, found)
    return within(name, np.nan_to_num(values, nan=0.0, posinf=np.inf), limits, lambda k: _text(index[k]))


def none_of(name: str, table: pd.DataFrame, wrong: pd.Series, keys: list[str]) -> Check:
    """Return the check that no row of a table is wrong; the place is the first that is."""
    rows = table.loc[wrong.to_numpy(dtype=bool), keys]
    place = _text(tuple(rows.iloc[0])) if len(rows) else ""
    return Check(name, len(table), place, 0.0, float(len(rows)), float(len(rows)), rows.empty)


def one(name: str, expected: float, found: float) -> Check:
    """Return the check that two numbers agree."""
    return equal(name, pd.Series([expected], index=[""]), pd.Series([found], index=[""]))


def same(name: str, expected: Array, found: Array, place: Callable[[int], str]) -> Check:
    """Return the check that two arrays agree; `place` names an item by its number in the flat array."""
    return _worst(name, expected, found, np.abs(found - expected), place)


def within(name: str, found: Array, limit: Array, place: Callable[[int], str]) -> Check:
    """Return the check that an array stays within a limit."""
    return _worst(name, limit, found, np.clip(found - limit, 0.0, None), place)


def _aligned(first: pd.Series, second: pd.Series) -> tuple[pd.Index, list[Array]]:
    """Return the items of both series, and their values; NaN where one has no such item."""
    if first.index.equals(second.index):
        return first.index, [np.asarray(side.to_numpy(dtype=float)) for side in (first, second)]
    both = pd.concat([first.rename("first"), second.rename("second")], axis=1)
    return both.index, [both[name].to_numpy(dtype=float) for name in ("first", "second")]


def _text(key: object) -> str:
    return " ".join(str(k) for k in key) if isinstance(key, tuple) else str(key)


def _worst(name: str, expected: Array, found: Array, difference: Array, place: Callable[[int], str]) -> Check:
    expected, found = np.broadcast_arrays(expected, found)
    if not found.size:
        return Check(name, 0, "", 0.0, 0.0, 0.0, True)
    sides = np.maximum(np.abs(expected), np.abs(found))
    error = difference / np.where(np.isfinite(sides), np.maximum(sides, FLOOR), 1.0)
    error = np.where(np.isnan(error), np.inf, error).ravel()
    k = int(error.argmax())
    worst = float(error[k])
    return Check(
        name, found.size, place(k), float(expected.flat[k]), float(found.flat[k]), worst, worst <= TOLERANCE
    )


def keyed(table: pd.DataFrame, keys: list[str], value: str) -> pd.Series:
    """Return the sums of a column by keys."""
    return table.groupby(keys)[value].sum().astype(float)


def steps(table: pd.DataFrame, place: list[str], value: str, years: list[int]) -> pd.DataFrame:
    """Return cumulative values as a table of places by years; years without a row are 0."""
    wide = keyed(table, [*place, "year"], value).unstack("year")
    assert isinstance(wide, pd.DataFrame)
    return wide.reindex(columns=years).fillna(0.0)


def never_falls(name: str, wide: pd.DataFrame) -> Check:
    """Return the check that no row of a place-by-year table falls."""
    return at_most(name, in_rows(wide.shift(axis=1, fill_value=0.0)), in_rows(wide))


def in_rows(wide: pd.DataFrame) -> pd.Series:
    """Return the values of a place-by-year table, one below the other, by place and year."""
    rows = wide.stack()
    assert isinstance(rows, pd.Series)
    return rows


def at(places: pd.Index | pd.Series, column: pd.Series) -> Array:
    """Return the values of a column at each place, as floats, also where there is no place."""
    return np.asarray(column.reindex(places).to_numpy(dtype=float))
