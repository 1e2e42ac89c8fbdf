"""How many modules a campus may have: the largest size in whole modules, whatever binary fractions say."""

from __future__ import annotations

import pytest

from optim.inputs import prepare
from optim.model import CampusSettings as Campus
from optim.model import build_model
from tests import world


@pytest.mark.parametrize(("rate", "module", "most"), [(325, 2.5, 260), (325, 3.0, 217), (100, 10.0, 20)])
def test_the_largest_campus_in_modules(rate, module, most):
    campus = Campus(site_build_rate_mw_per_year=rate, module_mw=module, campus_max_mw=1000)
    settings = world.settings(campus=campus)
    survey = world.survey()
    m = build_model(prepare(survey, settings), survey.accelerators, settings, "master").pyomo
    assert len(m.Y) == 2
    assert {m.compute.modules_max[s] for s in m.S} == {most}
