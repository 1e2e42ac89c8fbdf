"""Whom the sites serve: demand zones, and the colours of workload classes."""

from __future__ import annotations

from collections.abc import Mapping

import folium

from geodata.tables import Survey
from maps import names
from maps.elements import Call, group
from maps.style import CLASSES, number
from maps.texts import Language

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


def class_colours(survey: Survey) -> list[str]:
    """Return a colour for each workload class in the order of its table."""
    return [CLASSES[place % len(CLASSES)] for place in range(len(survey.classes))]
