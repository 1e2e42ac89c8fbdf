"""Green share of a place and year: the plants' accounts together are not negative."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.economics import HOURS_PER_YEAR
from optim.policy import Rule
from optim.rules.energy_rules import ANNUAL
from optim.rules.rows import declare, penalty, place_rows, sites_of
from optim.terms import Term


def add(m: pyo.ConcreteModel, rules: list[Rule]) -> list[Term]:
    """Return the penalty of missing green energy; declare `m.green_share`.

    sum over the plants of the place of green_twh[s,c,y,r] + missed >= 0, where green_twh is green energy less
    number x consumption (see `optim.blocks.green`). Rules met by month or hour hold for each plant, there.

    Parameters
    ----------
    m : ConcreteModel
        With `m.halls`.
    rules : list of Rule
        Of kind green_share; their price is per GWh missed.
    """
    b = m.green_share = pyo.Block()
    annual = [r for r in rules if r.accounting in ANNUAL]
    declare(b, annual, place_rows(annual))
    sites_of(b, annual)
    plants = {key: [(s, c) for s in b.SITES_OF[key] for c in m.METERED_OF[s]] for key in b.PLACES}
    b.PLANTS_IN = pyo.Set(b.PLACES, dimen=2, initialize=plants)
    b.row = pyo.Constraint(
        b.ROWS,
        rule=lambda b, r, place, y: (
            sum(m.halls.green_twh[s, c, y, r] for s, c in b.PLANTS_IN[r, place]) + b.missed[r, place, y] >= 0
        ),
    )
    _within_reach(m, b)
    return penalty(b, "green_share")


def _within_reach(m: pyo.ConcreteModel, b: pyo.Block) -> None:
    """Declare: an account counts green energy at most up to the plant's IT energy, and lacks at most its use.

    So a plant that is all green helps the others of its place by (1 - number) x IT energy; the lower end
    takes nothing away (use at peak PUE, and a half more for losses and the hours beyond the design).
    """
    halls = m.halls
    most = {k: 1.5 * HOURS_PER_YEAR / 1e3 * m.grid.pue_peak[k] for k in m.PLANTS}
    b.use_twh_per_gw = pyo.Param(m.PLANTS, initialize=most)
    b.it_twh_per_gw = pyo.Param(initialize=HOURS_PER_YEAR / 1e3)
    b.lowest = pyo.Constraint(
        halls.GREEN,
        rule=lambda b, s, c, y, r: (
            halls.green_twh[s, c, y, r]
            >= -b.number[r]
            * b.use_twh_per_gw[s, c]
            * sum(halls.run_gw[s, c, f, y] for f in m.GROUPS_OF[s, c])
        ),
    )
    b.highest = pyo.Constraint(
        halls.GREEN,
        rule=lambda b, s, c, y, r: (
            halls.green_twh[s, c, y, r]
            <= (1 - b.number[r]) * b.it_twh_per_gw * sum(halls.run_gw[s, c, f, y] for f in m.GROUPS_OF[s, c])
        ),
    )
