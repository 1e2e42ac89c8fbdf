"""Why a site is in a run's plan or not: sentences, a table, a figure, and JSON in the run folder."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from maps.charts import bars
from optim.conflict.words import as_figures, change_text, member_text
from optim.why.question import Need, Reasons, reasons
from siting.find_site import find_site
from siting.folder import OutputError, write_text
from siting.json_text import to_json
from siting.planning import Plan

FOLDER = "explain"
_LITTLE_MW = 0.5
HEADS = ("number", "now", "needed", "change", "unit")
Say = Callable[[str], None]
Told = dict[str, Any]


def explained(plan: Plan, text: str, say: Say = lambda line: None) -> Told:
    """Return why a site is in a plan or not, as plain figures and sentences.

    Parameters
    ----------
    plan : Plan
        A run.
    text : str
        site_id, or name in English, Chinese or pinyin.
    say : callable
        Takes one line a step.
    """
    site = find_site(plan.survey.candidates, text)
    found = reasons(plan.survey, plan.scenario.optim, site, say)
    row = plan.survey.candidates.set_index("site_id").loc[site]
    told = {
        "site_id": site,
        "name_en": row["name_en"],
        "name_zh": row["name_zh"],
        "province": row["province"],
        "year": int(max(plan.survey.demand["year"])),
        "it_mw": _it_mw(plan, site),
    } | _figures(found)
    return told | {"sentences": sentences(plan, told, found)}


def _it_mw(plan: Plan, site: str) -> float:
    """Return the IT power of the site's campus in the last year of the plan [MW]."""
    build = plan.results.build
    mine = build[(build["site_id"] == site) & (build["year"] == build["year"].max())]
    return float(mine["it_mw"].sum())


def _figures(found: Reasons) -> Told:
    if found.bars is not None:
        return {"status": "barred", "bars": as_figures(found.bars)}
    takers = [] if found.takers is None else found.takers.to_dict("records")
    return {
        "status": "tie" if found.is_tie else "in" if found.is_in else "out",
        "gap_m_cny": found.gap_m_cny,
        "gap_share_of_siting_cost": found.gap_share,
        "gap_cny_per_kw_year": found.gap_cny_per_kw_year,
        "unknown_m_cny": found.unknown_m_cny,
        "penalty_m_cny": found.penalty_m_cny,
        "unserved_mw": found.unserved_mw,
        "cost_with_campus_m_cny": found.cost_in,
        "cost_without_m_cny": found.cost_out,
        "cost_free_m_cny": found.cost_free,
        "needs": [_need(need) for need in found.needs],
        "sites_with_and_without": takers,
        "solves": found.solves,
    }


def _need(need: Need) -> Told:
    lever, needed = need.lever, need.needed
    change = None if needed is None else needed - lever.value
    names = {"name": lever.name, "what": lever.what, "unit": lever.unit}
    figures = {"now": lever.value, "needed": needed, "change": change, "change_share": need.change_share}
    return names | figures | {"jumps": need.jumps, "asked_up_to": lever.worst}


def sentences(plan: Plan, told: Told, found: Reasons) -> list[str]:
    """Return what was found, a sentence each.

    Parameters
    ----------
    plan : Plan
        The run.
    told : dict
        Name and IT power of the site.
    found : Reasons
        What was solved.
    """
    name, year = f"{told['name_en']} ({told['province']})", told["year"]
    held = f"holds {told['it_mw']:,.0f} MW of IT" if told["it_mw"] > 0 else "has no campus"
    first = f"{name} {held} in the plan in {year}."
    if found.bars is not None:
        return [first, *_barred(plan, found)]
    least = plan.scenario.optim.campus.campus_min_mw
    if found.is_tie:
        return [first, _tie(found, least)]
    return [
        first,
        *(_stays(told, found) if found.is_in else _stays_out(told, found, least)),
        *_doubts(plan, told, found),
    ]


def _tie(found: Reasons, least_mw: float) -> str:
    return (
        f"A campus of {least_mw:g} MW there costs as much as none: {found.gap_m_cny:+,.3g} M CNY discounted, "
        f"of which the solves leave {found.unknown_m_cny:,.2g} unsure. Either will do."
    )


def _barred(plan: Plan, found: Reasons) -> list[str]:
    least = plan.scenario.optim.campus.campus_min_mw
    assert found.bars is not None
    members = found.bars.members
    documents = plan.survey.rules.set_index("rule_id")["document"]
    named = [
        member_text(m.limit) + (f" ({documents[m.limit.name]})" if m.limit.name in documents.index else "")
        for m in members
    ]
    ways = [change_text(m.change) for m in members if m.change]
    open_ways = f" It could with: {'; or '.join(ways)}." if ways else ""
    return [f"No campus of {least:g} MW or more can stand there: {'; and '.join(named)}.{open_ways}"]


