"""Audit of accelerators: those of the scenario's mix, or those that the model chose under supply."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from optim.audits.case import Case
from optim.audits.checks import Array, Check, at, at_most, equal, in_rows, keyed, never_falls, steps
from optim.audits.running import needed_it
from optim.settings import EDGE

_TYPE = ["accelerator_id", "year"]
_KW_PER_MW = 1e3


def audit_accelerators(case: Case) -> list[Check]:
    """Return the checks of accelerators: who needs them, cards, supply, computing power and cost."""
    known = _known(case)
    found = case.results.accelerators.set_index(_TYPE)
    bought = found["it_mw"].astype(float)
    cards = bought * _KW_PER_MW / known["system_kw_per_card"].reindex(found.index)
    is_open = case.settings.accelerators.choice == "open"
    checks = _of_choice(case, known, bought) if is_open else [_of_mix(case, known, bought)]
    return [
        *checks,
        equal("cards x system power is IT power", cards, found["cards"]),
        equal("cards that replace worn ones", _worn(known, bought) * is_open, found["replaced_cards"]),
        equal(
            "supply of cards is that of the survey",
            known["supply_cards"].astype(float),
            found["supply_cards"],
        ),
        equal("computing power bought [PFLOPS]", cards * known["pflops_per_card"], found["pflops"]),
        equal(
            "accelerator cost is cards x price [M CNY]",
            cards * known["price_m_cny_per_card"],
            found["cost_m_cny"],
        ),
    ]


def _known(case: Case) -> pd.DataFrame:
    return case.survey.accelerators[case.survey.accelerators["year"].isin(case.years)].set_index(_TYPE)


def _of_mix(case: Case, known: pd.DataFrame, bought: pd.Series) -> Check:
    build = case.results.build
    standing = keyed(build.assign(it=build["it_mw"] + build["given_it_mw"]), ["year"], "it")
    new = standing.diff().fillna(standing).clip(lower=0)
    it_mw = known["mix_share"] * at(
        known.index.get_level_values("year"), new.reindex(case.years, fill_value=0.0)
    )
    return equal("accelerators fill the new IT by the mix [MW]", it_mw, bought)


def _of_choice(case: Case, known: pd.DataFrame, bought: pd.Series) -> list[Check]:
    standing = case.results.accelerator_sites
    wide = steps(standing, ["accelerator_id"], "it_mw", case.years)
    added = in_rows(wide.diff(axis=1).fillna(wide))
    replaced = bought.reindex(known.index, fill_value=0.0) * 0.0 + _worn_mw(known, bought)
    checks = [
        equal(
            "accelerators bought are those added and replaced [MW]",
            added.add(replaced, fill_value=0.0),
            bought,
        ),
        never_falls(
            "accelerators stay [MW]", steps(standing, ["site_id", "accelerator_id"], "it_mw", case.years)
        ),
        _carried(case, known),
    ]
    if case.settings.accelerators.supply_binds:
        checks.append(at_most("accelerators bought are to be had [MW]", bought, to_be_had(case)))
    return checks


def _worn_mw(known: pd.DataFrame, bought: pd.Series) -> pd.Series:
    """Return the IT power bought a life earlier, which has to be replaced [MW]."""
    type_id, year = (known.index.get_level_values(k) for k in _TYPE)
    before = pd.MultiIndex.from_arrays([type_id, year - known["life_years"].astype(int)], names=_TYPE)
    return pd.Series(np.nan_to_num(at(before, bought)), index=known.index)


def _worn(known: pd.DataFrame, bought: pd.Series) -> pd.Series:
    """Return the cards that replace worn ones, of those bought."""
    replaced = np.minimum(_worn_mw(known, bought), bought.reindex(known.index, fill_value=0.0))
    return replaced * _KW_PER_MW / known["system_kw_per_card"]


def to_be_had(case: Case) -> pd.Series:
    """Return the IT power of the cards of the year of their order [MW]; none known: no limit."""
    known = _known(case)
    type_id, year = (known.index.get_level_values(k) for k in _TYPE)
    first = (
        known.index.to_frame(index=False).groupby("accelerator_id")["year"].min().reindex(type_id).to_numpy()
    )
    ordered = np.maximum(year - known["delivery_years"].astype(int).to_numpy(), first)
    cards = at(
        pd.MultiIndex.from_arrays([type_id, ordered], names=_TYPE), known["supply_cards"].astype(float)
    )
    return (
        pd.Series(np.nan_to_num(cards, nan=np.inf), index=known.index)
        * known["system_kw_per_card"]
        / _KW_PER_MW
    )


def output_per_mw(case: Case, known: pd.DataFrame) -> pd.Series:
    """Return what a MW of each type gives over what a MW of the year's mix gives."""
    output = case.settings.accelerators.output
    raw = pd.Series(1.0, index=known.index)
    if output == "pflops":
        raw = known["pflops_per_card"] / known["system_kw_per_card"]
    if output == "tokens":
        raw = known["mtokens_per_kwh"].astype(float)
    weight = known["mix_share"]
    mixed = (raw * weight).groupby(level="year").sum() / weight.groupby(level="year").sum()
    return raw / at(known.index.get_level_values("year"), mixed)


