"""The page of alternatives: ranges first, then the diverse set, then what all have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from maps.names import site_names, zone_names
from maps.range_charts import ranges
from maps.style import number, percent
from maps.texts import Language, texts
from siting.alternatives.tables import ALWAYS, NEVER, Alternatives
from siting.pages import Section, plain_page
from siting.planning import Plan
from siting.report_tables import Table

_SITES_SHOWN, _NAMED = 40, 15
_LEAST_MW = 0.5


class NearText:
    """Writes alternatives in one language."""

    def __init__(self, plan: Plan, near: Alternatives, language: Language) -> None:
        self.near, self.language, self.words = near, language, texts(language)
        self.province_names: Mapping[str, str] = zone_names(plan.survey, language)
        self.site_names = site_names(plan.survey, language)

    def say(self, key: str, **values: str) -> str:
        """Return a text on alternatives with its values."""
        return self.words[f"alternatives.{key}"].format(**values)

    def heads(self, *keys: str) -> list[str]:
        """Return headings of columns."""
        return [self.say(f"col.{key}") for key in keys]

    def place(self, kind: str, name: str) -> str:
        """Return the name of a place or group."""
        if kind == "province":
            return self.province_names.get(name, name)
        return self.say("hubs") if kind == "hubs" else self.words[f"side.{name}"]

    def provinces(self, names: Sequence[Any]) -> str:
        """Return names of provinces, joined."""
        told = [self.province_names.get(str(p), str(p)) for p in names]
        more = self.words["robust.more"].format(count=len(told) - _NAMED) if len(told) > _NAMED else ""
        return self.words["list.comma"].join(told[:_NAMED]) + more if told else self.words["robust.none"]


def sentences(text: NearText) -> list[str]:
    """Return what the ranges say."""
    about, table = text.near.about, text.near.ranges
    slack = percent(about["slack_share"], 2)
    provinces = table[table["kind"] == "province"]
    always = provinces[provinces["used"] == ALWAYS]["place"].tolist()
    never = provinces[provinces["used"] == NEVER]["place"].tolist()
    lines = [
        text.say("lead", count=str(about["count"]), found=str(about["plans_found"]), slack=slack),
        *[_range(text, row, slack) for row in table[table["kind"] != "province"].to_dict("records")],
        *[_range(text, row, slack) for row in _widest(provinces).to_dict("records")],
        text.say("always", names=text.provinces(always)),
        text.say("never", names=text.provinces(never)),
    ]
    sites = text.near.sites
    kept = int((sites["low_mw"] >= about["used_from_mw"]).sum())
    return [*lines, text.say("sites", kept=str(kept), all=str(len(sites)))]


def _widest(table: pd.DataFrame) -> pd.DataFrame:
    width = table["high_mw"] - table["low_mw"]
    return table.loc[width.sort_values(ascending=False, kind="stable").index].head(3)


def _range(text: NearText, row: Mapping[Any, Any], slack: str) -> str:
    return text.say(
        "range",
        place=text.place(row["kind"], row["place"]),
        low=number(row["low_mw"] / 1e3),
        high=number(row["high_mw"] / 1e3),
        base=number(row["base_mw"] / 1e3),
        slack=slack,
    )


def notes(text: NearText) -> list[str]:
    """Return how the figures are meant."""
    about = text.near.about
    spare = percent(about["spare_share"], 0)
    told = [
        text.say(f"note_{about['method']}"),
        text.say("note_slack", spare=spare),
        text.say("note_ends"),
        text.say("note_sites"),
    ]
    failed = about["failed"]
    if failed:
        names = text.words["list.semicolon"].join(f"{name}: {why}" for name, why in list(failed.items())[:5])
        told.append(text.say("note_failed", count=str(len(failed)), names=names))
    return told


def range_table(text: NearText) -> Table:
    """Return the ranges of groups and provinces."""
    rows = []
    for row in text.near.ranges.to_dict("records"):
        if row["kind"] == "province" and max(row["high_mw"], row["plan_mw"]) < _LEAST_MW:
            continue
        ends = [number(row[f"{end}_mw"]) + ("" if row[f"{end}_solved"] else " *") for end in ("low", "high")]
        rows.append(
            [
                text.place(row["kind"], row["place"]),
                number(row["plan_mw"]),
                number(row["base_mw"]),
                *ends,
                percent(row["low_share"], 0),
                percent(row["high_share"], 0),
                text.say(f"used.{row['used']}"),
            ]
        )
    return Table(text.heads("place", "plan", "base", "low", "high", "low_share", "high_share", "used"), rows)


def alternative_table(text: NearText) -> Table:
    """Return the diverse set: true slack, how it was found, how far it is from the others."""
    rows = [
        [
            row["alternative"],
            f"{text.say('way.' + row['way'].replace(' ', '_'))} {_of(text, row)}".strip(),
            percent(row["slack_share"], 2),
            percent(row["west_share"]),
            percent(row["from_optimum_share"], 0),
            percent(row["nearest_share"], 0),
            _largest(text, row["alternative"]),
        ]
        for row in text.near.alternatives.to_dict("records")
    ]
    heads = text.heads("alternative", "way", "slack", "west", "from_optimum", "nearest", "largest")
    return Table(heads, rows, text_columns=2)


def _of(text: NearText, row: Mapping[Any, Any]) -> str:
    name = str(row["place"])
    if row["way"] in ("least", "most"):
        kind = "hubs" if name == "hubs" else "side" if name in ("east", "west") else "province"
        return text.place(kind, name)
    return name


def _largest(text: NearText, alternative: str) -> str:
    table = text.near.provinces[text.near.provinces["alternative"] == alternative]
    table = table.sort_values("it_mw", ascending=False, kind="stable").head(5)
    told = [
        f"{text.province_names.get(row['province'], row['province'])} {number(row['it_mw'] / 1e3)}"
        for row in table.to_dict("records")
    ]
    return text.words["list.comma"].join(told)


def site_table(text: NearText) -> Table:
    """Return the sites that most plans use."""
    rows = [
        [
            str(text.site_names.get(row["site_id"], row["site_id"])),
            text.province_names.get(row["province"], row["province"]),
            percent(row["used_share"], 0),
            *[number(row[name]) for name in ("base_mw", "low_mw", "high_mw")],
        ]
        for row in text.near.sites.head(_SITES_SHOWN).to_dict("records")
    ]
    return Table(text.heads("site", "province", "used_in", "base", "low", "high"), rows, text_columns=2)


def range_chart(text: NearText) -> str:
    """Return the ranges of provinces."""
    table = text.near.ranges
    table = table[(table["kind"] == "province") & (table[["high_mw", "plan_mw"]].max(axis=1) >= _LEAST_MW)]
    drawn = table.rename(columns={"low_mw": "low", "high_mw": "high"}).set_index("place")
    drawn = drawn.rename(index=lambda p: text.province_names.get(str(p), str(p)))
    marks = {"base_mw": text.say("mark.base"), "plan_mw": text.say("mark.plan")}
    about = text.near.about
    label = text.say("axis.mw", year=str(about["year"]), slack=percent(about["slack_share"], 2))
    return ranges(drawn, marks, label, "near-provinces")


def page(plan: Plan, near: Alternatives, language: Language) -> str:
    """Return the page."""
    text = NearText(plan, near, language)
    sections = [
        Section(text.say("section.ranges"), figure=range_chart(text), table=range_table(text)),
        Section(text.say("section.set"), note=text.say("section.set_note"), table=alternative_table(text)),
        Section(text.say("section.sites"), note=text.say("section.sites_note"), table=site_table(text)),
    ]
    title = text.say("title", name=plan.scenario.title_in(language))
    box = (text.words["robust.notes"], notes(text))
    return plain_page(title, sentences(text), box, sections, language)
