"""The tables of the report: headings and rows of text, made from the tables of survey and plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geodata.tables import Survey
from maps import headline, names
from maps.halls import by_technology, site_facts
from maps.style import DASH, big, number, percent
from maps.texts import Language, named, texts
from optim.tables import Results


@dataclass(frozen=True)
class Table:
    """Headings and rows of a table on the page; the first `text_columns` columns are set left."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    text_columns: int = 1


@dataclass(frozen=True)
class Source:
    """What the tables are made from, and in which language."""

    survey: Survey
    results: Results
    language: Language
    year: int

    @property
    def words(self) -> Mapping[str, str]:
        """The texts of the language."""
        return texts(self.language)

    def heads(self, *keys: str) -> list[str]:
        """Return headings by their keys."""
        return [self.words[f"col.{key}"] for key in keys]

    def big(self, value: float, unit: str) -> str:
        """Return a national amount with its unit."""
        return big(value, unit, self.language, self.words)

    def provinces(self) -> dict[str, str]:
        """Return the names of provinces."""
        return names.zone_names(self.survey, self.language)


def yes(source: Source, value: bool) -> str:
    """Return yes or no."""
    return source.words["word.yes" if value else "word.no"]


def by_province(source: Source) -> pd.DataFrame:
    """Return IT power placed [MW] by province (rows, largest first) and year (columns), cumulative."""
    years = headline.years(source.results)
    placed = [
        headline.placed(source.survey, source.results, y).groupby("province")["placed_mw"] for y in years
    ]
    table = pd.concat([sums.sum() for sums in placed], axis=1, keys=years).fillna(0.0)
    return table.loc[table[source.year].sort_values(ascending=False).index]


def provinces(source: Source) -> Table:
    """Return the provincial totals with a last row for all."""
    table, shown = by_province(source), source.provinces()
    sides = source.survey.candidates.drop_duplicates("province").set_index("province")["side"]
    campuses = (
        headline.placed(source.survey, source.results, source.year)
        .query("it_mw > 0")
        .groupby("province")
        .size()
    )
    total = float(table[source.year].sum())
    rows = [
        [
            shown[str(p)],
            source.words[f"side.{sides[str(p)]}"],
            *[number(v) for v in row],
            percent(row[source.year] / total),
            str(campuses.get(p, 0)),
        ]
        for p, row in table.iterrows()
    ]
    whole = [
        source.words["col.total"],
        "",
        *[number(v) for v in table.sum()],
        percent(1.0),
        str(int(campuses.sum())),
    ]
    heads = (
        source.heads("province", "side") + [str(y) for y in table.columns] + source.heads("share", "sites")
    )
    return Table(heads, [*rows, whole], text_columns=2)


def _largest(source: Source, count: int) -> list[dict[Any, Any]]:
    chosen = headline.placed(source.survey, source.results, source.year).query("it_mw > 0")
    return chosen.sort_values("it_mw", ascending=False).head(count).to_dict("records")


def sites(source: Source, count: int) -> Table:
    """Return the `count` largest campuses; columns that say nothing of any of them are left out."""
    facts, shown = site_facts(source.results, source.year), source.provinces()
    rows = [
        [
            row[f"name_{source.language}"],
            shown[row["province"]],
            *[number(row[name]) for name in ("it_mw", "given_it_mw", "stock_it_mw")],
            number(facts.loc[row["site_id"], "connection_mw"]),
            number(facts.loc[row["site_id"], "voltage_kv"], 0),
            _year(facts.loc[row["site_id"], "opened_year"]),
            number(row["energy_price_posted_cny_per_mwh"]),
            number(row["price_negotiated_cny_per_mwh"]),
            source.words[f"level.{row['confidence']}"],
        ]
        for row in _largest(source, count)
    ]
    heads = source.heads(
        "site", "province", "campus_mw", "given_mw", "put_to_use", "connection_mw", "voltage"
    )
    heads += source.heads("opened", "price", "price_negotiated", "confidence")
    return _without_empty(Table(heads, rows, text_columns=2))


def site_supply(source: Source, count: int) -> Table:
    """Return cooling, supply and energy of the `count` largest campuses."""
    facts = site_facts(source.results, source.year)
    power = ("solar_mw", "wind_mw", "battery_mw", "battery_mwh", "billed_peak_mw")
    rows = [
        [
            row[f"name_{source.language}"],
            _cooling(source, facts.loc[row["site_id"]]),
            *[number(facts.loc[row["site_id"], name]) for name in power],
            *[source.big(facts.loc[row["site_id"], f"{name}_mwh"], "mwh") for name in ("purchase", "direct")],
        ]
        for row in _largest(source, count)
    ]
    heads = source.heads("site", "cooling", "solar", "wind", "battery_mw", "battery_mwh", "billed_mw")
    return _without_empty(Table([*heads, *source.heads("energy", "direct")], rows, text_columns=2))


