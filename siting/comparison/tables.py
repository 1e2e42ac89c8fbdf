"""The differences of two runs as tables: totals, places, cost by item, service, rules, scenario keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from maps import headline, names
from siting.comparison.gaps import Gaps
from siting.comparison.shared import Run, Shared

LEAST_MW = 0.01
UNITS = {
    "it_mw": "mw",
    "campus_it_mw": "mw",
    "stock_it_mw": "mw",
    "given_it_mw": "mw",
    "unserved_it_mw": "mw",
    "sites": "count",
    "provinces": "count",
    "west_share": "share",
    "hub_province_share": "share",
    "hub_start_area_share": "share",
    "siting_cost_m_cny": "m_cny",
    "siting_cost_m_cny_per_mw": "m_cny_per_mw",
    "penalty_m_cny": "m_cny",
    "accelerators_m_cny": "m_cny",
    "gap_m_cny": "m_cny",
    "purchase_mwh": "mwh",
    "direct_mwh": "mwh",
    "certificates_mwh": "mwh",
    "solar_mw": "mw",
    "wind_mw": "mw",
    "battery_mwh": "stored_mwh",
    "emissions_tco2": "tco2",
    "emissions_marginal_tco2": "tco2",
    "water_m3": "m3",
    "mean_rtt_ms": "ms",
}
_RULE_KEYS = ["rule_id", "kind", "place", "unit"]
_RULE_FIGURES = ["number", "value", "missed", "binding", "dual_long_run_m_cny"]
_NOT_ASKED = ("name", "title", "title_zh", "description", "maps", "report")


def totals(base: Run, run: Run, both: Shared, gaps: Gaps) -> pd.DataFrame:
    """Return the headline figures of both runs and their differences.

    Returns
    -------
    DataFrame
        item, unit, base_value, run_value, difference, difference_share (of the base), within_gap. Costs are
        discounted sums of the shared years, the gap and the penalty those of the whole run, all else of the
        last shared year.
    """
    values = [_figures(each, both) for each in (base, run)]
    table = pd.DataFrame(
        [(item, unit, *(round(each[item], 6) for each in values)) for item, unit in UNITS.items()],
        columns=["item", "unit", "base_value", "run_value"],
    )
    difference = table["run_value"] - table["base_value"]
    share = difference / table["base_value"].where(table["base_value"] != 0)
    judged = table["item"] == "siting_cost_m_cny"
    within = pd.Series(np.where(judged, gaps.hides(difference), False), index=table.index)
    return table.assign(difference=difference, difference_share=share, within_gap=within.astype(bool))


def _figures(run: Run, both: Shared) -> dict[str, float]:
    results = run.plan.results
    figures = asdict(headline.headline(run.plan.survey, results, both.year))
    cost = float(_of_years(results.costs, both)["discounted_m_cny"].sum())
    return figures | {
        "siting_cost_m_cny": cost,
        "siting_cost_m_cny_per_mw": cost / figures["it_mw"] if figures["it_mw"] else 0.0,
        "penalty_m_cny": results.solution.penalty_m_cny,
        "accelerators_m_cny": float(_of_years(results.accelerators, both)["cost_m_cny"].sum()),
        "mean_rtt_ms": _mean_rtt_ms(results.flows, both),
    }


def _of_years(table: pd.DataFrame, both: Shared) -> pd.DataFrame:
    return table[table["year"].isin(both.years)]


def _mean_rtt_ms(flows: pd.DataFrame, both: Shared) -> float:
    """Return the mean round trip of load that is served by choice of place, not from a national pool."""
    rows = flows[(flows["year"] == both.year) & ~flows["merged"]]
    load = float(rows["it_mw"].sum())
    return float((rows["it_mw"] * rows["rtt_ms"]).sum()) / load if load else float("nan")


def places(base: Run, run: Run, both: Shared) -> pd.DataFrame:
    """Return IT power by side, province and site in both runs, for each shared year.

    Returns
    -------
    DataFrame
        level (side, province, site), place, name_en, name_zh, province, longitude, latitude, year, base_mw,
        run_mw, difference_mw, change (gained, lost, grown, shrunk, same), in_both (a candidate of both),
        as_good_in (runs, by ";", in which the plan leaves the site out though it is as good within the gap).
        Sites count campuses and existing halls put to use; sides and provinces the same-city load too.
    """
    known = pd.concat([each.plan.survey.candidates for each in (run, base)]).drop_duplicates(
        "site_id", keep="last"
    )
    known = known.set_index("site_id")
    parts = [part for y in both.years for part in _places_of(base, run, known, y)]
    table = pd.concat(parts, ignore_index=True)
    difference = table["run_mw"] - table["base_mw"]
    table = table.assign(difference_mw=difference, change=_change(table["base_mw"], table["run_mw"]))
    lone = set(both.lone.loc[both.lone["kind"] == "site", "name"])
    is_site = table["level"] == "site"
    table["in_both"] = ~(is_site & table["place"].isin(lone))
    table["as_good_in"] = table["place"].map(_as_good(base, run)).where(is_site).fillna("")
    return table.sort_values(["level", "year", "place"], ignore_index=True)


def _places_of(base: Run, run: Run, known: pd.DataFrame, year: int) -> Iterator[pd.DataFrame]:
    placed = [headline.placed(each.plan.survey, each.plan.results, year) for each in (base, run)]
    chosen = [p.assign(mw=p["it_mw"] + p["stock_it_mw"]).set_index("site_id")["mw"] for p in placed]
    sites = _side_by_side(chosen)
    sites = sites[(sites > 0).any(axis=1)]
    facts = known.loc[sites.index, ["name_en", "name_zh", "province", "longitude", "latitude"]]
    yield sites.join(facts).rename_axis("place").reset_index().assign(level="site", year=year)
    for level in ("province", "side"):
        sums = _side_by_side([p.groupby(level)["placed_mw"].sum() for p in placed])
        facts = known.groupby(level)[["longitude", "latitude"]].mean().reindex(sums.index)
        name = sums.index.to_series()
        facts = facts.assign(name_en=name, name_zh=name.map(_zone_names(base, run)).fillna(name))
        facts = facts.assign(province=name if level == "province" else "")
        yield sums.join(facts).rename_axis("place").reset_index().assign(level=level, year=year)


def _side_by_side(values: list[pd.Series]) -> pd.DataFrame:
    return pd.concat(values, axis=1, keys=["base_mw", "run_mw"]).fillna(0.0)


def _zone_names(base: Run, run: Run) -> dict[str, str]:
    return names.zone_names(run.plan.survey, "zh") | names.zone_names(base.plan.survey, "zh")


def _change(before: pd.Series, after: pd.Series) -> np.ndarray:
    kinds = {
        "same": (after - before).abs() <= LEAST_MW,
        "gained": before <= LEAST_MW,
        "lost": after <= LEAST_MW,
        "grown": after > before,
    }
    return np.select(list(kinds.values()), list(kinds), default="shrunk")


def _as_good(base: Run, run: Run) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for each in (base, run):
        equal = each.plan.results.equivalents
        for site in equal.loc[equal["within_gap"], "site_id"]:
            found.setdefault(str(site), []).append(each.label)
    return {site: ";".join(labels) for site, labels in found.items()}


def costs(base: Run, run: Run, both: Shared, gaps: Gaps) -> pd.DataFrame:
    """Return discounted cost by item over the shared years, the largest difference first.

    Returns
    -------
    DataFrame
        item, base_m_cny, run_m_cny, difference_m_cny, within_gap (no more than both gaps together).
    """
    sums = [
        _of_years(each.plan.results.costs, both).groupby("item")["discounted_m_cny"].sum()
        for each in (base, run)
    ]
    table = pd.concat(sums, axis=1, keys=["base_m_cny", "run_m_cny"]).fillna(0.0)
    table["difference_m_cny"] = table["run_m_cny"] - table["base_m_cny"]
    table["within_gap"] = gaps.hides(table["difference_m_cny"])
    order = table["difference_m_cny"].abs().sort_values(ascending=False).index
    return table.loc[order].rename_axis("item").reset_index()


def served(base: Run, run: Run, both: Shared) -> pd.DataFrame:
    """Return who is served from where in the last shared year, on shared classes and zones.

    Returns
    -------
    DataFrame
        class_id, zone_id, province (that serves), base_mw, run_mw, difference_mw, merged (split over zones by
        demand, so that the zone says nothing).
    """
    keys = ["class_id", "zone_id", "province"]
    sums, merged = [], set()
    for each in (base, run):
        flows = each.plan.results.flows
        rows = flows[(flows["year"] == both.year) & flows["zone_id"].isin(both.zones)]
        rows = rows[rows["class_id"].isin(both.classes)]
        merged |= set(rows.loc[rows["merged"], "class_id"])
        rows = rows.assign(province=rows["site_id"].map(names.site_provinces(each.plan.survey)))
        sums.append(rows.groupby(keys)["it_mw"].sum())
    table = _side_by_side(sums).rename_axis(keys).reset_index()
    table = table[table[["base_mw", "run_mw"]].max(axis=1) > LEAST_MW]
    table = table.assign(
        difference_mw=table["run_mw"] - table["base_mw"], merged=table["class_id"].isin(merged)
    )
    return table.sort_values("difference_mw", key=abs, ascending=False, kind="stable", ignore_index=True)


def rules(base: Run, run: Run, both: Shared) -> pd.DataFrame:
    """Return the rules in force in the last shared year, base and other run side by side.

    Returns
    -------
    DataFrame
        rule_id, kind, place, unit, in_force (both, base, run), then number, value, missed, binding and
        dual_long_run_m_cny of each run.
    """
    sides = []
    for side, each in (("base", base), ("run", run)):
        rows = each.plan.results.rules.query("year == @both.year").astype(dict.fromkeys(_RULE_KEYS, object))
        counted = rows["place"].str.replace(r"^\d+ sites$", "sites", regex=True)
        rows = rows.assign(place=counted).set_index(_RULE_KEYS)[_RULE_FIGURES].add_prefix(f"{side}_")
        sides.append(rows.assign(**{side: True}))
    table = pd.concat(sides, axis=1).sort_index()
    known = [table[side].notna() for side in ("base", "run")]
    table["in_force"] = np.select([known[0] & known[1], known[0]], ["both", "base"], default="run")
    return table.drop(columns=["base", "run"]).reset_index()


def asked(base: Run, run: Run) -> pd.DataFrame:
    """Return the scenario keys that differ: key, base, run; names, wording, map and report are left out."""
    flat = [
        dict(_flat(each.plan.scenario.model_dump(mode="json", exclude=set(_NOT_ASKED))))
        for each in (base, run)
    ]
    keys = sorted(flat[0].keys() | flat[1].keys())
    rows = [(key, *[f.get(key, "") for f in flat]) for key in keys if flat[0].get(key) != flat[1].get(key)]
    return pd.DataFrame(rows, columns=["key", "base", "run"])


def _flat(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _flat(part, f"{key}.{name}" if key else str(name))
    elif value not in ({}, None):
        yield key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
