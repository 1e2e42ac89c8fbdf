from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.candidates import builtin_places
from geodata.layers.climate import Settings as ClimateSettings
from geodata.layers.climate import measure_climate
from geodata.layers.cooling import RELATIONS, Air, Settings, at_load, measure_cooling, read_parameters
from geodata.layers.hours import MONTHS, typical_year
from geodata.layers.psychrometrics import saturation_pressure_hpa, wet_bulb_c
from geodata.read import BUILTIN
from geodata.schemas.base import COOLING
from geodata.tables import Cooling, TableError, checked

EPW = Path(__file__).parents[2].parent / "shared" / "data" / "climate" / "epw"

# facts/pue_wue.csv, "technology" rows: lowest and highest PUE and WUE
RANGES = {
    "chilled_water": (1.30, 1.55, 1.5, 2.5),
    "water_economiser": (1.10, 1.22, 1.0, 2.2),
    "air_economiser": (1.06, 1.15, 0.05, 1.0),
    "indirect_evaporative": (1.10, 1.22, 0.2, 1.0),
    "liquid_tower": (1.05, 1.15, 0.8, 1.6),
    "liquid_dry": (1.06, 1.15, 0.0, 0.1),
}
DRY_LOW_END = ("air_economiser", "indirect_evaporative")  # less water than the range in cool or damp places


@pytest.fixture(scope="module")
def climate() -> pd.DataFrame:
    return measure_climate(builtin_places(), ClimateSettings())


@pytest.fixture(scope="module")
def few(climate: pd.DataFrame) -> pd.DataFrame:
    """Return the climate of some places from all parts."""
    return climate.iloc[::16]


@pytest.fixture(scope="module")
def cooling(climate: pd.DataFrame) -> pd.DataFrame:
    return checked(measure_cooling(climate, Settings()), Cooling, "cooling")


def test_table_is_complete(climate: pd.DataFrame, cooling: pd.DataFrame) -> None:
    assert set(RELATIONS) == set(COOLING)
    assert len(cooling) == len(climate) * len(COOLING)
    assert not cooling.duplicated(["site_id", "technology"]).any()


@pytest.mark.parametrize("technology", COOLING)
def test_results_lie_in_the_published_ranges(cooling: pd.DataFrame, technology: str) -> None:
    """All candidates; PUE 0.01 above in the tropics, water below the range where air cooling stays dry."""
    found = cooling[cooling["technology"] == technology]
    pue_low, pue_high, wue_low, wue_high = RANGES[technology]
    assert found["pue_mean"].between(pue_low, pue_high + 0.01).all()
    assert found["wue"].max() <= wue_high
    if technology not in DRY_LOW_END:
        assert found["wue"].min() >= wue_low - 0.02
    assert found["wue"].between(wue_low - 0.02, wue_high).mean() > 0.7


def test_peak_is_not_below_mean(cooling: pd.DataFrame) -> None:
    assert (cooling["pue_peak"] >= cooling["pue_mean"] - 1e-9).all()


def test_cold_places_cool_with_less(cooling: pd.DataFrame) -> None:
    pue = cooling.pivot(index="site_id", columns="technology", values="pue_mean")
    for technology in ("water_economiser", "indirect_evaporative", "liquid_dry", "chilled_water"):
        assert pue.loc["area-zhangbei", technology] < pue.loc["area-guian", technology]
        assert pue.loc["area-guian", technology] < pue.loc["area-shaoguan", technology]


@pytest.mark.parametrize("technology", COOLING)
def test_effort_rises_with_wet_and_dry_bulb(technology: str) -> None:
    dry = np.linspace(-15, 40, 56)
    air = Air(dry, dry - np.linspace(1, 10, 56), np.full(56, 950.0))
    power = RELATIONS[technology](air, read_parameters()[technology]).power
    assert (np.diff(power) >= -1e-12).all()


def test_chiller_meets_the_published_design_value() -> None:
    """COP 6 of a water-cooled chiller at 27 C wet bulb; heat is 1.166, so 0.194 kW per kW."""
    air = Air(np.array([33.0]), np.array([27.0]), np.array([1013.0]))
    p = read_parameters()["chilled_water"]
    fixed = p["fan_share"] + p["pump_share"] + p["tower_fan_share"]
    chiller = RELATIONS["chilled_water"](air, p).power[0] - fixed
    assert 1.166 / chiller == pytest.approx(5.6, abs=0.5)


def test_full_free_cooling_needs_no_compressor() -> None:
    air = Air(np.array([0.0]), np.array([-2.0]), np.array([1013.0]))
    for technology, fixed in (
        ("water_economiser", 0.05),
        ("air_economiser", 0.027),
        ("indirect_evaporative", 0.049),
    ):
        assert RELATIONS[technology](air, read_parameters()[technology]).power[0] == pytest.approx(fixed)


