"""Names of places and classes in the language of the page."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from maps.texts import Language


def site_names(survey: Survey, language: Language) -> pd.Series:
    """Return the name of each candidate, by `site_id`."""
    return survey.candidates.set_index("site_id")[f"name_{language}"]


def class_names(survey: Survey, language: Language) -> pd.Series:
    """Return the name of each workload class, by `class_id`."""
    return survey.classes.set_index("class_id")[f"name_{language}"]


def zone_names(survey: Survey, language: Language) -> dict[str, str]:
    """Return the name of each province-level unit, by its English name, which stands in where no other is."""
    zones = survey.zones.set_index("zone_id")["name_zh"]
    known = set(survey.candidates["province"]) | set(zones.index)
    return {zone: str(zones.get(zone, zone)) if language == "zh" else zone for zone in known}


def site_provinces(survey: Survey) -> pd.Series:
    """Return the province of each candidate, by `site_id`."""
    return survey.candidates.set_index("site_id")["province"]
