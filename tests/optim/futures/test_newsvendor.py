"""Two futures worked out by hand: what is built, what knowing is worth, what planning for both is worth."""

from __future__ import annotations

import pytest

from optim.futures.cases import Aim
from optim.futures.study import Settings, study
from optim.futures.worth import TWO_STAGE
from tests.optim.futures.newsvendor import (
    UNSERVED,
    connection_m_cny,
    cost_m_cny,
    future,
    halls_m_cny,
    served_m_cny,
)

LOW, HIGH, MEAN = 100.0, 300.0, 200.0


def answer(probability: float, **aim: object):
    """Return the study of a low and a high demand, the mean one as reference."""
    futures = [future("low", 1 - probability, LOW), future("high", probability, HIGH)]
    settings = Settings(decision_year=2026, integers=True, aim=Aim(**aim))
    return study(futures, [future("mean", 0.0, MEAN)], settings)


def first_mw(found) -> float:
    halls = [
        value
        for (name, _), value in zip(found.keys, found.chosen.first, strict=True)
        if name == "compute.modules"
    ]
    return 50.0 * sum(halls)


def expected(hall_mw: float, probability: float) -> float:
    return (1 - probability) * cost_m_cny(hall_mw, LOW) + probability * cost_m_cny(hall_mw, HIGH)


def critical() -> float:
    return halls_m_cny(1.0) / (UNSERVED - served_m_cny(1.0))


def test_the_critical_ratio_lies_between_what_is_tried():
    assert 0.3 < critical() < 0.5


@pytest.mark.slow
@pytest.mark.parametrize(("probability", "built"), [(0.3, LOW), (0.5, HIGH)])
def test_what_is_built_and_what_it_is_worth(probability: float, built: float):
    found = answer(probability)
    ws = (1 - probability) * cost_m_cny(LOW, LOW) + probability * cost_m_cny(HIGH, HIGH)
    rp, eev = expected(built, probability), expected(MEAN, probability)
    assert first_mw(found) == pytest.approx(built)
    assert found.chosen.aim_m_cny == pytest.approx(rp, rel=1e-8)
    assert found.values["ws_m_cny"] == pytest.approx(ws, rel=1e-8)
    assert found.values["rp_m_cny"] == pytest.approx(rp, rel=1e-8)
    assert found.values["eev_m_cny"] == pytest.approx(eev, rel=1e-8)
    assert found.values["vss_m_cny"] == pytest.approx(eev - rp, abs=1e-3)
    assert found.values["evpi_m_cny"] == pytest.approx(rp - ws, abs=1e-3)
    assert found.values["vss_m_cny"] > 0
    assert found.values["evpi_m_cny"] > 0


@pytest.mark.slow
def test_cost_and_regret_of_every_plan_in_every_future():
    found = answer(0.3)
    cost = found.costs.set_index(["plan", "future"])
    halls = {TWO_STAGE: LOW, "low": LOW, "high": HIGH, "mean": MEAN}
    for plan, built in halls.items():
        for name, need in (("low", LOW), ("high", HIGH)):
            row = cost.loc[(plan, name)]
            wanted = cost_m_cny(built, need)
            assert row["cost_m_cny"] == pytest.approx(wanted, rel=1e-8)
            assert row["regret_m_cny"] == pytest.approx(wanted - cost_m_cny(need, need), abs=1e-3)
    missed = UNSERVED * (HIGH - LOW) / 1.06
    assert cost.loc[(TWO_STAGE, "high"), "penalty_m_cny"] == pytest.approx(missed)
    worst = found.plans.set_index("plan")["regret_max_m_cny"]
    assert worst["high"] == pytest.approx(cost_m_cny(HIGH, LOW) - cost_m_cny(LOW, LOW), abs=1e-3)


@pytest.mark.slow
def test_the_tail_builds_for_the_dear_future_though_it_is_unlikely():
    # the mean cost alone builds 100 MW at a probability of 0.3; the dearest 0.3 are the high future alone
    found = answer(0.3, kind="cvar", alpha=0.7, weight=1.0)
    assert first_mw(found) == pytest.approx(HIGH)
    assert found.chosen.aim_m_cny == pytest.approx(cost_m_cny(HIGH, HIGH), rel=1e-8)


def regrets(modules_mw: float, it_mw: float) -> tuple[float, float]:
    """Regret of the two futures with modules of which `it_mw` are in use and connected."""
    spare = connection_m_cny(modules_mw - it_mw) / 1.06
    low = cost_m_cny(modules_mw, LOW) - spare - cost_m_cny(LOW, LOW)
    unserved = (UNSERVED - served_m_cny(1.0)) * max(0.0, min(modules_mw, HIGH) - it_mw) / 1.06
    return low, cost_m_cny(modules_mw, HIGH) + unserved - spare - cost_m_cny(HIGH, HIGH)


def least_regret(modules_mw: float) -> tuple[float, float]:
    """Return the least largest regret with some modules, and the IT power in use: both are linear in it."""
    full, empty = regrets(modules_mw, modules_mw), regrets(modules_mw, modules_mw - 50.0)
    gap, change = full[1] - full[0], (empty[1] - empty[0]) - (full[1] - full[0])
    unused = min(max(-gap / change, 0.0), 1.0) * 50.0
    return max(regrets(modules_mw, modules_mw - unused)), modules_mw - unused


@pytest.mark.slow
def test_the_least_regret_lies_between():
    # more IT power costs the low future its halls, and saves the high one what is unserved
    found = answer(0.3, kind="regret")
    built = min(range(100, 301, 50), key=lambda q: least_regret(q)[0])
    regret, it_mw = least_regret(built)
    assert LOW < it_mw <= built < HIGH
    assert first_mw(found) == pytest.approx(built)
    assert found.chosen.aim_m_cny == pytest.approx(regret, abs=1e-3)
