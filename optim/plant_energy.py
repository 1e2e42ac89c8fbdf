"""Least cost of a plant's energy at what its halls ask of it, and how that cost changes with each ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from optim.arrays import compile_model
from optim.arrays.amounts import sums
from optim.arrays.layout import Layout
from optim.arrays.parts import Part, parts_of
from optim.blocks.tariff import purchase_twh
from optim.coefficients import Ranges, place_in
from optim.inputs import Inputs
from optim.model import Model, build_plants
from optim.rules.energy_rules import green_rows, matching_rows
from optim.sets import Plant
from optim.settings import EDGE
from optim.terms import Quantity, of

USUAL_GW = 0.1
USUAL_ROOM = 0.2  # of the site's potential, as for a plant of 100 MW in a campus of 500 MW
FREE = 1e3
"""Water [million m3] and carbon [Mt] of a plant and year that is told to take as much as it wants."""
_BUDGET_SHARES = (0.9, 0.6, 0.0)
_TWH_PER_GW = 8.76
_WIDE = 4.0
_AT_ONCE = 200
SPARE = ("it_gw", "meter_gw", "solar_room_gw", "wind_room_gw", "water_mm3", "carbon_mt")
"""What a plant may be given more of than it needs, at no cost."""
BUDGETS = ("water_mm3", "carbon_mt")
"""What all plants share a budget of."""
Array = NDArray[np.float64]
Point = tuple[float, Array]
Key = tuple[str, str, int]
_QUANTITIES: tuple[Quantity, ...] = ("emissions", "emissions_marginal", "water", "penalty")
MEASURES = (*_QUANTITIES, "purchase", "lack")
"""What is measured of a plant's energy in a year [Mt CO2, Mt CO2, million m3, M CNY, TWh, M CNY].

The last is the part of the penalties that stands for hard limits.
"""


def arguments(m: pyo.ConcreteModel, plant: Plant, year: int) -> list[Any]:
    """Return the variables of `m.halls` that the energy of a plant sees in a year, in a fixed order."""
    return [variable[index] for variable, index in asked_of(m, plant, year)]


def asked_of(m: pyo.ConcreteModel, plant: Plant, year: int) -> list[tuple[Any, Any]]:
    """Return the same, each as a component and its index."""
    (s, c), y, h = plant, year, m.halls
    runs = [(h.run_gw, (s, c, f, y)) for f in m.GROUPS_OF[s, c]]
    moved = [(h.moved_gw, (s, c, f, y, d)) for f in m.MOVERS_OF[s, c] for d in days_of(m)]
    green = [(h.green_twh, (s, c, y, r)) for r in rules_of(m) if (s, c, y, r) in h.GREEN]
    budgets = [
        (each, (s, c, y))
        for each, held in ((h.water_mm3, h.WATER), (h.carbon_mt, h.CARBON))
        if (s, c, y) in held
    ]
    new = (s, c, y) in m.NEW_Y
    shares = [(h.solar_room_gw, (s, c, y)), (h.wind_room_gw, (s, c, y))] if new else []
    return [(h.it_gw, (s, c, y)), *runs, (h.meter_gw, (s, c, y)), *moved, *green, *budgets, *shares]


def rooms(m: pyo.ConcreteModel, plant: Plant, year: int) -> list[Any]:
    """Return those of the arguments that share out a site's potential of sun and wind."""
    key = (*plant, year)
    return [m.halls.solar_room_gw[key], m.halls.wind_room_gw[key]] if key in m.NEW_Y else []


def usual_point(inputs: Inputs, m: pyo.ConcreteModel, key: tuple[str, str, int]) -> Array:
    """Return what a plant is usually asked for: 100 MW, groups in proportion to demand, quotas wide."""
    return _point(inputs, m, key, _mix(inputs, m, key))


