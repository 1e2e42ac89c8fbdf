"""A country that does not exist is planned from its folder of tables, by the same code."""

from pathlib import Path

import pytest

from siting.planning import Plan, plan
from siting.scenario import load_scenario

SCENARIO = Path(__file__).parents[2] / "scenarios" / "placeholder-country.yaml"


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(load_scenario(SCENARIO))


@pytest.mark.slow
def test_the_placeholder_country_is_planned_and_audited(planned: Plan) -> None:
    assert [entry for entry in planned.audit if not entry["ok"]] == []
    assert set(planned.results.build["site_id"]) <= set(planned.survey.candidates["site_id"])
    assert planned.results.build["it_mw"].sum() > 0


@pytest.mark.slow
def test_its_own_rules_bind_and_none_of_china(planned: Plan) -> None:
    assert set(planned.results.rules["rule_id"]) <= {"NOR-01", "NOR-02", "NOR-03"}
    assert "NOR-01" in set(planned.results.rules["rule_id"])
