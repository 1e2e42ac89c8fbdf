"""The page of draws, and the part of it that stands in the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from maps.names import site_names, zone_names
from maps.range_charts import ranges, shares
from maps.style import number, percent
from maps.texts import Language, texts
from siting.pages import Part, Section, plain_page
from siting.planning import Plan
from siting.report_tables import Table
from siting.robust.tables import PROVINCES, WEST, Robust, split

_PROVINCES_DRAWN, _SITES_DRAWN, _SITES_SHOWN, _SETS_SHOWN, _NAMED = 24, 30, 60, 15, 12
_LEAST_MW = 0.5


class RobustText:
    """Writes draws in one language."""

    def __init__(self, plan: Plan, robust: Robust, language: Language) -> None:
        self.robust, self.language, self.words = robust, language, texts(language)
        self.province_names: Mapping[str, str] = zone_names(plan.survey, language)
        self.site_names = site_names(plan.survey, language)

    def say(self, key: str, **values: str) -> str:
        """Return a text on draws with its values."""
        return self.words[f"robust.{key}"].format(**values)

    def heads(self, *keys: str) -> list[str]:
        """Return headings of columns."""
        return [self.say(f"col.{key}") for key in keys]

    def provinces(self, names: Sequence[Any]) -> str:
        """Return names of provinces, joined; a dash for none."""
        told = [self.province_names.get(str(p), str(p)) for p in names]
        more = self.say("more", count=str(len(told) - _NAMED)) if len(told) > _NAMED else ""
        return self.words["list.comma"].join(told[:_NAMED]) + more if told else self.say("none")

    def site(self, site_id: str) -> str:
        """Return the name of a site."""
        return str(self.site_names.get(site_id, site_id))


def sentences(text: RobustText) -> list[str]:
    """Return what the draws say."""
    about, robust = text.robust.about, text.robust
    sure, some, rare = split(robust.provinces)
    planned = robust.sites[robust.sites["plan_mw"] > 0]
    lines = [
        text.say(
            "lead",
            done=str(about["draws_done"]),
            asked=str(about["draws_asked"]),
            solved=str(about["draws_solved"]),
            half=percent(about["half_width_share"], 0),
        ),
        text.say("sure", names=text.provinces(sure["province"].tolist())),
        text.say("some", names=text.provinces(some["province"].tolist())),
    ]
    left = rare[rare["plan_mw"] >= about["appears_from_mw"]]
    if len(left):
        lines.append(text.say("rare_in_plan", names=text.provinces(left["province"].tolist())))
    west = {name: percent(value) for name, value in about["west_share"].items()}
    lines.append(text.say("west", **west))
    kept = int((planned["appears_share"] >= 0.95).sum())
    lines.append(text.say("sites", kept=str(kept), all=str(len(planned))))
    return [*lines, *_worth_knowing(text)]


def _worth_knowing(text: RobustText) -> list[str]:
    """Return which groups explain most; where no interval is above 0, that draws are too few."""
    lines = []
    for of, key in ((PROVINCES, "worth_provinces"), (WEST, "worth_west")):
        known = text.robust.inputs[text.robust.inputs["of"] == of]
        rows = known[known["share"] > known["half_width"]].head(2)
        told = [
            text.say(
                "explains",
                group=text.say(f"group.{row['group']}"),
                share=percent(row["share"], 0),
                half=percent(row["half_width"], 0),
            )
            for row in rows.to_dict("records")
        ]
        if told:
            lines.append(text.say(key, told=text.words["list.semicolon"].join(told)))
        elif len(known):
            lines.append(text.say(f"{key}_unknown"))
    return lines


def notes(text: RobustText) -> list[str]:
    """Return how the figures are meant."""
    about = text.robust.about
    told = [
        text.say("note_appears", mw=number(about["appears_from_mw"])),
        text.say(f"note_{about['method']}", gap=percent(about["gap_share"], 3)),
        text.say("note_bands"),
        text.say("note_index"),
    ]
    lost = {status: n for status, n in about["statuses"].items() if status not in ("optimal",)}
    if lost:
        counts = text.words["list.comma"].join(f"{status} {n}" for status, n in lost.items())
        told.append(text.say("note_lost", counts=counts))
    return told


def province_table(text: RobustText) -> Table:
    """Return provinces: plan, without errors, spread, share of draws."""
    rows = [
        [text.province_names.get(row["province"], row["province"]), *_figures(row)]
        for row in text.robust.provinces.to_dict("records")
        if row["mean_mw"] >= _LEAST_MW or row["plan_mw"] >= _LEAST_MW
    ]
    heads = text.heads("province", "plan", "base", "mean", "low", "median", "high", "appears", "half")
    return Table(heads, rows)


def _figures(row: Mapping[Any, Any]) -> list[str]:
    names = ("plan_mw", "base_mw", "mean_mw", "low_mw", "median_mw", "high_mw")
    shown = [number(row[name]) for name in names]
    return [*shown, percent(row["appears_share"], 0), f"± {percent(row['half_width_share'], 0)}"]


def site_table(text: RobustText) -> Table:
    """Return the sites that appear most, plan and frequency."""
    rows = [
        [text.site(row["site_id"]), text.province_names.get(row["province"], row["province"]), *_figures(row)]
        for row in _by_frequency(text).head(_SITES_SHOWN).to_dict("records")
    ]
    heads = text.heads("site", "province", "plan", "base", "mean", "low", "median", "high", "appears", "half")
    return Table(heads, rows, text_columns=2)


def _by_frequency(text: RobustText) -> pd.DataFrame:
    return text.robust.sites.sort_values(["appears_share", "mean_mw"], ascending=False, kind="stable")


def set_table(text: RobustText) -> Table:
    """Return sets of sites that swap, a row a set."""
    rows = []
    for _, members in list(text.robust.sets.groupby("set"))[:_SETS_SHOWN]:
        first = members.iloc[0]
        named = [
            f"{text.site(r['site_id'])} ({percent(r['appears_share'], 0)})"
            for r in members.to_dict("records")
        ]
        provinces = list(dict.fromkeys(members["province"]))
        more = [s for each in dict.fromkeys(members["also_as_good"]) for s in each.split(";") if s]
        rows.append(
            [
                text.words["list.comma"].join(named),
                text.provinces(provinces),
                text.words["list.comma"].join(text.site(s) for s in more[:6]),
                *[number(first[f"set_{end}_mw"]) for end in ("low", "median", "high")],
                percent(first["cancelled_share"], 0),
            ]
        )
    heads = text.heads("members", "province", "also", "low", "median", "high", "cancelled")
    return Table(heads, rows, text_columns=3)


def input_table(text: RobustText) -> Table:
    """Return which part of the variance each group explains."""
    wide = text.robust.inputs[text.robust.inputs["of"].isin([PROVINCES, WEST])]
    rows = []
    for group in dict.fromkeys(wide["group"]):
        cells = []
        for of in (PROVINCES, WEST):
            found = wide[(wide["group"] == group) & (wide["of"] == of)]
            cells += [
                f"{percent(r['share'], 0)} ± {percent(r['half_width'], 0)}" for r in found.to_dict("records")
            ] or [""]
        rows.append([text.say(f"group.{group}"), *cells])
    return Table(text.heads("group", "of_provinces", "of_west"), rows)


def band_table(text: RobustText) -> Table:
    """Return the errors assumed."""
    rows = [
        [
            text.say(f"group.{row['group']}"),
            text.words.get(f"level.{row['confidence']}", text.say("word.recipe")),
            percent(row["half_width"], 0) if row["group"] != "headroom" else text.say("word.band"),
            str(row["places"] or ""),
            *[percent(row[level], 0) for level in ("nation", "side", "province", "site")],
        ]
        for row in text.robust.bands.to_dict("records")
    ]
    heads = text.heads("group", "confidence", "width", "places", "nation", "side", "of_province", "of_site")
    return Table(heads, rows, text_columns=2)


def province_chart(text: RobustText) -> str:
    """Return provinces with their spread."""
    table = text.robust.provinces
    shown = table[(table["high_mw"] >= _LEAST_MW) | (table["plan_mw"] >= _LEAST_MW)].head(_PROVINCES_DRAWN)
    drawn = shown.rename(columns={"low_mw": "low", "high_mw": "high"}).set_index("province")
    drawn = drawn.rename(index=lambda p: text.province_names.get(str(p), str(p)))
    marks = {
        "median_mw": text.say("mark.median"),
        "plan_mw": text.say("mark.plan"),
        "base_mw": text.say("mark.base"),
    }
    return ranges(drawn, marks, text.say("axis.mw", year=str(text.robust.about["year"])), "robust-provinces")


def site_chart(text: RobustText) -> str:
    """Return the sites that appear most, with the share of draws in which they do."""
    shown = _by_frequency(text).head(_SITES_DRAWN)
    table = pd.DataFrame(
        {"share": shown["appears_share"].to_numpy(), "half_width": shown["half_width_share"].to_numpy()},
        index=[text.site(s) for s in shown["site_id"]],
    )
    return shares(table, text.say("axis.appears"), "robust-sites")


def input_chart(text: RobustText, of: str) -> str:
    """Return the parts of the variance, with their errors."""
    rows = text.robust.inputs[text.robust.inputs["of"] == of]
    table = rows[["share", "half_width"]].set_axis([text.say(f"group.{g}") for g in rows["group"]])
    table = table.assign(share=table["share"].clip(lower=0.0))
    return shares(table, text.say(f"axis.{of}"), f"robust-of-{of.replace('_', '-')}") if len(table) else ""


def sections(text: RobustText) -> list[Section]:
    """Return the parts of the page."""
    return [
        Section(text.say("section.provinces"), figure=province_chart(text), table=province_table(text)),
        Section(
            text.say("section.inputs"),
            note=text.say("section.inputs_note"),
            figure=input_chart(text, PROVINCES) + input_chart(text, WEST),
            table=input_table(text),
        ),
        Section(text.say("section.sets"), note=text.say("section.sets_note"), table=set_table(text)),
        Section(text.say("section.sites"), figure=site_chart(text), table=site_table(text)),
        Section(text.say("section.bands"), note=text.say("section.bands_note"), table=band_table(text)),
    ]


def report_part(plan: Plan, robust: Robust) -> Part:
    """Return what stands in the report: one page of it."""
    text = RobustText(plan, robust, plan.scenario.report.language)
    return Part([*sentences(text), *notes(text)[:1]], sections(text)[:3])


def page(plan: Plan, robust: Robust, language: Language) -> str:
    """Return the page."""
    text = RobustText(plan, robust, language)
    title = text.say("title", name=plan.scenario.title_in(language))
    return plain_page(title, sentences(text), (text.say("notes"), notes(text)), sections(text), language)
