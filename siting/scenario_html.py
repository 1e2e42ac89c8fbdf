"""What a notebook shows of a scenario: the keys that differ from their defaults, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from siting.rich_html import paragraph, table, titled

_WORDING = ("name", "title", "title_zh", "description")


def scenario_html(settings: BaseModel, title: str, description: str) -> str:
    """Return the heading and the changed keys of a scenario as HTML."""
    changed = [row for row in changed_keys(settings) if row[0] not in _WORDING]
    rows = [(key, _shown(value), _shown(default), meaning) for key, value, default, meaning in changed]
    shown = table(("key", "here", "default", "what it means"), rows) if rows else paragraph("Every default.")
    return titled(title, paragraph(description), shown)


def changed_keys(settings: BaseModel, above: str = "") -> Iterator[tuple[str, Any, Any, str]]:
    """Yield dotted key, value, default and meaning of each setting that is not as by default.

    Values are as in the scenario's file, a password in an address hidden.
    """
    values = settings.model_dump(mode="json")
    for name, field in type(settings).model_fields.items():
        value, default = getattr(settings, name), field.get_default(call_default_factory=True)
        if isinstance(value, BaseModel) and type(value) is type(default):
            yield from changed_keys(value, f"{above}{name}.")
        elif value != default:
            yield f"{above}{name}", values[name], default, field.description or ""


def _shown(value: Any) -> str:
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {part}" for key, part in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    text = str(value)
    return Path(text).name if Path(text).is_absolute() else text
