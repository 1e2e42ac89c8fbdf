"""Opens rasters of any format and projection that GDAL reads, checked, with one message for each fault."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from geodata.geometry.projections import WGS84
from geodata.tables import DataWarning, TableError

Array = NDArray[np.float64]

NO_PROJECTION = (
    "the file does not say its projection, expected one (for example EPSG:4326); write it into the file, "
    "e.g. `rio edit-info --crs EPSG:4326 FILE`"
)
SPECKS = 1e-6  # rounding of the edges of a raster that spans the globe [degrees]


@contextmanager
def opened(path: Path, bands: Sequence[int] = (1,), crs: str | None = None) -> Iterator[DatasetReader]:
    """Give an open raster with a projection, its axes along those of the projection, and the bands asked for.

    Parameters
    ----------
    path : Path
        Any raster that GDAL reads, in any projection, north up or south up.
    bands : sequence of int
        Bands that are needed, counted from 1.
    crs : str, optional
        Show the raster in this projection, e.g. "EPSG:4326" (nearest pixel); none: in its own.

    Raises
    ------
    TableError
        No such file, a folder, no raster, cut off or damaged (also while it is read inside the `with` block),
        without projection, turned, in degrees that are none, or without a band; all faults at once.
    """
    with _open(path) as stored, _in_degrees(stored, path) as raster:
        _check(raster, path, bands)
        try:
            _read_last_block(raster, bands)
            with _shown(raster, crs) as shown:
                yield shown
        except RasterioIOError as error:
            raise TableError(
                f"{path}: the raster cannot be read to its end ({_cause(error)}); cut off or damaged, get it "
                "again"
            ) from None


def read_window(raster: DatasetReader, window: Window, bands: Sequence[int]) -> Array:
    """Return a window as (bands, rows, columns), scaled as the file says, NaN where it is void."""
    block = raster.read(list(bands), window=window, masked=True).astype(float).filled(np.nan)
    scale = np.array([raster.scales[b - 1] for b in bands])[:, None, None]
    offset = np.array([raster.offsets[b - 1] for b in bands])[:, None, None]
    return block * scale + offset


def bounds_wgs84(raster: DatasetReader) -> tuple[float, float, float, float]:
    """Return what the raster covers: west, south, east, north [degrees, WGS 84]."""
    west, south, east, north = transform_bounds(raster.crs, WGS84, *raster.bounds)
    return west, south, east, north


def _open(path: Path) -> DatasetReader:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # told by _check
        try:
            return rasterio.open(path)
        except RasterioIOError as error:
            raise TableError(f"{path}: {_not_opened(path, error)}") from None


@contextmanager
def _in_degrees(raster: DatasetReader, path: Path) -> Iterator[DatasetReader]:
    """Give a NetCDF file that names no projection, but whose axes are in degrees, as WGS 84."""
    if raster.crs is not None or not {"degrees_north", "degrees_east"} <= set(raster.tags().values()):
        yield raster
        return
    warnings.warn(
        f"{path}: names no projection, but its axes are degrees north and east; taken as WGS 84",
        DataWarning,
        stacklevel=2,
    )
    with WarpedVRT(raster, src_crs=WGS84, crs=WGS84) as named:
        yield named


def _not_opened(path: Path, error: Exception) -> str:
    if path.is_dir():
        return "this is a folder, expected a raster file"
    if not path.exists():
        return "no such file, expected a raster"
    if path.stat().st_size == 0:
        return "the file is empty, expected a raster"
    return f"not a readable raster ({_cause(error)}); cut off, or of another format"


def _cause(error: Exception) -> str:
    return str(error.__cause__ or error).split("\n")[0]


def _check(raster: DatasetReader, path: Path, bands: Sequence[int]) -> None:
    missing = [str(b) for b in bands if not 1 <= b <= raster.count]
    faults = []
    if missing:
        faults.append(f"found {raster.count} bands, expected band {', '.join(missing)} too{_parts(raster)}")
    if raster.crs is None:
        faults.append(NO_PROJECTION)
    elif not raster.crs.is_geographic and not raster.crs.is_projected:
        faults.append("its projection is a local one, expected one that is tied to the earth")
    if raster.transform.b or raster.transform.d:
        faults.append("the raster is turned against its axes, expected rows along one axis; use `rio warp`")
    elif _beyond_globe(raster):
        box = ", ".join(f"{v:g}" for v in raster.bounds)
        faults.append(
            f"the file says {raster.crs}, in degrees, but it spans {box}: are these metres of another "
            "projection? write the right one into the file"
        )
    if faults:
        raise TableError(f"{path}: " + "; ".join(faults))


def _parts(raster: DatasetReader) -> str:
    names = [name.rsplit(":", 1)[-1] for name in raster.subdatasets]
    return (
        f"; it holds several rasters ({', '.join(names[:5])}): export the one that is meant" if names else ""
    )


def _beyond_globe(raster: DatasetReader) -> bool:
    if raster.crs is None or not raster.crs.is_geographic:
        return False
    left, bottom, right, top = raster.bounds
    spill = max(abs(v) for v in raster.res)  # grids of nodes reach half a pixel beyond the pole
    return (
        max(abs(bottom), abs(top)) > 90 + spill + SPECKS or max(abs(left), abs(right)) > 360 + spill + SPECKS
    )


def _read_last_block(raster: DatasetReader, bands: Sequence[int]) -> None:
    """Read the last pixel of a TIFF, which a cut-off file no longer holds."""
    if raster.driver in ("GTiff", "COG"):
        raster.read(list(bands), window=Window(raster.width - 1, raster.height - 1, 1, 1))


@contextmanager
def _shown(raster: DatasetReader, crs: str | None) -> Iterator[DatasetReader]:
    if crs is None or raster.crs == rasterio.crs.CRS.from_user_input(crs):
        yield raster
    else:
        with WarpedVRT(raster, crs=crs) as warped:
            yield warped
