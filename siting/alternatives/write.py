"""Alternatives as files."""

from __future__ import annotations

from pathlib import Path

from maps.texts import Language
from siting.alternatives.page import page
from siting.alternatives.tables import TABLES, Alternatives
from siting.folder import fresh_folder, write_text
from siting.json_text import to_json
from siting.planning import Plan
from siting.table_files import as_csv

FOLDER, MARKER = "alternatives", "alternatives.json"


def write_alternatives(
    plan: Plan, near: Alternatives, out: Path, language: Language, force: bool = False
) -> None:
    """Write tables (CSV and Parquet), `alternatives.json` and `.html` into a folder, whole or not at all.

    Raises
    ------
    OutputError
        Something stands at `out`, or it cannot be written.
    """
    with fresh_folder(out, MARKER, force) as part:
        for name in TABLES:
            table = getattr(near, name)
            write_text(part / f"{name}.csv", as_csv(table))
            table.to_parquet(part / f"{name}.parquet", index=False, compression="zstd")
        write_text(part / "alternatives.html", page(plan, near, language))
        write_text(part / MARKER, to_json(near.about))
