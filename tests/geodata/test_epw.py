from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.candidates import builtin_places
from geodata.layers.chronology import hours_of
from geodata.layers.climate import Settings, climate_figures, measure_climate
from geodata.layers.climate_layer import measure_climate_layer
from geodata.layers.cooling import Settings as CoolingSettings
from geodata.layers.cooling import measure_cooling
from geodata.layers.cooling_hours import annual_efficiency
from geodata.layers.epw import read_epw
from geodata.tables import DataWarning, TableError

EPW = Path(__file__).parents[2].parent / "shared" / "data" / "climate" / "epw"
CSWD = EPW / "CHN_Shanghai.Shanghai.583620_CSWD.epw"
TMYX = EPW / "CHN_Shanghai-Hongqiao.583670_TMYx_1956-2023.epw"
SHENZHEN = EPW / "CHN_Guangdong.Shenzhen.594930_SWERA.epw"
HEAD = 8


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    table = builtin_places()
    return table[table["site_id"].isin(["seat-beijing", "seat-shanghai", "seat-shenzhen"])]


@pytest.fixture
def altered(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that writes an EPW file with some cells or lines changed."""

    def write(change: Callable[[list[str]], list[str]], name: str = "own.epw") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(change(SHENZHEN.read_text().splitlines())) + "\n")
        return path

    return write


def with_cells(rows: range, column: int, value: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        for row in rows:
            cells = lines[HEAD + row].split(",")
            cells[column] = value
            lines[HEAD + row] = ",".join(cells)
        return lines

    return change


def with_head(old: str, new: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [lines[0].replace(old, new), *lines[1:]]


@pytest.mark.parametrize(
    ("path", "dry_c", "hottest_c", "place"),
    [
        (CSWD, 16.69, 36.8, (121.45, 31.40)),
        (TMYX, 17.02, 38.0, (121.336, 31.198)),
        (SHENZHEN, 22.90, 38.0, (114.10, 22.55)),
    ],
)
def test_files_are_read(path: Path, dry_c: float, hottest_c: float, place: tuple[float, float]) -> None:
    """Means as in the source notes of the files."""
    own = read_epw(path)
    assert own.dry_bulb_c.shape == own.wet_bulb_c.shape == (8760,)
    assert own.dry_bulb_c.mean() == pytest.approx(dry_c, abs=0.01)
    assert own.dry_bulb_c.max() == hottest_c
    assert (own.station.longitude, own.station.latitude) == place
    assert (own.wet_bulb_c <= own.dry_bulb_c + 1e-6).all()
    assert own.pressure_hpa.mean() == pytest.approx(1013, abs=5)


def test_first_hour_begins_at_midnight_in_china() -> None:
    first = SHENZHEN.read_text().splitlines()[HEAD].split(",")
    assert read_epw(SHENZHEN).dry_bulb_c[0] == float(first[6])


@pytest.mark.parametrize(("zone", "later"), [("0.0", 8), ("5.75", 2), ("9.0", -1)])
def test_other_clocks_are_brought_to_china(altered: Callable[..., Path], zone: str, later: int) -> None:
    path = altered(with_head(",8.0,18.0", f",{zone},18.0"))
    np.testing.assert_array_equal(read_epw(path).dry_bulb_c, np.roll(read_epw(SHENZHEN).dry_bulb_c, later))


def test_leap_year_loses_its_29_february(altered: Callable[..., Path]) -> None:
    def leap(lines: list[str]) -> list[str]:
        day = [line.split(",") for line in lines[HEAD + 58 * 24 : HEAD + 59 * 24]]
        extra = [",".join(["1984", "2", "29", *cells[3:]]) for cells in day]
        return [*lines[: HEAD + 59 * 24], *extra, *lines[HEAD + 59 * 24 :]]

    path = altered(leap)
    assert len(path.read_text().splitlines()) == HEAD + 8784
    np.testing.assert_array_equal(read_epw(path).dry_bulb_c, read_epw(SHENZHEN).dry_bulb_c)


def test_short_gaps_are_filled_and_told(altered: Callable[..., Path]) -> None:
    path = altered(with_cells(range(100, 103), 6, "99.9"))
    with pytest.warns(DataWarning, match=r"3 hours lack dry bulb.*3 at a stretch; filled"):
        own = read_epw(path)
    before, after = read_epw(SHENZHEN).dry_bulb_c[[99, 103]]
    assert own.dry_bulb_c[101] == pytest.approx((before + after) / 2)


def test_humidity_stands_in_for_the_dew_point(altered: Callable[..., Path]) -> None:
    path = altered(with_cells(range(8760), 7, "99.9"))
    error = read_epw(path).wet_bulb_c - read_epw(SHENZHEN).wet_bulb_c
    assert abs(error.mean()) < 0.1


def test_missing_pressure_is_that_of_the_height(altered: Callable[..., Path]) -> None:
    path = altered(with_cells(range(8760), 9, "999999"))
    with pytest.warns(DataWarning, match="without pressure take that of the station's height, 1011 hPa"):
        assert read_epw(path).pressure_hpa.std() < 1e-9


def test_comments_in_another_encoding_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "latin.epw"
    path.write_bytes(SHENZHEN.read_bytes().replace(b"COMMENTS 1,", b"COMMENTS 1,Universit\xe9 "))
    np.testing.assert_array_equal(read_epw(path).dry_bulb_c, read_epw(SHENZHEN).dry_bulb_c)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[:5000], r"found 4992 hours, expected 8760 \(or 8784\); cut off\?"),
        (lambda lines: lines[:3], "found 0 hours, expected 8760"),
        (lambda lines: [*lines, *lines[HEAD:]], r"found 17520 hours.*more than one value an hour\?"),
        (lambda lines: [*lines[:HEAD], *lines[HEAD + 24 :], *lines[HEAD : HEAD + 24]], "not in order"),
        (lambda lines: lines[HEAD:], "found '1980' at the beginning, expected LOCATION: no EPW file"),
        (lambda lines: ["<html>", *lines], "found '<html>' at the beginning"),
        (with_head("22.55", "122.55"), "latitude 122.55, expected -90 to 90"),
        (with_head("22.55", "N22"), "are no numbers"),
        (with_head(",8.0,18.0", ",480,18.0"), "clock 480, expected -12 to 14"),
        (with_cells(range(50), 6, "99.9"), r"50 hours lack.*50 at a stretch; at most 6"),
        (with_cells(range(0, 8760, 50), 8, "999"), None),
        (with_cells(range(3), 6, "75.0"), r"dry bulb \[C\]: found 75, expected -60 to 60 \(3 hours"),
        (with_cells(range(8760), 9, "1013"), r"pressure \[Pa\]: found 1013, expected 45000"),
        (with_cells(range(9), 8, "140"), r"relative humidity \[%\]: found 140"),
    ],
)  # fmt: skip
def test_damaged_files_are_told(
    altered: Callable[..., Path], change: Callable[[list[str]], list[str]], message: str | None
) -> None:
    path = altered(change)
    if message is None:
        assert read_epw(path).dry_bulb_c.shape == (8760,)  # humidity is not needed beside the dew point
        return
    with pytest.raises(TableError, match=message):
        read_epw(path)


def test_no_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no such file"):
        read_epw(tmp_path / "none.epw")
    with pytest.raises(TableError, match="found a folder, expected an EPW file"):
        read_epw(tmp_path)


def test_a_named_file_replaces_the_climate_of_its_place_alone(places: pd.DataFrame) -> None:
    settings = Settings(epw_files={"seat-shenzhen": SHENZHEN})
    with_file, without = measure_climate(places, settings), measure_climate(places, Settings())
    row = with_file.loc["seat-shenzhen"]
    assert (row["method"], row["confidence"]) == ("epw", "high")
    assert row["temperature_mean_c"] == pytest.approx(22.90, abs=0.01)
    assert row["station_km"] < 10
    assert "hours of SHENZHEN (SWERA, 594930)" in row["note"]
    others = ["seat-beijing", "seat-shanghai"]
    pd.testing.assert_frame_equal(with_file.loc[others], without.loc[others])


def test_the_file_s_hours_decide_pue_and_the_hours_of_the_place(places: pd.DataFrame) -> None:
    settings = Settings(epw_files={"seat-shenzhen": SHENZHEN})
    climate = measure_climate(places, settings)
    hours = hours_of(climate, places["longitude"], settings)
    row = list(climate.index).index("seat-shenzhen")
    np.testing.assert_allclose(hours.dry_bulb_c[row], read_epw(SHENZHEN).dry_bulb_c, rtol=1e-6)
    plan = measure_cooling(climate, CoolingSettings()).set_index(["site_id", "technology"])
    made = annual_efficiency(hours).set_index(["site_id", "technology"])
    gap = (made["pue_mean"] - plan["pue_mean"]).abs()
    assert gap["seat-shenzhen"].max() < 2e-5
    assert gap.max() < 0.001


def test_warming_of_a_file_is_its_own_setting(places: pd.DataFrame) -> None:
    files = {"seat-shenzhen": SHENZHEN}
    cool = measure_climate(places, Settings(epw_files=files, warming_c=3))
    warm = measure_climate(places, Settings(epw_files=files, epw_warming_c=1))
    site = "seat-shenzhen"
    assert cool["temperature_mean_c"][site] == pytest.approx(22.90, abs=0.01)
    assert warm["temperature_mean_c"][site] == pytest.approx(23.90, abs=0.01)
    assert warm["humidity_07_share"][site] == pytest.approx(cool["humidity_07_share"][site])
    pue = [measure_cooling(c, CoolingSettings()).groupby("site_id")["pue_mean"].mean() for c in (cool, warm)]
    assert pue[1][site] > pue[0][site]


def test_a_folder_gives_each_place_its_nearest_station(places: pd.DataFrame) -> None:
    with pytest.warns(DataWarning, match="not used: CHN_Shanghai.Shanghai.583620_CSWD.epw"):
        climate = measure_climate(places, Settings(epw_folder=EPW))
    names = climate["epw_file"].map(lambda f: Path(f).name).to_dict()
    assert names == {"seat-beijing": "", "seat-shanghai": TMYX.name, "seat-shenzhen": SHENZHEN.name}


def test_a_file_named_goes_before_the_folder(places: pd.DataFrame) -> None:
    settings = Settings(epw_folder=EPW, epw_files={"seat-shanghai": CSWD})
    with pytest.warns(DataWarning, match="not used"):
        climate = measure_climate(places, settings)
    assert climate["epw_file"]["seat-shanghai"] == str(CSWD)


def test_files_of_other_places_are_refused_all_at_once(places: pd.DataFrame) -> None:
    files = {"seat-beijing": CSWD, "seat-nowhere": CSWD, "seat-shanghai": EPW / "tmyx_station_index.csv"}
    with pytest.raises(TableError) as caught:
        measure_climate(places, Settings(epw_files=files))
    text = str(caught.value)
    assert text.startswith("geodata.climate.epw_files: seat-nowhere is no place of this survey")
    assert "seat-beijing:" in text
    assert "km away, expected within 50 km" in text
    assert "seat-shanghai:" in text


def test_an_empty_folder_is_told(places: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"epw_folder .*: no file \*\.epw in it"):
        measure_climate(places, Settings(epw_folder=tmp_path))
    with pytest.raises(TableError, match="no such folder"):
        measure_climate(places, Settings(epw_folder=tmp_path / "none"))


def test_a_far_place_needs_no_data_folder_with_a_file(altered: Callable[..., Path]) -> None:
    path = altered(with_head("22.55,114.10,8.0,18.0", "35.0,88.0,8.0,4800"))
    far = pd.DataFrame({"site_id": ["own-far"], "longitude": [88.1], "latitude": [35.0]})
    row = measure_climate(far, Settings(epw_files={"own-far": path})).loc["own-far"]
    assert (row["method"], row["elevation_m"]) == ("epw", 4800)


def test_figures_name_the_file(places: pd.DataFrame) -> None:
    climate = measure_climate(places, Settings(epw_files={"seat-shenzhen": SHENZHEN}))
    for figures in (climate_figures(climate), measure_climate_layer(climate).figures):
        own = figures[figures["site_id"] == "seat-shenzhen"].set_index("column")
        assert own["source"].str.startswith(f"user's EPW file {SHENZHEN.name}").all()
        assert set(own["vintage"]) == {"1978-2000"}
    assert own["confidence"]["free_cooling_h"] == "high"
    assert own["confidence"]["temperature_check_c"] == "missing"
    layer = measure_climate_layer(climate).table.loc["seat-shenzhen"]
    hours = read_epw(SHENZHEN)
    assert layer["dry_above_32c_h"] == pytest.approx((hours.dry_bulb_c > 32).sum())
    assert layer["free_cooling_h"] == pytest.approx((hours.wet_bulb_c < 12).sum())
