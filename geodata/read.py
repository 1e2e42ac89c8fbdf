"""Reads tables of figures: the built-in ones, and the user's CSV, XLSX or Parquet files."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from geodata.tables import TableError, checked

BUILTIN = Path(__file__).parent / "builtin"
TEXT = ("vintage", "source", "note")
TRUE = ("true", "1", "yes")
FALSE = ("false", "0", "no")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def builtin(name: str, tables: Path | None = None) -> pd.DataFrame:
    """Return the built-in table `name`, or the file of that name in the folder `tables` if it is there.

    Parameters
    ----------
    name : str
        File name without `.csv`.
    tables : Path, optional
        Folder whose CSV files stand in for built-in ones of the same name and columns.

    Returns
    -------
    DataFrame
        Numbers as float, empty cells of text columns as "".

    Raises
    ------
    TableError
        Unreadable file, or columns other than those of the built-in table.
    """
    shipped = _shipped(BUILTIN / f"{name}.csv").copy()
    own = tables / f"{name}.csv" if tables else None
    if own is None or not own.exists():
        return shipped
    return _like(read_csv(own), shipped, own)


@cache
def _shipped(path: Path) -> pd.DataFrame:
    """Return a built-in table; a survey asks for the same one up to ten times."""
    return typed(read_csv(path))


def _like(table: pd.DataFrame, shipped: pd.DataFrame, path: Path) -> pd.DataFrame:
    missing = [c for c in shipped.columns if c not in table.columns]
    unknown = [c for c in table.columns if c not in shipped.columns]
    if missing or unknown:
        found = [f"missing column {c}" for c in missing] + [f"unknown column {c}" for c in unknown]
        raise TableError(
            f"{path}: {'; '.join(found)}; expected the columns of the built-in table of this name"
        )
    numeric = [c for c in shipped.columns if shipped[c].dtype == "float64"]
    return numbers(table, numeric, str(path))[list(shipped.columns)]


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the text table with columns of only numbers (at least one) as float; `TEXT` columns stay."""
    kept = [c for c in table.columns if c not in TEXT]
    done = {c: pd.to_numeric(table[c].replace("", None), errors="coerce") for c in kept}
    whole = [c for c in kept if (done[c].notna() == (table[c] != "")).all() and done[c].notna().any()]
    return table.assign(**{c: done[c].astype(float) for c in whole})


def read_table(path: Path, model: type[pa.DataFrameModel], where: str) -> pd.DataFrame:
    """Return the user's file as a checked table.

    Parameters
    ----------
    path : Path
        `.csv`, `.xlsx` or `.parquet`.
    model : type
        Model of `geodata.tables`, or one like it.
    where : str
        What the file is for, or the scenario key that names it; begins every message.

    Raises
    ------
    TableError
        Unreadable file, or every fault of its columns and cells.
    """
    place = f"{where} ({path})"
    return checked(as_model(read_file(path, where), model, place), model, place)


def read_file(path: Path, where: str) -> pd.DataFrame:
    """Return the cells of a CSV, XLSX or Parquet file, text where the file has text; no blank rows."""
    readers = {".csv": read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}
    if path.is_dir():
        raise TableError(f"{where}: {path} is a folder, expected a file")
    if not path.is_file():
        raise TableError(f"{where}: no file {path}")
    if path.suffix.lower() not in readers:
        raise TableError(
            f"{where} ({path}): found a {path.suffix or 'nameless'} file, expected .csv, .xlsx or .parquet"
        )
    table = readers[path.suffix.lower()](path)
    table.columns = [str(c).strip() for c in table.columns]
    _check_names(list(table.columns), path)
    return table[(table != "").any(axis=1)].reset_index(drop=True)


def _check_names(columns: list[str], path: Path) -> None:
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise TableError(f"{path}: column {', '.join(twice)} stands twice in the header")


def read_csv(path: Path) -> pd.DataFrame:
    """Return the cells of a CSV file as text; every row must have as many cells as the header."""
    rows = _rows(_text(path), path)
    if not any(rows):
        raise TableError(f"{path}: the file is empty, expected a header line")
    _check_header(rows[0], path)
    bad = [i for i, r in enumerate(rows[1:], 1) if r and len(r) != len(rows[0])]
    if bad:
        shown = ", ".join(str(i) for i in bad[:5])
        raise TableError(
            f"{path}: row {shown} has another number of cells than the header ({len(rows[0])}); cut off?"
        )
    table = pd.DataFrame([r for r in rows[1:] if r], columns=rows[0], dtype="str")
    return table.apply(lambda c: c.str.strip())


