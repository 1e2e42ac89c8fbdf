"""Lists every policy rule, its class, the packs in which it holds and why, for docs/policy.md."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.layers.policy_faults import BINDING
from geodata.layers.policy_packs import read_pack, shipped_packs
from geodata.read import builtin

BEGIN = "<!-- rules: written by python -m geodata.rebuilding.policy_table docs/policy.md -->"
END = "<!-- end of rules -->"
HEAD = "| rule | what it says | class | in force in | reason |\n|---|---|---|---|---|"


def policy_table() -> str:
    """Return a Markdown table of all rows of the built-in table of rules, by rule_id."""
    packs = {name: read_pack(Path(name)).rules for name in shipped_packs()}
    held = {name: {rule for rule, change in rules.items() if change.enabled} for name, rules in packs.items()}
    rows = builtin("policy_rules").sort_values("rule_id")
    return "\n".join([HEAD, *(_line(row, held) for _, row in rows.iterrows())])


def _line(row: pd.Series, held: dict[str, set[str]]) -> str:
    binds = row["kind"] in BINDING
    kind = f"binding: `{row['kind']}`" if binds else row["kind"]
    packs = ", ".join(name for name, rules in held.items() if row["rule_id"] in rules)
    cells = (row["rule_id"], row["says"], kind, packs or ("none" if binds else "-"), row["note"])
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def with_table(text: str) -> str:
    """Return the page with the table between its marks."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{policy_table()}\n\n{END}{rest.split(END)[1]}"


def main(page: Path) -> None:
    """Write the table into a page that holds the marks."""
    page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    import sys

    main(Path(sys.argv[1]))
