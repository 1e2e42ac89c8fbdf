"""Draws as files in a run folder, and read back from there."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from geodata.tables import TableError
from maps.texts import Language
from siting.folder import fresh_folder, write_text
from siting.json_text import to_json
from siting.planning import Plan
from siting.robust.page import page
from siting.robust.tables import TABLES, Robust
from siting.table_files import as_csv

FOLDER, MARKER = "robust", "robust.json"
_TEXT = {"message": "str", "also_as_good": "str", "name_en": "str", "name_zh": "str"}


def write_robust(plan: Plan, robust: Robust, out: Path, language: Language, force: bool = False) -> None:
    """Write tables (CSV and Parquet), `robust.json` and `robust.html` into a folder, whole or not at all.

    Raises
    ------
    OutputError
        Something stands at `out`, or it cannot be written.
    """
    with fresh_folder(out, MARKER, force) as part:
        for name in TABLES:
            table = getattr(robust, name)
            table.to_parquet(part / f"{name}.parquet", index=False, compression="zstd")
            if name != "draws_mw":
                write_text(part / f"{name}.csv", as_csv(table))
        write_text(part / "robust.html", page(plan, robust, language))
        write_text(part / MARKER, to_json(robust.about))


def read_robust(run: Path) -> Robust | None:
    """Return the draws in a run folder, or None if there are none.

    Raises
    ------
    TableError
        A file of them cannot be read.
    """
    folder = run / FOLDER
    if not (folder / MARKER).is_file():
        return None
    try:
        about = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    except (OSError, ValueError) as error:
        raise TableError(f"{folder}: cannot be read ({error}); run `siting robust` again") from None
    return Robust(about, **tables)
