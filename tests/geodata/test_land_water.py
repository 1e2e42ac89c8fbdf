"""Local prices, basins and cost items."""

import pandas as pd
import pytest

from geodata.candidates import Settings, list_places
from geodata.layers.land_water import measure_costs, measure_local
from geodata.read import builtin
from geodata.tables import TableError


@pytest.fixture(scope="module")
def local() -> pd.DataFrame:
    return measure_local(list_places(Settings()))


def test_the_narrowest_row_holds(local: pd.DataFrame):
    land = local["land_price_cny_per_m2"]
    assert (land["seat-shenzhen"], land["seat-guangzhou"], land["seat-lanzhou"]) == (1500, 400, 180)
    assert local["labour_cny_per_year"].unique().tolist() == [100_000, 180_000]


def test_unknown_water_prices_are_the_median_of_the_known(local: pd.DataFrame):
    rows = builtin("local_prices").query("item == 'water_price'")
    known = rows[(rows["province"] != "")]
    assert len(known) == 12
    assert rows.loc[rows["province"] == "", "value"].item() == pytest.approx(known["value"].median())
    assert local.loc["seat-kunming", "water_price_cny_per_m3"] == pytest.approx(4.85)


def test_basins(local: pd.DataFrame):
    wanted = {
        "area-horinger": "Yellow",
        "seat-chifeng": "Liao",
        "seat-jiuquan": "Northwest",
        "seat-lasa": "Southwest",
    }
    assert local["basin"][list(wanted)].to_dict() == wanted
    assert (local["basin"] != "").all()


def test_a_place_without_price_is_refused():
    places = pd.DataFrame(
        {"site_id": ["x"], "province": ["Shire"], "prefecture": ["Hobbiton"], "side": ["middle"]}
    )
    with pytest.raises(TableError, match=r"local_prices\.csv: no land_price"):
        measure_local(places)


def test_cost_items():
    costs = measure_costs().set_index("item")
    assert costs.loc["shell_m_cny_per_mw", "value"] == pytest.approx(
        (19.5 + 32.4 + 30.4 + 22.85) / 4, abs=0.05
    )
    assert costs.loc["wan_m_cny_per_gbps_year_1000km", "value"] == pytest.approx(
        150_000 * 12 / 1e6 / 100 / 1.5
    )
    assert costs.loc["price_year", "value"] == 2025
    assert (costs["source"] != "").all()
