"""Which rules rule out each raster cell, as a GeoTIFF whose bits are named in its tags."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import rasterio
from rasterio import Affine
from rasterio.errors import RasterioError

from geodata.tables import ExcludedCells, TableError

NAME = "exclusions.tif"
KEPT = "force_include: free all the same"
MEANING = "rules that rule the cell out, a bit each; 0: none"
_PROFILE = {
    "driver": "GTiff",
    "count": 1,
    "crs": "EPSG:4326",
    "compress": "deflate",
    "zlevel": 9,
    "tiled": True,
}


def write_excluded(found: ExcludedCells, exclusions: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Write the cells as a GeoTIFF and return its part of the data dictionary.

    The band's tag ``BIT_3`` says what the bit of value 8 means, and so on.

    Parameters
    ----------
    found : ExcludedCells
        Cells.
    exclusions : DataFrame
        `geodata.tables.Exclusions`, which says what the bits mean.
    path : Path
        File to be, in a folder that is made whole.
    """
    bits = [f"{reason}: {text}" for reason, text in exclusions[["reason", "text"]].to_numpy()] + [KEPT]
    height, width = found.codes.shape
    side = found.cell_deg
    transform = Affine(side, 0, found.west, 0, -side, found.north)
    size = {"height": height, "width": width, "dtype": found.codes.dtype, "nodata": found.void}
    with rasterio.open(path, "w", transform=transform, **size, **_PROFILE) as target:
        target.write(found.codes, 1)
        target.set_band_description(1, MEANING)
        target.update_tags(1, **{f"BIT_{bit}": text for bit, text in enumerate(bits)})
    return _dictionary(bits, str(found.codes.dtype))


def _dictionary(bits: list[str], dtype: str) -> pd.DataFrame:
    row = {"table": NAME, "type": dtype, "unit": "", "may_be_empty": True}
    named = {f"band 1, bit {bit} (value {1 << bit})": text for bit, text in enumerate(bits)}
    told = {"band 1": f"{MEANING}; no data: outside the study area", **named}
    return pd.DataFrame([row | {"column": name, "meaning": text} for name, text in told.items()])


def read_excluded(path: Path) -> ExcludedCells:
    """Return the cells of a GeoTIFF that `write_excluded` wrote.

    Raises
    ------
    TableError
        The file is missing, no raster, or not one of these.
    """
    if not path.is_file():
        raise TableError(f"{path}: is missing from the survey folder; survey again with --force")
    try:
        with rasterio.open(path) as source:
            codes, place, crs = source.read(1), source.transform, source.crs
    except RasterioError as error:
        raise TableError(f"{path}: not a readable raster ({error}); survey again with --force") from None
    if codes.dtype.kind != "u" or codes.dtype.itemsize not in (2, 4) or crs is None or crs.to_epsg() != 4326:
        raise TableError(
            f"{path}: found {codes.dtype} in {crs}, expected the bits that `siting survey` writes, in "
            "EPSG:4326; survey again with --force"
        )
    return ExcludedCells(codes, place.c, place.f, place.a)
