"""Tables and figures as JSON text, without any heavy import."""

from __future__ import annotations

import json
import math
from typing import Any


def to_json(value: object) -> str:
    """Return JSON; numbers that are not finite become null."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
