"""Where sites and hubs are, for pages that are drawn from a folder without a survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geodata.tables import Survey
from maps import names
from maps.texts import Language

SITES = (
    "site_id",
    "name_en",
    "name_zh",
    "pinyin",
    "province",
    "province_zh",
    "side",
    "longitude",
    "latitude",
)


@dataclass(frozen=True)
class Places:
    """Sites (one row each, columns `SITES`) and hubs, clusters and campuses (as the survey's `places`)."""

    sites: pd.DataFrame
    hubs: pd.DataFrame

    def province_names(self, language: Language) -> dict[str, str]:
        """Return the name of each province, by its English name."""
        shown = self.sites["province_zh" if language == "zh" else "province"]
        return dict(zip(self.sites["province"], shown, strict=True))


def places_of(*surveys: Survey) -> Places:
    """Return the places of one or more surveys; of a site that several know, the first says where it is."""
    found = [_sites(survey) for survey in surveys]
    sites = pd.concat(found).drop_duplicates("site_id").reset_index(drop=True)
    return Places(sites, surveys[0].places)


def _sites(survey: Survey) -> pd.DataFrame:
    shown = names.zone_names(survey, "zh")
    table = survey.candidates.assign(province_zh=survey.candidates["province"].map(shown))
    return table[list(SITES)]


def site_rows(places: Places, wanted: pd.Index, language: Language) -> list[dict[str, object]]:
    """Return what a page's script knows of each wanted site: id, name, what else, where."""
    provinces = places.province_names(language)
    first, other = ("name_zh", "name_en") if language == "zh" else ("name_en", "name_zh")
    table = places.sites.set_index("site_id").loc[wanted]
    return [
        {
            "key": site,
            "name": row[first],
            "also": " · ".join(part for part in (row[other], provinces[row["province"]]) if part),
            "at": [round(row["latitude"], 4), round(row["longitude"], 4)],
        }
        for site, row in table.iterrows()
    ]


def province_rows(places: Places, wanted: pd.Index, language: Language) -> list[dict[str, object]]:
    """Return the same of provinces; each lies in the middle of its sites."""
    middle = places.sites.groupby("province")[["latitude", "longitude"]].mean().round(4)
    shown = places.province_names(language)
    return [
        {
            "key": f"province {province}",
            "name": shown.get(str(province), str(province)),
            "also": "",
            "at": middle.loc[province].tolist(),
        }
        for province in wanted
    ]


def search_entries(
    places: Places, wanted: pd.Index, language: Language, words: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return what the search box knows of wanted sites and of hubs."""
    provinces, first = places.province_names(language), f"name_{language}"
    sites = places.sites[places.sites["site_id"].isin(wanted)]
    rows = [
        (row["site_id"], [row[first], row["name_zh"], row["pinyin"], row["name_en"]], row, row["province"])
        for row in sites.to_dict("records")
    ]
    rows += [
        (f"place {row['place_id']}", [row[first], row["name_zh"], row["name_en"]], row, None)
        for row in places.hubs.to_dict("records")
    ]
    return [
        {
            "key": key,
            "names": [str(name) for name in named],
            "also": words[f"kind_of_place.{row['kind']}"] if province is None else provinces[province],
            "latitude": row["latitude"],
            "longitude": row["longitude"],
        }
        for key, named, row, province in rows
    ]
