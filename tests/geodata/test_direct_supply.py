"""Direct supply and export: parts of the posted price, careful prices, the user's own."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.layers.tariffs import Settings, energy_parts, measure_tariffs, zone_prices
from geodata.read import builtin
from geodata.tables import TableError

POSTED = "energy_price_posted_cny_per_mwh"
CHARGE = "direct_charge_cny_per_mwh"
EXPORT = "export_price_cny_per_mwh"


def own(tmp_path: Path, rows: str) -> pd.DataFrame:
    path = tmp_path / "prices.csv"
    header = "place,energy_price_cny_per_mwh,direct_charge_cny_per_mwh,export_price_cny_per_mwh\n"
    path.write_text(header + rows, encoding="utf-8")
    return measure_tariffs(list_places(CandidateSettings()), Settings(tariff_file=path))


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_posted_price_is_energy_and_direct_charge(factor: float):
    prices, parts = zone_prices(factor), energy_parts(factor)
    assert (prices[POSTED] - prices[CHARGE]).to_list() == pytest.approx(parts["proxy_energy"].to_list())


def test_direct_charge_by_hand():
    assert zone_prices().loc["Beijing", CHARGE] == pytest.approx(393.3 * 0.0311 / 0.9689 + 150 + 5.3 + 27.169)


def test_export_earns_less_than_energy_costs():
    """So that no plan makes money by exporting what it could use."""
    price = zone_prices()
    assert (price[EXPORT] <= price[POSTED] - price[CHARGE] + 1e-9).all()
    assert (price[EXPORT] > 100).all()


def test_export_by_hand():
    price = zone_prices()[EXPORT]
    assert price["Shandong"] == 225  # sun, the lower of the two auctions
    assert price["Gansu"] == pytest.approx(178.2)  # spot, below the mechanism's 195
    assert price["Yunnan"] == pytest.approx(237.7)  # proxy, below the mechanism's 330
    assert price["Beijing"] == pytest.approx(0.55 * 393.3)  # no mechanism price, no spot


def test_the_share_elsewhere_is_that_of_the_only_sourced_zone():
    rows = builtin("export_prices")
    shandong = rows[(rows["tariff_zone"] == "Shandong") & (rows["technology"] == "solar")]["value"].iloc[0]
    share = rows.loc[rows["technology"] == "share", "value"].iloc[0]
    assert share <= shandong / energy_parts().loc["Shandong", "proxy_energy"] < share + 0.01


def test_own_prices_of_direct_supply_and_export(tmp_path: Path):
    before = measure_tariffs(list_places(CandidateSettings()), Settings())
    prices = own(tmp_path, "Gansu,300,90,150\narea-zhongwei,80,,\n")
    assert prices.loc["seat-lanzhou", [CHARGE, EXPORT]].to_list() == [90, 150]
    assert prices.loc["area-zhongwei", CHARGE] == 80, "no more than the user's price"
    assert prices.loc["area-zhongwei", EXPORT] == before.loc["area-zhongwei", EXPORT]


@pytest.mark.parametrize("column", ["direct charge", "export price"])
def test_another_unit_is_told(tmp_path: Path, column: str):
    cells = "0.09,150" if column == "direct charge" else "90,0.15"
    with pytest.raises(TableError, match=f"Gansu: {column} below 10 CNY/MWh"):
        own(tmp_path, f"Gansu,300,{cells}\n")


def test_a_table_without_share(tmp_path: Path):
    rows = builtin("export_prices").query("technology != 'share'")
    rows.to_csv(tmp_path / "export_prices.csv", index=False)
    with pytest.raises(TableError, match=r"found 0 rows of share, expected one"):
        zone_prices(1.0, tmp_path)
