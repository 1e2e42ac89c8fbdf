"""What a group is worth: hand arithmetic for two provinces, equal tariff and shell, limits not met."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from geodata.tables import TableError
from optim.equalise import equal_shell, equal_tariff, is_shell_equal
from optim.settings import CostSettings
from optim.warm import Planner
from optim.worth import Limit, extra_m_cny, group_of, parts, worth
from tests import world
from tests.optim.test_tiny_plan import DISCOUNT, annuity

LOAD = {2026: 300.0, 2027: 600.0}
LAST = Limit()
PRICE = {"west": 300.0, "east": 600.0}


def two(edge_mw=0.0, distance_km=0.0, **more):
    """Return West and East alone, with training load that fits either; nothing else differs but the price."""
    kept = world.candidates()["site_id"].isin(["w", "e"]).to_numpy()
    candidates = world.candidates()[kept].assign(side=["west", "east"], backbone_km=0.0)
    links = world.links().query("site_id != 'm'").assign(distance_km=distance_km, route_km=distance_km)
    zones = world.zones().query("zone_id != 'Middle'").assign(demand_share=[0.25, 0.75])
    rooms = world.headroom(west_mw=5000.0, east_mw=5000.0)
    return world.survey(
        **{"candidates": candidates, "links": links, "zones": zones, "headroom": rooms}
        | {
            "cooling": world.cooling().query("site_id != 'm'"),
            "profiles": world.profiles().query("site_id != 'm'"),
        }
        | {"cooling_hours": world.cooling_hours().query("site_id != 'm'")}
        | {"demand": world.demand(edge_mw, 0.0, 300.0), **more}
    )


def settings(west_shell=1.0, east_shell=1.0, **changes):
    costs = CostSettings(
        west_shell_factor=west_shell, east_shell_factor=east_shell, items={"campus_line_km": 0.0}
    )
    return world.settings(costs=costs, **changes)


def curve(shares, limit=LAST, survey=None, chosen=None, name="west"):
    survey = survey or two()
    with Planner(survey, chosen or settings()) as planner:
        group = group_of(survey.candidates, name)
        return list(worth(planner, group, shares, limit))


def energy_m_cny(mw):
    return mw * 0.6 * 8760 * 1.2 * (PRICE["east"] - PRICE["west"]) / 1e6


@pytest.mark.slow
def test_a_cap_in_every_year_costs_the_energy_that_is_dearer_elsewhere():
    # Nothing but the energy price differs: capped at 40 %, 60 % of each year's load pays 300 CNY/MWh more.
    steps = curve([0.4], Limit(all_years=True))
    by_hand = sum(energy_m_cny(0.6 * mw) * DISCOUNT[year] for year, mw in LOAD.items())
    assert extra_m_cny(steps, "as_is", 0.4) == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.slow
def test_a_cap_in_the_last_year_lets_earlier_years_be():
    # 300 MW stand in the west in 2026; 0.4 x 600 = 240 may stay in 2027, and campuses do not move.
    steps = curve([0.5])
    assert extra_m_cny(steps, "as_is", 0.5) == pytest.approx(energy_m_cny(300.0) * DISCOUNT[2027], rel=1e-6)


@pytest.mark.slow
def test_a_cap_that_does_not_bind_costs_nothing():
    assert extra_m_cny(curve([1.0]), "as_is", 1.0) == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
def test_with_the_tariff_equal_the_west_is_worth_nothing_and_all_of_it_was_tariff():
    split = parts(curve([0.4], Limit(all_years=True)), 0.4)
    assert split.whole > 100
    assert split.tariff == pytest.approx(split.whole, rel=1e-6)
    assert split.shell == pytest.approx(0, abs=1e-6)
    assert split.rest == pytest.approx(0, abs=1e-4)


@pytest.mark.slow
def test_the_parts_are_what_tariff_and_shell_cost_by_hand_and_add_up():
    steps = curve([0.4], Limit(all_years=True), chosen=settings(west_shell=0.8, east_shell=1.2))
    split = parts(steps, 0.4)
    shell = 20.0 * 0.4 * (annuity(0.06, 20) + 0.03)  # a MW and year in the east over one in the west
    by_tariff = sum(energy_m_cny(0.6 * mw) * DISCOUNT[year] for year, mw in LOAD.items())
    by_shell = sum(shell * 0.6 * mw * DISCOUNT[year] for year, mw in LOAD.items())
    assert split.tariff == pytest.approx(by_tariff, rel=1e-6)
    assert split.shell == pytest.approx(by_shell, rel=1e-6)
    assert split.rest == pytest.approx(0, abs=1e-3)
    assert split.tariff + split.shell + split.rest == pytest.approx(split.whole)


@pytest.mark.slow
def test_what_neither_explains_is_left():
    # Leased waves to the zones are longer from the west: the west is dearer there, tariff or not.
    links = two().links
    links = links.assign(distance_km=links["site_id"].map({"w": 1000.0, "e": 0.0}), route_km=0.0)
    split = parts(curve([0.4], Limit(all_years=True), survey=two(links=links)), 0.4)
    free_waves = parts(curve([0.4], Limit(all_years=True)), 0.4)
    assert split.whole < free_waves.whole
    assert split.tariff + split.shell + split.rest == pytest.approx(split.whole)


@pytest.mark.slow
def test_a_floor_brings_load_to_the_group():
    steps = curve([0.25], Limit(is_floor=True, all_years=True), name="East")
    by_hand = sum(energy_m_cny(0.25 * mw) * DISCOUNT[year] for year, mw in LOAD.items())
    assert extra_m_cny(steps, "as_is", 0.25) == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.slow
def test_a_cap_that_leaves_load_unserved_is_infeasible_and_since_when():
    # The east can take 400 MW at the meter = 320 MW of IT: enough for 2026, not for 600 MW in 2027.
    survey = two(headroom=world.headroom(west_mw=5000.0, east_mw=400.0))
    last, every = curve([0.0], survey=survey), curve([0.0], Limit(all_years=True), survey=survey)
    for steps in (last, every):
        step = next(s for s in steps if s.variant == "as_is" and s.share == 0.0)
        assert (step.answer, step.infeasible_from) == (None, 2027)
        assert step.unserved_mw == pytest.approx(280)
    assert parts(last, 0.0) is None


@pytest.mark.slow
def test_a_cap_below_load_that_is_bound_to_its_city_is_infeasible_at_all():
    # 60 MW of same-city load stand in the east in 2026, 120 in 2027, of 360 and 720 in all.
    survey = two(edge_mw=60.0)
    steps = curve([0.2, 0.1], Limit(all_years=True), survey=survey, name="east")
    found = {s.share: s for s in steps if s.variant == "as_is"}
    assert found[0.2].answer is not None
    assert found[0.1].infeasible_from == 2026
    assert math.isnan(found[0.1].unserved_mw)


def test_every_site_pays_the_demand_weighted_mean():
    survey = two()
    equal = equal_tariff(survey, settings()).candidates
    assert equal["energy_price_posted_cny_per_mwh"].tolist() == pytest.approx([0.25 * 300 + 0.75 * 600] * 2)
    assert equal["demand_charge_posted_cny_per_mw_month"].tolist() == pytest.approx([30000.0] * 2)
    same = [c for c in equal if "_cny_per_mw" not in c]
    pd.testing.assert_frame_equal(equal[same], survey.candidates[same])


def test_the_tariff_in_use_is_made_the_same_with_its_demand_charge():
    candidates = two().candidates.assign(price_negotiated_cny_per_mwh=[200.0, float("nan")])
    survey = two(candidates=candidates)
    basis = world.settings(costs=CostSettings(price_basis="negotiated", energy_price_factor=2.0))
    equal = equal_tariff(survey, basis).candidates.iloc[0]
    assert equal["energy_price_posted_cny_per_mwh"] == pytest.approx(0.25 * 200 + 0.75 * 600)
    assert equal["demand_charge_posted_cny_per_mw_month"] == pytest.approx(0.75 * 30000)
    assert pd.isna(equal["price_negotiated_cny_per_mwh"])


def test_the_mean_of_a_zone_is_that_of_its_candidates():
    more = two().candidates.iloc[[1]].assign(site_id="e2", energy_price_posted_cny_per_mwh=500.0)
    survey = two()
    grown = pd.concat([survey.candidates, more])
    equal = equal_tariff(world.replace(survey, candidates=grown), settings()).candidates
    assert equal["energy_price_posted_cny_per_mwh"].iloc[0] == pytest.approx(0.25 * 300 + 0.75 * 550)


def test_the_shell_is_made_the_same_by_demand():
    asked = settings(west_shell=0.8, east_shell=1.2)
    assert not is_shell_equal(asked)
    equal = equal_shell(two(), asked)
    assert equal.costs.west_shell_factor == pytest.approx(0.25 * 0.8 + 0.75 * 1.2)
    assert is_shell_equal(equal)


@pytest.mark.parametrize(
    ("words", "sites"),
    [
        ("west", {"w", "m"}),
        ("West", {"w"}),
        ("NM", {"w"}),
        ("middle", {"m"}),
        ("w, East", {"w", "e"}),
        ("site W", {"w"}),
    ],
)
def test_a_group_is_a_side_a_province_a_hub_or_sites(words, sites):
    assert set(group_of(world.survey().candidates, words).sites) == sites


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("nowhere, West", "group 'nowhere': no such place"),
        ("", "no such place"),
        ("west,east", "every candidate"),
    ],
)
def test_a_group_of_nothing_or_everything_is_refused(words, message):
    with pytest.raises(TableError, match=message):
        group_of(world.survey().candidates, words)


@pytest.mark.slow
def test_the_planner_stands_at_the_scenario_again():
    with Planner(two(), settings()) as planner:
        steps = list(worth(planner, group_of(planner.survey.candidates, "west"), [0.4], Limit()))
        assert planner.solve().objective_m_cny == pytest.approx(steps[0].answer.objective_m_cny)
