"""A true plan passes the audit under every option that changes what is built, priced or counted."""

from __future__ import annotations

import pytest

from optim.audit import audit
from optim.blocks.accelerators import Settings as Accelerators
from optim.blocks.resilience import Settings as Resilience
from optim.blocks.workload import Settings as Workload
from optim.inputs import BandwidthSettings
from optim.optimise import optimise
from optim.settings import CostSettings, HourSettings, LoadSettings, SupplySettings
from optim.solve import Settings as Solve
from tests import rich_world, world

ONE_DAY = HourSettings(days_max=1)
POOR = world.candidates().assign(price_negotiated_cny_per_mwh=[250.0, float("nan"), float("nan")])
CASES = {
    "decomposed": (
        rich_world.survey(),
        rich_world.settings(hours=ONE_DAY, solve=Solve(method="decomposed", gap_share=0.02)),
    ),
    "nothing waits, no direct supply": (
        rich_world.survey(rich_world.RULES[0]),
        rich_world.settings(
            hours=ONE_DAY, load=LoadSettings(defer=False), supply=SupplySettings(direct=False, export=False)
        ),
    ),
    "accelerators by IT power": (
        rich_world.survey(rich_world.DOMESTIC),
        rich_world.settings(
            hours=ONE_DAY, accelerators=Accelerators(choice="open", output="it_power", supply_binds=False)
        ),
    ),
    "reserve for a site": (
        world.survey(),
        world.settings(resilience=Resilience(largest_province_share=1.0, reserve="site")),
    ),
    "reserve for a province": (
        world.survey(),
        world.settings(
            resilience=Resilience(
                largest_province_share=1.0,
                largest_site_share=0.6,
                provinces_min_count=3,
                reserve="province",
            )
        ),
    ),
    "negotiated prices": (
        world.survey(candidates=POOR),
        world.settings(costs=CostSettings(price_basis="negotiated", time_of_use_factor=0.5)),
    ),
    "transit": (world.survey(), world.settings(bandwidth=BandwidthSettings(users="transit"))),
    "nothing unserved": (world.survey(), world.settings(workload=Workload(allow_unserved=False))),
}


@pytest.mark.parametrize(
    "name", ["decomposed", *(pytest.param(n, marks=pytest.mark.slow) for n in CASES if n != "decomposed")]
)
def test_a_true_plan_passes(name):
    survey, settings = CASES[name]
    assert [c for c in audit(survey, settings, optimise(survey, settings)) if not c["ok"]] == []


@pytest.mark.slow
def test_the_decomposed_bound_is_below_the_whole_plan_with_every_rule_at_work():
    survey, settings = CASES["decomposed"]
    parts = optimise(survey, settings).solution
    search = settings.solve.model_copy(update={"method": "whole"})
    whole = optimise(survey, settings.model_copy(update={"solve": search})).solution
    assert parts.bound_m_cny <= whole.objective_m_cny * (1 + 1e-7)
    assert whole.bound_m_cny <= parts.objective_m_cny * (1 + 1e-7)
    assert parts.objective_m_cny == pytest.approx(whole.objective_m_cny, rel=0.04)


@pytest.mark.slow
def test_a_reserve_that_is_missing_is_found():
    survey = world.survey(demand=world.demand(real_time_mw=500, training_mw=0))
    settings = CASES["reserve for a site"][1]
    bare = optimise(survey, world.settings())
    wrong = [c["check"] for c in audit(survey, settings, bare) if not c["ok"]]
    assert wrong == ["halls elsewhere carry essential load [MW]"]


@pytest.mark.slow
def test_provinces_that_are_missing_are_found():
    survey = world.survey()
    settings = world.settings(resilience=Resilience(largest_province_share=1.0, provinces_min_count=3))
    wrong = [c["check"] for c in audit(survey, settings, optimise(survey, world.settings())) if not c["ok"]]
    assert wrong == ["provinces that hold new IT"]
