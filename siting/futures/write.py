"""A study of futures as a folder: tables, a page, and what was asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

import siting
from siting.folder import fresh_folder, write_text
from siting.futures.page import page
from siting.futures.run import Found, places
from siting.json_text import to_json
from siting.scenario import dump_scenario
from siting.table_files import as_csv

MARKER = "futures.json"


def write(found: Found, title: str, note: str, out: Path, force: bool = False) -> None:
    """Write the folder of a study, whole or not at all.

    Parameters
    ----------
    found : Found
        The study.
    title, note : str
        Heading of the page, and what the futures rest on.
    out : Path
        The folder to be.
    force : bool
        Replace an older study there.

    Raises
    ------
    OutputError
        Something stands at `out`, or it cannot be written.
    """
    with fresh_folder(out, MARKER, force) as part:
        write_both(tables(found), part)
        write_text(part / "scenario.yaml", dump_scenario(found.base.scenario))
        write_text(part / "futures.html", page(found, title, note))
        write_text(part / MARKER, to_json(describe(found) | {"title": title, "note": note}))


def write_both(found: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write tables as CSV and as Parquet."""
    for name, table in found.items():
        write_text(folder / f"{name}.csv", as_csv(table))
        mixed = table.columns[[kind.kind not in "fibM" for kind in table.dtypes]]
        table.astype(dict.fromkeys(mixed, str)).to_parquet(folder / f"{name}.parquet", index=False)


def tables(found: Found) -> dict[str, pd.DataFrame]:
    """Return the tables of a study by name."""
    first = pd.DataFrame(
        [
            (name, ", ".join(map(str, index[:-1])), index[-1], value)
            for (name, index), value in zip(found.study.keys, found.study.chosen.first, strict=True)
            if abs(value) > 1e-9
        ],
        columns=["decision", "place", "year", "value"],
    )
    return {
        "futures": found.futures,
        "plans": found.study.plans,
        "costs": found.study.costs,
        "provinces": places(found, "province"),
        "sites": places(found, "site_id"),
        "site_years": found.study.sites[found.study.sites["it_mw"] > 1e-6].reset_index(drop=True),
        "first_stage": first,
    }


def describe(found: Found) -> dict[str, Any]:
    """Return what was asked and what came out, for `futures.json` and `--json`."""
    study, robust = found.study, {}
    for by in ("province", "site_id"):
        table = places(found, by)
        robust[by] = table.loc[table["stands_in_most"], by].to_list()
    return {
        "program": "siting-planner",
        "version": siting.__version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": found.base.scenario.name,
        "settings": found.settings.model_dump(mode="json"),
        "futures": found.futures.to_dict("records"),
        "method": study.chosen.method,
        "rounds": study.chosen.rounds,
        "aim_m_cny": study.chosen.aim_m_cny,
        "bound_m_cny": study.chosen.bound_m_cny,
        "values": study.values,
        "keys_without_mean": found.kept,
        "plans": study.plans.to_dict("records"),
        "stands_in_most": robust,
    }
