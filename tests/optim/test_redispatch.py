"""The last year over 8760 hours: known answers, and the days again where every day is alike."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from geodata.tables import TableError, checked
from optim.optimise import with_redispatch
from optim.redispatch import redispatch, sites_in_use
from optim.settings import LoadSettings, SupplySettings
from optim.tables import Redispatch
from tests import world, world_hours
from tests.optim import plant, year

DAY_AND_NIGHT = [100.0] * 12 + [500.0] * 12
TRAINING = {"training": 60.0}
ALONE = world.settings()
HEAT = year.CALENDAR.day == 15
JULY = year.CALENDAR.month == 7
REAL_MONTHS = world.day_months().assign(
    weight_days=[31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0]
)


def waiting(hours):
    return world.classes().assign(deferrable_h=[0.0, 0.0, hours])


def charged():
    return world.candidates().assign(demand_charge_posted_cny_per_mw_month=3e4)


def planned(survey, options, run=None, **sizes):
    """Return the plan of one plant that runs training, priced on the survey's days."""
    run = run or TRAINING
    plan = year.results(plant.run(survey, options, run), run)
    return year.resized(plan, **sizes) if sizes else plan


def supplied(plan, **sizes):
    """Return the plan with direct supply and battery of the sizes given [MW, MWh]."""
    none = {"solar_mw": 0.0, "wind_mw": 0.0, "battery_mw": 0.0, "battery_mwh": 0.0}
    return dataclasses.replace(
        plan, supply=plan.supply.iloc[:0].reindex([0]).assign(**year.PLANT | none | sizes)
    )


@pytest.mark.slow
def test_year_of_equal_days_costs_what_the_days_cost():
    items = {"battery_m_cny_per_mwh": 0.05, "battery_m_cny_per_mw": 0.1, "carbon_cny_per_tco2": 30.0}
    options = world.money(items=items).model_copy(update={"supply": SupplySettings()})
    survey = plant.survey(
        candidates=charged(),
        classes=waiting(4.0),
        tariff_hours=world_hours.tariff(DAY_AND_NIGHT),
        profiles=world_hours.sunny([0.0] * 9 + [0.5, 1.0] * 5 + [0.0] * 5),
        rules=world.rules(
            {"rule_id": "S", "kind": "self_use", "number": 0.9},
            {"rule_id": "G", "kind": "green_share", "number": 0.8, "accounting": "certificates"},
        ),
        day_months=REAL_MONTHS,
    )
    survey = world_hours.with_potential(survey, solar_mw=8000.0)
    plan = planned(survey, options)
    row = year.year(survey, options, plan, year.hours(survey))
    assert plan.supply[["solar_mw", "battery_mw"]].min(axis=None) > 1
    assert row["year_m_cny"] == pytest.approx(row["days_m_cny"], rel=1e-6)
    assert row["year_m_cny"] == pytest.approx(plan.costs["cost_m_cny"].sum(), rel=1e-6)
    assert row["limit_missed_mwh"] == pytest.approx(0, abs=1e-2)
    assert row["year_certificates_mwh"] > 1


def test_plain_load_is_one_product():
    survey = plant.survey(candidates=charged(), day_months=REAL_MONTHS)
    plan = planned(survey, ALONE)
    row = year.year(survey, ALONE, plan, year.hours(survey))
    assert row["year_purchase_mwh"] == pytest.approx(72 * 8760)
    assert row["year_m_cny"] == pytest.approx((72 * 8760 * 300 + 72 * 12 * 3e4 + 60 * 8760 * 0.5 * 5) / 1e6)
    assert row["year_water_m3"] == pytest.approx(60 * 8760 * 0.5)
    assert row["short_mwh"] == 0
    assert row["renewable_basis"] == "days"


def test_one_hot_month_pays_its_own_peak():
    survey = plant.survey(candidates=charged(), day_months=REAL_MONTHS)
    hot = year.hours(survey, pue_liquid_dry=np.where(JULY, 1.5, 1.2))
    plan = planned(survey, ALONE)
    row = year.year(survey, ALONE, plan, hot)
    assert row["year_peak_mw"] == pytest.approx(90)
    assert row["days_peak_mw"] == pytest.approx(72)
    extra = 18 * (744 * 300 + 3e4) / 1e6
    assert row["year_m_cny"] - row["days_m_cny"] == pytest.approx(extra)


def test_prices_of_the_month_are_paid_in_the_month():
    tariff = world_hours.tariff([400.0] * 24)
    tariff = tariff.assign(
        energy_price_cny_per_mwh=tariff["energy_price_cny_per_mwh"].where(tariff["month"] != 7, 800.0)
    )
    survey = plant.survey(tariff_hours=tariff, day_months=REAL_MONTHS)
    hot = year.hours(survey, pue_liquid_dry=np.where(JULY, 2.2, 1.2))
    row = year.year(survey, ALONE, planned(survey, ALONE), hot)
    mean = 400 * (1 + 744 / 8760)
    assert row["year_m_cny"] - row["days_m_cny"] == pytest.approx(60 * 744 * 300 * 800 / mean / 1e6)


