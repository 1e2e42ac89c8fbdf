"""How each layer looks in a GIS: signs by class of a column, sizes by another, names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from geodata.tables import Survey
from maps.names import class_names
from maps.overlays.flows import class_colours
from maps.style import DASH, SITE, UNKNOWN, breaks, number, scale
from maps.texts import Language, texts


@dataclass(frozen=True)
class Sign:
    """A sign of the legend, and of which values of the style's column it is: a range, one value, or none."""

    label: str
    shape: str
    colour: str
    edge: str = "#3d4853"
    size_mm: float = 2.0
    opacity: float = 1.0
    low: float | None = None
    high: float | None = None
    value: str | None = None
    is_last: bool = False


@dataclass(frozen=True)
class Style:
    """The signs of a layer by the values of `column`; sizes grow with `size_column` up to its largest value.

    `area` says that the area grows with it, else the width. `faint_column` is true where a line is faint.
    """

    layer: str
    column: str
    signs: tuple[Sign, ...]
    size_column: str = ""
    size_largest: float = 0.0
    size_mm: tuple[float, float] = (0.0, 0.0)
    label_column: str = ""
    faint_column: str = ""


def site_style(sites: pd.DataFrame, language: Language) -> Style:
    """Return how sites look: campuses by their IT power, halls and same-city load alone as small rings."""
    words = texts(language)
    largest = float(sites["it_mw"].max()) if len(sites) else 0.0
    signs = (
        Sign(
            words["gis.campus"], "circle", SITE, "#7a3600", opacity=0.75, low=1e-6, high=largest, is_last=True
        ),
        Sign(words["gis.load"], "circle", "#ffffff", "#7a3600", low=0.0, high=1e-6),
    )
    return Style("sites", "it_mw", signs, "it_mw", largest, (1.6, 11.0), f"name_{language}")


def candidate_style(candidates: pd.DataFrame, column: str, language: Language) -> Style:
    """Return how candidates look: classes of a column by quantiles, from light to dark."""
    values = candidates[column]
    limits = breaks(values)
    ends = [float(values.min()), *limits, float(values.max())] if values.notna().any() else []
    signs = [
        Sign(f"{number(a)} {DASH} {number(b)}", "circle", colour, low=a, high=b, is_last=b == ends[-1])
        for colour, (a, b) in zip(scale(max(1, len(ends) - 1)), pairwise(ends), strict=False)
    ]
    if values.isna().any():
        signs.append(Sign(texts(language)["legend.unknown"], "circle", UNKNOWN))
    return Style("candidates", column, tuple(signs))


def flow_style(flows: pd.DataFrame, survey: Survey, language: Language) -> Style:
    """Return how flows look: a colour a class, wider for more MW, faint where served from a national pool."""
    known = dict(zip(survey.classes["class_id"], class_colours(survey), strict=True))
    names = class_names(survey, language)
    used = [class_id for class_id in known if class_id in set(flows["class_id"])]
    signs = [Sign(str(names[c]), "line", known[c], size_mm=0.5, opacity=0.55, value=str(c)) for c in used]
    largest = float(flows["it_mw"].max()) if len(flows) else 0.0
    return Style("flows", "class_id", tuple(signs), "it_mw", largest, (0.1, 2.6), faint_column="merged")


def hub_style(language: Language) -> Style:
    """Return how hubs look: diamonds with names; their clusters are squares."""
    words = texts(language)
    signs = (
        Sign(words["layer.hub"], "diamond", "#1d2733", "#ffffff", 4.0, value="hub"),
        Sign(words["layer.cluster"], "square", "#ffffff", "#1d2733", 3.0, opacity=0.6, value="cluster"),
    )
    return Style("hubs", "kind", signs, label_column=f"name_{language}")
