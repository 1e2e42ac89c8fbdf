"""The model: sets, blocks in order, policy rules, objective; whole, as a master, or of single plants."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Literal

import pandas as pd
import pyomo.environ as pyo
from pydantic import Field

from optim.arrays import ArrayModel
from optim.blocks import accelerators, compute, energy, grid, halls, recourse, resilience, running, workload
from optim.blocks.accelerators import Settings as AcceleratorSettings
from optim.blocks.compute import Settings as CampusSettings
from optim.blocks.grid import Settings as GridSettings
from optim.blocks.resilience import Settings as ResilienceSettings
from optim.blocks.workload import Settings as WorkloadSettings
from optim.inputs import MW_PER_GW, Inputs
from optim.policy import Rule
from optim.rules import (
    budgets,
    build_pause,
    domestic_share,
    efficiency_cap,
    green_share,
    hub_share,
    large_in_hub_only,
    rack_use,
    residency,
    water_quota,
)
from optim.sets import Plant, declare_hours, declare_sets
from optim.settings import Frozen
from optim.terms import Term, merge, of, total

Form = Literal["whole", "master"]


class Choices(Frozen):
    """Settings of the blocks."""

    campus: CampusSettings = Field(CampusSettings(), description="size and pace of campuses")
    workload: WorkloadSettings = Field(WorkloadSettings(), description="demand that cannot be placed")
    grid: GridSettings = Field(GridSettings(), description="connection of sites")
    resilience: ResilienceSettings = Field(
        ResilienceSettings(), description="how much may depend on one place"
    )
    accelerators: AcceleratorSettings = Field(AcceleratorSettings(), description="choice of accelerators")

    @property
    def penalty_m_cny_per_gw(self) -> float:
        """Return the weight of what hard limits of energy lack [M CNY per GW, TWh, million m3 or Mt].

        Ten times that of unserved load: else a plan would rather miss a limit than leave load unserved.
        """
        return 10.0 * self.workload.unserved_penalty_m_cny_per_mw * MW_PER_GW


@dataclass(frozen=True)
class Model:
    """The Pyomo model and the labelled terms that objective and results are made from."""

    pyomo: pyo.ConcreteModel
    terms: list[Term]


def build_model(inputs: Inputs, types: pd.DataFrame, choices: Choices, form: Form = "whole") -> Model:
    """Return the siting model, a mixed-integer linear programme.

    minimise sum over years of discount[y] x (cost terms + penalty terms) subject to the blocks' constraints
    and the policy rules.

    Parameters
    ----------
    inputs : Inputs
        Sets and coefficients.
    types : DataFrame
        Accelerator types.
    choices : Choices
        Settings of the blocks.
    form : {"whole", "master"}
        whole: with the energy of all plants hour by hour; master: energy stands as cuts.
    """
    return fill_model(pyo.ConcreteModel(name=form), inputs, types, choices, form)


def fill_model(
    m: pyo.ConcreteModel, inputs: Inputs, types: pd.DataFrame, choices: Choices, form: Form = "whole"
) -> Model:
    """Return the siting model on an empty `m`, which may be an `optim.arrays.ArrayModel`; else as above."""
    declare_sets(m, inputs, list(inputs.plants.table.index), inputs.years)
    _given(m, inputs)
    halls.add(m, inputs)
    halls.share_potential(m)
    blocks = [
        compute.add(m, inputs, choices.campus),
        workload.add(m, inputs, choices.workload),
        accelerators.add(m, inputs, types, choices.accelerators),
        running.add(m, inputs),
        grid.add(m, inputs, choices.grid),
    ]
    resilience.add(m, inputs, choices.resilience)
    if form == "whole":
        declare_hours(m, inputs)
        blocks.append(energy.add(m, inputs, choices.penalty_m_cny_per_gw))
    else:
        blocks.append(recourse.add(m, inputs))
    terms = merge([*blocks, *_rules(m, inputs, types)])
    _objective(m, terms, inputs.discount)
    return Model(m, terms)


def build_plants(
    inputs: Inputs,
    plants: list[Plant],
    years: tuple[int, ...],
    penalty: float,
    weights: dict[int, float] | None = None,
    rooms_given: bool = False,
) -> Model:
    """Return the energy of some plants and years alone; what `m.halls` asks of them is fixed by the caller.

    Parameters
    ----------
    inputs : Inputs
        Sets and coefficients.
    plants : list of (site_id, technology)
        Plants of one site.
    years : tuple of int
        Years, one after the other.
    penalty : float
        Weight of what hard limits lack [M CNY per GW, TWh or million m3].
    weights : dict, optional
        Year -> discount factor; none: each year counts once.
    rooms_given : bool
        The caller shares out the potential of the site; else its plants here share all of it.
    """
    m = ArrayModel(name="plants")
    declare_sets(m, inputs, plants, years)
    declare_hours(m, inputs)
    halls.add(m, inputs)
    if not rooms_given:
        halls.share_potential(m)
    terms = merge([energy.add(m, inputs, penalty)])
    _objective(m, terms, weights or dict.fromkeys(years, 1.0))
    return Model(m, terms)


def _given(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare provinces and the same-city load, by site, province and in total [GW]."""
    province = inputs.site["province"]
    m.P = pyo.Set(initialize=inputs.provinces)
    m.SITES = pyo.Set(m.P, initialize={str(p): list(g.index) for p, g in province.groupby(province)})
    m.EDGE_Y = pyo.Set(dimen=2, initialize=[(s, y) for s in m.EDGE for y in m.Y])
    by_province = {(p, y): 0.0 for p in inputs.provinces for y in inputs.years}
    by_year = dict.fromkeys(inputs.years, 0.0)
    for (s, y), value in inputs.given_gw.items():
        by_province[province[s], y] += value
        by_year[y] += value
    m.given_gw = pyo.Param(m.S, m.Y, initialize=inputs.given_gw, default=0.0)
    m.given_province_gw = pyo.Param(m.P, m.Y, initialize=by_province)
    m.given_total_gw = pyo.Param(m.Y, initialize=by_year)


def _rules(m: pyo.ConcreteModel, inputs: Inputs, types: pd.DataFrame) -> list[list[Term]]:
    def kind(name: str) -> list[Rule]:
        return [rule for rule in inputs.rules if rule.kind == name]

    province = {str(s): str(p) for s, p in inputs.site["province"].items()}
    table = inputs.plants.table
    stock: Any = table.xs("existing", level="technology") if len(m.EXISTING) else table.iloc[:0]
    return [
        hub_share.add(m, kind("hub_share")),
        large_in_hub_only.add(m, kind("large_in_hub_only"), province),
        efficiency_cap.add(m, "pue_cap", kind("pue_cap"), table["pue_mean"]),
        efficiency_cap.add(m, "wue_cap", kind("wue_cap"), table["wue"]),
        green_share.add(m, kind("green_share")),
        residency.add(m, kind("residency"), province),
        rack_use.add(m, kind("rack_use"), stock),
        build_pause.add(m, kind("build_pause")),
        domestic_share.add(m, kind("domestic_share"), types),
        water_quota.add(m, inputs.quotas),
        budgets.add(m, inputs),
    ]


def _objective(m: pyo.ConcreteModel, terms: list[Term], discount: dict[int, float]) -> None:
    m.discount = pyo.Param(m.Y, initialize=discount)
    counted = [*of(terms, "cost"), *of(terms, "penalty")]
    m.objective = pyo.Objective(
        rule=lambda m: reduce(add, [total(t, m.discount) for t in counted]), sense=pyo.minimize
    )
