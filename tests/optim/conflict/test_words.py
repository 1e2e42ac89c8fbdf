"""The conflict in words and as figures."""

from __future__ import annotations

import json

import pytest

from optim.conflict.find import find_conflict
from optim.conflict.words import as_figures, in_words
from optim.optimise import optimise
from optim.tables import InfeasibleError
from tests.optim.conflict import cases
from tests.optim.conflict.cases import found


@pytest.mark.slow
def test_members_changes_and_keys_are_named() -> None:
    text = in_words(found("a rule and headroom"))
    for part in (
        "rule H (hub_share 0.9): all, 2026",
        "headroom of the grid in East: 2026 20 MW",
        "all load is served (optim.workload.allow_unserved = false)",
        "geodata.policy.numbers.H: 0.9 -> 0.27 share",
        "headroom_mw of table headroom: East 2026 20 -> 200 MW, East 2027 20 -> 650 MW",
        "rule H off (--rule H=off), or soft",
        "optim.workload.allow_unserved=true: load may stay unserved, at least 720 MW-years",
        "Each change was tried: the model has a plan with it.",
    ):
        assert part in text


@pytest.mark.slow
def test_what_was_not_looked_at_is_said() -> None:
    assert "were not looked at" in in_words(found("two rules", "decomposed"))
    assert "were not looked at" not in in_words(found("two rules"))
    survey, settings = cases.made("two rules")
    unsearched = find_conflict(survey, settings, seconds=0)
    assert unsearched is not None
    assert "no plan with whole ones was seen" in in_words(unsearched)


def test_figures_are_json() -> None:
    told = json.loads(json.dumps(as_figures(found("a rule and headroom"))))
    assert {row["key"] for row in told["conflict"]} >= {"geodata.policy.numbers.H"}
    first = told["restores_alone"][0]
    assert first["steps"] == [{"place": "", "year": None, "from": 0.9, "to": 0.27}]
    assert first["whole_campuses"] is True
    assert told["restores_together"] == []


@pytest.mark.slow
def test_a_plan_that_cannot_be_says_why() -> None:
    survey, settings = cases.made("a water quota")
    with pytest.raises(InfeasibleError, match=r"m3 of water are drawn beyond quota Q") as caught:
        optimise(survey, settings)
    assert "water_m3 of table quotas: Q 2026 1 -> 26,280 m3" in str(caught.value)
    assert caught.value.conflict is not None


@pytest.mark.slow
def test_two_changes_are_said_to_belong_together() -> None:
    text = in_words(found("two conflicts"))
    assert "No change of one of them alone restores a plan; these do together:" in text
    assert "headroom_mw of table headroom: East 2027 20 -> 25 MW" in text
