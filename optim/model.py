"""The model: sets, blocks in order, balance, policy rules, objective."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pyomo.environ as pyo

from optim.blocks import certificates, compute, cooling, grid, workload
from optim.inputs import Inputs
from optim.policy import Rule
from optim.rules import green_share, hub_share, large_in_hub_only, pue_cap, residency
from optim.terms import Term, merge, of, total


@dataclass(frozen=True)
class Model:
    """The Pyomo model and the labelled terms that balance, objective and results are made from."""

    pyomo: pyo.ConcreteModel
    terms: list[Term]


def build_model(inputs: Inputs, campus: compute.Settings, load: workload.Settings) -> Model:
    """Return the siting model, a mixed-integer linear programme.

    minimise sum over years of discount[y] x (cost terms + penalty terms) subject to the blocks' constraints,
    the energy balance of each site and year, and the policy rules.

    Parameters
    ----------
    inputs : Inputs
        Sets and coefficients.
    campus, load : Settings
        Of the blocks compute and workload.
    """
    m = pyo.ConcreteModel(name="siting")
    _sets(m, inputs)
    _given(m, inputs)
    blocks = [
        compute.add(m, inputs, campus),
        workload.add(m, inputs, load),
        cooling.add(m, inputs),
        grid.add(m, inputs),
        certificates.add(m, inputs),
    ]
    terms = merge([*blocks, *_rules(m, inputs)])
    _balance(m, terms)
    _objective(m, inputs, terms)
    return Model(m, terms)


def _sets(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    years = inputs.years
    province = inputs.site["province"]
    m.S = pyo.Set(initialize=inputs.sites)
    m.P = pyo.Set(initialize=inputs.provinces)
    m.Y = pyo.Set(initialize=years)
    m.FIRST = pyo.Set(initialize=years[:1])
    m.LATER = pyo.Set(initialize=years[1:])
    m.previous = pyo.Param(m.LATER, initialize={b: a for a, b in pairwise(years)}, within=pyo.Integers)
    m.SY = pyo.Set(dimen=2, initialize=[(s, y) for s in inputs.sites for y in years])
    m.SITES = pyo.Set(m.P, initialize={str(p): list(g.index) for p, g in province.groupby(province)})


def _given(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare the same-city load, by site, province and in total [GW]."""
    province = inputs.site["province"]
    by_province = {(p, y): 0.0 for p in inputs.provinces for y in inputs.years}
    by_year = dict.fromkeys(inputs.years, 0.0)
    for (s, y), value in inputs.given_gw.items():
        by_province[province[s], y] += value
        by_year[y] += value
    m.given_gw = pyo.Param(m.S, m.Y, initialize=inputs.given_gw, default=0.0)
    m.given_province_gw = pyo.Param(m.P, m.Y, initialize=by_province)
    m.given_total_gw = pyo.Param(m.Y, initialize=by_year)


def _rules(m: pyo.ConcreteModel, inputs: Inputs) -> list[list[Term]]:
    province = {str(s): str(p) for s, p in inputs.site["province"].items()}
    pue_mean = {str(s): float(pue) for s, pue in inputs.site["pue_mean"].items()}
    return [
        hub_share.add(m, _of_kind(inputs.rules, "hub_share")),
        large_in_hub_only.add(m, _of_kind(inputs.rules, "large_in_hub_only"), province),
        pue_cap.add(m, _of_kind(inputs.rules, "pue_cap"), pue_mean),
        green_share.add(m, _of_kind(inputs.rules, "green_share")),
        residency.add(m, _of_kind(inputs.rules, "residency"), province),
    ]


def _of_kind(rules: list[Rule], kind: str) -> list[Rule]:
    return [rule for rule in rules if rule.kind == kind]


def _balance(m: pyo.ConcreteModel, terms: list[Term]) -> None:
    supply, load = of(terms, "supply"), of(terms, "load")
    m.energy_balance = pyo.Constraint(
        m.SY, rule=lambda m, s, y: sum(t.rule(s, y) for t in supply) == sum(t.rule(s, y) for t in load)
    )


def _objective(m: pyo.ConcreteModel, inputs: Inputs, terms: list[Term]) -> None:
    m.discount = pyo.Param(m.Y, initialize=inputs.discount)
    counted = [*of(terms, "cost"), *of(terms, "penalty")]
    m.objective = pyo.Objective(rule=lambda m: sum(total(t, m.discount) for t in counted), sense=pyo.minimize)
