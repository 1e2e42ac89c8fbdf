"""What the map of a sweep shows, read from its folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from maps.panel_page import Head
from maps.place_tables import Places
from maps.style import number
from maps.sweep_page import Axis, SweepView
from maps.texts import Language
from siting.sweeps.critical import filled
from siting.sweeps.finding import found_of
from siting.sweeps.folder import Folder
from siting.sweeps.page import DRAWN, Found
from siting.sweeps.summary import places_table
from siting.values import identity


def read_found(folder: Path, language: Language) -> Found:
    """Return all that is known of a sweep, from the files of its points.

    Raises
    ------
    OutputError
        `sweep.json` cannot be read.
    """
    return found_of(Folder(folder).about(), Folder(folder).records(), language)


def sweep_view(found: Found) -> SweepView:
    """Return the points that have a plan, their values of the axes, figures and power."""
    cases = list(found.solved["case"])
    points = filled(found.about["points"], found.about["base"])
    values = {axis: [points[case].get(axis) for case in cases] for axis in found.about["axes"]}
    figures = found.solved[[name for name in DRAWN if name in found.solved]]
    return SweepView(
        cases,
        [Axis(axis, each) for axis, each in values.items() if len({identity(value) for value in each}) > 1],
        figures.rename(columns={name: found.words[f"sweep.{name}"] for name in DRAWN}),
        places_table({case: found.records[case] for case in cases}),
        found.about["chosen_from_mw"],
        [found.words["sweep.west_share"]],
    )


def sweep_head(found: Found, places: Places) -> Head:
    """Return what stands above the map: title, how many points have a plan, how to read them."""
    words, about = found.words, found.about
    heading = (about["title_zh"] if found.language == "zh" else about["title"]) or about["title"]
    lead = words["map_sweep.lead"].format(
        solved=len(found.solved), all=len(found.summary), mw=number(about["chosen_from_mw"])
    )
    notes = [found.method, words[f"sweep.design_{found.design}"]]
    return Head(
        words["map_sweep.title"].format(title=heading or about["scenario"]),
        [lead],
        words["map_sweep.notes"],
        [*notes, *_unknown(found, places)],
    )


def _unknown(found: Found, places: Places) -> list[str]:
    """Return in words which sites are not drawn, since the scenario does not know them."""
    power = places_table(found.records)
    lone = power[(power["level"] == "site") & ~power["place"].isin(places.sites["site_id"])]
    if lone.empty:
        return []
    most = float(pd.Series(lone.groupby("case")["it_mw"].sum()).max())
    told = found.words["map_sweep.unknown"]
    return [told.format(count=lone["place"].nunique(), mw=number(most))]
