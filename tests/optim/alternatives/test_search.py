"""Ranges worked out by hand, plans that differ, and the true cost of each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from optim.alternatives.search import groups_of, search
from optim.alternatives.settings import Asked
from optim.alternatives.spread import distances, farthest
from optim.tables import PlanError
from tests import twins, world, world_hours

EXACT = {"spare_share": 1e-4, "gap_share": 1e-7}
FORMS = ("whole", "decomposed")


@pytest.fixture(scope="module", params=FORMS)
def near(request):
    return search(twins.survey(), twins.settings(request.param), Asked(slack_share=0.01, count=6, **EXACT))


def ends(near, kind, place):
    row = near.ranges.query("kind == @kind and place == @place").iloc[0]
    assert row["low_solved"]
    assert row["high_solved"]
    return row["low_mw"], row["high_mw"]


def test_ranges_by_hand(near):
    """Two sites cost the same: each may hold all or nothing. Each MW at e costs more by its tariff alone."""
    at_e = 0.01 * near.objective_m_cny / twins.dearer_m_cny_per_mw()
    assert 0 < at_e < twins.IT_MW
    assert ends(near, "province", "West") == pytest.approx((0.0, twins.IT_MW), abs=0.4)
    assert ends(near, "province", "Middle") == pytest.approx((0.0, twins.IT_MW), abs=0.4)
    assert ends(near, "province", "East") == pytest.approx((0.0, at_e), abs=0.4)
    assert ends(near, "side", "west") == pytest.approx((twins.IT_MW - at_e, twins.IT_MW), abs=0.4)


def test_every_plan_is_within_the_slack_and_places_all(near):
    assert near.failed == {}
    assert near.how["slack_share"].max() <= 0.01 + 1e-6
    assert near.how["slack_share"].min() >= -1e-6
    """None spends the slack on idle halls, of which 0.1 % are allowed, or leaves load unserved."""
    assert near.it_mw.sum(axis=1).to_numpy() == pytest.approx(twins.IT_MW, abs=0.4)


def test_the_set_begins_at_the_optimum_and_holds_plans_far_apart(near):
    assert near.chosen[0] == 0
    assert len(set(near.chosen)) == len(near.chosen) <= 6
    chosen = near.it_mw.iloc[near.chosen]
    assert chosen["w"].max() - chosen["w"].min() == pytest.approx(twins.IT_MW, abs=0.5)


def test_both_forms_find_the_same_ranges_of_another_world():
    found = {
        form: search(world.survey(), twins.settings(form), Asked(slack_share=0.02, count=4, **EXACT))
        for form in FORMS
    }
    low, high = ([found[form].ranges[end].to_numpy() for form in FORMS] for end in ("low_mw", "high_mw"))
    assert low[0] == pytest.approx(low[1], abs=0.5)
    assert high[0] == pytest.approx(high[1], abs=0.5)


@pytest.mark.slow
def test_ends_are_found_with_the_usual_settings():
    """A gap of a solve that is small beside all costs may still be much beside what a direction asks for."""
    survey = world.survey(stock=world_hours.stock("w", 1e5, 0.5))  # idle halls: a term of 46 bn CNY
    exact = search(survey, twins.settings("whole"), Asked(slack_share=0.02, count=2))
    found = search(survey, twins.settings("decomposed"), Asked(slack_share=0.02, count=2))
    for end in ("low_mw", "high_mw"):
        assert found.ranges[end].to_numpy() == pytest.approx(exact.ranges[end].to_numpy(), abs=1.0)


def test_a_must_have():
    """West is cheap; at 0.1 % more it cannot be left, since 200 MW elsewhere cost 1.5 % more."""
    found = search(world.survey(), twins.settings(), Asked(slack_share=1e-3, count=2, **EXACT))
    low, high = ends(found, "province", "West")
    assert high == pytest.approx(200.0, abs=0.4)
    assert 150.0 < low < 200.0
    assert ends(found, "province", "East")[1] < 50.0


def test_whole_campuses_are_whole():
    """Every campus of a plan holds the smallest campus of 100 MW at least in modules."""
    asked = Asked(slack_share=0.05, count=4, integers=True, **EXACT)
    found = search(twins.survey(), twins.settings(), asked)
    assert found.how["slack_share"].max() <= 0.05 + 1e-6
    assert found.it_mw.sum(axis=1).to_numpy() == pytest.approx(twins.IT_MW, abs=0.4)
    with pytest.raises(PlanError, match="--integers: this problem is solved in parts"):
        search(twins.survey(), twins.settings("decomposed"), asked)


def test_groups_of_places():
    groups = groups_of(world.survey())
    assert groups["side", "west"] == ["w", "m"]
    assert groups["hubs", "hubs"] == ["w", "e"]
    assert groups["province", "Middle"] == ["m"]


def test_distances_by_hand():
    it_mw = pd.DataFrame({"a": [100.0, 50.0, 0.0], "b": [0.0, 50.0, 100.0]})
    assert distances(it_mw).tolist() == [[0.0, 0.5, 1.0], [0.5, 0.0, 0.5], [1.0, 0.5, 0.0]]


def test_the_farthest_come_first_and_doubles_never():
    apart = distances(pd.DataFrame({"a": [100.0, 100.0, 0.0, 60.0], "b": [0.0, 0.0, 100.0, 40.0]}))
    assert farthest(apart, 10) == [0, 2, 3]
    assert farthest(np.zeros((3, 3)), 3) == [0]


def test_processes_find_what_one_finds():
    """Each direction begins at the same cuts, so it does not matter who looks, or after what."""
    found = []
    for count in (1, 2):
        settings = twins.settings("decomposed")
        solve = settings.solve.model_copy(update={"workers": count})
        settings = settings.model_copy(update={"solve": solve})
        found.append(search(world.survey(), settings, Asked(slack_share=0.02, count=4, **EXACT)))
    assert found[1].how["way"].tolist() == found[0].how["way"].tolist()
    assert found[1].it_mw.to_numpy() == pytest.approx(found[0].it_mw.to_numpy(), abs=0.1)
    assert found[1].failed == found[0].failed == {}
