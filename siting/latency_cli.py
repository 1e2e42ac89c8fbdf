"""`siting latency`: latency between pairs of places, modelled and compared with what was measured."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import door, show_rows
from siting.options import DataFolder, Sets

if TYPE_CHECKING:
    import pandas as pd

    from geodata.layers.latency import Settings

PREFIX = "geodata.network."


def latency_command(
    pairs: Annotated[
        Path,
        typer.Argument(
            metavar="PAIRS", help="CSV, XLSX, Parquet: from_lat, from_lon, to_lat, to_lon, rtt_ms"
        ),
    ],
    data: DataFolder = None,
    sets: Sets = None,
    as_json: Annotated[bool, typer.Option("--json", help="print every pair and the errors as JSON")] = False,
) -> None:
    """Model the latency between places and, where a round trip is given, say how far the model is from it."""
    with door():
        from siting.latency import compare, read_pairs, summary

        settings = _settings(data, sets or [])
        table = compare(read_pairs(pairs), settings, data)
        errors = summary(table)
        if as_json:
            from siting.json_text import to_json

            print(to_json({"pairs": table.to_dict("records")} | errors), end="")
        else:
            _show(table, errors)


def _settings(data: Path | None, sets: list[str]) -> Settings:
    from geodata.layers.latency import Settings
    from geodata.tables import TableError

    if data is not None and not data.is_dir():
        raise TableError(f"--data {data}: there is no such folder")
    if not sets:
        return Settings()
    from siting.scenario import ScenarioError, load_scenario

    strange = [text for text in sets if not text.startswith(PREFIX)]
    if strange:
        raise ScenarioError(f"--set {', '.join(strange)}: expected a key that begins with {PREFIX}")
    return load_scenario(None, sets).geodata.network


def _show(table: pd.DataFrame, errors: dict[str, float | int | None]) -> None:
    """Print a row a pair, and below it the errors if anything was measured."""
    from siting.latency import cells

    text = cells(table)
    header = [] if sys.stdout.isatty() else [list(text.columns)]
    show_rows("Latency", list(text.columns), header + text.to_numpy().tolist())
    for name, value in errors.items():
        if errors["measured_pairs"] and value is not None:
            print(f"{name}: {value:.4g}")
