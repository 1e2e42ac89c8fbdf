"""What each rule costs, shown: the table for the terminal, sentences, and the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from maps.difference_charts import side_by_side
from maps.style import DASH, big, number, percent
from maps.texts import Language, named, texts
from optim.optima import ROUNDING_M_CNY
from siting.pages import Part, Section, plain_page
from siting.report_tables import Table
from siting.rule_rows import ALL

_SMALL_M_CNY = 100.0
_EFFECTS = {
    "carbon": ("emissions_mt", 1.0),
    "marginal": ("emissions_marginal_mt", 1.0),
    "water": ("water_million_m3", 1.0),
    "purchase": ("purchase_twh", 1.0),
    "west": ("west_share", 100.0),
    "moved": ("moved_mw", 1.0),
}


def money_text(value_m_cny: float, language: Language) -> str:
    """Return an amount of money: in the large unit of the language, small ones in millions."""
    words = texts(language)
    if abs(value_m_cny) < _SMALL_M_CNY:
        return f"{number(round(value_m_cny, 3))} {words['unit.m_cny']}"
    return big(value_m_cny, "m_cny", language, words)


def exactness(unknown_m_cny: float, language: Language) -> str:
    """Return how exact differences are, in words."""
    if unknown_m_cny < ROUNDING_M_CNY:
        return texts(language)["rules.exact"]
    return money_text(unknown_m_cny, language)


class RuleText:
    """Writes the table of rules in one language."""

    def __init__(self, rows: pd.DataFrame, language: Language) -> None:
        self.rows: list[dict[Any, Any]] = rows.to_dict("records")
        self.table, self.language, self.words = rows, language, texts(language)

    def say(self, key: str, **values: str) -> str:
        """Return a text on rules with its values."""
        return self.words[f"rules.{key}"].format(**values)

    def cny(self, value: float) -> str:
        """Return an amount of money, a small one in millions."""
        return money_text(value, self.language)

    def signed_cny(self, value: float, known: bool) -> str:
        """Return a change in money; nought where it is not known to be more."""
        return ("+" if round(value, 3) > 0 else "") + self.cny(value) if known else "≈ 0"

    def what(self, row: Mapping[Any, Any]) -> str:
        """Return what a rule asks: its kind and number."""
        if row["rule_id"] == ALL:
            return ""
        kind = named(self.words, "kind", row["kind"])
        if pd.isna(row.get("number")) or row["kind"] in ("large_in_hub_only", "build_pause"):
            return kind
        unit = named(self.words, "unit", row["unit"])
        return f"{kind}{self.words['list.colon']}{number(row['number'])} {unit}"

    def name(self, row: Mapping[Any, Any]) -> str:
        """Return the rule's id, or the words for all rules."""
        return self.say("all") if row["rule_id"] == ALL else str(row["rule_id"])

    def dual(self, row: Mapping[Any, Any]) -> str:
        """Return the rule's dual, or why it has none."""
        word = row.get("dual_word")
        if not isinstance(word, str):
            return DASH
        if word != "unit":
            return self.words[f"rules.dual.{word}"]
        unit = self.words[f"rules.unit.{row['dual_unit']}"]
        return self.say("dual.unit", dual=number(row["dual_m_cny"]), unit=unit)


def cost_table(text: RuleText) -> Table:
    """Return the cost of each rule with the others and alone, and what it changes."""
    rows = [
        [
            text.name(row),
            text.what(row),
            text.signed_cny(row["cost_m_cny"], row["known"]),
            percent(row["cost_share"], 2),
            text.signed_cny(row["alone_cost_m_cny"], row["alone_known"]),
            *[_signed(row[c] * factor) if row["known"] else DASH for c, factor in _EFFECTS.values()],
        ]
        for row in text.rows
    ]
    heads = [text.words["col.rule"], *[text.say(f"col.{key}") for key in ("what", "with_others", "share")]]
    heads += [text.say("col.alone"), *[text.say(f"col.{key}") for key in _EFFECTS]]
    return Table(heads, rows, text_columns=2)


def _signed(value: float) -> str:
    shown = number(round(value, 3))
    return f"+{shown}" if value > 0 and shown.strip("0.") else shown


