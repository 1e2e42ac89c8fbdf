"""Cost items, tariffs and tables that do not fit together."""

from __future__ import annotations

import pytest

from geodata.tables import TableError
from optim.economics import money, site_coefficients, tariff
from optim.inputs import CoolingSettings, LatencySettings, prepare
from optim.settings import CostSettings
from tests import world


def prepared(**tables):
    return prepare(world.survey(**tables), CoolingSettings(), LatencySettings(), CostSettings())


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


def test_shell_factor_is_by_side():
    coefficients = site_coefficients(
        world.candidates(),
        world.cooling(),
        "liquid_dry",
        money(world.costs(), CostSettings()),
        CostSettings(east_shell_factor=1.5),
    )
    assert coefficients.loc["e", "shell"] == pytest.approx(1.5 * coefficients.loc["w", "shell"])


def test_air_cooling_needs_no_liquid_adder():
    prices = money(world.costs(), CostSettings())
    air = site_coefficients(world.candidates(), world.cooling(), "air_economiser", prices, CostSettings())
    assert (air["liquid_cooling"] == 0).all()


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
    site = prepared().site
    costs = site[["shell", "maintenance", "energy", "demand_charge", "connection"]].to_numpy()
    assert costs.max() / costs.min() < 1e6
