"""How a plan is made, in sentences that name its own numbers."""

from __future__ import annotations

from maps import headline
from maps.style import number
from siting.report_tables import Source


def sentences(source: Source) -> list[str]:
    """Return the method: places, decision, time, network, rules, audit."""
    survey, results = source.survey, source.results
    years = headline.years(results)
    days = results.dispatch["day"].nunique()
    rows = [
        ("places", _places(source)),
        ("decision", {"first": str(years[0]), "last": str(years[-1])}),
        ("time", {"days": number(days, 0), "hours": number(24 * days, 0)}),
        *([("year", {"year": str(years[-1])})] if len(results.redispatch) else []),
        ("network", {"links": number(len(survey.links), 0), "classes": number(len(survey.classes), 0)}),
        ("rules", {"rules": number(results.rules["rule_id"].nunique(), 0)}),
        ("audit", {}),
    ]
    return [source.words[f"method.{key}"].format(**values) for key, values in rows]


def _places(source: Source) -> dict[str, str]:
    candidates = source.survey.candidates
    counts = {
        "candidates": len(candidates),
        "provinces": candidates["province"].nunique(),
        "zones": len(source.survey.zones),
    }
    return {name: number(count, 0) for name, count in counts.items()}
