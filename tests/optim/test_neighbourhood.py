"""What stays in a search near a plan: closed sites, large campuses, technologies that are away."""

from __future__ import annotations

import numpy as np
import pytest

from optim.inputs import prepare
from optim.model import build_model
from optim.neighbourhood import empty_sites, near
from optim.session import Session
from optim.settings import CoolingSettings
from tests import world, world_hours

BUILT_GW = {"w": 0.3, "m": 0.05, "e": 0.0}


@pytest.fixture
def master():
    cooled = world_hours.cooled(chilled_water=(1.25, 1.0), liquid_dry=(1.2, 0.2))
    survey = world.survey(**cooled)
    options = world.settings(cooling=CoolingSettings(technologies=("chilled_water", "liquid_dry")))
    m = build_model(prepare(survey, options), survey.accelerators, options, "master").pyomo
    return m, Session(m)


def plan_of(m, session):
    """Return a plan of liquid_dry halls at w and m, all from the first year on."""
    values = np.zeros(session.compiled.columns.size)
    for s, y in m.SY:
        values[session.columns_of([m.compute.it_new_gw[s, y]])] = BUILT_GW[s]
        values[session.columns_of([m.compute.opened[s, y]])] = float(BUILT_GW[s] > 0)
        values[session.columns_of([m.compute.modules[s, "liquid_dry", y]])] = round(BUILT_GW[s] / 0.0025)
    return values


def indices(session, held, component):
    variables = {session.owner(k)[1]: v for k, v in held.items() if session.owner(k)[0] is component}
    return variables


def test_what_is_small_is_free(master):
    m, session = master
    held = near(session, m, plan_of(m, session))
    opened = indices(session, held, m.compute.opened)
    assert {s for s, _ in opened} == {"w", "e"}
    assert all(value == float(s == "w") for (s, _), value in opened.items())
    modules = indices(session, held, m.compute.modules)
    assert {(s, c) for s, c, _ in modules if s != "e"} == {("w", "chilled_water"), ("m", "chilled_water")}
    assert set(modules.values()) == {0.0}
    assert set(held) < set(session.integers.tolist())


def test_only_empty_sites_are_closed_without_a_plan(master):
    m, session = master
    held = empty_sites(session, m, plan_of(m, session))
    assert set(held.values()) == {0.0}
    assert {session.owner(k)[1][0] for k in held} == {"e"}
