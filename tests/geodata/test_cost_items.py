"""Cost items: those that the plan asks for are there, and derived ones follow their formulas."""

import pytest

from geodata.layers.land_water import measure_costs

ITEMS = measure_costs().set_index("item")
VALUE = ITEMS["value"]
SUPPLY = {
    "solar_m_cny_per_mw",
    "wind_m_cny_per_mw",
    "battery_m_cny_per_mw",
    "battery_m_cny_per_mwh",
    "solar_life_years",
    "wind_life_years",
    "battery_life_years",
    "solar_om_m_cny_per_mw_year",
    "wind_om_m_cny_per_mw_year",
    "battery_om_m_cny_per_mw_year",
    "battery_charge_efficiency_share",
    "battery_discharge_efficiency_share",
    "battery_loss_share_per_h",
    "load_share_max",
    "transit_east_m_cny_per_gbps_year",
    "transit_west_m_cny_per_gbps_year",
    "stock_keep_m_cny_per_mw_year",
    "stock_refit_m_cny_per_mw",
    "refit_life_years",
}


def test_items_of_supply_network_and_stock_are_there():
    assert set(VALUE.index) >= SUPPLY


def test_battery_split_gives_the_published_system():
    assert VALUE["battery_m_cny_per_mw"] + 4 * VALUE["battery_m_cny_per_mwh"] == pytest.approx(3.3)


def test_battery_round_trip():
    both = VALUE["battery_charge_efficiency_share"] * VALUE["battery_discharge_efficiency_share"]
    assert both == pytest.approx(0.88, abs=0.001)


def test_derived_items_by_hand():
    assert VALUE["transit_east_m_cny_per_gbps_year"] == pytest.approx(60 * 12 * 1000 / 1e6)
    assert VALUE["transit_west_m_cny_per_gbps_year"] == pytest.approx(20 * 12 * 1000 / 1e6)
    kept = VALUE["maintenance_share_per_year"] * VALUE["shell_m_cny_per_mw"]
    assert VALUE["stock_keep_m_cny_per_mw_year"] == pytest.approx(kept, abs=0.005)


def test_energy_cost_of_wind_and_sun_is_near_the_published_one():
    """At 6 % and usual hours; IRENA gives 240 and 210 CNY/MWh for China, 2024: sun is cheaper here."""
    for name, hours, found, published in (("solar", 1200, 177, 240), ("wind", 2200, 216, 210)):
        years = VALUE[f"{name}_life_years"]
        annuity = 0.06 / (1 - 1.06**-years)
        yearly = VALUE[f"{name}_m_cny_per_mw"] * annuity + VALUE[f"{name}_om_m_cny_per_mw_year"]
        assert yearly * 1e6 / hours == pytest.approx(found, abs=1)
        assert found == pytest.approx(published, rel=0.3)


def test_an_idle_hall_is_cheaper_to_use_than_a_new_one_to_build():
    assert VALUE["stock_refit_m_cny_per_mw"] < VALUE["shell_m_cny_per_mw"]
