"""How things look: colours, classes of a scale, numbers, units, and text made safe for a page."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from maps.texts import Language

SCALE = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
UNKNOWN = "#b8b8b8"
DASH = "\u2013"
SITE = "#d55e00"
MORE, LESS = "#d55e00", "#0072b2"
CLASSES = ("#0072b2", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#4d4d4d", "#882255", "#44aa99")
YEARS = ("#c7d9e5", "#8fb8d0", "#5795b8", "#2a6f97", "#12466b", "#08263f", "#5c4d7d", "#9a6fb0")
AREAS = ("#8fb8d0", "#e6b84a", "#6aa583", "#cc79a7")
LINES = (("#1d2733", "-"), ("#7a3600", (0, (4, 2))), ("#4a5663", (0, (1, 1.5))))
SITE_RADIUS_MAX = 16.0

_BIG: dict[str, dict[Language, float]] = {
    "mw": {"en": 1e3, "zh": 1e3},
    "m_cny": {"en": 1e3, "zh": 1e2},
    "mwh": {"en": 1e6, "zh": 1e5},
    "tco2": {"en": 1e6, "zh": 1e4},
    "m3": {"en": 1e6, "zh": 1e4},
}
_UNITS = (
    "m_cny_per_mw",
    "cny_per_mwh",
    "cny_per_mw_month",
    "tco2_per_mwh",
    "cny_per_m2",
    "cny_per_m3",
    "cny_per_year",
    "mwh",
    "mw",
    "km",
    "ms",
    "m",
    "c",
    "share",
)


def html_text(value: object) -> str:
    """Return a value as text that neither HTML nor a page template can read as anything else."""
    return html.escape(str(value)).replace("{", "&#123;").replace("}", "&#125;")


def script_json(value: Any) -> str:
    """Return a value as JSON that is safe in a script element and in a page template.

    ``<``, ``>`` and ``&`` occur in JSON only within strings, so they are replaced everywhere; braces within
    strings are replaced string by string, since Folium renders its own output a second time as a template.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = re.sub(r'"(?:[^"\\]|\\.)*"', _without_braces, text)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _without_braces(match: re.Match[str]) -> str:
    return match[0].replace("{", "\\u007b").replace("}", "\\u007d")


def number(value: float | None, digits: int | None = None) -> str:
    """Return a number with thousands commas; about three figures unless `digits` says; a dash if missing."""
    if value is None or not math.isfinite(value):
        return DASH
    if digits is None:
        digits = (
            0 if abs(value) >= 100 or value == 0 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
        )
    shown = f"{value:,.{digits}f}"
    return shown.lstrip("-") if float(shown.replace(",", "")) == 0 else shown


def percent(share: float, digits: int = 1) -> str:
    """Return a share (0 to 1) as a percentage."""
    return f"{number(100 * share, digits)} %"


def big(value: float, unit: str, language: Language, words: Mapping[str, str]) -> str:
    """Return a national amount in the unit that the language reads: GW, bn CNY, TWh, Mt, or 亿元, 万吨.

    Parameters
    ----------
    value : float
        Amount in `unit`.
    unit : str
        ``mw``, ``m_cny``, ``mwh``, ``tco2`` or ``m3``.
    language : str
        ``en`` or ``zh``.
    words : Mapping
        The texts of that language.
    """
    return f"{number(value / _BIG[unit][language])} {words[f'big.{unit}']}"


def unit_of(column: str, words: Mapping[str, str]) -> str:
    """Return the unit that a column's name ends with, or nothing for a bare figure such as `pue`."""
    found = next((unit for unit in _UNITS if column.endswith(f"_{unit}")), "")
    return words[f"unit.{found}"] if found else ""


def breaks(values: pd.Series, count: int = len(SCALE)) -> list[float]:
    """Return the inner limits of quantile classes: fewer where values repeat, none if all are equal."""
    known = values.dropna().to_numpy(dtype=float)
    if known.size == 0:
        return []
    inner = np.quantile(known, np.linspace(0, 1, count + 1)[1:-1])
    return sorted({float(b) for b in inner if known.min() < b})


def class_of(value: float, limits: list[float]) -> int:
    """Return the class of a value: the number of limits that it reaches."""
    return sum(value >= limit for limit in limits)


def scale(count: int) -> list[str]:
    """Return `count` colours spread over the scale from light to dark, told apart by the colour-blind too."""
    if count == 1:
        return [SCALE[2]]
    return [SCALE[round(i * (len(SCALE) - 1) / (count - 1))] for i in range(count)]


def site_radius(it_mw: float, largest_mw: float) -> float:
    """Return the radius [px] of a circle whose area is proportional to the IT power."""
    return SITE_RADIUS_MAX * math.sqrt(it_mw / largest_mw) if largest_mw > 0 else 0.0


def nice_sizes(largest_mw: float) -> list[float]:
    """Return up to three round sizes [MW] for the legend, largest first and none above `largest_mw`."""
    if largest_mw <= 0:
        return []
    largest_mw *= 1 + 1e-9  # a size of 100 MW may come out of a solver as 99.99999999999999
    power = 10 ** math.floor(math.log10(largest_mw))
    top = next(step * power for step in (5, 2, 1) if step * power <= largest_mw)
    return [top, top / 5, top / 20]
