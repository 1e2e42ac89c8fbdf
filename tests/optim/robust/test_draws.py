"""Draws of tiny worlds: known answers, both forms alike, the same numbers whoever solves them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optim.inputs import prepare
from optim.optimise import optimise
from optim.plant_energy import start_points
from optim.plant_hot import PlantEnergy
from optim.robust.corners import Corner, make_corner_pricing, priced_plants
from optim.robust.draws import make_solve, solved_base, tariff_levels
from optim.robust.frequency import by_province
from optim.robust.importance import importance_table
from optim.robust.noise import NONE, Band, Headroom, Noise
from optim.robust.run import Asked, draw, prepared
from optim.settings import BudgetSettings, SupplySettings
from optim.tables import PlanError
from optim.warm import Planner
from tests import twins, world
from tests.world_hours import sunny, with_potential

OWN = Band(high=0.1, medium=0.1, low=0.1, missing=0.1, site=1.0)
TIGHT = 1e-7


def ends(low: float = 0.6, high: float = 1.5, years: tuple[int, ...] = world.YEARS) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product([["East", "Middle", "West"], years])
    return pd.DataFrame({"low_share": low, "high_share": high}, index=keys)


def found(survey, settings, noise, draws=16, **asked):
    ready = prepared(survey, settings, noise, ends(), Asked(draws=draws, workers=1, gap_share=TIGHT, **asked))
    return draw(ready)


@pytest.mark.slow
def test_without_noise_each_place_is_in_all_draws_or_none():
    done = found(twins.survey(headroom=world.headroom(250.0).query("year == 2026")), twins.settings(), NONE)
    assert len(done.it_mw) == 16
    assert done.it_mw.drop_duplicates().shape[0] == 1
    assert done.it_mw.iloc[0].to_numpy() == pytest.approx(done.base_mw.to_numpy(), abs=1e-3)
    assert done.groups == []


@pytest.mark.slow
def test_without_noise_whole_campuses_are_those_of_the_plan():
    survey, settings = world.survey(), twins.settings()
    plan = optimise(survey, settings)
    done = found(survey, settings, NONE, integers=True)
    planned = plan.build.query("year == 2027").set_index("site_id")["it_mw"].reindex(done.it_mw.columns)
    assert done.it_mw.drop_duplicates().shape[0] == 1
    assert done.it_mw.iloc[0].to_numpy() == pytest.approx(planned.fillna(0.0).to_numpy(), abs=1e-3)


@pytest.mark.slow
def test_two_equal_sites_each_appear_in_half_of_the_draws():
    """In each draw all load goes to the cheaper one; each error stands twice, so 20 of 40 draws count."""
    done = found(twins.survey(), twins.settings(), NONE.model_copy(update={"tariffs": OWN}), draws=40)
    appears = (done.it_mw >= 100.0).mean()
    assert appears["e"] == 0.0
    assert appears["w"] + appears["m"] == pytest.approx(1.0)
    assert abs(appears["w"] - 0.5) <= 1.96 * np.sqrt(0.25 / 20)


@pytest.mark.slow
def test_headroom_as_the_only_error_explains_all_of_the_variance():
    noise = NONE.model_copy(update={"headroom": Headroom()})
    survey = world.survey(headroom=world.headroom(west_mw=250.0))
    done = found(survey, twins.settings(), noise)
    totals = by_province(done.it_mw, survey.candidates.set_index("site_id")["province"])
    assert totals["West"].std() > 10.0
    table = importance_table(done.ready.design, totals, done.groups)
    assert table[["group", "share"]].to_numpy().tolist() == [["headroom", pytest.approx(1.0)]]


@pytest.mark.slow
def test_headroom_explains_all_beside_errors_that_change_nothing():
    """Land costs so little against the tariffs' 100 CNY/MWh that its error moves nothing."""
    land = Band(high=0.1, medium=0.1, low=0.1, missing=0.1, site=1.0)
    noise = NONE.model_copy(update={"headroom": Headroom(), "land": land})
    survey = world.survey(headroom=world.headroom(west_mw=250.0))
    done = found(survey, twins.settings(), noise)
    totals = by_province(done.it_mw, survey.candidates.set_index("site_id")["province"])
    shares = importance_table(done.ready.design, totals, done.groups).set_index("group")["share"]
    assert shares["headroom"] == pytest.approx(1.0)
    assert abs(shares["land"]) < 0.5, "8 pairs only"


