from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.layers.network import Settings, backbone_km, calibrate, measure_links, one_way_ms, same_city
from geodata.read import builtin
from geodata.tables import Links, TableError, checked

NETWORK = Path(__file__).parents[2].parent / "shared" / "data" / "network"
WITHIN_SHARE = 0.75  # of the published pairs lie within the error band


@pytest.fixture
def sites() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": ["seat-guiyang", "seat-beijing"],
            "name_en": ["Guiyang", "Beijing"],
            "name_zh": ["贵阳", "北京"],
            "longitude": [106.72, 116.397],
            "latitude": [26.58, 39.908],
        }
    )


@pytest.fixture
def zones() -> pd.DataFrame:
    return pd.DataFrame(
        {"zone_id": ["Beijing", "Shanghai"], "longitude": [116.397, 121.458], "latitude": [39.908, 31.222]}
    )


def azure() -> tuple[np.ndarray, np.ndarray]:
    """Return distance [km] and one-way latency [ms] of the region pairs between 50 and 3,000 km."""
    table = pd.read_csv(NETWORK / "azure_p50/azure_rtt_p50.csv")
    table = table[table["gc_km"].between(50, 3000) & (table["source"] < table["destination"])]
    return table["gc_km"].to_numpy(), table["rtt_p50_ms"].to_numpy() / 2


def within(km: np.ndarray, one_way: np.ndarray) -> float:
    ratio = one_way / one_way_ms(km, Settings())
    return float((np.abs(ratio - 1) <= Settings().error_band_share).mean())


def test_links(sites: pd.DataFrame, zones: pd.DataFrame) -> None:
    links = checked(measure_links(sites, zones, Settings()), Links, "links")
    assert links[["site_id", "zone_id"]].to_numpy().tolist()[0] == ["seat-beijing", "Beijing"]
    assert links["rtt_ms"][0] == pytest.approx(2.0)  # access alone
    row = links[(links["site_id"] == "seat-beijing") & (links["zone_id"] == "Shanghai")].iloc[0]
    assert row["distance_km"] == pytest.approx(1068, abs=3)
    assert row["one_way_ms"] == pytest.approx(1 + row["distance_km"] * 2 * 0.0049)
    np.testing.assert_allclose(links["rtt_ms"], 2 * links["one_way_ms"])
    np.testing.assert_allclose(links["rtt_low_ms"], 0.7 * links["rtt_ms"])
    np.testing.assert_allclose(links["rtt_high_ms"], 1.3 * links["rtt_ms"])
    assert same_city(links, Settings()).tolist() == [True, False, False, False]


def test_published_pairs_lie_in_the_band() -> None:
    table = builtin("latency_check")
    table = table[table["tight"] == "true"]
    assert len(table) == 12
    assert within(table["distance_km"].to_numpy(), table["one_way_ms"].to_numpy()) >= WITHIN_SHARE


def test_published_pairs_are_typed() -> None:
    table = builtin("latency_check")
    assert set(table["kind"]) == {"one-way", "rtt"}
    np.testing.assert_allclose(table["rtt_ms"], 2 * table["one_way_ms"])
    published = table["one_way_ms"].where(table["kind"] == "one-way", table["rtt_ms"])
    np.testing.assert_allclose(table["published_ms"], published)
    assert (table["one_way_ms"] >= table["distance_km"] * 0.0049).all()


def test_short_haul_pairs_of_a_backbone_lie_in_the_band() -> None:
    assert within(*azure()) >= WITHIN_SHARE


def test_defaults_stand_between_the_fits() -> None:
    table = builtin("latency_check")
    table = table[table["tight"] == "true"]
    inland = calibrate(table["distance_km"].to_numpy(), table["one_way_ms"].to_numpy())
    abroad = calibrate(*azure())
    assert inland == pytest.approx((0.35, 2.38, 0.182), abs=0.01)
    assert abroad == pytest.approx((2.95, 1.72, 0.179), abs=0.01)
    assert inland[0] < Settings().access_one_way_ms < abroad[0]
    assert abroad[1] < Settings().detour < inland[1]


def test_access_is_that_of_two_metros() -> None:
    zones = pd.read_csv(NETWORK / "ibm_cloud/ibm_inter_zone_rtt.csv.gz")
    metro = zones.loc[zones["zone_a"] != zones["zone_b"], "rtt_avg_ms"] / 2
    assert 2 * metro.median() == pytest.approx(0.77, abs=0.03)
    assert 2 * metro.median() < Settings().access_one_way_ms < 2 * metro.quantile(0.9)


def test_calibration_finds_a_known_model() -> None:
    km = np.array([100.0, 500, 900, 2000])
    assert calibrate(km, 1.2 + km * 1.9 * 0.0049) == pytest.approx((1.2, 1.9, 0), abs=1e-9)


def test_measured_round_trips_replace_the_model(
    sites: pd.DataFrame, zones: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "rtt.csv"
    path.write_text(
        "site,zone_id,rtt_ms,source\n贵阳,Beijing,41.5,own test\nseat-beijing,Shanghai,25,own test\n",
        encoding="utf-8",
    )
    links = measure_links(sites, zones, Settings(round_trips_file=path)).set_index(["site_id", "zone_id"])
    assert links.loc[("seat-guiyang", "Beijing"), "rtt_ms"] == 41.5
    assert links.loc[("seat-beijing", "Shanghai"), "one_way_ms"] == 12.5
    assert links["measured"].sum() == 2
    measured = links[links["measured"]]
    assert (measured["rtt_low_ms"] == measured["rtt_high_ms"]).all()
    assert list(checked(links.reset_index(), Links, "links").columns) == list(Links.to_schema().columns)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("nowhere,Beijing,30,x", "site that is no id .*row 1"),
        ("Beijing,Peking,30,x", "zone_id that is no demand zone .row 1"),
        ("Beijing,Shanghai,-3,x", "rtt_ms that is not above 0"),
        ("Beijing,Shanghai,6,x", "faster than light"),
        ("Beijing,Shanghai,30,", "source missing"),
        ("Beijing,Shanghai,30,x\nseat-beijing,Shanghai,31,x", "pair given twice .row 1, 2"),
        ("Beijing,Shanghai,20-30,x", "column rtt_ms: found '20-30', expected one number"),
    ],
)
def test_faulty_round_trips(
    sites: pd.DataFrame, zones: pd.DataFrame, tmp_path: Path, rows: str, message: str
) -> None:
    path = tmp_path / "rtt.csv"
    path.write_text("site,zone_id,rtt_ms,source\n" + rows + "\n", encoding="utf-8")
    with pytest.raises(TableError, match=message):
        measure_links(sites, zones, Settings(round_trips_file=path))


def test_missing_columns_of_round_trips(sites: pd.DataFrame, zones: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "rtt.csv"
    path.write_text("site,zone,rtt_ms\nBeijing,Shanghai,30\n", encoding="utf-8")
    with pytest.raises(
        TableError, match="missing column zone_id; missing column source; unknown column zone"
    ):
        measure_links(sites, zones, Settings(round_trips_file=path))


def test_backbone(sites: pd.DataFrame) -> None:
    km = backbone_km(sites)
    assert list(km.index) == ["seat-guiyang", "seat-beijing"]
    assert (km < 5).all()
    points = builtin("backbone_points")
    assert (points["source"] != "").all()
    assert not points["name"].duplicated().any()
