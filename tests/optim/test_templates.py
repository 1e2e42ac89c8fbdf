"""Every indexed constraint can be templated: one symbolic tree stands for all its rows."""

from __future__ import annotations

import pyomo.environ as pyo
import pytest
from pyomo.core.expr.template_expr import resolve_template, templatize_constraint, templatize_rule
from pyomo.repn import generate_standard_repn

from optim.blocks.compute import Settings as Campus
from optim.blocks.workload import Settings as Load
from optim.inputs import CoolingSettings, LatencySettings, prepare
from optim.model import build_model
from optim.settings import CostSettings
from tests import world

HUBS = {"scope": "hubs", "hub_scope": "province"}
RULES = (
    {"rule_id": "H", "kind": "hub_share", "number": 0.5, **HUBS},
    {"rule_id": "L", "kind": "large_in_hub_only", "large_from_mw": 7.5, "local_load_exempt": True, **HUBS},
    {"rule_id": "P", "kind": "pue_cap", "number": 1.1, "large_from_mw": 7.5, "scope": "West"},
    {"rule_id": "G", "kind": "green_share", "number": 0.8, **HUBS},
    {"rule_id": "D", "kind": "residency", "class_id": "rt_infer", "number": 0.5},
)


def model():
    survey = world.survey(
        rules=world.rules(*RULES), upgrades=world.upgrades(size_mw=10).assign(earliest_year=2026)
    )
    inputs = prepare(survey, CoolingSettings(), LatencySettings(), CostSettings())
    return build_model(inputs, Campus(campus_min_mw=50), Load())


MODEL = model()
M, TERMS = MODEL.pyomo, MODEL.terms
CONSTRAINTS = {c.name: c for c in M.component_objects(pyo.Constraint)}


def test_the_model_has_every_block():
    assert {name.split(".")[0] for name in CONSTRAINTS} >= {"compute", "workload", "grid", "certificates"}
    assert {r["kind"] for r in RULES} <= {name.split(".")[0] for name in CONSTRAINTS}


@pytest.mark.parametrize("name", sorted(CONSTRAINTS))
def test_template_gives_the_same_rows(name):
    constraint = CONSTRAINTS[name]
    template, indices = templatize_constraint(constraint)
    assert len(constraint) > 0, "a constraint without rows is not tested by this world"
    for index, data in constraint.items():
        for place, value in zip(indices, index if isinstance(index, tuple) else (index,), strict=True):
            place.set_value(value)
        assert row(resolve_template(template)) == pytest.approx(row(data.expr))


@pytest.mark.parametrize("term", TERMS, ids=lambda t: f"{t.quantity}-{t.label}")
def test_term_is_templatable(term):
    template, indices = templatize_rule(M, lambda m, index: term.rule(*index), term.index)
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
    """Coefficients by variable and the constant of a linear relation, as left minus right side."""
    left, right = relation.args[0], relation.args[-1]
    if len(relation.args) == 3:
        left, right = relation.args[1], (relation.args[0] or relation.args[2])
    return linear(generate_standard_repn(left - right, compute_values=True))
