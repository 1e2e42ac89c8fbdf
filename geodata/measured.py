"""What a layer hands over: its figures for each place, and where each figure comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from geodata.tables import Figures, TableError

FIGURE_COLUMNS = list(Figures.to_schema().columns)


@dataclass(frozen=True)
class Measured:
    """A layer's columns, and a row of `geodata.tables.Figures` for each, apart for places that differ."""

    table: pd.DataFrame
    figures: pd.DataFrame


def figure(
    column: str,
    unit: str,
    source: str,
    vintage: str,
    confidence: str,
    note: str = "",
    site_id: str = "",
    observation: str = "",
) -> dict[str, str]:
    """Return one row of `geodata.tables.Figures`.

    Parameters
    ----------
    column, unit : str
        Column of the attributes and its unit in words.
    source, vintage, confidence, note : str
        Where the figure comes from; confidence high, medium, low or missing.
    site_id : str
        Place for which the row holds; empty: all that have no row of their own.
    observation : str
        Column that holds the distance to the nearest observation behind the figure [km]; empty: none.
    """
    return {
        "column": column,
        "site_id": site_id,
        "unit": unit,
        "source": source,
        "vintage": vintage,
        "confidence": confidence,
        "note": note,
        "observation": observation,
    }


def missing(columns: list[str], layer: str, note: str = "") -> list[dict[str, str]]:
    """Return the rows which say that no layer gives `columns`; `layer` is what was not found."""
    return [figure(column, "", layer, "", "missing", note) for column in columns]


def measured(
    places: pd.DataFrame,
    columns: dict[str, object],
    rows: list[dict[str, str]],
    model: type[pa.DataFrameModel],
) -> Measured:
    """Return a layer's result: `columns` by name, those of the model that are not given empty.

    Parameters
    ----------
    places : DataFrame
        `site_id`.
    columns : dict
        Values in the order of `places`.
    rows : list
        Results of `figure` and `missing`.
    model : type
        The layer's class of `geodata.schemas.layers`.
    """
    whole = {
        name: columns.get(name, "" if str(column.dtype).startswith("str") else np.nan)
        for name, column in model.to_schema().columns.items()
    }
    table = pd.DataFrame(whole, index=pd.Index(places["site_id"].to_numpy(), name="site_id"))
    return Measured(table, pd.DataFrame(rows, columns=FIGURE_COLUMNS))


def layer_file(data: Path | None, relative: str) -> Path | None:
    """Return the path of a layer in a data folder, None where there is no folder or no such file."""
    path = data / relative if data else None
    return path if path is not None and path.exists() else None


def read_layer_csv(path: Path, columns: list[str]) -> pd.DataFrame:
    """Return the named columns of a CSV file of a data folder, packed or not.

    Raises
    ------
    TableError
        Unreadable, or a column is missing.
    """
    try:
        return pd.read_csv(path, usecols=columns)[columns]
    except (OSError, ValueError, EOFError) as error:
        again = "get it again, see `siting data verify`"
        raise TableError(f"{path}: not a readable layer ({error}); {again}") from None
