"""Resilience: shares of one site and province, number of provinces, reserve against the loss of one."""

from __future__ import annotations

from typing import Any, Literal

import pyomo.environ as pyo
from pydantic import Field

from optim.inputs import MW_PER_GW, Inputs
from optim.settings import LIQUID, Frozen


class Settings(Frozen):
    """How much may depend on one place."""

    largest_province_share: float = Field(
        0.15, gt=0, le=1, description="largest share of one province in new IT"
    )
    largest_site_share: float = Field(1.0, gt=0, le=1, description="largest share of one site in new IT")
    provinces_min_count: int = Field(
        1, ge=1, description="provinces that hold new IT of at least province_min_mw in the last year"
    )
    province_min_mw: float = Field(100.0, ge=0, description="IT power from which a province counts [MW]")
    reserve: Literal["none", "site", "province"] = Field(
        "none",
        description="after the loss of any one site or province, halls fit for it elsewhere carry all "
        "essential load",
    )


def add(m: pyo.ConcreteModel, inputs: Inputs, settings: Settings) -> None:
    """Declare `m.resilience`.

    Shares: IT of a province (site) <= share x all new IT. Reserve: load_share_max x (fit IT of all places -
    that of the place lost) >= load share x essential load served, in liquid-cooled halls where it needs them.

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute`, `m.halls`, `m.workload` and the given load.
    inputs : Inputs
        Load groups.
    settings : Settings
        Limits.
    """
    b = m.resilience = pyo.Block()
    b.largest_province = pyo.Param(initialize=settings.largest_province_share)
    b.largest_site = pyo.Param(initialize=settings.largest_site_share)
    b.largest_province_share = pyo.Constraint(
        m.P,
        m.Y,
        rule=lambda b, p, y: (
            sum(m.compute.it_new_gw[s, y] for s in m.SITES[p]) + m.given_province_gw[p, y]
            <= b.largest_province * m.compute.total_it_gw[y]
        ),
    )
    shared = list(m.SY) if settings.largest_site_share < 1 else []
    b.largest_site_share = pyo.Constraint(
        pyo.Set(dimen=2, initialize=shared),
        rule=lambda b, s, y: m.compute.it_new_gw[s, y] <= b.largest_site * m.compute.total_it_gw[y],
    )
    _provinces(m, settings)
    _reserve(m, inputs, settings)


def _provinces(m: pyo.ConcreteModel, settings: Settings) -> None:
    b = m.resilience
    asked = settings.provinces_min_count > 1
    b.counted = pyo.Var(m.P if asked else [], domain=pyo.Binary, dense=False)
    b.province_min_gw = pyo.Param(initialize=settings.province_min_mw / MW_PER_GW)
    b.LAST = pyo.Set(initialize=[max(m.Y)])
    members = list(m.P) if asked else []
    b.COUNTED = pyo.Set(initialize=members)
    b.province_counts = pyo.Constraint(
        b.COUNTED,
        b.LAST,
        rule=lambda b, p, y: (
            sum(m.compute.it_new_gw[s, y] for s in m.SITES[p]) >= b.province_min_gw * b.counted[p]
        ),
    )
    if asked:
        count = settings.provinces_min_count
        b.provinces_min = pyo.Constraint(rule=lambda b: sum(b.counted[p] for p in b.COUNTED) >= count)


def _reserve(m: pyo.ConcreteModel, inputs: Inputs, settings: Settings) -> None:
    b, halls = m.resilience, m.halls
    essential = [str(f) for f in inputs.groups.table.index[inputs.groups.table["essential"]]]
    wet = any(bool(inputs.groups.table.loc[f, "needs_liquid"]) for f in essential)
    fit = [(s, c) for s, c in m.NEW if c in LIQUID or not wet]
    nodes = [(s, f) for s, f in m.workload.SITE_GROUPS if f in essential]
    b.FIT = pyo.Set(dimen=2, initialize=fit)
    b.ESSENTIAL = pyo.Set(dimen=2, initialize=nodes)
    b.essential_gw = pyo.Var(m.Y, domain=pyo.NonNegativeReals, dense=False)
    b.fit_gw = pyo.Var(m.Y, domain=pyo.NonNegativeReals, dense=False)
    b.carry = pyo.Param(initialize=inputs.prices["load_share_max"] / inputs.load_share)
    b.essential_load = pyo.Constraint(
        m.Y,
        rule=lambda b, y: b.essential_gw[y] == sum(m.accelerators.power_gw[s, f, y] for s, f in b.ESSENTIAL),
    )
    b.fit_halls = pyo.Constraint(
        m.Y, rule=lambda b, y: b.fit_gw[y] == sum(halls.it_gw[s, c, y] for s, c in b.FIT)
    )
    lost: dict[Any, list[tuple[str, str]]] = {}
    province = {s: p for p in m.P for s in m.SITES[p]}
    for s, c in fit:
        key = {"site": s, "province": province[s]}.get(settings.reserve)
        if key is not None:
            lost.setdefault(key, []).append((s, c))
    b.LOST = pyo.Set(initialize=list(lost))
    b.FIT_AT = pyo.Set(b.LOST, dimen=2, initialize=lost)
    b.reserve = pyo.Constraint(
        b.LOST,
        m.Y,
        rule=lambda b, k, y: (
            b.carry * (b.fit_gw[y] - sum(halls.it_gw[s, c, y] for s, c in b.FIT_AT[k])) >= b.essential_gw[y]
        ),
    )
