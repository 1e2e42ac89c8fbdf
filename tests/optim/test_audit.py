"""The audit finds what is wrong: a tampered table fails the check that speaks of it, a true one passes."""

from __future__ import annotations

import dataclasses

import pytest

from optim.audit import audit
from optim.optimise import optimise
from tests import world

HUBS = {"scope": "hubs", "hub_scope": "province"}
SURVEY = world.survey(
    rules=world.rules(
        {"rule_id": "H", "kind": "hub_share", "number": 0.5, **HUBS},
        {"rule_id": "G", "kind": "green_share", "number": 0.8, **HUBS},
        {"rule_id": "D", "kind": "residency", "class_id": "rt_infer", "number": 0.6},
        {"rule_id": "P", "kind": "pue_cap", "number": 1.3, "large_from_mw": 7.5},
        {"rule_id": "L", "kind": "large_in_hub_only", "large_from_mw": 450, **HUBS},
    ),
    demand=world.demand(edge_mw=3),
    upgrades=world.upgrades(size_mw=50, price_m_cny_per_mw=0.1),
)
PLAN = optimise(SURVEY, world.settings())

TAMPERED = [
    ("flows", "it_mw", 1.01, "served plus unserved is demand"),
    ("flows", "rtt_ms", 2.0, "round trip is the link's"),
    ("build", "it_mw", 0.9, "served load fits the IT"),
    ("build", "it_mw", 1.2, "IT fits the modules"),
    ("build", "modules", 2, "cost of shell"),
    ("build", "given_it_mw", 2.0, "same-city load"),
    ("build", "connection_mw", 0.9, "peak at the meter"),
    ("build", "connection_mw", 9.0, "connections fit headroom"),
    ("operation", "it_energy_mwh", 1.001, "IT energy"),
    ("operation", "purchase_mwh", 1.001, "energy balance"),
    ("operation", "billed_peak_mw", 1.001, "billed peak"),
    ("operation", "emissions_tco2", 1.001, "emissions"),
    ("operation", "water_m3", 1.001, "water"),
    ("operation", "certificates_mwh", 0.9, "rule G"),
    ("operation", "certificates_mwh", 1.3, "certificates cover"),
    ("costs", "cost_m_cny", 1.001, "cost of energy"),
    ("costs", "discounted_m_cny", 1.001, "discounted once"),
    ("accelerators", "cards", 1.01, "cards x system power"),
    ("accelerators", "cost_m_cny", 1.01, "accelerator cost"),
]


def failed(results):
    return [c["check"] for c in audit(SURVEY, world.settings(), results) if not c["ok"]]


def test_a_true_plan_passes():
    assert failed(PLAN) == []


@pytest.mark.parametrize(("table", "column", "factor", "check"), TAMPERED)
def test_a_tampered_column_is_found(table, column, factor, check):
    rows = getattr(PLAN, table)
    changed = dataclasses.replace(PLAN, **{table: rows.assign(**{column: rows[column] * factor})})
    assert any(check in name for name in failed(changed))


def test_a_closed_campus_is_found():
    build = PLAN.build.copy()
    build.loc[build["year"] == 2027, ["opened", "modules", "it_mw"]] = [0, 0, 0.0]
    names = " ".join(failed(dataclasses.replace(PLAN, build=build)))
    assert "campuses stay open" in names
    assert "modules stay" in names
    assert "IT stays" in names


def test_moving_everything_out_of_hubs_is_found():
    build = PLAN.build.assign(site_id=PLAN.build["site_id"].replace({"w": "m"}))
    build = build.groupby(["site_id", "year"], as_index=False).sum(numeric_only=True)
    names = " ".join(failed(dataclasses.replace(PLAN, build=build)))
    assert "rule H" in names
    assert "rule L" in names


def test_serving_from_afar_is_found():
    flows = PLAN.flows.assign(site_id=PLAN.flows["site_id"].where(PLAN.flows["class_id"] != "rt_infer", "w"))
    assert any("round trip fits" in name for name in failed(dataclasses.replace(PLAN, flows=flows)))
    assert any("rule D" in name for name in failed(dataclasses.replace(PLAN, flows=flows)))


def test_an_upgrade_before_its_year_is_found():
    early = PLAN.upgrades.copy()
    early.loc[len(early)] = ["West", 1, 2026, 60.0]
    names = " ".join(failed(dataclasses.replace(PLAN, upgrades=early)))
    assert "within their step" in names
    assert "no earlier" in names
    assert "cost of upgrades" in names


def test_a_polished_gap_is_found():
    solution = dataclasses.replace(PLAN.solution, bound_m_cny=PLAN.solution.bound_m_cny * 0.9)
    assert any("gap" in name for name in failed(dataclasses.replace(PLAN, solution=solution)))
    solution = dataclasses.replace(PLAN.solution, siting_cost_m_cny=1.0)
    assert any("siting cost" in name for name in failed(dataclasses.replace(PLAN, solution=solution)))


def test_hidden_unserved_load_is_found():
    short = world.survey(headroom=world.headroom(middle_mw=0, east_mw=0))
    plan = optimise(short, world.settings())
    none = plan.unserved.iloc[:0]
    names = [
        c["check"]
        for c in audit(short, world.settings(), dataclasses.replace(plan, unserved=none))
        if not c["ok"]
    ]
    assert any("served plus unserved" in n for n in names)
    assert any("penalties" in n for n in names)
