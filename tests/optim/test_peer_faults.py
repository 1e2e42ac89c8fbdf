"""Faults of the nearest peer, each as a test that this model does not have it."""

from __future__ import annotations

import ast
import dataclasses
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pyomo.environ as pyo
import pytest

from geodata.tables import Survey
from optim.blocks.resilience import Settings as Resilience
from optim.inputs import prepare
from optim.model import Model, build_model
from optim.options import Settings
from optim.session import Session
from optim.settings import SupplySettings
from optim.terms import of, total
from tests import full_world, world, world_hours

OPTIM = Path(__file__).parents[2] / "optim"
HUBS = {"scope": "hubs", "hub_scope": "province"}
CAPITAL = {"shell", "liquid_cooling", "land", "fibre", "line", "connection", "upgrades"}
CAPITAL |= {"solar", "wind", "battery"}


def solved(survey: Survey, settings: Settings) -> tuple[Model, float]:
    """Return the whole model at its optimum, and the optimum."""
    made = build_model(prepare(survey, settings), survey.accelerators, settings, form="whole")
    session = Session(made.pyomo)
    run = session.solve_integer(1e-9, math.inf, None, 0.05)
    session.load(session.values())
    return made, run.objective


def costs(made: Model) -> dict[str, float]:
    """Return the cost of each label, discounted [M CNY]."""
    return {t.label: pyo.value(total(t, made.pyomo.discount)) for t in of(made.terms, "cost")}


def sunny(day_count: int = 1, **more: pd.DataFrame) -> tuple[Survey, Settings]:
    """Return a tiny world in which sun and batteries pay, its days all alike."""
    sun = [0.0] * 7 + [0.3, 0.6, 0.8, 0.9, 0.9, 0.9, 0.8, 0.6, 0.3] + [0.0] * 8
    survey = world.survey(
        days=world.days(day_count),
        day_months=world.day_months(day_count),
        cooling_hours=world.cooling_hours(day_count),
        profiles=world_hours.sunny(*[sun] * day_count),
        tariff_hours=world_hours.tariff([250.0] * 16 + [900.0] * 6 + [250.0] * 2),
        **more,
    )
    return world_hours.with_potential(survey), world.settings(supply=SupplySettings())


# Quadratic link of opening and dispatch.


@pytest.mark.slow
def test_no_constraint_and_no_objective_is_of_a_higher_degree_than_one():
    m = full_world.model().pyomo
    assert any(v.is_binary() for v in m.component_data_objects(pyo.Var))
    assert not any(v.fixed for v in m.component_data_objects(pyo.Var))
    for row in m.component_data_objects(pyo.Constraint):
        assert row.body.polynomial_degree() in (0, 1), row.name
    assert m.objective.expr.polynomial_degree() == 1


# Balance enforced at sites that are not chosen.


def test_a_site_that_is_not_chosen_carries_no_load_and_costs_nothing():
    made, _ = solved(*sunny())
    m = made.pyomo
    empty = [s for s in m.S if max(m.compute.opened[s, y].value for y in m.Y) < 0.5]
    assert empty == ["e"]
    for variable in (
        m.halls.it_gw,
        m.halls.run_gw,
        m.halls.meter_gw,
        m.energy.purchase_gw,
        m.direct.direct_gw,
    ):
        values = [v.value for key, v in variable.items() if key[0] in empty]
        assert values
        assert max(values) == pytest.approx(0, abs=1e-9), variable.name
    for term in made.terms:
        here = sum(pyo.value(term.rule(*key)) for key in term.index if key[0] in empty)
        assert here == pytest.approx(0, abs=1e-6), term.label


def test_all_sites_together_run_the_demand_once():
    m = solved(*sunny())[0].pyomo
    for y, demand_mw in zip(world.YEARS, (400.0, 800.0), strict=True):
        running = sum(v.value for (_, _, _, year), v in m.halls.run_gw.items() if year == y)
        assert running == pytest.approx(0.6 * demand_mw / 1e3)


# A floor that acts as a cap: each share at both sides of its number.


