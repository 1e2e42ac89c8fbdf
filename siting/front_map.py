"""What the map of a Pareto front shows, read from its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from geodata.tables import TableError
from maps.panel_page import Head
from maps.pareto_page import FrontView
from maps.texts import Language, texts
from optim.pareto.tables import COLUMNS, PRICES
from siting.front_page import knee_sentence
from siting.map_places import read_csv
from siting.scenario import Scenario


def front_view(folder: Path, language: Language) -> tuple[FrontView, dict[str, Any]]:
    """Return a front, and what `run.json` says of it.

    Raises
    ------
    TableError
        A table or `run.json` cannot be read; no point of the front was found.
    """
    about, words = _about(folder / "run.json"), texts(language)
    goals = [(COLUMNS[goal], words[f"front.{goal}"]) for goal in about["objectives"]]
    points = read_csv(folder / "pareto.csv", ("point", "status", "knee", *(column for column, _ in goals)))
    if not (points["status"] == "proven").any():
        raise TableError(f"{folder}: no point of the front was found in time, so there is nothing to show")
    prices = [
        (PRICES[goal], words[f"front.price_{goal}"])
        for goal in about["objectives"]
        if PRICES.get(goal) in points.columns
    ]
    places = read_csv(folder / "places.csv", ("point", "site_id", "province", "side", "year", "it_mw"))
    return FrontView(goals, prices, points, places), about


def _about(path: Path) -> dict[str, Any]:
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        unknown = set(about["objectives"]) - set(COLUMNS)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TableError(f"{path}: cannot be read ({error!r}); was it edited?") from None
    if unknown:
        raise TableError(
            f"{path}: objectives {', '.join(sorted(unknown))}: expected some of {', '.join(COLUMNS)}"
        )
    return dict(about)


def front_head(view: FrontView, about: dict[str, Any], scenario: Scenario) -> Head:
    """Return what stands above the map: title, the knee in a sentence, how the front was found."""
    settings, words = scenario.maps, texts(scenario.maps.language)
    kind = words["front.whole" if about["integers"] else "front.relaxed"]
    how = words["front.how"].format(solves=about["solves"], kind=kind)
    title = settings.title or scenario.title_in(settings.language)
    knee = knee_sentence(view.points, about["objectives"], words)
    return Head(words["map_pareto.title"].format(title=title), [knee], words["map_sweep.notes"], [how])