def test_part_load_loss_is_added(few: pd.DataFrame) -> None:
    cooling = measure_cooling(few, Settings())
    more = measure_cooling(few, Settings(part_load_loss_share=0.02))
    np.testing.assert_allclose(more["pue_mean"], cooling["pue_mean"] + 0.02)
    np.testing.assert_allclose(more["wue"], cooling["wue"])


def test_part_load_costs_more_at_the_mean_and_nothing_at_the_peak(few: pd.DataFrame) -> None:
    """At a load of 0.5 fans, pumps and losses take 1.2, 1.4 and 1.6 times as much per kW of IT."""
    cooling = measure_cooling(few, Settings())
    before = cooling["pue_mean"]
    for band in ("low", "central", "high"):
        half = measure_cooling(few, Settings(load_share=0.5, part_load_band=band))
        assert (half["pue_mean"] > before + 0.005).all()
        np.testing.assert_allclose(half["pue_peak"], cooling["pue_peak"])
        before = half["pue_mean"]


def test_at_load_scales_what_it_says() -> None:
    p = read_parameters()["water_economiser"]
    half = at_load(p, 0.5, Settings(part_load_band="high"))
    assert half["loss_share"] == pytest.approx(1.6 * p["loss_share"])
    assert half["pump_share"] == pytest.approx(1.6 * p["pump_share"])
    assert half["lighting_share"] == pytest.approx(2 * p["lighting_share"])
    assert half["carnot_share"] == p["carnot_share"]
    assert at_load(p, 1.0, Settings()) == p


def test_half_load_adds_what_is_commonly_said() -> None:
    """0.02 of electrical loss at part load (facts/pue_wue.csv, unsourced)."""
    p = read_parameters()["liquid_dry"]
    assert at_load(p, 0.5, Settings())["loss_share"] - p["loss_share"] == pytest.approx(0.02)


def hourly(path: Path) -> pd.DataFrame:
    """Return the hours of a typical-year file."""
    hours = pd.read_csv(path, skiprows=8, header=None, usecols=[1, 2, 6, 7, 9], encoding="latin-1")
    hours.columns = ["month", "day", "dry", "dew", "pressure"]
    vapour = saturation_pressure_hpa(np.minimum(hours["dew"], hours["dry"]))
    humidity = vapour / saturation_pressure_hpa(hours["dry"])
    return hours.assign(pressure=hours["pressure"] / 100, vapour=vapour, humidity=humidity)


def monthly_means(hours: pd.DataFrame) -> pd.DataFrame:
    """Return one row with the monthly means; 4 % is added to the range of full-hour readings."""
    days = hours.groupby(["month", "day"])["dry"]
    spread = (days.max() - days.min()).groupby("month").mean() * 1.04
    means = hours.groupby("month")[["dry", "humidity"]].mean()
    row = {"elevation_m": 5.0}
    for i, m in enumerate(MONTHS, 1):
        row |= {f"temperature_{m}_c": means.loc[i, "dry"], f"humidity_{m}_share": means.loc[i, "humidity"]}
        row[f"diurnal_range_{m}_c"] = spread[i]
    return pd.DataFrame([row])


@pytest.mark.parametrize("name", ["CHN_Guangdong*", "CHN_Shanghai-*", "CHN_Shanghai.*"])
def test_year_from_monthly_means_is_near_the_hourly_year(name: str) -> None:
    """Files that the hours were not fitted to: PUE within 0.004, WUE within 0.03 L/kWh, every technology."""
    (path,) = EPW.glob(name + ".epw")
    hours = hourly(path)
    wet = wet_bulb_c(hours["dry"], hours["vapour"], hours["pressure"])
    true = Air(hours["dry"].to_numpy(), wet, hours["pressure"].to_numpy())
    year = typical_year(monthly_means(hours))
    for technology, relation in RELATIONS.items():
        p = read_parameters()[technology]
        made = relation(Air(year.dry_bulb_c, year.wet_bulb_c, year.pressure_hpa), p)
        assert (made.power @ year.weight_share)[0] == pytest.approx(relation(true, p).power.mean(), abs=0.004)
        assert (made.water @ year.weight_share)[0] == pytest.approx(relation(true, p).water.mean(), abs=0.03)


def test_faulty_parameters_are_named(tmp_path: Path) -> None:
    text = (BUILTIN / "cooling.csv").read_text(encoding="utf-8")
    (tmp_path / "cooling.csv").write_text(text.replace("supply_air_c", "supply_air_k"), encoding="utf-8")
    with pytest.raises(TableError, match=r"missing all\.supply_air_c; unknown all\.supply_air_k"):
        read_parameters(tmp_path)
