"""Solved model -> result tables, from the same labelled terms that made the objective."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from geodata.tables import Survey
from optim.arcs import NATIONAL
from optim.blocks.workload import product_of
from optim.inputs import MW_PER_GW, Inputs
from optim.model import Model
from optim.settings import EXISTING
from optim.terms import Term, of

_LEAST_GW = 1e-9
_LEAST_MW = 1e-6


def values(variable: pyo.Var) -> pd.Series:
    """Return the values of an indexed variable, tiny negatives as 0, indexed as it is."""
    found = {index: max(0.0, data.value or 0.0) for index, data in variable.items()}
    keys = pd.MultiIndex.from_tuples(list(found)) if found else pd.MultiIndex.from_arrays([[], []])
    return pd.Series(list(found.values()), index=keys, dtype=float)


def term_values(term: Term) -> pd.DataFrame:
    """Return label, index columns i0, i1, ..., year and value of a term."""
    rows = [(*index, pyo.value(term.rule(*index))) for index in term.index]
    width = len(rows[0]) - 2 if rows else 1
    columns = [f"i{k}" for k in range(width)] + ["year", "value"]
    return pd.DataFrame(rows, columns=columns).astype({"value": float}).assign(label=term.label)


def _rows(variable: pyo.Var, columns: list[str], value: str) -> pd.DataFrame:
    """Return the values of a variable in MW, one row each."""
    rows = [(*key, max(0.0, data.value or 0.0) * MW_PER_GW) for key, data in variable.items()]
    return pd.DataFrame(rows, columns=[*columns, value])


def build_table(model: Model, inputs: Inputs) -> pd.DataFrame:
    """Return `Build` rows of the sites that hold anything new."""
    m = model.pyomo
    keys = ["site_id", "year"]
    table = _rows(m.compute.opened, keys, "opened").assign(
        opened=lambda t: (t["opened"] / MW_PER_GW).round().astype(int)
    )
    table["it_mw"] = _rows(m.compute.it_new_gw, keys, "x")["x"]
    table["connection_mw"] = _rows(m.grid.connection_gw, keys, "x")["x"]
    table["given_it_mw"] = [inputs.given_gw.get((s, y), 0.0) * MW_PER_GW for s, y in table[keys].to_numpy()]
    table["voltage_kv"] = _voltage(m, inputs, table)
    used = table.groupby("site_id")[["opened", "given_it_mw"]].transform("max").sum(axis=1) > 0
    return table[used].reset_index(drop=True)


def _voltage(m: pyo.ConcreteModel, inputs: Inputs, table: pd.DataFrame) -> list[float]:
    step = dict.fromkeys(m.SY, 1)
    for (s, k, y), data in m.grid.raised.items():
        if (data.value or 0.0) > 0.5:
            step[s, y] = max(step[s, y], k)
    voltage = inputs.steps["voltage_kv"]
    rows = table[["site_id", "year", "opened"]].itertuples(index=False, name=None)
    return [float(voltage[(s, step[s, y])]) if opened else 0.0 for s, y, opened in rows]


def hall_table(model: Model) -> pd.DataFrame:
    """Return `Halls` rows of the plants that stand or are in use in some year."""
    m = model.pyomo
    keys = ["site_id", "technology", "year"]
    table = _rows(m.halls.it_gw, keys, "it_mw")
    table["meter_mw"] = _rows(m.halls.meter_gw, keys, "x")["x"]
    standing = {key: round(data.value or 0.0) for key, data in m.compute.modules.items()}
    table["modules"] = [standing.get(key, 0) for key in table[keys].itertuples(index=False, name=None)]
    held = (table["it_mw"] > _LEAST_MW) | (table["modules"] > 0)
    return table[held].reset_index(drop=True)


def run_table(model: Model) -> pd.DataFrame:
    """Return `Runs` rows above zero."""
    table = _rows(model.pyomo.halls.run_gw, ["site_id", "technology", "load_group", "year"], "run_mw")
    return table[table["run_mw"] > _LEAST_MW].reset_index(drop=True)


def move_table(model: Model, inputs: Inputs) -> pd.DataFrame:
    """Return `Moves` rows that are not zero."""
    days = inputs.hours.days
    rows = [
        (s, c, f, y, days[d], (data.value or 0.0) * MW_PER_GW)
        for (s, c, f, y, d), data in model.pyomo.halls.moved_gw.items()
    ]
    table = pd.DataFrame(rows, columns=["site_id", "technology", "load_group", "year", "day", "moved_mw"])
    return table[table["moved_mw"].abs() > _LEAST_MW].reset_index(drop=True)


def upgrade_table(model: Model) -> pd.DataFrame:
    """Return `UpgradeUse` rows above zero."""
    table = _rows(model.pyomo.grid.upgrade_gw, ["province", "step", "year"], "upgrade_mw")
    return table[table["upgrade_mw"] > _LEAST_MW].reset_index(drop=True)


def flow_table(model: Model, inputs: Inputs, links: pd.DataFrame) -> pd.DataFrame:
    """Return `Flows` rows; a pool is split over zones and classes by their demand in the year."""
    table = _rows(model.pyomo.workload.serve_gw, ["site_id", "zone_id", "class_id", "year"], "it_mw")
    table = table[table["it_mw"] > _LEAST_MW]
    pooled = table["zone_id"] == NATIONAL
    split = _split_pool(table[pooled].drop(columns="zone_id"), inputs)
    flows = pd.concat([table[~pooled].assign(merged=False), split.assign(merged=True)])
    flows = flows.merge(links[["site_id", "zone_id", "rtt_ms"]], on=["site_id", "zone_id"])
    flagged = inputs.reach.arcs.loc[inputs.reach.arcs["undecided"], ["site_id", "zone_id", "class_id"]]
    keys = pd.MultiIndex.from_frame(flows[["site_id", "zone_id", "class_id"]])
    flows["undecided"] = keys.isin(pd.MultiIndex.from_frame(flagged)) & ~flows["merged"]
    return flows.sort_values(["year", "site_id", "zone_id", "class_id"]).reset_index(drop=True)


def _split_pool(amounts: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return amounts of pools (class_id is the load group) split over the zones and classes of the group."""
    pool = inputs.reach.pool.assign(group=inputs.reach.pool["class_id"].map(inputs.groups.of_class))
    share = pool["it_mw"] / pool.groupby(["group", "year"])["it_mw"].transform("sum")
    parts = pool.assign(share=share)[["zone_id", "class_id", "group", "year", "share"]]
    parts = parts[parts["share"] > 0]
    split = amounts.rename(columns={"class_id": "group"}).merge(parts, on=["group", "year"])
    return split.assign(it_mw=split["it_mw"] * split["share"]).drop(columns=["share", "group"])


