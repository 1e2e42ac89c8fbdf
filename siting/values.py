"""Values of scenario keys: numbers or not, alike or not, as a line of text."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

import yaml


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number, and no boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def identity(value: Any) -> Hashable:
    """Return what two values share if a scenario cannot tell them apart.

    >>> identity(1) == identity(1.0), identity(1) == identity(True), identity(1) == identity("1")
    (True, False, False)
    """
    if isinstance(value, list | tuple):
        return "list", tuple(identity(part) for part in value)
    if isinstance(value, dict):
        return "dict", frozenset((identity(key), identity(part)) for key, part in value.items())
    is_plain_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if is_plain_number else type(value).__name__, value


def as_text(value: Any) -> Any:
    """Return a list or a mapping as a line of YAML, which tables and charts can hold; the rest as it is.

    >>> as_text(["a", "b"]), as_text(1.5)
    ('[a, b]', 1.5)
    """
    if not isinstance(value, list | dict):
        return value
    text: str = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**9
    )
    return text.strip()
