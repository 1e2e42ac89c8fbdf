"""The differences as headings and rows of text, for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from maps import names
from maps.style import DASH, number, percent
from maps.texts import named
from siting.comparison.pair import Pair
from siting.comparison.words import Teller
from siting.report_tables import Source, Table, place_name, yes

_HEAD_KEYS = {
    "it_mw": "head.it",
    "stock_it_mw": "head.stock",
    "unserved_it_mw": "head.unserved",
    "west_share": "head.west",
    "hub_province_share": "head.hub",
    "hub_start_area_share": "head.start_area",
    "siting_cost_m_cny": "head.cost",
    "siting_cost_m_cny_per_mw": "head.cost_per_mw",
    "purchase_mwh": "head.energy",
    "direct_mwh": "head.direct",
    "certificates_mwh": "head.certificates",
    "emissions_tco2": "head.carbon",
    "emissions_marginal_tco2": "head.marginal",
    "water_m3": "head.water",
}


def totals(pairs: list[Pair], tell: Teller) -> Table:
    """Return the headline figures side by side; rows that are nought everywhere are left out."""
    tables = [{str(r["item"]): r for r in pair.totals.to_dict("records")} for pair in pairs]
    words, year = tell.words, pairs[0].shared.year
    rows = []
    for item, row in tables[0].items():
        of_runs = [table[item] for table in tables]
        if not any(row["base_value"] or r["run_value"] for r in of_runs):
            continue
        label = words[_HEAD_KEYS.get(item, f"compare.total.{item}")].format(year=year)
        cells = [c for r in of_runs for c in _three(r["run_value"], r["difference"], row, tell)]
        rows.append([label, tell.amount(row["base_value"], row["unit"]), *cells])
    return Table([words["col.item"], pairs[0].base.label, *_run_heads(pairs, tell)], rows)


def _three(value: float, difference: float, row: Mapping[Any, Any], tell: Teller) -> list[str]:
    """Return a run's value, its difference and that over the base; of shares the difference is in points."""
    share = difference / row["base_value"] if row["base_value"] else float("nan")
    relative = DASH if row["unit"] == "share" or pd.isna(share) else signed(percent(share), share)
    return [tell.amount(value, row["unit"]), tell.amount(difference, row["unit"], signed=True), relative]


def _run_heads(pairs: list[Pair], tell: Teller, with_share: bool = True) -> list[str]:
    difference, share = tell.words["col.difference"], tell.words["compare.col.item_share"]
    return [head for p in pairs for head in (p.run.label, difference, *([share] if with_share else []))]


def signed(text: str, value: float) -> str:
    """Return a figure with a plus in front if its value is above nought."""
    return f"+{text}" if value > 0 and text.strip("0.% ") else text


def costs(pairs: list[Pair], tell: Teller) -> Table:
    """Return discounted cost by item, base and runs side by side."""
    tables = [pair.costs.set_index("item") for pair in pairs]
    base = pd.concat([table["base_m_cny"] for table in tables]).groupby(level=0, sort=False).first()
    of_runs = [table["run_m_cny"].reindex(base.index, fill_value=0.0) for table in tables]
    rows = []
    for item, paid in base.items():
        found = [float(run[item]) for run in of_runs]
        cells = [
            c
            for value in found
            for c in (tell.amount(value, "m_cny"), tell.amount(value - paid, "m_cny", signed=True))
        ]
        rows.append([named(tell.words, "item", str(item)), tell.amount(paid, "m_cny"), *cells])
    heads = [tell.words["col.item"], pairs[0].base.label, *_run_heads(pairs, tell, with_share=False)]
    return Table(heads, rows)


def provinces_mw(pairs: list[Pair]) -> pd.DataFrame:
    """Return IT power by province [MW] of the base (column 0) and of each run, largest first."""
    columns = [pairs[0].at("province").set_index("place")["base_mw"]]
    columns += [pair.at("province").set_index("place")["run_mw"] for pair in pairs]
    table = pd.concat(columns, axis=1, keys=range(len(columns))).fillna(0.0)
    return table.loc[table.max(axis=1).sort_values(ascending=False).index]


def provinces(pairs: list[Pair], tell: Teller) -> Table:
    """Return IT power by province, base and runs side by side, with a last row for all."""
    table, shown = provinces_mw(pairs), _provinces(pairs, tell)
    whole = table.sum().to_frame(tell.words["col.total"]).T
    rows = [
        [shown.get(str(place), str(place)), number(row[0]), *_and_difference(row)]
        for place, row in pd.concat([table, whole]).iterrows()
    ]
    heads = [tell.words["col.province"], pairs[0].base.label, *_run_heads(pairs, tell, with_share=False)]
    return Table([*heads], rows)


def _and_difference(row: pd.Series) -> list[str]:
    return [c for v in row.iloc[1:] for c in (number(v), signed(number(v - row[0]), v - row[0]))]