def crowded(*rules: dict[str, Any]) -> tuple[Survey, Settings]:
    """Return the sunny world with room for 500 MW in the middle, so that the east takes the rest in 2027."""
    survey, settings = sunny(
        candidates=world.candidates().assign(direct_charge_cny_per_mwh=50.0),
        headroom=world.headroom(middle_mw=625.0),
        rules=world.rules(*rules),
    )
    cheap = _priced(settings, {"solar_m_cny_per_mw": 1.0})
    return survey, cheap.model_copy(update={"supply": SupplySettings(battery=False, export_share_max=0.05)})


def hub_share(m: pyo.ConcreteModel) -> float:
    new = m.compute.it_new_gw
    return sum(new[s, 2027].value for s in ("w", "e")) / sum(new[s, 2027].value for s in m.S)


def province_share(m: pyo.ConcreteModel) -> float:
    new = [m.compute.it_new_gw[s, 2027].value for s in m.S]
    return max(new) / sum(new)


def residency_share(m: pyo.ConcreteModel) -> float:
    serve = m.workload.serve_gw
    return serve["e", "East", "rt_infer", 2027].value / sum(
        v.value for (_, d, w, y), v in serve.items() if (d, w, y) == ("East", "rt_infer", 2027)
    )


def _energy(m: pyo.ConcreteModel, plants: list[tuple[str, str, int]]) -> dict[str, float]:
    """Return the energy of some plants and years [TWh]."""
    flows = {"bought": m.energy.purchase_gw, "direct": m.direct.direct_gw, "export": m.direct.export_gw}
    sums = {
        name: sum(m.twh_per_gw[t] * flow[(*p, t)].value for p in plants for t in m.T)
        for name, flow in flows.items()
    }
    output = sum(m.direct.solar_twh_per_gw[p[0]] * m.direct.solar_gw[p].value for p in plants)
    return sums | {"output": output, "certificates": sum(m.green.certificates_twh[p].value for p in plants)}


def _by_plant(m: pyo.ConcreteModel) -> list[dict[str, float]]:
    """Return the energy of each plant and year in use."""
    return [_energy(m, [p]) for p in m.PY if m.halls.it_gw[p].value > 1e-6]


def _by_year(m: pyo.ConcreteModel) -> list[dict[str, float]]:
    return [_energy(m, [p for p in m.PY if p[2] == y]) for y in m.Y]


def certified_share(m: pyo.ConcreteModel) -> float:
    return min(
        (e["direct"] + e["export"] + e["certificates"]) / (e["direct"] + e["bought"]) for e in _by_year(m)
    )


def annual_share(m: pyo.ConcreteModel) -> float:
    return min((e["direct"] + e["export"]) / (e["direct"] + e["bought"]) for e in _by_year(m))


def monthly_share(m: pyo.ConcreteModel) -> float:
    return min((e["direct"] + e["export"]) / (e["direct"] + e["bought"]) for e in _by_plant(m))


def hourly_share(m: pyo.ConcreteModel) -> float:
    return min(e["direct"] / (e["direct"] + e["bought"]) for e in _by_plant(m))


def self_use(m: pyo.ConcreteModel) -> float:
    return min(e["direct"] / e["output"] for e in _by_plant(m) if e["output"] > 1e-6)


def curtailed_share(m: pyo.ConcreteModel) -> float:
    return max(1 - (e["direct"] + e["export"]) / e["output"] for e in _by_plant(m) if e["output"] > 1e-6)


GREEN = {"kind": "green_share", "rule_id": "G"}
SHARES = {
    "hub_share": ({"kind": "hub_share", "from_year": 2027, **HUBS}, hub_share, "floor"),
    "residency": ({"kind": "residency", "class_id": "rt_infer", "from_year": 2027}, residency_share, "floor"),
    "certificates": ({**GREEN, "accounting": "certificates"}, certified_share, "floor"),
    "annual": ({**GREEN, "accounting": "annual"}, annual_share, "floor"),
    "monthly": ({**GREEN, "accounting": "monthly"}, monthly_share, "floor"),
    "hourly": ({**GREEN, "accounting": "hourly"}, hourly_share, "floor"),
    "self_use": ({"kind": "self_use"}, self_use, "floor"),
    "curtailment_cap": ({"kind": "curtailment_cap"}, curtailed_share, "cap"),
}


@pytest.fixture(scope="module")
def free() -> tuple[Model, float]:
    """Return the plan without rules."""
    return solved(*crowded())


