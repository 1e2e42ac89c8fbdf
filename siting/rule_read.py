"""What `siting rules` left in a run folder, read back for its report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geodata.tables import TableError
from maps.texts import Language
from siting.pages import Part
from siting.rule_page import RuleText, report_part, sentences

MARKER = "rules.json"


@dataclass(frozen=True, eq=False)
class RuleFigures:
    """A row for each rule and one for all; the west's share without and with them; whole campuses or not."""

    rows: pd.DataFrame
    west: tuple[float, float]
    integers: bool

    def part(self, language: Language) -> Part:
        """Return what stands in the report."""
        text = RuleText(self.rows, language)
        return report_part(text, sentences(text, self.west, self.integers))


def read_rules(run: Path) -> RuleFigures | None:
    """Return the costs of rules in a run folder, or None if there are none.

    Raises
    ------
    TableError
        The file cannot be read, or an older version wrote it.
    """
    path = run / MARKER
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        west = float(told["west_share_without_rules"]), float(told["west_share_with_rules"])
        return RuleFigures(pd.DataFrame(told["rules"]), west, bool(told["integers"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TableError(f"{path}: cannot be used ({error!r}); run `siting rules {run}` again") from None
