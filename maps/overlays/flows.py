"""Who is served from where: demand zones, and one layer of lines per workload class."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import folium
import pandas as pd

from geodata.tables import Survey
from maps import names
from maps.elements import Call, group
from maps.style import CLASSES, number
from maps.texts import Language
from optim.tables import Results

_ZONE = "zone"


def zones(
    survey: Survey, year: int | None, language: Language, words: Mapping[str, str]
) -> folium.FeatureGroup:
    """Return the layer of demand zones with their names; the pop-up shows the need of the year by class."""
    provinces, classes = names.zone_names(survey, language), names.class_names(survey, language)
    shown_year = int(survey.demand["year"].max()) if year is None else year
    need = survey.demand.query("year == @shown_year")
    rows = [
        [
            zone["latitude"],
            zone["longitude"],
            provinces[zone["zone_id"]],
            provinces[zone["zone_id"]],
            {
                "key": f"zone {zone['zone_id']}",
                "title": provinces[zone["zone_id"]],
                "also": words["popup.need"].format(year=shown_year),
                "rows": [
                    [classes[row["class_id"]], f"{number(row['it_mw'])} MW"]
                    for row in need[need["zone_id"] == zone["zone_id"]].to_dict("records")
                ],
            },
        ]
        for zone in survey.zones.to_dict("records")
    ]
    layer = group(words["layer.zones"])
    layer.add_child(Call("icons", [rows, _ZONE]))
    return layer


def drawn(results: Results, year: int, class_id: str, floor_mw: float) -> pd.DataFrame:
    """Return the flows of a class and year that are large enough to be drawn."""
    flows = results.flows
    return flows[(flows["year"] == year) & (flows["class_id"] == class_id) & (flows["it_mw"] >= floor_mw)]


def lines(
    survey: Survey, results: Results, year: int, floor_mw: float, language: Language, words: Mapping[str, str]
) -> list[folium.FeatureGroup]:
    """Return one layer per class that has flows: lines from sites to the zones they serve, wider for more MW.

    Classes served from a national pool start hidden: their split over zones is by demand, not by choice.
    """
    layers = []
    for colour, (class_id, name) in zip(
        class_colours(survey), names.class_names(survey, language).items(), strict=True
    ):
        flows = drawn(results, year, str(class_id), floor_mw)
        if len(flows):
            layer = group(
                f"{words['layer.flows']}{words['list.colon']}{name}", show=not flows["merged"].all()
            )
            style = {"color": colour, "opacity": 0.4, "className": "flow"}
            layer.add_child(Call("lines", [_rows(survey, flows, str(class_id), language, words), style]))
            layers.append(layer)
    return layers


def class_colours(survey: Survey) -> list[str]:
    """Return a colour for each workload class in the order of its table."""
    return [CLASSES[place % len(CLASSES)] for place in range(len(survey.classes))]


def legend_rows(
    survey: Survey, results: Results, year: int, floor_mw: float, language: Language, words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return colour and wording of each class: how many flows are drawn, and their share of its load."""
    rows = []
    for colour, (class_id, name) in zip(
        class_colours(survey), names.class_names(survey, language).items(), strict=True
    ):
        every = drawn(results, year, str(class_id), 0.0).query("it_mw > 0")
        some = drawn(results, year, str(class_id), floor_mw)
        if len(every):
            share = some["it_mw"].sum() / every["it_mw"].sum()
            counts = {"some": len(some), "all": len(every), "share": number(100 * share, 0)}
            rows.append((colour, words["legend.flow"].format(name=name, **counts)))
    return rows


def _rows(
    survey: Survey, flows: pd.DataFrame, class_id: str, language: Language, words: Mapping[str, str]
) -> list[list[Any]]:
    places = survey.candidates[["site_id", "latitude", "longitude", f"name_{language}"]]
    ends = survey.zones[["zone_id", "latitude", "longitude"]]
    table = flows.merge(places, on="site_id").merge(ends, on="zone_id", suffixes=("", "_to"))
    table = table.merge(survey.links.drop(columns="rtt_ms"), on=["site_id", "zone_id"], how="left")
    provinces = names.zone_names(survey, language)
    title = names.class_names(survey, language)[class_id]
    return [
        [
            round(row["latitude"], 3),
            round(row["longitude"], 3),
            round(row["latitude_to"], 3),
            round(row["longitude_to"], 3),
            round(min(7.0, 0.8 + math.sqrt(row["it_mw"]) / 8), 1),
            [
                f"{row[f'name_{language}']} → {provinces[row['zone_id']]}",
                f"{title}{words['list.colon']}{number(row['it_mw'])} MW",
                *_round_trip(row, words),
            ],
        ]
        for row in table.sort_values("it_mw", ascending=False).to_dict("records")
    ]


def _round_trip(row: Mapping[Any, Any], words: Mapping[str, str]) -> list[str]:
    texts = [words["flow.rtt"].format(rtt=number(row["rtt_ms"], 1))]
    if pd.notna(row["one_way_ms"]):
        texts = [
            words["flow.both"].format(
                one_way=number(row["one_way_ms"], 1),
                rtt=number(row["rtt_ms"], 1),
                low=number(row["rtt_low_ms"], 1),
                high=number(row["rtt_high_ms"], 1),
                how=words["flow.measured" if row["measured"] else "flow.modelled"],
            )
        ]
    texts += [words["flow.undecided"]] if row["undecided"] else []
    return texts + ([words["flow.merged"]] if row["merged"] else [])
