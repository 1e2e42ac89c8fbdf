"""docs/policy.md lists every rule of the facts once, as the built-in table and the packs have it."""

import re
from pathlib import Path

import pandas as pd

from geodata.layers.policy_faults import BINDING, NUMBERLESS
from geodata.rebuilding.policy_table import policy_table, with_table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
FACTS = pd.read_csv(ROOT.parent / "shared" / "facts" / "policy_rules.csv")
ROW = re.compile(r"^\| ([A-Z]+-\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)


def test_the_page_is_what_the_tables_say():
    assert with_table(PAGE) == PAGE, "run python -m geodata.rebuilding.policy_table docs/policy.md"


def test_every_row_of_the_facts_stands_once():
    listed = [row[0] for row in ROW.findall(PAGE)]
    assert listed == sorted(FACTS["rule_id"])
    assert len(listed) == len(set(listed)) == 69


def test_each_row_has_a_class_and_a_reason():
    for rule, says, kind, packs, reason in ROW.findall(PAGE):
        assert says
        assert reason
        assert kind.startswith("binding: `") or kind in ("parameter", "information"), rule
        assert (packs == "-") == (kind in ("parameter", "information")), rule


def test_every_kind_is_explained():
    assert all(f"| `{kind}` |" in PAGE for kind in BINDING)
    assert set(NUMBERLESS) < set(BINDING)


def test_the_table_follows_the_packs():
    row = next(line for line in policy_table().splitlines() if line.startswith("| LAY-02 "))
    assert "| edwc-strict-physical |" in row
