"""Accelerators: by the scenario's mix, or chosen by type under supply."""

from __future__ import annotations

import math
from typing import Any, Literal

import pandas as pd
import pyomo.environ as pyo
from pydantic import Field

from geodata.tables import TableError
from optim.blocks.workload import served_gw
from optim.finance import annuity_factor
from optim.inputs import Inputs
from optim.settings import EDGE, Frozen
from optim.terms import Term

MIX = "mix"
KW_PER_GW = 1e6
Output = Literal["it_power", "pflops", "tokens"]


class Settings(Frozen):
    """Choice of accelerators."""

    choice: Literal["mix", "open"] = Field(
        "mix", description="mix: the scenario's shares of each year; open: the model chooses under supply"
    )
    output: Output = Field(
        "pflops",
        description="what a GW of demand stands for in an open choice: IT power, or the PFLOPS or tokens "
        "that a GW of the scenario's mix gives",
    )
    supply_binds: bool = Field(
        True, description="open choice: purchases keep to the cards of each type and year"
    )


def add(m: pyo.ConcreteModel, inputs: Inputs, types: pd.DataFrame, settings: Settings) -> list[Term]:
    """Return the cost of accelerators if they are chosen; declare `m.accelerators`.

    power_gw[s,f,y] is the IT power that serves load group f at site s. With the mix, it is the load served.
    If the choice is open: sum over types of output[a,y] x used[s,a,f,y] = load served, in units of what the
    mix gives; sum over groups of used <= it_type_gw[s,a,y], which stays; purchases of a year + replacement
    <= cards that were to be had when they had to be ordered.

    Parameters
    ----------
    m : ConcreteModel
        With `m.workload`, `m.halls`.
    inputs : Inputs
        Discount, years.
    types : DataFrame
        `geodata.tables.Accelerators`.
    settings : Settings
        Mix or open choice.
    """
    b = m.accelerators = pyo.Block()
    keys = [(s, f, y) for s, f in m.workload.SITE_GROUPS for y in m.Y]
    b.KEYS = pyo.Set(dimen=3, initialize=keys)
    b.power_gw = pyo.Var(b.KEYS, domain=pyo.NonNegativeReals, dense=False)
    if settings.choice == "mix":
        b.of_mix = pyo.Constraint(
            b.KEYS, rule=lambda b, s, f, y: b.power_gw[s, f, y] == served_gw(m, s, f, y)
        )
        return []
    table = types[types["year"].isin(inputs.years)].set_index(["accelerator_id", "year"])
    _declare(m, inputs, table, settings)
    _supply(m, inputs, table, settings)
    return _terms(m, inputs, table)


def output_per_gw(table: pd.DataFrame, output: Output) -> pd.Series:
    """Return what a GW of each type gives over what a GW of the year's mix gives, by type and year."""
    raw = {
        "it_power": pd.Series(1.0, index=table.index),
        "pflops": table["pflops_per_card"] / table["system_kw_per_card"],
        "tokens": table["mtokens_per_kwh"].astype(float),
    }[output]
    mixed = (raw * table["mix_share"]).groupby(level="year").sum() / table["mix_share"].groupby(
        level="year"
    ).sum()
    return raw / mixed.reindex(table.index.get_level_values("year")).to_numpy()


def _declare(m: pyo.ConcreteModel, inputs: Inputs, table: pd.DataFrame, settings: Settings) -> None:
    b = m.accelerators
    names = [str(a) for a in table.index.get_level_values(0).unique()]
    lost = [f"{a} {y}" for a in names for y in m.Y if (a, y) not in table.index]
    if lost:
        raise TableError(
            f"accelerators: found no row for {', '.join(lost[:5])}, expected each type in each year"
        )
    fits = {a: _classes(str(table.xs(a).iloc[0]["fits"]), inputs) for a in names}
    used = [(s, a, f, y) for s, f, y in b.KEYS for a in names if f in fits[a]]
    b.A = pyo.Set(initialize=names)
    b.USED = pyo.Set(dimen=4, initialize=used)
    by_key: dict[Any, list[str]] = {key: [] for key in b.KEYS}
    by_type: dict[Any, list[str]] = {(s, a, y): [] for s in m.S for a in names for y in m.Y}
    for s, a, f, y in used:
        by_key[s, f, y].append(a)
        by_type[s, a, y].append(f)
    b.TYPES_OF = pyo.Set(b.KEYS, initialize=by_key)
    b.SAY = pyo.Set(dimen=3, initialize=list(by_type))
    b.GROUPS_ON = pyo.Set(b.SAY, initialize=by_type)
    b.used_gw = pyo.Var(b.USED, domain=pyo.NonNegativeReals, dense=False)
    b.it_type_gw = pyo.Var(b.SAY, domain=pyo.NonNegativeReals, dense=False)
    gives = output_per_gw(table, settings.output)
    b.output = pyo.Param(b.A, m.Y, initialize={(a, y): float(gives[a, y]) for a in names for y in m.Y})
    _installed(m)


