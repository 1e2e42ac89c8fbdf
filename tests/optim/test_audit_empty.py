"""The audit of tables without rows: no rule, no upgrade, no load; it must speak, not stop."""

from __future__ import annotations

import dataclasses

from geodata.tables import checked
from optim.audit import audit
from optim.optimise import optimise
from optim.tables import MODELS
from tests import world

HUBS = {"scope": "hubs", "hub_scope": "province"}
RULES = world.rules(
    {"rule_id": "H", "kind": "hub_share", "number": 0.5, "hard": False, "price_m_cny_per_unit": 1, **HUBS},
    {"rule_id": "G", "kind": "green_share", "number": 0.8, **HUBS},
    {"rule_id": "D", "kind": "residency", "class_id": "rt_infer", "number": 0.6},
    {"rule_id": "P", "kind": "pue_cap", "number": 1.1, "large_from_mw": 450},
)
SURVEY = world.survey()
PLAN = optimise(SURVEY, world.settings())
EMPTY = dataclasses.replace(
    PLAN, **{name: checked(getattr(PLAN, name).iloc[:0], model, name) for name, model in MODELS.items()}
)


def test_a_plan_without_rules_upgrades_and_unserved_load_passes():
    assert PLAN.rules.empty
    assert PLAN.upgrades.empty
    assert PLAN.unserved.empty
    assert [c for c in audit(SURVEY, world.settings(), PLAN) if not c["ok"]] == []


def test_tables_without_rows_fail_on_what_they_lack():
    wrong = [c["check"] for c in audit(world.survey(rules=RULES), world.settings(), EMPTY) if not c["ok"]]
    assert wrong == ["served plus unserved is demand [MW]", "siting cost is the sum of its items [M CNY]"]