def _stays_out(told: Told, found: Reasons, least_mw: float) -> list[str]:
    lines = [
        f"A campus of {least_mw:g} MW there or more in {told['year']} would cost {_number(found.gap_m_cny)} "
        f"M CNY more than none, discounted: {_percent(found.gap_share)} of the siting cost, or "
        f"{_number(found.gap_cny_per_kw_year)} CNY for each kW of its IT and year."
    ]
    able = [need for need in found.needs if need.needed is not None and need.lever.name != "subsidy"]
    if able:
        lines.append(f"The smallest single change that brings it in: {_change(able[0])}.")
    subsidy = [need for need in found.needs if need.lever.name == "subsidy" and need.needed is not None]
    how = "So would" if able else "Only what pays for it would bring it in:"
    lines += [f"{how} a subsidy of {_number(need.needed)} {need.lever.unit}." for need in subsidy]
    never = [need.lever.what for need in found.needs if need.needed is None]
    return [*lines, *([f"No value of these brings it in: {', '.join(never)}."] if never else [])]


def _stays(told: Told, found: Reasons) -> list[str]:
    takers = pd.DataFrame() if found.takers is None else found.takers
    gains = [
        f"{row['site_id']} ({row['province']}) {row['without_mw'] - row['with_mw']:+,.0f} MW"
        for row in takers.to_dict("records")
        if row["without_mw"] > row["with_mw"]
    ]
    lines = [
        f"Without a campus there the plan would cost {_number(-found.gap_m_cny)} M CNY more, discounted: "
        f"{_percent(-found.gap_share)} of the siting cost, or {_number(-found.gap_cny_per_kw_year)} CNY for "
        f"each kW of its IT and year{'; its load would go to ' + ', '.join(gains) if gains else ''}."
    ]
    if found.unserved_mw > _LITTLE_MW:
        lines.append(
            f"Of this {_number(found.penalty_m_cny)} M CNY are the weight of load that would stay unserved, "
            f"{found.unserved_mw:,.0f} MW in {told['year']}."
        )
    able = [need for need in found.needs if need.needed is not None and need.lever.name != "subsidy"]
    if able:
        lines.append(f"It would fall out first if {_change(able[0])}.")
    charge = [need for need in found.needs if need.lever.name == "subsidy" and need.needed is not None]
    how = "So it would with" if able else "It would fall out with"
    return [
        *lines,
        *(f"{how} a charge of {_number(-need.needed)} {need.lever.unit}." for need in charge if need.needed),
    ]


def _doubts(plan: Plan, told: Told, found: Reasons) -> list[str]:
    """Return what to say where plan and relaxation differ."""
    if found.is_in == (told["it_mw"] > 0):
        return []
    gap = plan.results.solution.gap_m_cny
    return [
        "The plan has it otherwise: it has whole campuses, and may cost up to its gap more than the best one "
        f"({_number(gap)} M CNY). Figures here are of linear relaxations, whose differences are exact."
    ]


def _change(need: Need) -> str:
    lever = need.lever
    assert need.needed is not None
    unit = f" {lever.unit}" if lever.unit else ""
    change = need.needed / lever.value - 1.0
    bar = ", where a rule or limit takes hold" if need.jumps else ""
    return f"{lever.what} {_number(lever.value)} -> {_number(need.needed)}{unit} ({change:+.1%}{bar})"


def _percent(share: float) -> str:
    return f"{share:.2g}" if math.isnan(share) else f"{_number(100 * share, 2)} %"


def _number(value: float | None, digits: int = 4) -> str:
    """Return a number to some digits, written out: 19,590 and not 1.959e+04."""
    assert value is not None
    return f"{float(f'{value:.{digits}g}'):,.12g}"


_NO_VALUE = {"out": "no value", "in": "not even 10 times"}


def rows(told: Told) -> list[list[str]]:
    """Return the table of what would turn the answer, as text."""
    return [
        [
            need["what"],
            _number(need["now"]),
            _NO_VALUE[told["status"]] if need["needed"] is None else _number(need["needed"]),
            f"{need['change'] / need['now']:+.1%}" if need["needed"] is not None and need["now"] else "",
            need["unit"],
        ]
        for need in told.get("needs", [])
    ]


def figure(told: Told) -> str:
    """Return a bar chart of the changes that turn the answer [%]; empty where there are none."""
    changes = {
        need["what"]: 100 * abs(need["change"] / need["now"])
        for need in told.get("needs", [])
        if need["needed"] is not None and need["now"]
    }
    if not changes:
        return ""
    table = pd.DataFrame({"change": changes})
    return bars(
        table, "change of one number alone that turns the answer [%]", f"why-{told['site_id']}", legend=False
    )


def write_explanation(run: Path, told: Told) -> Path:
    """Write explain/SITE.json into a run folder, and SITE.svg beside it; return the path of the first."""
    folder = run / FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror or error})") from error
    path = folder / f"{told['site_id']}.json"
    write_text(path, to_json(told))
    if drawn := figure(told):
        write_text(path.with_suffix(".svg"), drawn)
    return path
