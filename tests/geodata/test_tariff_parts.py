"""Components of the tariff by zone and voltage: against the facts, complete, borrowed ones named."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.layers.tariff_parts import measure_tariff_parts
from geodata.read import builtin

FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
ITEMS = {
    "T&D energy price, two-part": "transmission_energy",
    "demand charge": "demand_charge",
    "capacity charge": "capacity_charge",
}


@pytest.fixture(scope="module")
def parts() -> pd.DataFrame:
    return measure_tariff_parts()


def test_each_component_once(parts: pd.DataFrame):
    assert parts["tariff_zone"].nunique() == 34
    assert not parts.duplicated(["tariff_zone", "voltage_kv", "component"]).any()
    assert (parts.groupby("component")["unit"].nunique() == 1).all()


def test_every_zone_has_all_of_them_at_110_and_220_kv(parts: pd.DataFrame):
    by_voltage = {"transmission_energy", "demand_charge", "capacity_charge"}
    for voltage in (110, 220):
        held = parts[parts["voltage_kv"] == voltage].groupby("tariff_zone")["component"].agg(set)
        assert len(held) == 34
        assert all(found == by_voltage for found in held)
    common = parts[parts["voltage_kv"].isna()].groupby("tariff_zone")["component"].agg(set)
    assert all({"proxy_energy", "loss", "system_charge", "funds"} <= found for found in common)


def test_values_are_those_of_the_facts(parts: pd.DataFrame):
    facts = pd.read_csv(FACTS / "tariffs_detail.csv", dtype="str").fillna("")
    facts = facts[facts["item"].isin(list(ITEMS)) & (facts["period"] == "from 2026-08-01")]
    ours = parts.set_index(["tariff_zone", "component", "voltage_kv"])["value"]
    known = facts[facts["province"].isin(parts["tariff_zone"].unique())]
    assert len(known) > 190
    for row in known.itertuples():
        for voltage in (35.0, 110.0) if row.voltage_kv == "35-110" else (float(row.voltage_kv),):
            found = ours[row.province, ITEMS[row.item], voltage]
            assert found == pytest.approx(float(row.value) * 1000), row


def test_lower_voltages_pay_no_less_for_transmission(parts: pd.DataFrame):
    rows = parts[parts["component"] == "transmission_energy"].dropna(subset="voltage_kv")
    wide = rows.pivot(index="tariff_zone", columns="voltage_kv", values="value")
    assert (wide[110] >= wide[220]).all()
    assert wide.loc["Hubei"].to_list() == [126.3, 106.5, 88.4, 69.4]
    assert wide.loc["Beijing", 35] == wide.loc["Beijing", 110] == 165


def test_the_plan_pays_what_it_paid(parts: pd.DataFrame):
    """The rows of `tariffs.csv` come through as they are."""
    keys = ["tariff_zone", "component", "voltage_kv"]
    both = builtin("tariffs").merge(parts, on=keys, suffixes=("", "_parts"))
    assert len(both) == len(builtin("tariffs"))
    assert (both["value"] == both["value_parts"]).all()


def test_posted_spot_and_adders_stand_apart(parts: pd.DataFrame):
    held = set(parts["component"])
    assert {"proxy_energy", "spot_energy"} <= held
    adders = parts[parts["component"].str.startswith("transmission_adder")]
    assert set(adders["tariff_zone"]) == {"Guangdong"}
    assert adders.set_index("component").loc["transmission_adder_north", "confidence"] == "low"


def test_borrowed_ones_name_the_lender(parts: pd.DataFrame):
    tibet = parts[(parts["tariff_zone"] == "Tibet") & (parts["component"] == "capacity_charge")]
    assert set(tibet["borrowed_from"]) == {"median of zones"}
    own = parts[(parts["component"] == "capacity_charge") & (parts["borrowed_from"] == "")]
    assert set(parts.loc[parts["borrowed_from"].str.contains("median"), "confidence"]) == {"low"}
    median = own.groupby("voltage_kv")["value"].median()
    for voltage in (110.0, 220.0):
        assert tibet.set_index("voltage_kv").loc[voltage, "value"] == median[voltage]