def start_points(inputs: Inputs, m: pyo.ConcreteModel, key: tuple[str, str, int]) -> list[Array]:
    """Return a point with a wide meter and much room, the usual one, and one with a tight meter and no room.

    In this order simplex takes a third less: from wide to tight few hours change what they do. Where budgets
    are counted, three more: the usual one with less and less water and carbon.
    """
    mix = _mix(inputs, m, key)
    sizes = [(_WIDE, FREE), (1.0, USUAL_ROOM), (1.0, 0.0)] if key in m.NEW_Y else [(_WIDE, 0.0), (1.0, 0.0)]
    points = [_point(inputs, m, key, mix, wide, room) for wide, room in sizes]
    room = USUAL_ROOM if key in m.NEW_Y else 0.0
    shares = _BUDGET_SHARES if inputs.counts_budgets else ()
    return points + [_point(inputs, m, key, mix, 1.0, room, share) for share in shares]


def unasked_point(m: pyo.ConcreteModel, key: tuple[str, str, int]) -> Array:
    """Return the asks of a plant that is asked for nothing: no load, no green power, budgets wide."""
    wide = {"water_mm3": FREE, "carbon_mt": FREE}
    return np.asarray([wide.get(each.local_name, 0.0) for each, _ in asked_of(m, key[:2], key[2])])


def _mix(inputs: Inputs, m: pyo.ConcreteModel, key: tuple[str, str, int]) -> dict[str, float]:
    return {f: _demand(inputs, f) for f in m.GROUPS_OF[key[0], key[1]]}


def _point(
    inputs: Inputs,
    m: pyo.ConcreteModel,
    key: tuple[str, str, int],
    weight: dict[str, float],
    wide: float = 1.0,
    room: float = USUAL_ROOM,
    budget: float | None = None,
) -> Array:
    """Return the asks of 100 MW with a mix, a meter of `wide` times its peak, a part of the potential.

    Water and carbon are as much as anybody wants, or a part `budget` of what purchase alone would take.
    """
    s, c, y = key
    wanted = {"it_gw": USUAL_GW, **_budgets(inputs, (s, c), budget)}
    total = sum(weight.values()) or 1.0
    point = []
    for variable in arguments(m, (s, c), y):
        name = variable.parent_component().local_name
        if name == "run_gw":
            point.append(inputs.load_share * USUAL_GW * weight[variable.index()[2]] / total)
        elif name == "meter_gw":
            point.append(wide * USUAL_GW * float(inputs.plants.table["pue_peak"][(s, c)]))
        elif name in ("solar_room_gw", "wind_room_gw"):
            point.append(room * m.halls.component(name.replace("room", "max"))[s])
        else:
            point.append(wanted.get(name, 0.0))
    return np.asarray(point)


def _budgets(inputs: Inputs, plant: Plant, share: float | None) -> dict[str, float]:
    """Return the water and carbon that a plant of 100 MW may take in a year."""
    if share is None:
        return {"water_mm3": FREE, "carbon_mt": FREE}
    it_twh = inputs.load_share * USUAL_GW * _TWH_PER_GW
    figures = inputs.plants.table.loc[[plant]].iloc[0]
    carbon = it_twh * float(figures["pue_mean"]) * float(inputs.site["emissions"][plant[0]])
    return {"water_mm3": share * it_twh * float(figures["wue"]), "carbon_mt": share * carbon}


def _demand(inputs: Inputs, group: str) -> float:
    if group == EDGE:
        return 1.0
    members = set(inputs.groups.of_class.index[inputs.groups.of_class == group]) | {group}
    return 1e-6 + sum(v for (_, w, _), v in inputs.demand_gw.items() if w in members)


def days_of(m: pyo.ConcreteModel) -> list[int]:
    """Return the days on which load may move between sites."""
    return sorted({d for *_, d in m.halls.MOVES_YD})


def rules_of(m: pyo.ConcreteModel) -> list[str]:
    """Return the green shares that are settled over a place and a year."""
    return sorted({r for *_, r in m.halls.GREEN})


