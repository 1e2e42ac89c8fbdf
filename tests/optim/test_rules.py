"""Each policy rule at both sides of its number, and its effect, on the tiny world."""

from __future__ import annotations

from functools import cache

import pytest

from optim.optimise import optimise
from optim.tables import InfeasibleError
from tests import world

HUBS = {"scope": "hubs", "hub_scope": "province"}


@cache
def free():
    """Return the plan without rules; tests only read it."""
    return optimise(world.survey(), world.settings())


def plan(*rules, settings=None, **tables):
    survey = world.survey(rules=world.rules(*rules), **tables)
    return optimise(survey, settings or world.settings())


def it_mw(results, site, year):
    rows = results.build[(results.build["site_id"] == site) & (results.build["year"] == year)]
    return rows["it_mw"].sum()


def hub_share(number, **more):
    return {"rule_id": "H", "kind": "hub_share", "number": number, **HUBS, **more}


@pytest.mark.slow
def test_hub_share_below_what_the_plan_has_changes_nothing():
    # Without rules hubs hold 200 of 800 MW in 2027.
    ruled = plan(hub_share(0.24))
    assert ruled.solution.siting_cost_m_cny == pytest.approx(free().solution.siting_cost_m_cny)
    assert ruled.rules.set_index("year").loc[2027, "value"] == pytest.approx(0.25)
    assert not ruled.rules["binding"].any()


def test_hub_share_is_a_floor():
    ruled = plan(hub_share(0.5))
    for year, total in ((2026, 400), (2027, 800)):
        assert it_mw(ruled, "w", year) + it_mw(ruled, "e", year) >= 0.5 * total - 1e-6
    assert ruled.solution.siting_cost_m_cny > free().solution.siting_cost_m_cny


@pytest.mark.slow
def test_soft_hub_share_is_missed_when_its_price_is_low():
    ruled = plan(hub_share(0.5, hard=False, price_m_cny_per_unit=1e-4))
    assert ruled.rules.set_index("year").loc[2027, "missed"] == pytest.approx(200)
    assert ruled.solution.siting_cost_m_cny == pytest.approx(free().solution.siting_cost_m_cny)
    assert ruled.solution.penalty_m_cny == pytest.approx(200 * 1e-4 / 1.06**2)


@pytest.mark.slow
def test_soft_hub_share_is_kept_when_its_price_is_high():
    ruled = plan(hub_share(0.5, hard=False, price_m_cny_per_unit=100.0))
    assert ruled.rules["missed"].max() == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
def test_hub_scope_decides_which_sites_count():
    none = hub_share(0.5, hub_scope="start_area", hard=False, price_m_cny_per_unit=1e-4)
    assert plan(none).rules["value"].tolist() == [0, 0]


@pytest.mark.slow
def test_rule_that_ended_is_kept_or_lapses():
    kept = plan(hub_share(0.5, to_year=2025, after_end="keep"))
    lapsed = plan(hub_share(0.5, to_year=2025, after_end="lapse"))
    one_year = plan(hub_share(0.5, to_year=2026, after_end="lapse"))
    later = plan(hub_share(0.5, from_year=2027))
    assert kept.rules["held_after_end"].all()
    assert lapsed.rules.empty
    assert one_year.rules["year"].tolist() == [2026]
    assert later.rules["year"].tolist() == [2027]


@pytest.mark.slow
def test_disabled_rule_binds_nothing():
    assert plan(hub_share(0.9, enabled=False)).rules.empty


def large(**more):
    return {"rule_id": "L", "kind": "large_in_hub_only", "large_from_mw": 7.5, **HUBS, **more}


@pytest.mark.slow
def test_large_sites_outside_hubs_are_refused():
    ruled = plan(large())
    assert it_mw(ruled, "m", 2027) == 0
    assert it_mw(ruled, "w", 2027) + it_mw(ruled, "e", 2027) == pytest.approx(800)


