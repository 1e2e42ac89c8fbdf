"""Power plants: sums of the sources' documentation, large plants, what is near."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.layers.plants import (
    LAYERS,
    large_plants,
    plant_columns,
    plant_figures,
    read_plants,
    without_twins,
)

DATA = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture(scope="module")
def plants() -> pd.DataFrame:
    return read_plants(DATA)


@pytest.mark.parametrize(
    ("fuel", "mw", "count"),
    [
        ("coal", 1_108_908, 3115),
        ("wind", 310_274, 4244),
        ("nuclear", 56_954, 57),
        ("solar", 51_785, 1194),
    ],
)
def test_operating_power_as_documented(plants: pd.DataFrame, fuel: str, mw: float, count: int):
    rows = plants[plants["fuel"] == fuel]
    assert rows["mw"].sum() == pytest.approx(mw, abs=1)
    assert len(rows) == count


def test_hydro_counts_the_own_share_of_border_plants(plants: pd.DataFrame):
    """The documented 317,795 MW hold both shares; plants on the Yalu are half of another country."""
    rows = plants[plants["fuel"] == "hydro"]
    assert len(rows) == 479
    assert 316_500 < rows["mw"].sum() < 317_795


def test_gas_plants_of_overlapping_lists_count_once(plants: pd.DataFrame):
    gas = plants[plants["fuel"] == "gas"]
    assert 30_000 < gas["mw"].sum() < 57_212
    again = without_twins(gas)
    assert len(again) == len(gas)


def test_twins_by_hand():
    rows = pd.DataFrame(
        {"longitude": [110.0, 110.01, 110.2], "latitude": [30.0] * 3, "mw": [300.0, 500.0, 100.0]}
    )
    assert without_twins(rows)["mw"].to_list() == [500, 100]


def test_large_plants(plants: pd.DataFrame):
    large = large_plants(plants)
    assert (large["mw"] >= 1000).all()
    assert large.groupby("fuel").size()[["coal", "hydro", "nuclear"]].to_dict() == {
        "coal": 432,
        "hydro": 90,
        "nuclear": 14,
    }
    tuoketuo = large[large["fuel"] == "coal"].nlargest(1, "mw").iloc[0]
    assert tuoketuo["mw"] == pytest.approx(6120)
    assert (tuoketuo["longitude"], tuoketuo["latitude"]) == pytest.approx((111.36, 40.19), abs=0.05)


def test_units_of_a_plant_add_up_and_far_phases_do_not():
    rows = pd.DataFrame(
        {
            "fuel": ["coal", "coal", "wind", "wind"],
            "plant": ["a", "a", "b", "b"],
            "longitude": [110.0, 110.02, 100.0, 104.0],
            "latitude": [40.0, 40.0, 40.0, 40.0],
            "mw": [600.0, 600.0, 600.0, 600.0],
        }
    )
    large = large_plants(rows)
    assert large[["fuel", "mw"]].to_numpy().tolist() == [["coal", 1200.0]]
    assert large["longitude"].iloc[0] == pytest.approx(110.01)


def test_sums_around_by_hand(plants: pd.DataFrame):
    place = pd.DataFrame({"longitude": [106.2], "latitude": [38.5]})
    found = plant_columns(place, DATA)
    coal = plants[plants["fuel"] == "coal"]
    radius = np.degrees(100 / 6371.0088)
    lon, lat = np.radians(coal["longitude"] - 106.2), np.radians(coal["latitude"] - 38.5)
    half = (
        np.sin(lat / 2) ** 2
        + np.cos(np.radians(38.5)) * np.cos(np.radians(coal["latitude"])) * np.sin(lon / 2) ** 2
    )
    near = np.degrees(2 * np.arcsin(np.sqrt(half))) <= radius
    assert found["coal_100km_gw"][0] == pytest.approx(coal["mw"][near].sum() / 1000)
    assert found["nuclear_100km_gw"][0] == 0


def test_a_missing_fuel_is_empty_and_said(tmp_path: Path):
    for fuel in ("hydro", "nuclear"):
        path = tmp_path / LAYERS[fuel].path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((DATA / LAYERS[fuel].path).read_bytes())
    found = plant_columns(pd.DataFrame({"longitude": [111.0], "latitude": [30.8]}), tmp_path)
    assert found["hydro_100km_gw"][0] > 20
    assert np.isnan(found["coal_100km_gw"][0])
    rows = pd.DataFrame(plant_figures(tmp_path)).set_index("column")
    assert rows.loc["coal_100km_gw", "confidence"] == "missing"
    assert rows.loc["hydro_100km_gw", "confidence"] == "medium"
    assert rows.loc["plant_1gw_km", "confidence"] == "low"
    assert "without coal, gas, wind" in rows.loc["plant_1gw_km", "note"]


def test_confidence_differs_by_source():
    rows = pd.DataFrame(plant_figures(DATA)).set_index("column")["confidence"]
    assert rows.to_dict() == {
        "coal_100km_gw": "medium",
        "gas_100km_gw": "low",
        "hydro_100km_gw": "medium",
        "nuclear_100km_gw": "high",
        "wind_100km_gw": "low",
        "solar_100km_gw": "low",
        "plant_1gw_km": "medium",
    }
