"""What two runs have in common, and what only one of them knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.tables import TableError
from maps import headline
from siting.artefacts import read_about, read_run
from siting.planning import Plan

SAME_PLACE_DEGREES = 0.02  # about 2 km


@dataclass(frozen=True)
class Run:
    """A run folder that was read, under a name that no other one of the comparison has."""

    label: str
    plan: Plan
    about: dict[str, Any]


@dataclass(frozen=True)
class Shared:
    """What a base and another run have in common.

    `year` is the last of `years`, which all runs of the comparison plan; `sites` are candidates of the same
    id at the same place. `lone` has a row for each thing that only one run has: kind (year, zone, class,
    site), name, run.
    """

    years: tuple[int, ...]
    sites: frozenset[str]
    zones: frozenset[str]
    classes: frozenset[str]
    lone: pd.DataFrame

    @property
    def year(self) -> int:
        """Return the year of capacity, energy, carbon and water."""
        return self.years[-1]


def read_runs(folders: list[Path]) -> list[Run]:
    """Return the runs of folders, each under the name of its folder, or its path where two share a name.

    Raises
    ------
    TableError, ScenarioError
        A folder is no run folder, or one is named twice.
    """
    paths = [folder.resolve() for folder in folders]
    twice = sorted(
        {str(folder) for folder, path in zip(folders, paths, strict=True) if paths.count(path) > 1}
    )
    if twice or len(folders) < 2:
        found = f"found {', '.join(twice)} twice" if twice else f"found {len(folders)}"
        raise TableError(f"compare: {found}, expected two run folders or more, the first being the base")
    names = [path.name for path in paths]
    labels = [str(f) if names.count(p.name) > 1 else p.name for f, p in zip(folders, paths, strict=True)]
    return [Run(label, read_run(f), read_about(f)) for label, f in zip(labels, folders, strict=True)]


def shared_years(runs: list[Run]) -> tuple[int, ...]:
    """Return the planning years of all runs.

    Raises
    ------
    TableError
        They have no planning year in common.
    """
    years = [planned(run) for run in runs]
    common = set(years[0]).intersection(*years)
    if not common:
        told = ", ".join(f"{run.label} plans {span(y)}" for run, y in zip(runs, years, strict=True))
        raise TableError(f"compare: {told}: no year is in all of them, so there is nothing to compare")
    return tuple(sorted(common))


def planned(run: Run) -> list[int]:
    """Return the years that a run plans."""
    return headline.years(run.plan.results)


def shared(base: Run, run: Run, years: tuple[int, ...]) -> Shared:
    """Return what two runs have in common, in years that all runs of the comparison have."""
    same = _same_places(base, run)
    mine, other = _known(base), _known(run)
    both = {"zone": mine["zone"] & other["zone"], "class": mine["class"] & other["class"], "site": same}
    both["year"] = set(map(str, years))
    lone = [
        (kind, each, owner.label)
        for kind, ids in both.items()
        for owner, known in ((base, mine), (run, other))
        for each in sorted(known[kind] - ids)
    ]
    return Shared(
        years=years,
        sites=frozenset(same),
        zones=frozenset(both["zone"]),
        classes=frozenset(both["class"]),
        lone=pd.DataFrame(lone, columns=["kind", "name", "run"]),
    )


def _known(run: Run) -> dict[str, set[str]]:
    """Return the zones, classes, sites and years that a run knows."""
    survey = run.plan.survey
    return {
        "zone": set(survey.zones["zone_id"]),
        "class": set(survey.classes["class_id"]),
        "site": set(survey.candidates["site_id"]),
        "year": set(map(str, planned(run))),
    }


def span(years: Iterable[int]) -> str:
    """Return years as text: 2026-2030, or one by one where some are left out."""
    listed = sorted(years)
    whole = listed == list(range(listed[0], listed[-1] + 1)) and len(listed) > 1
    return f"{listed[0]}-{listed[-1]}" if whole else ", ".join(map(str, listed))


def _same_places(base: Run, run: Run) -> set[str]:
    """Return the candidates that both runs know by the same id at the same place."""
    spots = [
        each.plan.survey.candidates.set_index("site_id")[["longitude", "latitude"]] for each in (base, run)
    ]
    both = spots[0].join(spots[1], how="inner", rsuffix="_other")
    apart = (both["longitude"] - both["longitude_other"]).abs() + (
        both["latitude"] - both["latitude_other"]
    ).abs()
    return set(both.index[apart <= SAME_PLACE_DEGREES])
