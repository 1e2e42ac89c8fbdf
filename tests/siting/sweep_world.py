"""Points of a sweep that are solved in no time, in this process, with answers that can be worked out."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geodata.resurvey import Resurvey
from siting.sweeps import run

DEMAND, CARBON = "geodata.demand.factor", "optim.costs.items.carbon_cny_per_tco2"
FOUR = ["--axis", f"{DEMAND}=1,2", "--axis", f"{CARBON}=0,100"]
KNOWN = Resurvey()


def solved_at_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let points be solved in no time; the list names those that were."""
    asked: list[str] = []

    def watched(pieces, make, shared):
        asked.extend(case for piece in pieces for case, _ in piece)
        yield from walk(pieces, make, shared)

    monkeypatch.setattr(run, "walk", watched)
    monkeypatch.setattr(run, "Resurvey", lambda: KNOWN)
    return asked


def read(folder: Path, name: str) -> pd.DataFrame:
    """Return a table of a sweep's folder."""
    return pd.read_csv(folder / f"{name}.csv", dtype={"case": str})


def record(case: str, keys: dict[str, Any], status: str = "optimal", message: str = "") -> dict[str, Any]:
    """Return a point whose cost is 100 x demand + carbon; the east is chosen from a carbon price of 50 on."""
    demand, carbon = keys.get(DEMAND, 1.0), keys.get(CARBON, 0.0)
    east = 100.0 if carbon >= 50 else 0.0
    places = {"West": 200.0 * demand, "East": east} if east else {"West": 200.0 * demand}
    figures = {
        "siting_cost_m_cny": 100.0 * demand + carbon,
        "emissions_mt": 5.0 - carbon / 100,
        "west_share": 0.5,
    }
    solved = status == "optimal"
    return {
        "case": case,
        "keys": keys,
        "method": "relaxation",
        "status": status,
        "message": message,
        "seconds": 0.5,
        "figures": figures | {"west_share": 0.5, "unserved_mw": 0.0} if solved else {},
        "provinces": places if solved else {},
        "sites": {f"{name}-1": mw for name, mw in places.items()} if solved else {},
    }


def walk(pieces: Sequence[Sequence[Any]], make: Any, shared: Any) -> Generator[tuple[str, Any]]:
    """Yield the answers of `record`: infeasible above a demand of 5, lost at 7."""
    for piece in pieces:
        for case, keys in piece:
            if keys.get(DEMAND) == 7:
                yield case, RuntimeError("its process ended")
            elif keys.get(DEMAND, 0) > 5:
                yield case, record(case, keys, "infeasible", "no plan meets all hard rules")
            else:
                yield case, record(case, keys)
