"""The page of a study of futures."""

from __future__ import annotations

import math

import pandas as pd

from maps.charts import bars
from optim.futures.worth import TWO_STAGE
from siting.futures.run import MOST_SHARE, Found, places
from siting.pages import Section, plain_page
from siting.report_tables import Table

_DRAWN, _LISTED = 20, 40
_NONE = "no plan"
_LITTLE = 0.01


def page(found: Found, title: str, note: str) -> str:
    """Return the page: what knowing is worth, plans, futures, places."""
    notes = [note] if note else []
    if found.kept:
        notes.append(f"No mean of {', '.join(found.kept)}: as in the scenario in the mean of futures.")
    notes.append("Places stand from 1 MW of new IT power on. Shares are of probability.")
    lead = [sentence(found), _how(found)]
    sections = [_values(found), _plans(found), _costs(found), _provinces(found), _sites(found), _asked(found)]
    return plain_page(title or "Futures", lead, ("What this rests on", notes), sections, "en")


def sentence(found: Found) -> str:
    """Return the answer in a sentence."""
    values, year = found.study.values, found.settings.decision_year
    robust = places(found, "province").query("stands_in_most")["province"].to_list()
    vss = values.get("vss_m_cny", math.nan)
    gain = f"saves {_m(vss)} M CNY" if math.isfinite(vss) else "is the only one of the two that has a plan"
    return (
        f"Build the same until {year}, adapt after: expected cost {_m(values['rp_m_cny'])} M CNY. Against a "
        f"plan for the mean of the futures that {gain}; knowing the future would save "
        f"{_m(values['evpi_m_cny'])} M CNY more. In {MOST_SHARE:.0%} of the futures stand: "
        f"{', '.join(robust) or 'no province'}.{_doubt(found)}"
    )


def _doubt(found: Found) -> str:
    """Return what the gap that is left means for what planning and knowing save, if it is not little."""
    gap, knowing = (found.study.values[key] for key in ("gap_m_cny", "evpi_m_cny"))
    if found.settings.aim.kind != "expected" or gap <= _LITTLE * knowing:
        return ""
    return (
        f" The best such plan may be up to {_m(gap)} M CNY cheaper than the one found: planning for several "
        "futures may save so much more, knowing so much less."
    )


def _how(found: Found) -> str:
    chosen, aim = found.study.chosen, found.settings.aim
    what = {"expected": "expected cost", "regret": "largest regret"}.get(
        aim.kind, f"{1 - aim.weight:.0%} expected cost, {aim.weight:.0%} CVaR at {aim.alpha:.0%}"
    )
    whole = "whole campuses" if found.settings.integers else "the relaxation: parts of campuses"
    gap = chosen.aim_m_cny - chosen.bound_m_cny
    return (
        f"Kept low: {what}. Solved as {chosen.method} ({whole}): {_m(chosen.aim_m_cny)} M CNY, at most "
        f"{_m(max(gap, 0.0))} above the best."
    )


def _m(value: float) -> str:
    return _NONE if not math.isfinite(value) else f"{value:,.1f}" if abs(value) < 1e4 else f"{value:,.0f}"


def _values(found: Found) -> Section:
    words = {
        "ws_m_cny": ("WS", "each future planned as if it had been known"),
        "rp_m_cny": ("RP", "the two-stage plan"),
        "eev_m_cny": ("EEV", "the plan for the mean of the futures, kept until the decision year"),
        "vss_m_cny": ("VSS = EEV - RP", "what planning for several futures saves"),
        "evpi_m_cny": ("EVPI = RP - WS", "what knowing the future would save"),
    }
    rows = [(*text, _m(found.study.values[key])) for key, text in words.items() if key in found.study.values]
    heads = ("", "expected cost of", "M CNY")
    return Section("What it is worth to plan for several futures", table=Table(heads, rows, 2))


def _plans(found: Found) -> Section:
    table = found.study.plans
    columns = ["expected_m_cny", "cvar_m_cny", "regret_max_m_cny", "penalty_expected_m_cny"]
    rows = [(str(row["plan"]), *(_m(row[c]) for c in columns)) for row in table.to_dict("records")]
    tail = f"CVaR {found.settings.aim.alpha:.0%}"
    heads = ("plan until the decision year", "expected", tail, "largest regret", "of it penalties")
    note = "M CNY, discounted. A plan that some future cannot go on from has no expected cost."
    return Section("Plans", note=note, table=Table(heads, rows))


def _costs(found: Found) -> Section:
    mine = found.study.costs[found.study.costs["plan"] == TWO_STAGE].set_index("future")
    drawn = mine["regret_m_cny"].to_frame("regret").clip(lower=0.0).head(_LISTED)
    rows = [
        (str(name), f"{row['probability']:.1%}", _m(row["cost_m_cny"]), _m(row["regret_m_cny"]))
        for name, row in mine.head(_LISTED).iterrows()
    ]
    return Section(
        "Cost of the two-stage plan in each future",
        note="Regret: what it costs more than if the future had been known.",
        figure=bars(drawn, "regret [M CNY]", "regret", legend=False),
        table=Table(("future", "probability", "cost [M CNY]", "regret [M CNY]"), rows),
    )


def _provinces(found: Found) -> Section:
    table = places(found, "province")
    drawn = table.set_index("province").sort_values("end_mean_mw", ascending=False).head(_DRAWN)
    parts = pd.DataFrame(
        {
            f"by {found.settings.decision_year}, in all futures": drawn["first_mw"],
            "later, in the least of them": (drawn["end_least_mw"] - drawn["first_mw"]).clip(lower=0.0),
            "later, in the most": drawn["end_most_mw"] - drawn["end_least_mw"],
        }
    )
    return Section(
        "Provinces",
        figure=bars(parts, "new IT power [MW]", "provinces") if len(parts) else "",
        table=_place_table(table, ["province"]),
    )


def _sites(found: Found) -> Section:
    table = places(found, "site_id")
    many = f"The first {_LISTED} of {len(table)}; all in sites.csv." if len(table) > _LISTED else ""
    return Section("Sites", note=many, table=_place_table(table.head(_LISTED), ["name_en", "province"]))


def _place_table(table: pd.DataFrame, names: list[str]) -> Table:
    columns = ["first_mw", "end_least_mw", "end_mean_mw", "end_most_mw"]
    rows = [
        (*(str(row[n]) for n in names), f"{row['end_share']:.0%}", *(f"{row[c]:,.0f}" for c in columns))
        for row in table.to_dict("records")
    ]
    words = {"name_en": "site", "province": "province"}
    heads = (*(words[n] for n in names), "stands in", "first stage", "end, least", "mean", "most")
    return Table(heads, rows, len(names))


def _asked(found: Found) -> Section:
    table = found.futures.head(_LISTED)
    keys = [c for c in table.columns if c not in ("future", "probability", "note")]
    rows = [
        (
            str(row["future"]),
            "; ".join(f"{key} = {_plain(row[key])}" for key in keys if str(row[key]) != ""),
            str(row["note"]),
            f"{row['probability']:.1%}",
        )
        for row in table.to_dict("records")
    ]
    return Section("Futures", table=Table(("future", "changes", "source", "probability"), rows, 3))


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