def unserved_table(model: Model, inputs: Inputs) -> pd.DataFrame:
    """Return `Unserved` rows above zero: what found no capacity and what no site can reach."""
    table = _rows(model.pyomo.workload.unserved_gw, ["zone_id", "class_id", "year"], "it_mw")
    table = table[table["it_mw"] > _LEAST_MW]
    pooled = table["zone_id"] == NATIONAL
    split = _split_pool(table.loc[pooled, ["class_id", "year", "it_mw"]], inputs)
    parts = [part for part in (table[~pooled], split, inputs.reach.unreachable) if len(part)]
    return pd.concat(parts or [table])[["zone_id", "class_id", "year", "it_mw"]].reset_index(drop=True)


def bandwidth_table(flows: pd.DataFrame, survey: Survey, inputs: Inputs) -> pd.DataFrame:
    """Return `Bandwidth` rows from the flows; the classes of a pool lease at the pool's mean rate."""
    arcs = inputs.arcs.assign(product=product_of(inputs))
    rate = arcs.drop_duplicates(["zone_id", "class_id"]).set_index(["zone_id", "class_id"])
    group = flows["class_id"].map(inputs.groups.of_class)
    keys = [
        (NATIONAL, g) if merged else (z, c)
        for z, c, g, merged in zip(flows["zone_id"], flows["class_id"], group, flows["merged"], strict=True)
    ]
    used = rate.loc[keys] if keys else rate.iloc[:0]
    table = flows[["site_id", "year"]].assign(
        product=used["product"].to_numpy(),
        wan_gbps=flows["it_mw"].to_numpy() * used["wan_gbps"].to_numpy() / MW_PER_GW,
    )
    return table.groupby(["site_id", "product", "year"])["wan_gbps"].sum().reset_index()


