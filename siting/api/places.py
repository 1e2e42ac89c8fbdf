"""Surveyed places, as a notebook sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.survey import survey as surveyed
from geodata.tables import Survey
from maps.headline import weak_points
from maps.texts import Language, texts
from siting.api.page import Page
from siting.api.scenarios import load_scenario
from siting.artefacts import survey_tables
from siting.candidate_map import map_page
from siting.explain import explain
from siting.gis import layers
from siting.rich_html import bullets, paragraph, table, titled
from siting.scenario import Scenario
from siting.survey_folder import write_survey

Say = Callable[[str], None]


def silent(line: str) -> None:
    """Say nothing: what long calls do unless `say=print` is given."""


@dataclass(frozen=True, eq=False)
class Places:
    """The places of a scenario with all that the layers say of them; made by `siting.survey`.

    Attributes
    ----------
    scenario : Scenario
        What was asked.
    survey : geodata.tables.Survey
        The tables, as the optimiser gets them.
    """

    scenario: Scenario
    survey: Survey

    @property
    def candidates(self) -> gpd.GeoDataFrame:
        """Return the candidates with all figures, a point each, in WGS 84."""
        return layers.candidates(self.survey)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table of the survey by name."""
        return survey_tables(self.survey)

    @property
    def weak_points(self) -> list[str]:
        """Return what is to be known as weak before a figure is used, a sentence each."""
        return weak_points(self.survey, None, texts(self.scenario.maps.language))

    def figures(self, site: str) -> pd.DataFrame:
        """Return every figure of a place with unit, source, vintage and confidence.

        Parameters
        ----------
        site : str
            site_id, or the name in English, Chinese or pinyin.

        Examples
        --------
        >>> found = places.figures("own-north").set_index("column")
        >>> found.loc["energy_price_posted_cny_per_mwh", ["unit", "confidence"]].tolist()
        ['CNY/MWh', 'low']
        """
        return explain(self.survey, site).rows

    def map(self, column: str | None = None, language: Language | None = None) -> Page:
        """Return the map of the candidates, coloured at first by a column, as a page.

        Examples
        --------
        >>> places.map("energy_price_posted_cny_per_mwh")
        Page of ... kB; in a notebook it is shown, .save(FILE) writes it
        """
        asked = {} if language is None else {"maps.language": language}
        return Page(map_page(load_scenario(self.scenario, asked), self.survey, column))

    def save(self, folder: str | Path, force: bool = False) -> Path:
        """Write the survey folder and return its path; `force` replaces an older one."""
        write_survey(self.scenario, self.survey, Path(folder), force)
        return Path(folder)

    def __repr__(self) -> str:
        """Return the places in a line."""
        return f"{len(self.survey.candidates)} places of {self.scenario.name}"

    def _repr_html_(self) -> str:
        grades = self.survey.attributes["grade"].value_counts().sort_index()
        told = ", ".join(f"{count} of grade {grade}" for grade, count in grades.items())
        shown = {name: part for name, part in self.tables.items() if len(part)}
        rows = [(name, f"{len(part):,}", ", ".join(part.columns[:8])) for name, part in shown.items()]
        return titled(
            f"{len(self.survey.candidates)} places: {self.scenario.title_in('en')}",
            paragraph(f"{told}. Figures of one: .figures(SITE); on a map: .map(COLUMN)."),
            table(("table", "rows", "columns"), rows),
            bullets(self.weak_points, "What is weak"),
        )


def survey(scenario: Scenario, say: Say = silent) -> Places:
    """Return the surveyed places of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Of `siting.load_scenario`.
    say : callable
        Takes a line at each step; `print` shows them.

    Raises
    ------
    TableError
        A table or layer is unusable.

    Examples
    --------
    >>> from siting import SCENARIOS, load_scenario, survey
    >>> places = survey(load_scenario(SCENARIOS / "tiny.yaml"))
    >>> places.candidates["name_en"].tolist()
    ['North', 'South', 'East']
    """
    return Places(scenario, surveyed(scenario.geodata, say))
