"""Sites that grow or shrink from one plan to another: circles by the change of their IT power."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium
import pandas as pd

from maps.elements import Call, group
from maps.style import LESS, MORE, number, site_radius
from maps.texts import Language

EDGES = {MORE: "#7a3600", LESS: "#00344f"}
_STYLES: dict[str, dict[str, Any]] = {
    "gained": {"color": EDGES[MORE], "weight": 1.2, "fillOpacity": 0.68, "className": "change gained"},
    "grown": {"color": MORE, "weight": 2.0, "fillOpacity": 0.12, "className": "change grown"},
    "lost": {"color": EDGES[LESS], "weight": 1.2, "fillOpacity": 0.68, "className": "change lost"},
    "shrunk": {
        "color": LESS,
        "weight": 2.0,
        "fillOpacity": 0.12,
        "dashArray": "4 3",
        "className": "change shrunk",
    },
}
KINDS = {"more": ("grown", "gained"), "less": ("shrunk", "lost")}
COLOURS = {"more": MORE, "less": LESS}


def draw(
    sites: pd.DataFrame,
    side: str,
    title: str,
    names: tuple[str, str],
    largest_mw: float,
    show: bool,
    wording: tuple[Language, Mapping[str, str]],
) -> folium.FeatureGroup:
    """Return the layer of sites with more, or with less, IT power than in the base.

    Parameters
    ----------
    sites : DataFrame
        One row per site: place, name_en, name_zh, longitude, latitude, base_mw, run_mw, difference_mw,
        change.
    side : str
        ``more`` or ``less``.
    title : str
        Name of the layer.
    names : tuple of str
        Of the base and of the other plan.
    largest_mw : float
        Change for which the largest circle stands.
    show : bool
        Whether the layer is on at first.
    wording : tuple
        Language and its texts.
    """
    layer = group(title, show=show)
    for change in KINDS[side]:
        rows = sites[sites["change"] == change].sort_values("difference_mw", key=abs, ascending=False)
        circles = [_circle(row, COLOURS[side], names, largest_mw, wording) for row in rows.to_dict("records")]
        layer.add_child(Call("circles", [circles, _STYLES[change]]))
    return layer


def _circle(
    row: Mapping[Any, Any],
    colour: str,
    names: tuple[str, str],
    largest_mw: float,
    wording: tuple[Language, Mapping[str, str]],
) -> list[Any]:
    language, words = wording
    change = f"{'+' if row['difference_mw'] > 0 else ''}{number(row['difference_mw'])} MW"
    kind = words[f"compare.change.{row['change']}"]
    sizes = [
        [name, f"{number(row[side])} MW"] for name, side in zip(names, ("base_mw", "run_mw"), strict=True)
    ]
    return [
        round(row["latitude"], 4),
        round(row["longitude"], 4),
        round(max(2.0, site_radius(abs(row["difference_mw"]), largest_mw)), 1),
        colour,
        f"{row[f'name_{language}']}{words['list.colon']}{change}",
        {
            "site": row["place"],
            "title": row[f"name_{language}"],
            "rows": [*sizes, [words["compare.col.change"], f"{change} ({kind})"]],
        },
    ]