@pytest.mark.slow
@pytest.mark.parametrize("name", SHARES)
def test_a_share_binds_on_one_side_of_what_the_free_plan_has(name, free):
    rule, measure, kind = SHARES[name]
    made, cost = free
    has = measure(made.pyomo)
    up, down = has + 0.05 * (1 - has), 0.9 * has
    strict, lax = (up, down) if kind == "floor" else (down, min(1.0, up))
    ruled, dearer = solved(*crowded({**rule, "number": strict}))
    assert 0.05 < has < 0.95, "the free plan lies between, so that both sides are tried"
    assert (measure(ruled.pyomo) - strict) * (1 if kind == "floor" else -1) > -1e-5
    assert dearer > cost * (1 + 1e-6)
    same = solved(*crowded({**rule, "number": lax}))
    assert same[1] == pytest.approx(cost, rel=1e-9)


@pytest.mark.slow
def test_the_largest_share_of_a_province_is_a_cap(free):
    survey, settings = crowded()
    has = province_share(free[0].pyomo)
    for limit, same in ((has - 0.1, False), (min(1.0, has + 0.1), True)):
        made, cost = solved(
            survey, settings.model_copy(update={"resilience": Resilience(largest_province_share=limit)})
        )
        assert province_share(made.pyomo) <= limit + 1e-6
        assert (cost == pytest.approx(free[1], rel=1e-9)) is same


# Mixed sums over time: capital once, operation over decades.


@pytest.mark.slow
def test_twice_the_days_at_half_the_weight_change_nothing():
    once, twice = solved(*sunny(1)), solved(*sunny(2))
    assert costs(twice[0]) == pytest.approx(costs(once[0]), abs=1e-5)
    assert twice[1] == pytest.approx(once[1], rel=1e-9)


@pytest.mark.slow
def test_a_further_year_in_which_nothing_changes_costs_that_year_discounted():
    survey, settings = sunny()
    later = [2027, 2028]

    def lengthened(name: str) -> pd.DataFrame:
        table = getattr(survey, name)
        return pd.concat([table, table[table["year"] == 2027].assign(year=2028)])

    longer = {name: lengthened(name) for name in ("demand", "headroom", "accelerators")}
    made, cost = solved(dataclasses.replace(survey, **longer), settings)
    by_year = dict.fromkeys(later, 0.0)
    for term in of(made.terms, "cost"):
        for *index, y in term.index:
            if y in later:
                by_year[y] += pyo.value(term.rule(*index, y))
    assert by_year[2028] == pytest.approx(by_year[2027], rel=1e-9)
    assert cost - solved(survey, settings)[1] == pytest.approx(by_year[2027] / 1.06**3, rel=1e-9)


def test_capital_is_an_annuity_over_its_own_life_and_nothing_else_is():
    survey, settings = sunny()
    flat = {"discount_share_per_year": 0.0}
    long = {k: 2 * v for k, v in world.ITEMS.items() if k.endswith("_life_years")}
    om = {k: 0.0 for k in world.ITEMS if "_om_" in k}
    made = build_model(prepare(survey, _priced(settings, flat | om)), survey.accelerators, settings)
    slow = build_model(prepare(survey, _priced(settings, flat | om | long)), survey.accelerators, settings)
    for each in (made, slow):
        for variable in each.pyomo.component_data_objects(pyo.Var):
            variable.set_value(1.0, skip_validation=True)
    first, second = costs(made), costs(slow)
    halved = {label for label, cost in first.items() if cost and second[label] == pytest.approx(cost / 2)}
    same = {label for label, cost in first.items() if cost and second[label] == pytest.approx(cost)}
    assert halved == CAPITAL
    assert same == {label for label, cost in first.items() if cost} - halved


def _priced(settings: Settings, items: dict[str, float]) -> Settings:
    return settings.model_copy(update={"costs": settings.costs.model_copy(update={"items": items})})


def test_there_is_one_annuity_function():
    found = [
        (path.name, node.name)
        for path in OPTIM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and "annuity" in node.name
    ]
    # the second looks up rate and life of a cost item and calls the first
    assert sorted(found) == [("economics.py", "annuity"), ("finance.py", "annuity_factor")]
