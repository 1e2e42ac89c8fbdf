"""Domestic share: at least a share of the accelerators' IT power in a place is domestic."""

from __future__ import annotations

import pandas as pd
import pyomo.environ as pyo

from geodata.tables import TableError
from optim.policy import Rule
from optim.rules.rows import declare, penalty, place_rows, sites_of
from optim.terms import Term


def add(m: pyo.ConcreteModel, rules: list[Rule], types: pd.DataFrame) -> list[Term]:
    """Return the penalty of missing domestic accelerators; declare `m.domestic_share`.

    sum over domestic types of IT[s,a,y] + missed >= number x sum over all types, over the sites of the place.

    Parameters
    ----------
    m : ConcreteModel
        With `m.accelerators`.
    rules : list of Rule
        Of kind domestic_share.
    types : DataFrame
        Accelerator types with their origin.

    Raises
    ------
    TableError
        A rule is in force, but accelerators are not chosen by the model.
    """
    b = m.domestic_share = pyo.Block()
    chosen = m.accelerators.component("it_type_gw")
    if rules and chosen is None:
        raise TableError(
            f"rule {rules[0].rule_id} (domestic_share) needs optim.accelerators.choice = open, found mix; "
            "set it, or switch the rule off (geodata.policy.off)"
        )
    declare(b, rules, place_rows(rules))
    sites_of(b, rules)
    home = sorted(set(types.loc[types["origin"] == "domestic", "accelerator_id"]))
    b.HOME = pyo.Set(initialize=home)
    b.ALL = pyo.Set(initialize=sorted(set(types["accelerator_id"])))
    b.row = pyo.Constraint(
        b.ROWS,
        rule=lambda b, r, place, y: (
            sum(chosen[s, a, y] for s in b.SITES_OF[r, place] for a in b.HOME) + b.missed[r, place, y]
            >= b.number[r] * sum(chosen[s, a, y] for s in b.SITES_OF[r, place] for a in b.ALL)
        ),
    )
    return penalty(b, "domestic_share")