def small_campuses(threshold_mw):
    campus = {"module_mw": 1.0, "campus_min_mw": 1.0}
    demand = world.demand(real_time_mw=0, training_mw=4)
    empty = world.headroom(west_mw=0, east_mw=0)
    return plan(
        large(large_from_mw=threshold_mw), settings=world.campus(**campus), demand=demand, headroom=empty
    )


@pytest.mark.slow
def test_threshold_of_large_at_both_sides():
    # Only Middle, outside the hubs, has headroom; 8 MW are wanted in 2027.
    assert it_mw(small_campuses(7.5), "m", 2027) == pytest.approx(7.5)
    assert small_campuses(7.5).unserved["it_mw"].sum() == pytest.approx(0.5)
    assert it_mw(small_campuses(8.0), "m", 2027) == pytest.approx(8.0)


def local_only():
    """Real-time load of Middle alone, which West also reaches in 8 ms."""
    local = world.demand().assign(zone_id="Middle")
    local.loc[local["class_id"] == "training", "it_mw"] = 0.0
    return local


@pytest.mark.slow
def test_local_load_does_not_count_where_exempt():
    no_west = world.headroom(west_mw=0, east_mw=0)
    exempt = plan(large(local_load_exempt=True), demand=local_only(), headroom=no_west)
    assert it_mw(exempt, "m", 2027) == pytest.approx(200)
    assert exempt.unserved.empty
    strict = plan(large(), demand=local_only(), headroom=no_west)
    assert it_mw(strict, "m", 2027) == 0
    assert strict.unserved["it_mw"].sum() == pytest.approx(300)


@pytest.mark.slow
def test_exempt_site_takes_no_load_from_elsewhere():
    # Every campus is large (100 MW and more), so nothing may slip under the threshold of 7.5 MW either.
    ruled = plan(large(local_load_exempt=True), headroom=world.headroom(east_mw=0))
    assert it_mw(ruled, "m", 2027) == 0
    assert it_mw(ruled, "w", 2027) == pytest.approx(200)
    assert ruled.rules["number"].tolist() == [0, 0]


@pytest.mark.slow
def test_small_exempt_site_takes_load_from_elsewhere_up_to_the_threshold():
    campus = {"module_mw": 1.0, "campus_min_mw": 1.0}
    empty = world.headroom(west_mw=0, east_mw=0)
    ruled = plan(large(local_load_exempt=True), settings=world.campus(**campus), headroom=empty)
    assert ruled.flows[ruled.flows["year"] == 2027]["it_mw"].sum() == pytest.approx(7.5)


def pue_cap(number, **more):
    return {"rule_id": "P", "kind": "pue_cap", "number": number, "large_from_mw": 7.5, **more}


@pytest.mark.slow
@pytest.mark.parametrize(("number", "west_mw"), [(world.PUE_MEAN, 200), (world.PUE_MEAN - 1e-6, 0)])
def test_pue_cap_at_both_sides(number, west_mw):
    assert it_mw(plan(pue_cap(number, scope="West")), "w", 2027) == pytest.approx(west_mw)


@pytest.mark.slow
def test_pue_cap_in_hubs_leaves_other_sites():
    ruled = plan(pue_cap(1.1, **HUBS))
    assert it_mw(ruled, "w", 2027) + it_mw(ruled, "e", 2027) == 0
    assert it_mw(ruled, "m", 2027) == pytest.approx(800)


def green(number, **more):
    return {
        "rule_id": "G",
        "kind": "green_share",
        "number": number,
        "accounting": "certificates",
        **HUBS,
        **more,
    }


@pytest.mark.slow
def test_green_share_buys_certificates_for_exactly_the_share():
    ruled = plan(green(0.8))
    west = ruled.operation[ruled.operation["site_id"] == "w"]
    middle = ruled.operation[ruled.operation["site_id"] == "m"]
    assert west["certificates_mwh"].tolist() == pytest.approx((0.8 * west["purchase_mwh"]).tolist())
    assert middle["certificates_mwh"].sum() == 0
    cost = ruled.costs[ruled.costs["item"] == "certificates"]["cost_m_cny"].sum()
    assert cost == pytest.approx(west["certificates_mwh"].sum() * 5 / 1e6)


