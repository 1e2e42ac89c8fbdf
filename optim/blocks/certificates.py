"""Green certificates: bought by site and year, at most one per MWh purchased."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.inputs import Inputs
from optim.terms import Term


def add(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return the cost of certificates; declare `m.certificates` with certificates_twh[s,y].

    Parameters
    ----------
    m : ConcreteModel
        With `m.grid`.
    inputs : Inputs
        Price of a certificate.
    """
    b = m.certificates = pyo.Block()
    b.certificates_twh = pyo.Var(m.S, m.Y, domain=pyo.NonNegativeReals, dense=False)
    b.price = pyo.Param(initialize=inputs.prices["certificate_cny_per_mwh"] * inputs.price_factor)
    b.at_most_purchase = pyo.Constraint(
        m.S, m.Y, rule=lambda b, s, y: b.certificates_twh[s, y] <= m.grid.purchase_twh[s, y]
    )
    return [Term("certificates", "cost", m.SY, lambda s, y: b.price * b.certificates_twh[s, y])]