@pytest.mark.slow
def test_headroom_by_hand():
    """West holds headroom / 1.25 MW: what the meters of its halls may draw in the hottest hour."""
    noise = NONE.model_copy(update={"headroom": Headroom()})
    done = found(world.survey(headroom=world.headroom(west_mw=250.0)), twins.settings(), noise)
    for number, row in done.it_mw.iterrows():
        factor = done.ready.drawn[number]["headroom"]
        assert row["w"] == pytest.approx(200.0 * factor["West", 2027], rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("carbon_max_mt", [None, 3.5])
def test_both_forms_agree_in_every_draw(carbon_max_mt):
    survey, answers = world.survey(), {}
    budgets = {"budgets": BudgetSettings(carbon_max_mt=carbon_max_mt)}
    for form in ("whole", "decomposed"):
        answers[form] = found(survey, twins.settings(form).model_copy(update=budgets), Noise())
    for one, other in zip(answers["whole"].drawn, answers["decomposed"].drawn, strict=True):
        assert one.objective_m_cny == pytest.approx(other.objective_m_cny, rel=1e-6)
        assert other.gap_share <= TIGHT
    whole, parts = (answers[form].it_mw.to_numpy() for form in ("whole", "decomposed"))
    assert whole == pytest.approx(parts, abs=0.5)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["whole", "decomposed"])
def test_the_numbers_do_not_depend_on_who_solves_them(form):
    asked = Asked(draws=16, workers=1)
    ready = prepared(world.survey(), twins.settings(form), Noise(), ends(), asked)
    alone = draw(ready)
    shared = draw(replace(ready, asked=replace(asked, workers=2)))
    pd.testing.assert_frame_equal(alone.it_mw, shared.it_mw, check_exact=True)
    solve = make_solve(ready.base)
    backwards = {number: solve(number, ready.drawn[number]) for number in (9, 3, 0)}
    for number, each in backwards.items():
        assert np.array_equal(each.it_mw, alone.drawn[number].it_mw)
        assert each.objective_m_cny == alone.drawn[number].objective_m_cny


@pytest.mark.slow
def test_draws_end_once_shares_are_known_well_enough():
    noise = NONE.model_copy(update={"tariffs": OWN})
    done = found(twins.survey(), twins.settings(), noise, draws=54, half_width=0.45)
    assert len(done.drawn) == 28, "the first of two blocks, of 28 and 26"
    assert done.it_mw.shape == (28, 3)


@pytest.mark.parametrize("draws", [2, 17])
def test_a_number_of_draws_that_cannot_be(draws):
    with pytest.raises(PlanError, match="expected an even number, at least 16"):
        prepared(twins.survey(), twins.settings(), NONE, ends(), Asked(draws=draws))


def test_whole_campuses_only_where_the_problem_is_whole():
    with pytest.raises(PlanError, match="--integers: this problem is solved in parts"):
        solved_base(twins.survey(), twins.settings("decomposed"), True, (1.0, 1.0))


@pytest.mark.slow
def test_a_draw_without_a_plan_says_so():
    settings = twins.settings()
    settings = settings.model_copy(
        update={"workload": settings.workload.model_copy(update={"allow_unserved": False})}
    )
    headroom = world.headroom(west_mw=130.0, middle_mw=130.0, east_mw=130.0).query("year == 2026")
    noise = NONE.model_copy(update={"headroom": Headroom(nation=1.0)})
    done = found(twins.survey(headroom=headroom), settings, noise)
    lost = [each for each in done.drawn if each.status == "infeasible"]
    assert 0 < len(lost) < 16
    assert len(done.it_mw) == 16 - len(lost)
    assert all("no plan" in each.message for each in lost)


def test_mixed_cuts_are_exact_at_the_levels_and_never_too_high_between():
    """Sun at the site makes the cost bend in the tariff: below some price nobody builds it."""
    survey = with_potential(world.survey(profiles=sunny([0.0] * 8 + [0.7] * 8 + [0.0] * 8)))
    settings = twins.settings("decomposed").model_copy(update={"supply": SupplySettings()})
    inputs, key = prepare(survey, settings), ("w", "liquid_dry", 2026)
    with Planner(survey, settings) as planner:
        points = start_points(inputs, planner.m, key)
    priced = priced_plants(inputs, [key], settings.penalty_m_cny_per_gw)
    levels = tariff_levels((0.5, 1.6))
    corner, _ = make_corner_pricing((priced, levels))(key, as_it_is(priced, key, points))
    short = []
    for factor in (0.5, 0.63, 0.8, 0.97, 1.0, 1.3, 1.6):
        constants, gradients = corner.at(levels, factor)
        plant = PlantEnergy(priced.at(key, factor))
        for point, constant, gradient in zip(points, constants, gradients, strict=True):
            true, cut = plant.at(point)[0], constant + gradient @ point
            assert cut <= true + 1e-6 * abs(true)
            if factor in levels:
                assert cut == pytest.approx(true, rel=1e-6)
            short.append(1.0 - cut / true)
    assert max(short) > 1e-3, "else the tariff does not bend, and the test says nothing"


def as_it_is(priced, key, points):
    plant = PlantEnergy(priced.at(key, 1.0))
    answers = [plant.at(point) for point in points]
    gradients = np.stack([gradient for _, gradient in answers])
    constants = [value - gradient @ x for (value, gradient), x in zip(answers, points, strict=True)]
    return Corner(points, np.asarray([constants]), gradients[None])
