"""Tariffs: two-part prices against the computed all-in prices, zones, borrowed figures, own prices."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.layers.tariffs import Settings, measure_tariffs, tariff_zone, zone_prices
from geodata.read import builtin
from geodata.tables import TableError

FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
ENERGY = "energy_price_posted_cny_per_mwh"
DEMAND = "demand_charge_posted_cny_per_mw_month"
SPOT = "energy_price_spot_cny_per_mwh"


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return list_places(CandidateSettings())


@pytest.mark.parametrize(
    ("item", "column"),
    [
        ("computed all-in price of a 24/7 large user", ENERGY),
        ("computed all-in price with spot energy", SPOT),
    ],
)
def test_all_in_at_load_factor_85_agrees_within_1_percent(item: str, column: str):
    facts = pd.read_csv(FACTS / "tariffs_detail.csv", dtype={"voltage_kv": "str"})
    rows = facts[(facts["item"] == item) & (facts["voltage_kv"] == "220")].set_index("province")
    ours = zone_prices()
    all_in = ours[column] + ours[DEMAND] / (730 * 0.85)
    assert len(rows) >= 30
    assert (all_in[rows.index] / (rows["value"].astype(float) * 1000) - 1).abs().max() < 0.01


def test_posted_price_by_hand():
    beijing = zone_prices().loc["Beijing"]
    assert beijing[ENERGY] == pytest.approx(393.3 / (1 - 0.0311) + 150 + 5.3 + 27.169)
    assert beijing[DEMAND] == 45_000


def test_tibet_by_hand():
    """Own transmission; energy and losses of Qinghai; medians, for Hebei as one province, for the rest."""
    tibet = zone_prices().loc["Tibet"]
    assert tibet[ENERGY] == pytest.approx(276.0 / (1 - 0.029) + 282.4 + 56.7 + 27.4)
    assert tibet[DEMAND] == 32_800
    assert tibet["tariff_confidence"] == "low"
    rows = builtin("tariffs")
    value = rows.pivot(index="component", columns="tariff_zone", values="value")
    for component in ("proxy_energy", "loss"):
        assert value.loc[component, "Tibet"] == value.loc[component, "Qinghai"]
    published = rows[(rows["borrowed_from"] == "") & ~rows["source"].str.startswith("unsourced")]
    median = published.groupby("component")["value"].median()
    for component in ("demand_charge", "system_charge", "funds"):
        assert value.loc[component, "Tibet"] == pytest.approx(median[component], rel=0.03)


def test_energy_factor_leaves_the_charges_alone():
    rest = 150 + 5.3 + 27.169
    doubled = zone_prices(2.0).loc["Beijing", ENERGY]
    assert doubled - rest == pytest.approx(2 * (zone_prices().loc["Beijing", ENERGY] - rest))


def test_34_zones_and_what_is_borrowed():
    rows = builtin("tariffs")
    assert rows["tariff_zone"].nunique() == 34
    assert (rows.loc[rows["borrowed_from"] != "", "confidence"].isin(["low", "medium", "high"])).all()
    proxy = rows[(rows["component"] == "proxy_energy") & (rows["borrowed_from"] != "")]
    assert set(proxy["tariff_zone"]) == {
        "Hebei (north grid)",
        "Hebei (south grid)",
        "Inner Mongolia (east)",
        "Shaanxi (Yulin)",
        "Tibet",
    }
    assert set(proxy["confidence"]) == {"low"}


def test_no_spot_market_no_spot_price():
    spot = zone_prices()[SPOT]
    assert set(spot.index[spot.isna()]) == {"Beijing", "Tianjin", "Hebei (north grid)", "Tibet"}


def test_zones_follow_the_grids(places: pd.DataFrame):
    zone = tariff_zone(places)
    assert zone["area-zhangbei"] == zone["seat-tangshan"] == "Hebei (north grid)"
    assert zone["seat-shijiazhuang"] == "Hebei (south grid)"
    assert zone["seat-chifeng"] == "Inner Mongolia (east)"
    assert zone["seat-xilinhaote"] == zone["area-horinger"] == "Inner Mongolia (west)"
    assert zone["seat-yulin-shaanxi"] == "Shaanxi (Yulin)"
    assert zone["seat-yulin-guangxi"] == "Guangxi"


def test_each_mapped_prefecture_has_a_place(places: pd.DataFrame):
    for table in ("tariff_zones", "basins", "local_prices", "negotiated_prices"):
        rows = builtin(table).query("prefecture != ''")
        known = set(zip(places["province"], places["prefecture"], strict=True))
        assert set(zip(rows["province"], rows["prefecture"], strict=True)) <= known, table


def test_negotiated_prices_are_known_for_a_few_places(places: pd.DataFrame):
    price = measure_tariffs(places, Settings())["price_negotiated_cny_per_mwh"]
    assert price["area-horinger"] == 350
    assert price["area-xifeng"] == 400
    assert price["seat-lanzhou"] != price["seat-lanzhou"]
    assert price.notna().sum() < 30
    assert set(builtin("negotiated_prices")["confidence"]) == {"low"}


def _own(tmp_path: Path, places: pd.DataFrame, rows: str) -> pd.DataFrame:
    path = tmp_path / "prices.csv"
    header = "place,energy_price_cny_per_mwh,demand_charge_cny_per_mw_month,price_negotiated_cny_per_mwh\n"
    path.write_text(header + rows, encoding="utf-8")
    return measure_tariffs(places, Settings(tariff_file=path))


def test_own_prices_by_zone_and_site(tmp_path: Path, places: pd.DataFrame):
    before = measure_tariffs(places, Settings())
    prices = _own(tmp_path, places, "Gansu,300,,\narea-xifeng,250,20000,333\n")
    assert prices.loc["seat-lanzhou", ENERGY] == 300
    assert prices.loc["seat-lanzhou", DEMAND] == before.loc["seat-lanzhou", DEMAND]
    assert list(prices.loc["area-xifeng", [ENERGY, DEMAND, "price_negotiated_cny_per_mwh"]]) == [
        250,
        20000,
        333,
    ]
    assert prices.loc["seat-beijing", ENERGY] == before.loc["seat-beijing", ENERGY]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Gansuu,300,,\n", "Gansuu: neither a tariff zone in use nor a site_id"),
        ("Gansu,0.3,,\n", "Gansu: energy price below 10 CNY/MWh; is it in CNY per kWh"),
        ("Gansu,,,0.39\n", "Gansu: contract price below 10 CNY/MWh; is it in CNY per kWh"),
        ("Gansu,-3,,\n", "negative price"),
        ("Gansu,300,,\nGansu,310,,\n", "given twice"),
        ("Gansu,150-200,,\n", "expected one number"),
    ],
)
def test_faults_of_own_prices(tmp_path: Path, places: pd.DataFrame, rows: str, message: str):
    with pytest.raises(TableError, match=message):
        _own(tmp_path, places, rows)