def alike(inputs: Inputs) -> dict[tuple[str, str, int], int]:
    """Return for each plant and year the first year in which its energy follows the same rules and prices."""
    keys = [(s, c, y) for s, c in inputs.plants.table.index for y in inputs.years]
    signs: dict[Any, list[Any]] = {key: [] for key in keys}
    for s, c, y, r in green_rows(inputs.rules, keys):
        signs[s, c, y].append(r)
    for s, c, y, r, k in matching_rows(inputs.rules, keys):
        signs[s, c, y].append((r, k))
    for rule in inputs.rules:
        if rule.kind in ("self_use", "curtailment_cap", "energy_surcharge"):
            for s in {s for sites in rule.places.values() for s in sites}:
                for c in (c for t, c in _plants_at(inputs).get(s, []) if t == s):
                    for y in rule.years:
                        signs[s, c, y].append(rule.rule_id)
    limited = inputs.water_limited
    first: dict[Any, int] = {}
    return {
        (s, c, y): first.setdefault((s, c, str(signs[s, c, y]), (s, y) in limited), y) for s, c, y in keys
    }


def _plants_at(inputs: Inputs) -> dict[str, list[Plant]]:
    found: dict[str, list[Plant]] = {}
    for s, c in inputs.plants.table.index:
        found.setdefault(str(s), []).append((str(s), str(c)))
    return found


@dataclass(frozen=True, eq=False)
class PlantModel:
    """Energy of one plant in one year as a matrix, and the columns of `arguments` in it (-1: none).

    `measures` has a row of factors of the columns for each of `MEASURES`.
    """

    part: Part
    columns: NDArray[np.int32]
    measures: Array


def plant_models(
    inputs: Inputs, keys: Sequence[Key], penalty: float, ranges: Ranges | None = None
) -> dict[Key, PlantModel]:
    """Return the energy of each plant and year: the model of all plants of a year, which falls into parts.

    Parameters
    ----------
    inputs : Inputs
        Sets and coefficients.
    keys : sequence of (site_id, technology, year)
        Plants and years.
    penalty : float
        Weight of what hard limits lack [M CNY per GW, TWh or million m3].
    ranges : Ranges, optional
        Sees the coefficients of all.
    """
    found: dict[Key, PlantModel] = {}
    for year in sorted({key[2] for key in keys}):
        plants = [key[:2] for key in keys if key[2] == year]
        for start in range(0, len(plants), _AT_ONCE):
            found |= _models(inputs, plants[start : start + _AT_ONCE], year, penalty, ranges)
    return found


def _models(
    inputs: Inputs, plants: list[Plant], year: int, penalty: float, ranges: Ranges | None
) -> dict[Key, PlantModel]:
    model = build_plants(inputs, plants, (year,), penalty, rooms_given=True)
    m, compiled = model.pyomo, compile_model(model.pyomo)
    measures = measures_of(model, compiled.columns)
    if ranges:
        ranges.see(compiled, place_in(compiled.rows), place_in(compiled.columns))
    parts = parts_of(compiled, lambda column: compiled.columns.owner(column)[1][:2])
    found = {}
    for plant in plants:
        part = parts[plant]
        asked = np.asarray([compiled.columns.at(*each) for each in asked_of(m, plant, year)])
        place = np.searchsorted(part.numbers, asked).clip(max=len(part.numbers) - 1)
        columns = np.where(part.numbers[place] == asked, place, -1).astype(np.int32)
        found[*plant, year] = PlantModel(part, columns, measures[:, part.numbers])
    return found


def measures_of(model: Model, columns: Layout) -> Array:
    """Return the factors of all columns in each of `MEASURES`, summed over plants and years."""
    m = model.pyomo
    found = np.zeros((len(MEASURES), columns.size))
    for number, quantity in enumerate(_QUANTITIES):
        for term in of(model.terms, quantity):
            found[number] += sums(columns, term.index, term.rule)
    found[-2] = sums(columns, m.PY, lambda s, c, y: purchase_twh(m, s, c, y))
    for term in model.terms:
        found[-1] += sums(columns, term.index, term.rule) if term.is_lack else 0.0
    return found
