"""The map of a run: the plan, ultra-high-voltage lines, and what `siting explain` wrote into the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ValidationError

from geodata.read import builtin
from geodata.tables import TableError
from maps.offline import to_html
from maps.plan_data import Extras
from maps.plan_page import draw_plan
from siting.planning import Plan
from siting.why import FOLDER

Told = dict[str, Any]


class _Need(BaseModel):
    """What one number must become for the answer to turn."""

    name: str
    unit: str
    now: float
    needed: float | None


class _Why(BaseModel):
    """The part of an explanation that the map shows."""

    site_id: str
    status: Literal["in", "out", "tie", "barred"]
    sentences: list[str]
    gap_m_cny: float | None = None
    gap_share_of_siting_cost: float | None = None
    needs: list[_Need] = []
    sites_with_and_without: list[dict[str, Any]] = []


def map_page(plan: Plan, whys: dict[str, Told] | None = None, tiles_key: str | None = None) -> str:
    """Return the plan's map as one HTML page.

    Parameters
    ----------
    plan : Plan
        What `siting.planning.plan` or `siting.artefacts.read_run` returned.
    whys : dict, optional
        site_id -> explanation, as `read_whys` returns them.
    tiles_key : str, optional
        See `maps.tiles.source`.
    """
    settings = plan.scenario.maps
    title = settings.title or plan.scenario.title_in(settings.language)
    lines, unsourced = uhv_lines(plan.scenario.geodata.tables)
    extras = Extras(lines, unsourced, whys or {})
    titled = settings.model_copy(update={"title": title})
    return to_html(draw_plan(plan.survey, plan.results, titled, extras, tiles_key))


def uhv_lines(tables: Path | None = None) -> tuple[pd.DataFrame, int]:
    """Return the built-in long lines whose ends have a source, and how many have none.

    Parameters
    ----------
    tables : Path, optional
        Folder of tables that stand in for built-in ones.
    """
    lines = builtin("uhv_lines", tables)
    known = ~lines["source"].str.startswith("unsourced") | lines["note"].str.contains("terminals from")
    return lines[known].reset_index(drop=True), int((~known).sum())


def read_whys(run: Path) -> dict[str, Told]:
    """Return what `siting explain` wrote into a run folder, by site_id; nothing if it was not run.

    Raises
    ------
    TableError
        A file of it is unreadable.
    """
    found = (_read(path) for path in sorted((run / FOLDER).glob("*.json")))
    return {told["site_id"]: told for told in found}


def _read(path: Path) -> Told:
    try:
        return _Why.model_validate_json(path.read_bytes()).model_dump()
    except (OSError, ValueError) as error:
        faults = error.errors() if isinstance(error, ValidationError) else []
        told = "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults) or str(error)
        raise TableError(
            f"{path}: is not what `siting explain` writes ({told}); explain {path.stem} again, or take the "
            "file away"
        ) from None