def _cooling(source: Source, facts: pd.Series) -> str:
    """Return the technologies of a site, with MW if there are several."""
    mix = by_technology(facts)
    shown = [
        named(source.words, "cooling", t) + (f" {number(mw)}" if len(mix) > 1 else "")
        for t, mw in mix.items()
    ]
    return source.words["list.comma"].join(shown)


def _year(value: float) -> str:
    return DASH if pd.isna(value) else str(int(value))


def _without_empty(table: Table) -> Table:
    """Return the table without columns of numbers that are all nought or missing."""
    kept = [
        k
        for k in range(len(table.heads))
        if k < table.text_columns or any(row[k].split()[0] not in ("0", DASH) for row in table.rows)
    ]
    rows = [[row[k] for k in kept] for row in table.rows]
    return Table([table.heads[k] for k in kept], rows, table.text_columns)


def equivalents(source: Source, names_per_province: int) -> Table:
    """Return, by province, the sites without a campus that are not shown to be worse within the gap."""
    equal = source.results.equivalents.query("within_gap")
    shown, site = source.provinces(), names.site_names(source.survey, source.language)
    rows = []
    for province, group in equal.sort_values("extra_share").groupby("province", sort=False):
        places = [str(site[s]) for s in group["site_id"]]
        rest = len(places) - names_per_province
        listed = source.words["list.comma"].join(places[:names_per_province])
        more = (
            source.words["list.comma"] + source.words["report.and_more"].format(count=rest)
            if rest > 0
            else ""
        )
        extra = f"{percent(group['extra_share'].min(), 3)} {DASH} {percent(group['extra_share'].max(), 3)}"
        rows.append([shown[str(province)], listed + more, str(len(places)), extra])
    return Table(source.heads("province", "site", "total", "extra"), rows, text_columns=2)


def costs(source: Source) -> pd.DataFrame:
    """Return siting cost by item [M CNY], as paid and discounted, largest first."""
    table = source.results.costs.groupby("item")[["cost_m_cny", "discounted_m_cny"]].sum()
    return table.sort_values("discounted_m_cny", ascending=False)


def cost_items(source: Source) -> Table:
    """Return siting cost by item with its share."""
    table = costs(source)
    total = table.sum()
    rows = [
        [
            named(source.words, "item", str(item)),
            source.big(row["cost_m_cny"], "m_cny"),
            source.big(row["discounted_m_cny"], "m_cny"),
            percent(row["discounted_m_cny"] / total["discounted_m_cny"]),
        ]
        for item, row in table.iterrows()
    ]
    whole = [
        source.words["col.total"],
        source.big(total["cost_m_cny"], "m_cny"),
        source.big(total["discounted_m_cny"], "m_cny"),
        percent(1.0),
    ]
    return Table(source.heads("item", "undiscounted", "discounted", "share"), [*rows, whole])


def unserved(source: Source) -> Table:
    """Return demand that no site serves, largest first."""
    zone, kind = source.provinces(), names.class_names(source.survey, source.language)
    rows = [
        [
            zone.get(row["zone_id"], row["zone_id"]),
            str(kind.get(row["class_id"], row["class_id"])),
            str(row["year"]),
            number(row["it_mw"]),
        ]
        for row in source.results.unserved.query("it_mw > 0")
        .sort_values("it_mw", ascending=False)
        .to_dict("records")
    ]
    return Table(source.heads("zone", "class", "year", "it_mw"), rows, text_columns=2)


def place_name(source: Source, place: str) -> str:
    """Return the name of what a rule or limit is about: all, a province, hub, site, chip, count of sites."""
    if place == "all":
        return source.words["word.all"]
    if place.removesuffix(" sites").isdigit():
        return f"{place.removesuffix(' sites')} {source.words['word.sites']}"
    site: dict[Any, Any] = names.site_names(source.survey, source.language).to_dict()
    hubs = (
        source.survey.places.query("kind == 'hub'").set_index("hub_id")[f"name_{source.language}"].to_dict()
    )
    types = source.survey.accelerators.set_index("accelerator_id")["name"].to_dict()
    return str((types | site | hubs | source.provinces()).get(place, place))
