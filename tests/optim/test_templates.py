"""Every indexed constraint can be templated: one symbolic tree stands for all its rows."""

from __future__ import annotations

import pyomo.environ as pyo
import pytest
from pyomo.core.expr.relational_expr import EqualityExpression
from pyomo.core.expr.template_expr import resolve_template, templatize_constraint, templatize_rule
from pyomo.repn import generate_standard_repn

from optim.blocks.accelerators import Settings as Accelerators
from optim.blocks.resilience import Settings as Resilience
from optim.inputs import BandwidthSettings, prepare
from optim.model import build_model
from optim.settings import BudgetSettings, CoolingSettings, LoadSettings, SupplySettings
from tests import world, world_hours

FEW_ROWS = 40
HUBS = {"scope": "hubs", "hub_scope": "province"}
GREEN = {"kind": "green_share", "number": 0.5, "scope": "all"}
RULES = (
    {"rule_id": "H", "kind": "hub_share", "number": 0.5, **HUBS},
    {"rule_id": "L", "kind": "large_in_hub_only", "large_from_mw": 7.5, "local_load_exempt": True, **HUBS},
    {"rule_id": "P", "kind": "pue_cap", "number": 1.1, "large_from_mw": 7.5, "scope": "West"},
    {"rule_id": "W", "kind": "wue_cap", "number": 0.1, "large_from_mw": 7.5, "scope": "West"},
    *(
        {"rule_id": f"G{a}", "accounting": a, **GREEN}
        for a in ("certificates", "annual", "monthly", "hourly")
    ),
    {"rule_id": "S", "kind": "self_use", "number": 0.5},
    {"rule_id": "C", "kind": "curtailment_cap", "number": 0.1},
    {"rule_id": "D", "kind": "residency", "class_id": "rt_infer", "number": 0.5},
    {"rule_id": "R", "kind": "rack_use", "number": 0.7},
    {"rule_id": "B", "kind": "build_pause", "scope": "Middle", "from_year": 2026},
    {"rule_id": "A", "kind": "domestic_share", "number": 0.4},
    {"rule_id": "E", "kind": "energy_surcharge", "number": 100.0, "pue_from": 1.1, "unit": "CNY/MWh"},
)


def model(form):
    classes = world.classes().assign(deferrable_h=[0.0, 0.0, 4.0])
    survey = world.survey(
        rules=world.rules(*RULES),
        demand=world.demand(edge_mw=5),
        classes=classes,
        candidates=world.candidates().assign(site_headroom_mw=500.0),
        upgrades=world.upgrades(size_mw=10).assign(earliest_year=2026),
        voltage_steps=world_hours.voltages((110, 100, 1, 0), (220, 300, 5, 0), (500, 900, 20, 0)),
        stock=world_hours.stock(),
        quotas=world_hours.quota("West", 1e6),
        accelerators=world.accelerators().assign(supply_cards=1e5, life_years=1),
    )
    options = world.settings(
        cooling=CoolingSettings(technologies=("liquid_dry", "chilled_water"), keep_dominated=True),
        supply=SupplySettings(),
        load=LoadSettings(day_move_share=0.5),
        resilience=Resilience(largest_site_share=0.9, provinces_min_count=2, reserve="site"),
        accelerators=Accelerators(choice="open"),
        bandwidth=BandwidthSettings(users="transit"),
        budgets=BudgetSettings(carbon_max_mt=5.0, water_max_million_m3=5.0, rtt_mean_max_ms=25.0),
    )
    inputs = prepare(world_hours.with_potential(survey), options)
    return build_model(inputs, survey.accelerators, options, form)


MODELS = {form: model(form) for form in ("whole", "master")}
M = {form: made.pyomo for form, made in MODELS.items()}
CONSTRAINTS = {(form, c.name): c for form, m in M.items() for c in m.component_objects(pyo.Constraint)}
NEW_IN_MASTER = {name for form, name in CONSTRAINTS if form == "master"}
CONSTRAINTS = {k: c for k, c in CONSTRAINTS.items() if k[0] == "whole" or ("whole", k[1]) not in CONSTRAINTS}
TERMS = [("whole", t) for t in MODELS["whole"].terms]
TERMS += [("master", t) for t in MODELS["master"].terms if t.label == "energy_cut"]


def test_the_model_has_every_block():
    blocks = {name.split(".")[0] for _, name in CONSTRAINTS}
    hourly = {"energy", "direct", "storage", "tariff", "green"}
    assert blocks >= hourly | {"compute", "workload", "running", "accelerators", "grid", "resilience"}
    of_energy = {"self_use", "curtailment_cap", "energy_surcharge"}
    assert {r["kind"] for r in RULES} - of_energy <= blocks
    assert not hourly & {name.split(".")[0] for name in NEW_IN_MASTER}


@pytest.mark.parametrize("key", sorted(CONSTRAINTS), ids="-".join)
def test_template_gives_the_same_rows(key):
    constraint = CONSTRAINTS[key]
    template, indices = templatize_constraint(constraint)
    assert len(constraint) > 0, "a constraint without rows is not tested by this world"
    for index, data in list(constraint.items())[:: max(1, len(constraint) // FEW_ROWS)]:
        where = () if index is None else index if isinstance(index, tuple) else (index,)
        for place, value in zip(indices, where, strict=True):
            place.set_value(value)
        assert row(resolve_template(template)) == pytest.approx(row(data.expr))


@pytest.mark.parametrize(("form", "term"), TERMS, ids=[f"{t.quantity}-{t.label}" for _, t in TERMS])
def test_term_is_templatable(form, term):
    assert len(term.index) > 0, "a term without rows is not tested by this world"
    template, indices = templatize_rule(M[form], lambda m, index: term.rule(*index), term.index)
    some = next(iter(term.index))
    for place, value in zip(indices, some, strict=True):
        place.set_value(value)
    found = generate_standard_repn(resolve_template(template), compute_values=True)
    expected = generate_standard_repn(term.rule(*some), compute_values=True)
    assert linear(found) == pytest.approx(linear(expected))


def linear(repn):
    found = {v.name: c for v, c in zip(repn.linear_vars, repn.linear_coefs, strict=True) if c != 0}
    return {**found, "constant": repn.constant}


def row(relation):
    """Coefficients by variable and the constant of a linear relation; an equation has either sign."""
    left, right = relation.args[0], relation.args[-1]
    if len(relation.args) == 3:
        left, right = relation.args[1], (relation.args[0] or relation.args[2])
    found = linear(generate_standard_repn(left - right, compute_values=True))
    first = min(found, key=str)
    flip = -1 if isinstance(relation, EqualityExpression) and found[first] < 0 else 1
    return {name: flip * value for name, value in found.items()}
