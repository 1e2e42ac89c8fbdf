"""Why a plan places nothing: each limit is named with its number."""

import pytest

from optim.optimise import optimise, why_unplaced
from tests import world


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
        (None, {"largest_province_share": 0.2}, "largest_province_share = 0.2 cannot hold with sites in 3"),
        (None, {"campus_max_mw": 1.0, "campus_min_mw": 60.0}, "campus_max_mw = 1 MW is less than a campus"),
        (None, {"campus_min_mw": 5000.0}, "the demand of the largest year"),
        (None, {}, "no single limit explains it"),
    ],
)
def test_each_limit_is_named(rule, campus, message):
    tables = {"rules": world.rules(rule)} if rule else {}
    assert message in why_unplaced(world.survey(**tables), world.campus(**campus))


def test_a_limit_that_is_named_does_close_all_sites():
    assert optimise(world.survey(), world.campus(largest_province_share=0.2)).build.empty
