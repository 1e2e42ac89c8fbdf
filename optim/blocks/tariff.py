"""Purchase at a two-part tariff: energy by time of use, demand charge on the peak of each month."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optim.inputs import Inputs
from optim.rules.energy_rules import surcharges
from optim.sets import site_param
from optim.terms import Term

MONTHS_PER_YEAR = 12


def add(m: pyo.ConcreteModel, inputs: Inputs, penalty_m_cny_per_gw: float) -> list[Term]:
    """Return cost and emissions of what the plants buy; declare `m.tariff`.

    peak[d] >= purchase[t] in the hours of day d; meter + short >= peak[d]; billed[month] >= peak[d] for every
    day that stands for days of the month.

    Parameters
    ----------
    m : ConcreteModel
        With `m.energy` and `m.halls`.
    inputs : Inputs
        Prices by hour, charges, emission factors.
    penalty_m_cny_per_gw : float
        Weight of a GW that the meter lacks, and of a Mt over what `m.halls` allows.
    """
    b = m.tariff = pyo.Block()
    b.peak_gw = pyo.Var(m.PY, m.D, domain=pyo.NonNegativeReals, dense=False)
    b.billed_gw = pyo.Var(m.PY, m.M, domain=pyo.NonNegativeReals, dense=False)
    b.short_gw = pyo.Var(m.PY, domain=pyo.NonNegativeReals, dense=False)
    b.day_peak = pyo.Constraint(
        m.energy.PYT,
        rule=lambda b, s, c, y, t: m.energy.purchase_gw[s, c, y, t] <= b.peak_gw[s, c, y, m.day_of[t]],
    )
    b.within_meter = pyo.Constraint(
        m.PY,
        m.D,
        rule=lambda b, s, c, y, d: b.peak_gw[s, c, y, d] <= m.halls.meter_gw[s, c, y] + b.short_gw[s, c, y],
    )
    b.PYMD = pyo.Set(dimen=5, initialize=[(*p, k, d) for p in m.PY for k, d in m.MONTH_DAYS])
    b.billed = pyo.Constraint(
        b.PYMD, rule=lambda b, s, c, y, k, d: b.billed_gw[s, c, y, k] >= b.peak_gw[s, c, y, d]
    )
    short = _short(m, penalty_m_cny_per_gw)
    return [*_terms(m, inputs), *_emissions(m, inputs), short, _carbon_over(m)]


def _terms(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    b, site = m.tariff, inputs.site
    prices = {
        (s, t): float(site.loc[s, "energy"]) * v
        for s in m.S
        for t, v in enumerate(inputs.price.loc[s].to_numpy().tolist())
    }
    added = surcharges(inputs.rules, inputs.plants.table["pue_mean"])
    b.price = pyo.Param(m.S, m.T, initialize=prices)
    b.surcharge = pyo.Param(
        m.PY, initialize={k: added.get(k, 0.0) * inputs.scale for k in m.PY}, within=pyo.Reals
    )
    b.demand_charge = pyo.Param(
        m.S, initialize={s: float(site.loc[s, "demand_charge"]) / MONTHS_PER_YEAR for s in m.S}
    )
    purchase = m.energy.purchase_gw
    return [
        Term(
            "energy",
            "cost",
            m.PY,
            lambda s, c, y: sum(
                m.twh_per_gw[t] * (b.price[s, t] + b.surcharge[s, c, y]) * purchase[s, c, y, t] for t in m.T
            ),
        ),
        Term(
            "demand_charge",
            "cost",
            m.PY,
            lambda s, c, y: sum(b.demand_charge[s] * b.billed_gw[s, c, y, k] for k in m.M),
        ),
    ]


def purchase_twh(m: pyo.ConcreteModel, s: str, c: str, y: int) -> Any:
    """Return the energy that a plant buys in a year [TWh]."""
    return sum(m.twh_per_gw[t] * m.energy.purchase_gw[s, c, y, t] for t in m.T)


def _emissions(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    b = m.tariff
    b.average = site_param(m, inputs, "emissions")
    b.marginal = site_param(m, inputs, "emissions_marginal")
    b.carbon_price = pyo.Param(initialize=inputs.prices["carbon_cny_per_tco2"] * inputs.scale)
    return [
        Term("grid", "emissions", m.PY, lambda s, c, y: b.average[s] * purchase_twh(m, s, c, y)),
        Term("grid", "emissions_marginal", m.PY, lambda s, c, y: b.marginal[s] * purchase_twh(m, s, c, y)),
        Term(
            "carbon",
            "cost",
            m.PY,
            lambda s, c, y: b.carbon_price * b.average[s] * purchase_twh(m, s, c, y),
        ),
    ]


def _short(m: pyo.ConcreteModel, penalty: float) -> Term:
    b = m.tariff
    b.short_price = pyo.Param(initialize=penalty)
    return Term(
        "meter_short", "penalty", m.PY, lambda s, c, y: b.short_price * b.short_gw[s, c, y], is_lack=True
    )


def _carbon_over(m: pyo.ConcreteModel) -> Term:
    """Return the price of emissions over what the plants that `m.halls.CARBON` names are allowed."""
    b = m.tariff
    b.carbon_over_mt = pyo.Var(m.halls.CARBON, domain=pyo.NonNegativeReals, dense=False)
    b.carbon_budget = pyo.Constraint(
        m.halls.CARBON,
        rule=lambda b, s, c, y: (
            b.average[s] * purchase_twh(m, s, c, y) <= m.halls.carbon_mt[s, c, y] + b.carbon_over_mt[s, c, y]
        ),
    )
    return Term(
        "carbon_over",
        "penalty",
        m.halls.CARBON,
        lambda s, c, y: b.short_price * b.carbon_over_mt[s, c, y],
        True,
    )
