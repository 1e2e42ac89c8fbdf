"""What `siting explain` found of a site, as lines and rows for its panel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from maps.style import DASH, number, percent
from maps.texts import Language, named

Told = Mapping[str, Any]


def why_data(
    told: Told, names: Mapping[str, str], language: Language, words: Mapping[str, str]
) -> dict[str, Any]:
    """Return what a panel says of why a site is in a plan or not.

    Parameters
    ----------
    told : Mapping
        As in a run's ``explain/SITE.json``.
    names : Mapping
        site_id -> name in that language.
    language : str
        ``en`` or ``zh``.
    words : Mapping
        The texts of that language.

    Returns
    -------
    dict
        `lines`, and `rows` of what one number alone must become to turn the answer: name, now, needed,
        change.
    """
    lines = list(told["sentences"]) if language == "en" else _lines(told, names, words)
    return {"lines": lines, "rows": [_row(need, words) for need in told.get("needs", [])]}


def _lines(told: Told, names: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    status = str(told["status"])
    if status == "barred":
        return [words["plan.why_barred"], *told["sentences"][1:]]
    cost = number(abs(told["gap_m_cny"] or 0.0))
    share = percent(abs(told["gap_share_of_siting_cost"] or 0.0), 2)
    first = words[f"plan.why_{status}"].format(cost=cost, share=share)
    return [first, *_takers(told, names, words)] if status == "in" else [first]


def _takers(told: Told, names: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    gains = [
        f"{names.get(row['site_id'], row['site_id'])} +{number(row['without_mw'] - row['with_mw'])} MW"
        for row in told.get("sites_with_and_without", [])
        if row["without_mw"] > row["with_mw"]
    ]
    return [words["plan.why_takers"].format(sites=words["list.comma"].join(gains))] if gains else []


def _row(need: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    now, needed = need["now"], need["needed"]
    name = "latency" if need["unit"] == "ms" else str(need["name"])
    change = percent((needed - now) / now) if needed is not None and now else DASH
    shown = words["plan.why_never"] if needed is None else number(needed)
    label = named(words, "plan.lever", name)
    unit = words.get(f"unit.{need['unit']}", str(need["unit"]))
    return [f"{label} [{unit}]" if unit else label, number(now), shown, _signed(change, needed, now)]


def _signed(change: str, needed: float | None, now: float) -> str:
    rises = needed is not None and math.isfinite(now) and needed > now
    return f"+{change}" if rises and change != DASH else change
