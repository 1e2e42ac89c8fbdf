"""Campuses: which open, how many modules stand, how much IT they hold, how fast it may grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyomo.environ as pyo
from pydantic import Field

from optim.inputs import MW_PER_GW, Inputs
from optim.settings import Frozen
from optim.terms import Term


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
    largest_province_share: float = Field(
        0.15, gt=0, le=1, description="largest share of one province in new IT"
    )


def add(m: pyo.ConcreteModel, inputs: Inputs, settings: Settings) -> list[Term]:
    """Return the cost terms of shells, land, staff, lines and fibre; declare `m.compute`.

    Variables: opened[s,y] in {0,1}, modules[s,y] integer, it_gw[s,y], all cumulative.

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.model`.
    inputs : Inputs
        Site coefficients and given load.
    settings : Settings
        Sizes and rates.
    """
    b = m.compute = pyo.Block()
    b.opened = pyo.Var(m.S, m.Y, domain=pyo.Binary, dense=False)
    b.modules = pyo.Var(m.S, m.Y, domain=pyo.NonNegativeIntegers, dense=False)
    b.it_gw = pyo.Var(m.S, m.Y, domain=pyo.NonNegativeReals, dense=False)
    _parameters(m, inputs, settings)
    _size(m)
    _pace(m)
    return _terms(m)


def _parameters(m: pyo.ConcreteModel, inputs: Inputs, settings: Settings) -> None:
    b = m.compute
    module = settings.module_mw / MW_PER_GW
    most = inputs.site["it_max_gw"].fillna(float("inf")).clip(upper=settings.campus_max_mw / MW_PER_GW)
    horizon = settings.site_build_rate_mw_per_year / MW_PER_GW * len(inputs.years)
    most = most.clip(upper=horizon)
    b.module_gw = pyo.Param(initialize=module)
    b.campus_min_gw = pyo.Param(initialize=settings.campus_min_mw / MW_PER_GW)
    b.it_max_gw = pyo.Param(m.S, initialize=most.to_dict(), within=pyo.Reals)
    b.modules_max = pyo.Param(m.S, initialize=(-(-most // module)).to_dict(), within=pyo.Reals)
    b.site_rate_gw = pyo.Param(initialize=settings.site_build_rate_mw_per_year / MW_PER_GW)
    b.province_rate_gw = pyo.Param(initialize=settings.province_build_rate_mw_per_year / MW_PER_GW)
    b.largest_share = pyo.Param(initialize=settings.largest_province_share)
    for name in ("shell", "liquid_cooling", "land", "maintenance", "staff", "line", "fibre"):
        b.add_component(
            f"{name}_cost", pyo.Param(m.S, initialize=inputs.site[name].to_dict(), within=pyo.Reals)
        )


def _size(m: pyo.ConcreteModel) -> None:
    """Declare: IT fits the modules, an open campus has its least shell, nothing shrinks or closes."""
    b = m.compute
    b.it_within_modules = pyo.Constraint(
        m.S, m.Y, rule=lambda b, s, y: b.it_gw[s, y] <= b.module_gw * b.modules[s, y]
    )
    b.campus_maximum = pyo.Constraint(
        m.S, m.Y, rule=lambda b, s, y: b.it_gw[s, y] <= b.it_max_gw[s] * b.opened[s, y]
    )
    b.modules_if_open = pyo.Constraint(
        m.S, m.Y, rule=lambda b, s, y: b.modules[s, y] <= b.modules_max[s] * b.opened[s, y]
    )
    b.campus_minimum = pyo.Constraint(
        m.S, m.Y, rule=lambda b, s, y: b.module_gw * b.modules[s, y] >= b.campus_min_gw * b.opened[s, y]
    )
    b.stays_open = pyo.Constraint(
        m.S, m.LATER, rule=lambda b, s, y: b.opened[s, y] >= b.opened[s, m.previous[y]]
    )
    b.modules_stay = pyo.Constraint(
        m.S, m.LATER, rule=lambda b, s, y: b.modules[s, y] >= b.modules[s, m.previous[y]]
    )
    b.it_stays = pyo.Constraint(m.S, m.LATER, rule=lambda b, s, y: b.it_gw[s, y] >= b.it_gw[s, m.previous[y]])


def _pace(m: pyo.ConcreteModel) -> None:
    """Declare build rates by site and province, and the largest share of one province."""
    b = m.compute
    b.site_build_rate_first = pyo.Constraint(
        m.S, m.FIRST, rule=lambda b, s, y: b.it_gw[s, y] <= b.site_rate_gw * b.opened[s, y]
    )
    b.site_build_rate = pyo.Constraint(
        m.S,
        m.LATER,
        rule=lambda b, s, y: b.it_gw[s, y] - b.it_gw[s, m.previous[y]] <= b.site_rate_gw * b.opened[s, y],
    )
    b.province_build_rate_first = pyo.Constraint(
        m.P, m.FIRST, rule=lambda b, p, y: sum(b.it_gw[s, y] for s in m.SITES[p]) <= b.province_rate_gw
    )
    b.province_build_rate = pyo.Constraint(
        m.P,
        m.LATER,
        rule=lambda b, p, y: (
            sum(b.it_gw[s, y] for s in m.SITES[p]) - sum(b.it_gw[s, m.previous[y]] for s in m.SITES[p])
            <= b.province_rate_gw
        ),
    )
    b.largest_province_share = pyo.Constraint(
        m.P,
        m.Y,
        rule=lambda b, p, y: (
            sum(b.it_gw[s, y] for s in m.SITES[p]) + m.given_province_gw[p, y]
            <= b.largest_share * (sum(b.it_gw[s, y] for s in m.S) + m.given_total_gw[y])
        ),
    )


def _terms(m: pyo.ConcreteModel) -> list[Term]:
    b = m.compute

    def by_module(cost: pyo.Param) -> Callable[..., Any]:
        return lambda s, y: cost[s] * (b.module_gw * b.modules[s, y] + m.given_gw[s, y])

    def by_campus(cost: pyo.Param) -> Callable[..., Any]:
        return lambda s, y: cost[s] * b.opened[s, y]

    sized = {
        "shell": b.shell_cost,
        "liquid_cooling": b.liquid_cooling_cost,
        "land": b.land_cost,
        "maintenance": b.maintenance_cost,
        "staff": b.staff_cost,
    }
    fixed = {"line": b.line_cost, "fibre": b.fibre_cost}
    return [Term(label, "cost", m.SY, by_module(cost)) for label, cost in sized.items()] + [
        Term(label, "cost", m.SY, by_campus(cost)) for label, cost in fixed.items()
    ]
