"""Rules and limits that leave no plan with a campus at a site are named, with what would let it in."""

from __future__ import annotations

from typing import Any

import pytest

from optim.conflict.find import find_bars
from optim.why.question import reasons
from tests import world
from tests.optim.test_rules import large, pue_cap

PAUSE = {"rule_id": "B", "kind": "build_pause", "scope": "West"}
BARS: dict[str, tuple[str, dict[str, Any], set[tuple[str, str]], float | None]] = {
    "pue": ("w", {"rules": world.rules(pue_cap(1.1, scope="West"))}, {("pue_cap", "P")}, world.PUE_MEAN),
    "hubs": ("m", {"rules": world.rules(large())}, {("large_in_hub_only", "L")}, 100.1),
    "pause": ("w", {"rules": world.rules(PAUSE)}, {("build_pause", "B")}, None),
    "headroom": ("e", {"headroom": world.headroom(east_mw=0)}, {("headroom", "East")}, 125.0),
    "size": (
        "w",
        {"candidates": world.candidates().assign(it_max_mw=[40.0, float("nan"), float("nan")])},
        {
            ("it_max", ""),
        },
        100.0,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BARS)
def test_what_bars_a_site_is_named(case: str) -> None:
    site, tables, keys, number = BARS[case]
    found = reasons(world.survey(**tables), world.settings(), site)
    assert found.bars is not None
    assert {member.limit.key for member in found.bars.members} == keys
    change = found.bars.members[0].change
    assert change is not None
    assert change.dropped is (number is None)
    if number is not None:
        assert change.steps[-1].after == pytest.approx(number, rel=1e-3)


def test_nothing_bars_a_site_that_is_only_dear() -> None:
    assert find_bars(world.survey(), world.settings(), "e") is None


def test_a_soft_rule_bars_nothing() -> None:
    soft = pue_cap(1.1, scope="West", hard=False, price_m_cny_per_unit=1.0)
    assert find_bars(world.survey(rules=world.rules(soft)), world.settings(), "w") is None
