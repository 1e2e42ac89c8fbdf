"""The tables of the report: headings and rows of text, made from the tables of survey and plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geodata.tables import Survey
from maps import headline, names
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
    build = source.results.build
    placed = (build["it_mw"] + build["given_it_mw"]).rename("placed_mw")
    province = build["site_id"].map(names.site_provinces(source.survey)).rename("province")
    table = placed.groupby([province, build["year"]]).sum().unstack().fillna(0.0)
    return table[table.max(axis=1) > 0].sort_values(by=source.year, ascending=False)  # type: ignore[call-overload]


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


def sites(source: Source, count: int) -> Table:
    """Return the `count` largest campuses."""
    build = source.results.build
    opened = build.query("opened == 1").groupby("site_id")["year"].min()
    power = build.query("year == @source.year").set_index("site_id")["connection_mw"]
    chosen = headline.placed(source.survey, source.results, source.year).query("it_mw > 0")
    rows = [
        [
            row[f"name_{source.language}"],
            source.provinces()[row["province"]],
            number(row["it_mw"]),
            number(row["given_it_mw"]),
            number(power[row["site_id"]]),
            str(opened.get(row["site_id"], DASH)),
            number(row["energy_price_posted_cny_per_mwh"]),
            number(row["price_negotiated_cny_per_mwh"]),
            source.words[f"level.{row['confidence']}"],
        ]
        for row in chosen.sort_values("it_mw", ascending=False).head(count).to_dict("records")
    ]
    heads = source.heads("site", "province", "campus_mw", "given_mw", "connection_mw", "opened")
    heads += source.heads("price", "price_negotiated", "confidence")
    return Table(heads, rows, text_columns=2)


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


def accelerators(source: Source) -> Table:
    """Return accelerators bought by year."""
    label = source.survey.accelerators.drop_duplicates("accelerator_id").set_index("accelerator_id")["name"]
    rows = [
        [
            str(label.get(row["accelerator_id"], row["accelerator_id"])),
            str(row["year"]),
            number(row["it_mw"]),
            number(row["cards"], 0),
            number(row["supply_cards"], 0),
            number(row["pflops"], 0),
            source.big(row["cost_m_cny"], "m_cny"),
        ]
        for row in source.results.accelerators.sort_values(["year", "accelerator_id"]).to_dict("records")
    ]
    return Table(source.heads("accelerator", "year", "it_mw", "cards", "supply", "pflops", "purchase"), rows)


def operation(source: Source) -> Table:
    """Return energy, certificates, carbon and water by year."""
    columns = {
        "it_energy_mwh": "mwh",
        "purchase_mwh": "mwh",
        "certificates_mwh": "mwh",
        "emissions_tco2": "tco2",
        "water_m3": "m3",
    }
    table = source.results.operation.groupby("year")[list(columns)].sum()
    rows = [
        [str(y), *[source.big(row[c], unit) for c, unit in columns.items()]] for y, row in table.iterrows()
    ]
    return Table(source.heads("year", "it_energy", "energy", "certificates", "carbon", "water"), rows)


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
    """Return the name of what a rule or limit is about: all, a province, a hub, a site, a count of sites."""
    if place == "all":
        return source.words["word.all"]
    if place.removesuffix(" sites").isdigit():
        return f"{place.removesuffix(' sites')} {source.words['word.sites']}"
    site: dict[Any, Any] = names.site_names(source.survey, source.language).to_dict()
    hubs = (
        source.survey.places.query("kind == 'hub'").set_index("hub_id")[f"name_{source.language}"].to_dict()
    )
    return str((site | hubs | source.provinces()).get(place, place))
