"""A scenario of one's own: templates to fill in, and every key there is, with what it means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from geodata.readers.yaml_file import parse
from siting.folder import fresh_folder, write_text
from siting.scenario import Scenario

NAMES = (
    "README.md",
    "scenario.yaml",
    "sites.csv",
    "demand.csv",
    "campuses.csv",
    "prices.csv",
    "round-trips.csv",
    "policy.yaml",
)


def write_templates(folder: Path) -> list[Path]:
    """Write the templates into a new folder and return their paths.

    Raises
    ------
    OutputError
        The folder holds files already; nothing is overwritten.
    """
    source = files("siting").joinpath("templates")
    with fresh_folder(folder, "scenario.yaml") as part:
        for name in NAMES:
            text = source.joinpath(name).read_text(encoding="utf-8")
            write_text(part / name, text + all_keys() if name == "scenario.yaml" else text)
    return [folder / name for name in NAMES]


def all_keys() -> str:
    """Return every key of a scenario as YAML comments, with its default and what it means."""
    return "\n# Every key, with its default:\n#\n" + "\n".join(_keys(Scenario, 0)) + "\n"


def _keys(model: type[BaseModel], depth: int) -> Iterator[str]:
    for name, field in model.model_fields.items():
        default = "" if field.is_required() else field.get_default(call_default_factory=True)
        meaning = field.description or ""
        inner = type(default) if isinstance(default, BaseModel) else None
        shown = "" if inner else f" {_shown(default)}"
        yield f"# {'  ' * depth}{name}:{shown}  # {meaning}"
        if inner:
            yield from _keys(inner, depth + 1)


def _shown(default: Any) -> str:
    words = {None: "null", True: "true", False: "false"}
    if isinstance(default, bool) or default is None:
        return words[default]
    if isinstance(default, tuple):
        return "[]" if not default else str(list(default))
    text = str(default)
    return text if parse(text) == default else json.dumps(default)
