"""Existing halls: nothing invented, nothing counted twice, near the published totals."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.layers.climate import Settings as ClimateSettings
from geodata.layers.climate import measure_climate
from geodata.layers.cooling import Settings as CoolingSettings
from geodata.layers.cooling import measure_cooling
from geodata.places import list_campuses
from geodata.read import builtin
from geodata.stock import Settings, measure_stock, rack_power_kw
from geodata.tables import TableError

NATIONAL_GW = 26.8  # 44 GW in 2028 at 18 % a year (bank call, 2026-01-22)


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return list_places(CandidateSettings())


@pytest.fixture(scope="module")
def stock(places: pd.DataFrame) -> pd.DataFrame:
    return measure_stock(places, list_campuses(None), Settings())


def in_province(stock: pd.DataFrame, places: pd.DataFrame) -> pd.Series:
    province = places.set_index("site_id")["province"]
    return stock.groupby(stock["site_id"].map(province))["it_mw"].sum()


def test_a_lower_bound_of_two_thirds_of_the_national_total(stock: pd.DataFrame):
    gw = stock["it_mw"].sum() / 1000
    assert gw == pytest.approx(17.8, abs=0.1)
    assert gw < NATIONAL_GW


def test_each_province_has_what_was_counted(stock: pd.DataFrame, places: pd.DataFrame):
    racks = builtin("racks")
    counted = racks[racks["prefecture"] == ""].set_index("province")["racks"] * rack_power_kw() / 1000
    assert in_province(stock, places)[counted.index].to_list() == pytest.approx(counted.to_list())


def test_campuses_are_in_the_count_of_their_prefecture(stock: pd.DataFrame, places: pd.DataFrame):
    """Zhangjiakou: 460,000 racks are 1,150 MW, of which 480 and 339 are two campuses."""
    home = places.set_index("site_id").loc[stock["site_id"]].reset_index()
    here = stock[(home["prefecture"] == "Zhangjiakou").to_numpy()].set_index("site_id")["it_mw"]
    rest = (1150 - 480 - 339) / 3
    assert here.to_dict() == pytest.approx(
        {"area-huailai": 480 + rest, "area-zhangbei": 339 + rest, "area-xuanhua": rest}
    )


def test_no_stock_where_no_source_places_any(stock: pd.DataFrame, places: pd.DataFrame):
    assert not {"Beijing", "Shanghai", "Sichuan", "Anhui"} & set(in_province(stock, places).index)


def test_use_by_place(stock: pd.DataFrame):
    used = stock.set_index("site_id")["used_share"]
    assert used["area-jining"] == pytest.approx(170 / 240, abs=0.001)
    assert used["area-zhongwei"] == 0.8
    assert used["seat-guangzhou"] == 0.618
    assert used["seat-hangzhou"] == 0.58


@pytest.mark.slow
def test_mean_pue_is_the_published_one(stock: pd.DataFrame, places: pd.DataFrame):
    weather = measure_climate(places[["site_id", "longitude", "latitude"]], ClimateSettings())
    cooling = measure_cooling(weather, CoolingSettings())
    chilled = cooling[cooling["technology"] == "chilled_water"].set_index("site_id")["pue_mean"]
    pue = stock["site_id"].map(chilled) * stock["pue_factor"]
    weight = stock["it_mw"] * stock["used_share"]
    assert (pue * weight).sum() / weight.sum() == pytest.approx(1.42, abs=0.01)


def test_switched_off_and_use_set(places: pd.DataFrame):
    campuses = list_campuses(None)
    assert measure_stock(places, campuses, Settings(enabled=False)).empty
    assert set(measure_stock(places, campuses, Settings(used_share=0.7))["used_share"]) == {0.7}


def test_own_sites_hold_only_campuses_that_lie_there(tmp_path: Path):
    sites, campuses = tmp_path / "sites.csv", tmp_path / "campuses.csv"
    sites.write_text("name,longitude,latitude\nPark,113.1,40.9\nField,91.1,29.6\n", encoding="utf-8")
    campuses.write_text("name,longitude,latitude,it_mw\nOld hall,91.1,29.65,12\n", encoding="utf-8")
    chosen = list_places(CandidateSettings(sites_file=sites, replace_builtin=True))
    found = measure_stock(chosen, list_campuses(campuses), Settings()).set_index("site_id")
    assert found["it_mw"].to_dict() == {"own-park": 87.5, "own-field": 12}  # a campus of 35,000 racks
    assert found.loc["own-field", ["source", "confidence"]].to_list() == ["user's table", "medium"]


def test_own_table(tmp_path: Path, places: pd.DataFrame, stock: pd.DataFrame):
    path = tmp_path / "stock.csv"
    stock.iloc[:2].assign(it_mw=7.0).to_csv(path, index=False)
    found = measure_stock(places, list_campuses(None), Settings(stock_file=path))
    assert found["it_mw"].to_list() == [7, 7]
    stock.iloc[:2].assign(site_id=["area-guian", "nowhere"]).to_csv(path, index=False)
    with pytest.raises(TableError, match=r"geodata.stock.stock_file .*: nowhere: no candidate of this name"):
        measure_stock(places, list_campuses(None), Settings(stock_file=path))


def test_racks_name_places_that_are_there(places: pd.DataFrame):
    known = set(zip(places["province"], places["prefecture"], strict=True))
    rows = builtin("racks")
    named = {
        (p, q)
        for p, own, rest in zip(rows["province"], rows["prefecture"], rows["rest_to"], strict=True)
        for q in (rest or own).split(";")
    }
    assert named <= known
    terms = builtin("stock_terms").query("prefecture != ''")
    assert set(zip(terms["province"], terms["prefecture"], strict=True)) <= known


@pytest.mark.parametrize("kept", [0, 6], ids=["no count at all", "prefectures alone"])
def test_another_country_may_have_no_counts(tmp_path: Path, places: pd.DataFrame, kept: int):
    builtin("racks").iloc[:kept].to_csv(tmp_path / "racks.csv", index=False)
    campuses = list_campuses(None)
    found = measure_stock(places, campuses, Settings(), tmp_path)
    assert len(found) > 5
    alone = measure_stock(places, campuses.iloc[:0], Settings(), tmp_path)
    assert len(alone) == (8 if kept else 0)