def stock_table(model: Model, inputs: Inputs) -> pd.DataFrame:
    """Return `StockUse` rows: existing halls in use, put to use, retired and idle."""
    m = model.pyomo
    rows = []
    for s, y in m.running.EXISTING_Y:
        plant = inputs.plants.table.loc[(s, EXISTING)]
        put = max(0.0, m.halls.it_gw[s, EXISTING, y].value or 0.0)
        retired = max(0.0, m.running.retired_gw[s, y].value or 0.0)
        idle = max(0.0, plant["limit_gw"] - put - retired)
        place = (s, inputs.site["province"][s], inputs.site["side"][s], y)
        rows.append(
            (*place, *(v * MW_PER_GW for v in (plant["standing_gw"], plant["used_gw"], put, retired, idle)))
        )
    columns = ["stock_mw", "used_before_mw", "used_mw", "retired_mw", "idle_mw"]
    return pd.DataFrame(rows, columns=["site_id", "province", "side", "year", *columns])


def accelerator_site_table(model: Model) -> pd.DataFrame:
    """Return `AcceleratorSites` rows above zero, if the model chooses accelerators."""
    columns = ["site_id", "accelerator_id", "year"]
    chosen = model.pyomo.accelerators.component("it_type_gw")
    if chosen is None:
        return pd.DataFrame(columns=[*columns, "it_mw"])
    table = _rows(chosen, columns, "it_mw")
    return table[table["it_mw"] > _LEAST_MW].reset_index(drop=True)


def cost_table(model: Model, inputs: Inputs, energy: pd.DataFrame) -> pd.DataFrame:
    """Return `Costs` rows that are not zero, from the cost terms and the plants' energy.

    Parameters
    ----------
    model : Model
        Solved; its energy, if any, is passed over.
    inputs : Inputs
        Places and discount.
    energy : DataFrame
        label, site_id, technology, year, value, as `optim.energy_results` gives it.
    """
    m = model.pyomo
    own = [t for t in of(model.terms, "cost") if t.index is not m.PY]
    parts = [_by_place(m, term_values(t), t) for t in own]
    table = pd.concat([*parts, energy.rename(columns={"site_id": "place"})])
    table["label"] = table["label"].str.removesuffix("_edge")
    keys = ["label", "place", "technology", "year"]
    table = table.groupby(keys)["value"].sum().reset_index()
    table = table[table["value"].abs() > _LEAST_GW].rename(columns={"label": "item", "value": "cost_m_cny"})
    is_site = table["place"].isin(inputs.sites)
    table["site_id"] = table["place"].where(is_site, "")
    table["province"] = table["place"].map(inputs.site["province"]).where(is_site, table["place"])
    table["discounted_m_cny"] = table["cost_m_cny"] * table["year"].map(inputs.discount).astype(float)
    columns = ["item", "site_id", "province", "technology", "year", "cost_m_cny", "discounted_m_cny"]
    return table[columns].sort_values(columns[:5]).reset_index(drop=True)


def _by_place(m: pyo.ConcreteModel, table: pd.DataFrame, term: Term) -> pd.DataFrame:
    """Return a term by place, technology and year; what belongs to the whole site has no technology."""
    edge = {"shell_edge", "liquid_cooling_edge", "maintenance_edge"}
    if term.index is m.NEW_Y:
        technology = table["i1"]
    else:
        fixed = "edge" if term.label in edge else EXISTING if term.index is m.running.EXISTING_Y else ""
        technology = pd.Series(fixed, index=table.index, dtype="str")
    return table.assign(place=table["i0"], technology=technology)[
        ["label", "place", "technology", "year", "value"]
    ]


def penalty_total(model: Model, inputs: Inputs) -> float:
    """Return the discounted penalties [M CNY]: unserved load and missed rules."""
    tables = [term_values(t) for t in of(model.terms, "penalty")]
    return float(np.sum([(t["value"] * t["year"].map(inputs.discount).astype(float)).sum() for t in tables]))
