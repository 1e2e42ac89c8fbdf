"""Wind and sun around places: spot values, sums in a circle, curtailment, what is said of each figure."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.geometry.projections import GEOD
from geodata.layers.potential import potential_mw
from geodata.layers.renewable_weather import GHI_FILE, POTENTIAL_FILES
from geodata.layers.renewables import STATIONS_FILE, WIND_FILE, Settings, measure_renewables
from geodata.measured import Measured
from geodata.read import builtin
from geodata.schemas.layers import Renewables
from geodata.tables import DataWarning, Figures, TableError, checked

DATA = Path(__file__).parents[2].parent / "shared" / "data"
COLUMNS = list(Renewables.to_schema().columns)

# city centres and values of the sources' own notes
CITIES = pd.DataFrame(
    [
        ("Beijing", "Beijing", "Beijing", 116.40, 39.90, 1352, 3.8),
        ("Hohhot", "Inner Mongolia", "Hohhot", 111.75, 40.84, 1568, 5.6),
        ("Guiyang", "Guizhou", "Guiyang", 106.63, 26.65, 994, 4.7),
        ("Zhongwei", "Ningxia", "Zhongwei", 105.19, 37.50, 1713, 4.9),
        ("Shaoguan", "Guangdong", "Shaoguan", 113.60, 24.81, 1268, 3.8),
        ("Chengdu", "Sichuan", "Chengdu", 104.07, 30.67, 989, 3.2),
        ("Lhasa", "Tibet", "Lhasa", 91.13, 29.65, 2025, np.nan),
        ("Golmud", "Qinghai", "Haixi", 94.90, 36.41, 1861, 5.3),
        ("Zhangjiakou", "Hebei", "Zhangjiakou", 114.88, 40.82, 1521, 5.7),
    ],
    columns=["site_id", "province", "prefecture", "longitude", "latitude", "ghi", "speed"],
)


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return list_places(CandidateSettings())


@pytest.fixture(scope="module")
def found(places: pd.DataFrame) -> Measured:
    return measure_renewables(places, Settings(), DATA)


def general(measured: Measured) -> pd.DataFrame:
    return measured.figures[measured.figures["site_id"] == ""].set_index("column")


def test_every_place_has_every_column(places: pd.DataFrame, found: Measured):
    assert found.table.index.tolist() == places["site_id"].tolist()
    assert list(found.table.columns) == COLUMNS
    assert found.table.notna().all(axis=None)
    checked(found.table, Renewables, "renewables")


def test_spot_values_are_those_of_the_sources():
    table = measure_renewables(CITIES, Settings(), DATA).table
    np.testing.assert_allclose(table["ghi_kwh_per_m2"], CITIES["ghi"], rtol=0.03)
    known = CITIES["speed"].notna().to_numpy()
    np.testing.assert_allclose(table["wind_speed_100m_m_per_s"][known], CITIES["speed"][known], atol=0.6)


def test_means_are_plausible(places: pd.DataFrame, found: Measured):
    solar, wind = (found.table[f"{k}_capacity_factor"] * 8760 for k in ("solar", "wind"))
    assert solar.between(650, 2000).all()
    assert wind.between(1100, 3700).all()
    table = found.table.assign(province=places["province"].to_numpy())
    means = table.groupby("province")[["solar_capacity_factor", "wind_capacity_factor"]].mean()
    assert means["solar_capacity_factor"].idxmax() in ("Tibet", "Qinghai", "Inner Mongolia")
    assert means["solar_capacity_factor"].idxmin() in ("Chongqing", "Guizhou")


def test_each_column_has_one_general_row_and_the_table_is_sound(places: pd.DataFrame, found: Measured):
    figures = checked(found.figures, Figures, "figures")
    assert sorted(figures.loc[figures["site_id"] == "", "column"]) == sorted(COLUMNS)
    assert not figures.duplicated(["column", "site_id"]).any()
    assert set(figures["site_id"]) <= {"", *places["site_id"]}
    assert (figures["unit"] != "").all()
    rows = figures[figures["column"] == "ghi_kwh_per_m2"]
    assert set(rows["observation"]) == {"ghi_station_km"}


def test_the_nearest_station_is_that_of_the_list(places: pd.DataFrame, found: Measured):
    """Not the distance of the middle of a cell of the grid, which is up to 17 km off."""
    known = pd.read_csv(DATA / STATIONS_FILE).dropna(subset=["ghi_kwh_m2_yr_2008_2017"])
    for place in places.iloc[::25].itertuples():
        ends = [np.full(len(known), v) for v in (place.longitude, place.latitude)]
        km = np.asarray(GEOD.inv(*ends, known["lon"].to_numpy(), known["lat"].to_numpy())[2]).min() / 1000
        assert found.table.loc[place.site_id, "ghi_station_km"] == pytest.approx(km, abs=0.01)


def test_without_the_list_the_grid_tells_and_is_less_sure(places: pd.DataFrame, tmp_path: Path):
    (tmp_path / GHI_FILE).parent.mkdir(parents=True)
    (tmp_path / GHI_FILE).write_bytes((DATA / GHI_FILE).read_bytes())
    found = measure_renewables(places, Settings(), tmp_path)
    row = found.figures.query("column == 'ghi_station_km' and site_id == ''").iloc[0]
    assert (row["confidence"], "10 km exact" in row["note"]) == ("medium", True)
    assert found.table["ghi_station_km"].notna().all()


def test_confidence_varies_with_the_data(places: pd.DataFrame, found: Measured):
    figures = found.figures.set_index(["column", "site_id"])["confidence"]
    west = places.loc[places["longitude"] < 99, "site_id"].iloc[0]
    assert figures["ghi_kwh_per_m2", ""] == "medium"
    assert figures["ghi_kwh_per_m2", west] == "low"
    guizhou = places.loc[places["province"] == "Guizhou", "site_id"].iloc[0]
    assert figures["wind_capacity_factor", ""] == "medium"
    assert figures["wind_capacity_factor", guizhou] == "low"
    yunnan = places.loc[places["province"] == "Yunnan", "site_id"].iloc[0]
    assert figures["wind_speed_100m_m_per_s", yunnan] == "low"


def test_inner_mongolia_has_two_grids(places: pd.DataFrame, found: Measured):
    table = builtin("curtailment").query("period == '2025' and technology == 'wind'").set_index("region")
    at = found.table["wind_curtailment_share"].set_axis(places["prefecture"].to_numpy())
    assert set(at.loc[["Chifeng"]]) == {table["curtailment_share"]["Inner Mongolia (east)"]}
    assert set(at.loc[["Baotou"]]) == {table["curtailment_share"]["Inner Mongolia (west)"]}
    assert set(at.loc[["Zhangjiakou"]]) == {table["curtailment_share"]["Hebei"]}


@pytest.mark.slow
def test_curtailment_of_another_period(places: pd.DataFrame, found: Measured):
    other = measure_renewables(places, Settings(curtailment_period="2026-Q1"), DATA)
    assert general(other).loc["wind_curtailment_share", "vintage"] == "2026-Q1"
    column = "wind_curtailment_share"
    assert not other.table[column].equals(found.table[column])
    with pytest.raises(
        TableError, match=r"curtailment_period: found 2023, expected one of 2024, 2025, 2026-Q1"
    ):
        measure_renewables(places, Settings(curtailment_period="2023"), DATA)


def test_without_a_data_folder_the_rest_is_stated_as_missing(places: pd.DataFrame, found: Measured):
    bare = measure_renewables(places, Settings(), None)
    pd.testing.assert_series_equal(bare.table["wind_capacity_factor"], found.table["wind_capacity_factor"])
    given = ["wind_capacity_factor", "solar_curtailment_share", "wind_curtailment_share"]
    assert bare.table[given].notna().all(axis=None)
    rest = [c for c in COLUMNS if c not in given]
    assert bare.table[rest].isna().all(axis=None)
    assert set(general(bare).loc[rest, "confidence"]) == {"missing"}
    assert (general(bare).loc[given, "confidence"] != "missing").all()


def test_an_empty_folder_is_as_no_folder(places: pd.DataFrame, tmp_path: Path):
    bare, none = (measure_renewables(places, Settings(), d) for d in (tmp_path, None))
    pd.testing.assert_frame_equal(bare.table, none.table)
    pd.testing.assert_frame_equal(bare.figures, none.figures)


@pytest.mark.parametrize("name", [GHI_FILE, WIND_FILE, POTENTIAL_FILES["wind"]])
def test_a_damaged_raster_is_told(places: pd.DataFrame, tmp_path: Path, name: str):
    target = tmp_path / name
    target.parent.mkdir(parents=True)
    target.write_bytes((DATA / name).read_bytes()[:300])
    with pytest.raises(TableError, match=target.name):
        measure_renewables(places, Settings(), tmp_path)


@pytest.mark.slow
def test_own_series_give_the_mean(places: pd.DataFrame, tmp_path: Path):
    hours = pd.DataFrame({"site_id": "seat-bengbu", "hour": range(8760), "wind": 0.25})
    hours.to_parquet(tmp_path / "own.parquet")
    own = measure_renewables(places, Settings(hours_file=tmp_path / "own.parquet"), DATA)
    assert own.table.loc["seat-bengbu", "wind_capacity_factor"] == 0.25
    row = own.figures.query("column == 'wind_capacity_factor' and site_id == 'seat-bengbu'").iloc[0]
    assert row["source"] == "user's series (renewables.hours_file)"


@pytest.mark.slow
def test_a_place_in_no_province_stays_empty_and_says_so(places: pd.DataFrame):
    lost = pd.concat([places.iloc[:3], places.iloc[:1].assign(site_id="lost", province="", prefecture="")])
    found = measure_renewables(lost, Settings(), DATA)
    columns = ["solar_capacity_factor", "wind_capacity_factor", "wind_curtailment_share"]
    assert found.table.loc["lost", columns].isna().all()
    rows = found.figures[found.figures["site_id"] == "lost"].set_index("column")
    assert set(rows.loc[columns, "confidence"]) == {"missing"}


def test_solar_settings_without_the_grid_are_told(places: pd.DataFrame):
    with pytest.warns(DataWarning, match="shipped means of sun stay"):
        measure_renewables(places, Settings(solar_correction=False), None)


@pytest.mark.slow
def test_the_order_of_places_does_not_matter(places: pd.DataFrame, found: Measured):
    mixed = measure_renewables(places.sample(frac=1, random_state=3), Settings(), DATA)
    pd.testing.assert_frame_equal(mixed.table.loc[found.table.index], found.table)
    keys = ["column", "site_id"]
    a, b = (m.figures.sort_values(keys, ignore_index=True) for m in (mixed, found))
    pd.testing.assert_frame_equal(a, b)


def raster_of(path: Path, values: np.ndarray) -> Path:
    shape = {"width": values.shape[1], "height": values.shape[0], "count": 1, "dtype": "float64"}
    transform = rasterio.Affine(0.25, 0, 100, 0, -0.25, 40)
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:4326", transform=transform, **shape) as raster:
        raster.write(values, 1)
    return path


def test_potential_is_density_times_area(tmp_path: Path):
    """A density of 2 MW/km2 all over: the sum is that of the circle, wherever its centre lies."""
    latitude = 40 - 0.25 * (np.arange(40) + 0.5)
    side = 0.25 * np.pi / 180 * 6371.0088
    values = np.repeat((2 * side**2 * np.cos(np.radians(latitude)))[:, None], 40, axis=1)
    path = raster_of(tmp_path / "mw.tif", values)
    found = potential_mw(path, [105.0, 105.13, 104.9], [35.0, 35.07, 36.2])
    np.testing.assert_allclose(found, 2 * np.pi * 50**2, rtol=0.02)


def test_potential_beyond_the_raster_is_none(tmp_path: Path):
    path = raster_of(tmp_path / "mw.tif", np.full((4, 4), 10.0))
    found = potential_mw(path, [100.5, 120.0], [39.5, 30.0], km=500)
    np.testing.assert_allclose(found, [160.0, 0.0])
