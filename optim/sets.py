"""Index sets of the model: sites, plants, load groups, years, hours."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pyomo.environ as pyo

from optim.hours import HOURS_PER_DAY
from optim.inputs import Inputs
from optim.settings import EDGE, EXISTING, LIQUID

Plant = tuple[str, str]


def declare_sets(m: pyo.ConcreteModel, inputs: Inputs, plants: list[Plant], years: tuple[int, ...]) -> None:
    """Declare on `m` the sets of some plants and years; the whole model takes all of them.

    S sites, Y years (FIRST, LATER, previous), PLANTS (s,c) with NEW, PLANTS_OF[s], NEW_OF[s]; RUNS (s,c,f)
    load groups that fit a plant, GROUPS_OF[s,c]; MOVES (s,c,f) groups that move between sites by day,
    MOVERS_OF[s,c]; T hours with previous_hour, day_of, hour_of; D days, MONTH_DAYS (month, day), HOURS_OF[d].
    """
    sites = [s for s in inputs.sites if s in {s for s, _ in plants}] if plants else []
    m.S = pyo.Set(initialize=sites)
    m.Y = pyo.Set(initialize=years)
    m.FIRST = pyo.Set(initialize=years[:1])
    m.LATER = pyo.Set(initialize=years[1:])
    m.previous = pyo.Param(m.LATER, initialize={b: a for a, b in pairwise(years)}, within=pyo.Integers)
    m.SY = pyo.Set(dimen=2, initialize=[(s, y) for s in sites for y in years])
    _plants(m, plants, years, sites)
    _groups(m, inputs, plants, years)


def declare_hours(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare hours, days and months on `m`; each day is a ring of 24 hours."""
    hours = inputs.hours
    numbers = range(hours.count)
    days = range(hours.count // HOURS_PER_DAY)
    first = {t: t - t % HOURS_PER_DAY for t in numbers}
    m.T = pyo.Set(initialize=numbers)
    m.D = pyo.Set(initialize=days)
    m.M = pyo.Set(initialize=range(1, 13))
    m.previous_hour = pyo.Param(
        m.T,
        initialize={t: first[t] + (t - first[t] - 1) % HOURS_PER_DAY for t in numbers},
        within=pyo.Integers,
    )
    m.day_of = pyo.Param(m.T, initialize={t: t // HOURS_PER_DAY for t in numbers}, within=pyo.Integers)
    m.hour_of = pyo.Param(m.T, initialize={t: t % HOURS_PER_DAY for t in numbers}, within=pyo.Integers)
    m.twh_per_gw = pyo.Param(m.T, initialize={t: hours.weight_h[t] / 1e3 for t in numbers})
    table = hours.month_days
    pairs = {(int(k), int(d)): float(w) for d, k, w in table.itertuples(index=False, name=None)}
    m.MONTH_DAYS = pyo.Set(dimen=2, initialize=list(pairs))
    m.month_days = pyo.Param(m.MONTH_DAYS, initialize=pairs)
    m.HOURS_OF = pyo.Set(m.D, initialize={d: list(range(d * 24, d * 24 + 24)) for d in days})


def _plants(m: pyo.ConcreteModel, plants: list[Plant], years: tuple[int, ...], sites: list[str]) -> None:
    new = [p for p in plants if p[1] not in (EXISTING, EDGE)]
    m.PLANTS = pyo.Set(dimen=2, initialize=plants)
    m.NEW = pyo.Set(dimen=2, initialize=new)
    m.EXISTING = pyo.Set(initialize=[s for s, c in plants if c == EXISTING])
    m.EDGE = pyo.Set(initialize=[s for s, c in plants if c == EDGE])
    m.PY = pyo.Set(dimen=3, initialize=[(*p, y) for p in plants for y in years])
    m.NEW_Y = pyo.Set(dimen=3, initialize=[(*p, y) for p in new for y in years])
    m.NEW_LATER = pyo.Set(dimen=3, initialize=[(*p, y) for p in new for y in years[1:]])
    m.PLANTS_OF = pyo.Set(m.S, initialize=grouped(plants, sites))
    m.NEW_OF = pyo.Set(m.S, initialize=grouped(new, sites))
    m.METERED_OF = pyo.Set(m.S, initialize=grouped([p for p in plants if p[1] != EXISTING], sites))


def _groups(m: pyo.ConcreteModel, inputs: Inputs, plants: list[Plant], years: tuple[int, ...]) -> None:
    table = inputs.groups.table
    runs = [
        (s, c, str(f))
        for s, c in plants
        for f in table.index
        if fits(c, str(f), bool(table.loc[f, "needs_liquid"]))
    ]
    moving = inputs.asked.load.day_move_share > 0
    moves = [(s, c, f) for s, c, f in runs if moving and table.loc[f, "movable"]]
    m.F = pyo.Set(initialize=[str(f) for f in table.index])
    m.RUNS = pyo.Set(dimen=3, initialize=runs)
    m.RUNS_Y = pyo.Set(dimen=4, initialize=[(*r, y) for r in runs for y in years])
    m.GROUPS_OF = pyo.Set(m.PLANTS, initialize=grouped([((s, c), f) for s, c, f in runs], plants))
    m.MOVES = pyo.Set(dimen=3, initialize=moves)
    m.MOVERS_OF = pyo.Set(m.PLANTS, initialize=grouped([((s, c), f) for s, c, f in moves], plants))


def fits(technology: str, group: str, needs_liquid: bool) -> bool:
    """Return whether a load group may stand in the halls of a technology."""
    if EDGE in (technology, group):
        return technology == group
    return technology in LIQUID or not needs_liquid


def grouped(pairs: Iterable[tuple[Any, Any]], keys: Iterable[Any]) -> dict[Any, list[Any]]:
    """Return the second members by the first, a list for every key."""
    groups: dict[Any, list[Any]] = {key: [] for key in keys}
    for key, member in pairs:
        groups[key].append(member)
    return groups


def site_param(m: pyo.ConcreteModel, inputs: Inputs, column: str) -> pyo.Param:
    """Return a coefficient of `inputs.site` for the sites of `m`, to be attached to a block."""
    values = inputs.site[column]
    return pyo.Param(m.S, initialize={s: float(values[s]) for s in m.S}, within=pyo.Reals)