def _check_header(header: list[str], path: Path) -> None:
    sign = next((s for s in (";", "\t") if len(header) == 1 and s in header[0]), None)
    if sign:
        name = "semicolons" if sign == ";" else "tabs"
        raise TableError(f"{path}: the cells are separated by {name}, expected commas (and 1.5, not 1,5)")
    _check_names([c.strip() for c in header], path)


def _rows(text: str, path: Path) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise TableError(f"{path}: not a whole CSV file ({error}); cut off, or a quote is open") from None


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if raw[:2] == b"PK":
        raise TableError(f"{path}: this is an Excel file; name it .xlsx")
    if b"\0" in raw and raw[:2] not in UTF_16:
        raise TableError(f"{path}: this is a binary file, expected text (CSV UTF-8)")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    guess = "UTF-16" if raw[:2] in UTF_16 else _guess(raw)
    raise TableError(f"{path}: the text is not UTF-8 (it looks like {guess}); save it as 'CSV UTF-8'")


def _guess(raw: bytes) -> str:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "a binary file"
    return "GBK"


def _read_xlsx(path: Path) -> pd.DataFrame:
    try:
        return pd.read_excel(path, dtype="str", keep_default_na=False, engine="openpyxl")
    except Exception as error:
        raise TableError(f"{path}: not a readable Excel file ({error})") from None


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path).apply(_as_cells)
    except Exception as error:
        raise TableError(f"{path}: not a readable Parquet file ({error})") from None


def _as_cells(column: pd.Series) -> pd.Series:
    """Return numbers as they are, anything else (dates, truth values, categories) as text, none as ""."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column
    return column.astype("object").where(column.notna(), "").astype("str")


def as_model(table: pd.DataFrame, model: type[pa.DataFrameModel], where: str) -> pd.DataFrame:
    """Return the table with text cells turned into the model's numbers and truth values."""
    columns = {n: str(c.dtype) for n, c in model.to_schema().columns.items() if n in table.columns}
    numeric = [n for n, kind in columns.items() if kind.startswith(("int", "float"))]
    table = numbers(table, numeric, where)
    whole = [n for n in numeric if columns[n].startswith("int")]
    faults = [f"column {n}: expected whole numbers{at}" for n in whole if (at := _rows_at(table[n] % 1 != 0))]
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    for name in (n for n, kind in columns.items() if kind == "bool"):
        table = table.assign(**{name: truth(table[name], where)})
    return table


def numbers(table: pd.DataFrame, columns: list[str], where: str) -> pd.DataFrame:
    """Return the table with `columns` as float; empty cells become NaN.

    Raises
    ------
    TableError
        Cells that are no single number: a range ("150-200"), packed values ("40 / 15 / 5"), words, infinity.
    """
    faults = [fault for c in columns for fault in _number_faults(table[c])]
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    return table.assign(**{c: _number(table[c]) for c in columns})


def _number(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column.replace("", None), errors="coerce").astype(float)


def _number_faults(column: pd.Series) -> list[str]:
    value = _number(column)
    wrong = (value.isna() & column.notna() & (column.astype(str) != "")) | value.isin(
        [float("inf"), -float("inf")]
    )
    if not wrong.any():
        return []
    found = f"column {column.name}: found '{column[wrong].iloc[0]}'"
    return [f"{found}, expected one number{_rows_at(wrong)}"]


def _rows_at(wrong: pd.Series) -> str:
    """Return the first rows at which `wrong` holds, counted from 1, in brackets; none: nothing."""
    rows = ", ".join(str(i + 1) for i in wrong.index[wrong][:5])
    return f" (row {rows})" if rows else ""


def truth(column: pd.Series, where: str) -> pd.Series:
    """Return the column as True and False from true/false, 1/0, yes/no."""
    text = column.astype(str).str.lower()
    wrong = ~text.isin(TRUE + FALSE)
    if wrong.any():
        found = f"column {column.name}: found '{column[wrong].iloc[0]}'"
        raise TableError(f"{where}: {found}, expected true or false{_rows_at(wrong)}")
    return text.isin(TRUE)
