"""Why a plan places nothing: each limit is named with its number."""

import pytest

from optim.blocks.resilience import Settings as Resilience
from optim.optimise import optimise
from optim.refuse import why_unplaced
from optim.settings import CoolingSettings
from tests import world, world_hours


@pytest.mark.parametrize(
    ("rule", "campus", "message"),
    [
        ({"rule_id": "P", "kind": "pue_cap", "number": 1.1}, {}, "P (PUE 1.1) closes 3 of 3 sites"),
        (
            {
                "rule_id": "L",
                "kind": "large_in_hub_only",
                "scope": "nowhere",
                "hub_scope": "province",
                "large_from_mw": 7.5,
            },
            {},
            "L keeps",
        ),
        ({"rule_id": "B", "kind": "build_pause"}, {}, "B pauses new halls at 3 of 3 sites from 2026 to 2027"),
        (None, {"campus_max_mw": 1.0, "campus_min_mw": 60.0}, "campus_max_mw = 1 MW is less than a campus"),
        (None, {"campus_min_mw": 5000.0}, "the demand of the largest year"),
        (None, {}, "no single limit explains it"),
    ],
)
def test_each_limit_is_named(rule, campus, message):
    tables = {"rules": world.rules(rule)} if rule else {}
    assert message in why_unplaced(world.survey(**tables), world.campus(**campus))


@pytest.mark.slow
def test_the_largest_share_is_named_and_does_close_all_sites():
    narrow = world.settings(resilience=Resilience(largest_province_share=0.2))
    assert "largest_province_share = 0.2 cannot hold with sites in 3" in why_unplaced(world.survey(), narrow)
    assert optimise(world.survey(), narrow).build.empty


def test_a_cap_closes_a_site_only_if_every_technology_is_over_it():
    tables = world_hours.cooled(chilled_water=(1.3, 0.0), liquid_dry=(1.1, 0.0))
    cap = {"rule_id": "P", "kind": "pue_cap", "number": 1.2}
    survey = world.survey(rules=world.rules(cap), **tables)
    both = world.settings(cooling=CoolingSettings(technologies=("chilled_water", "liquid_dry")))
    assert "P (PUE" not in why_unplaced(survey, both)
    air = world.settings(cooling=CoolingSettings(technologies=("chilled_water",)))
    assert "P (PUE 1.2) closes 3 of 3 sites" in why_unplaced(survey, air)


def test_load_that_no_technology_fits_is_named():
    air = world.settings(cooling=CoolingSettings(technologies=("chilled_water",)))
    assert "rt_infer, training need liquid-cooled halls" in why_unplaced(world.survey(), air)


def test_water_quota_of_nothing_is_named():
    survey = world.survey(quotas=world_hours.quota("West", 0.0))
    assert "water quotas of 0: Q" in why_unplaced(survey, world.settings())
