"""Opening rasters: every format and projection, and one message for each fault."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
import xarray as xr
from rasterio.windows import Window

from geodata.readers.raster import bounds_wgs84, opened, read_window
from geodata.readers.sampling import sample
from geodata.tables import DataWarning, TableError

NORTH_UP = rasterio.Affine(0.5, 0, 100, 0, -0.5, 40)


def write(path: Path, **changed: object) -> Path:
    """Write two bands of 64 x 96 random pixels, with the profile changed."""
    profile = {"driver": "GTiff", "count": 2, "height": 64, "width": 96, "dtype": "float32", "nodata": -1.0}
    profile |= {"crs": "EPSG:4326", "transform": NORTH_UP} | changed
    values = np.random.default_rng(1).random((2, 64, 96), dtype="float32")
    values[:, 0, 0] = -1
    with rasterio.open(path, "w", **profile) as target:
        target.write(values[: profile["count"]].astype(profile["dtype"]))
    return path


def read(path: Path, bands: tuple[int, ...] = (1,), crs: str | None = None) -> np.ndarray:
    with opened(path, bands, crs) as raster:
        return read_window(raster, Window(0, 0, 2, 2), bands)


@pytest.mark.parametrize(
    ("name", "driver"), [("a.tif", "GTiff"), ("a.tif", "COG"), ("a.img", "HFA"), ("a.bin", "ENVI")]
)
def test_formats(tmp_path: Path, name: str, driver: str) -> None:
    path = write(tmp_path / name, driver=driver)
    found = read(path)
    assert found.shape == (1, 2, 2)
    assert np.isnan(found[0, 0, 0])
    assert np.isfinite(found[0, 1]).all()


def test_scale_and_offset_are_applied(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif")
    before = read(path, (1, 2))
    with rasterio.open(path, "r+") as raster:
        raster.scales, raster.offsets = (10.0, 1.0), (0.0, 5.0)
    np.testing.assert_allclose(read(path, (1, 2)), np.stack([before[0] * 10, before[1] + 5]), rtol=1e-6)


def netcdf(path: Path, *names: str) -> Path:
    """Write variables over latitude and longitude by the CF conventions, without a projection."""
    lat = ("lat", np.arange(30, 38.0), {"units": "degrees_north"})
    lon = ("lon", np.arange(100, 109.0), {"units": "degrees_east"})
    values = np.arange(72.0).reshape(8, 9)
    cube = xr.Dataset(dict.fromkeys(names, (("lat", "lon"), values)), coords={"lat": lat, "lon": lon})
    cube.to_netcdf(path)
    return path


def test_netcdf_in_degrees_is_taken_as_wgs84_and_said(tmp_path: Path) -> None:
    path = netcdf(tmp_path / "a.nc", "v")
    with pytest.warns(DataWarning, match="axes are degrees north and east; taken as WGS 84"):
        found = sample(path, [100.0, 108], [30.0, 37], [1])
    assert found[:, 0].tolist() == [0, 71]


def test_several_variables_in_one_file(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"found 0 bands.*holds several rasters \(v, w\): export the one"):
        read(netcdf(tmp_path / "a.nc", "v", "w"))


def test_its_own_projection_or_the_one_asked_for(tmp_path: Path) -> None:
    grid = rasterio.Affine(1000, 0, 500_000, 0, -1000, 4_400_000)
    path = write(tmp_path / "utm.tif", crs="EPSG:32648", transform=grid)
    with opened(path) as raster:
        assert raster.crs.to_epsg() == 32648
        assert bounds_wgs84(raster) == pytest.approx((105, 39.17, 106.12, 39.75), abs=0.01)
    with opened(path, crs="EPSG:4326") as raster:
        assert raster.crs.to_epsg() == 4326
        assert raster.bounds.left == pytest.approx(105, abs=0.01)


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.8)])
    return path


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"crs": None}, "does not say its projection, expected one"),
        ({"crs": None, "transform": None}, "does not say its projection"),
        ({"transform": rasterio.Affine.rotation(20) @ NORTH_UP}, "turned against its axes"),
        ({"crs": 'LOCAL_CS["mine",UNIT["metre",1]]'}, "its projection is a local one, expected one"),
        ({"count": 1}, "found 1 bands, expected band 2 too"),
        (
            {"transform": rasterio.Affine(1000, 0, 500_000, 0, -1000, 4_400_000)},
            "EPSG:4326, in degrees, but it spans 500000, .* are these metres",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_faults_of_a_raster(tmp_path: Path, changed: dict[str, object], message: str) -> None:
    changed = {key: value for key, value in changed.items() if key != "transform" or value is not None}
    with pytest.raises(TableError, match=message):
        read(write(tmp_path / "a.tif", **changed), (1, 2))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_all_faults_at_once(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"found 2 bands, expected band 0, 7 too; .*projection"):
        read(write(tmp_path / "a.tif", crs=None), (0, 7))


@pytest.mark.parametrize(
    "options", [{}, {"tiled": True, "blockxsize": 16, "blockysize": 16}, {"compress": "lzw"}]
)
def test_a_cut_off_tiff_is_told_wherever_one_reads(tmp_path: Path, options: dict[str, object]) -> None:
    path = cut(write(tmp_path / "a.tif", **options))
    with pytest.raises(TableError, match=r"a\.tif: .*cut off"):
        read(path)


def test_a_cut_off_cog_is_told(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"cannot be read to its end .*get it again"):
        read(cut(write(tmp_path / "a.tif", driver="COG")))


def test_damage_in_the_middle_is_told_when_it_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", compress="deflate", tiled=True, blockxsize=16, blockysize=16)
    raw = bytearray(path.read_bytes())
    with rasterio.open(path) as raster:
        start = int(raster.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", bidx=1))
    raw[start : start + 200] = b"\xff" * 200
    path.write_bytes(raw)
    with pytest.raises(TableError, match="cut off or damaged"):
        read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no such file"), (b"", "the file is empty"), (b"text, text\n", "not a readable raster")],
)
def test_no_raster(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "a.tif"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TableError, match=message):
        read(path)


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="this is a folder, expected a raster file"):
        read(tmp_path)
