"""Solved model -> result tables, from the same labelled terms that made balance and objective."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from optim.inputs import MERGED, MW_PER_GW, NATIONAL, Inputs
from optim.model import Model
from optim.terms import Term, of

MWH_PER_TWH = 1e6
_LEAST_GW = 1e-9


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


def _site_year(variable: pyo.Var, name: str) -> pd.Series:
    return values(variable).rename_axis(["site_id", "year"]).rename(name)


def build_table(model: Model, inputs: Inputs) -> pd.DataFrame:
    """Return `Build` rows of the sites that hold anything."""
    m = model.pyomo
    table = pd.concat(
        [
            _site_year(m.compute.opened, "opened").round().astype(int),
            _site_year(m.compute.modules, "modules").round().astype(int),
            _site_year(m.compute.it_gw, "it_mw") * MW_PER_GW,
            _site_year(m.grid.connection_gw, "connection_mw") * MW_PER_GW,
        ],
        axis=1,
    ).reset_index()
    given = pd.Series(inputs.given_gw, dtype=float) * MW_PER_GW
    keys = pd.MultiIndex.from_frame(table[["site_id", "year"]])
    table["given_it_mw"] = given.reindex(keys).fillna(0.0).to_numpy()
    used = table.groupby("site_id")[["opened", "given_it_mw"]].transform("max").sum(axis=1) > 0
    return table[used].reset_index(drop=True)


def upgrade_table(model: Model) -> pd.DataFrame:
    """Return `UpgradeUse` rows above zero."""
    rows = [(p, k, y, (v.value or 0.0) * MW_PER_GW) for (p, k, y), v in model.pyomo.grid.upgrade_gw.items()]
    table = pd.DataFrame(rows, columns=["province", "step", "year", "upgrade_mw"])
    return table[table["upgrade_mw"] > _LEAST_GW].reset_index(drop=True)


def flow_table(model: Model, inputs: Inputs, links: pd.DataFrame) -> pd.DataFrame:
    """Return `Flows` rows; the pool is split over zones and classes by their demand in the year."""
    rows = [(*k, (v.value or 0.0) * MW_PER_GW) for k, v in model.pyomo.workload.serve_gw.items()]
    table = pd.DataFrame(rows, columns=["site_id", "zone_id", "class_id", "year", "it_mw"])
    table = table[table["it_mw"] > _LEAST_GW * MW_PER_GW]
    pooled = table["class_id"] == MERGED
    split = _split_pool(table[pooled].drop(columns=["zone_id", "class_id"]), inputs)
    flows = pd.concat([table[~pooled].assign(merged=False), split.assign(merged=True)])
    flows = flows.merge(links[["site_id", "zone_id", "rtt_ms"]], on=["site_id", "zone_id"])
    flagged = inputs.reach.arcs.loc[inputs.reach.arcs["undecided"], ["site_id", "zone_id", "class_id"]]
    keys = pd.MultiIndex.from_frame(flows[["site_id", "zone_id", "class_id"]])
    flows["undecided"] = keys.isin(pd.MultiIndex.from_frame(flagged)) & ~flows["merged"]
    return flows.sort_values(["year", "site_id", "zone_id", "class_id"]).reset_index(drop=True)


def _split_pool(amounts: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    pool = inputs.reach.pool
    share = pool["it_mw"] / pool.groupby("year")["it_mw"].transform("sum")
    parts = pool.assign(share=share)[["zone_id", "class_id", "year", "share"]]
    parts = parts[parts["share"] > 0]
    split = amounts.merge(parts, on="year")
    return split.assign(it_mw=split["it_mw"] * split["share"]).drop(columns="share")


def unserved_table(model: Model, inputs: Inputs) -> pd.DataFrame:
    """Return `Unserved` rows above zero: what found no capacity and what no site can reach."""
    rows = [(*k, (v.value or 0.0) * MW_PER_GW) for k, v in model.pyomo.workload.unserved_gw.items()]
    table = pd.DataFrame(rows, columns=["zone_id", "class_id", "year", "it_mw"])
    table = table[table["it_mw"] > _LEAST_GW * MW_PER_GW]
    pooled = table["zone_id"] == NATIONAL
    split = _split_pool(table.loc[pooled, ["year", "it_mw"]], inputs)
    parts = [part for part in (table[~pooled], split, inputs.reach.unreachable) if len(part)]
    return pd.concat(parts or [table])[["zone_id", "class_id", "year", "it_mw"]].reset_index(drop=True)


def operation_table(model: Model, inputs: Inputs, build: pd.DataFrame) -> pd.DataFrame:
    """Return `Operation` rows for the sites of `build`."""
    m = model.pyomo
    table = build[["site_id", "year"]].copy()
    keys = pd.MultiIndex.from_frame(table)
    it_mw = build["it_mw"] + build["given_it_mw"]
    table["it_energy_mwh"] = it_mw / MW_PER_GW * inputs.it_twh_per_gw * MWH_PER_TWH
    table["purchase_mwh"] = _site_year(m.grid.purchase_twh, "x").reindex(keys).to_numpy() * MWH_PER_TWH
    table["billed_peak_mw"] = (
        it_mw * inputs.billed_share * inputs.site["pue_peak"].reindex(build["site_id"]).to_numpy(float)
    )
    certificates = _site_year(m.certificates.certificates_twh, "x")
    table["certificates_mwh"] = certificates.reindex(keys).to_numpy() * MWH_PER_TWH
    table["emissions_tco2"] = _summed(of(model.terms, "emissions"), keys) * 1e6
    table["water_m3"] = _summed(of(model.terms, "water"), keys) * 1e6
    return table


def _summed(terms: list[Term], keys: pd.MultiIndex) -> np.ndarray:
    parts = pd.concat([term_values(t) for t in terms])
    totals = parts.groupby(["i0", "year"])["value"].sum()
    return totals.reindex(keys).to_numpy(dtype=float)


def cost_table(model: Model, inputs: Inputs) -> pd.DataFrame:
    """Return `Costs` rows above zero, from the cost terms."""
    tables = [term_values(t) for t in of(model.terms, "cost")]
    table = pd.concat([t.groupby(["label", "i0", "year"], as_index=False)["value"].sum() for t in tables])
    table = table[table["value"].abs() > _LEAST_GW].rename(columns={"label": "item", "value": "cost_m_cny"})
    is_site = table["i0"].isin(inputs.sites)
    table["site_id"] = table["i0"].where(is_site, "")
    table["province"] = table["i0"].map(inputs.site["province"]).where(is_site, table["i0"])
    table["discounted_m_cny"] = table["cost_m_cny"] * table["year"].map(inputs.discount).astype(float)
    columns = ["item", "site_id", "province", "year", "cost_m_cny", "discounted_m_cny"]
    return table[columns].sort_values(columns[:4]).reset_index(drop=True)


def penalty_total(model: Model, inputs: Inputs) -> float:
    """Return the discounted penalties [M CNY]: unserved load and missed soft rules."""
    tables = [term_values(t) for t in of(model.terms, "penalty")]
    return float(sum((t["value"] * t["year"].map(inputs.discount).astype(float)).sum() for t in tables))
