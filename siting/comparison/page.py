"""The page and the map of a comparison."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from maps.difference_charts import side_by_side, waterfall
from maps.difference_page import Change, draw_differences
from maps.offline import to_html
from maps.page import Settings
from maps.panel_page import Ground, Head
from maps.place_tables import places_of
from maps.texts import Language, named
from siting.comparison import shown
from siting.comparison.pair import Pair
from siting.comparison.words import Teller, notes, sentences
from siting.pages import Section, plain_page
from siting.report_tables import Table

_SITES_SHOWN, _FLOWS_SHOWN, _PROVINCES_DRAWN, _ITEMS_DRAWN = 40, 25, 20, 12


def page(pairs: list[Pair], language: Language) -> str:
    """Return the comparison as one HTML page with plots."""
    tell = Teller(language)
    base, year = pairs[0].base.label, pairs[0].shared.year
    runs = tell.words["list.comma"].join(pair.run.label for pair in pairs)
    lead = [tell.say("lead", base=base, runs=runs, year=str(year))]
    told = list(dict.fromkeys(line for pair in pairs for line in notes(pair, language)))
    return plain_page(
        tell.say("title") + tell.words["list.colon"] + tell.words["list.comma"].join([base, runs]),
        lead,
        (tell.say("map.notes"), told),
        [*_national(pairs, tell), *[s for pair in pairs for s in _of_pair(pair, tell)], _asked(pairs, tell)],
        language,
    )


def _national(pairs: list[Pair], tell: Teller) -> list[Section]:
    told = [Section(_of(pair, tell), lines=sentences(pair, tell.language)) for pair in pairs]
    year = str(pairs[0].shared.year)
    provinces = Section(
        tell.say("section.provinces"),
        note=tell.say("section.provinces_note", year=year),
        figure=provinces_chart(pairs, tell),
        table=shown.provinces(pairs, tell),
        last_is_total=True,
    )
    totals = Section(tell.say("section.totals"), table=shown.totals(pairs, tell))
    steps = [_steps(pair, tell) for pair in pairs]
    steps[-1] = replace(steps[-1], table=shown.costs(pairs, tell))
    return [*told, totals, *steps, provinces]


def _steps(pair: Pair, tell: Teller) -> Section:
    note = tell.say("section.costs_note", base=pair.base.label, run=pair.run.label)
    title = f"{tell.say('section.costs')}{tell.words['list.colon']}{_of(pair, tell)}"
    return Section(title, note=note, figure=cost_chart(pair, tell))


def _of(pair: Pair, tell: Teller) -> str:
    return tell.say("of", run=pair.run.label, base=pair.base.label)


def _of_pair(pair: Pair, tell: Teller) -> list[Section]:
    sites, flows = len(shown.changed_sites(pair)), len(shown.changed_flows(pair))
    none = tell.say("section.none")
    tables = {
        "sites": (shown.sites(pair, _SITES_SHOWN, tell), _counted("sites", _SITES_SHOWN, sites, tell)),
        "served": (shown.served(pair, _FLOWS_SHOWN, tell), _counted("served", _FLOWS_SHOWN, flows, tell)),
        "rules": (shown.rules(pair, tell), ""),
    }
    parts = [_section(key, table, note, none, tell) for key, (table, note) in tables.items()]
    return [replace(part, title=f"{part.title}{tell.words['list.colon']}{_of(pair, tell)}") for part in parts]


def _section(key: str, table: Table, note: str, none: str, tell: Teller) -> Section:
    return Section(tell.say(f"section.{key}"), note=note if table.rows else none, table=table)


def _counted(key: str, most: int, count: int, tell: Teller) -> str:
    return tell.say(f"section.{key}_note", shown=str(min(most, count)), all=str(count))


def _asked(pairs: list[Pair], tell: Teller) -> Section:
    table = shown.asked(pairs, tell)
    return Section(
        tell.say("section.asked"), note="" if table.rows else tell.say("section.asked_none"), table=table
    )


def provinces_chart(pairs: list[Pair], tell: Teller) -> str:
    """Return bars of the IT power of each province, a bar a run."""
    table = shown.provinces_mw(pairs)
    labels = {
        place: row[0] for place, row in zip(table.index, shown.provinces(pairs, tell).rows, strict=False)
    }
    drawn = table.head(_PROVINCES_DRAWN)
    rest = table.iloc[_PROVINCES_DRAWN:]
    if len(rest):
        drawn = pd.concat([drawn, rest.sum().to_frame(tell.say("others")).T])
    drawn = drawn.rename(index=labels).set_axis([pairs[0].base.label, *(p.run.label for p in pairs)], axis=1)
    return side_by_side(drawn, tell.say("axis.it", year=str(pairs[0].shared.year)), "provinces")


def cost_chart(pair: Pair, tell: Teller) -> str:
    """Return the difference in cost, item by item, as steps."""
    steps = pair.costs.set_index("item")["difference_m_cny"]
    steps = steps[steps.abs() > 1e-6]
    rest = steps.iloc[_ITEMS_DRAWN:]
    drawn = steps.iloc[:_ITEMS_DRAWN].rename(index=lambda item: named(tell.words, "item", str(item)))
    if len(rest):
        drawn = pd.concat([drawn, pd.Series({tell.say("others"): rest.sum()})])
    band = pair.gaps.together_m_cny if pair.gaps.is_judged else 0.0
    total, axis = tell.say("waterfall.total"), tell.say("axis.cost")
    return waterfall(drawn, total, axis, f"costs-{_number(pair)}", band)


def _number(pair: Pair) -> str:
    """Return a word for identifiers on the page that no other run of it has."""
    return "".join(c if c.isascii() and c.isalnum() else f"{ord(c):x}" for c in pair.run.label)


def map_page(pairs: list[Pair], settings: Settings, tiles_key: str | None = None) -> str:
    """Return the map of where IT power grows and shrinks as one HTML file."""
    tell, first = Teller(settings.language), pairs[0]
    runs = tell.words["list.comma"].join(pair.run.label for pair in pairs)
    title = tell.say("map.title", run=runs, base=first.base.label, year=str(first.shared.year))
    told = list(dict.fromkeys(line for pair in pairs for line in notes(pair, settings.language)))
    lines = [line for pair in pairs for line in sentences(pair, settings.language)[:2]]
    places = places_of(*[run.plan.survey for run in (first.base, *(pair.run for pair in pairs))])
    head = Head(title, lines, tell.say("map.notes"), told)
    changes = [_change(pair, tell) for pair in pairs]
    return to_html(draw_differences(Ground(places, settings, tiles_key), head, first.base.label, changes))


def _change(pair: Pair, tell: Teller) -> Change:
    rows = [[*row[:3], row[3]] for row in shown.totals([pair], tell).rows]
    return Change(pair.run.label, pair.places, rows, sentences(pair, tell.language))