def _classes(fits: str, inputs: Inputs) -> set[str]:
    """Return the load groups that a type serves: all of their classes fit it."""
    groups = inputs.groups.of_class
    wanted = set(fits.split(";")) if fits else set(groups.index)
    return {str(g) for g, members in groups.groupby(groups) if set(members.index) <= wanted and g != EDGE}


def _installed(m: pyo.ConcreteModel) -> None:
    b = m.accelerators
    b.gives = pyo.Constraint(
        b.KEYS,
        rule=lambda b, s, f, y: (
            sum(b.output[a, y] * b.used_gw[s, a, f, y] for a in b.TYPES_OF[s, f, y]) == served_gw(m, s, f, y)
        ),
    )
    b.power = pyo.Constraint(
        b.KEYS,
        rule=lambda b, s, f, y: (
            b.power_gw[s, f, y] == sum(b.used_gw[s, a, f, y] for a in b.TYPES_OF[s, f, y])
        ),
    )
    b.within_type = pyo.Constraint(
        b.SAY,
        rule=lambda b, s, a, y: (
            sum(b.used_gw[s, a, f, y] for f in b.GROUPS_ON[s, a, y]) <= b.it_type_gw[s, a, y]
        ),
    )
    b.SAY_LATER = pyo.Set(dimen=3, initialize=[(s, a, y) for s, a, y in b.SAY if y in m.LATER])
    b.type_stays = pyo.Constraint(
        b.SAY_LATER, rule=lambda b, s, a, y: b.it_type_gw[s, a, y] >= b.it_type_gw[s, a, m.previous[y]]
    )


def _supply(m: pyo.ConcreteModel, inputs: Inputs, table: pd.DataFrame, settings: Settings) -> None:
    """Declare: bought_gw[a,y] covers what is added and replaced, and fits the cards to be had."""
    b = m.accelerators
    life = {a: int(table.xs(a).iloc[0]["life_years"]) for a in b.A}
    b.bought_gw = pyo.Var(b.A, m.Y, domain=pyo.NonNegativeReals, dense=False)
    b.bought_first = pyo.Constraint(
        b.A, m.FIRST, rule=lambda b, a, y: b.bought_gw[a, y] == sum(b.it_type_gw[s, a, y] for s in m.S)
    )
    worn = {(a, y): [y - life[a]] if y - life[a] in m.Y else [] for a in b.A for y in m.LATER}
    b.WORN = pyo.Set(b.A, m.LATER, initialize=worn)
    b.bought_later = pyo.Constraint(
        b.A,
        m.LATER,
        rule=lambda b, a, y: (
            b.bought_gw[a, y]
            == sum(b.it_type_gw[s, a, y] for s in m.S)
            - sum(b.it_type_gw[s, a, m.previous[y]] for s in m.S)
            + sum(b.bought_gw[a, z] for z in b.WORN[a, y])
        ),
    )
    known = _cards_gw(m, table) if settings.supply_binds else {}
    b.LIMITED = pyo.Set(dimen=2, initialize=list(known))
    b.supply_gw = pyo.Param(b.LIMITED, initialize=known)
    b.supply = pyo.Constraint(b.LIMITED, rule=lambda b, a, y: b.bought_gw[a, y] <= b.supply_gw[a, y])


def _cards_gw(m: pyo.ConcreteModel, table: pd.DataFrame) -> dict[tuple[str, int], float]:
    """Return the IT power of the cards to be had for a year: those of the year of their order [GW]."""
    limits = {}
    for a in m.accelerators.A:
        rows = table.xs(a)
        lag = int(rows.iloc[0]["delivery_years"])
        for y in m.Y:
            ordered = max(y - lag, int(rows.index.min()))
            cards = float(rows.loc[ordered, "supply_cards"])
            if not math.isnan(cards):
                limits[a, y] = cards * float(rows.loc[y, "system_kw_per_card"]) / KW_PER_GW
    return limits


def _terms(m: pyo.ConcreteModel, inputs: Inputs, table: pd.DataFrame) -> list[Term]:
    """Return the yearly cost of the cards standing: an annuity over their life."""
    b = m.accelerators
    rate = inputs.prices["discount_share_per_year"]
    yearly = {
        (a, y): float(table.loc[(a, y), "price_m_cny_per_card"])
        / float(table.loc[(a, y), "system_kw_per_card"])
        * KW_PER_GW
        * annuity_factor(rate, float(table.loc[(a, y), "life_years"]))
        * inputs.scale
        for a in b.A
        for y in m.Y
    }
    b.cost = pyo.Param(b.A, m.Y, initialize=yearly)
    return [Term("accelerators", "cost", b.SAY, lambda s, a, y: b.cost[a, y] * b.it_type_gw[s, a, y])]
