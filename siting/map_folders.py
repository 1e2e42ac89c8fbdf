"""`siting map` of a folder that is no run: a sweep, a front, or a run compared with others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from geodata.tables import TableError
from maps.offline import to_html
from maps.page import Settings
from maps.panel_page import Ground
from maps.pareto_page import draw_front
from maps.sweep_page import draw_sweep
from siting.comparison.page import map_page
from siting.comparison.pair import compare
from siting.comparison.shared import read_runs
from siting.front_map import front_head, front_view
from siting.map_places import read_places
from siting.scenario import ScenarioError, load_scenario
from siting.sweeps.folder import MARKER as SWEEP_MARKER
from siting.sweeps.map_view import read_found, sweep_head, sweep_view

Kind = Literal["sweep", "pareto", "run"]


def kind_of(folder: Path) -> Kind:
    """Return what a folder holds, by its marker; a run or anything else is `run`."""
    if (folder / SWEEP_MARKER).is_file():
        return "sweep"
    try:
        about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "run"
    return "pareto" if isinstance(about, dict) and about.get("kind") == "pareto" else "run"


def folder_page(
    folder: Path, others: Sequence[Path], overrides: Sequence[str], tiles_key: str | None
) -> str | None:
    """Return the page of a sweep, of a front, or of a run against others; None for a run alone.

    Parameters
    ----------
    folder : Path
        A folder that `siting plan`, `siting sweep` or `siting pareto` wrote.
    others : sequence of Path
        Runs to compare with.
    overrides : sequence of str
        Such as `maps.tiles=osm`.
    tiles_key : str, optional
        See `maps.tiles.source`.

    Raises
    ------
    TableError, ScenarioError
        A folder of another kind or of an earlier version; a setting that cannot be used.
    """
    kind = kind_of(folder)
    if others:
        return _compared([folder, *others], overrides, tiles_key)
    if kind == "sweep":
        return _sweep(folder, overrides, tiles_key)
    return _front(folder, overrides, tiles_key) if kind == "pareto" else None


def _settings(folder: Path, overrides: Sequence[str]) -> Settings:
    return load_scenario(folder / "scenario.yaml", overrides).maps


def _compared(folders: list[Path], overrides: Sequence[str], tiles_key: str | None) -> str:
    for folder in folders:
        if (kind := kind_of(folder)) != "run":
            raise TableError(f"{folder}: is the folder of a {kind}, expected a run to compare")
    pairs = compare(read_runs(folders))
    return map_page(pairs, _settings(folders[0], overrides), tiles_key)


def _sweep(folder: Path, overrides: Sequence[str], tiles_key: str | None) -> str:
    places = read_places(folder, "`siting sweep` into a new folder writes them")
    settings = _settings(folder, overrides)
    found = read_found(folder, settings.language)
    if found.solved.empty:
        raise TableError(f"{folder}: no point of the sweep has a plan, so there is nothing to show")
    ground = Ground(places, settings, tiles_key)
    return to_html(draw_sweep(ground, sweep_head(found, places), sweep_view(found)))


def _front(folder: Path, overrides: Sequence[str], tiles_key: str | None) -> str:
    places = read_places(folder, "`siting pareto` with --force writes it anew")
    scenario = load_scenario(folder / "scenario.yaml", overrides)
    view, about = front_view(folder, scenario.maps.language)
    ground = Ground(places, scenario.maps, tiles_key)
    return to_html(draw_front(ground, front_head(view, about, scenario), view))


def only_maps(sets: Sequence[str] | None) -> list[str]:
    """Return `--set` texts of a command that only draws.

    Raises
    ------
    ScenarioError
        A key of another part.
    """
    strange = [text for text in sets or [] if not text.startswith("maps.")]
    if strange:
        raise ScenarioError(f"--set {', '.join(strange)}: expected a key that begins with maps.")
    return list(sets or [])
