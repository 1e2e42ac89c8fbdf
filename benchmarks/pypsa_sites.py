"""Plants of several sites in one PyPSA network."""

from __future__ import annotations

import dataclasses

from benchmarks.plant_cases import Case, only
from benchmarks.pypsa_plant import Array, Plant, empty_network
from geodata.tables import Survey


class SitePlant(Plant):
    """A plant whose components are named by technology and site."""

    def hourly(self, table: str, column: str) -> Array:
        """Return a column of the site's hours, in order."""
        return super().hourly(table, column.removesuffix(f" {self.case.site}"))


def plants_of(cases: list[Case], survey: Survey) -> list[SitePlant]:
    """Return a plant for each case of one technology, each at a site of its own, in one network."""
    network = empty_network(survey.days.sort_values("day")["weight_days"].to_numpy(dtype=float))
    named = [
        dataclasses.replace(case, technologies=(f"{case.technologies[0]} {case.site}",)) for case in cases
    ]
    return [SitePlant(case, only(survey, [case.site]), network) for case in named]
