"""Keys of earlier versions, and where they went."""

from __future__ import annotations

MOVED = {
    "optim.campus.largest_province_share": "is now optim.resilience.largest_province_share",
    "optim.cooling.technology": "is now optim.cooling.technologies, a list from which the model chooses "
    "at each site; for one alone write [liquid_dry]",
}


def moved(key: str) -> str:
    """Return what became of a key of an earlier version; empty if it never was one."""
    return MOVED.get(key, "")
