"""Cost items, tariffs and tables that do not fit together."""

from __future__ import annotations

import pytest

from geodata.tables import TableError
from optim.economics import money, tariff
from optim.groups import load_groups
from optim.hours import representative_hours
from optim.inputs import prepare
from optim.settings import CoolingSettings, CostSettings
from tests import world, world_hours


def prepared(**tables):
    return prepare(world.survey(**tables), world.settings())


def test_replaced_item_counts():
    assert money(world.costs(), CostSettings(items={"staff_per_mw": 2.0}))["staff_per_mw"] == 2.0


def test_unknown_item_is_named_with_a_near_one():
    with pytest.raises(
        TableError, match=r"optim.costs.items: found staf_per_mw \(did you mean staff_per_mw\?\)"
    ):
        money(world.costs(), CostSettings(items={"staf_per_mw": 2.0}))


def test_missing_item_is_named():
    costs = world.costs()
    with pytest.raises(TableError, match="found no item shell_m_cny_per_mw"):
        prepared(costs=costs[costs["item"] != "shell_m_cny_per_mw"])


def plant_costs(costs=None, **cooling):
    options = world.settings(costs=costs or CostSettings(), cooling=CoolingSettings(**cooling))
    return prepare(world.survey(), options).plants.table


def test_shell_factor_is_by_side():
    shell = plant_costs(CostSettings(east_shell_factor=1.5))["shell"].droplevel("technology")
    assert shell["e"].iloc[0] == pytest.approx(1.5 * shell["w"].iloc[0])


def test_air_cooling_needs_no_liquid_adder():
    liquid = plant_costs(technologies=("air_economiser", "liquid_dry"), keep_dominated=True)["liquid_cooling"]
    assert (liquid.xs("air_economiser", level="technology") == 0).all()
    assert (liquid.xs("liquid_dry", level="technology") > 0).all()


@pytest.mark.slow
def test_technology_that_another_beats_is_left_out_but_liquid_is_kept():
    # All six are alike; air-cooled halls cost less than liquid-cooled ones, which alone fit dense racks.
    kept = plant_costs().index.get_level_values("technology")
    assert sorted(set(kept)) == ["chilled_water", "liquid_tower"]
    everything = plant_costs(keep_dominated=True).index.get_level_values("technology")
    assert len(set(everything)) == 6


def test_existing_halls_pay_no_shell_but_keeping_and_refit():
    survey = world.survey(stock=world_hours.stock(it_mw=100, used_share=0.6, pue_factor=1.1))
    hall = prepare(survey, world.settings()).plants.table.loc[("w", "existing")]
    assert (hall["shell"], hall["limit_gw"], hall["used_gw"]) == pytest.approx((0, 0.04, 0.06))
    assert hall["pue_mean"] == pytest.approx(1.1 * world.PUE_MEAN)
    assert hall["keep"] == pytest.approx(500)


def test_load_groups_gather_classes_alike():
    classes = world.classes()
    groups = load_groups(world.survey(classes=classes), defer=True)
    assert groups.of_class.to_dict() == {"rt_edge": "edge", "rt_infer": "rt_infer", "training": "training"}
    same = ["needs_liquid", "movable", "essential", "deferrable_h"]
    classes.loc[classes["class_id"] == "training", same] = [True, False, True, 0.0]
    merged = load_groups(world.survey(classes=classes), defer=True)
    assert set(merged.of_class) == {"edge", "rt_infer+training"}


def test_days_left_out_are_merged_into_the_most_alike():
    sun = world_hours.sunny([0.0] * 24, [0.1] * 24, [0.9] * 24)
    survey = world.survey(days=world.days(3), day_months=world.day_months(3), profiles=sun)
    hours = representative_hours(survey, 2)
    assert hours.days in ((0, 2), (1, 2))
    assert hours.weight_h[[0, 24]].tolist() == pytest.approx([730 / 3, 365 / 3])
    assert hours.month_days["weight_days"].sum() == pytest.approx(365)


def test_days_alike_are_all_kept_if_there_is_room():
    survey = world.survey(days=world.days(2), day_months=world.day_months(2), profiles=world.profiles(2))
    assert representative_hours(survey, 12).days == (0, 1)


def test_spot_falls_back_to_posted_and_says_so():
    places = world.candidates()
    places.loc[places["site_id"] == "w", "energy_price_spot_cny_per_mwh"] = 222.0
    used = tariff(places, CostSettings(price_basis="spot"))
    assert used["energy_cny_per_mwh"].to_dict() == {"w": 222.0, "m": 400.0, "e": 600.0}
    assert used["basis"].to_dict() == {"w": "spot", "m": "posted", "e": "posted"}


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"candidates": world.candidates().iloc[:0]}, "candidates: found no rows"),
        ({"demand": world.demand(0, 0, 0)}, "demand: found none"),
        (
            {"headroom": world.headroom().iloc[:2]},
            r"headroom: found no row for East 2026, East 2027, Middle 2026",
        ),
        ({"demand": world.demand().assign(zone_id="Atlantis")}, "found zone_id Atlantis"),
        ({"demand": world.demand().assign(class_id="dreams")}, "found class_id dreams"),
    ],
)
def test_tables_that_do_not_fit_are_refused(tables, message):
    with pytest.raises(TableError, match=message):
        prepared(**tables)


def test_all_faults_are_told_at_once():
    with pytest.raises(TableError, match=r"headroom: .*; demand: found zone_id"):
        prepared(headroom=world.headroom().iloc[:2], demand=world.demand().assign(zone_id="Atlantis"))


def test_soft_rule_without_a_price_is_refused():
    rule = {
        "rule_id": "H",
        "kind": "hub_share",
        "scope": "hubs",
        "hub_scope": "province",
        "number": 0.5,
        "hard": False,
    }
    with pytest.raises(TableError, match="found no price in soft rule H"):
        prepared(rules=world.rules(rule))


def test_rule_without_a_number_is_refused():
    with pytest.raises(TableError, match="found no number in rule G"):
        prepared(rules=world.rules({"rule_id": "G", "kind": "green_share", "scope": "all"}))


def test_unknown_hub_scope_is_refused():
    rule = {"rule_id": "H", "kind": "hub_share", "hub_scope": "county", "number": 0.5}
    with pytest.raises(TableError, match="found hub_scope 'county'"):
        prepared(rules=world.rules(rule))


def test_gap_of_model_units_is_six_orders():
    made = prepared()
    costs = made.site[["energy", "demand_charge", "connection"]].to_numpy().ravel().tolist()
    costs += made.plants.table[["shell", "maintenance"]].to_numpy().ravel().tolist()
    assert max(costs) / min(costs) < 1e6
