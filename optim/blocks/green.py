"""Green energy of the plants: certificates, and shares by year, month and hour."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optim.blocks.direct import available_twh
from optim.blocks.tariff import purchase_twh
from optim.inputs import Inputs
from optim.rules.energy_rules import direct_floors, matching_rows
from optim.terms import Term


def add(m: pyo.ConcreteModel, inputs: Inputs, penalty_m_cny_per_gw: float) -> list[Term]:
    """Return the cost of certificates and the price of what rules miss; declare `m.green`.

    By year, for the plants that a rule speaks of: direct + export (+ certificates, where they count)
    - number x (purchase + direct) + missing >= green_twh, the plant's part in its place's account.
    By month: direct + export >= number x (purchase + direct) in each month. By hour: purchase
    <= (1 - number) x (purchase + direct), since only energy used in the hour of its generation is direct.

    Parameters
    ----------
    m : ConcreteModel
        With `m.energy`, `m.direct` and `m.halls`.
    inputs : Inputs
        Rules, price of a certificate.
    penalty_m_cny_per_gw : float
        Weight of a TWh that hard rules lack; shows that no plan meets them.
    """
    b = m.green = pyo.Block()
    b.certificates_twh = pyo.Var(m.PY, domain=pyo.NonNegativeReals, dense=False)
    b.price = pyo.Param(initialize=inputs.prices["certificate_cny_per_mwh"] * inputs.scale)
    b.at_most_purchase = pyo.Constraint(
        m.PY, rule=lambda b, s, c, y: b.certificates_twh[s, c, y] <= purchase_twh(m, s, c, y)
    )
    _by_year(m, inputs)
    _matched(m, inputs, penalty_m_cny_per_gw)
    _floors(m, inputs)
    b.short_price = pyo.Param(initialize=penalty_m_cny_per_gw)
    return [
        Term("certificates", "cost", m.PY, lambda s, c, y: b.price * b.certificates_twh[s, c, y]),
        Term(
            "green_short",
            "penalty",
            b.GREEN_BY_YEAR,
            lambda s, c, r, y: b.short_price * b.short_twh[s, c, y, r],
            is_lack=True,
        ),
        Term(
            "green_matching",
            "penalty",
            b.MATCHED_BY_YEAR,
            lambda s, c, r, k, y: b.matching_price[r] * b.missed_twh[s, c, y, r, k],
        ),
        Term(
            "green_matching_short",
            "penalty",
            b.MATCHED_BY_YEAR,
            lambda s, c, r, k, y: b.matching_short_price[r] * b.missed_twh[s, c, y, r, k],
            is_lack=True,
        ),
    ]


def _direct_twh(m: pyo.ConcreteModel, s: str, c: str, y: int, hours: Any) -> Any:
    return sum(m.twh_per_gw[t] * m.direct.direct_gw[s, c, y, t] for t in hours)


def _export_twh(m: pyo.ConcreteModel, s: str, c: str, y: int) -> Any:
    return sum(m.twh_per_gw[t] * m.direct.export_gw[s, c, y, t] for t in m.T)


def _by_year(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    b, halls = m.green, m.halls
    rules = {r.rule_id: r for r in inputs.rules if r.kind == "green_share"}
    b.RULES = pyo.Set(initialize=list(rules))
    b.number = pyo.Param(b.RULES, initialize={k: r.number for k, r in rules.items()})
    counts = {k: float(r.accounting == "certificates") for k, r in rules.items()}
    b.certificates_count = pyo.Param(b.RULES, initialize=counts)
    b.GREEN_BY_YEAR = pyo.Set(dimen=4, initialize=[(s, c, r, y) for s, c, y, r in halls.GREEN])
    b.short_twh = pyo.Var(halls.GREEN, domain=pyo.NonNegativeReals, dense=False)
    b.by_year = pyo.Constraint(
        halls.GREEN,
        rule=lambda b, s, c, y, r: (
            (1 - b.number[r]) * _direct_twh(m, s, c, y, m.T)
            + _export_twh(m, s, c, y)
            + b.certificates_count[r] * b.certificates_twh[s, c, y]
            + b.short_twh[s, c, y, r]
            >= halls.green_twh[s, c, y, r] + b.number[r] * purchase_twh(m, s, c, y)
        ),
    )


def _matched(m: pyo.ConcreteModel, inputs: Inputs, penalty: float) -> None:
    """Declare monthly rows (period 1 to 12) and hourly rows (period 0) of the plants' matching rules."""
    b = m.green
    rows = matching_rows(inputs.rules, m.PY)
    soft = {r.rule_id: 0.0 if r.hard else r.price_m_cny_per_unit * 1e3 for r in inputs.rules}
    hard = {r.rule_id: penalty if r.hard else 0.0 for r in inputs.rules}
    b.matching_price = pyo.Param(b.RULES, initialize={r: soft[r] for r in b.RULES})
    b.matching_short_price = pyo.Param(b.RULES, initialize={r: hard[r] for r in b.RULES})
    b.MONTHLY = pyo.Set(dimen=5, initialize=[row for row in rows if row[4] > 0])
    b.HOURLY = pyo.Set(dimen=5, initialize=[row for row in rows if row[4] == 0])
    b.MATCHED_BY_YEAR = pyo.Set(dimen=5, initialize=[(s, c, r, k, y) for s, c, y, r, k in rows])
    b.MATCHING = pyo.Set(dimen=5, initialize=rows)
    b.missed_twh = pyo.Var(b.MATCHING, domain=pyo.NonNegativeReals, dense=False)
    hours = {k: [(d, t) for month, d in m.MONTH_DAYS if month == k for t in m.HOURS_OF[d]] for k in m.M}
    b.HOURS_IN = pyo.Set(m.M, dimen=2, initialize=hours)
    b.by_month = pyo.Constraint(
        b.MONTHLY,
        rule=lambda b, s, c, y, r, k: (
            sum(
                m.month_days[k, d]
                / 1e3
                * (
                    (1 - b.number[r]) * m.direct.direct_gw[s, c, y, t]
                    + m.direct.export_gw[s, c, y, t]
                    - b.number[r] * m.energy.purchase_gw[s, c, y, t]
                )
                for d, t in b.HOURS_IN[k]
            )
            + b.missed_twh[s, c, y, r, k]
            >= 0
        ),
    )
    b.by_hour = pyo.Constraint(
        b.HOURLY,
        rule=lambda b, s, c, y, r, k: (
            b.number[r] * purchase_twh(m, s, c, y)
            <= (1 - b.number[r]) * _direct_twh(m, s, c, y, m.T) + b.missed_twh[s, c, y, r, k]
        ),
    )


def _floors(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare the least self-use and the largest curtailment of direct supply, over its yearly output."""
    b = m.green
    self_use, used_or_sold = (direct_floors(inputs.rules, m.PY, k) for k in ("self_use", "curtailment_cap"))
    b.SELF_USE = pyo.Set(dimen=3, initialize=list(self_use))
    b.CURTAILED = pyo.Set(dimen=3, initialize=list(used_or_sold))
    b.self_use_share = pyo.Param(b.SELF_USE, initialize=self_use)
    b.curtailed_share = pyo.Param(b.CURTAILED, initialize=used_or_sold)
    b.self_use = pyo.Constraint(
        b.SELF_USE,
        rule=lambda b, s, c, y: (
            _direct_twh(m, s, c, y, m.T) >= b.self_use_share[s, c, y] * available_twh(m, s, c, y)
        ),
    )
    b.curtailment = pyo.Constraint(
        b.CURTAILED,
        rule=lambda b, s, c, y: (
            _direct_twh(m, s, c, y, m.T) + _export_twh(m, s, c, y)
            >= (1 - b.curtailed_share[s, c, y]) * available_twh(m, s, c, y)
        ),
    )
