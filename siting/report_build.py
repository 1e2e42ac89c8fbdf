"""The report's tables on what is built and used: cooling, existing halls, bandwidth, accelerators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from maps import names
from maps.halls import of_year
from maps.style import number, percent
from maps.texts import named
from siting.report_tables import Source, Table

_STOCK = ["stock_mw", "used_before_mw", "used_mw", "retired_mw", "idle_mw"]


def cooling(source: Source) -> Table:
    """Return IT power by cooling technology and year, with the PUE and water use that it reaches."""
    halls = source.results.halls
    power = halls.pivot_table(
        index="technology", columns="year", values="it_mw", aggfunc="sum", fill_value=0.0
    )
    if power.empty:
        return Table(source.heads("cooling"), [])
    power = power.loc[power[source.year].sort_values(ascending=False).index]
    sums = of_year(source.results.operation, source.year).groupby("technology")
    energy = sums[["it_energy_mwh", "facility_mwh", "water_m3"]].sum()
    places = of_year(halls, source.year).query("it_mw > 0").groupby("technology")["site_id"].nunique()
    per_it = energy.div(energy["it_energy_mwh"].replace(0.0, float("nan")), axis=0)
    per_it = per_it.reindex(power.index)
    pue, wue = (per_it[name].to_dict() for name in ("facility_mwh", "water_m3"))
    rows = [
        [
            named(source.words, "cooling", str(technology)),
            *[number(mw) for mw in row],
            percent(row[source.year] / power[source.year].sum()),
            str(places.get(technology, 0)),
            number(pue[technology]),
            number(wue[technology]),
        ]
        for technology, row in power.iterrows()
    ]
    heads = source.heads("cooling") + [str(y) for y in power.columns]
    return Table(heads + source.heads("share", "places", "pue", "wue"), rows)


def duplicate_capital(source: Source) -> pd.DataFrame:
    """Return existing halls and new halls [MW] in the last year by side and province.

    Columns of `optim.tables.StockUse`, and new_mw: campuses and same-city load built there.
    """
    candidates = source.survey.candidates
    province = names.site_provinces(source.survey)
    side = candidates.drop_duplicates("province").set_index("province")["side"]
    build = of_year(source.results.build, source.year)
    new = (build["it_mw"] + build["given_it_mw"]).groupby(build["site_id"].map(province)).sum()
    stock = of_year(source.results.stock, source.year).groupby("province")[_STOCK].sum()
    table = pd.concat([stock, new.rename("new_mw")], axis=1).fillna(0.0).rename_axis("province").reset_index()
    table.insert(0, "side", table["province"].map(side))
    table = table[table[["stock_mw", "new_mw"]].max(axis=1) > 0]
    return table.sort_values(["idle_mw", "new_mw"], ascending=False).reset_index(drop=True)


def stock(source: Source) -> Table:
    """Return existing halls by side and province beside what is built there."""
    table, shown = duplicate_capital(source), source.provinces()
    columns = [*_STOCK, "new_mw"]
    rows = [
        [shown[row["province"]], source.words[f"side.{row['side']}"], *[number(row[c]) for c in columns]]
        for row in table.to_dict("records")
    ]
    totals = [
        [source.words["col.total"], source.words[f"side.{side}"], *[number(part[c].sum()) for c in columns]]
        for side, part in table.groupby("side")
    ]
    heads = source.heads("province", "side", "stock", "used_before", "put_to_use", "retired", "idle", "new")
    return Table(heads, [*totals, *rows], text_columns=2)


def stock_sentence(source: Source) -> str:
    """Return in words what stands idle in the east while the west is built, or that nothing is known."""
    if source.results.stock.empty:
        return source.words["report.stock_none"]
    table = duplicate_capital(source)
    amounts = {
        f"{name}_{side}": source.big(float(table.loc[table["side"] == side, f"{name}_mw"].sum()), "mw")
        for name in ("idle", "new")
        for side in ("east", "west")
    }
    used = source.big(float(table["used_mw"].sum()), "mw")
    return source.words["report.stock_text"].format(year=source.year, used=used, **amounts)


def bandwidth(source: Source) -> Table:
    """Return bandwidth by product and year, with its cost in the last year."""
    table = source.results.bandwidth.pivot_table(
        index="product", columns="year", values="wan_gbps", aggfunc="sum", fill_value=0.0
    )
    costs = of_year(source.results.costs, source.year).groupby("item")["cost_m_cny"].sum()
    rows = [
        [
            source.words[f"item.{product}"],
            *[number(gbps, 0) for gbps in row],
            source.big(float(costs.get(product, 0.0)), "m_cny"),
        ]
        for product, row in table.iterrows()
    ]
    heads = source.heads("product") + [f"{y} [Gbit/s]" for y in table.columns]
    return Table([*heads, source.words["col.cost_of"].format(year=source.year)], rows)


def accelerators(source: Source) -> Table:
    """Return accelerators bought by year, those that replace worn ones named."""
    label = _labels(source)
    bought = source.results.accelerators.sort_values(["year", "accelerator_id"])
    rows = [
        [
            str(label.get(row["accelerator_id"], row["accelerator_id"])),
            str(row["year"]),
            number(row["it_mw"]),
            number(row["cards"], 0),
            number(row["replaced_cards"], 0),
            number(row["supply_cards"], 0),
            number(row["pflops"], 0),
            source.big(row["cost_m_cny"], "m_cny"),
        ]
        for row in bought.to_dict("records")
    ]
    heads = source.heads("accelerator", "year", "it_mw", "cards", "replaced", "supply", "pflops", "purchase")
    return Table(heads, rows)


def is_open_choice(source: Source) -> bool:
    """Return whether the model chose the accelerators."""
    return not source.results.accelerator_sites.empty


def accelerator_places(source: Source) -> Table:
    """Return where each type stands in the last year, if the model chose: IT power in all, west, sites."""
    table = of_year(source.results.accelerator_sites, source.year)
    sides = source.survey.candidates.set_index("site_id")["side"]
    west = table[table["site_id"].map(sides) == "west"].groupby("accelerator_id")["it_mw"].sum()
    label = _labels(source)
    sums = table.groupby("accelerator_id")["it_mw"].agg(["sum", "size"]).sort_values("sum", ascending=False)
    rows = [
        [
            str(label.get(kind, kind)),
            number(row["sum"]),
            percent(west.get(kind, 0.0) / row["sum"]),
            str(int(row["size"])),
        ]
        for kind, row in sums.iterrows()
    ]
    return Table(
        [*source.heads("accelerator", "it_mw"), source.words["side.west"], *source.heads("places")], rows
    )


def _labels(source: Source) -> Mapping[Any, Any]:
    table = source.survey.accelerators.drop_duplicates("accelerator_id").set_index("accelerator_id")
    return dict(table["name"])
