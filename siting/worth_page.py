"""What a group of places is worth, shown: sentences, tables for terminal and page, curves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from maps.difference_charts import curves
from maps.names import zone_names
from maps.style import DASH, number, percent
from maps.texts import Language, texts
from optim.equalise import is_shell_equal
from optim.worth import VARIANTS, Group, Limit, Step, extra_m_cny, parts
from siting.pages import Section, plain_page
from siting.planning import Plan
from siting.report_tables import Table
from siting.rule_page import exactness, money_text
from siting.worth_rows import group_share

_NAMED = 3
_LEAST_MW = 0.5
_LEAST_SHARE = 1e-7  # of the cost: below it a limit costs nothing that can be told from nought


@dataclass(frozen=True)
class Found:
    """The curves of a run: what was asked, and what came out."""

    plan: Plan
    group: Group
    limit: Limit
    steps: Sequence[Step]
    rows: pd.DataFrame
    places: pd.DataFrame

    @property
    def year(self) -> int:
        """Return the last year."""
        return int(self.plan.survey.demand["year"].max())


class WorthText:
    """Writes the curves in one language."""

    def __init__(self, found: Found, language: Language) -> None:
        self.found, self.language, self.words = found, language, texts(language)
        side = self.words.get(f"worth.group.{found.group.name}")
        provinces = zone_names(found.plan.survey, language)
        self.group = side or provinces.get(found.group.name, found.group.name)
        self.provinces: Mapping[str, str] = provinces

    def say(self, key: str, **values: str) -> str:
        """Return a text on what a group is worth with its values."""
        return self.words[f"worth.{key}"].format(**values)

    def cny(self, value: float | None) -> str:
        """Return an amount of money, a dash where there is none."""
        return DASH if value is None else money_text(value, self.language)

    def places_that(self, change: pd.Series) -> str:
        """Return provinces with their change of IT power."""
        named = [f"{self.provinces.get(str(p), str(p))} {mw:+,.0f} MW" for p, mw in change.items()]
        return self.words["list.comma"].join(named) or DASH


def distinct(found: Found) -> list[str]:
    """Return the curves that differ: those of an equal shell are left out where it is equal anyway."""
    same = is_shell_equal(found.plan.scenario.optim)
    return [variant for variant in VARIANTS if not (same and variant in ("shell", "both"))]


def sentences(text: WorthText) -> list[str]:
    """Return what the curves say, the strictest limit that every curve reaches first."""
    found = text.found
    shares = [s.share for s in found.steps if s.variant == "as_is" and s.share is not None and s.answer]
    strictest = (max if found.limit.is_floor else min)(shares, default=None)
    lines = [] if strictest is None else list(_strictest(text, strictest))
    return [*lines, *_free(text), *_failures(text), text.say("lead", unknown=_unknown(text))]


def _unknown(text: WorthText) -> str:
    return exactness(float(text.found.rows["unknown_m_cny"].max()), text.language)


def _strictest(text: WorthText, share: float) -> Iterator[str]:
    found = text.found
    cost = {variant: extra_m_cny(found.steps, variant, share) for variant in VARIANTS}
    base = next(s.answer for s in found.steps if s.variant == "as_is" and s.share is None)
    as_is = cost["as_is"]
    assert as_is is not None
    assert base is not None
    years = text.say("years_all") if found.limit.all_years else text.say("years_last", year=str(found.year))
    told = {"group": text.group, "share": percent(share, 0), "years": years, "cost": text.cny(as_is)}
    kind = "cost_floor" if found.limit.is_floor else "cost_cap"
    yield text.say(kind, relative=percent(as_is / base.objective_m_cny, 2), **told)
    yield text.say("others", **{v: text.cny(cost[v]) for v in VARIANTS if v != "as_is"})
    yield from _split(text, share, base.objective_m_cny)
    change = _change(found, share)
    gains, losses = change[change > _LEAST_MW].head(_NAMED), change[change < -_LEAST_MW].tail(_NAMED)[::-1]
    if len(gains):
        places = {"gains": text.places_that(gains), "losses": text.places_that(losses)}
        yield text.say("moves", share=percent(share, 0), **places)


def _split(text: WorthText, share: float, cost_m_cny: float) -> Iterator[str]:
    split = parts(text.found.steps, share)
    if split is None:
        return
    if split.whole <= max(_LEAST_SHARE * cost_m_cny, float(text.found.rows["unknown_m_cny"].max())):
        yield text.say("nothing")
        return
    shares = {name: percent(getattr(split, name) / split.whole, 0) for name in ("tariff", "shell", "rest")}
    yield text.say("split", **shares)
    if len(distinct(text.found)) < len(VARIANTS):
        yield text.say("shell_equal")


def _change(found: Found, share: float) -> pd.Series:
    rows = found.places[(found.places["variant"] == "as_is") & (found.places["limit_share"] == share)]
    return rows.set_index("province")["difference_mw"].sort_values(ascending=False)


def _free(text: WorthText) -> Iterator[str]:
    found = text.found
    answers = {s.variant: s.answer for s in found.steps if s.share is None}
    shares = {v: group_share(a, found.group) for v, a in answers.items() if a}
    told = {"share": percent(shares["as_is"]), "tariff": percent(shares["tariff"])}
    yield text.say("free", group=text.group, year=str(found.year), **told)


def _failures(text: WorthText) -> Iterator[str]:
    for step in text.found.steps:
        if step.variant == "as_is" and step.share is not None and step.answer is None:
            told = {"share": percent(step.share, 0), "year": str(step.infeasible_from)}
            if math.isnan(step.unserved_mw):
                yield text.say("infeasible", **told)
            else:
                yield text.say("unserved", mw=f"{number(step.unserved_mw)} MW", **told)


def step_table(text: WorthText) -> Table:
    """Return every step of every curve that differs from the others."""
    words = text.words
    shown = text.found.rows[text.found.rows["variant"].isin(distinct(text.found))]
    rows = [_step(row, text) for row in shown.to_dict("records")]
    heads = [text.say(f"col.{key}") for key in ("variant", "share", "status", "extra", "relative", "reached")]
    heads += [text.say("col.unserved")]
    heads += [words[f"rules.col.{key}"] for key in ("carbon", "marginal", "water", "purchase")]
    return Table(heads, rows, text_columns=3)


def _step(row: Mapping[Any, Any], text: WorthText) -> list[str]:
    share = text.say("none") if pd.isna(row["limit_share"]) else percent(row["limit_share"], 0)
    variant = text.words[f"worth.variant.{row['variant']}"]
    if row["status"] == "infeasible":
        status = text.say("status.infeasible", year=str(int(row["infeasible_from"])))
        return [variant, share, status, DASH, DASH, DASH, number(row["unserved_mw"]), *[DASH] * 4]
    figures = ("emissions_mt", "emissions_marginal_mt", "water_million_m3", "purchase_twh")
    return [
        variant,
        share,
        text.words[f"worth.status.{row['status']}"] if row["status"] == "optimal" else row["status"],
        text.cny(row["extra_m_cny"]) if row["known"] or pd.isna(row["limit_share"]) else "≈ 0",
        percent(row["extra_share"], 2),
        percent(row["group_share"]),
        number(row["unserved_mw"]),
        *[number(row[name]) for name in figures],
    ]


def place_table(text: WorthText) -> Table:
    """Return IT power by province at each step, as things are; provinces that never change are left out."""
    rows = text.found.places.query("variant == 'as_is'").assign(
        limit_share=lambda t: t["limit_share"].fillna(-1.0)
    )
    table = rows.pivot_table(index="province", columns="limit_share", values="it_mw", fill_value=0.0)
    shares = [-1.0, *[s for s in dict.fromkeys(rows["limit_share"]) if s >= 0]]
    table = table[shares]
    spread = table.max(axis=1) - table.min(axis=1)
    table = table.loc[spread[spread > _LEAST_MW].sort_values(ascending=False).index]
    heads = [text.words["col.province"], text.say("none"), *[percent(s, 0) for s in shares[1:]]]
    cells = [[text.provinces.get(str(p), str(p)), *map(number, row)] for p, row in table.iterrows()]
    return Table(heads, cells)


def _curves(text: WorthText) -> str:
    lines = {}
    rows = text.found.rows[text.found.rows["status"] != "infeasible"]
    rows = rows[rows["variant"].isin(distinct(text.found))]
    for variant, steps in rows.groupby("variant", sort=False):
        places = steps["limit_share"].fillna(steps["group_share"]) * 100
        curve = pd.Series(steps["extra_m_cny"].to_numpy(), index=places.round(3).to_numpy())
        lines[text.words[f"worth.variant.{variant}"]] = curve[~curve.index.duplicated()]
    table = pd.DataFrame(lines).sort_index()
    return curves(table, (text.say("axis.share", group=text.group), text.say("axis.cost")), "worth")


def page(text: WorthText) -> str:
    """Return the page."""
    name = text.found.plan.scenario.title_in(text.language)
    sections = [
        Section(text.say("section.curve"), figure=_curves(text)),
        Section(text.say("section.steps"), table=step_table(text)),
        Section(text.say("section.places"), table=place_table(text)),
    ]
    notes = (text.say("notes"), [text.say(f"note_{key}") for key in ("shapley", "prices", "moved")])
    title = text.say("title", group=text.group, name=name)
    return plain_page(title, sentences(text), notes, sections, text.language)