def _provinces(pairs: list[Pair], tell: Teller) -> dict[str, str]:
    found: dict[str, str] = {}
    for run in [*(p.run for p in pairs), pairs[0].base]:
        found |= names.zone_names(run.plan.survey, tell.language)
    return found


def changed_sites(pair: Pair) -> pd.DataFrame:
    """Return the sites that change in the last shared year, the largest change first."""
    sites = pair.at("site").query("change != 'same'")
    return sites.sort_values("difference_mw", key=abs, ascending=False, kind="stable")


def sites(pair: Pair, count: int, tell: Teller) -> Table:
    """Return the `count` sites that change most."""
    shown = _provinces([pair], tell)
    rows = [
        [
            row[f"name_{tell.language}"],
            shown.get(row["province"], row["province"]),
            named(tell.words, "compare.change", row["change"]),
            row["as_good_in"].replace(";", tell.words["list.comma"]),
            number(row["base_mw"]),
            number(row["run_mw"]),
            signed(number(row["difference_mw"]), row["difference_mw"]),
        ]
        for row in changed_sites(pair).head(count).to_dict("records")
    ]
    heads = [tell.words[f"col.{key}"] for key in ("site", "province")]
    heads += [tell.words[f"compare.col.{key}"] for key in ("change", "as_good")]
    table = Table([*heads, *_mw_heads(pair, tell)], rows, text_columns=4)
    return table if any(row[3] for row in rows) else _without(table, 3)


def _without(table: Table, place: int) -> Table:
    """Return a table without one of its text columns."""
    rows = [[*row[:place], *row[place + 1 :]] for row in table.rows]
    return Table([*table.heads[:place], *table.heads[place + 1 :]], rows, table.text_columns - 1)


def _mw_heads(pair: Pair, tell: Teller) -> list[str]:
    return [f"{pair.base.label} [MW]", f"{pair.run.label} [MW]", f"{tell.words['col.difference']} [MW]"]


def served(pair: Pair, count: int, tell: Teller) -> Table:
    """Return the `count` largest changes in who is served from where, pooled classes left out."""
    shown, kinds = _provinces([pair], tell), names.class_names(pair.base.plan.survey, tell.language)
    rows = [
        [
            str(kinds[row["class_id"]]),
            shown.get(row["zone_id"], row["zone_id"]),
            shown.get(row["province"], row["province"]),
            number(row["base_mw"]),
            number(row["run_mw"]),
            signed(number(row["difference_mw"]), row["difference_mw"]),
        ]
        for row in changed_flows(pair).head(count).to_dict("records")
    ]
    heads = [tell.words["col.class"], tell.words["col.zone"], tell.words["compare.col.from"]]
    return Table([*heads, *_mw_heads(pair, tell)], rows, text_columns=3)


def changed_flows(pair: Pair) -> pd.DataFrame:
    """Return the rows of `served` that change, pooled classes left out."""
    return pair.served[~pair.served["merged"] & (pair.served["difference_mw"].abs() > 0.5)]


def rules(pair: Pair, tell: Teller) -> Table:
    """Return the rules in force in either run: limit and value of both."""
    run = pair.run.plan
    source = Source(run.survey, run.results, tell.language, pair.shared.year)
    where = {"both": tell.words["compare.both"], "base": pair.base.label, "run": pair.run.label}
    rows = [
        [
            row["rule_id"],
            named(tell.words, "kind", row["kind"]),
            place_name(source, row["place"]),
            where[row["in_force"]],
            *[number(row[f"{side}_{figure}"]) for figure in ("number", "value") for side in ("base", "run")],
            *[_binds(row, side, source) for side in ("base", "run")],
        ]
        for row in pair.rules.to_dict("records")
    ]
    heads = [tell.words[f"col.{key}"] for key in ("rule", "item", "place")]
    heads += [tell.words["compare.col.in_force"]]
    for key in ("limit", "value", "binding"):
        heads += [f"{tell.words[f'col.{key}']}, {run.label}" for run in (pair.base, pair.run)]
    return Table(heads, rows, text_columns=4)


def _binds(row: Mapping[Any, Any], side: str, source: Source) -> str:
    known = row["in_force"] in ("both", side)
    return yes(source, bool(row[f"{side}_binding"])) if known else DASH


def asked(pairs: list[Pair], tell: Teller) -> Table:
    """Return the scenario keys that differ, base and runs side by side."""
    tables = [pair.asked.set_index("key") for pair in pairs]
    keys = sorted({str(key) for table in tables for key in table.index})
    rows = []
    for key in keys:
        base = next(str(t.loc[key, "base"]) for t in tables if key in t.index)
        rows.append(
            [key, base or DASH, *[str(t.loc[key, "run"]) or DASH if key in t.index else base for t in tables]]
        )
    heads = [tell.words["compare.col.key"], pairs[0].base.label, *(p.run.label for p in pairs)]
    return Table(heads, rows, text_columns=len(heads))