def _carried(case: Case, known: pd.DataFrame) -> Check:
    """Return the check that the accelerators of each site can carry what it serves at the load that runs."""
    runs = case.results.runs[case.results.runs["load_group"] != EDGE]
    power = keyed(runs, ["site_id", "load_group", "year"], "run_mw") / case.prices["load_share"]
    served = needed_it(case).reindex(power.index, fill_value=0.0)
    standing = keyed(case.results.accelerator_sites, ["site_id", "accelerator_id", "year"], "it_mw")
    fits, gives = _fits(case, known), output_per_mw(case, known)
    need, have = {}, {}
    for key, rows in power.groupby(level=["site_id", "year"]):
        site, year = key if isinstance(key, tuple) else (key, 0)
        types = list(fits.columns)
        keys = pd.MultiIndex.from_tuples([(site, a, year) for a in types])
        there = np.nan_to_num(at(keys, standing))
        groups = rows.index.get_level_values("load_group")
        output = at(pd.MultiIndex.from_tuples([(a, year) for a in types]), gives)
        usable = fits.reindex(groups).fillna(False).to_numpy(dtype=bool)
        lack = _lack(
            there, output, usable, rows.to_numpy(dtype=float), served[rows.index].to_numpy(dtype=float)
        )
        need[site, year], have[site, year] = float(rows.sum()) + lack, float(rows.sum())
    index = pd.MultiIndex.from_tuples(list(need), names=["site_id", "year"]) if need else None
    sides = [pd.Series(list(part.values()), index=index, dtype=float) for part in (need, have)]
    return at_most("accelerators of a site carry what it serves [MW]", *sides)


def _fits(case: Case, known: pd.DataFrame) -> pd.DataFrame:
    """Return which load groups each type serves (groups by types): all of their classes fit it."""
    members = case.classes["load_group"]
    fits = known.reset_index().drop_duplicates("accelerator_id").set_index("accelerator_id")["fits"]
    return (
        pd.DataFrame(
            {
                a: (members.index.isin(str(f).split(";")) | (str(f) == ""))
                & pd.Series(True, index=members.index)
                for a, f in fits.items()
            }
        )
        .groupby(members)
        .all()
    )


def _lack(there: Array, output: Array, usable: np.ndarray, power: Array, served: Array) -> float:
    """Return the least IT power by which types, loads and outputs do not fit together [MW].

    Used power by group and type is sought with: sums over groups <= what stands, sums over types = power,
    outputs = load served; each may be missed at a cost of 1, which is what is returned.
    """
    groups, types = usable.shape
    by_type = np.tile(np.eye(types), groups)
    by_group = np.repeat(np.eye(groups), types, axis=1)
    size, slack = groups * types, groups
    over = np.hstack([by_type, -np.eye(types), np.zeros((types, 4 * slack))])
    of_power = np.hstack(
        [by_group, np.zeros((groups, types)), np.eye(slack), -np.eye(slack), np.zeros((groups, 2 * slack))]
    )
    of_load = np.hstack(
        [
            by_group * np.tile(output, groups),
            np.zeros((groups, types + 2 * slack)),
            np.eye(slack),
            -np.eye(slack),
        ]
    )
    most = [(0, None if u else 0) for u in usable.ravel()] + [(0, None)] * (types + 4 * slack)
    cost = np.r_[np.zeros(size), np.ones(types + 4 * slack)]
    found = linprog(cost, over, there, np.vstack([of_power, of_load]), np.r_[power, served], most)
    return float("inf") if found.fun is None else float(found.fun)
