"""A comparison as files, and as plain values for JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import siting
from maps.page import Settings
from maps.texts import Language
from siting.comparison.page import map_page, page
from siting.comparison.pair import TABLES, Pair, together
from siting.comparison.words import notes, sentences
from siting.folder import fresh_folder, write_text
from siting.json_text import to_json
from siting.table_files import as_csv

MARKER = "compare.json"
FILES = {"totals": "compare"}


def describe(pairs: list[Pair]) -> dict[str, Any]:
    """Return a comparison as plain values: the sentences, what is not shared, and every table."""
    return {
        "program": "siting-planner",
        "version": siting.__version__,
        "base": pairs[0].base.label,
        "runs": [_described(pair) for pair in pairs],
    }


def _described(pair: Pair) -> dict[str, Any]:
    return {
        "run": pair.run.label,
        "year": pair.shared.year,
        "years": list(pair.shared.years),
        "sentences": sentences(pair, "en"),
        "notes": notes(pair, "en"),
        "gap": {
            "together_m_cny": pair.gaps.together_m_cny,
            "best_plans_differ_least_m_cny": pair.gaps.least_m_cny if pair.gaps.is_judged else None,
            "best_plans_differ_most_m_cny": pair.gaps.most_m_cny if pair.gaps.is_judged else None,
            "within_gap": bool(pair.total("siting_cost_m_cny")["within_gap"]),
        },
        **{name: getattr(pair, name).to_dict("records") for name in TABLES},
        "not_shared": pair.shared.lone.to_dict("records"),
    }


def write_comparison(pairs: list[Pair], out: Path, language: Language, force: bool = False) -> None:
    """Write a comparison into a folder that appears whole or not at all: tables, page, map.

    Raises
    ------
    OutputError
        Something stands at `out`, or it cannot be written.
    """
    with fresh_folder(out, MARKER, force) as part:
        for name in TABLES:
            table = together(pairs, name)
            stem = part / FILES.get(name, name)
            write_text(stem.with_suffix(".csv"), as_csv(table))
            table.to_parquet(stem.with_suffix(".parquet"), index=False, compression="zstd")
        write_text(part / "compare.html", page(pairs, language))
        write_text(part / "map.html", map_page(pairs, Settings(language=language)))
        write_text(part / MARKER, to_json(describe(pairs)))