@pytest.mark.parametrize(("window_h", "kept_mwh"), [(0, 1440), (12, 720), (24, 0), (72, 0)])
def test_work_waits_over_midnight(window_h, kept_mwh):
    """One day of each month cools badly: work of its last hours waits for the next day."""
    survey = plant.survey(classes=waiting(float(window_h)), day_months=REAL_MONTHS)
    rows = year.hours(survey, pue_liquid_dry=np.where(HEAT, 1.5, 1.1))
    row = year.year(survey, ALONE, planned(survey, ALONE), rows)
    assert row["year_purchase_mwh"] == pytest.approx(60 * 8760 * 1.1 + 12 * kept_mwh * 0.4)


def test_work_that_may_not_wait_does_not():
    options = world.settings(load=LoadSettings(defer=False))
    survey = plant.survey(classes=waiting(24.0), day_months=REAL_MONTHS)
    rows = year.hours(survey, pue_liquid_dry=np.where(HEAT, 1.5, 1.1))
    row = year.year(survey, options, planned(survey, options), rows)
    assert row["year_purchase_mwh"] == pytest.approx(60 * 8760 * 1.1 + 12 * 1440 * 0.4)


def test_short_meter_shows_and_is_bought_at_the_same_price():
    survey = plant.survey(candidates=charged(), day_months=REAL_MONTHS)
    plan = planned(survey, ALONE, meter_mw=70.0)
    rows = year.hours(survey, pue_liquid_dry=np.where(JULY, 1.3, 1.1))
    row = year.year(survey, ALONE, plan, rows)
    assert row["short_mwh"] == pytest.approx(8 * 744)
    assert row["year_peak_mw"] == pytest.approx(78)
    wide = year.year(survey, ALONE, planned(survey, ALONE), rows)
    assert row["year_m_cny"] == pytest.approx(wide["year_m_cny"])


def test_waiting_work_spares_a_short_meter():
    survey = plant.survey(classes=waiting(24.0), day_months=REAL_MONTHS)
    plan = planned(survey, ALONE, meter_mw=75.0)
    rows = year.hours(survey, pue_liquid_dry=np.where(HEAT, 1.5, 1.1))
    assert year.year(survey, ALONE, plan, rows)["short_mwh"] == 0


@pytest.mark.slow
def test_battery_is_a_ring_of_the_month():
    """The dear hour of each day is fed from the battery, which loses a tenth of what it takes."""
    survey = plant.survey(day_months=REAL_MONTHS)
    plan = supplied(planned(survey, ALONE), battery_mw=10.0, battery_mwh=200.0)
    options = world.money(items={"battery_loss_share_per_h": 0.0})
    table = world_hours.tariff([100.0] * 23 + [500.0])
    priced = dataclasses.replace(survey, tariff_hours=table)
    row = year.year(priced, options, plan, year.hours(survey))
    # 10 MW x 1 h a day comes from the battery, 0.95 in and 0.95 out
    assert row["year_purchase_mwh"] == pytest.approx(72 * 8760 + 365 * 10 * (1 / 0.95**2 - 1))


def test_export_keeps_to_its_share_of_the_year_not_of_each_month():
    survey = plant.survey(day_months=REAL_MONTHS)
    plan = supplied(planned(survey, ALONE), solar_mw=100.0)
    first_half = np.asarray(year.CALENDAR.month <= 6)
    rows = year.hours(survey, solar_capacity_factor=np.where(first_half, 1.0, 0.5))
    options = world.settings(supply=SupplySettings(export_share_max=0.1))
    row = year.year(survey, options, plan, rows)
    hours = first_half.sum()
    output = 100 * hours + 50 * (8760 - hours)
    # 28 MW could be exported in the first half and nothing after it
    assert row["year_export_mwh"] == pytest.approx(0.1 * output)
    assert row["year_direct_mwh"] == pytest.approx(72 * hours + 50 * (8760 - hours))
    assert row["year_curtailed_mwh"] == pytest.approx(28 * hours - 0.1 * output)


def test_export_fits_the_meter():
    survey = plant.survey(day_months=REAL_MONTHS)
    plan = supplied(planned(survey, ALONE, meter_mw=5.0), solar_mw=100.0)
    options = world.settings(supply=SupplySettings(export_share_max=1.0))
    row = year.year(survey, options, plan, year.hours(survey, solar_capacity_factor=1.0))
    assert row["year_export_mwh"] == pytest.approx(5 * 8760)


@pytest.mark.parametrize(
    ("kind", "number", "missed_mw"), [("self_use", 0.8, 8.0), ("curtailment_cap", 0.1, 18.0)]
)
def test_what_a_year_cannot_keep_is_said(kind, number, missed_mw):
    rules = world.rules({"rule_id": "R", "kind": kind, "number": number})
    survey = plant.survey(day_months=REAL_MONTHS, rules=rules)
    plan = supplied(planned(survey, ALONE), solar_mw=100.0)
    options = world.settings(supply=SupplySettings(export=False))
    row = year.year(survey, options, plan, year.hours(survey, solar_capacity_factor=1.0))
    assert row["limit_missed_mwh"] == pytest.approx(missed_mw * 8760)


