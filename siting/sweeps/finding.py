"""What a sweep found, put together from what was asked and the points that have ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maps.texts import Language
from siting.sweeps.critical import critical_table, filled
from siting.sweeps.page import Found
from siting.sweeps.refine import refined_points
from siting.sweeps.solving import Record
from siting.sweeps.summary import summary_table
from siting.values import as_text


def found_of(about: Mapping[str, Any], records: Mapping[str, Record], language: Language) -> Found:
    """Return all that is known of a sweep, those points too that bisection has added.

    Parameters
    ----------
    about : dict
        What `sweep.json` says. Values that are lists or mappings are found as text, as tables need it.
    records : dict
        case -> what is known of the points that have ended; those of no point are left out.
    language : {"en", "zh"}
        Of the page.
    """
    points = {case: _in_text(point) for case, point in (about["points"] | refined_points(records)).items()}
    about = {**about, "points": points, "base": _in_text(about["base"])}
    records = {case: each for case, each in records.items() if case in points}
    critical = critical_table(filled(points, about["base"]), records, about["chosen_from_mw"])
    return Found(about, records, summary_table(points, records), critical, language)


def _in_text(point: Mapping[str, Any]) -> dict[str, Any]:
    return {key: as_text(value) for key, value in point.items()}
