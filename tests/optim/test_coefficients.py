"""Smallest and largest coefficients: found by hand, named as in Pyomo; a warning on both sides of a limit."""

from __future__ import annotations

import dataclasses

import pyomo.environ as pyo
import pytest

from maps.headline import weak_points
from maps.texts import texts
from optim.arrays import compile_model
from optim.coefficients import Ranges, place_in, ranges_of
from optim.inputs import prepare
from optim.optimise import optimise
from optim.plant_energy import alike, plant_models
from optim.solution import LEAST, MOST, SPAN_MAX, CoefficientRange
from optim.solve import Settings as Solve
from optim.standard import standard_form
from tests import world


def model():
    m = pyo.ConcreteModel()
    m.build = pyo.Var(["a", "b"], [2026, 2027], bounds=(0, 40))
    m.free = pyo.Var()
    m.need = pyo.Constraint(["a", "b"], rule=lambda m, s: 3 * m.build[s, 2026] - 0.5 * m.build[s, 2027] >= 7)
    m.room = pyo.Constraint(expr=m.free + 250 * m.build["b", 2027] <= 9000)
    m.cost = pyo.Objective(expr=0.25 * m.build["a", 2026] - 60 * m.build["b", 2027] + 0 * m.free)
    return m


EXPECTED = {
    "matrix": (0.5, "need[a] x build[a,2027]", 250.0, "room x build[b,2027]"),
    "costs": (0.25, "build[a,2026]", 60.0, "build[b,2027]"),
    "bounds": (40.0, "build[a,2026]", 40.0, "build[a,2026]"),
    "right_hand_sides": (7.0, "need[a]", 9000.0, "room"),
}


def by_part(ranges):
    return {
        each.part: (each.smallest, each.smallest_at, each.largest, each.largest_at) for each in ranges.found
    }


def test_extremes_of_the_standard_form_by_hand():
    assert by_part(ranges_of(standard_form(model()), "whole")) == EXPECTED


def test_extremes_over_arrays_are_the_same():
    compiled = compile_model(model())
    ranges = Ranges("plants")
    ranges.see(compiled, place_in(compiled.rows), place_in(compiled.columns))
    assert by_part(ranges) == EXPECTED


def test_extremes_of_several_models_are_those_of_all():
    ranges = Ranges("plants")
    for factor in (1.0, 100.0):
        m = model()
        m.more = pyo.Constraint(expr=factor * m.free >= 0.01 / factor)
        form = standard_form(m)
        ranges.see(form.part, lambda k, f=form: f.rows[k].name, lambda k, f=form: f.variables[k].name)
    found = by_part(ranges)
    assert found["matrix"] == EXPECTED["matrix"]
    assert found["right_hand_sides"] == (0.0001, "more", 9000.0, "room")


@pytest.mark.parametrize(
    ("part", "smallest", "largest", "offender"),
    [
        ("matrix", 1.0, 1.0, None),
        ("matrix", 1e-5, 0.99e-5 * SPAN_MAX, None),
        ("matrix", 1e-5, 1.01e-5 * SPAN_MAX, (1e-5, "low")),
        ("matrix", 1e-4, 1e-4 * 1.01 * SPAN_MAX, (1.01e5, "high")),
        ("costs", 1e-5, 1.01e-5 * SPAN_MAX, None),
        ("costs", LEAST, MOST, None),
        ("costs", 0.9 * LEAST, 1.0, (0.9 * LEAST, "low")),
        ("bounds", 1.0, 1.1 * MOST, (1.1 * MOST, "high")),
        ("right_hand_sides", 1.0, 1e12, (1e12, "high")),
    ],
)
def test_both_sides_of_each_limit(part, smallest, largest, offender):
    found = CoefficientRange("whole", part, smallest, "low", largest, "high").offender
    assert (found is None) == (offender is None)
    if found:
        assert found == (pytest.approx(offender[0]), offender[1])


def test_a_big_m_is_told_with_its_name():
    m = model()
    m.open = pyo.Var(domain=pyo.Binary)
    m.big = pyo.Constraint(expr=m.free <= 1e12 * m.open)
    lines = ranges_of(standard_form(m), "whole").lines()
    assert lines[-1] == "warning: matrix out of scale: 1.0e+12 at big x open"


@pytest.mark.parametrize(("method", "models"), [("whole", {"whole"}), ("decomposed", {"master", "plants"})])
def test_a_plan_keeps_the_ranges_of_its_models(method, models):
    lines: list[str] = []
    options = world.settings(solve=Solve(method=method, threads=1, workers=1, gap_share=1e-3))
    found = optimise(world.survey(), options, lines.append).solution.coefficients
    assert {each.model for each in found} == models
    assert all(0 < each.smallest <= each.largest for each in found)
    first_solve = next(k for k, line in enumerate(lines) if line.startswith(("solving", "priced")))
    told = [line for line in lines[:first_solve] if " of the " in line]
    assert len(told) == len(found)


def test_all_plants_are_seen():
    survey, options = world.survey(), world.settings()
    inputs = prepare(survey, options)
    ranges = Ranges("plants")
    plant_models(inputs, [key for key, first in alike(inputs).items() if key[2] == first], 12345.0, ranges)
    costs = by_part(ranges)["costs"]
    assert costs[2] == pytest.approx(12345.0)
    assert costs[3].startswith("energy.")


@pytest.mark.slow
def test_a_warning_stands_on_the_pages():
    plan = optimise(world.survey(), world.settings())
    words = texts("en")
    assert not any("out of scale" in line for line in weak_points(world.survey(), plan, words))
    wide = CoefficientRange("whole", "matrix", 1.0, "low", 1e12, "big x open")
    solution = dataclasses.replace(plan.solution, coefficients=(wide,))
    lines = weak_points(world.survey(), dataclasses.replace(plan, solution=solution), words)
    assert (
        "Figures of the model are so far out of scale that a solver may err: 1.0e+12 (big x open)." in lines
    )