@pytest.mark.slow
@pytest.mark.parametrize(("price", "missed_share"), [(0.004, 0.8), (0.006, 0.0)])
def test_soft_green_share_is_priced_per_gwh(price, missed_share):
    # A certificate costs 5 CNY/MWh = 0.005 M CNY/GWh: cheaper than missing at 0.006, dearer than at 0.004.
    ruled = plan(green(0.8, hard=False, price_m_cny_per_unit=price))
    west = ruled.operation[ruled.operation["site_id"] == "w"].set_index("year")["purchase_mwh"]
    missed = ruled.rules[ruled.rules["place"] == "NM"].set_index("year")["missed"]
    assert missed[2027] == pytest.approx(missed_share * west[2027] / 1e3, abs=1e-6)


@pytest.mark.slow
def test_green_shares_beyond_reach_are_refused():
    # Without direct supply, nothing but leaving all load unserved would keep an hourly share.
    rule = green(0.5, scope="all", hub_scope="", accounting="hourly")
    with pytest.raises(InfeasibleError, match=r"no plan meets all hard rules: G lacks .* GWh"):
        plan(rule, settings=no_slack())


@pytest.mark.slow
def test_build_pause_holds_what_stands():
    pause = {"rule_id": "B", "kind": "build_pause", "scope": "Middle", "from_year": 2027}
    ruled = plan(pause)
    assert it_mw(ruled, "m", 2027) == pytest.approx(it_mw(ruled, "m", 2026))
    assert ruled.rules[["year", "value", "number"]].to_numpy().tolist() == [[2027, 0, 0]]


@pytest.mark.slow
def test_soft_build_pause_is_missed_when_its_price_is_low():
    pause = {"rule_id": "B", "kind": "build_pause", "scope": "Middle", "from_year": 2027}
    ruled = plan({**pause, "hard": False, "price_m_cny_per_unit": 1e-4})
    assert ruled.rules["missed"].item() == pytest.approx(400)
    assert ruled.rules["value"].item() == pytest.approx(400)


def residency(number, **more):
    return {"rule_id": "D", "kind": "residency", "class_id": "rt_infer", "number": number, **more}


@pytest.mark.slow
@pytest.mark.parametrize("number", [0.0, 0.5, 1.0])
def test_residency_keeps_its_share_in_the_province(number):
    ruled = plan(residency(number), settings=world.campus(campus_min_mw=10, module_mw=10))
    flows = ruled.flows[(ruled.flows["class_id"] == "rt_infer") & (ruled.flows["year"] == 2026)]
    inside = flows[flows["site_id"] == "e"]["it_mw"].sum()
    assert inside == pytest.approx(number * 100, abs=1e-6)


@pytest.mark.slow
def test_residency_keeps_a_merged_class_apart():
    ruled = plan(residency(0.5, class_id="training"))
    training = ruled.flows[ruled.flows["class_id"] == "training"]
    assert not training["merged"].any()
    assert training[(training["site_id"] == "e") & (training["year"] == 2026)]["it_mw"].sum() >= 150 - 1e-6


@pytest.mark.slow
def test_contradicting_hard_rules_are_named():
    with pytest.raises(InfeasibleError, match=r"no plan meets all hard rules") as caught:
        plan(hub_share(0.9), pue_cap(1.1, **HUBS), settings=no_slack())
    assert "rule H (hub_share 0.9)" in str(caught.value)
    assert "rule P (pue_cap 1.1)" in str(caught.value)


def edge_only():
    return world.headroom(west_mw=0, east_mw=20)


def no_slack():
    base = world.settings()
    return base.model_copy(update={"workload": base.workload.model_copy(update={"allow_unserved": False})})
