"""Sensitivity of a scenario: uncertain figures walked by one planner that stays hot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata.resurvey import Resurvey
from geodata.tables import TableError
from optim.sensitivity import OK, Array, Design, indices, points, walk
from optim.tables import PlanError
from optim.warm import Answer, Planner
from siting.futures.files import UncertainFile
from siting.futures.sampling import draw_at
from siting.futures.worlds import Base, base_of, values_of, world
from siting.scenario import Draft, ScenarioError

Say = Callable[[str], None]
FAULTS = (PlanError, TableError, ScenarioError)
FIGURES = ("cost_m_cny", "unserved_mw", "west_share", "emissions_mt", "water_million_m3", "purchase_twh")
_PROVINCES = 8


@dataclass(frozen=True)
class Found:
    """What a walk found.

    Attributes
    ----------
    base : Base
        The scenario.
    design : Design
        How it was walked.
    points : DataFrame
        A row for each point: status, the value of each key, all figures.
    indices : DataFrame
        figure, then as of `optim.sensitivity.indices`.
    gap_m_cny : float
        The largest by which the cost of a point may be wrong.
    """

    base: Base
    design: Design
    points: pd.DataFrame
    indices: pd.DataFrame
    gap_m_cny: float


def run(
    draft: Draft,
    file: UncertainFile,
    design: Design,
    provinces: Sequence[str],
    gap_share: float,
    say: Say = lambda _: None,
) -> Found:
    """Return the indices of the figures of the relaxation.

    Parameters
    ----------
    draft : Draft
        The scenario.
    file : UncertainFile
        What is uncertain.
    design : Design
        Method and size.
    provinces : sequence of str
        Whose IT power is an answer too; none: the largest ones.
    gap_share : float
        Relative gap of each point.
    say : callable
        Takes one line a step.

    Raises
    ------
    ScenarioError, TableError, PlanError
        The scenario itself cannot be planned, or no point of the design can.
    """
    known, names = Resurvey(), [figure.label for figure in file.uncertain]
    say("surveying places")
    base = base_of(draft, known, file.set, file.source)
    _check(base, provinces)
    choices = [figure.label for figure in file.uncertain if figure.distribution == "choice"]
    where, gaps = points(design, names), [0.0]
    with Planner(base.survey, base.scenario.optim) as planner:

        def evaluate(point: Array) -> dict[str, float]:
            here = world(base, "point", 1.0, values_of(base, draw_at(file.uncertain, point, "", 1.0)), known)
            planner.change(here.survey, here.settings)
            answer = planner.solve(gap_share=gap_share)
            gaps.append(answer.objective_m_cny - answer.bound_m_cny)
            return _figures(answer)

        table = walk(where, evaluate, FAULTS, say)
    if not (table["status"] == OK).any():
        raise ScenarioError(
            f"{file.source}: no point of {len(table)} could be planned; the first says {table['status'][0]}"
        )
    table = _filled(table)
    chosen = [*FIGURES, *_shown(table, provinces)]
    parts = [
        indices(design, names, where, table[figure].to_numpy(dtype=float), choices).assign(figure=figure)
        for figure in chosen
    ]
    found = pd.concat(parts, ignore_index=True)
    columns = ["figure", *(c for c in found.columns if c != "figure")]
    return Found(base, design, _with_values(base, file, where, table), found[columns], max(gaps))


def _check(base: Base, provinces: Sequence[str]) -> None:
    known = set(base.survey.candidates["province"])
    if lost := [name for name in provinces if name not in known]:
        raise ScenarioError(
            f"--province: found {', '.join(lost)}, expected provinces of the candidates such as "
            f"{', '.join(sorted(known)[:5])}"
        )


def _figures(answer: Answer) -> dict[str, float]:
    own = {"cost_m_cny": answer.objective_m_cny, "unserved_mw": answer.unserved_mw}
    places = {f"{name} [MW]": float(mw) for name, mw in answer.provinces().items()}
    return own | answer.figures | places


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with 0 for provinces in which a plan puts nothing."""
    solved = table["status"] == OK
    mine = [name for name in table.columns if name.endswith(" [MW]")]
    return table.assign(**{name: table[name].where(~solved, table[name].fillna(0.0)) for name in mine})


def _shown(table: pd.DataFrame, provinces: Sequence[str]) -> list[str]:
    if provinces:
        wanted = [f"{name} [MW]" for name in provinces]
        for name in wanted:
            if name not in table:
                table[name] = np.where(table["status"] == OK, 0.0, np.nan)
        return wanted
    means = table[[name for name in table.columns if name.endswith(" [MW]")]].mean()
    return [str(name) for name in means.sort_values(ascending=False).index[:_PROVINCES]]


def _with_values(base: Base, file: UncertainFile, where: Array, table: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for point in where:
        draw = draw_at(file.uncertain, point, "", 1.0)
        rows.append(draw.set | draw.times)
    values = pd.DataFrame(rows)[[figure.key for figure in file.uncertain]]
    return pd.concat([table[["status"]], values, table.drop(columns="status")], axis=1)
