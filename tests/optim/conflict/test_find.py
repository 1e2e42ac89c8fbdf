"""The smallest conflict and the least change, against what was worked out by hand."""

from __future__ import annotations

import math

import pytest

from optim.conflict.change import applied
from optim.conflict.find import Conflict, find_conflict
from optim.optimise import optimise
from tests import world
from tests.optim.conflict import cases
from tests.optim.conflict.cases import KNOWN, found

QUICK = list(KNOWN)[:3]
EACH = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in KNOWN]


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_the_conflict_is_the_smallest(name: str) -> None:
    assert {member.limit.key for member in found(name).members} == KNOWN[name].conflict


@pytest.mark.parametrize("name", EACH)
def test_the_change_is_the_least(name: str) -> None:
    _has_the_least_changes(found(name), name)


def _has_the_least_changes(conflict: Conflict, name: str) -> None:
    changes = {member.limit.key: member.change for member in conflict.members if member.change}
    for key, number in KNOWN[name].numbers.items():
        last = max(changes[key].steps, key=lambda step: step.year or 0)
        assert last.after == pytest.approx(number, rel=2e-4, abs=1e-6), key


@pytest.mark.parametrize("name", EACH)
def test_without_any_one_member_the_others_can_hold(name: str) -> None:
    survey, settings = cases.made(name)
    trial = cases.case_of(survey, settings).trial()
    keys = [member.limit.key for member in found(name).members]
    assert trial.is_possible(trial.of(keys)) is False
    for key in keys:
        assert trial.is_possible(trial.of([other for other in keys if other != key])) is True


@pytest.mark.parametrize("name", EACH)
def test_the_places_and_years_named_conflict_by_themselves(name: str) -> None:
    survey, settings = cases.made(name)
    trial = cases.case_of(survey, settings).trial()
    named = {held for member in found(name).members for held in member.limit.held}
    held = [each for each in trial.every if each in named]
    assert trial.is_possible(held) is False
    for one in held:
        assert trial.is_possible([other for other in held if other is not one]) is True


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_each_change_restores_a_plan(name: str) -> None:
    """With whole campuses, searched as any plan is."""
    for change in [member.change for member in found(name).members if member.change]:
        survey, settings = applied(*cases.made(name), change)
        assert optimise(survey, settings).solution.objective_m_cny > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["two rules", "a rule and headroom", "pace of provinces"])
def test_the_decomposed_form_has_the_same_conflict(name: str) -> None:
    decomposed = found(name, "decomposed")
    assert {member.limit.key for member in decomposed.members} == KNOWN[name].conflict
    assert not decomposed.energy
    _has_the_least_changes(decomposed, name)


@pytest.mark.slow
def test_a_class_that_too_few_reach_has_its_latency_named() -> None:
    # Middle and East, within 10 ms, carry 160 of 200 MW; with West, 30 ms away, they would carry 240.
    demand = world.demand(training_mw=0)
    headroom = world.headroom(100, 100, 100)
    conflict = find_conflict(world.survey(demand=demand, headroom=headroom), cases.strict())
    assert conflict is not None
    latency = {m.limit.key: m for m in conflict.members}["latency", "rt_infer"]
    assert latency.change is not None
    assert latency.change.steps[0].after == pytest.approx(30.0)


@pytest.mark.slow
def test_two_conflicts_take_two_changes() -> None:
    conflict = found("two conflicts")
    assert not any(member.alone for member in conflict.members)
    after = {change.limit.key: change.steps[-1].after for change in conflict.together}
    # 20 MW x 1.25 in East; then 20 of 620 MW stand in hubs.
    assert after == {("headroom", "East"): pytest.approx(25.0), ("hub_share", "H"): pytest.approx(0.03225)}
    assert conflict.together_whole
    survey, settings = cases.two_conflicts(), cases.strict()
    for change in conflict.together:
        assert not cases.case_of(survey, settings).works(change)
    assert cases.case_of(survey, settings).works(*conflict.together)


@pytest.mark.slow
def test_a_conflict_of_whole_campuses_alone_is_called_so() -> None:
    # West and Middle hold 60 MW each, East 1200: in parts 0.6 + 0.6 + 1 provinces count, in truth one.
    survey = cases.training_only(headroom=world.headroom(75, 75, 1500))
    conflict = find_conflict(survey, cases.resilience(provinces_min_count=2))
    assert conflict is not None
    assert conflict.integers
    keys = {member.limit.key for member in conflict.members}
    assert keys == {("provinces_min_count", ""), ("headroom", "West"), ("headroom", "Middle")}
    changes = {member.limit.key: member.change for member in conflict.members}
    west = changes["headroom", "West"]
    assert west is not None
    assert west.steps[-1].after == pytest.approx(125.0)
    assert all(member.is_whole for member in conflict.members if member.change)


def test_what_can_be_planned_has_no_conflict() -> None:
    assert find_conflict(world.survey(), cases.strict()) is None


def test_a_soft_rule_is_never_in_a_conflict() -> None:
    soft = cases.hub_share(0.9, hard=False, price_m_cny_per_unit=1.0)
    assert find_conflict(cases.ruled(soft, cases.pue_cap(1.1, **cases.HUBS)), cases.strict()) is None


@pytest.mark.slow
def test_a_rule_that_can_only_be_dropped_is() -> None:
    pause = {"rule_id": "B", "kind": "build_pause"}
    conflict = find_conflict(cases.ruled(pause), cases.strict())
    assert conflict is not None
    member = next(m for m in conflict.members if m.limit.key == ("build_pause", "B"))
    assert member.change is not None
    assert member.change.dropped
    assert math.isinf(member.change.share)