def green(accounting, **more):
    rules = world.rules(
        {"rule_id": "G", "kind": "green_share", "number": 0.5, "accounting": accounting, **more}
    )
    survey = plant.survey(day_months=REAL_MONTHS, rules=rules)
    plan = supplied(planned(survey, ALONE), solar_mw=24.0)
    sun = np.asarray(year.CALENDAR.month <= 6, dtype=float)
    return year.year(survey, ALONE, plan, year.hours(survey, solar_capacity_factor=sun)), sun.sum()


def test_certificates_fill_what_the_rule_lacks_over_the_year():
    row, hours = green("certificates")
    assert row["year_certificates_mwh"] == pytest.approx(0.5 * 72 * 8760 - 24 * hours)
    assert row["green_missed_mwh"] == 0


def test_certificates_are_not_bought_dearer_than_a_soft_rule():
    row, hours = green("certificates", hard=False, price_m_cny_per_unit=0.004)
    assert row["year_certificates_mwh"] == 0
    assert row["green_missed_mwh"] == pytest.approx(0.5 * 72 * 8760 - 24 * hours)


def test_physical_shares_are_not_filled_by_certificates():
    row, hours = green("annual")
    assert row["year_certificates_mwh"] == 0
    assert row["green_missed_mwh"] == pytest.approx(0.5 * 72 * 8760 - 24 * hours)


def test_monthly_share_lacks_in_each_month():
    row, hours = green("monthly")
    assert row["limit_missed_mwh"] == pytest.approx(12 * hours + 36 * (8760 - hours))


def test_hourly_share_is_of_the_year():
    row, hours = green("hourly")
    assert row["limit_missed_mwh"] == pytest.approx(36 * 8760 - 24 * hours)


def test_existing_halls_cool_worse_and_pay_the_surcharge():
    rules = world.rules(
        {"rule_id": "E", "kind": "energy_surcharge", "number": 100.0, "pue_from": 1.2, "scope": "West"}
    )
    survey = plant.survey(day_months=REAL_MONTHS, stock=world_hours.stock(pue_factor=1.5), rules=rules)
    plan = planned(survey, ALONE)
    tables = {
        k: getattr(plan, k).assign(technology="existing") for k in ("halls", "runs", "operation", "billing")
    }
    plan = dataclasses.replace(plan, **tables)
    row = year.year(survey, ALONE, plan, year.hours(survey))
    assert row["year_purchase_mwh"] == pytest.approx(60 * 8760 * 1.8)
    assert row["year_m_cny"] == pytest.approx((60 * 8760 * 1.8 * (300 + 100 / 3) + 60 * 8760 * 0.5 * 5) / 1e6)


def test_the_table_fits_the_plan_and_says_what_it_does():
    survey, told = plant.survey(day_months=REAL_MONTHS), []
    plan = planned(survey, ALONE)
    table = redispatch(survey, ALONE, plan, year.hours(survey), told.append)
    assert told == ["dispatched 1 of 1 plants over 8760 hours"]
    assert sites_in_use(plan) == ["w"]
    assert with_redispatch(plan, table).redispatch.equals(checked(table, Redispatch, "result redispatch"))


@pytest.mark.slow
def test_two_processes_find_what_one_finds():
    survey = plant.survey(classes=waiting(24.0), day_months=REAL_MONTHS)
    plan = planned(survey, ALONE)
    once = {name: getattr(plan, name) for name in ("halls", "runs", "operation", "billing")}
    twice = {name: pd.concat([t, t.assign(technology="liquid_tower")]) for name, t in once.items()}
    plan = dataclasses.replace(plan, **twice)
    rows = year.hours(survey, pue_liquid_dry=np.where(HEAT, 1.5, 1.1))
    found = []
    for count in (1, 2):
        options = world.settings(solve=ALONE.solve.model_copy(update={"workers": count}))
        found.append(redispatch(survey, options, plan, rows))
    assert found[0]["year_m_cny"].to_numpy() == pytest.approx(found[1]["year_m_cny"].to_numpy(), rel=1e-9)
    assert len(found[0]) == 2


def test_a_site_without_hours_is_named():
    survey = plant.survey(day_months=REAL_MONTHS)
    with pytest.raises(TableError, match=r"hours of the year: found no 8760 hours for w \(1 in all\)"):
        redispatch(survey, ALONE, planned(survey, ALONE), year.hours(survey).iloc[:-1])


def test_an_empty_plan_has_no_year():
    survey = plant.survey(day_months=REAL_MONTHS)
    plan = planned(survey, ALONE)
    nothing = dataclasses.replace(plan, halls=plan.halls.iloc[:0])
    assert redispatch(survey, ALONE, nothing, year.hours(survey)).empty
