"""Options that several commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

DataFolder = Annotated[
    Path | None, typer.Option("--data", envvar="SITING_DATA", help="data folder to survey from")
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="change a key, e.g. geodata.demand.path=low"),
]


def overrides(sets: list[str] | None, options: dict[str, object]) -> list[str]:
    """Return `--set` texts, then those options that were given, by the keys that they stand for."""
    given = {key: str(value) if isinstance(value, Path) else value for key, value in options.items()}
    return (sets or []) + [f"{key}={json.dumps(value)}" for key, value in given.items() if value is not None]
