"""The plain Pyomo model, every block and rule at work, has the same optimum by two solvers."""

from __future__ import annotations

import math

import pyomo.environ as pyo
import pytest
from pyomo.contrib.solver.common.factory import SolverFactory

from optim.model import Model
from optim.policy import BINDING
from optim.session import Session
from optim.terms import of
from tests import full_world

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made() -> Model:
    return full_world.model()


def test_every_kind_of_rule_and_block_is_in_the_full_world(made):
    assert {str(row["kind"]) for row in full_world.RULES} == set(BINDING)
    blocks = {b.local_name for b in made.pyomo.component_objects(pyo.Block, descend_into=False)}
    assert blocks >= {
        "halls",
        "compute",
        "workload",
        "accelerators",
        "running",
        "grid",
        "resilience",
        "energy",
    }
    assert blocks >= {"direct", "storage", "tariff", "green", "water_quota"}
    rows = {c.name for c in made.pyomo.component_objects(pyo.Constraint) if len(c)}
    assert rows >= {
        f"{kind}.row" for kind in set(BINDING) - {"self_use", "curtailment_cap", "energy_surcharge"}
    }
    assert rows >= {"green.by_year", "green.by_month", "green.by_hour", "green.self_use", "green.curtailment"}
    assert rows >= {
        "resilience.reserve",
        "running.moves_within",
        "energy.within_window",
        "accelerators.supply",
    }


def test_scip_and_highs_agree(made):
    session = Session(made.pyomo)
    by_highs = session.solve_integer(1e-9, math.inf, None, 0.05)
    session.load(session.values())
    cost = {t.label: sum(pyo.value(t.rule(*key)) for key in t.index) for t in of(made.terms, "cost")}
    for item in (
        "solar",
        "wind",
        "direct_charge",
        "accelerators",
        "certificates",
        "transit",
        "wave",
        "demand_charge",
    ):
        assert cost[item] > 0, item
    assert cost["export_income"] < 0
    by_scip = SolverFactory("scip_direct").solve(made.pyomo, rel_gap=1e-9)
    assert by_highs.complete
    assert by_scip.incumbent_objective == pytest.approx(by_highs.objective, rel=1e-6)
    assert pyo.value(made.pyomo.objective) == pytest.approx(by_highs.objective, rel=1e-6)
