"""Our own model, every block of it: the matrix from arrays is the one that Pyomo's compiler gives."""

from __future__ import annotations

import logging
from typing import Any

import pyomo.environ as pyo
import pytest

import optim.model
from optim.arrays import ArrayModel, compile_model, materialise
from optim.model import build_model, build_plants
from optim.terms import Term
from tests.optim import test_templates as world
from tests.optim.arrays.same import assert_same


def total(term: Term, weight: pyo.Param) -> Any:
    """Return the sum of a term over its index as one sum over a Set."""
    return sum(weight[index[-1]] * term.rule(*index) for index in term.index)


@pytest.fixture
def over_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build on an ArrayModel."""
    monkeypatch.setattr(pyo, "ConcreteModel", ArrayModel)
    monkeypatch.setattr(optim.model, "total", total)


@pytest.mark.slow
@pytest.mark.usefixtures("over_arrays")
@pytest.mark.parametrize("form", ["whole", "master"])
def test_every_block(form: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logger="optim.arrays")
    model, plain = world.model(form).pyomo, world.M[form]
    compiled = compile_model(model)
    assert not caplog.records, "a rule was left to Pyomo"
    assert not [c.name for c in model.component_objects(pyo.Constraint) if len(c)]
    assert_same(compiled, model, plain)
    assert_same(compile_model(materialise(model)), model, plain)


def test_the_plants(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        world, "build_model", lambda inputs, *rest: asked.append(inputs) or build_model(inputs, *rest)
    )
    world.model("master")
    inputs = asked[0]
    plants = [plant for plant in inputs.plants.table.index if plant[0] == "w"]
    plain = build_plants(inputs, plants, inputs.years, 1e5, inputs.discount).pyomo
    monkeypatch.setattr(pyo, "ConcreteModel", ArrayModel)
    monkeypatch.setattr(optim.model, "total", total)
    model = build_plants(inputs, plants, inputs.years, 1e5, inputs.discount).pyomo
    assert_same(compile_model(model), model, plain)
