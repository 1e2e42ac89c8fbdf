"""The audit of tables without rows: no rule, no upgrade, no load; it must speak, not stop."""

from __future__ import annotations

import dataclasses

import pytest

from geodata.tables import checked
from optim.audit import audit
from optim.optimise import optimise
from optim.tables import MODELS
from tests import rich_world, world

SURVEY = world.survey()


@pytest.fixture(scope="module")
def plan():
    return optimise(SURVEY, world.settings())


@pytest.fixture(scope="module")
def empty(plan):
    none = {name: checked(getattr(plan, name).iloc[:0], model, name) for name, model in MODELS.items()}
    return dataclasses.replace(plan, **none)


def failed(survey, settings, plan):
    return [c["check"] for c in audit(survey, settings, plan) if not c["ok"]]


def test_a_plan_without_rules_upgrades_and_unserved_load_passes(plan):
    assert plan.rules.empty
    assert plan.upgrades.empty
    assert plan.unserved.empty
    assert failed(SURVEY, world.settings(), plan) == []


def test_tables_without_rows_fail_on_what_they_lack(empty):
    wrong = failed(SURVEY, world.settings(), empty)
    assert wrong == [
        "served plus unserved is demand [MW]",
        "siting cost is the sum of its items [M CNY]",
        "headroom of every province and year is shown",
    ]


@pytest.mark.slow
def test_tables_without_rows_fail_on_what_the_rich_world_asks_for(empty):
    names = " ".join(failed(rich_world.survey(), rich_world.settings(), empty))
    for lost in (
        "served plus unserved",
        "same-city load stands",
        "existing halls are those",
        "cost of stock_keep",
    ):
        assert lost in names