def part_table(text: RuleText) -> Table:
    """Return what is paid and what is the price of missing, the provinces that change, and the duals."""
    rows = [
        [
            text.name(row),
            (row["known"] and row["gains"]) or DASH,
            (row["known"] and row["losses"]) or DASH,
            text.dual(row),
            text.signed_cny(row["paid_m_cny"], row["known"]),
            text.signed_cny(row["penalty_m_cny"], row["known"]),
        ]
        for row in text.rows
    ]
    keys = ("gains", "losses", "dual", "paid", "penalty")
    return Table([text.words["col.rule"], *[text.say(f"col.{key}") for key in keys]], rows, text_columns=4)


def document_table(text: RuleText) -> Table:
    """Return the document behind each rule: title, number, date, class, years, confidence, remark."""
    rows = [
        [
            text.name(row),
            row["title"],
            row["document_number"] or DASH,
            row["date"] or DASH,
            _class(row, text),
            row["years"],
            text.words[f"level.{row['confidence']}"],
            row["note"],
        ]
        for row in text.rows
        if isinstance(row.get("title"), str)
    ]
    heads = [text.words["col.rule"], text.words["col.document"]]
    heads += [text.say(f"col.{key}") for key in ("number", "date", "class", "held")]
    heads += [text.words["col.confidence"], text.words["col.note"]]
    return Table(heads, rows, text_columns=len(heads))


def _class(row: Mapping[Any, Any], text: RuleText) -> str:
    if row["hard"]:
        return text.say("class.hard")
    return text.say("class.soft", price=number(row["price_m_cny_per_unit"]))


def sentences(text: RuleText, west: tuple[float, float], integers: bool) -> list[str]:
    """Return what the table says, in words.

    Parameters
    ----------
    text : RuleText
        The table.
    west : tuple of float
        West share without any rule and with all.
    integers : bool
        Whether the optima have whole campuses.
    """
    if len(text.rows) < 2:
        return [text.say("none")]
    *single, whole = text.rows
    sums = [sum(row[column] for row in single) for column in ("cost_m_cny", "alone_cost_m_cny")]
    unknown = exactness(max(row["unknown_m_cny"] for row in text.rows), text.language)
    free = [text.name(row) for row in single if not row["known"]]
    lines = [
        text.say(
            "package",
            cost=text.cny(whole["cost_m_cny"]),
            share=percent(whole["cost_share"], 2),
            single=text.cny(sums[0]),
            alone=text.cny(sums[1]),
        ),
        text.say(
            "package_effect",
            carbon=f"{_signed(whole['emissions_mt'])} Mt",
            marginal=f"{_signed(whole['emissions_marginal_mt'])} Mt",
            water=f"{_signed(whole['water_million_m3'])} {text.say('million_m3')}",
            west_before=percent(west[0]),
            west_after=percent(west[1]),
            moved=f"{number(whole['moved_mw'])} MW",
        ),
        *([text.say("free", names=text.words["list.comma"].join(free))] if free else []),
        text.say("lead_baseline"),
        text.say("lead_integers" if integers else "lead_relaxed", unknown=unknown),
    ]
    return lines


def cost_chart(text: RuleText) -> str:
    """Return bars of what each rule costs, with the others in force and alone."""
    drawn = text.table[["cost_m_cny", "alone_cost_m_cny"]].set_axis(
        [text.say("col.with_others"), text.say("col.alone")], axis=1
    )
    drawn.index = pd.Index([text.name(row) for row in text.rows])
    return side_by_side(drawn, text.say("axis"), "rules")


def _sections(text: RuleText) -> list[Section]:
    return [
        Section(
            text.say("section.costs"),
            note=text.say("section.costs_note"),
            figure=cost_chart(text),
            table=cost_table(text),
            last_is_total=True,
        ),
        Section(text.say("section.effects"), table=part_table(text)),
    ]


def report_part(text: RuleText, lines: list[str]) -> Part:
    """Return what stands in the report."""
    return Part(lines, _sections(text) if len(text.rows) > 1 else ())


def page(text: RuleText, name: str, lines: list[str]) -> str:
    """Return the page."""
    sections = [*_sections(text), Section(text.say("section.documents"), table=document_table(text))]
    open_points = [text.say(f"note_{key}") for key in ("soft", "moved", "dual")]
    notes = (text.say("notes"), open_points)
    return plain_page(text.say("title", name=name), lines, notes, sections, text.language)
