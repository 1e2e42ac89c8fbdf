"""Solved energy of some plants -> tables by hour, month and year, from the same labelled terms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from numpy.typing import NDArray

from optim.hours import HOURS_PER_DAY
from optim.inputs import MW_PER_GW, Inputs
from optim.terms import Quantity, Term, of

Array = NDArray[np.float64]
MWH_PER_TWH = 1e6
PLANT = ["site_id", "technology", "year"]
_CHEAP_MW = 1e-6
Key = tuple[str, str, int]
_SUMMED: dict[str, Quantity] = {
    "emissions_tco2": "emissions",
    "emissions_marginal_tco2": "emissions_marginal",
    "water_m3": "water",
}
_HOURLY = {
    "purchase_mw": ("energy", "purchase_gw"),
    "direct_mw": ("direct", "direct_gw"),
    "export_mw": ("direct", "export_gw"),
    "charge_mw": ("storage", "charge_gw"),
    "discharge_mw": ("storage", "discharge_gw"),
    "stored_mwh": ("storage", "stored_gwh"),
}
_CAPACITY = {
    "solar_mw": ("direct", "solar_gw"),
    "wind_mw": ("direct", "wind_gw"),
    "battery_mw": ("storage", "battery_gw"),
    "battery_mwh": ("storage", "battery_gwh"),
}


def amounts_of(term: Term) -> dict[Key, float]:
    """Return what a term comes to at each member of its index, from the values of the Pyomo variables."""
    return {key: float(pyo.value(term.rule(*key))) for key in term.index}


def energy_tables(
    m: pyo.ConcreteModel,
    terms: list[Term],
    inputs: Inputs,
    amounts: Callable[[Term], dict[Key, float]] = amounts_of,
) -> dict[str, pd.DataFrame]:
    """Return the tables supply, operation, dispatch, backlog, billing and the plants' cost rows.

    Parameters
    ----------
    m : ConcreteModel
        Solved, with `m.energy` and its parts.
    terms : list of Term
        The terms of the energy blocks (others are passed over).
    inputs : Inputs
        Hours and coefficients.
    amounts : callable
        Takes a term, returns what it comes to at each member of its index.

    Returns
    -------
    dict
        Tables of `optim.tables`; `costs` has label, site_id, technology, year, value [M CNY].
    """
    used = [key for key in m.PY if _value(m.halls.it_gw[key]) > _CHEAP_MW / MW_PER_GW]
    keys = pd.MultiIndex.from_tuples(used, names=PLANT) if used else _none()
    dispatch = _dispatch(m, inputs, used)
    supply = pd.DataFrame(
        {name: [_value(_get(m, place)[k]) * MW_PER_GW for k in used] for name, place in _CAPACITY.items()},
        index=keys,
    )
    return {
        "supply": supply[supply.gt(_CHEAP_MW).any(axis=1)].reset_index(),
        "operation": _operation(m, inputs, keys, dispatch).assign(**_summed(terms, keys, amounts)),
        "dispatch": dispatch.drop(columns="t"),
        "backlog": _backlogs(m, inputs, used),
        "billing": _billing(m, used),
        "costs": _costs(m, terms, set(used), amounts),
    }


def _none() -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([np.array([], dtype=str)] * 2 + [np.array([], dtype=int)], names=PLANT)


def _get(m: pyo.ConcreteModel, place: tuple[str, str]) -> pyo.Var:
    return m.component(place[0]).component(place[1])


def _value(variable: pyo.Var) -> float:
    return max(0.0, variable.value or 0.0)


def _by_hour(m: pyo.ConcreteModel, used: list[Key], get: Callable[..., float]) -> Array:
    return np.asarray([get(*key, t) for key in used for t in m.T], dtype=float)


def _dispatch(m: pyo.ConcreteModel, inputs: Inputs, used: list[Key]) -> pd.DataFrame:
    """Return `Dispatch` rows with the number of the hour."""
    count = inputs.hours.count
    t = np.tile(np.arange(count), len(used))
    days = np.asarray(inputs.hours.days)
    table = pd.DataFrame([key for key in used for _ in range(count)], columns=PLANT)
    table = table.assign(t=t, day=days[t // HOURS_PER_DAY], hour=t % HOURS_PER_DAY)
    for name, place in _HOURLY.items():
        variable = _get(m, place)
        table[name] = _by_hour(m, used, lambda s, c, y, t, v=variable: _value(v[s, c, y, t])) * MW_PER_GW
    table["it_load_mw"] = np.clip(_it_load(m, inputs, used), 0, None) * MW_PER_GW
    pairs = [(s, c) for s, c, _ in used]
    pue = inputs.plants.pue.loc[pairs].to_numpy().ravel() if used else 0.0
    table["facility_mw"] = table["it_load_mw"] * pue
    table["backlog_mwh"] = _waiting(m, used) * MW_PER_GW
    table["curtailed_mw"] = (
        _available(m, inputs, used) * MW_PER_GW - table["direct_mw"] - table["export_mw"]
    ).clip(lower=0)
    return table


def _it_load(m: pyo.ConcreteModel, inputs: Inputs, used: list[Key]) -> Array:
    """Return shape x (run + moved) + backlog before - backlog after, by plant, year and hour [GW]."""
    parts = []
    hour = np.arange(inputs.hours.count) % HOURS_PER_DAY
    day = np.arange(inputs.hours.count) // HOURS_PER_DAY
    for s, c, y in used:
        load = np.zeros(inputs.hours.count)
        for f in m.GROUPS_OF[s, c]:
            run = np.full(inputs.hours.count, _value(m.halls.run_gw[s, c, f, y]))
            if f in m.MOVERS_OF[s, c]:
                moved = [m.halls.moved_gw[s, c, f, y, d].value or 0.0 for d in range(day[-1] + 1)]
                run = run + np.asarray(moved)[day]
            load += inputs.groups.shape.loc[f].to_numpy()[hour] * run
        for k in m.energy.WINDOWS_OF[s, c]:
            backlog = np.asarray([_value(m.energy.backlog_gwh[s, c, k, y, t]) for t in m.T])
            rings = backlog.reshape(-1, HOURS_PER_DAY)
            load += np.roll(rings, 1, axis=1).ravel() - backlog
        parts.append(load)
    return np.concatenate(parts) if parts else np.empty(0)


def _waiting(m: pyo.ConcreteModel, used: list[Key]) -> Array:
    def total(s: str, c: str, y: int, t: int) -> float:
        return sum(_value(m.energy.backlog_gwh[s, c, k, y, t]) for k in m.energy.WINDOWS_OF[s, c])

    return _by_hour(m, used, total)


def _available(m: pyo.ConcreteModel, inputs: Inputs, used: list[Key]) -> Array:
    rows = [
        inputs.solar.loc[s].to_numpy() * _value(m.direct.solar_gw[s, c, y])
        + inputs.wind.loc[s].to_numpy() * _value(m.direct.wind_gw[s, c, y])
        for s, c, y in used
    ]
    return np.concatenate(rows) if rows else np.empty(0)


def _backlogs(m: pyo.ConcreteModel, inputs: Inputs, used: list[Key]) -> pd.DataFrame:
    rows = [
        (s, c, k, y, inputs.hours.days[t // HOURS_PER_DAY], t % HOURS_PER_DAY, waiting * MW_PER_GW)
        for s, c, y in used
        for k in m.energy.WINDOWS_OF[s, c]
        for t in m.T
        if (waiting := _value(m.energy.backlog_gwh[s, c, k, y, t])) * MW_PER_GW > _CHEAP_MW
    ]
    columns = ["site_id", "technology", "window_h", "year", "day", "hour", "backlog_mwh"]
    return pd.DataFrame(rows, columns=columns)


def _billing(m: pyo.ConcreteModel, used: list[Key]) -> pd.DataFrame:
    rows = [(*key, k, _value(m.tariff.billed_gw[(*key, k)]) * MW_PER_GW) for key in used for k in m.M]
    return pd.DataFrame(rows, columns=[*PLANT, "month", "billed_peak_mw"])


def _operation(
    m: pyo.ConcreteModel, inputs: Inputs, keys: pd.MultiIndex, dispatch: pd.DataFrame
) -> pd.DataFrame:
    hours = inputs.hours.weight_h[dispatch["t"].to_numpy()]
    flows = ["facility", "purchase", "direct", "export", "curtailed", "charge", "discharge"]
    energy = dispatch[[f"{name}_mw" for name in flows]].mul(hours, axis=0)
    energy.columns = [f"{name}_mwh" for name in flows]
    energy["it_energy_mwh"] = dispatch["it_load_mw"] * hours
    sums = energy.groupby([dispatch[name] for name in PLANT]).sum().reindex(keys)
    billed = [np.mean([_value(m.tariff.billed_gw[(*key, k)]) for k in m.M]) * MW_PER_GW for key in keys]
    return sums.assign(
        billed_peak_mw=billed,
        certificates_mwh=[_value(m.green.certificates_twh[key]) * MWH_PER_TWH for key in keys],
        short_mw=[(_value(m.tariff.short_gw[k]) + _value(m.energy.over_gw[k])) * MW_PER_GW for k in keys],
    ).reset_index()


def _summed(
    terms: list[Term],
    keys: pd.MultiIndex,
    amounts: Callable[[Term], dict[Key, float]],
) -> dict[str, list[float]]:
    """Return emissions [t] and water [m3] of plants."""
    found = {}
    for name, quantity in _SUMMED.items():
        parts = [amounts(term) for term in of(terms, quantity)]
        found[name] = [max(0.0, sum(part[key] for part in parts)) * 1e6 for key in keys]
    return found


def _costs(
    m: pyo.ConcreteModel, terms: list[Term], used: set[Key], amounts: Callable[[Term], dict[Key, float]]
) -> pd.DataFrame:
    rows = [
        (term.label, *key, value)
        for term in of(terms, "cost")
        if term.index is m.PY
        for key, value in amounts(term).items()
        if key in used
    ]
    return pd.DataFrame(rows, columns=["label", *PLANT, "value"])
