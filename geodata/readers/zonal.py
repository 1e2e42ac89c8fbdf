"""Means of a raster over polygons, each pixel counted by the part of it that the polygon covers."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from exactextract import exact_extract
from exactextract.feature import Feature, FeatureSource
from exactextract.raster import RasterioRasterSource
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT

from geodata.geometry.projections import reprojected
from geodata.readers.raster import opened
from geodata.tables import DataWarning, TableError

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

CHUNK = 5000  # polygons at a time
PIXELS_MAX = 4_000_000  # of a polygon that are held at once
CACHE_BYTES = 64 * 1024 * 1024


def zonal_mean(raster: Path, polygons: gpd.GeoSeries | gpd.GeoDataFrame, band: int = 1) -> Array:
    """Return the mean of a raster over each polygon.

    mean = sum(value x covered part of the pixel) / sum(covered part), over pixels that are not void; those of
    a raster in degrees count alike, though their areas differ. By exactextract.

    Parameters
    ----------
    raster : Path
        Raster of any format and projection.
    polygons : GeoSeries or GeoDataFrame
        Polygons in any projection; they are brought to that of the raster.
    band : int
        Counted from 1.

    Returns
    -------
    array
        In the order of the polygons; NaN where one is empty, outside, or over void pixels only. Of a polygon
        that reaches beyond the raster it is the mean of the part inside. Both are told (`DataWarning`).

    Raises
    ------
    TableError
        An unusable raster, shapes that are no polygons, no projection, or no polygon over the raster.
    """
    shapes = polygons.geometry.reset_index(drop=True)
    found = np.full(len(shapes), np.nan)
    with (
        rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES),
        opened(raster, [band]) as source,
        _north_up(source) as shown,
    ):
        ready = _ready(shapes, shown, str(raster))
        for rows in _chunks(ready):
            found[rows] = _means(shown, band, ready.iloc[rows])
    _tell_void(found, ready, str(raster))
    return found


@contextmanager
def _north_up(raster: DatasetReader) -> Iterator[DatasetReader]:
    """Give the raster with its first row in the north."""
    if raster.transform.e < 0 and raster.transform.a > 0:
        yield raster
    else:
        with WarpedVRT(raster, crs=raster.crs, resampling=Resampling.nearest) as turned:
            yield turned


def _ready(shapes: gpd.GeoSeries, raster: DatasetReader, place: str) -> gpd.GeoSeries:
    """Return sound polygons in the projection of the raster."""
    _check(shapes, place)
    full = ~(shapes.isna() | shapes.is_empty)
    sound = shapes.where(full, shapely.Polygon())
    wrong = ~sound.is_valid
    if wrong.any():
        text = f"{place}: {int(wrong.sum())} of {len(shapes)} polygons are invalid and were mended"
        warnings.warn(text, DataWarning, stacklevel=3)
        sound = sound.where(~wrong, sound.make_valid(method="structure", keep_collapsed=False))
    ready = reprojected(sound, raster.crs.to_wkt(), place)
    _check_cover(ready, raster, place)
    return ready


def _check(shapes: gpd.GeoSeries, place: str) -> None:
    other = sorted(set(shapes.geom_type.dropna()) - {"Polygon", "MultiPolygon"})
    faults = {
        f"found {', '.join(other)}, expected polygons": bool(other),
        "the polygons do not say their projection; set it, e.g. set_crs(4326)": shapes.crs is None,
    }
    found = [text for text, wrong in faults.items() if wrong]
    if found:
        raise TableError(f"means over polygons of {place}: " + "; ".join(found))


def _check_cover(shapes: gpd.GeoSeries, raster: DatasetReader, place: str) -> None:
    box = shapely.box(*raster.bounds)
    bounds = shapely.box(*shapes.bounds.to_numpy().T)
    full = ~shapes.is_empty.to_numpy()
    outside = full & ~shapely.intersects(box, bounds)
    beyond = full & ~outside & ~shapely.covers(box, bounds)
    if full.any() and outside[full].all():
        raise TableError(
            f"{place}: the raster covers none of the {int(full.sum())} polygons; it spans "
            f"{_text(raster.bounds)}, they {_text(shapes.total_bounds)} in {raster.crs.to_string()[:40]}"
        )
    told = {
        f"{int(outside.sum())} of {len(shapes)} polygons lie outside the raster": bool(outside.any()),
        f"{int(beyond.sum())} reach beyond it, their mean is of the part inside": bool(beyond.any()),
    }
    texts = [text for text, so in told.items() if so]
    if texts:
        warnings.warn(f"{place}: " + "; ".join(texts), DataWarning, stacklevel=4)


def _text(bounds: Iterable[float]) -> str:
    return ", ".join(f"{v:g}" for v in bounds)


def _chunks(shapes: gpd.GeoSeries) -> list[Indices]:
    """Return rows of polygons that are not empty, near ones together, so that blocks are read once."""
    rows = np.flatnonzero(~shapes.is_empty)
    if not len(rows):
        return []
    near = rows[np.argsort(shapes.iloc[rows].hilbert_distance().to_numpy(), kind="stable")]
    return np.array_split(near, -(-len(near) // CHUNK))


class _Binary(Feature):
    """A polygon handed over as bytes; through GeoJSON text, the usual way, costs a quarter of the time."""

    def __init__(self, wkb: bytes) -> None:
        super().__init__()
        self._wkb = wkb

    def geometry(self) -> bytes:
        """Return the polygon as well-known binary."""
        return self._wkb

    def fields(self) -> list[str]:
        """Return no attributes."""
        return []


class _Polygons(FeatureSource):
    """Polygons in the projection of the raster."""

    def __init__(self, shapes: gpd.GeoSeries) -> None:
        super().__init__()
        self._wkb = shapely.to_wkb(shapes.to_numpy())
        self._crs = shapes.crs.to_wkt()

    def __iter__(self) -> Iterator[_Binary]:
        return (_Binary(wkb) for wkb in self._wkb)

    def count(self) -> int:
        """Return the number of polygons."""
        return len(self._wkb)

    def srs_wkt(self) -> str:
        """Return their projection."""
        return str(self._crs)


def _means(raster: DatasetReader, band: int, shapes: gpd.GeoSeries) -> Array:
    table = exact_extract(
        RasterioRasterSource(raster, band),
        _Polygons(shapes),
        "mean",
        output="pandas",
        max_cells_in_memory=PIXELS_MAX,
    )
    return table["mean"].to_numpy(dtype=float)


def _tell_void(found: Array, shapes: gpd.GeoSeries, place: str) -> None:
    lost = int(np.isnan(found).sum())
    if lost:
        text = f"{place}: no mean for {lost} of {len(shapes)} polygons (empty, outside, or void pixels only)"
        warnings.warn(text, DataWarning, stacklevel=3)
