"""Words for what a check of a table found."""

from __future__ import annotations

import pandas as pd

_EXPECTED = {"not_nullable": "a value", "field_uniqueness": "unique values"}
_ROWS_SHOWN = 5
_VALUES_SHOWN = 3


def fault_texts(cases: pd.DataFrame) -> list[str]:
    """Return one text for each column and check that failed, in order.

    Parameters
    ----------
    cases : DataFrame
        The failure cases of pandera: column, check, index (row counted from 0), failure_case.

    Returns
    -------
    list of str
        Column, what was found, what was expected, rows counted from 1.
    """
    return [_fault(column, check, group) for (column, check), group in _grouped(cases)]


def _grouped(cases: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    filled = cases.assign(column=cases["column"].fillna("table"))
    groups = filled.groupby(["column", "check"], sort=False)
    return [((str(column), str(check)), group) for (column, check), group in groups]


def _fault(column: str, check: str, group: pd.DataFrame) -> str:
    if check == "column_in_dataframe":
        return "missing column " + ", ".join(str(v) for v in group["failure_case"])
    if check == "column_in_schema":
        return "unknown column " + ", ".join(str(v) for v in group["failure_case"])
    rows = [int(i) + 1 for i in group["index"].dropna()]
    found = ", ".join(sorted({str(v) for v in group["failure_case"]})[:_VALUES_SHOWN])
    text = f"column {column}: found {found}, expected {_EXPECTED.get(check, check)}"
    return f"{text} (row {_shown(rows)})" if rows else text


def _shown(rows: list[int]) -> str:
    more = len(rows) - _ROWS_SHOWN
    return ", ".join(str(r) for r in rows[:_ROWS_SHOWN]) + (f" and {more} more" if more > 0 else "")
