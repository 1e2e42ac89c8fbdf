"""The map of a sweep: in what share of its points each place is chosen, and with how much IT power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import folium
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maps import panels, place_tables
from maps.panel_page import Ground, Head, panel_page
from maps.style import DASH, number, scale

_VALUES_MAX = 8
_CLASSES = 5


@dataclass(frozen=True)
class Axis:
    """A key that was swept: its name, and its value at each point."""

    name: str
    values: Sequence[Any]


@dataclass(frozen=True)
class SweepView:
    """The points of a sweep that have a plan.

    `figures` has a row a point and a column a figure, named as it is shown, `shares` those between 0 and 1;
    `power` the columns case, level (province or site), place, it_mw, as `places.csv`; a place is chosen from
    `from_mw` of IT power.
    """

    cases: Sequence[str]
    axes: Sequence[Axis]
    figures: pd.DataFrame
    power: pd.DataFrame
    from_mw: float
    shares: Sequence[str] = ()


def draw_sweep(ground: Ground, head: Head, view: SweepView) -> folium.Map:
    """Return the map of a sweep's points."""
    language = ground.settings.language
    sites, provinces = (_power(view, level) for level in ("site", "province"))
    sites = sites[sites.index.isin(ground.places.sites["site_id"])]
    provinces = provinces[provinces.index.isin(ground.places.sites["province"])]
    rows = {
        "sites": place_tables.site_rows(ground.places, sites.index, language),
        "provinces": place_tables.province_rows(ground.places, provinces.index, language),
    }
    data = {
        "cases": list(view.cases),
        "axes": [_axis(axis) for axis in view.axes],
        "figures": [
            {"label": str(label), "values": _plain(values), "percent": str(label) in view.shares}
            for label, values in view.figures.items()
        ],
        "colours": scale(_CLASSES),
        "from_mw": view.from_mw,
        "levels": [_with_power(rows["sites"], sites), _with_power(rows["provinces"], provinces)],
    }
    return panel_page(ground, head, _legend(ground.words), "sweep", data, sites.index)


def _power(view: SweepView, level: str) -> pd.DataFrame:
    """Return IT power by place (rows) and point (columns) [MW]; the place with most comes first."""
    rows = view.power[(view.power["level"] == level) & view.power["case"].isin(view.cases)]
    table = rows.pivot_table("it_mw", "place", "case", aggfunc="sum", fill_value=0.0)
    table = table.reindex(columns=list(view.cases), fill_value=0.0)
    return table.loc[table.sum(axis=1).sort_values(ascending=False, kind="stable").index]


def _with_power(rows: Sequence[Mapping[str, Any]], power: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with their power as [number of the point, MW], nought left out."""
    return [
        {**row, "mw": [[k, round(mw, 2)] for k, mw in enumerate(values) if mw > 0]}
        for row, values in zip(rows, power.to_numpy().tolist(), strict=True)
    ]


def _axis(axis: Axis) -> dict[str, Any]:
    labels, group = groups(axis.values)
    numbers = [_finite(value) for value in axis.values]
    return {"name": axis.name, "groups": labels, "of": group, "x": numbers}


def _finite(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value)
    return float(value) if is_number else None


def groups(values: Sequence[Any]) -> tuple[list[str], list[int]]:
    """Return labels of the values by which points may be told apart, and the label's number of each point.

    Few values stand for themselves; of many numbers, such as of a sample, each third is a group.
    """
    numbers = [value for value in map(_finite, values) if value is not None]
    if len(numbers) == len(values) and len(set(numbers)) > _VALUES_MAX:
        return _thirds(np.asarray(numbers))
    rising = len(numbers) == len(values)
    known = list(dict.fromkeys(_shown(value) for value in (sorted(values) if rising else values)))
    return known, [known.index(_shown(value)) for value in values]


def _thirds(values: NDArray[np.float64]) -> tuple[list[str], list[int]]:
    ends = np.quantile(values, [0, 1 / 3, 2 / 3, 1]).tolist()
    labels = [f"{number(low)} {DASH} {number(high)}" for low, high in pairwise(ends)]
    return labels, np.searchsorted(ends[1:3], values, side="left").tolist()


def _shown(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return DASH if value is None else str(value)


def _plain(values: pd.Series) -> list[float | None]:
    return [_finite(value) for value in values.astype(float)]


def _legend(words: Mapping[str, str]) -> str:
    ends = [number(100 * k / _CLASSES, 0) for k in range(_CLASSES + 1)]
    rows = [
        panels.legend_row(f'<i class="dot change" style="background:{colour}"></i>', f"{low} {DASH} {high} %")
        for colour, (low, high) in zip(scale(_CLASSES), pairwise(ends), strict=True)
    ]
    heads = [panels.legend_heading(words["map_sweep.shares"]), *reversed(rows)]
    sizes = panels.legend_heading(words["map_sweep.sizes"]) + '<div class="sizes" id="sizes"></div>'
    return "".join(heads) + sizes + panels.place_signs(words)
