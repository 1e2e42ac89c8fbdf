"""Campuses: which open, how many modules of each technology stand, how fast they may grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pydantic import Field

from optim.inputs import MW_PER_GW, Inputs
from optim.settings import EDGE, Frozen
from optim.terms import Term

_WHOLE = 1e-9  # 0.65 / 0.0025 is a little over 260


class Settings(Frozen):
    """Size and pace of campuses."""

    module_mw: float = Field(2.5, gt=0, description="IT power of one module, 1,000 standard racks of 2.5 kW")
    campus_min_mw: float = Field(
        20.0, ge=0, description="IT power that the modules of an open campus can hold, at least"
    )
    campus_max_mw: float = Field(1000.0, gt=0, description="largest IT power of one campus")
    site_build_rate_mw_per_year: float = Field(
        130.0, gt=0, description="new IT power per site and year; Zhangbei at its fastest grew about 130"
    )
    province_build_rate_mw_per_year: float = Field(
        1500.0, gt=0, description="new IT power per province and year"
    )


def add(m: pyo.ConcreteModel, inputs: Inputs, settings: Settings) -> list[Term]:
    """Return the cost terms of shells, cooling, land, staff and fibre; declare `m.compute`.

    Variables: opened[s,y] in {0,1}, modules[s,c,y] integer, both cumulative; it_new_gw[s,y] = IT power in use
    over all technologies; total_it_gw[y].

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.sets`, given load and `m.halls`.
    inputs : Inputs
        Site and plant coefficients.
    settings : Settings
        Sizes and rates.
    """
    b = m.compute = pyo.Block()
    b.opened = pyo.Var(m.S, m.Y, domain=pyo.Binary, dense=False)
    b.modules = pyo.Var(m.NEW_Y, domain=pyo.NonNegativeIntegers, dense=False)
    b.it_new_gw = pyo.Var(m.S, m.Y, domain=pyo.NonNegativeReals, dense=False)
    b.total_it_gw = pyo.Var(m.Y, domain=pyo.NonNegativeReals, dense=False)
    _parameters(m, inputs, settings)
    _size(m)
    _stay(m)
    _pace(m)
    return _terms(m, inputs)


def _parameters(m: pyo.ConcreteModel, inputs: Inputs, settings: Settings) -> None:
    b = m.compute
    module = settings.module_mw / MW_PER_GW
    most = inputs.site["it_max_gw"].fillna(float("inf")).clip(upper=settings.campus_max_mw / MW_PER_GW)
    horizon = settings.site_build_rate_mw_per_year / MW_PER_GW * len(inputs.years)
    most = most.clip(upper=horizon)
    b.module_gw = pyo.Param(initialize=module)
    b.campus_min_gw = pyo.Param(initialize=settings.campus_min_mw / MW_PER_GW)
    b.it_max_gw = pyo.Param(m.S, initialize=most.to_dict(), within=pyo.Reals)
    b.modules_max = pyo.Param(m.S, initialize=np.ceil(most / module - _WHOLE).to_dict(), within=pyo.Reals)
    b.site_rate_gw = pyo.Param(initialize=settings.site_build_rate_mw_per_year / MW_PER_GW)
    b.province_rate_gw = pyo.Param(initialize=settings.province_build_rate_mw_per_year / MW_PER_GW)


def _size(m: pyo.ConcreteModel) -> None:
    """Declare: IT fits the modules, an open campus has its least shell."""
    b = m.compute
    b.it_of_site = pyo.Constraint(
        m.SY,
        rule=lambda b, s, y: b.it_new_gw[s, y] == sum(m.halls.it_gw[s, c, y] for c in m.NEW_OF[s]),
    )
    b.it_of_all = pyo.Constraint(
        m.Y, rule=lambda b, y: b.total_it_gw[y] == sum(b.it_new_gw[s, y] for s in m.S) + m.given_total_gw[y]
    )
    b.it_within_modules = pyo.Constraint(
        m.NEW_Y, rule=lambda b, s, c, y: m.halls.it_gw[s, c, y] <= b.module_gw * b.modules[s, c, y]
    )
    b.campus_maximum = pyo.Constraint(
        m.SY, rule=lambda b, s, y: b.it_new_gw[s, y] <= b.it_max_gw[s] * b.opened[s, y]
    )
    b.modules_if_open = pyo.Constraint(
        m.SY,
        rule=lambda b, s, y: (
            sum(b.modules[s, c, y] for c in m.NEW_OF[s]) <= b.modules_max[s] * b.opened[s, y]
        ),
    )
    b.campus_minimum = pyo.Constraint(
        m.SY,
        rule=lambda b, s, y: (
            b.module_gw * sum(b.modules[s, c, y] for c in m.NEW_OF[s]) >= b.campus_min_gw * b.opened[s, y]
        ),
    )


def _stay(m: pyo.ConcreteModel) -> None:
    """Declare: nothing closes or shrinks."""
    b = m.compute
    b.stays_open = pyo.Constraint(
        m.S, m.LATER, rule=lambda b, s, y: b.opened[s, y] >= b.opened[s, m.previous[y]]
    )
    b.modules_stay = pyo.Constraint(
        m.NEW_LATER, rule=lambda b, s, c, y: b.modules[s, c, y] >= b.modules[s, c, m.previous[y]]
    )
    b.it_stays = pyo.Constraint(
        m.NEW_LATER, rule=lambda b, s, c, y: m.halls.it_gw[s, c, y] >= m.halls.it_gw[s, c, m.previous[y]]
    )


def _pace(m: pyo.ConcreteModel) -> None:
    """Declare build rates by site and province."""
    b = m.compute
    b.site_build_rate_first = pyo.Constraint(
        m.S, m.FIRST, rule=lambda b, s, y: b.it_new_gw[s, y] <= b.site_rate_gw * b.opened[s, y]
    )
    b.site_build_rate = pyo.Constraint(
        m.S,
        m.LATER,
        rule=lambda b, s, y: (
            b.it_new_gw[s, y] - b.it_new_gw[s, m.previous[y]] <= b.site_rate_gw * b.opened[s, y]
        ),
    )
    b.province_build_rate_first = pyo.Constraint(
        m.P, m.FIRST, rule=lambda b, p, y: sum(b.it_new_gw[s, y] for s in m.SITES[p]) <= b.province_rate_gw
    )
    b.province_build_rate = pyo.Constraint(
        m.P,
        m.LATER,
        rule=lambda b, p, y: (
            sum(b.it_new_gw[s, y] for s in m.SITES[p])
            - sum(b.it_new_gw[s, m.previous[y]] for s in m.SITES[p])
            <= b.province_rate_gw
        ),
    )


def _terms(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    b = m.compute
    for name in ("shell", "liquid_cooling", "maintenance"):
        b.add_component(f"{name}_cost", _param(m.PLANTS, inputs.plants.table[name].to_dict()))
    for name in ("land", "staff", "fibre"):
        b.add_component(f"{name}_cost", _param(m.S, inputs.site[name].to_dict()))
    terms = [_by_plant(m, name) for name in ("shell", "liquid_cooling", "maintenance")]
    terms += [_by_edge(m, name) for name in ("shell", "liquid_cooling", "maintenance")]
    terms += [_by_site(m, name) for name in ("land", "staff")]
    return [*terms, Term("fibre", "cost", m.SY, lambda s, y: b.fibre_cost[s] * b.opened[s, y])]


def _param(index: pyo.Set, values: dict[Any, float]) -> pyo.Param:
    return pyo.Param(index, initialize={k: values[k] for k in index}, within=pyo.Reals)


def _by_plant(m: pyo.ConcreteModel, name: str) -> Term:
    b, cost = m.compute, m.compute.component(f"{name}_cost")
    return Term(name, "cost", m.NEW_Y, lambda s, c, y: cost[s, c] * b.module_gw * b.modules[s, c, y])


def _by_edge(m: pyo.ConcreteModel, name: str) -> Term:
    cost = m.compute.component(f"{name}_cost")
    return Term(f"{name}_edge", "cost", m.EDGE_Y, lambda s, y: cost[s, EDGE] * m.given_gw[s, y])


def _by_site(m: pyo.ConcreteModel, name: str) -> Term:
    b, cost = m.compute, m.compute.component(f"{name}_cost")

    def rule(s: str, y: int) -> Any:
        modules = sum(b.modules[s, c, y] for c in m.NEW_OF[s])
        return cost[s] * (b.module_gw * modules + m.given_gw[s, y])

    made: Callable[..., Any] = rule
    return Term(name, "cost", m.SY, made)
