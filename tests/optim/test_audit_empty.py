"""The audit of tables without rows: no rule, no upgrade, no load; it must speak, not stop."""

from __future__ import annotations

import dataclasses

from geodata.tables import checked
from optim.audit import audit
from optim.optimise import optimise
from optim.tables import MODELS
from tests import rich_world, world

SURVEY = world.survey()
PLAN = optimise(SURVEY, world.settings())
EMPTY = dataclasses.replace(
    PLAN, **{name: checked(getattr(PLAN, name).iloc[:0], model, name) for name, model in MODELS.items()}
)


def failed(survey, settings, plan):
    return [c["check"] for c in audit(survey, settings, plan) if not c["ok"]]


def test_a_plan_without_rules_upgrades_and_unserved_load_passes():
    assert PLAN.rules.empty
    assert PLAN.upgrades.empty
    assert PLAN.unserved.empty
    assert failed(SURVEY, world.settings(), PLAN) == []


def test_tables_without_rows_fail_on_what_they_lack():
    wrong = failed(SURVEY, world.settings(), EMPTY)
    assert wrong == [
        "served plus unserved is demand [MW]",
        "siting cost is the sum of its items [M CNY]",
        "headroom of every province and year is shown",
    ]


def test_tables_without_rows_fail_on_what_the_rich_world_asks_for():
    names = " ".join(failed(rich_world.survey(), rich_world.settings(), EMPTY))
    for lost in (
        "served plus unserved",
        "same-city load stands",
        "existing halls are those",
        "cost of stock_keep",
    ):
        assert lost in names
